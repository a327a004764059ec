"""A story compared: which outlets tell which facts, where, in whose words, with which figures, and what they leave out.

Built from things that can be checked in the texts. docs/framing.md says what each number is and what it cannot show.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations

from aligner.agencies import agency_of
from aligner.candidates import Pool, article_pool
from aligner.comparison_conflicts import Conflict, conflicts, likely_beside
from aligner.comparison_coverage import Cell, Outlet, coverage, outlets_of
from aligner.comparison_differences import Difference, differences
from aligner.comparison_omissions import Omission, omissions, only_told, tellers_of, untold_by_language
from aligner.comparison_renderings import Renderings, renderings
from aligner.comparison_terms import Loaded, loaded_words, side_by_side
from aligner.comparison_timeline import First, timeline
from aligner.comparison_words import Usage, usage
from aligner.corpus import Corpus
from aligner.documents import Document
from aligner.duplicates import document_groups
from aligner.errors import InputError
from aligner.facts import Fact, find_facts
from aligner.grades import TOKEN_GRADER, Grader, grader
from aligner.nearby import Nearby
from aligner.passage_chances import Story, read_story
from aligner.passages import Passage
from aligner.readings import WasRead
from aligner.scoring import Scorer
from aligner.store import StoredDocument

__all__ = ["MAX_DOCUMENTS", "MIN_OTHERS", "Comparison", "compare_documents", "compare_told"]

MIN_OTHERS = 2  # outlets that must tell a fact before its absence elsewhere is worth saying
MAX_DOCUMENTS = 200  # of one story: all are compared with all


@dataclass(frozen=True, slots=True)
class Comparison:
    """What outlets make of one story.

    `cells` has a row for each fact, those that most outlets tell first, and in it a cell for each outlet. `omitted`
    are facts that `min_others` outlets or more tell and one does not; `only` those that one alone tells, by outlet;
    `untold` what a language's outlets leave out. `terms` are different words for one thing, by outlet, `loaded` where
    they stand. `reprints` are documents by the one that each is a copy of: both are one source.
    """

    documents: tuple[Document, ...]
    outlets: tuple[Outlet, ...]
    facts: tuple[Fact, ...]
    cells: tuple[tuple[Cell, ...], ...]
    min_others: int
    omitted: tuple[Omission, ...]
    only: Mapping[str, tuple[str, ...]]
    untold: tuple[Omission, ...]
    conflicts: tuple[Conflict, ...]
    usages: Mapping[str, Usage]
    differences: tuple[Difference, ...]
    terms: Mapping[str, Mapping[str, Sequence[str]]]
    loaded: tuple[Loaded, ...]
    timeline: tuple[First, ...]
    agencies: Mapping[str, str]
    reprints: Mapping[str, str]

    @property
    def passages(self) -> dict[str, Passage]:
        """All passages, by id: each is in one fact."""
        return {passage.id: passage for fact in self.facts for passage in fact.passages}

    def record(self) -> Mapping[str, object]:
        """Return the comparison for JSON."""
        return {
            "documents": [_document_record(document) for document in self.documents],
            "outlets": [asdict(outlet) for outlet in self.outlets],
            "facts": [
                _fact_record(fact) | {"cells": [cell.record() for cell in row]}
                for fact, row in zip(self.facts, self.cells, strict=True)
            ],
            "min_others": self.min_others,
            "omissions": [each.record() for each in self.omitted],
            "only": {name: list(ids) for name, ids in self.only.items()},
            "untold_by_language": [each.record() for each in self.untold],
            "conflicts": [each.record() for each in self.conflicts],
            "words": {name: each.record() for name, each in self.usages.items()},
            "differences": [each.record() for each in self.differences],
            "terms": {key: {name: list(words) for name, words in by.items()} for key, by in self.terms.items()},
            "loaded": [asdict(each) for each in self.loaded],
            "timeline": [each.record() for each in self.timeline],
            "agencies": dict(self.agencies),
            "reprints": dict(self.reprints),
        }


def _document_record(document: Document) -> dict[str, object]:
    names = ("id", "outlet", "lang", "title", "url", "published")
    return {name: getattr(document, name) for name in names}


def _fact_record(fact: Fact) -> dict[str, object]:
    return {
        "id": fact.id,
        "probability": fact.probability,
        "weakest": fact.weakest,
        "witnesses": {lang: passage_record(passage) for lang, passage in fact.witnesses.items()},
        "passages": [passage_record(passage) for passage in fact.passages],
    }


def passage_record(passage: Passage) -> dict[str, object]:
    """Return a passage for JSON."""
    return {"id": passage.id, **asdict(passage)}


def compare_documents(
    corpus: Corpus, ids: Sequence[str], *, min_others: int = MIN_OTHERS, was_read: WasRead | None = None
) -> Comparison:
    """Return the comparison of stored documents; `was_read` holds what was read before, and is given what is read now.

    Raises NotFoundError for one that is not there, InputError for none, too many, or a `min_others` below 1.
    """
    wanted = sorted(set(ids))
    if min_others < 1:
        raise InputError(f"{min_others} is no number from 1", field="min_others")
    if not wanted:
        raise InputError("no documents to compare")
    if len(wanted) > MAX_DOCUMENTS:
        raise InputError(f"{len(wanted)} documents; at most {MAX_DOCUMENTS} are compared")
    with corpus.store.snapshot():
        stored = [corpus.store.document(id) for id in wanted]
        known = article_pool(corpus, wanted)
        groups = document_groups(corpus, wanted)
    reprints = {id: original for id, original in groups.items() if id != original}
    return compare_told(
        stored,
        known,
        corpus.scorers.documents,
        Nearby(corpus, known, was_read=was_read, within=True),
        min_others=min_others,
        reprints=reprints,
        judge=grader(corpus.cosines),
    )


def compare_told(
    told: Sequence[StoredDocument],
    known: Pool,
    scorer: Scorer,
    nearby: Nearby,
    *,
    min_others: int = MIN_OTHERS,
    reprints: Mapping[str, str] | None = None,
    judge: Grader = TOKEN_GRADER,
) -> Comparison:
    """Return the comparison of documents whose article paragraphs are in a pool.

    `nearby` knows which other documents may tell of the same. `reprints` are documents by the one that each is a copy
    of; `judge` says which passages render each other.
    """
    copies = dict(reprints or {})
    stored = {each.document.id: each for each in sorted(told, key=lambda each: each.document.id)}
    story = read_story(scorer, known, nearby)
    facts = find_facts(story, reprints=copies)
    outlets = outlets_of([*stored.values()], reprints=copies)
    rendered = renderings(story, known, judge)
    rows = coverage(story, facts, outlets, rendering=_rendering(rendered, outlets))
    order = sorted(range(len(facts)), key=lambda at: (-len(tellers_of(rows[at], outlets)), at))
    facts, rows = [facts[at] for at in order], [rows[at] for at in order]
    documents = {id: each.document for id, each in stored.items()}
    usages = {outlet.name: _usage(outlet, stored) for outlet in outlets}
    loaded = loaded_words(facts, outlets={id: each.outlet or id for id, each in documents.items()})
    return Comparison(
        documents=tuple(documents.values()),
        outlets=tuple(outlets),
        facts=tuple(facts),
        cells=tuple(rows),
        min_others=min_others,
        omitted=tuple(omissions(rows, outlets, least=min_others)),
        only=only_told(rows, outlets),
        untold=tuple(untold_by_language(rows, outlets, least=min_others)),
        conflicts=tuple(_conflicts(facts, story, documents, rendered)),
        usages=usages,
        differences=tuple(differences({each.name: usages[each.name] for each in outlets if each.copies is None})),
        terms=side_by_side(loaded),
        loaded=tuple(loaded),
        timeline=tuple(timeline(facts, stored)),
        agencies={id: agency for id, each in stored.items() if (agency := agency_of(each))},
        reprints=copies,
    )


def _conflicts(
    facts: Sequence[Fact], story: Story, documents: Mapping[str, Document], rendered: Renderings
) -> Iterator[Conflict]:
    beside = likely_beside(facts, story)
    for fact in facts:
        yield from conflicts(fact, story, documents, beside=beside.get(fact.id, ()), renderings=rendered)


def _rendering(rendered: Renderings, outlets: Sequence[Outlet]) -> dict[str, set[str]]:
    """Return, by outlet, those others with a document that renders one of its own."""
    found: dict[str, set[str]] = {outlet.name: set() for outlet in outlets}
    for one, other in combinations(outlets, 2):
        if any(rendered.of_long_documents(a, b) for a in one.documents for b in other.documents):
            found[one.name].add(other.name)
            found[other.name].add(one.name)
    return found


def _usage(outlet: Outlet, stored: Mapping[str, StoredDocument]) -> Usage:
    own = [stored[id] for id in outlet.documents]
    return usage(
        (paragraph for each in own for paragraph in each.paragraphs if paragraph.dropped is None),
        published={each.document.id: each.document.published for each in own},
    )
