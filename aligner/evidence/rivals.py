"""Which unmatched mentions contradict each other.

Two leftovers rival when they have one role: the same unit, the same counted noun, the same place in a name. Where
the two texts are close to each other (a translation, or nearly), being the only leftover of a kind is enough.
"""

from __future__ import annotations

from collections.abc import Sequence

from aligner.evidence.dates import granularity
from aligner.evidence.figures import ORDINAL, same_currency
from aligner.evidence.mentions import Mention
from aligner.evidence.pairing import Pairs, family
from aligner.evidence.readings import Reading
from aligner.evidence.rival_names import names_apart, only_names, untold_names
from aligner.evidence.roles import alike, distance, role

__all__ = ["is_close", "rivals"]

LENGTHS = 1.9  # how many times as long a text may be as its translation
TOLD_ALIKE = 0.3  # share of mentions that close texts have in common
ROLE_SCORE = 2  # one class or word in common that says what is counted
NEARLY = 1.4  # one length
TOLD = 3  # shared mentions that make up for another cut into sentences
AGES = {"duration:duration-year"}  # "West, 41" and "41 ans"
YEARS = 20  # between rival years
DAY = 1440
TIMES = 240  # minutes between rival times of day
MAGNITUDES = 30.0
LEAST_ROUNDED = 100  # smaller figures are counted
SCALES = {1e2, 1e3, 1e6, 1e9}
SCALE_REACH = 1000


def is_close(left: Reading, right: Reading, shared: Pairs, lefts: Sequence[Mention], rights: Sequence[Mention]) -> bool:
    """Say whether two texts tell nearly the same, by their lengths and by what is left over."""
    a, b = len(left.text), len(right.text)
    if max(a, b) > LENGTHS * min(a, b) + 20:
        return False
    left_over = max(_count(lefts), _count(rights))
    both = sum(not a.weak or not b.weak for a, b in shared)
    return left_over <= 1 or both >= TOLD_ALIKE * (both + left_over)


def _count(mentions: Sequence[Mention]) -> int:
    """Return how many leftovers say something, names side by side as one."""
    others = sum(not each.weak for each in mentions if each.kind not in ("name", "denial"))
    return others + len(untold_names(mentions))


def rivals(
    left: Reading,
    right: Reading,
    shared: Pairs,
    lefts: Sequence[Mention],
    rights: Sequence[Mention],
    *,
    renders: bool,
) -> Pairs:
    """Return the pairs of leftovers that contradict each other, each mention once."""
    close = renders and is_close(left, right, shared, lefts, rights)
    found = _figures(left, right, lefts, rights, close=close)
    found += _recounted(left, right, shared, lefts, rights)
    found += _converted(shared, lefts, rights) if close else []
    found += names_apart(left, right, shared)
    if close and _parallel(left, right, shared) and not any(a.kind == "name" for a, _ in found):
        found += only_names(left, right, shared, lefts, rights)
    return found


def _parallel(left: Reading, right: Reading, shared: Pairs) -> bool:
    """Say whether two texts have as many sentences, or nearly one length and enough in common."""
    if left.sentences == right.sentences:
        return True
    told = sum(not a.weak or not b.weak for a, b in shared)
    low, high = sorted((len(left.text), len(right.text)))
    return told >= TOLD or (told > 0 and high <= NEARLY * low)


def _figures(
    left: Reading, right: Reading, lefts: Sequence[Mention], rights: Sequence[Mention], *, close: bool
) -> Pairs:
    """Return the rivals among numbers, dates and times."""
    mine = [(each, role(left, each)) for each in lefts if each.kind not in ("name", "denial")]
    theirs = [(each, role(right, each)) for each in rights if each.kind not in ("name", "denial")]
    able = [[_comparable(a, b, close=close) for b, _ in theirs] for a, _ in mine]
    strong_right = [sum(ok and not b.weak for ok, (b, _) in zip(row, theirs, strict=True)) for row in able]
    strong_left = [
        sum(row[j] and not a.weak for row, (a, _) in zip(able, mine, strict=True)) for j in range(len(theirs))
    ]
    scored: list[tuple[int, int, int, int]] = []
    for i, (a, own) in enumerate(mine):
        for j, (b, other) in enumerate(theirs):
            if not able[i][j]:
                continue
            unzoned = a.kind == "time" and (a.zone is None or b.zone is None)
            if unzoned and left.offset != right.offset and (a.amount - b.amount) % 60 == 0:
                continue  # the same instant, maybe, by the clocks of two countries
            score = _score(a, b, alike(own, other), close=close, only=max(strong_right[i], strong_left[j]) <= 1)
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


