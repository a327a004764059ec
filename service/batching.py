"""One encoder for all threads of a worker: texts that wait together are encoded together.

A thread of its own takes what is queued and does not wait for more: to wait 4 ms for others gained nothing. Questions
go first; an import is encoded in turns and has every second one, so that neither waits for the other's end.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from aligner.arrays import Vectors
from aligner.deadline import remaining_seconds
from aligner.errors import TooSlowError
from aligner.tokens import Tokens
from aligner.vectors import Encoder, Progress, TokenEncoder

__all__ = ["Batch", "SharedEncoder", "SharedTokenEncoder", "shared"]

QUESTION_TEXTS = 4  # more are an import
TURN_CHARS = 3_000  # of questions that are encoded together: they all wait for the last of them
IMPORT_TEXTS = 32  # of an import in one turn: about a second
HURRIED_TEXTS = 8  # of an import while questions wait


@dataclass(frozen=True, slots=True)
class Batch:
    """What was encoded in one turn, how long each request in it had waited, and how many still wait."""

    texts: int
    waited: tuple[float, ...]
    seconds: float
    left: int


@dataclass(slots=True, eq=False)
class _Job:
    """Texts that one thread waits for."""

    texts: Sequence[str]
    progress: Progress | None
    queued: float
    vectors: list[Vectors] = field(default_factory=list)
    tokens: list[Tokens] = field(default_factory=list)
    taken: int = 0  # texts that are encoded already
    failure: BaseException | None = None
    done: threading.Event = field(default_factory=threading.Event)

    @property
    def is_question(self) -> bool:
        return len(self.texts) <= QUESTION_TEXTS


class SharedEncoder:
    """An encoder for several threads. `observe` is told of each batch.

    Whoever waits longer than aligner.deadline allows gets TooSlowError, and the texts are not encoded.
    """

    def __init__(self, encoder: Encoder, *, observe: Callable[[Batch], None] | None = None) -> None:
        self._encoder = encoder
        self._observe = observe
        self.name, self.dimension = encoder.name, encoder.dimension
        self.views: Mapping[str, slice] = encoder.views
        self._queue: list[_Job] = []
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._import_is_next = False

    @property
    def waiting(self) -> int:
        """How many requests wait."""
        return len(self._queue)

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Return one vector a text, in order. Raises TooSlowError."""
        return self._run(texts, progress)[0]

    def _run(self, texts: Sequence[str], progress: Progress | None) -> tuple[Vectors, list[Tokens]]:
        if not texts:
            return np.empty((0, self.dimension), np.float32), []
        job = _Job(texts, progress, time.monotonic())
        with self._changed:
            if self._thread is None or not self._thread.is_alive():  # started late: a thread does not survive a fork
                self._thread = threading.Thread(target=self._work, name="encode", daemon=True)
                self._thread.start()
            self._queue.append(job)
            self._changed.notify()
        if not job.done.wait(remaining_seconds()):
            with self._changed:
                if job in self._queue:
                    self._queue.remove(job)
            raise TooSlowError("the model is busy: the text waited too long for its turn")
        if job.failure is not None:
            raise job.failure
        return np.concatenate(job.vectors), job.tokens

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._queue:
                    self._changed.wait()
                parts = self._turn()
            try:
                self._encode(parts)
            finally:
                with self._changed:
                    self._queue = [job for job in self._queue if not job.done.is_set()]

    def _turn(self) -> list[tuple[_Job, Sequence[str]]]:
        """Return what is encoded next: the questions that wait, or a part of the import that waits longest."""
        questions = [job for job in self._queue if job.is_question]
        imports = [job for job in self._queue if not job.is_question]
        if imports and (self._import_is_next or not questions):
            self._import_is_next = False
            job = imports[0]
            self._queue.remove(job)
            self._queue.append(job)  # of several imports each has its turn
            return [(job, job.texts[job.taken : job.taken + (HURRIED_TEXTS if questions else IMPORT_TEXTS)])]
        self._import_is_next = bool(imports)
        room = TURN_CHARS
        parts: list[tuple[_Job, Sequence[str]]] = []
        for job in questions:
            room -= sum(map(len, job.texts))
            if parts and room < 0:
                break
            parts.append((job, job.texts))
        return parts

    def _encode(self, parts: Sequence[tuple[_Job, Sequence[str]]]) -> None:
        """Encode parts of jobs in one batch; where that fails, each alone, so that it fails for its own texts."""
        started = time.monotonic()
        texts = list(dict.fromkeys(text for _, part in parts for text in part))
        try:
            vectors, tokens = self._encode_texts(texts)
        except BaseException as failure:
            if len(parts) > 1:
                for one in parts:
                    self._encode([one])
            else:
                parts[0][0].failure = failure
                parts[0][0].done.set()
            return
        place = {text: number for number, text in enumerate(texts)}
        waited = tuple(started - job.queued for job, _ in parts if not job.taken)
        seconds = time.monotonic() - started
        for job, part in parts:
            rows = [place[text] for text in part]
            job.vectors.append(vectors[rows])
            job.tokens += [tokens[row] for row in rows] if tokens else []
            job.taken += len(part)
            try:
                if job.progress:
                    job.progress(len(part))
            except BaseException as failure:  # it is the one who waits that wants it to end
                job.failure = failure
            if job.taken >= len(job.texts) or job.failure is not None:
                job.done.set()
        if self._observe:
            left = sum(not job.done.is_set() for job in self._queue)
            self._observe(Batch(len(texts), waited, seconds, left))

    def _encode_texts(self, texts: Sequence[str]) -> tuple[Vectors, list[Tokens]]:
        return self._encoder.encode(texts), []


class SharedTokenEncoder(SharedEncoder):
    """The same for an encoder that gives tokens too."""

    def __init__(self, encoder: TokenEncoder, *, observe: Callable[[Batch], None] | None = None) -> None:
        super().__init__(encoder, observe=observe)
        self._tokens = encoder

    def encode_tokens(self, texts: Sequence[str], *, progress: Progress | None = None) -> tuple[Vectors, list[Tokens]]:
        """Return one vector and the tokens of each text, in order. Raises TooSlowError."""
        return self._run(texts, progress)

    def _encode_texts(self, texts: Sequence[str]) -> tuple[Vectors, list[Tokens]]:
        return self._tokens.encode_tokens(texts)


def shared(encoder: Encoder, *, observe: Callable[[Batch], None] | None = None) -> SharedEncoder:
    """Return the encoder for several threads."""
    kind = SharedTokenEncoder if isinstance(encoder, TokenEncoder) else SharedEncoder
    return kind(encoder, observe=observe)  # type: ignore[arg-type]
