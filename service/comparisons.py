"""Comparisons that were made lately: a story's page, what it can be taken away as and its JSON ask for the same one."""

from __future__ import annotations

from collections.abc import Sequence

from aligner.comparison import Comparison, compare_documents
from aligner.corpus import Corpus
from aligner.readings import WasRead
from service.kept import Kept

__all__ = ["Comparisons"]

KEPT = 8  # the largest, of 4,000 sentences, holds some megabytes of texts

Key = tuple[str, tuple[str, ...], int]
"""The state of the corpus, the documents, and `min_others`."""


class Comparisons:
    """The last few comparisons of this process. Safe to use from several threads.

    `was_read` is what others read and read again. Where there was no time for a comparison, who asks again goes on.
    """

    def __init__(self, *, kept: int = KEPT, was_read: WasRead | None = None) -> None:
        self._was_read = was_read or WasRead()
        self.kept: Kept[Key, Comparison] = Kept(kept=kept)

    def of(self, corpus: Corpus, ids: Sequence[str], *, min_others: int) -> Comparison:
        """Return what `compare_documents` does, and raise what it raises; made anew only where the corpus changed."""
        return self.kept.of(
            _key(corpus, ids, min_others),
            lambda: compare_documents(corpus, ids, min_others=min_others, was_read=self._was_read),
        )

    def known(self, corpus: Corpus, ids: Sequence[str], *, min_others: int) -> Comparison | None:
        """Return the comparison where it is kept."""
        return self.kept.known(_key(corpus, ids, min_others))


def _key(corpus: Corpus, ids: Sequence[str], min_others: int) -> Key:
    return corpus.store.state, tuple(sorted(set(ids))), min_others
