"""Which paragraphs of one document tell the same: what matches one of them speaks for the others.

A press text tells its main facts again and again. Where a paragraph is told by another one of its own document, and
that one by a paragraph on the other side, the chain of the three is as strong as its weakest link: the max-min closure
of fuzzy relations, Zadeh (1971), https://doi.org/10.1016/S0020-0255(71)80005-1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from aligner.deadline import check_time
from aligner.reader import Readers
from aligner.tokens import Tokens

__all__ = ["LEAST", "UNREAD", "Inside", "retold"]

LEAST = -2.0  # a logit below says nothing here, so that only likely pairs have their documents read
UNREAD = -6.0  # the logit of a pair that is not read

Numbers = npt.NDArray[np.float64]
Line = Callable[[int], Numbers]
"""Of a paragraph's number, the logit of each of its document with it, shape (paragraphs,); its own is infinite."""


class Inside:
    """How far the paragraphs of one document tell each other's facts, read when it is asked for."""

    def __init__(self, readers: Readers, tokens: Sequence[Tokens | None]) -> None:
        self._readers = readers
        self._count = len(tokens)
        self._present = {at: each for at, each in enumerate(tokens) if each is not None and len(each)}
        self._lines: dict[int, Numbers] = {}

    def line(self, number: int) -> Numbers:
        """Return the logit of each paragraph with this one, as a Line does."""
        if number not in self._lines:
            found = np.full(self._count, UNREAD)
            if number in self._present:
                texts = list(self._present.values())
                nothing = [(None, None)] * len(texts)  # beside itself, everything in a document is told elsewhere
                found[list(self._present)] = self._readers.readings(self._present[number], texts, nothing)
            found[number] = np.inf
            self._lines[number] = found
        return self._lines[number]


def retold(logits: Numbers, rows: Line, columns: Line) -> Numbers:
    """Return the strength of the best chain from each row to each column, of the shape of the logits, LEAST or more.

    A chain leads from a row to one of its document (or itself), from there to a column, and on within that document.
    Raises TooSlowError.
    """
    found = logits
    for row in np.flatnonzero(logits.max(axis=1) >= LEAST).tolist():
        check_time()
        found = np.maximum(found, np.minimum(rows(row)[:, None], logits[row]))
    ends = found
    for column in np.flatnonzero(logits.max(axis=0) >= LEAST).tolist():
        check_time()
        found = np.maximum(found, np.minimum(columns(column), ends[:, column, None]))
    return np.maximum(found, LEAST)
