"""What one worker holds: the corpus, the encoder that loads behind it, and who may write."""

from __future__ import annotations

import atexit
import logging
import threading
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from aligner.arrays import Vectors
from aligner.corpus import Corpus, Outcome
from aligner.documents import Document
from aligner.encoders import load_encoder
from aligner.errors import AlignerError
from aligner.filters import Filters
from aligner.store_selection import remove_selected, selected
from aligner.tokens import Tokens
from aligner.vectors import Encoder, Progress, TokenEncoder
from service.settings import Settings

__all__ = ["NotReadyError", "Runtime", "SharedEncoder", "shared"]

TURN_TEXTS = 32  # encoded in one turn: about a second, which a search may have to wait during an import

log = logging.getLogger(__name__)


class NotReadyError(Exception):
    """The worker has no corpus yet; the cause is the error that keeps it from having one, if one does."""


class SharedEncoder:
    """An encoder for several threads: one encodes at a time, and a long import lets others in between.

    The tokenizers behind Sentence-Transformers raise "Already borrowed" when two threads use them at once.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name, self.dimension = encoder.name, encoder.dimension
        self.views: Mapping[str, slice] = encoder.views
        self._next = threading.Lock()  # held while waiting: who has just had a turn queues behind who waits
        self._turn = threading.Lock()

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Return one vector a text, in order."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for start, part in self._turns(texts):
            vectors[start : start + len(part)] = self._encoder.encode(part, progress=progress)
        return vectors

    def _turns(self, texts: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
        """Yield parts of the texts, each while it is this thread's turn."""
        for start in range(0, len(texts), TURN_TEXTS):
            with self._next:
                self._turn.acquire()
            try:
                yield start, texts[start : start + TURN_TEXTS]
            finally:
                self._turn.release()


class SharedTokenEncoder(SharedEncoder):
    """The same for an encoder that gives tokens too."""

    def __init__(self, encoder: TokenEncoder) -> None:
        super().__init__(encoder)
        self._tokens = encoder

    def encode_tokens(self, texts: Sequence[str], *, progress: Progress | None = None) -> tuple[Vectors, list[Tokens]]:
        """Return one vector and the tokens of each text, in order."""
        vectors, tokens = np.empty((len(texts), self.dimension), np.float32), []
        for start, part in self._turns(texts):
            vectors[start : start + len(part)], own = self._tokens.encode_tokens(part, progress=progress)
            tokens += own
        return vectors, tokens


def shared(encoder: Encoder) -> SharedEncoder:
    """Return the encoder for several threads."""
    return SharedTokenEncoder(encoder) if isinstance(encoder, TokenEncoder) else SharedEncoder(encoder)


class Runtime:
    """The corpus of one worker: the one handed in, or the settings' one, opened in the background."""

    def __init__(self, settings: Settings, corpus: Corpus | None = None) -> None:
        self.settings = settings
        self._corpus = corpus
        self._failure: Exception | None = None
        self._writing = threading.Lock()
        self._written = False
        if corpus is None:
            threading.Thread(target=self._open, name="load-encoder", daemon=True).start()
            atexit.register(self.close)

    @property
    def corpus(self) -> Corpus:
        """The corpus, its encoder loaded. Raises NotReadyError."""
        if self._corpus is None:
            raise NotReadyError from self._failure
        return self._corpus

    def add(self, documents: Sequence[Document]) -> list[Outcome]:
        """Store documents, one request at a time; SQLite has the workers wait for each other."""
        corpus = self.corpus
        with self._writing:
            self._written = True
            return list(corpus.add(documents))

    def remove(self, document: str) -> Outcome:
        """Remove a document."""
        self._written = True
        return self.corpus.remove([document])[0]

    def remove_matching(self, filters: Filters, *, dry_run: bool = False) -> list[str]:
        """Remove the documents that pass, in one step; return their ids, or what would be removed."""
        store = self.corpus.store
        self._written = True
        return selected(store, filters) if dry_run else remove_selected(store, filters)

    def close(self) -> None:
        """Save the indexes if this worker changed the corpus, and close it; a failure is logged."""
        corpus, self._corpus = self._corpus, None
        if corpus is None:
            return
        try:
            if self._written:
                corpus.save_indexes()
            corpus.close()
        except AlignerError:
            log.exception("the indexes were not saved; they are made anew at the next start")

    def _open(self) -> None:
        settings = self.settings
        try:
            with Corpus(settings.corpus, create=True) as stored:
                model = settings.model or stored.store.meta("encoder") or "default"
            encoder = shared(load_encoder(model, threads=settings.threads))
            self._corpus = Corpus(settings.corpus, encoder=encoder, create=True, languages=settings.languages)
        except AlignerError as failure:
            self._failure = failure
            log.error("the corpus %s cannot be served: %s", settings.corpus, failure)
        except Exception as failure:  # the worker stays up, to say that it is not ready
            self._failure = failure
            log.exception("the corpus %s cannot be served", settings.corpus)
        else:
            log.info("serving %s with %s", settings.corpus, encoder.name)
