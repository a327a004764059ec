"""Which paragraphs tell the same as another one: what matches one of them speaks for the others.

A press text tells its main facts again and again, and so do other texts on the event. Where a paragraph is told by
another one, and that one by a paragraph on the other side, the chain of the three is as strong as its weakest link: the
max-min composition of fuzzy relations, Zadeh (1971), https://doi.org/10.1016/S0020-0255(71)80005-1.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from aligner.arrays import Numbers
from aligner.deadline import check_time

__all__ = ["LEAST", "Line", "retold", "through"]

LEAST = -2.0  # a logit below says nothing here, so that a paragraph is asked for its line where it is likely a witness
Line = Callable[[int], Numbers]
"""Of a paragraph's number, the logit of each of a document with it, shape (paragraphs,); its own is infinite."""


def through(logits: Numbers, lines: Line) -> Numbers:
    """Return the strength of the best chain of two links from each row, LEAST or more.

    `logits`, shape (rows, witnesses), is the first link; `lines` gives a witness's with each column. The result has one
    column where no witness tells of any row. Raises TooSlowError.
    """
    found = np.full((len(logits), 1), LEAST)
    for witness in np.flatnonzero(logits.max(axis=0, initial=LEAST) > LEAST).tolist():
        check_time()
        found = np.maximum(found, np.minimum(logits[:, witness, None], lines(witness)))
    return found


def retold(logits: Numbers, rows: Line, columns: Line) -> Numbers:
    """Return the strength of the best chain from each row to each column, of the shape of the logits, LEAST or more.

    A chain leads from a row to one of its document (or itself), from there to a column, and on within that document.
    Raises TooSlowError.
    """
    found = logits
    for row in np.flatnonzero(logits.max(axis=1) > LEAST).tolist():
        check_time()
        found = np.maximum(found, np.minimum(rows(row)[:, None], logits[row]))
    ends = found
    for column in np.flatnonzero(logits.max(axis=0) > LEAST).tolist():
        check_time()
        found = np.maximum(found, np.minimum(columns(column), ends[:, column, None]))
    return np.maximum(found, LEAST)
