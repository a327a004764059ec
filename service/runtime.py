"""What one worker holds: the corpus, the encoder that loads behind it, and who may write."""

from __future__ import annotations

import atexit
import logging
import threading
from collections.abc import Callable, Mapping, Sequence

from aligner.corpus import Corpus, Outcome
from aligner.documents import Document
from aligner.encoders import load_encoder
from aligner.errors import AlignerError
from aligner.filters import Filters
from aligner.store_selection import remove_selected, selected
from aligner.stories_update import update_stories
from service.afterwards import Afterwards
from service.batching import Batch, SharedEncoder, shared
from service.settings import Settings
from service.turns import Turns

__all__ = ["NotReadyError", "Runtime"]

PART_DOCUMENTS = 32  # of a long import, after which another one may write

log = logging.getLogger(__name__)


class NotReadyError(Exception):
    """The worker has no corpus yet; the cause is the error that keeps it from having one, if one does."""


class Runtime:
    """The corpus of one worker: the one handed in, or the settings' one, opened in the background.

    `settled` is set once it is known whether there is a corpus; `observe` is told of each batch that is encoded. Who
    searches takes `turns` once the text is encoded.
    """

    def __init__(
        self, settings: Settings, corpus: Corpus | None = None, *, observe: Callable[[Batch], None] | None = None
    ) -> None:
        self.settings = settings
        self.settled = threading.Event()
        self.turns = Turns()
        self._observe = observe
        self._corpus = corpus
        self._failure: Exception | None = None
        self._written = False
        self._own = corpus is None  # one that was handed in may be closed before what is done afterwards
        self._stories = Afterwards(self._follow)
        if corpus is None:
            threading.Thread(target=self._open, name="load-encoder", daemon=True).start()
            atexit.register(self.close)
        else:
            self.settled.set()

    @property
    def corpus(self) -> Corpus:
        """The corpus, its encoder loaded. Raises NotReadyError."""
        if self._corpus is None:
            raise NotReadyError from self._failure
        return self._corpus

    @property
    def waiting(self) -> int:
        """How many requests wait for the encoder."""
        encoder = self._corpus.encoder if self._corpus else None
        return encoder.waiting if isinstance(encoder, SharedEncoder) else 0

    def add(self, documents: Sequence[Document], *, expected: Mapping[str, str | None] | None = None) -> list[Outcome]:
        """Store documents; between the parts of a long import others have their turn.

        What several requests store is encoded together; SQLite then has them wait for each other. Raises ChangedError
        where a document has not the `expected` content hash.
        """
        corpus = self.corpus
        outcomes: list[Outcome] = []
        for start in range(0, len(documents), PART_DOCUMENTS):
            with corpus.store.expecting(expected or {}):
                self._written = True
                outcomes += corpus.add(documents[start : start + PART_DOCUMENTS])
        if self._own:
            self._stories.soon()  # who asks for stories before that has them grouped then
        else:
            self._follow()
        return outcomes

    def remove(self, document: str, *, expected: Mapping[str, str | None] | None = None) -> Outcome:
        """Remove a document. Raises ChangedError where it has not the `expected` content hash."""
        self._written = True
        with self.corpus.store.expecting(expected or {}):
            return self.corpus.remove([document])[0]

    def remove_matching(self, filters: Filters, *, dry_run: bool = False) -> list[str]:
        """Remove the documents that pass, in one step; return their ids, or what would be removed."""
        store = self.corpus.store
        self._written = True
        return selected(store, filters) if dry_run else remove_selected(store, filters)

    def rebuild_indexes(self) -> Mapping[str, int]:
        """Make the indexes anew and save them; return how many paragraphs are in that of each language."""
        return self.corpus.rebuild_indexes()

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

    def _follow(self) -> None:
        """Bring the stories in step with the documents; these are stored whatever becomes of it."""
        try:
            if self._corpus is not None:
                update_stories(self._corpus)
        except AlignerError:
            log.exception("the stories are not in step with the documents")

    def _open(self) -> None:
        settings = self.settings
        try:
            with Corpus(settings.corpus, create=True) as stored:
                model = settings.model or stored.store.meta("encoder") or "default"
            encoder = shared(load_encoder(model, threads=settings.threads), observe=self._observe)
            corpus = Corpus(settings.corpus, encoder=encoder, create=True, languages=settings.languages)
            corpus.indexes  # noqa: B018  the first question is not to wait for them
            self._corpus = corpus
        except AlignerError as failure:
            self._failure = failure
            log.error("the corpus %s cannot be served: %s", settings.corpus, failure)
        except Exception as failure:  # the worker stays up, to say that it is not ready
            self._failure = failure
            log.exception("the corpus %s cannot be served", settings.corpus)
        else:
            log.info("serving %s with %s", settings.corpus, encoder.name)
        finally:
            self.settled.set()
