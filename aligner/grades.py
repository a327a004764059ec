"""How much alike two paragraphs are that match: near-equivalent, or the same fact only.

Near-equivalent means that one could serve as a translation of the other: each side tells all that the other tells. So
the side that is told worse decides, by its worst told run of tokens, which is where an added clause or sentence shows.
What one side alone names, and how far the lengths differ, count against it; a conflicting item
or a negation without a counterpart rules it out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from aligner.evidence import Evidence
from aligner.evidence.items import NUMBER_KINDS, Item
from aligner.features import Side
from aligner.scoring import FITTED_COSINES, Cosines
from aligner.tokens import Tokens

__all__ = [
    "GRADES",
    "GRADE_FEATURES",
    "NEAR_EQUIVALENT",
    "NO_MATCH",
    "SAME_FACT",
    "Grader",
    "grade_features",
    "grader",
]

NEAR_EQUIVALENT, SAME_FACT, NO_MATCH = GRADES = ("near-equivalent", "same-fact", "none")
GRADE_FEATURES = ("gap", "similarity", "length", "figures", "names")
GAP_TOKENS = 12  # in a row: about one clause
MOST_ITEMS = 3  # on one side only: more say nothing more
FIGURES = frozenset({*NUMBER_KINDS, "date", "time"})
LOGIT_DIGITS = 4

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Grader:
    """A logistic regression over GRADE_FEATURES; a pair is near-equivalent from the logit `threshold` on.

    `told` says how well each token is told by a translation: linear in the token, the last number is the constant.
    """

    weights: tuple[float, ...]
    intercept: float
    threshold: float
    told: tuple[float, ...]

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Grader:
        """Return the grader that `to_record` gave. Raises KeyError, TypeError, ValueError."""
        return cls(
            weights=tuple(float(record["weights"][name]) for name in GRADE_FEATURES),
            intercept=float(record["intercept"]),
            threshold=float(record["threshold"]),
            told=tuple(map(float, record["told"])),
        )

    def to_record(self) -> dict[str, object]:
        """Return what is saved."""
        return {**asdict(self), "weights": dict(zip(GRADE_FEATURES, self.weights, strict=True))}

    def rescaled(self, fitted: Cosines, own: Cosines) -> Grader:
        """Return the grader for another model's cosines, as a scorer is rescaled."""
        weights = dict(zip(GRADE_FEATURES, self.weights, strict=True))
        factor = fitted.deviation / own.deviation
        intercept = self.intercept + weights["similarity"] * (fitted.mean - factor * own.mean)
        weights["similarity"] *= factor
        return replace(self, weights=tuple(weights.values()), intercept=intercept)

    def is_equivalent(self, source: Side, target: Side, evidence: Evidence, *, lengths: tuple[int, int]) -> bool:
        """Say whether one text could serve as a translation of the other; `lengths` are theirs in characters."""
        if evidence.conflicting or evidence.negates_alone:
            return False
        if self.told and not (self._knows(source.tokens) and self._knows(target.tokens)):
            return False
        found = grade_features(source, target, evidence, lengths=lengths, told=np.array(self.told))
        return round(float(found @ np.array(self.weights)) + self.intercept, LOGIT_DIGITS) >= self.threshold

    def _knows(self, tokens: Tokens | None) -> bool:
        """Say whether there are tokens, and of the kind that this was fitted with."""
        return bool(tokens) and tokens is not None and tokens.vectors.shape[1] == len(self.told) - 1


def grade_features(source: Side, target: Side, evidence: Evidence, *, lengths: tuple[int, int], told: Floats) -> Floats:
    """Return what is asked of a pair, shape (len(GRADE_FEATURES),); the gap is 0 where there are no tokens."""
    gap = 0.0
    if source.tokens and target.tokens and len(told):
        cosines = source.tokens.floats() @ target.tokens.floats().T
        gap = min(_gap(source.tokens, cosines, told), _gap(target.tokens, cosines.T, told))
    alone = (evidence.only_left, evidence.only_right)
    return np.array(
        [
            gap,
            float(source.vector @ target.vector),
            abs(float(np.log(lengths[0] / lengths[1]))),
            _most(alone, FIGURES),
            _most(alone, frozenset({"name"})),
        ]
    )


def _gap(tokens: Tokens, cosines: npt.NDArray[np.float32], told: Floats) -> float:
    """Return by how much the worst run of tokens is told better than a translation tells it; below 0, worse.

    A token whose best partner is told better by another token counts less by that much: in a long text everything is
    like something, but what was added has no partner of its own.
    """
    partners, best = cosines.argmax(axis=1), cosines.max(axis=1)
    rivalled = cosines.max(axis=0)[partners] - best
    surplus = best - (tokens.floats() @ told[:-1] + told[-1]) - rivalled
    width = min(GAP_TOKENS, len(surplus))
    sums = np.cumsum([0.0, *surplus])
    return float((sums[width:] - sums[:-width]).min()) / width


def _most(sides: tuple[tuple[Item, ...], tuple[Item, ...]], kinds: frozenset[str]) -> int:
    return min(MOST_ITEMS, max(sum(item.kind in kinds for item in items) for items in sides))


def grader(cosines: Cosines | None) -> Grader:
    """Return the grader over tokens; for `cosines` of a model without tokens, the one over these."""
    return TOKEN_GRADER if cosines is None else PLAIN_GRADER.rescaled(FITTED_COSINES, cosines)


_FITTED = json.loads(Path(__file__).with_name("grades.json").read_text("utf-8"))  # made by training/grades.py
TOKEN_GRADER = Grader.from_record(_FITTED["tokens"])
PLAIN_GRADER = Grader.from_record(_FITTED["plain"])
