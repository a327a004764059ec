"""Which numbers, dates and times of two texts contradict each other."""

from __future__ import annotations

from collections.abc import Sequence

from aligner.evidence.bounds import can_meet, is_directed, is_duration, nearly
from aligner.evidence.dates import granularity
from aligner.evidence.figures import ORDINAL, same_currency
from aligner.evidence.mentions import Mention
from aligner.evidence.pairing import Pairs, family
from aligner.evidence.readings import Reading
from aligner.evidence.roles import Role, alike, distance, restated, role, same_act, same_topic

__all__ = ["ROLE_SCORE", "rival_figures"]

ROLE_SCORE = 2  # one class or word in common that says what is counted
AGES = {"duration:duration-year"}  # "West, 41" and "41 ans"
YEARS = 20  # between rival years
DAY = 1440
TIMES = 240  # minutes between rival times of day
MAGNITUDES = 30.0
LEAST_ROUNDED = 100  # smaller figures are counted
SCALES = {1e2, 1e3, 1e6, 1e9}
SCALE_REACH = 1000


def rival_figures(
    left: Reading, right: Reading, lefts: Sequence[Mention], rights: Sequence[Mention], *, close: bool, renders: bool
) -> Pairs:
    """Return the rivals among the leftover numbers, dates and times, each once.

    One text `renders` the other where it is a translation; `close` ones moreover tell nearly the same.
    """
    mine, theirs = _leftovers(left, lefts, close=close), _leftovers(right, rights, close=close)
    if not close:
        mine, theirs = _unexplained(mine, theirs)
    able = [
        [_comparable(a, b, close=close) and not _apart(left, right, a, b, close=close) for b, _ in theirs]
        for a, _ in mine
    ]
    strong_right = [sum(ok and not b.weak for ok, (b, _) in zip(row, theirs, strict=True)) for row in able]
    strong_left = [
        sum(row[j] and not a.weak for row, (a, _) in zip(able, mine, strict=True)) for j in range(len(theirs))
    ]
    scored: list[tuple[int, int, int, int]] = []
    for i, (a, own) in enumerate(mine):
        for j, (b, other) in enumerate(theirs):
            if not able[i][j]:
                continue
            score, only = alike(own, other), max(strong_right[i], strong_left[j]) <= 1
            if close:
                score = _score_close(a, b, score, only=only)
            elif a.kind == "date":
                day = not renders and granularity(a) in ("day", "weekday")
                score = ROLE_SCORE if (same_act(left, a, right, b) if day else score >= ROLE_SCORE) else 0
            else:
                score = _score(a, b, score, only=only, topic=only and same_topic(left, a, right, b))
            if score > 0:
                scored.append((score, -distance(own, other), -i, -j))
    taken: set[tuple[str, int]] = set()
    found: Pairs = []
    for _, _, minus_i, minus_j in sorted(scored, reverse=True):
        i, j = -minus_i, -minus_j
        if not {("l", i), ("r", j)} & taken:
            taken |= {("l", i), ("r", j)}
            found.append((mine[i][0], theirs[j][0]))
    return found


def _leftovers(reading: Reading, mentions: Sequence[Mention], *, close: bool) -> list[tuple[Mention, Role]]:
    """Return what can rival with its role; a figure in brackets says nothing new where the one before it is shared."""
    left = {id(each) for each in mentions}
    found = []
    for each in mentions:
        if each.kind in ("name", "denial"):
            continue
        before = None if close else restated(reading, each)
        if before is None or id(before) in left:
            found.append((each, role(reading, each)))
    return found


def _unexplained(
    mine: list[tuple[Mention, Role]], theirs: list[tuple[Mention, Role]]
) -> tuple[list[tuple[Mention, Role]], list[tuple[Mention, Role]]]:
    """Return what is left without figures that may be one amount of one thing: about 80 hurt, near 90 hurt."""
    agreed = {
        id(each)
        for a, own in mine
        for b, other in theirs
        if family(a.kind) == family(b.kind) == "number"
        and _one_unit(a, b, close=False)
        and _may_agree(a, b, close=False)
        and alike(own, other) >= ROLE_SCORE
        for each in (a, b)
    }
    return [each for each in mine if id(each[0]) not in agreed], [each for each in theirs if id(each[0]) not in agreed]


