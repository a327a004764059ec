"""What each token of a paragraph finds in the other paragraphs of the document that it is compared with.

Actors and topic of a story are told all over that document; a fact that two paragraphs share is told in the one and
hardly elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from aligner.tokens import Tokens

__all__ = ["Both", "Contrast", "Elsewhere"]

Floats = npt.NDArray[np.float32]
Elsewhere = Floats
"""Shape (n, 2): of each token the mean, over other paragraphs, of the best cosine there, and the greatest of them."""
Both = tuple[Elsewhere | None, Elsewhere | None]
"""What the tokens of a row and of a column find in other columns and rows; None where there are none, or not known."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """All paragraphs of two documents, those of the first as rows; all have tokens."""

    _ahead: Sequence[_Found]
    """For each row, what each of its tokens finds in the columns."""
    _back: Sequence[_Found]
    """For each column, what each of its tokens finds in the rows."""

    @classmethod
    def of(cls, rows: Sequence[Tokens], columns: Sequence[Tokens]) -> Self:
        """Return what their tokens find."""
        if not rows or not columns:
            return cls([], [])
        starts = np.cumsum([0, *map(len, columns[:-1])])
        there = np.concatenate([column.floats() for column in columns])
        ahead, back = [], np.empty((len(there), len(rows)), np.float32)
        for number, row in enumerate(rows):  # not all at once: a long document has tens of thousands of tokens
            cosines = row.floats() @ there.T
            ahead.append(_Found.of(np.maximum.reduceat(cosines, starts, axis=1)))
            back[:, number] = cosines.max(axis=0)
        return cls(ahead, [_Found.of(part) for part in np.split(back, starts[1:])])

    def elsewhere(self, row: int, column: int) -> Both:
        """Return what the tokens of both find in the others."""
        return self._ahead[row].but(column), self._back[column].but(row)


@dataclass(frozen=True, slots=True)
class _Found:
    """Of each token of a paragraph the best cosine in each paragraph there, shape (n, paragraphs)."""

    cosines: Floats
    total: Floats
    best: Floats
    second: Floats

    @classmethod
    def of(cls, cosines: Floats) -> Self:
        ordered = np.sort(cosines, axis=1)
        return cls(cosines, cosines.sum(axis=1), ordered[:, -1], ordered[:, -2:][:, 0])

    def but(self, paragraph: int) -> Elsewhere | None:
        """Return what is found in the others."""
        others, own = self.cosines.shape[1] - 1, self.cosines[:, paragraph]
        if not others:
            return None
        return np.stack([(self.total - own) / others, np.where(own >= self.best, self.second, self.best)], axis=1)
