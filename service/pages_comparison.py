"""A comparison as its page reads it: rows, columns and texts, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aligner.comparison import Comparison
from aligner.comparison_conflicts import Conflict
from aligner.comparison_coverage import STATUSES, Cell
from aligner.comparison_omissions import Omission
from aligner.documents import Document
from aligner.facts import Fact
from aligner.languages import primary
from aligner.passages import Passage
from service.pages_marks import CONFLICT, LOADED, Mark, Piece, pieces

__all__ = ["ComparisonView", "FactRow", "Firsts", "OutletShare", "Place", "Side", "TermUse", "view_of"]

DOUBTED = 0.5  # chance below which two passages more likely tell two facts: the pages say "perhaps", as of matches

Told = tuple[Passage, Document, Sequence[Piece]]
"""A passage, its document, and its text cut at what is marked."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage stands: its anchor on the page, and its paragraph in its document, counted from 1."""

    anchor: str
    paragraph: int


@dataclass(frozen=True, slots=True)
class Side:
    """What is shown beside each other of a fact: what is told in a language, or by an outlet where there is but one."""

    lang: str
    outlet: str | None
    told: Sequence[Told]


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact: what stands for it, a cell an outlet, and its passages by language with what conflicts marked.

    `places` has the first passage of each cell, None for one without: where the outlet tells the fact, or comes
    nearest to it. `is_doubtful` says that two of its passages more likely tell two facts.
    """

    number: int
    fact: Fact
    witness: Passage
    cells: Sequence[Cell]
    told_by: int
    conflicts: Sequence[Conflict]
    passages: Mapping[str, Sequence[Told]]
    places: Sequence[Place | None]
    is_doubtful: bool

    @property
    def sides(self) -> list[Side]:
        """What to show beside each other."""
        if len(self.passages) > 1:
            return [Side(lang, None, told) for lang, told in self.passages.items()]
        by: dict[str, list[Told]] = {}
        for passage, document, cut in next(iter(self.passages.values())):
            by.setdefault(document.outlet or document.id, []).append((passage, document, cut))
        return [Side(told[0][0].lang, name, told) for name, told in sorted(by.items())]


@dataclass(frozen=True, slots=True)
class OutletShare:
    """How many of the shared facts an outlet tells, tells in part, and does not; and how many cannot be judged."""

    name: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Firsts:
    """The facts that the same outlets had first at the same time; each outlet with the agencies that it copies."""

    published: str
    outlets: Sequence[tuple[str, Sequence[str]]]
    rows: Sequence[FactRow]


@dataclass(frozen=True, slots=True)
class TermUse:
    """A passage in which an outlet uses one of the words for a thing, marked, and the fact that it tells."""

    row: FactRow
    passage: Passage
    document: Document
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """A comparison in the order of its page.

    `shared` are facts of two outlets or more, `single` the others; `alone` are those that others surely do not tell.
    `terms` are the passages with different words for one thing, by thing and outlet; `passages` are all of them by
    id, `places` where they stand; `silent` the outlets that cannot be judged, by the reason.
    """

    comparison: Comparison
    shared: Sequence[FactRow]
    single: Sequence[FactRow]
    firsts: Sequence[Firsts]
    alone: Mapping[str, Sequence[FactRow]]
    omitted: Mapping[str, Sequence[tuple[FactRow, Omission]]]
    untold: Mapping[str, Sequence[tuple[FactRow, Omission]]]
    shares: Sequence[OutletShare]
    rows: Mapping[str, FactRow]
    terms: Mapping[str, Mapping[str, Sequence[TermUse]]]
    passages: Mapping[str, Passage]
    places: Mapping[str, Place]
    silent: Mapping[str, Sequence[str]]


def view_of(comparison: Comparison, *, ui: str) -> ComparisonView:
    """Return what the page shows; a fact is told in the reader's language where it is told in that."""
    documents = {document.id: document for document in comparison.documents}
    places = {
        passage.id: Place(f"fact-{number}.{count}", passage.position + 1)
        for number, fact in enumerate(comparison.facts, start=1)
        for count, passage in enumerate(fact.passages, start=1)
    }
    rows = [
        _row(number, fact, cells, comparison, documents, places, ui)
        for number, (fact, cells) in enumerate(zip(comparison.facts, comparison.cells, strict=True), start=1)
    ]
    by_id = {row.fact.id: row for row in rows}
    shared = [row for row in rows if row.told_by > 1]
    alone: dict[str, list[FactRow]] = {}
    for name, ids in comparison.only.items():
        if ids:
            alone[name] = [by_id[id] for id in ids]
    return ComparisonView(
        comparison=comparison,
        shared=shared,
        single=[row for row in rows if row.told_by < 2],
        firsts=_firsts(comparison, by_id),
        alone=alone,
        omitted=_by_teller(comparison.omitted, by_id),
        untold=_by_teller(comparison.untold, by_id),
        shares=_shares(shared, comparison),
        rows=by_id,
        terms=_terms(comparison, by_id),
        passages=comparison.passages,
        places=places,
        silent=_silent(shared),
    )


