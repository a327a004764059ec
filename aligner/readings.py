"""What the reader says of the paragraphs of two documents, or of one with itself: a logit for each pair."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from threading import Lock
from typing import TypeVar

import numpy as np

from aligner.arrays import Numbers
from aligner.contrast import Both, Contrast
from aligner.deadline import check_time
from aligner.features import Side
from aligner.reader import TokenReader
from aligner.tokens import Tokens

__all__ = ["READ_LOGIT", "UNREAD", "Lines", "WasRead", "are_read", "readings"]

READ_LOGIT = -10.0  # of a pair by itself: below, it is not read
UNREAD = -6.0  # the logit of a pair that is not read
KEPT_NUMBERS = 8_000_000  # of what was read, eight bytes each

Made = TypeVar("Made")


def are_read(reader: TokenReader, sides: Iterable[Side]) -> bool:
    """Return whether the reader is made for these paragraphs' tokens."""
    return all(side.tokens is not None and reader.reads(side.tokens) for side in sides)


def readings(reader: TokenReader, sources: Sequence[Side], targets: Sequence[Side], logits: Numbers) -> Numbers:
    """Return what reading both texts together says of each pair with these logits by itself, of their shape.

    Raises TooSlowError.
    """
    lines = Lines(reader, sources, targets, logits)
    return np.array([lines.line(row) for row in range(len(sources))]).reshape(logits.shape)


class Lines:
    """What the reader says of a document's paragraphs with those of another or with its own; read when asked for."""

    def __init__(
        self,
        reader: TokenReader,
        rows: Sequence[Side],
        columns: Sequence[Side],
        logits: Numbers,
        *,
        inside: bool = False,
        known: dict[int, Numbers] | None = None,
    ) -> None:
        """`logits` are those of pairs by themselves, shape (rows, columns); `inside` where both are one document.

        `known` are lines that were read before, to which others are added.
        """
        self._reader, self._logits, self._inside = reader, logits, inside
        self._rows, self._columns = (
            {at: side.tokens for at, side in enumerate(sides) if side.tokens is not None and side.has_tokens}
            for sides in (rows, columns)
        )
        self._places = tuple({at: place for place, at in enumerate(own)} for own in (self._rows, self._columns))
        self._contrast: Contrast | None = None
        self._known: dict[int, Numbers] = {} if known is None else known

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
            found[chosen] = self._reader.readings(self._rows[number], texts, self._beside(number, chosen))
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


class WasRead:
    """What was read of pairs of documents lately, for who asks again: most of an answer's time goes into reading.

    Safe to use from several threads: two may read the same, and then find the same.
    """

    def __init__(self, *, kept: int = KEPT_NUMBERS) -> None:
        self._kept, self._guard = kept, Lock()
        self._numbers = 0
        self._found: OrderedDict[Hashable, tuple[int, object]] = OrderedDict()

    def of(self, key: Hashable, make: Callable[[], Made], *, numbers: int) -> Made:
        """Return what is kept under this key, else what `make` returns, which has at most so many numbers.

        A key says all that the numbers depend on.
        """
        with self._guard:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key][1]  # type: ignore[return-value]
        made = make()
        with self._guard:
            if key not in self._found:
                self._found[key] = numbers, made
                self._numbers += numbers
            while self._numbers > self._kept:
                _, (fewer, _) = self._found.popitem(last=False)
                self._numbers -= fewer
        return made
