"""Which documents of another language are nearest to one: whatever was asked for, these are the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import islice

import numpy as np

from aligner.candidates import Group, Pool, pool
from aligner.corpus import Corpus
from aligner.deadline import check_time
from aligner.features import Side
from aligner.index import Neighbours
from aligner.readings import WasRead
from aligner.store import Keys

__all__ = ["Nearby"]

NEAREST = 8  # paragraphs that are asked for each of a document's
WITNESSES = 2  # documents in each direction: what more of them say has been said as a rule
TOGETHER = 64  # documents that are looked up at once
DIGITS = 6  # of gains, which are sums: their order is not to hang on that of what is added


class Nearby:
    """Documents near each other, and what the scorer asks of their paragraphs; looked up when it is asked for.

    `was_read` is what was read of them before, and where what is read now is kept. `within` looks among the documents
    that are known from the beginning alone: what is said of these then depends on no others.
    """

    def __init__(self, corpus: Corpus, known: Pool, *, was_read: WasRead | None = None, within: bool = False) -> None:
        self._corpus = corpus
        self.was_read = WasRead() if was_read is None else was_read
        self._state = corpus.store.documents_state
        self._keys: dict[Group, tuple[int, ...]] = {group: tuple(keys) for group, keys in known.groups.items()}
        self._sides: dict[Group, Sequence[Side]] = {
            group: [known.sides[key] for key in keys] for group, keys in known.groups.items()
        }
        self._near: dict[tuple[Group, str], list[Group]] = {}
        self._among = _by_language(known) if within else None

    def sides(self, group: Group) -> Sequence[Side]:
        """Return the paragraphs of a document, in their order; of one that `near` named, or of those known before."""
        return self._sides[group]

    def mark(self, group: Group) -> Hashable:
        """Return what stands for a document's paragraphs as they are now: others have another one."""
        return self._state, self._keys[group]

    def near(self, group: Group, language: str, *, but: Group) -> list[Group]:
        """Return the nearest documents of that language but for one, nearest first.

        As near as the sum, over the paragraphs, of the cosine with the nearest one there, less that of the last of
        NEAREST paragraphs. A document that gains nothing by that is not near. Raises TooSlowError.
        """
        self.look_up([group], language)
        return [other for other in self._near[group, language] if other != but][:WITNESSES]

    def look_up(self, groups: Iterable[Group], language: str) -> None:
        """Find out what is near these documents, many at once: one scan of the index does for all of them.

        Raises TooSlowError.
        """
        asked = [group for group in dict.fromkeys(groups) if (group, language) not in self._near]
        for start in range(0, len(asked), TOGETHER):
            check_time()
            self._look_up(asked[start : start + TOGETHER], language)

    def _look_up(self, asked: Sequence[Group], language: str) -> None:
        index = self._corpus.indexes.get(language)
        vectors = [np.array([side.vector for side in self._sides[group]]) for group in asked]
        among = None if self._among is None else self._among.get(language, np.empty(0, np.int64))
        lines = iter(index.search(np.concatenate(vectors), k=NEAREST, among=among) if index else ())
        found = [list(islice(lines, len(own))) for own in vectors]
        keys = {int(key) for own in found for line in own for key in line.keys}
        documents = {key: paragraph.document for key, paragraph in self._corpus.store.paragraphs(sorted(keys)).items()}
        orders = [
            [id for id in _order(own, documents) if id != group[0]][: WITNESSES + 1]
            for group, own in zip(asked, found, strict=True)
        ]
        example = {id: key for key, id in documents.items()}
        self._load(example[id] for order in orders for id in order if (id, language) not in self._sides)
        for group, order in zip(asked, orders, strict=True):
            self._near[group, language] = [(id, language) for id in order if (id, language) in self._sides]

    def _load(self, keys: Iterable[int]) -> None:
        if wanted := list(keys):
            loaded = pool(self._corpus, wanted)
            new = {group: [loaded.sides[key] for key in own] for group, own in loaded.groups.items()}
            self._sides = new | self._sides  # what is known stays as it is, whatever was written meanwhile
            self._keys = {group: tuple(keys) for group, keys in loaded.groups.items()} | self._keys


def _by_language(known: Pool) -> dict[str, Keys]:
    keys: dict[str, list[int]] = defaultdict(list)
    for (_, language), own in known.groups.items():
        keys[language] += own
    return {language: np.array(sorted(own), np.int64) for language, own in keys.items()}


def _order(found: Sequence[Neighbours], documents: Mapping[int, str]) -> list[str]:
    """Return the documents of what was found for a document's paragraphs, nearest first."""
    gains: dict[str, float] = defaultdict(float)
    for line in found:
        best: dict[str, float] = {}
        for key, cosine in zip(line.keys.tolist(), line.similarities.tolist(), strict=True):
            if key in documents:
                best.setdefault(documents[key], cosine - float(line.similarities[-1]))
        for document, gain in best.items():
            gains[document] += gain
    rounded = {document: round(gain, DIGITS) for document, gain in gains.items()}
    return sorted((id for id, gain in rounded.items() if gain > 0), key=lambda id: (-rounded[id], id))
