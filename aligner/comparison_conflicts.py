"""Where outlets contradict each other on one fact, and where a later one is merely better informed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations, islice, pairwise

from aligner.deadline import check_time
from aligner.documents import Document
from aligner.evidence import Evidence, Item, compare
from aligner.evidence.items import NUMBER_KINDS
from aligner.evidence.names import similar
from aligner.evidence.tokens import folded
from aligner.facts import Fact
from aligner.languages import primary
from aligner.passage_chances import Story
from aligner.passages import Passage
from aligner.published import surely_before

__all__ = ["RELATIONS", "Conflict", "Version", "conflicts"]

RELATIONS = ("contradiction", "update")
MAX_PAIRS = 300  # of passages of one fact; beyond, those of the first documents by id
GROWING = frozenset(NUMBER_KINDS) - {"measure"}  # a toll, damage, counted votes; not a magnitude or a length
LIKELY = 0.3  # chance that two passages report the same, for their figures to rival
UNSURE = frozenset({"name", "quotation", "denial"})  # kinds that two tellings of one event may differ in by choice
SURE = 0.8  # the same for these
WORD = re.compile(r"[^\W\d_]+")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
KINDS = {**dict.fromkeys(NUMBER_KINDS, "figure"), "quotation": "attribution"}

Place = tuple[str, int, int]
"""A passage's id and the characters of its text."""


@dataclass(frozen=True, slots=True)
class Version:
    """What one passage says of a disputed item: [start, end) are characters of the passage's text."""

    outlet: str
    document: str
    passage: str
    published: str | None
    value: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """One item of a fact that outlets tell differently.

    `kind` is figure, date, time, name, attribution or denial. `relation` is "update" where every rise of a figure is
    told later than what it replaces, else "contradiction". `versions` are by time, then outlet.
    """

    fact: str
    kind: str
    relation: str
    versions: tuple[Version, ...]

    def record(self) -> Mapping[str, object]:
        """Return the conflict for JSON."""
        return asdict(self)


def conflicts(
    fact: Fact, story: Story, documents: Mapping[str, Document], *, parallel: Collection[str] = ()
) -> list[Conflict]:
    """Return the conflicts of a fact, in the order of their first version.

    Passages of different outlets are compared two by two. A third passage that agrees with both sides settles it:
    then the two say the same in other words, and nothing is reported. Where there are three passages or more, names
    and quotations must clash in two pairs: one pair alone may merely name different things.
    """
    same = _Classes()
    apart: list[tuple[Place, Place]] = []
    items: dict[Place, tuple[Item, Passage]] = {}
    for first, second, evidence in _compared(fact, story, documents, parallel):
        for item in evidence.shared:
            if item.also is not None:
                same.join((first.id, item.start, item.end), (second.id, *item.also))
        for left, right in evidence.conflicting:
            if {left.kind, right.kind} & UNSURE and story.chance(first, second) < SURE:
                continue
            if left.kind == right.kind == "name" and not _are_rival_names((left, first), (right, second), documents):
                continue
            places = (first.id, left.start, left.end), (second.id, right.start, right.end)
            items[places[0]], items[places[1]] = (left, first), (right, second)
            apart.append(places)
    disputed = _Classes()
    clashes = [(one, other) for one, other in apart if same.of(one) != same.of(other)]
    for one, other in clashes:
        disputed.join(same.of(one), same.of(other))
    groups: dict[Place, list[Place]] = {}
    for place in items:
        if same.of(place) in disputed.parents:
            groups.setdefault(disputed.of(same.of(place)), []).append(place)
    counts = Counter(disputed.of(same.of(one)) for one, _ in clashes)
    found = [
        _conflict(fact, [items[place] for place in group], documents)
        for root, group in groups.items()
        if counts[root] > 1 or len(fact.passages) < 3 or not {items[place][0].kind for place in group} & UNSURE
    ]
    return sorted(found, key=lambda each: (each.versions[0].passage, each.versions[0].start, each.kind))


def _compared(
    fact: Fact, story: Story, documents: Mapping[str, Document], parallel: Collection[str]
) -> Iterator[tuple[Passage, Passage, Evidence]]:
    outlet = {id: document.outlet or id for id, document in documents.items()}
    ordered = sorted(fact.passages, key=lambda passage: (passage.document, passage.position, passage.number))
    pairs = ((a, b) for a, b in combinations(ordered, 2) if outlet[a.document] != outlet[b.document])
    likely = ((a, b) for a, b in pairs if story.chance(a, b) >= LIKELY)
    for first, second in islice(likely, MAX_PAIRS):
        check_time()
        evidence = compare(
            first.text,
            second.text,
            left_language=primary(first.lang),
            right_language=primary(second.lang),
            left_published=documents[first.document].published,
            right_published=documents[second.document].published,
            renders=first.document in parallel and second.document in parallel and story.chance(first, second) >= SURE,
        )
        yield first, second, evidence


def _are_rival_names(one: tuple[Item, Passage], other: tuple[Item, Passage], documents: Mapping[str, Document]) -> bool:
    lasts = [[folded(word) for word in WORD.findall(item.text)][-1:] for item, _ in (one, other)]
    if any(similar(a, b) for a in lasts[0] for b in lasts[1]):
        return False
    return all(_is_name(item, passage, documents[passage.document].text) for item, passage in (one, other))


def _is_name(item: Item, passage: Passage, text: str) -> bool:
    """Say whether a word is surely a name: inside a sentence it has a capital as well."""
    if WORD.search(passage.text[: item.start]) or len(WORD.findall(item.text)) > 1:
        return True
    return re.search(rf"[\w,;:\u00ab(] {re.escape(item.text)}(?!\w)", text) is not None


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
        self.parents.setdefault(low, low)
        self.parents[high] = low


def _conflict(fact: Fact, told: Sequence[tuple[Item, Passage]], documents: Mapping[str, Document]) -> Conflict:
    versions = [
        Version(
            outlet=documents[passage.document].outlet or passage.document,
            document=passage.document,
            passage=passage.id,
            published=documents[passage.document].published,
            value=item.value,
            text=item.text,
            start=item.start,
            end=item.end,
        )
        for item, passage in told
    ]
    versions.sort(key=lambda each: (each.published or "", each.outlet, each.passage, each.start))
    kinds = [item.kind for item, _ in told]
    kind = next((kind for kind in kinds if kind not in NUMBER_KINDS), kinds[0])
    grows = all(kind in GROWING for kind in kinds)
    relation = "update" if grows and _rises(versions) else "contradiction"
    return Conflict(fact.id, KINDS.get(kind, kind), relation, tuple(versions))


def _rises(versions: Sequence[Version]) -> bool:
    """Say whether each greater figure was first told later than each smaller one."""
    first: dict[float, str] = {}  # when each figure was told first
    for version in versions:
        number = NUMBER.search(version.value)
        if number is None or version.published is None:
            return False
        amount = float(number[0])
        if amount not in first or surely_before(version.published, first[amount]):
            first[amount] = version.published
    rising = [first[amount] for amount in sorted(first)]
    return len(rising) > 1 and all(surely_before(one, other) for one, other in pairwise(rising))
