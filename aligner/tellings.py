"""What two documents' paragraphs say together: what is read of each pair, and its best chain of tellings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from aligner.candidates import Group
from aligner.nearby import Nearby
from aligner.pairs import pair_logits
from aligner.reader import Readers
from aligner.readings import readings
from aligner.retold import Numbers, chains, composed
from aligner.scoring import Scorer

__all__ = ["Others", "Tellings"]

KEPT = 512  # pairs of documents of which is kept what was read, for others that they are witnesses of


@dataclass(frozen=True, slots=True)
class Others:
    """What the readers say of two documents' paragraphs with others: those of their own, and of third documents.

    Shapes (a, a), (b, b), (a, n), (b, n): the third documents have n paragraphs together.
    """

    rows: Numbers
    columns: Numbers
    row_thirds: Numbers
    column_thirds: Numbers

    def chains(self, logits: Numbers) -> Numbers:
        """Return the best chain of tellings for each pair of the two with these logits, shape (a, b).

        It may lead over a third document, and over other paragraphs of either document at its ends.

        Raises TooSlowError.
        """
        links = np.maximum(logits, composed(self.row_thirds, self.column_thirds.T))
        return chains(links, self.rows, self.columns)


class Tellings:
    """Documents of two languages, each read with its nearest ones."""

    def __init__(self, scorer: Scorer, readers: Readers, nearby: Nearby) -> None:
        self._scorer, self._readers, self._nearby = scorer, readers, nearby
        self._pair = lru_cache(KEPT)(self._read)

    def logits(self, first: Group, second: Group) -> tuple[Numbers, Numbers]:
        """Return what the first regression and what the readers say of each pair, of shape (rows, columns) both.

        A paragraph with itself is read as infinite.
        """
        if first[::-1] <= second[::-1]:
            return self._pair(first, second)
        said, read = self._pair(second, first)
        return said.T, read.T

    def _read(self, first: Group, second: Group) -> tuple[Numbers, Numbers]:
        sources, targets = self._nearby.sides(first), self._nearby.sides(second)
        said = pair_logits(self._scorer, sources, targets)
        read = readings(self._readers, sources, targets, said, contrasted=first != second)
        if first == second:
            np.fill_diagonal(read, np.inf)
        return said, read

    def others(self, first: Group, second: Group) -> Others:
        """Return what is read of both documents with others.

        Third documents are those in the second one's language near the first one, and the other way round.
        """
        thirds = [
            *self._nearby.near(first, second[1], but=second),
            *self._nearby.near(second, first[1], but=first),
        ]
        rows, columns = (self.logits(own, own)[1] for own in (first, second))
        row_thirds, column_thirds = (
            np.hstack([np.empty((len(inside), 0)), *(self.logits(own, third)[1] for third in thirds)])
            for own, inside in ((first, rows), (second, columns))
        )
        return Others(rows, columns, row_thirds, column_thirds)

    def joined(self, first: Group, second: Group) -> tuple[Numbers, Numbers]:
        """Return the logit of each pair and its best chain of tellings, of shape (rows, columns) both."""
        said = self._scorer.joined(*self.logits(first, second))
        return said, self.others(first, second).chains(said)
