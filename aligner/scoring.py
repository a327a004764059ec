"""How probable it is that two paragraphs report a fact in common.

Token vectors are asked "is what you say told over there, more than it is told anywhere?" (late interaction after
Khattab and Zaharia 2020, https://arxiv.org/abs/2004.12832, less each token's expected best cosine). This, cosines and
shared numbers make up a logistic regression; a second one sees each pair beside the others of its two documents.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from aligner.arrays import Vectors
from aligner.clues import days_apart
from aligner.tokens import NO_PIECE, Tokens

__all__ = [
    "CONTEXT",
    "FEATURES",
    "FITTED_COSINES",
    "PLAIN_SCORERS",
    "TOKEN_SCORERS",
    "Carried",
    "Cosines",
    "Scorer",
    "Scorers",
    "Side",
    "carried_spans",
    "context",
    "features",
    "plain_scorers",
]

FEATURES = ("best", "run", "similarity", "document", "numbers")
CONTEXT = ("own", "gap", "top", "level", "near", "story")
FAR = -9.0  # logit of a pair beyond the end of a document
ABSENT = -8.0  # logit of a third best pair where there are fewer
RUN_TOKENS = 12  # about one clause
BEST_SHARE = 0.5  # of the tokens, the best told ones, are averaged: the rest may be another fact
SAME_PIECE = 0.7  # a token that stands literally in the other text, a name mostly, tells less than a translated one
MAX_NUMBERS = 3  # shared numbers beyond that say nothing more

Features = npt.NDArray[np.float64]
"""Shape (n, len(FEATURES)), in that order."""
Numbers = npt.NDArray[np.float64]
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


@dataclass(frozen=True, slots=True)
class Cosines:
    """Mean and standard deviation of the cosines of unrelated paragraphs, which differ from model to model."""

    mean: float
    deviation: float


@dataclass(frozen=True, slots=True)
class Carried:
    """The spans that carry a match, as character ranges of the two texts."""

    source: Span
    target: Span


@dataclass(frozen=True, slots=True)
class Scorer:
    """Two logistic regressions: over FEATURES of a pair, then over CONTEXT, the pair beside its documents' others.

    `alone` (slope, intercept) stands in for the second where both documents have one paragraph. `days` is what known
    dates add to either: near ones, and such that are a month apart. `threshold` is the probability from which a pair
    counts as a match.
    """

    pair: tuple[float, ...]
    pair_intercept: float
    context: tuple[float, ...]
    context_intercept: float
    alone: tuple[float, float]
    days: tuple[float, float]
    threshold: float

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Scorer:
        """Return the scorer that `to_record` gave. Raises KeyError, TypeError, ValueError."""
        return cls(
            pair=tuple(float(record["pair"][name]) for name in FEATURES),
            pair_intercept=float(record["pair_intercept"]),
            context=tuple(float(record["context"][name]) for name in CONTEXT),
            context_intercept=float(record["context_intercept"]),
            alone=(float(record["alone"][0]), float(record["alone"][1])),
            days=(float(record["days"][0]), float(record["days"][1])),
            threshold=float(record["threshold"]),
        )

    def to_record(self) -> dict[str, object]:
        """Return what is saved."""
        pair = dict(zip(FEATURES, self.pair, strict=True))
        return {**asdict(self), "pair": pair, "context": dict(zip(CONTEXT, self.context, strict=True))}

    def rescaled(self, fitted: Cosines, own: Cosines) -> Scorer:
        """Return the scorer for another model's cosines, without labels.

        Its cosines are shifted and stretched so that unrelated paragraphs have the mean and the deviation of the
        model that the scorer was fitted with.
        """
        factor = fitted.deviation / own.deviation
        weights = dict(zip(FEATURES, self.pair, strict=True))
        cosines = weights["similarity"] + weights["document"]
        weights |= {name: weights[name] * factor for name in ("similarity", "document")}
        intercept = self.pair_intercept + cosines * (fitted.mean - factor * own.mean)
        return replace(self, pair=tuple(weights[name] for name in FEATURES), pair_intercept=intercept)

    def logits(self, found: Features) -> Numbers:
        """Return what the first regression says of pairs by themselves, shape (n,)."""
        return np.asarray(found @ np.array(self.pair) + self.pair_intercept, np.float64)

    def probabilities(self, logits: Numbers, *, shift: float = 0.0) -> Numbers:
        """Return the probability of each pair of two documents' paragraphs, of shape (a, b) as the logits are.

        `shift` is what `dated` gives for the two. Rounded, so that no batch changes it.
        """
        if logits.size == 1:
            return self.alone_probabilities(logits, shift=shift)
        return _logistic(context(logits) @ np.array(self.context) + self.context_intercept + shift)

    def alone_probabilities(self, logits: Numbers, *, shift: float | Numbers = 0.0) -> Numbers:
        """Return the probability of pairs by themselves, of the shape that the logits have."""
        return _logistic(logits * self.alone[0] + self.alone[1] + shift)

    def dated(self, source: Side, target: Side) -> float:
        """Return what the dates of two paragraphs' documents add to the logit of a match."""
        apart = days_apart(source.day, target.day)
        return 0.0 if apart is None else self.days[0] + apart * (self.days[1] - self.days[0])


