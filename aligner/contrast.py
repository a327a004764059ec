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

__all__ = ["Contrast", "Elsewhere"]

Floats = npt.NDArray[np.float32]
Elsewhere = Floats
"""Shape (n, 2): of each token the mean, over other paragraphs, of the best cosine there, and the greatest of them."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """All paragraphs of two documents, those of the first as rows; all have tokens."""

    _ahead: Sequence[Floats]
    """For each row, of each of its tokens the best cosine in each column, shape (n, columns)."""
    _back: Sequence[Floats]
    """For each column, of each of its tokens the best cosine in each row, shape (n, rows)."""

    @classmethod
    def of(cls, rows: Sequence[Tokens], columns: Sequence[Tokens]) -> Self:
        """Return what their tokens find."""
        if not rows or not columns:
            return cls([], [])
        row_ends, column_ends = (np.cumsum([0, *map(len, texts)]) for texts in (rows, columns))
        cosines = _vectors(rows) @ _vectors(columns).T
        ahead = np.maximum.reduceat(cosines, column_ends[:-1], axis=1)
        back = np.maximum.reduceat(cosines, row_ends[:-1], axis=0).T
        return cls(np.split(ahead, row_ends[1:-1]), np.split(back, column_ends[1:-1]))

    def elsewhere(self, row: int, column: int) -> tuple[Elsewhere | None, Elsewhere | None]:
        """Return what the tokens of both find in the other columns and rows; None where there are no others."""
        return _others(self._ahead[row], column), _others(self._back[column], row)


def _vectors(texts: Sequence[Tokens]) -> Floats:
    return np.concatenate([text.floats() for text in texts])


def _others(found: Floats, own: int) -> Elsewhere | None:
    if found.shape[1] < 2:
        return None
    others = np.delete(found, own, axis=1)
    return np.stack([others.mean(axis=1), others.max(axis=1)], axis=1)
