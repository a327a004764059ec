"""Matches that were worked out lately: a document's for its page, and those that may pass for translations."""

from __future__ import annotations

from collections.abc import Sequence

from aligner.corpus import Corpus
from aligner.grades import NEAR_EQUIVALENT
from aligner.matches import Match, find_matches
from aligner.readings import WasRead
from service.kept import Kept

__all__ = ["MatchesKept"]

KEPT = 16

Key = tuple[str, tuple[str, ...]]
"""The state of the corpus, and the documents."""


class MatchesKept:
    """The last matches of this process, and what was read for them. Safe to use from several threads.

    Where there was no time for all of it, what was read by then is at hand for who asks again.
    """

    def __init__(self) -> None:
        self.was_read = WasRead()
        self._documents: Kept[Key, Sequence[Match]] = Kept(kept=KEPT)
        self._equivalents: Kept[Key, Sequence[Match]] = Kept(kept=KEPT)

    def of_document(self, corpus: Corpus, document: str) -> Sequence[Match]:
        """Return the matches of a document's paragraphs, as `find_matches` does. Raises TooSlowError."""

        def make() -> Sequence[Match]:
            return find_matches(corpus, sources=corpus.store.keys(documents=[document]), was_read=self.was_read)

        return self._documents.of(_key(corpus, [document]), make)

    def equivalents(self, corpus: Corpus, ids: Sequence[str]) -> Sequence[Match]:
        """Return the near-equivalent paragraphs of some documents, each pair once. Raises TooSlowError."""

        def make() -> Sequence[Match]:
            keys = corpus.store.keys(documents=ids)
            return find_matches(corpus, within=keys, grades=[NEAR_EQUIVALENT], was_read=self.was_read)

        return self._equivalents.of(_key(corpus, ids), make)

    def known_equivalents(self, corpus: Corpus, ids: Sequence[str]) -> Sequence[Match] | None:
        """Return the same where it is kept."""
        return self._equivalents.known(_key(corpus, ids))


def _key(corpus: Corpus, ids: Sequence[str]) -> Key:
    return corpus.store.state, tuple(sorted(set(ids)))
