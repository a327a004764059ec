"""Whether probabilities mean what they say, and how they are made to.

Reliability in bins of equal width and its expected error, after Naeini et al. (2015),
https://doi.org/10.1609/aaai.v29i1.9602, and Guo et al. (2017), https://proceedings.mlr.press/v70/guo17a.html;
a line over the logits after Platt (1999).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from aligner.arrays import Numbers
from aligner.errors import InputError
from aligner.scoring import Cosines, Scorer, Scorers

__all__ = ["Bin", "Calibration", "Line", "Reliability", "fit_line", "reliability"]

BINS = 10
LEAST = 5e-5  # half of the last digit that a probability is rounded to
STEPS = 100  # of Newton's method; about ten are needed
SLOPES = (0.05, 20.0)  # beyond, the links say the contrary of the scores, or next to nothing
Labels = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Bin:
    """Pairs with a probability in [low, high): how many, what they were said to be and what they are."""

    low: float
    high: float
    pairs: int
    mean_probability: float
    share_right: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """The expected calibration error of probabilities, and the bins that hold any."""

    error: float
    pairs: int
    bins: tuple[Bin, ...]


def reliability(probabilities: Sequence[float] | Numbers, right: Sequence[bool] | Labels) -> Reliability:
    """Return how far probabilities are from the share that is right, weighted by how many they are."""
    said, true = np.asarray(probabilities, np.float64), np.asarray(right, np.float64)
    places = np.minimum((said * BINS).astype(int), BINS - 1)
    bins, error = [], 0.0
    for place in range(BINS):
        own = places == place
        if count := int(own.sum()):
            mean, share = float(said[own].mean()), float(true[own].mean())
            bins.append(Bin(place / BINS, (place + 1) / BINS, count, round(mean, 4), round(share, 4)))
            error += abs(mean - share) * count / len(said)
    return Reliability(error, len(said), tuple(bins))


@dataclass(frozen=True, slots=True)
class Line:
    """What makes a probability of a scorer's: its logit times `slope` plus `shift`. `threshold` is of the new one."""

    slope: float
    shift: float
    threshold: float

    def applied(self, scorer: Scorer) -> Scorer:
        """Return the scorer with this line laid over it."""
        return replace(
            scorer,
            context=tuple(weight * self.slope for weight in scorer.context),
            context_intercept=scorer.context_intercept * self.slope + self.shift,
            retold=scorer.retold * self.slope,
            alone=(scorer.alone[0] * self.slope, scorer.alone[1] * self.slope + self.shift),
            days=(scorer.days[0] * self.slope, scorer.days[1] * self.slope),
            undated=scorer.undated * self.slope,
            threshold=self.threshold,
        )


@dataclass(frozen=True, slots=True)
class Calibration:
    """Lines for both scorers, fitted on a user's links with one encoder, and the cosines of unrelated paragraphs then.

    `cosines` is None where there are tokens.
    """

    encoder: str
    links: int
    pairs: int
    error_before: float
    error_after: float
    documents: Line
    texts: Line
    cosines: Cosines | None

    def to_json(self) -> str:
        """Return what is stored."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str, *, place: str) -> Calibration:
        """Return the calibration that `to_json` gave. Raises InputError, which names the place."""
        try:
            record: Mapping[str, Any] = json.loads(text)
            cosines = record["cosines"]
            found = cls(
                encoder=str(record["encoder"]),
                links=int(record["links"]),
                pairs=int(record["pairs"]),
                error_before=float(record["error_before"]),
                error_after=float(record["error_after"]),
                documents=_line(record["documents"]),
                texts=_line(record["texts"]),
                cosines=cosines and Cosines(float(cosines["mean"]), float(cosines["deviation"])),
            )
        except KeyError as error:
            raise InputError(f"no calibration: {error.args[0]!r} is missing", place=place) from error
        except (TypeError, ValueError, AttributeError) as error:
            raise InputError(f"no calibration: {error}", place=place) from error
        if not (found.documents.slope > 0 and found.texts.slope > 0):
            raise InputError("no calibration: a slope must be above 0, or the order of matches would turn", place=place)
        return found

    def applied(self, scorers: Scorers) -> Scorers:
        """Return the scorers with both lines laid over them."""
        return Scorers(self.documents.applied(scorers.documents), self.texts.applied(scorers.texts))


def _line(record: Mapping[str, Any]) -> Line:
    line = Line(*(float(record[name]) for name in ("slope", "shift", "threshold")))
    if not np.isfinite([line.slope, line.shift, line.threshold]).all() or not 0 <= line.threshold <= 1:
        raise ValueError(f"expected finite numbers and a threshold from 0 to 1, found {dict(record)}")
    return line


def fit_line(probabilities: Sequence[float] | Numbers, right: Sequence[bool] | Labels) -> Line:
    """Return the line under which probabilities fit best, and the threshold of the best F1.

    Targets are smoothed as Platt's are. Raises InputError where there is nothing to fit.
    """
    said, true = np.clip(np.asarray(probabilities, np.float64), LEAST, 1 - LEAST), np.asarray(right, bool)
    positives, negatives = int(true.sum()), int((~true).sum())
    if not positives or not negatives:
        raise InputError(f"expected pairs that are links and others; found {positives} and {negatives}")
    x = np.stack([np.log(said / (1 - said)), np.ones(len(said))], axis=1)
    goal = np.where(true, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    weights = np.array([1.0, 0.0])
    for _ in range(STEPS):
        now = 1 / (1 + np.exp(-(x @ weights)))
        curvature = (x * (now * (1 - now))[:, None]).T @ x + 1e-9 * np.eye(2)
        step = np.linalg.solve(curvature, x.T @ (goal - now))
        weights = weights + np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-9:
            break
    slope, shift = (round(float(weight), 4) for weight in weights)
    if not SLOPES[0] <= slope <= SLOPES[1]:
        raise InputError(
            f"links and scores do not go together (slope {slope}); are the links those of these documents?"
        )
    return Line(slope, shift, _best_threshold(1 / (1 + np.exp(-(x @ weights))), true))


def _best_threshold(said: Numbers, true: Labels) -> float:
    """Return the probability, in hundredths, from which F1 is best; the lowest of equals."""
    thresholds = np.arange(1, 100) / 100
    hits = np.array([int(true[said >= threshold].sum()) for threshold in thresholds])
    chosen = np.array([int((said >= threshold).sum()) for threshold in thresholds])
    return float(thresholds[np.argmax(2 * hits / (chosen + true.sum()))])
