"""Which outlet tells which fact of a story, where in its text, and what it leaves out.

That a fact is not told must be sure: between that and what is told, the answer is "partly" or "unsure".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from aligner.deadline import check_time
from aligner.facts import GROUPED, Fact
from aligner.languages import primary
from aligner.passage_chances import Chances, Story
from aligner.store import StoredDocument
from aligner.truncation import is_cut_off

__all__ = [
    "STATUSES",
    "UNTOLD",
    "Cell",
    "Outlet",
    "coverage",
    "outlets_of",
]

STATUSES = ("told", "partly", "unsure", "not told", "not evaluable")
UNTOLD = 0.05  # chance with each of its passages below which a fact is not told
RENDERED = 0.8  # mean chance below which an outlet does not tell what a text that renders its own tells
MIN_CHARS = 300  # a shorter text cannot be expected to tell everything
MAX_DROPPED = 0.5  # share of a text that is no article text, above which the wrong part of it may have been kept
LEAD = 0.2  # of a text, from its beginning
BURIED = 0.5


@dataclass(frozen=True, slots=True)
class Outlet:
    """Who tells: the documents of an outlet, or one document that names none.

    `doubt` says why its silence proves nothing, None where all its text can be judged. `copies` is the outlet of which
    all its documents are reprints, if there is one.
    """

    name: str
    languages: tuple[str, ...]
    documents: tuple[str, ...]
    doubt: str | None
    copies: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """Whether an outlet tells a fact (one of STATUSES), and where.

    `probability` of what is told is the mean chance that its best passage and the other outlets' report the same, None
    where there are no others; else the best chance of any of its passages with any of the fact's. `passages` are those
    that tell it, or the one that comes nearest; none where it is not told. `position` counts the article paragraphs of
    its text from 0, `relative` is the share of the text before them, `place` "lead", "middle" or "buried"; `share` is
    how much of its text tells the fact, None where it is not told. `reason` says why a cell is not evaluable.
    """

    fact: str
    outlet: str
    status: str
    probability: float | None
    passages: tuple[str, ...] = ()
    position: int | None = None
    relative: float | None = None
    place: str | None = None
    share: float | None = None
    reason: str | None = None

    def record(self) -> Mapping[str, object]:
        """Return the cell for JSON."""
        return asdict(self)


def outlets_of(stored: Sequence[StoredDocument], *, reprints: Mapping[str, str] | None = None) -> list[Outlet]:
    """Return the outlets of some documents, by name; `reprints` are documents by the one that each is a copy of."""
    outlet = {each.document.id: each.document.outlet or each.document.id for each in stored}
    copied = reprints or {}
    by_name: dict[str, list[StoredDocument]] = {}
    for each in sorted(stored, key=lambda each: each.document.id):
        by_name.setdefault(each.document.outlet or each.document.id, []).append(each)
    return [
        Outlet(
            name=name,
            languages=tuple(sorted({primary(each.document.lang) for each in own})),
            documents=tuple(each.document.id for each in own),
            doubt=next((doubt for each in own if (doubt := _doubt(each))), None),
            copies=_copied(name, [copied.get(each.document.id) for each in own], outlet),
        )
        for name, own in sorted(by_name.items())
    ]


def _copied(name: str, originals: Sequence[str | None], outlet: Mapping[str, str]) -> str | None:
    """Return the one other outlet of which an outlet's documents are all reprints, None where there is none."""
    sources = {None if id is None else outlet[id] for id in originals}
    (source,) = sources if len(sources) == 1 else (None,)
    return source if source != name else None


def _doubt(stored: StoredDocument) -> str | None:
    """Return why a document's silence proves nothing, None where it does."""
    article = [paragraph for paragraph in stored.paragraphs if paragraph.dropped is None]
    length = sum(len(paragraph.text) for paragraph in article)
    dropped = sum(len(paragraph.text) for paragraph in stored.paragraphs) - length
    if not article:
        return "no article text was found in it"
    if is_cut_off([paragraph.text for paragraph in article]):
        return "the text is cut off"
    if dropped > MAX_DROPPED * (length + dropped):
        return "most of the text is no article text"
    if length < MIN_CHARS:
        return "the text is too short"
    return None


