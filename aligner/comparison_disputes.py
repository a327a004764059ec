"""Which clashes of a fact's passages are about one item.

Three passages may clash two by two over a depth and over a distance: joined through whatever they touch, these would
become one item. So the clashes whose surroundings are most alike are joined first, and none through which one document
would tell two values of one item.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from aligner.evidence.items import NUMBER_KINDS, Item
from aligner.evidence.mentions import Mention
from aligner.evidence.readings import Reading
from aligner.evidence.roles import Role, alike, distance, role
from aligner.passages import Passage

__all__ = ["Disputes", "Told", "mention_of"]

COUNTED = frozenset({*NUMBER_KINDS, "date", "time"})  # of one item, a document has one

Place = tuple[str, int, int]
"""A passage's id and the characters of its text."""

Told = tuple[Item, Passage]
"""What a passage tells, and where."""

Values = dict[str, str]
"""What each document tells of one item."""


class _Classes:
    """Places that belong together (union-find); the representative is the least place."""

    def __init__(self) -> None:
        self.parents: dict[Place, Place] = {}

    def of(self, place: Place) -> Place:
        while (parent := self.parents.get(place, place)) != place:
            place = parent
        return place

    def join(self, one: Place, other: Place) -> None:
        low, high = sorted((self.of(one), self.of(other)))
        self.parents[high] = low


@dataclass(slots=True)
class Disputes:
    """What passages of a fact share and what they tell differently, as their comparisons come in.

    `read` returns how the evidence read a passage.
    """

    read: Callable[[Passage], Reading]
    same: _Classes = field(default_factory=_Classes)
    clashes: list[tuple[Told, Told]] = field(default_factory=list)
    shared: list[tuple[Told, Told]] = field(default_factory=list)
    roles: dict[Place, Role | None] = field(default_factory=dict)

    def share(self, item: Item, first: Passage, second: Passage) -> None:
        """Note an item of the first passage that the second one has too."""
        if item.also is not None:
            start, end = item.also
            there = Item(item.kind, item.value, second.text[start:end], start, end)
            self.same.join(_place((item, first)), _place((there, second)))
            self.shared.append(((item, first), (there, second)))

    def clash(self, one: Told, other: Told) -> None:
        """Note what two passages tell differently."""
        self.clashes.append((one, other))

    def items(self) -> list[tuple[list[Told], int]]:
        """Return for each disputed item what is told of it, in no order, and by how many clashes.

        A third passage that agrees with both sides settles a clash; one that agrees with a side is told as well.
        """
        agreeing = [both for both in self.shared if both[0][0].kind not in NUMBER_KINDS or self._alike(*both)[0]]
        values = self._values(agreeing)
        disputed = _Classes()
        counts: dict[Place, int] = {}
        told = {_place(each): each for both in agreeing for each in both}
        open_ = [(a, b) for a, b in self.clashes if self.same.of(_place(a)) != self.same.of(_place(b))]
        for one, other in sorted(open_, key=self._nearness):
            roots = [disputed.of(self.same.of(_place(each))) for each in (one, other)]
            if not _agree(*(values.get(root, {}) for root in roots)):
                continue
            told |= {_place(each): each for each in (one, other)}
            disputed.join(*roots)
            joined = disputed.of(roots[0])
            values[joined] = values.get(roots[0], {}) | values.get(roots[1], {})
            counts[joined] = 1 + sum(counts.pop(root, 0) for root in dict.fromkeys(roots))
        groups: dict[Place, list[Told]] = {}
        for place, each in told.items():
            groups.setdefault(disputed.of(self.same.of(place)), []).append(each)
        return [(group, counts[root]) for root, group in groups.items() if root in counts]

    def _values(self, agreeing: Sequence[tuple[Told, Told]]) -> dict[Place, Values]:
        """Return what each document tells of what is one by its value; a name may be told in several ways."""
        values: dict[Place, Values] = {}
        for item, passage in (each for both in (*agreeing, *self.clashes) for each in both):
            if item.kind not in COUNTED:
                continue
            root = self.same.of(_place((item, passage)))
            values.setdefault(root, {}).setdefault(passage.document, item.value)
        return values

    def _nearness(self, both: tuple[Told, Told]) -> tuple[int, int, Place, Place]:
        score, apart = self._alike(*both)
        return -score, apart, _place(both[0]), _place(both[1])

    def _alike(self, one: Told, other: Told) -> tuple[int, int]:
        """Return how much the surroundings of two items share, and how far that stands from them."""
        left, right = self._role(one), self._role(other)
        return (alike(left, right), distance(left, right)) if left and right else (0, 0)

    def _role(self, told: Told) -> Role | None:
        place = _place(told)
        if place not in self.roles:
            reading = self.read(told[1])
            mention = mention_of(reading, place[1], place[2])
            self.roles[place] = None if mention is None else role(reading, mention)
        return self.roles[place]


def _place(told: Told) -> Place:
    item, passage = told
    return passage.id, item.start, item.end


def _agree(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Say whether no document would tell two values."""
    return all(one[document] == other[document] for document in one.keys() & other.keys())


def mention_of(reading: Reading, start: int, end: int) -> Mention | None:
    """Return what a text mentions at these characters; None for speech, which is read elsewhere."""
    return next((each for each in reading.mentions if (each.item.start, each.item.end) == (start, end)), None)