def _apart(left: Reading, right: Reading, a: Mention, b: Mention, *, close: bool) -> bool:
    """Say whether two mentions count from different times: 24 hours after, told a day later; clocks of two zones."""
    if a.kind == "time":
        unzoned = a.zone is None or b.zone is None
        return unzoned and left.offset != right.offset and (a.amount - b.amount) % 60 == 0
    if not (a.relative or b.relative):
        return False
    if left.published and right.published:
        return left.published != right.published
    return not close


def _comparable(a: Mention, b: Mention, *, close: bool) -> bool:
    """Say whether two mentions are of one kind and, as far as they say, of one unit, and cannot be the same."""
    if family(a.kind) != family(b.kind):
        return False
    if a.kind == "date":
        near = not (a.day[0] and b.day[0]) or abs(a.day[0] - b.day[0]) <= YEARS
        return near and granularity(a) == granularity(b)
    if a.kind == "time":
        return (a.zone is None) == (b.zone is None)
    if not close and _unlike(a, b, close_only=False):
        return False
    return _one_unit(a, b, close=close) and not _may_agree(a, b, close=close)


def _one_unit(a: Mention, b: Mention, *, close: bool) -> bool:
    if a.kind == b.kind == "money":
        return same_currency(a.unit, b.unit)
    if ORDINAL in (a.unit, b.unit):
        return False
    if a.kind != b.kind:
        unit = a.unit or b.unit
        return close and "number" in (a.kind, b.kind) and (unit in AGES or "money" in (a.kind, b.kind))
    return a.kind != "measure" or a.unit.partition(":")[0] == b.unit.partition(":")[0]


def _may_agree(a: Mention, b: Mention, *, close: bool) -> bool:
    """Say whether two figures may be one amount: more than 800, 850. A close text keeps a bound with its figure."""
    kept = close and (a.bound == b.bound or not nearly(a, b))
    if (a.bound or b.bound) and not kept and can_meet(a, b):
        return True
    return not close and not is_directed(a) and not is_directed(b) and _rounds(a, b)


def _rounds(a: Mention, b: Mention) -> bool:
    """Say whether one figure may be the other one rounded: 780,000 and 800,000; 4,600 and "thousands"."""
    low, high = sorted((a, b), key=lambda mention: mention.amount)
    if low.amount in SCALES and not any(char.isdigit() for char in low.item.text):
        return high.amount < low.amount * SCALE_REACH
    if low.amount < LEAST_ROUNDED:
        return False
    digits = min(len(f"{each.amount:.0f}".rstrip("0")) for each in (a, b))
    return float(f"{low.amount:.{digits - 1}e}") == float(f"{high.amount:.{digits - 1}e}")


def _score_close(a: Mention, b: Mention, score: int, *, only: bool) -> int:
    """Return how strongly two leftovers of close texts rival, 0 for not at all: being the only ones is enough."""
    if a.kind == "time":
        return 1 + score if only and _near_times(a, b) else 0
    if family(a.kind) == "number" and _unlike(a, b, close_only=only):
        return 0
    if a.weak or b.weak:
        return score if score >= ROLE_SCORE or (only and a.unit and b.unit) else 0
    return 1 + score if only else score if score >= ROLE_SCORE else 0


def _score(a: Mention, b: Mention, score: int, *, only: bool, topic: bool) -> int:
    """Return the same for texts that are not close: both must count one thing."""
    if a.kind == "time":
        return 1 + score if only and _near_times(a, b) else 0
    told = score and not is_duration(a.unit)  # two durations have their unit in common, which says little
    if only and not a.weak and not b.weak and (score >= ROLE_SCORE or told or (topic and a.unit)):
        return 1 + score
    return (
        1 + score if score >= ROLE_SCORE and only and not a.weak and not b.weak else score if score >= ROLE_SCORE else 0
    )


def _near_times(a: Mention, b: Mention) -> bool:
    apart = abs((a.amount - (a.zone or 0)) - (b.amount - (b.zone or 0)))
    return min(apart, DAY - apart % DAY) <= TIMES


def _unlike(a: Mention, b: Mention, *, close_only: bool) -> bool:
    """Say whether two figures are too unlike to be one: a magnitude is no count."""
    low, high = sorted((a.amount, b.amount) if a.kind != b.kind else (a.amount * a.factor, b.amount * b.factor))
    mixed = a.kind == b.kind == "number" and low % 1 != high % 1 and 0 in (low % 1, high % 1)
    return (mixed and not close_only) or high > MAGNITUDES * max(low, 1e-9)
