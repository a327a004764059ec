"""Which documents of another language are nearest to one: whatever was asked for, these are the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from aligner.candidates import Group, Pool, pool
from aligner.corpus import Corpus
from aligner.features import Side

__all__ = ["Nearby"]

NEAREST = 8  # paragraphs that are asked for each of a document's
WITNESSES = 2  # documents in each direction: what more of them say has been said as a rule
DIGITS = 6  # of gains, so that no batch changes their order


class Nearby:
    """Documents near each other, and what the scorer asks of their paragraphs; looked up when it is asked for."""

    def __init__(self, corpus: Corpus, known: Pool) -> None:
        self._corpus = corpus
        self._sides: dict[Group, Sequence[Side]] = {
            group: [known.sides[key] for key in keys] for group, keys in known.groups.items()
        }
        self._near: dict[tuple[Group, str], list[Group]] = {}

    def sides(self, group: Group) -> Sequence[Side]:
        """Return the paragraphs of a document, in their order; of one that `near` named, or of those known before."""
        return self._sides[group]

    def near(self, group: Group, language: str, *, but: Group) -> list[Group]:
        """Return the nearest documents of that language but for one, nearest first.

        As near as the sum, over the paragraphs, of the cosine with the nearest one there, less the last one found.
        """
        asked = group, language
        if asked not in self._near:
            self._near[asked] = self._found(group, language)
        return [other for other in self._near[asked] if other != but][:WITNESSES]

    def _found(self, group: Group, language: str) -> list[Group]:
        if language not in self._corpus.indexes:
            return []
        found = self._corpus.indexes[language].search(np.array([s.vector for s in self._sides[group]]), k=NEAREST)
        there = self._corpus.store.paragraphs(sorted({int(key) for line in found for key in line.keys}))
        gains: dict[str, float] = defaultdict(float)
        example: dict[str, int] = {}
        for line in found:
            best: dict[str, float] = {}
            for key, cosine in zip(line.keys.tolist(), line.similarities.tolist(), strict=True):
                if key in there:
                    best.setdefault(there[key].document, cosine - float(line.similarities[-1]))
                    example[there[key].document] = key
            for document, gain in best.items():
                gains[document] += gain
        gains.pop(group[0], None)
        order = sorted(gains, key=lambda id: (-round(gains[id], DIGITS), id))[: WITNESSES + 1]
        if unknown := [example[id] for id in order if (id, language) not in self._sides]:
            found_now = pool(self._corpus, unknown)
            self._sides |= {one: [found_now.sides[key] for key in keys] for one, keys in found_now.groups.items()}
        return [(id, language) for id in order if (id, language) in self._sides]
