"""What is known of two paragraphs: how far each one's tokens are told by the other, cosines, shared numbers.

Token vectors are asked "is what you say told over there, more than it is told anywhere?": late interaction after
Khattab and Zaharia (2020), https://arxiv.org/abs/2004.12832, less each token's expected best cosine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from aligner.arrays import Counts, Vectors, padded
from aligner.tokens import NO_PIECE, Tokens

__all__ = ["FEATURES", "Carried", "Features", "Side", "carried_spans", "features"]

FEATURES = ("best", "run", "similarity", "document", "numbers")
RUN_TOKENS = 12  # about one clause
BEST_SHARE = 0.5  # of the tokens, the best told ones, are averaged: the rest may be another fact
SAME_PIECE = 0.7  # a token that stands literally in the other text, a name mostly, tells less than a translated one
MAX_NUMBERS = 3  # shared numbers beyond that say nothing more

Features = npt.NDArray[np.float64]
"""Shape (n, len(FEATURES)), in that order."""
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Side:
    """What the scorer asks of one paragraph.

    `document` is the mean of its document's vectors, at unit length; `day` is when that was published, if it is known.
    """

    vector: Vectors
    document: Vectors
    tokens: Tokens | None
    numbers: frozenset[str]
    day: int | None = None

    @property
    def has_tokens(self) -> bool:
        """Whether there are any."""
        return self.tokens is not None and len(self.tokens) > 0


@dataclass(frozen=True, slots=True)
class Carried:
    """The spans that carry a match, as character ranges of the two texts."""

    source: Span
    target: Span


def features(source: Side, targets: Sequence[Side]) -> Features:
    """Return what is known of one paragraph against others, shape (len(targets), len(FEATURES))."""
    told = _told(source.tokens, [target.tokens for target in targets])
    rest = [
        (
            float(source.vector @ target.vector),
            float(source.document @ target.document),
            min(MAX_NUMBERS, len(source.numbers & target.numbers)),
        )
        for target in targets
    ]
    return np.hstack([told, np.array(rest, np.float64).reshape(len(targets), len(FEATURES) - 2)])


def _told(source: Tokens | None, targets: Sequence[Tokens | None]) -> Features:
    """Return (best, run) of each pair, the mean of both directions; 0 where there are no tokens."""
    found = np.zeros((len(targets), 2))
    if source is None or not len(source):
        return found
    present = [(row, target) for row, target in enumerate(targets) if target is not None and len(target)]
    if not present:
        return found
    ahead, back, ends = _excesses(source, [target for _, target in present])
    there = padded(back, np.diff(ends))
    rows = [row for row, _ in present]
    found[rows] = (_best_and_run(ahead.T, np.full(len(rows), len(source))) + _best_and_run(there, np.diff(ends))) / 2
    return found


def _excesses(source: Tokens, targets: Sequence[Tokens]) -> tuple[Vectors, Vectors, npt.NDArray[np.int64]]:
    """Return by how much each token is told better on the other side than in any text.

    Shape (tokens of the source, targets), and the targets' tokens one after the other with where each one's end.
    """
    ends = np.cumsum([0, *(len(target) for target in targets)])
    cosines = source.floats() @ np.concatenate([target.floats() for target in targets]).T
    ahead = np.maximum.reduceat(cosines, ends[:-1], axis=1) - source.expected.astype(np.float32)[:, None]
    back = cosines.max(axis=0) - np.concatenate([target.expected for target in targets]).astype(np.float32)
    pieces = np.concatenate([target.pieces for target in targets])
    same = (source.pieces[:, None] == pieces[None]) & (pieces != NO_PIECE)[None]
    ahead = ahead * np.where(np.logical_or.reduceat(same, ends[:-1], axis=1), SAME_PIECE, 1.0)
    back = back * np.where(same.any(axis=0), SAME_PIECE, 1.0)
    return ahead, back, ends


def _best_and_run(excess: Vectors, counts: Counts) -> Features:
    """Return the mean of each row's better part, and its best run; a row has so many tokens, and zeros thereafter."""
    inside = np.arange(excess.shape[1]) < counts[:, None]
    ordered = np.sort(np.where(inside, excess, -np.inf), axis=1)[:, ::-1]
    shares = np.ceil(BEST_SHARE * counts).astype(np.int64)
    best = np.where(np.arange(excess.shape[1]) < shares[:, None], ordered, 0.0).sum(axis=1) / shares
    return np.stack([best, _runs(excess, counts)[0]], axis=1)


def _runs(excess: Vectors, counts: Counts) -> tuple[Vectors, Counts]:
    """Return each row's best mean over RUN_TOKENS tokens in a row, and where that run starts."""
    rows, width = excess.shape
    sums = np.zeros((rows, 1 + max(RUN_TOKENS, width)))
    np.cumsum(excess, axis=1, out=sums[:, 1 : 1 + width])
    sums[:, 1 + width :] = sums[:, width : 1 + width]
    means = (sums[:, RUN_TOKENS:] - sums[:, :-RUN_TOKENS]) / RUN_TOKENS
    means[np.arange(means.shape[1]) > np.maximum(counts - RUN_TOKENS, 0)[:, None]] = -np.inf
    starts = means.argmax(axis=1)
    return means[np.arange(len(means)), starts], starts


def carried_spans(source: Tokens | None, target: Tokens | None) -> Carried | None:
    """Return the run on each side that is told best on the other; None where there are no tokens."""
    if source is None or target is None or not len(source) or not len(target):
        return None
    ahead, back, _ = _excesses(source, [target])
    ranges = []
    for tokens, excess in ((source, ahead[:, 0]), (target, back)):
        _, (start,) = _runs(excess[None], np.array([len(tokens)]))
        end = min(len(tokens), start + RUN_TOKENS)
        ranges.append((int(tokens.offsets[start, 0]), int(tokens.offsets[end - 1, 1])))
    return Carried(*ranges)
