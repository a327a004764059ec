"""What the readers say of the paragraphs of two documents, or of one: a logit for each pair."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from aligner.contrast import Both, Contrast
from aligner.deadline import check_time
from aligner.features import Side
from aligner.reader import Readers
from aligner.retold import Numbers
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
    found = np.full(logits.shape, UNREAD)
    rows, columns = _with_tokens(sources), _with_tokens(targets)
    near = logits >= READ_LOGIT
    if not near.any():
        return found
    contrast = Contrast.of([tokens for _, tokens in rows], [tokens for _, tokens in columns])
    for row, (source, tokens) in enumerate(rows):
        check_time()
        chosen = [(column, target) for column, (target, _) in enumerate(columns) if near[source, target]]
        if chosen:
            found[source, [target for _, target in chosen]] = readers.readings(
                tokens,
                [columns[column][1] for column, _ in chosen],
                [contrast.elsewhere(row, column) for column, _ in chosen],
            )
    return found


class Lines:
    """How far paragraphs of one language tell each other's facts, of one document or two, read when it is asked for."""

    def __init__(self, readers: Readers, rows: Sequence[Side], columns: Sequence[Side] | None = None) -> None:
        """`columns` are another document's paragraphs; without them the rows are compared with each other."""
        self._readers = readers
        self._rows = _with_tokens(rows)
        self._columns = self._rows if columns is None else _with_tokens(columns)
        self._shape = (len(rows), len(rows) if columns is None else len(columns))
        self._inside = columns is None
        self._contrast: Contrast | None = None
        self._lines: dict[int, Numbers] = {}

    def line(self, number: int) -> Numbers:
        """Return the logit of each column with this row, shape (columns,); infinite for a paragraph with itself."""
        if number not in self._lines:
            found = np.full(self._shape[1], UNREAD)
            for row, (place, tokens) in enumerate(self._rows):
                if place == number and self._columns:
                    texts = [text for _, text in self._columns]
                    found[[at for at, _ in self._columns]] = self._readers.readings(tokens, texts, self._beside(row))
            if self._inside:
                found[number] = np.inf
            self._lines[number] = found
        return self._lines[number]

    def _beside(self, row: int) -> list[Both]:
        if self._inside:
            return [(None, None)] * len(self._columns)  # beside itself, everything in a document is told elsewhere
        if self._contrast is None:
            self._contrast = Contrast.of([text for _, text in self._rows], [text for _, text in self._columns])
        return [self._contrast.elsewhere(row, column) for column in range(len(self._columns))]


def _with_tokens(sides: Sequence[Side]) -> list[tuple[int, Tokens]]:
    """Return the places and the tokens of those that have any."""
    return [(at, side.tokens) for at, side in enumerate(sides) if side.tokens is not None and side.has_tokens]
