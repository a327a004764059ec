"""Where outlets contradict each other on one fact, and where they are merely informed at different hours."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain, combinations, islice

import numpy as np

from aligner.comparison_disputes import Disputes, Told, mention_of
from aligner.comparison_renderings import Renderings
from aligner.comparison_tallies import MISSING, WHOLE, tally
from aligner.deadline import check_time
from aligner.documents import Document
from aligner.evidence import Evidence, Item, compare
from aligner.evidence.items import NUMBER_KINDS
from aligner.evidence.names import similar
from aligner.evidence.readings import Reading, read
from aligner.evidence.tokens import folded
from aligner.facts import Fact
from aligner.languages import primary
from aligner.passage_chances import Story
from aligner.passages import Passage
from aligner.published import surely_before

__all__ = ["RELATIONS", "Conflict", "Version", "conflicts", "likely_beside"]

CONTRADICTION, UPDATE, UNORDERED = RELATIONS = ("contradiction", "update", "order unknown")
MAX_PAIRS = 300  # of passages of one fact; beyond, those of the first documents by id
LIKELY = 0.3  # chance that two passages report the same, for their figures to rival
UNSURE = frozenset({"name", "quotation", "denial"})  # kinds that two tellings of one event may differ in by choice
SURE = 0.8  # the same for these
FIRST_CHARS = 3  # of a first name that is no initial
WORD = re.compile(r"[^\W\d_]+")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
KINDS = {**dict.fromkeys(NUMBER_KINDS, "figure"), "quotation": "attribution"}


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

    `kind` is figure, date, time, name, attribution or denial. `relation`: a count that grows while it is made (dead,
    damage, votes) is an "update" where each greater figure was surely told later, and "order unknown" where the times
    do not say so or otherwise; all else is a "contradiction". `versions` are by time, then outlet.
    """

    fact: str
    kind: str
    relation: str
    versions: tuple[Version, ...]

    def record(self) -> Mapping[str, object]:
        """Return the conflict for JSON."""
        return asdict(self)


def conflicts(
    fact: Fact,
    story: Story,
    documents: Mapping[str, Document],
    *,
    beside: Sequence[tuple[Passage, Passage]] = (),
    renderings: Renderings | None = None,
) -> list[Conflict]:
    """Return the conflicts of a fact, in the order of their first version.

    `beside` are its passages with likely ones of other facts (see `likely_beside`): what contradicts a fact may have
    been taken for another one. They count but for renderings, in which each sentence has its own.

    Passages of different outlets are compared two by two. A third passage that agrees with both sides settles it:
    then the two say the same in other words, and nothing is reported. Where there are three passages or more, names
    and quotations must clash in two pairs: one pair alone may merely name different things. `renderings` knows what
    renders what; without it nothing does.
    """
    disputes = Disputes(lambda passage: _reading(passage, documents))
    for first, second, evidence, rendered in _compared(fact, beside, story, documents, renderings):
        for item in evidence.shared:
            disputes.share(item, first, second)
        for left, right in evidence.conflicting:
            if {left.kind, right.kind} & UNSURE and story.chance(first, second) < SURE and not rendered:
                continue
            if left.kind == right.kind == "name" and not _are_rival_names(
                (left, first), (right, second), documents, rendered=rendered
            ):
                continue
            disputes.clash((left, first), (right, second))
    found = [
        _conflict(fact, told, documents)
        for told, clashes in disputes.items()
        if clashes > 1 or len(fact.passages) < 3 or not {item.kind for item, _ in told} & UNSURE
    ]
    return sorted(found, key=lambda each: (each.versions[0].passage, each.versions[0].start, each.kind))


def likely_beside(facts: Sequence[Fact], story: Story) -> dict[str, list[tuple[Passage, Passage]]]:
    """Return, by fact, its passages with those of later facts that are likely to report the same.

    That is before sentences compete. Each pair is one of the earlier fact's.
    """
    number = {passage.id: number for number, fact in enumerate(facts) for passage in fact.passages}
    ordered = sorted(story.passages, key=_order_of)
    places = [story.numbers[passage.id] for passage in ordered]
    found: dict[str, list[tuple[Passage, Passage]]] = defaultdict(list)
    for one, other in np.argwhere(story.uncontested[np.ix_(places, places)] >= LIKELY).tolist():
        earlier, later = number[ordered[one].id], number[ordered[other].id]
        if earlier < later:
            found[facts[earlier].id].append((ordered[one], ordered[other]))
    return found


