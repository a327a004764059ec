"""Where a text mentions something, before it is compared with another text."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from operator import attrgetter

from aligner.evidence.items import Item
from aligner.evidence.lexicon import Lexicon
from aligner.evidence.tokens import Token

__all__ = ["Mention", "Scan"]


@dataclass(slots=True)
class Mention:
    """One item and what comparing needs: the numbers of its words, its amount and unit, its day, its parts.

    A `weak` mention can be shared; that the other text lacks it says nothing. `day` is (year, month, day of the
    month, weekday), 0 (or -1) where unknown. `bound` is what is said of an amount: "above" for "more than".
    A `relative` duration counts from another time: 24 hours after.
    """

    item: Item
    first: int
    last: int
    weak: bool = False
    rough: bool = False
    bound: str = ""
    relative: bool = False
    amount: float = 0.0
    unit: str = ""
    factor: float = 1.0
    day: tuple[int, int, int, int] = (0, 0, 0, -1)
    zone: int | None = None
    words: tuple[str, ...] = ()
    keys: frozenset[str] = frozenset()
    peoples: bool = False
    speaker: str = ""

    @property
    def kind(self) -> str:
        return self.item.kind


@dataclass(slots=True)
class Scan:
    """A text being read: its words, which of them are taken, and what was found."""

    text: str
    tokens: list[Token]
    lexicon: Lexicon
    published: tuple[int, int, int] | None
    taken: bytearray = field(default_factory=bytearray)
    mentions: list[Mention] = field(default_factory=list)
    _names: dict[int, Mention] | None = None

    def add(self, kind: str, value: str, first: int, last: int, *, take: bool = True) -> Mention:
        """Add a mention of the tokens [first, last)."""
        start, end = self.tokens[first].start, self.tokens[last - 1].end
        mention = Mention(Item(kind, value, self.text[start:end], start, end), first, last)
        self.mentions.append(mention)
        if take:
            self.taken[first:last] = b"\1" * (last - first)
        return mention

    def name(self, at: int) -> Mention | None:
        """Return the name with a capital that a token is part of; to be asked when all names have been added."""
        if self._names is None:
            names = [each for each in self.mentions if each.kind == "name" and each.item.text[0].isupper()]
            self._names = {place: each for each in names for place in range(each.first, each.last)}
        return self._names.get(at)

    def word(self, at: int) -> str:
        """Return the folded word at a place, "" beyond the text."""
        return self.tokens[at].word if 0 <= at < len(self.tokens) else ""

    def inside(self, start: int, end: int) -> tuple[int, int]:
        """Return the tokens [first, last) that begin in the characters [start, end)."""
        place = attrgetter("start")
        return bisect_left(self.tokens, start, key=place), bisect_left(self.tokens, end, key=place)

    def touches(self, at: int) -> bool:
        """Say whether nothing stands between a token and the one before it."""
        return 0 < at < len(self.tokens) and self.tokens[at - 1].end == self.tokens[at].start
