"""What the readers say of the paragraphs of two documents, or of one with itself: a logit for each pair."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from aligner.contrast import Contrast
from aligner.deadline import check_time
from aligner.features import Side
from aligner.reader import Readers
from aligner.retold import Numbers
from aligner.tokens import Tokens

__all__ = ["READ_LOGIT", "UNREAD", "are_read", "readings"]

READ_LOGIT = -10.0  # of a pair by itself: below, it is not read
UNREAD = -6.0  # the logit of a pair that is not read


def are_read(readers: Readers, sides: Iterable[Side]) -> bool:
    """Return whether the readers are made for these paragraphs' tokens."""
    return all(side.tokens is not None and readers.reads(side.tokens) for side in sides)


def readings(
    readers: Readers, sources: Sequence[Side], targets: Sequence[Side], logits: Numbers, *, contrasted: bool = True
) -> Numbers:
    """Return what reading both texts together says of each pair with these logits by itself, of their shape.

    A document is read with itself uncontrasted: beside itself, everything in it is told elsewhere. Raises TooSlowError.
    """
    found = np.full(logits.shape, UNREAD)
    rows, columns = _with_tokens(sources), _with_tokens(targets)
    near = logits >= READ_LOGIT
    if not near.any():
        return found
    contrast = Contrast.of([tokens for _, tokens in rows], [tokens for _, tokens in columns]) if contrasted else None
    for row, (source, tokens) in enumerate(rows):
        check_time()
        chosen = [(column, target) for column, (target, _) in enumerate(columns) if near[source, target]]
        if chosen:
            found[source, [target for _, target in chosen]] = readers.readings(
                tokens,
                [columns[column][1] for column, _ in chosen],
                [contrast.elsewhere(row, column) if contrast else (None, None) for column, _ in chosen],
            )
    return found


def _with_tokens(sides: Sequence[Side]) -> list[tuple[int, Tokens]]:
    """Return the places and the tokens of those that have any."""
    return [(at, side.tokens) for at, side in enumerate(sides) if side.tokens is not None and side.has_tokens]
