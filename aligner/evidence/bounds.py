"""What the words beside a figure say of it: at least, almost, up to, about; and which figures can be one.

A bound is read as the press means it: "more than 700" is less than 800, or the text would say so. How far it goes
follows from how round the figure is.
"""

from __future__ import annotations

from decimal import Decimal
from math import inf

from aligner.evidence.amounts import plain
from aligner.evidence.mentions import Mention, Scan
from aligner.evidence.tokens import Phrases

__all__ = ["can_meet", "find_bound", "is_directed", "is_duration", "is_relative", "nearly"]

ABOVE, OVER, BELOW, CAP, ABOUT = "above", "over", "below", "cap", "about"
ROUGH = 0.2  # "une dizaine" is "a dozen"
REACH = 5  # words before a figure that can be of its bound
FIVES = 5
DURATION = "duration:"


def find_bound(scan: Scan, first: int, last: int, unit: str) -> tuple[str, int]:
    """Return the key of the bound beside the tokens [first, last) of a figure, "" for none, and where both start."""
    before, behind = _before(scan, scan.lexicon.bounds, first), _behind(scan, scan.lexicon.bounds, last)
    key, start = before or (behind, first)
    if key == OVER:  # "over five years" is during them
        key = "" if is_duration(unit) else ABOVE
    return key, start


def is_duration(unit: str) -> bool:
    return unit.startswith(DURATION)


def is_relative(scan: Scan, first: int, last: int) -> bool:
    """Say whether the tokens [first, last), a duration, count from another time: 24 hours after, il y a 24 heures."""
    relations = scan.lexicon.relations
    return _before(scan, relations, first) is not None or _behind(scan, relations, last) != ""


def _before(scan: Scan, phrases: Phrases[str], first: int) -> tuple[str, int] | None:
    """Return the key of a phrase that ends before a token, with articles at most between, and where it starts."""
    for at in range(max(0, first - REACH), first):
        found = phrases.find(scan.tokens, at)
        if (
            found
            and found[0] <= first
            and all(scan.word(gap) in scan.lexicon.articles for gap in range(found[0], first))
        ):
            return found[1], at
    return None


def _behind(scan: Scan, phrases: Phrases[str], last: int) -> str:
    """Return the key of a phrase that starts at a token, "" for none; what comes before another figure is of that."""
    found = phrases.find(scan.tokens, last) if last < len(scan.tokens) else None
    if found is None:
        return ""
    end, key = found
    number = end < len(scan.tokens) and (scan.tokens[end].is_number or scan.lexicon.spelled.find(scan.tokens, end))
    return "" if number else key


def is_directed(mention: Mention) -> bool:
    """Say whether a figure is said to lie above or below what is told."""
    return mention.bound in (ABOVE, BELOW, CAP)


def can_meet(left: Mention, right: Mention) -> bool:
    """Say whether two figures of one dimension can be the same amount within what they say of themselves."""
    if left.rough and right.rough and not (is_directed(left) or is_directed(right)):
        return nearly(left, right)
    if left.bound == right.bound == CAP:  # both name the most that it may be
        return left.amount * left.factor == right.amount * right.factor
    (low, high, last), (other_low, other_high, other_last) = _span(left), _span(right)
    return _reaches(low, other_high, other_last) and _reaches(other_low, high, last)


def nearly(left: Mention, right: Mention) -> bool:
    """Say whether two amounts are so near that rough words say the same of both: dozen, dizaine."""
    a, b = left.amount * left.factor, right.amount * right.factor
    return abs(a - b) <= ROUGH * max(a, b)


def _reaches(low: float, high: float, within: bool) -> bool:
    return low <= high if within else low < high


def _span(mention: Mention) -> tuple[float, float, bool]:
    """Return the least and the greatest amount that a figure allows, and whether the greatest is one of them."""
    amount, factor = mention.amount, mention.factor or 1.0
    step = _step(amount)
    half = ROUGH * amount if mention.rough else min(step / 2, ROUGH * amount)
    if mention.bound == ABOVE:
        fives = FIVES if _is_five(amount, step) else 1
        return amount * factor, (amount + max(fives * step, half)) * factor, False
    if mention.bound == BELOW:
        return (amount - half) * factor, amount * factor, True
    if mention.bound == CAP:
        return -inf, amount * factor, True
    if mention.rough:
        return (amount - half) * factor, amount / (1 - ROUGH) * factor, True
    if mention.bound == ABOUT:
        return (amount - half) * factor, (amount + half) * factor, False
    return amount * factor, amount * factor, True


def _step(amount: float) -> float:
    """Return the place of the last figure of an amount that is not 0: 100 for 700, 10 for 250, 1 for 284."""
    return 10.0 ** int(Decimal(plain(amount)).normalize().as_tuple().exponent) if amount else 1.0


def _is_five(amount: float, step: float) -> bool:
    """Say whether an amount ends in 5 behind other figures: the next round one after 250 is 300."""
    return amount > FIVES * step and round(amount / step) % 10 == FIVES