def _compared(
    fact: Fact,
    others: Sequence[tuple[Passage, Passage]],
    story: Story,
    documents: Mapping[str, Document],
    renderings: Renderings | None,
) -> Iterator[tuple[Passage, Passage, Evidence, bool]]:
    """Yield passages, what they have in common and what not, and whether their documents render each other."""
    outlet = {id: document.outlet or id for id, document in documents.items()}
    ordered = sorted(fact.passages, key=_order_of)
    inside = ((a, b) for a, b in combinations(ordered, 2) if story.chance(a, b) >= LIKELY)
    beside = ((a, b) for a, b in others if renderings is None or not renderings.of_documents(a.document, b.document))
    pairs = ((a, b) for a, b in chain(inside, beside) if outlet[a.document] != outlet[b.document])
    for first, second in islice(pairs, MAX_PAIRS):
        check_time()
        if renderings is not None and renderings.of_documents(first.document, second.document):
            yield first, second, _evidence(first, second, documents, renders=True), True
            continue
        plain = _evidence(first, second, documents, renders=False)
        if renderings is not None and story.chance(first, second) >= SURE:
            literal = _evidence(first, second, documents, renders=True)
            if literal.conflicting != plain.conflicting and renderings.of_passages(first, second, literal):
                # names left over may be two of one thing: Moscow, Russia
                known = [both for both in literal.conflicting if both[0].kind != "name" or both in plain.conflicting]
                plain = replace(literal, conflicting=tuple(known))
        yield first, second, plain, False


def _order_of(passage: Passage) -> tuple[str, int, int]:
    return passage.document, passage.position, passage.number


def _evidence(first: Passage, second: Passage, documents: Mapping[str, Document], *, renders: bool) -> Evidence:
    return compare(
        first.text,
        second.text,
        left_language=primary(first.lang),
        right_language=primary(second.lang),
        left_published=documents[first.document].published,
        right_published=documents[second.document].published,
        renders=renders,
    )


def _reading(passage: Passage, documents: Mapping[str, Document]) -> Reading:
    return read(passage.text, primary(passage.lang), documents[passage.document].published)


def _are_rival_names(one: Told, other: Told, documents: Mapping[str, Document], *, rendered: bool) -> bool:
    """Say whether two names are surely of two: names with one last word are of one, but for others in a rendering."""
    words = [[folded(word) for word in WORD.findall(item.text)] for item, _ in (one, other)]
    if any(similar(a, b) for a in words[0][-1:] for b in words[1][-1:]):
        firsts = [own[0] for own in words if len(own) > 1 and len(own[0]) >= FIRST_CHARS]
        return rendered and len(firsts) == 2 and not similar(*firsts)
    return all(_is_name(item, passage, documents[passage.document].text) for item, passage in (one, other))


def _is_name(item: Item, passage: Passage, text: str) -> bool:
    """Say whether a word is surely a name: inside a sentence it has a capital as well."""
    if WORD.search(passage.text[: item.start]) or len(WORD.findall(item.text)) > 1:
        return True
    return re.search(rf"[\w,;:\u00ab(] {re.escape(item.text)}(?!\w)", text) is not None


def _conflict(fact: Fact, told: Sequence[Told], documents: Mapping[str, Document]) -> Conflict:
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
    counted = {_counted(each, documents) for each in told} - {None}
    relation = CONTRADICTION
    if kind in NUMBER_KINDS and counted and WHOLE not in counted:
        relation = _order(versions, falls=counted == {MISSING})
    return Conflict(fact.id, KINDS.get(kind, kind), relation, tuple(versions))


def _counted(told: Told, documents: Mapping[str, Document]) -> str | None:
    item, passage = told
    reading = _reading(passage, documents)
    mention = mention_of(reading, item.start, item.end)
    return None if mention is None else tally(reading, mention, primary(passage.lang))


def _order(versions: Sequence[Version], *, falls: bool) -> str:
    """Return the relation of a growing count's figures by when each was first told; `falls`: it may shrink as well."""
    first: dict[float, str | None] = {}
    for version in versions:
        number = NUMBER.search(version.value)
        if number is None:
            return CONTRADICTION
        day, known = version.published, first.setdefault(float(number[0]), version.published)
        if day and known and surely_before(day, known):  # undated ones come first, and stay
            first[float(number[0])] = day
    days = [first[amount] for amount in sorted(first)]
    pairs = [(low, high) for low, high in combinations(days, 2) if low and high]
    rises = sum(surely_before(low, high) for low, high in pairs)
    drops = sum(surely_before(high, low) for low, high in pairs)
    if drops and not falls:
        return CONTRADICTION
    return UPDATE if rises + drops == len(days) * (len(days) - 1) // 2 else UNORDERED
