"""How right the probabilities of held-out pairs are, and the threshold that is chosen by them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from aligner.arrays import Numbers
from aligner.calibration import reliability

__all__ = ["Labels", "report", "threshold"]

LIKELY = 0.05

Labels = npt.NDArray[np.int8]
"""1 a link, 0 none, -1 doubtful."""


def report(
    title: str, chances: Numbers, labels: Labels, groups: Mapping[str, npt.NDArray[np.bool_]], limit: float
) -> None:
    """Print how right the probabilities of each group of pairs are."""
    for called, own in {**groups, "all": np.ones(len(labels), bool)}.items():
        precision, recall, f1 = scores(chances[own] >= limit, labels[own])
        right = labels[own][np.argsort(-chances[own], kind="stable")]
        average = float((np.cumsum(right) / np.arange(1, len(right) + 1) * right).sum() / right.sum())
        likely = own & (chances > LIKELY)
        error, above = (reliability(chances[part], labels[part] > 0).error for part in (own, likely))
        print(f"  {title} {called}: AP {average:.3f}, P {precision:.3f}, R {recall:.3f}, F1 {f1:.3f}")
        print(f"    expected calibration error {error:.4f}; among those above {LIKELY}: {above:.4f}")


def threshold(
    chances: Numbers,
    labels: Labels,
    groups: Mapping[str, npt.NDArray[np.bool_]],
    votes: Mapping[str, float],
    tie: float,
) -> float:
    """Return the highest of the thresholds that give about the best mean F1 of the groups."""
    found: dict[float, float] = {}
    for limit in np.arange(0.1, 0.8, 0.02).round(2).tolist():
        each = {name: scores(chances[own] >= limit, labels[own])[2] for name, own in groups.items()}
        found[limit] = sum(votes[name] * f1 for name, f1 in each.items()) / sum(votes.values())
        print(f"    {limit}: F1 " + ", ".join(f"{name} {f1:.3f}" for name, f1 in each.items()))
    return max(limit for limit, f1 in found.items() if f1 >= max(found.values()) - tie)


def scores(chosen: npt.NDArray[np.bool_], labels: Labels) -> tuple[float, float, float]:
    hits = int(labels[chosen].sum())
    return hits / max(1, int(chosen.sum())), hits / int(labels.sum()), 2 * hits / int(chosen.sum() + labels.sum())
