"""What the readers say of the paragraphs of two documents, or of one with itself: a logit for each pair."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from aligner.arrays import Numbers
from aligner.contrast import Both, Contrast
from aligner.deadline import check_time
from aligner.features import Side
from aligner.reader import Readers
from aligner.tokens import Tokens

__all__ = ["READ_LOGIT", "UNREAD", "Lines", "are_read", "readings"]

READ_LOGIT = -10.0  # of a pair by itself: below, it is not read
UNREAD = -6.0  # the logit of a pair that is not read


def are_read(readers: Readers, sides: Iterable[Side]) -> bool:
    """Return whether the readers are made for these paragraphs' tokens."""
    return all(side.tokens is not None and readers.reads(side.tokens) for side in sides)


def readings(readers: Readers, sources: Sequence[Side], targets: Sequence[Side], logits: Numbers) -> Numbers:
    """Return what reading both texts together says of each pair with these logits by itself, of their shape.

    Raises TooSlowError.
    """
    lines = Lines(readers, sources, targets, logits)
    return np.array([lines.line(row) for row in range(len(sources))]).reshape(logits.shape)


class Lines:
    """What the readers say of a document's paragraphs with those of another or with its own; read when asked for."""

    def __init__(
        self, readers: Readers, rows: Sequence[Side], columns: Sequence[Side], logits: Numbers, *, inside: bool = False
    ) -> None:
        """`logits` are those of pairs by themselves, shape (rows, columns); `inside` where both are one document."""
        self._readers, self._logits, self._inside = readers, logits, inside
        self._rows, self._columns = (
            {at: side.tokens for at, side in enumerate(sides) if side.tokens is not None and side.has_tokens}
            for sides in (rows, columns)
        )
        self._places = tuple({at: place for place, at in enumerate(own)} for own in (self._rows, self._columns))
        self._contrast: Contrast | None = None
        self._known: dict[int, Numbers] = {}

    def line(self, number: int) -> Numbers:
        """Return the logit of each column with this row, shape (columns,); infinite for a paragraph with itself.

        Raises TooSlowError.
        """
        if number not in self._known:
            check_time()
            self._known[number] = self._read(number)
        return self._known[number]

    def _read(self, number: int) -> Numbers:
        found = np.full(self._logits.shape[1], UNREAD)
        chosen = [at for at in self._columns if self._logits[number, at] >= READ_LOGIT and self._differs(number, at)]
        if number in self._rows and chosen:
            texts: list[Tokens] = [self._columns[at] for at in chosen]
            found[chosen] = self._readers.readings(self._rows[number], texts, self._beside(number, chosen))
        if self._inside:
            found[number] = np.inf
        return found

    def _differs(self, row: int, column: int) -> bool:
        return row != column or not self._inside

    def _beside(self, row: int, columns: Sequence[int]) -> list[Both]:
        if self._inside:  # beside itself, everything in a document is told elsewhere
            return [(None, None)] * len(columns)
        if self._contrast is None:
            self._contrast = Contrast.of(list(self._rows.values()), list(self._columns.values()))
        own, theirs = self._places
        return [self._contrast.elsewhere(own[row], theirs[column]) for column in columns]