def coverage(
    story: Story, facts: Sequence[Fact], outlets: Sequence[Outlet], *, rendering: Mapping[str, Collection[str]]
) -> list[tuple[Cell, ...]]:
    """Return a row of cells for each fact, a cell for each outlet, in their orders.

    Told is what has a passage in the fact, or one that would be in it if it did not tell another fact even better. An
    outlet that has no passage in any fact with another outlet is silent on all: its language or its text may be beyond
    the scorer. `rendering` has, by outlet, the others whose texts are translations or reprints of its own, in part at
    least: what such a text renders in one place is not told in another as well.
    """
    own = _by_outlet(story, outlets)
    where = {at: each.name for each in outlets for at in own[each.name]}
    joined = {
        name
        for fact in facts
        if len(names := {where[story.numbers[passage.id]] for passage in fact.passages}) > 1
        for name in names
    }
    places = _Places.of(story)

    def cell(fact: Fact, members: Sequence[int], outlet: Outlet) -> Cell:
        all_own = own[outlet.name]
        others = [at for at in members if where[at] != outlet.name]
        mine = [at for at in members if where[at] == outlet.name]
        rendered = any(where[at] in rendering.get(outlet.name, ()) for at in others)
        chances = _means(story, others, mine or all_own)
        if not mine and chances.size and chances.max() >= (RENDERED if rendered else GROUPED):
            mine = [all_own[int(chances.argmax())]]
        if mine:
            sure = round(float(chances.max()), 4) if others else None
            share = round(_length(story, mine) / max(1, _length(story, all_own)), 4)
            return Cell(fact.id, outlet.name, "told", sure, **places.of_passages(mine), share=share)
        likely, nearest = _likeliest(story, others, all_own)
        if likely >= UNTOLD and not rendered:
            status = "partly" if likely >= GROUPED else "unsure"
            return Cell(fact.id, outlet.name, status, likely, **places.of_passages(nearest))
        doubt = outlet.doubt or (None if outlet.name in joined else "no fact in common with any other outlet")
        return Cell(fact.id, outlet.name, "not evaluable" if doubt else "not told", likely, reason=doubt)

    rows = []
    for fact in facts:
        check_time()
        members = [story.numbers[passage.id] for passage in fact.passages]
        rows.append(tuple(cell(fact, members, outlet) for outlet in outlets))
    return rows


def _means(story: Story, members: Sequence[int], own: Sequence[int]) -> Chances:
    """Return the mean chance of each of an outlet's passages with those of a fact, shape (own,)."""
    among = story.chances[np.ix_(list(members), list(own))]
    known = ~np.isnan(among)
    return np.asarray(np.where(known, among, 0.0).sum(axis=0) / np.maximum(1, known.sum(axis=0)))


def _likeliest(story: Story, members: Sequence[int], own: Sequence[int]) -> tuple[float, list[int]]:
    """Return the greatest chance of one of an outlet's passages with one of a fact, and which passage that is."""
    if not own or not members:
        return 0.0, []
    best = np.nan_to_num(story.uncontested[np.ix_(list(members), list(own))]).max(axis=0)
    return round(float(best.max()), 4), [own[int(best.argmax())]]


def _by_outlet(story: Story, outlets: Sequence[Outlet]) -> dict[str, list[int]]:
    documents = {id: each.name for each in outlets for id in each.documents}
    found: dict[str, list[int]] = {each.name: [] for each in outlets}
    for at, passage in enumerate(story.passages):
        found[documents[passage.document]].append(at)
    return found


@dataclass(frozen=True, slots=True)
class _Places:
    """Where each passage stands: its paragraph's place among the article's, and the share of the text before it."""

    story: Story
    before: Mapping[int, tuple[int, float]]

    @classmethod
    def of(cls, story: Story) -> _Places:
        found: dict[int, tuple[int, float]] = {}
        by_document: dict[str, list[int]] = {}
        for at, passage in enumerate(story.passages):
            by_document.setdefault(passage.document, []).append(at)
        for own in by_document.values():
            paragraphs = dict.fromkeys(story.passages[at].paragraph for at in own)
            places = {paragraph: place for place, paragraph in enumerate(paragraphs)}
            total, passed = _length(story, own), 0
            for at in own:
                found[at] = places[story.passages[at].paragraph], passed / max(1, total)
                passed += _length(story, [at])
        return cls(story, found)

    def of_passages(self, mine: Sequence[int]) -> dict[str, Any]:
        """Return what a cell says of where an outlet's passages are."""
        position, relative = min(self.before[at] for at in mine)
        return {
            "passages": tuple(self.story.passages[at].id for at in mine),
            "position": position,
            "relative": round(relative, 4),
            "place": "lead" if position == 0 or relative < LEAD else "buried" if relative >= BURIED else "middle",
        }


def _length(story: Story, numbers: Sequence[int]) -> int:
    return sum(story.passages[at].end - story.passages[at].start for at in numbers)
