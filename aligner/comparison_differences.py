"""Which differences between outlets are more than chance: minimum counts, permutation tests, Holm over all of them.

Each outlet is compared with all others of the story together; whole paragraphs change sides. Below the minimum
counts there is no number at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations

import numpy as np

from aligner.comparison_words import MEASURES, Usage
from aligner.permutation import ROUNDS, Numbers, holm, rate_difference, sign_flip

__all__ = ["LEVEL", "OTHERS", "VERDICTS", "Difference", "differences", "paired_differences"]

VERDICTS = ("different", "no difference shown", "too little text", "not evaluable")
OTHERS = "all others"
MIN_STORIES = 10  # that both outlets tell
LEVEL = 0.05  # of the family of all tests of one comparison, after Holm
MIN_SENTENCES = 20  # on each side
MIN_COUNT = 10  # of what is counted, both sides together
ROUNDS_EACH = 40  # per test of the family: else no corrected p-value could reach the level
MAX_ROUNDS = 20_000


@dataclass(frozen=True, slots=True)
class Difference:
    """How often an outlet does something by sentence, and `against` whom; None where there is too little text.

    `p` is of the permutation test, `adjusted` after Holm over all tests of the comparison.
    """

    outlet: str
    measure: str
    verdict: str
    rate: float | None = None
    others: float | None = None
    p: float | None = None
    adjusted: float | None = None
    against: str = OTHERS

    def record(self) -> Mapping[str, object]:
        """Return the difference for JSON."""
        return asdict(self)


def differences(usages: Mapping[str, Usage]) -> list[Difference]:
    """Return a verdict for each outlet and measure, by outlet. Two outlets are one comparison, told from the first."""
    names = sorted(name for name, usage in usages.items() if usage.evaluable)
    found = [
        Difference(name, measure, "not evaluable") for name in sorted(set(usages) - set(names)) for measure in MEASURES
    ]
    asked: list[tuple[str, str, tuple[Numbers, Numbers], tuple[Numbers, Numbers]]] = []
    for name in names[:1] if len(names) == 2 else names if len(names) > 2 else ():
        others = [other for other in names if other != name]
        sizes = _sizes(usages, [name]), _sizes(usages, others)
        for measure in MEASURES:
            counts = _counts(usages, [name], measure), _counts(usages, others, measure)
            enough = min(size.sum() for size in sizes) >= MIN_SENTENCES
            if enough and sum(count.sum() for count in counts) >= MIN_COUNT:
                asked.append((name, measure, counts, sizes))
            else:
                found.append(Difference(name, measure, "too little text"))
    rounds = min(MAX_ROUNDS, max(ROUNDS, ROUNDS_EACH * len(asked)))
    chances = [
        rate_difference(counts, sizes, seed=f"{name} {measure}", rounds=rounds)
        for name, measure, counts, sizes in asked
    ]
    for (name, measure, counts, sizes), p, adjusted in zip(asked, chances, holm(chances), strict=True):
        rates = [round(float(count.sum() / size.sum()), 4) for count, size in zip(counts, sizes, strict=True)]
        verdict = "different" if adjusted < LEVEL else "no difference shown"
        found.append(Difference(name, measure, verdict, rates[0], rates[1], round(p, 5), round(adjusted, 5)))
    return sorted(found, key=lambda each: (each.outlet, MEASURES.index(each.measure)))


def _sizes(usages: Mapping[str, Usage], names: Sequence[str]) -> Numbers:
    return np.array([size for name in names for size in usages[name].sentences], np.float64)


def _counts(usages: Mapping[str, Usage], names: Sequence[str], measure: str) -> Numbers:
    at = MEASURES.index(measure)
    return np.array([row[at] for name in names for row in usages[name].counts], np.float64)


def paired_differences(stories: Sequence[Mapping[str, Usage]]) -> list[Difference]:
    """Return a verdict for each two outlets and measure over all stories that both tell, by outlets.

    Within a story both tell the same events, so that the differences of their rates are tested by random signs: far
    stricter than comparing all their texts. Holm over all of them.
    """
    names = sorted({name for story in stories for name, usage in story.items() if usage.evaluable})
    found: list[Difference] = []
    asked: list[tuple[Difference, list[float]]] = []
    for first, second in combinations(names, 2):
        both = [story for story in stories if all(n in story and story[n].evaluable for n in (first, second))]
        for measure in MEASURES:
            rates = [[_rate(story[name], measure) for story in both] for name in (first, second)]
            count = sum(story[name].total(measure) for story in both for name in (first, second))
            if len(both) < MIN_STORIES or count < MIN_COUNT:
                found.append(Difference(first, measure, "too little text", against=second))
                continue
            means = [round(float(np.mean(own)), 4) for own in rates]
            shown = Difference(first, measure, "", means[0], means[1], against=second)
            asked.append((shown, [a - b for a, b in zip(*rates, strict=True)]))
    rounds = min(MAX_ROUNDS, max(ROUNDS, ROUNDS_EACH * len(asked)))
    chances = [
        sign_flip(apart, seed=f"{shown.outlet} {shown.against} {shown.measure}", rounds=rounds)
        for shown, apart in asked
    ]
    for (shown, _), p, adjusted in zip(asked, chances, holm(chances), strict=True):
        verdict = "different" if adjusted < LEVEL else "no difference shown"
        found.append(replace(shown, verdict=verdict, p=round(p, 5), adjusted=round(adjusted, 5)))
    return sorted(found, key=lambda each: (each.outlet, each.against, MEASURES.index(each.measure)))


def _rate(usage: Usage, measure: str) -> float:
    return usage.total(measure) / max(1, sum(usage.sentences))