def _converted(shared: Pairs, lefts: Sequence[Mention], rights: Sequence[Mention]) -> Pairs:
    """Return rivals of which one was matched by its conversion: 30 meters (100 feet); 30 mètres (80 pieds)."""
    found: Pairs = []
    measures = [(a, b) for a, b in shared if a.kind == b.kind == "measure" and a.unit != b.unit]
    for each in lefts:
        same = [b for _, b in measures if each.kind == "measure" and b.unit == each.unit]
        found += [(each, b) for b in same[:1]]
    for each in rights:
        same = [a for a, _ in measures if each.kind == "measure" and a.unit == each.unit]
        found += [(a, each) for a in same[:1]]
    return found


def _recounted(
    left: Reading, right: Reading, shared: Pairs, lefts: Sequence[Mention], rights: Sequence[Mention]
) -> Pairs:
    """Return rivals of which one was matched by chance: four helicopters, three sorties; trois hélicoptères."""
    found: Pairs = []
    small = [(a, b) for a, b in shared if a.kind == b.kind == "number" and a.weak and b.weak]
    for mine, other, leftovers, swapped in ((left, right, lefts, False), (right, left, rights, True)):
        for each in leftovers:
            if each.kind != "number" or not each.weak or each.unit or each.amount < 2:
                continue
            own = role(mine, each)
            for a, b in small:
                partner, there = (b, a) if swapped else (a, b)
                if there.unit or alike(own, role(other, there)) < ROLE_SCORE:
                    continue
                theirs = role(other, there)
                if distance(role(mine, partner), theirs) > distance(own, theirs):
                    found.append((there, each) if swapped else (each, there))
                    break
    return found[:1]


def _comparable(a: Mention, b: Mention, *, close: bool) -> bool:
    """Say whether two mentions are of one kind and, as far as they say, of one unit."""
    if family(a.kind) != family(b.kind):
        return False
    if a.kind == "date":
        near = not (a.day[0] and b.day[0]) or abs(a.day[0] - b.day[0]) <= YEARS
        return near and granularity(a) == granularity(b)
    if a.kind == "time":
        return (a.zone is None) == (b.zone is None)
    if a.kind == b.kind == "money":
        return same_currency(a.unit, b.unit)
    if ORDINAL in (a.unit, b.unit):
        return False
    if a.kind != b.kind:
        unit = a.unit or b.unit
        return close and "number" in (a.kind, b.kind) and (unit in AGES or "money" in (a.kind, b.kind))
    if not close and _rounds(a, b):
        return False
    if a.kind == b.kind == "measure":
        return a.unit.partition(":")[0] == b.unit.partition(":")[0]
    return True


def _rounds(a: Mention, b: Mention) -> bool:
    """Say whether one figure may be the other one rounded: 780,000 and 800,000; 4,600 and "thousands"."""
    low, high = sorted((a, b), key=lambda mention: mention.amount)
    if low.amount in SCALES and not any(char.isdigit() for char in low.item.text):
        return high.amount < low.amount * SCALE_REACH
    if low.amount < LEAST_ROUNDED:
        return False
    digits = min(len(f"{each.amount:.0f}".rstrip("0")) for each in (a, b))
    return float(f"{low.amount:.{digits - 1}e}") == float(f"{high.amount:.{digits - 1}e}")


def _score(a: Mention, b: Mention, score: int, *, close: bool, only: bool) -> int:
    """Return how strongly two leftovers rival, 0 for not at all, by what their roles share."""
    if a.kind == "time":
        apart = abs((a.amount - (a.zone or 0)) - (b.amount - (b.zone or 0)))
        return 1 + score if only and min(apart, DAY - apart % DAY) <= TIMES else 0
    if family(a.kind) == "number":
        low, high = sorted((a.amount, b.amount) if a.kind != b.kind else (a.amount * a.factor, b.amount * b.factor))
        if a.kind == b.kind == "number" and low % 1 != high % 1 and 0 in (low % 1, high % 1) and not (close and only):
            return 0  # a magnitude is no count
        if high > MAGNITUDES * max(low, 1e-9):
            return 0
    if a.weak or b.weak:
        return score if score >= ROLE_SCORE or (close and only and a.unit and b.unit) else 0
    if only and (close or (score and family(a.kind) == "number")):
        return 1 + score
    return score if score >= ROLE_SCORE else 0
