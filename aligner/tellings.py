"""What two documents' paragraphs say together: what is read of each pair, and the chains that other tellings make."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from aligner.candidates import Group
from aligner.nearby import Nearby
from aligner.pairs import pair_logits
from aligner.reader import Readers
from aligner.readings import Lines, readings
from aligner.retold import LEAST, Line, Numbers, retold, through
from aligner.scoring import Scorer

__all__ = ["Tellings"]

KEPT = 256  # pairs of documents of which is kept what was read, for others that they are witnesses of


class Tellings:
    """Documents of two languages, each read with its nearest ones."""

    def __init__(self, scorer: Scorer, readers: Readers, nearby: Nearby) -> None:
        self._scorer, self._readers, self._nearby = scorer, readers, nearby
        self._across = lru_cache(KEPT)(self._read_across)
        self._lines = lru_cache(KEPT)(self._read_lines)

    def logits(self, first: Group, second: Group) -> tuple[Numbers, Numbers]:
        """Return what the first regression and what the readers say of each pair, of shape (rows, columns) both."""
        if first[1] <= second[1]:
            return self._across(first, second)
        said, read = self._across(second, first)
        return said.T, read.T

    def _read_across(self, first: Group, second: Group) -> tuple[Numbers, Numbers]:
        sources, targets = self._nearby.sides(first), self._nearby.sides(second)
        said = pair_logits(self._scorer, sources, targets)
        return said, readings(self._readers, sources, targets, said)

    def _read_lines(self, rows: Group, columns: Group) -> Lines:
        return Lines(self._readers, self._nearby.sides(rows), None if rows == columns else self._nearby.sides(columns))

    def inside(self, group: Group) -> Line:
        """Return how far a document's paragraphs tell each other's facts."""
        return self._lines(group, group).line

    def through(self, first: Group, second: Group) -> Numbers:
        """Return the best chain by one paragraph of a third document, shape (rows, columns), LEAST or more.

        Third documents are those in the second one's language near the first one, and the other way round.
        """
        return np.maximum(self._ahead(first, second), self._ahead(second, first).T)

    def _ahead(self, first: Group, second: Group) -> Numbers:
        found = np.full((len(self._nearby.sides(first)), len(self._nearby.sides(second))), LEAST)
        for third in self._nearby.near(first, second[1], but=second):
            found = np.maximum(found, through(self.logits(first, third)[1], self._lines(third, second).line))
        return found

    def joined(self, first: Group, second: Group) -> tuple[Numbers, Numbers]:
        """Return the logit of each pair and its best chain of tellings, of shape (rows, columns) both."""
        said = self._scorer.joined(*self.logits(first, second))
        links = np.maximum(said, self.through(first, second))
        return said, retold(links, self.inside(first), self.inside(second))
