"""Comparisons that were made lately: a story's page, what it can be taken away as and its JSON ask for the same one."""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from aligner.comparison import Comparison, compare_documents
from aligner.corpus import Corpus
from aligner.deadline import remaining_seconds
from aligner.errors import TooSlowError

__all__ = ["Comparisons"]

KEPT = 8  # the largest, of 4,000 sentences, holds some megabytes of texts

Key = tuple[str, tuple[str, ...], int]
"""The state of the corpus, the documents, and `min_others`."""


@dataclass(slots=True)
class _Turn:
    """Whose turn it is to make a comparison, and how many want it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    wanted: int = 0


class Comparisons:
    """The last few comparisons of this process. Safe to use from several threads: one makes what all of them want."""

    def __init__(self, *, kept: int = KEPT) -> None:
        self._kept = kept
        self._guard = threading.Lock()
        self._found: OrderedDict[Key, Comparison] = OrderedDict()
        self._turns: dict[Key, _Turn] = {}

    def of(self, corpus: Corpus, ids: Sequence[str], *, min_others: int) -> Comparison:
        """Return what `compare_documents` does, and raise what it raises; made anew only where the corpus changed."""
        key = (corpus.store.state, tuple(sorted(set(ids))), min_others)
        with self._turn(key):
            found = self._known(key)
            if found is None:
                found = compare_documents(corpus, ids, min_others=min_others)
                self._keep(key, found)
        return found

    @contextlib.contextmanager
    def _turn(self, key: Key) -> Iterator[None]:
        with self._guard:
            turn = self._turns.setdefault(key, _Turn())
            turn.wanted += 1
        left = remaining_seconds()
        try:
            if not turn.lock.acquire(timeout=-1 if left is None else left):
                raise TooSlowError("the answer takes longer than is allowed")
            try:
                yield
            finally:
                turn.lock.release()
        finally:
            with self._guard:
                turn.wanted -= 1
                if not turn.wanted:
                    del self._turns[key]

    def _known(self, key: Key) -> Comparison | None:
        with self._guard:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def _keep(self, key: Key, found: Comparison) -> None:
        with self._guard:
            self._found[key] = found
            while len(self._found) > self._kept:
                self._found.popitem(last=False)
