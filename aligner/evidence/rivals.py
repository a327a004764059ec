"""Which unmatched mentions contradict each other.

Two leftovers rival when they have one role: the same unit, the same counted noun, the same place in a name. Where
the two texts are close to each other (a translation, or nearly), being the only leftover of a kind is enough.
"""

from __future__ import annotations

from collections.abc import Sequence

from aligner.evidence.mentions import Mention
from aligner.evidence.pairing import Pairs
from aligner.evidence.readings import Reading
from aligner.evidence.rival_figures import ROLE_SCORE, rival_figures
from aligner.evidence.rival_names import names_apart, only_names, untold_names
from aligner.evidence.roles import alike, distance, role

__all__ = ["is_close", "rivals"]

LENGTHS = 1.9  # how many times as long a text may be as its translation
TOLD_ALIKE = 0.3  # share of mentions that close texts have in common
NEARLY = 1.4  # one length
TOLD = 3  # shared mentions that make up for another cut into sentences


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
    found = rival_figures(left, right, lefts, rights, close=close, renders=renders)
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