def _row(
    number: int,
    fact: Fact,
    cells: Sequence[Cell],
    comparison: Comparison,
    documents: Mapping[str, Document],
    places: Mapping[str, Place],
    ui: str,
) -> FactRow:
    told = {passage.id for passage in fact.passages}
    own = [each for each in comparison.conflicts if each.fact == fact.id or told & {v.passage for v in each.versions}]
    marks: dict[str, list[Mark]] = {}
    for conflict in own:
        for version in conflict.versions:
            marks.setdefault(version.passage, []).append(Mark(version.start, version.end, CONFLICT))
    for each in comparison.loaded:
        if each.fact == fact.id:
            marks.setdefault(each.passage, []).append(Mark(each.start, each.end, LOADED))
    passages: dict[str, list[Told]] = {}
    for passage in fact.passages:
        cut = pieces(passage.text, marks.get(passage.id, ()))
        passages.setdefault(primary(passage.lang), []).append((passage, documents[passage.document], cut))
    witnesses = fact.witnesses
    return FactRow(
        number=number,
        fact=fact,
        witness=witnesses.get(ui) or next(iter(witnesses.values())),
        cells=cells,
        told_by=sum(cell.status == "told" for cell in cells),
        conflicts=own,
        passages=dict(sorted(passages.items(), key=lambda entry: (entry[0] != ui, entry[0]))),
        places=[
            min((places[id] for id in cell.passages if id in places), key=lambda place: place.paragraph, default=None)
            for cell in cells
        ],
        is_doubtful=fact.weakest is not None and fact.weakest < DOUBTED,
    )


def _terms(comparison: Comparison, rows: Mapping[str, FactRow]) -> dict[str, dict[str, list[TermUse]]]:
    marks: dict[tuple[str, str, str, str], list[Mark]] = {}
    for each in comparison.loaded:
        where = each.key, each.outlet, each.fact, each.passage
        marks.setdefault(where, []).append(Mark(each.start, each.end, LOADED))
    found: dict[str, dict[str, list[TermUse]]] = {}
    for (key, outlet, fact, id), own in sorted(marks.items(), key=lambda entry: rows[entry[0][2]].number):
        told = (each for every in rows[fact].passages.values() for each in every)
        passage, document = next((passage, document) for passage, document, _ in told if passage.id == id)
        use = TermUse(rows[fact], passage, document, pieces(passage.text, own))
        found.setdefault(key, {}).setdefault(outlet, []).append(use)
    return {key: dict(sorted(by.items())) for key, by in sorted(found.items())}


def _by_teller(found: Sequence[Omission], rows: Mapping[str, FactRow]) -> dict[str, list[tuple[FactRow, Omission]]]:
    by: dict[str, list[tuple[FactRow, Omission]]] = {}
    for omission in found:
        by.setdefault(omission.by, []).append((rows[omission.fact], omission))
    return dict(sorted(by.items()))


def _firsts(comparison: Comparison, rows: Mapping[str, FactRow]) -> list[Firsts]:
    outlets = {document.id: document.outlet or document.id for document in comparison.documents}
    by: dict[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], list[FactRow]] = {}
    for first in comparison.timeline:
        by.setdefault((first.published, first.credits(outlets)), []).append(rows[first.fact])
    return [Firsts(*key, sorted(found, key=lambda row: row.number)) for key, found in by.items()]


def _shares(shared: Sequence[FactRow], comparison: Comparison) -> list[OutletShare]:
    found = []
    for column, outlet in enumerate(comparison.outlets):
        cells = [row.cells[column].status for row in shared]
        found.append(OutletShare(outlet.name, {status: cells.count(status) for status in STATUSES}))
    return found


def _silent(rows: Sequence[FactRow]) -> dict[str, list[str]]:
    found = {(cell.reason, cell.outlet) for row in rows for cell in row.cells if cell.reason}
    return {reason: sorted(name for each, name in found if each == reason) for reason in sorted({r for r, _ in found})}
