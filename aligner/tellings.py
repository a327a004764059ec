"""What two documents' paragraphs say together: what is read of each pair, and its best chain of tellings."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from aligner.arrays import Numbers
from aligner.candidates import Group
from aligner.nearby import Nearby
from aligner.pairs import pair_logits
from aligner.reader import TokenReader
from aligner.readings import Lines, readings
from aligner.retold import LEAST, Line, retold, through
from aligner.scoring import Scorer

__all__ = ["Tellings"]

KEPT_PAIRS = 512  # pairs of documents of which is kept what was read, for others that they are witnesses of
KEPT_DOCUMENTS = 1024  # the same of documents with themselves


class Tellings:
    """Documents, of different languages or of one, each read with its nearest ones."""

    def __init__(self, scorer: Scorer, reader: TokenReader, nearby: Nearby) -> None:
        def across(first: Group, second: Group) -> tuple[Numbers, Numbers]:
            sources, targets = nearby.sides(first), nearby.sides(second)

            def read() -> tuple[Numbers, Numbers]:
                logits = pair_logits(scorer, sources, targets)
                if first[1] != second[1]:
                    return logits, readings(reader, sources, targets, logits)
                rows = self._within(first, second)  # which may have been asked for as links of chains
                return logits, np.array([rows.line(row) for row in range(len(sources))]).reshape(logits.shape)

            key = "across", scorer, nearby.mark(first), nearby.mark(second)
            return nearby.was_read.of(key, read, numbers=2 * len(sources) * len(targets))

        def lines(rows: Group, columns: Group) -> Lines:
            own, others = nearby.sides(rows), nearby.sides(columns)
            key = "lines", scorer, nearby.mark(rows), nearby.mark(columns)
            known = nearby.was_read.of(key, dict[int, Numbers], numbers=len(own) * len(others))
            logits = pair_logits(scorer, own, others)
            return Lines(reader, own, others, logits, inside=rows == columns, known=known)

        self._scorer, self._nearby = scorer, nearby
        self._across = lru_cache(KEPT_PAIRS)(across)
        self._within = lru_cache(KEPT_PAIRS)(lines)
        self._inside = lru_cache(KEPT_DOCUMENTS)(lines)

    def logits(self, first: Group, second: Group) -> tuple[Numbers, Numbers]:
        """Return what the first regression and what the reader says of each pair, of shape (rows, columns) both."""
        if (first[1], first[0]) < (second[1], second[0]):
            return self._across(first, second)
        said, read = self._across(second, first)
        return said.T, read.T

    def inside(self, group: Group) -> Line:
        """Return how far a document's paragraphs tell each other's facts."""
        return self._inside(group, group).line

    def through(self, first: Group, second: Group) -> Numbers:
        """Return the best chain by one paragraph of a third document, shape (rows, columns), LEAST or more.

        Third documents are those in the second one's language near the first one, and the other way round.
        Raises TooSlowError.
        """
        return np.maximum(self._ahead(first, second), self._ahead(second, first).T)

    def _ahead(self, first: Group, second: Group) -> Numbers:
        found = np.full((len(self._nearby.sides(first)), len(self._nearby.sides(second))), LEAST)
        for third in self._nearby.near(first, second[1], but=second):
            found = np.maximum(found, through(self.logits(first, third)[1], self._within(third, second).line))
        return found

    def joined(self, first: Group, second: Group) -> tuple[Numbers, Numbers]:
        """Return the logit of each pair and its best chain of tellings, of shape (rows, columns) both.

        Raises TooSlowError.
        """
        said = self._scorer.joined(*self.logits(first, second))
        links = np.maximum(said, self.through(first, second))
        return said, retold(links, self.inside(first), self.inside(second))