@dataclass(frozen=True, slots=True)
class Scorers:
    """One scorer for paragraphs of two documents, one for a text by itself against a document's paragraphs."""

    documents: Scorer
    texts: Scorer

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Scorers:
        """Return the scorers of a record with one for each. Raises KeyError, TypeError, ValueError."""
        return cls(*(Scorer.from_record(record[name]) for name in ("documents", "texts")))

    def rescaled(self, fitted: Cosines, own: Cosines) -> Scorers:
        """Return both scorers for another model's cosines."""
        return Scorers(self.documents.rescaled(fitted, own), self.texts.rescaled(fitted, own))


def _logistic(values: Numbers) -> Numbers:
    return np.asarray(np.round(1 / (1 + np.exp(-values)), 4), np.float64)


def context(logits: Numbers) -> Numbers:
    """Return what the other pairs of two documents say of each pair, shape (a, b, len(CONTEXT)).

    Topic and actors raise all pairs of a row and a column, a shared fact one or two. The gaps shrink where a document
    is short, since there all may be told by all.
    """
    rows, columns = _others(logits), _others(logits.T)
    others = logits.size - 1
    level = (logits.sum() - logits) / others
    gap = _shrunk(logits - rows.mean, rows.count, 4) + _shrunk(logits - columns.mean.T, columns.count, 4)
    top = _shrunk(logits - rows.best, rows.count, 1) + _shrunk(logits - columns.best.T, columns.count, 1)
    around = np.pad(logits, 1, constant_values=FAR)
    diagonal = [around[:-2, :-2], around[2:, 2:]]
    beside = [around[:-2, 1:-1], around[2:, 1:-1], around[1:-1, :-2], around[1:-1, 2:]]
    near = np.max([*diagonal, *beside], axis=0)
    best = np.append(np.sort(logits, axis=None)[::-1][:4], [ABSENT] * 4)[:4]
    story = np.where(logits >= best[2], best.sum() - logits, best[:3].sum()) / 3
    parts = [logits, gap, top, _shrunk(logits - level, others, 12), _shrunk(near - level, others, 12), story]
    return np.stack(parts, axis=-1)


@dataclass(frozen=True, slots=True)
class _Others:
    mean: Numbers
    best: Numbers
    count: int


def _others(logits: Numbers) -> _Others:
    """Return mean and greatest of the other entries of each entry's row, and how many they are."""
    count = logits.shape[1] - 1
    if count < 1:
        return _Others(logits, logits, 0)
    ordered = np.sort(logits, axis=1)
    best = np.where(logits >= ordered[:, -1:], ordered[:, -2:-1], ordered[:, -1:])
    return _Others((logits.sum(axis=1, keepdims=True) - logits) / count, best, count)


def _shrunk(gap: Numbers, count: int, prior: int) -> Numbers:
    return gap * (count / (count + prior))


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
    for place, (row, _) in enumerate(present):
        x, y = ahead[:, place], back[ends[place] : ends[place + 1]]
        found[row] = (_best(x) + _best(y)) / 2, (_run(x)[0] + _run(y)[0]) / 2
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


def _best(excess: Vectors) -> float:
    """Return the mean of the better part of the tokens."""
    count = max(1, int(np.ceil(BEST_SHARE * len(excess))))
    return float(np.sort(excess)[-count:].mean())


def _run(excess: Vectors) -> tuple[float, int, int]:
    """Return the best mean over RUN_TOKENS tokens in a row, and where that run starts and ends."""
    if len(excess) <= RUN_TOKENS:
        return float(excess.sum()) / RUN_TOKENS, 0, len(excess)
    sums = np.cumsum([0.0, *excess])
    means = (sums[RUN_TOKENS:] - sums[:-RUN_TOKENS]) / RUN_TOKENS
    start = int(means.argmax())
    return float(means[start]), start, start + RUN_TOKENS


def carried_spans(source: Tokens | None, target: Tokens | None) -> Carried | None:
    """Return the run on each side that is told best on the other; None where there are no tokens."""
    if source is None or target is None or not len(source) or not len(target):
        return None
    ahead, back, _ = _excesses(source, [target])
    ranges = []
    for tokens, excess in ((source, ahead[:, 0]), (target, back)):
        _, start, end = _run(excess)
        ranges.append((int(tokens.offsets[start, 0]), int(tokens.offsets[end - 1, 1])))
    return Carried(*ranges)


_FITTED = json.loads(Path(__file__).with_name("scorer.json").read_text("utf-8"))  # made by training/scorer.py
TOKEN_SCORERS = Scorers.from_record(_FITTED["tokens"])
PLAIN_SCORERS = Scorers.from_record(_FITTED["plain"])  # for encoders that give no tokens
FITTED_COSINES = Cosines(**_FITTED["cosines"])


def plain_scorers(cosines: Cosines | None) -> Scorers:
    """Return the scorers as they are shipped: over tokens, or over cosines like these."""
    return TOKEN_SCORERS if cosines is None else PLAIN_SCORERS.rescaled(FITTED_COSINES, cosines)
