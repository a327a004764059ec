"""How probable it is that two paragraphs report a fact in common.

What is known of a pair makes up a logistic regression, to which what reads both texts together (aligner.reader) adds
its word; a second one sees each pair beside the others of its two documents.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from aligner.arrays import Numbers
from aligner.clues import days_apart
from aligner.features import FEATURES, Features, Side

__all__ = [
    "CONTEXT",
    "FITTED_COSINES",
    "PLAIN_SCORERS",
    "READ_SCORERS",
    "STRICT_SCORERS",
    "TOKEN_SCORERS",
    "Cosines",
    "Scorer",
    "Scorers",
    "context",
    "plain_scorers",
]

CONTEXT = ("own", "gap", "top", "level", "near", "story")
FAR = -9.0  # logit of a pair beyond the end of a document
ABSENT = -8.0  # logit of a third best pair where there are fewer


@dataclass(frozen=True, slots=True)
class Cosines:
    """Mean and standard deviation of the cosines of unrelated paragraphs, which differ from model to model."""

    mean: float
    deviation: float


@dataclass(frozen=True, slots=True)
class Scorer:
    """Two logistic regressions: over FEATURES of a pair, then over CONTEXT, the pair beside its documents' others.

    `reading` joins what the reader says of a pair (aligner.reader) to the first: weights of both, and an intercept;
    None where nothing is read. `retold` is the weight of the best chain of tellings (aligner.retold), where that is
    known. `alone` (slope, intercept) stands in for all where both documents have one paragraph: such a pair is not
    read. `days` is what known dates add to either: near ones, and such that are a month apart;
    `undated` what is added where neither is known. `threshold` is the probability from which a pair counts as a match.
    """

    pair: tuple[float, ...]
    pair_intercept: float
    reading: tuple[float, float, float] | None
    context: tuple[float, ...]
    context_intercept: float
    retold: float
    alone: tuple[float, float]
    days: tuple[float, float]
    undated: float
    threshold: float

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Scorer:
        """Return the scorer that `to_record` gave. Raises KeyError, TypeError, ValueError."""
        return cls(
            pair=tuple(float(record["pair"][name]) for name in FEATURES),
            pair_intercept=float(record["pair_intercept"]),
            reading=_three(record["reading"]) if record["reading"] else None,
            context=tuple(float(record["context"][name]) for name in CONTEXT),
            context_intercept=float(record["context_intercept"]),
            retold=float(record["retold"]),
            alone=(float(record["alone"][0]), float(record["alone"][1])),
            days=(float(record["days"][0]), float(record["days"][1])),
            undated=float(record["undated"]),
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

    def joined(self, logits: Numbers, readings: Numbers) -> Numbers:
        """Return the first regression's logits with what the reader says of each pair."""
        if self.reading is None:
            return logits
        own, read, intercept = self.reading
        return np.asarray(own * logits + read * readings + intercept, np.float64)

    def probabilities(self, logits: Numbers, *, retold: Numbers | None = None, shift: float = 0.0) -> Numbers:
        """Return the probability of each pair of two documents' paragraphs, of shape (a, b) as the logits are.

        `shift` is what `dated` gives for the two. Rounded, so that no batch changes it.
        """
        if logits.size == 1:
            return self.alone_probabilities(logits, shift=shift)
        said = context(logits) @ np.array(self.context) + self.context_intercept + shift
        return _logistic(said if retold is None else said + self.retold * retold)

    def alone_probabilities(self, logits: Numbers, *, shift: float | Numbers = 0.0) -> Numbers:
        """Return the probability of pairs by themselves, of the shape that the logits have."""
        return _logistic(logits * self.alone[0] + self.alone[1] + shift)

    def dated(self, source: Side, target: Side, *, alone: bool = False) -> float:
        """Return what the dates of two paragraphs' documents add to the logit of a match.

        Where neither is known, nothing is added to pairs that are `alone`: their documents may be of any time.
        """
        if source.day is None and target.day is None:
            return 0.0 if alone else self.undated
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


def _three(values: Sequence[float]) -> tuple[float, float, float]:
    own, read, intercept = map(float, values)
    return own, read, intercept


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
    told = np.where(logits >= best[2], best.sum() - logits, best[:3].sum()) / 3
    story = 1 / (1 + np.exp(-told))  # whether both are of one story: what they have in common beyond that adds nothing
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


_FITTED = json.loads(Path(__file__).with_name("scorer.json").read_text("utf-8"))  # made by training/scorer.py
READ_SCORERS = Scorers.from_record(_FITTED["read"])  # over tokens that aligner.reader reads
STRICT_SCORERS = Scorers.from_record(_FITTED["strict"])  # for encoders that give no tokens
TOKEN_SCORERS = Scorers.from_record(_FITTED["tokens"])  # for stories, which were fitted so
PLAIN_SCORERS = Scorers.from_record(_FITTED["plain"])  # the same for encoders that give no tokens
FITTED_COSINES = Cosines(**_FITTED["cosines"])


def plain_scorers(cosines: Cosines | None) -> Scorers:
    """Return the scorers as they are shipped: over tokens, or over cosines like these."""
    return READ_SCORERS if cosines is None else STRICT_SCORERS.rescaled(FITTED_COSINES, cosines)
