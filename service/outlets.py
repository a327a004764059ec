"""Outlets as people name them: whatever the case and the accents, or by a part of the name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from aligner.corpus import Corpus
from aligner.store_selection import outlets
from service.kept import Kept

__all__ = ["Outlets", "outlets_like"]

OFFERED = 200  # the outlets with the most documents: a longer list helps nobody


class Outlets:
    """The outlets of the corpus, read anew when documents were written."""

    def __init__(self) -> None:
        self._kept: Kept[str, Mapping[str, int]] = Kept(kept=1)

    def offered(self, corpus: Corpus) -> Sequence[str]:
        """Return the outlets to choose from, in alphabetical order."""
        counts = self._counts(corpus)
        most = sorted(counts, key=lambda name: (-counts[name], name))[:OFFERED]
        return sorted(most, key=_folded)

    def like(self, corpus: Corpus, asked: str) -> tuple[str, ...]:
        """Return the stored outlets that a name may mean; none where no document has such an outlet."""
        return outlets_like(self._counts(corpus), asked)

    def _counts(self, corpus: Corpus) -> Mapping[str, int]:
        return self._kept.of(corpus.store.documents_state, lambda: outlets(corpus.store))


def outlets_like(names: Iterable[str], asked: str) -> tuple[str, ...]:
    """Return the names that are the one asked for but for case, accents and blanks; else those that contain it."""
    wanted = _folded(asked)
    folded = {name: _folded(name) for name in names}
    if not wanted:
        return ()
    same = tuple(name for name, own in folded.items() if own == wanted)
    return same or tuple(name for name, own in folded.items() if wanted in own)


def _folded(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(char for char in decomposed if not unicodedata.combining(char)).split())
