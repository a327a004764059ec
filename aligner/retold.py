"""Which paragraphs tell the same as another one: what matches one of them speaks for the others.

A press text tells its main facts again and again, and so do other texts on the event. Where a paragraph is told by
another one, and that one by a paragraph on the other side, the chain of the three is as strong as its weakest link: the
max-min composition of fuzzy relations, Zadeh (1971), https://doi.org/10.1016/S0020-0255(71)80005-1.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from aligner.deadline import check_time

__all__ = ["LEAST", "Numbers", "chains", "composed"]

LEAST = -2.0  # a logit below says nothing here

Numbers = npt.NDArray[np.float64]


def composed(first: Numbers, second: Numbers) -> Numbers:
    """Return the strength of the best chain of two links, one of each matrix, LEAST or more: shape (rows, columns).

    `first` is of shape (rows, n), `second` of shape (n, columns). Raises TooSlowError.
    """
    found = np.full((len(first), second.shape[1]), LEAST)
    told = (first.max(axis=0, initial=-np.inf) >= LEAST) & (second.max(axis=1, initial=-np.inf) >= LEAST)
    for witness in np.flatnonzero(told).tolist():
        check_time()
        found = np.maximum(found, np.minimum(first[:, witness, None], second[witness]))
    return found


def chains(logits: Numbers, rows: Numbers, columns: Numbers) -> Numbers:
    """Return the strength of the best chain from each row to each column, of the shape of the logits, LEAST or more.

    A chain leads from a row to one of its document (or itself), from there to a column, and on within that document:
    `rows` and `columns` are what tells the same within these, infinite for a paragraph with itself.

    Raises TooSlowError.
    """
    return composed(rows, composed(logits, columns))
