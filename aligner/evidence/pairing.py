"""Which mentions of two texts are the same, and which of the others contradict each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from aligner.evidence.clocks import same_time
from aligner.evidence.dates import same_day
from aligner.evidence.figures import same_figure
from aligner.evidence.items import NUMBER_KINDS
from aligner.evidence.mentions import Mention
from aligner.evidence.names import same_name
from aligner.evidence.readings import STEM, Reading
from aligner.evidence.refusals import same_denial

__all__ = ["Pairs", "family", "pair"]

Pairs = list[tuple[Mention, Mention]]
SAME: Mapping[str, Callable[[Mention, Mention], bool]] = {
    **dict.fromkeys(NUMBER_KINDS, same_figure),
    "date": same_day,
    "time": same_time,
    "name": same_name,
    "denial": same_denial,
}


def family(kind: str) -> str:
    """Return what a kind is compared with: all kinds of numbers with each other."""
    return "number" if kind in NUMBER_KINDS else kind


def pair(left: Reading, right: Reading) -> tuple[Pairs, list[Mention], list[Mention]]:
    """Return the shared mentions of two texts and what is left of each."""
    theirs: dict[str, list[Mention]] = defaultdict(list)
    for mention in right.mentions:
        if mention.kind == "quotation":
            continue
        theirs[family(mention.kind)].append(mention)
    shared: Pairs = []
    used: set[int] = set()
    only_left = []
    for mention in left.mentions:
        if mention.kind == "quotation":
            continue
        same = SAME[mention.kind]
        found = [other for other in theirs[family(mention.kind)] if same(mention, other)]
        fresh = [other for other in found if id(other) not in used]
        if found:
            chosen = (fresh or found)[0]
            used.add(id(chosen))
            shared.append((mention, chosen))
        else:
            only_left.append(mention)
    mine = defaultdict(list)
    for mention in left.mentions:
        mine[family(mention.kind)].append(mention)
    only_right = [
        other
        for other in right.mentions
        if other.kind != "quotation"
        and id(other) not in used
        and not any(SAME[other.kind](mention, other) for mention in mine[family(other.kind)])
    ]
    shared += _across(only_left, only_right) + [(b, a) for a, b in _across(only_right, only_left)]
    return shared, _untold(only_left, right), _untold(only_right, left)


def _across(mine: list[Mention], theirs: list[Mention]) -> Pairs:
    """Take out of both lists, and return, numbers of one that are part of a date of the other: le 12, années 80."""
    found: Pairs = []
    for number in [each for each in mine if each.kind == "number" and not each.unit]:
        for date in [each for each in theirs if each.kind == "date"]:
            year, _, day, _ = date.day
            if number.amount == day or (not day and year % 10 == 0 and number.amount == year % 100):
                mine.remove(number)
                theirs.remove(date)
                found.append((number, date))
                break
    return found


def _untold(mentions: Sequence[Mention], other: Reading) -> list[Mention]:
    """Return mentions without the names and numbers that the other text has as plain words: "iranien", "2009"."""
    return [mention for mention in mentions if mention.kind != "name" or not _as_word(mention, other)]


def _as_word(name: Mention, other: Reading) -> bool:
    """Say whether the other text has most of a name's words, small or large."""
    told = sum(word in other.words or (len(word) >= STEM and word[:STEM] in other.stems) for word in name.words)
    return 2 * told > len(name.words)
