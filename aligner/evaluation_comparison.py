"""How far a comparison can be trusted: translations, which tell the same, and translations disturbed by a seeded rule.

Null test: nothing is omitted, nothing conflicts, no outlet's words differ. Omission test: an outlet has lost some of
its paragraphs. Conflict test: one value of a text was altered.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from aligner.arrays import unit
from aligner.candidates import Pool, pool
from aligner.clues import numbers_of
from aligner.comparison import Comparison, compare_told
from aligner.comparison_differences import differences, paired_differences
from aligner.comparison_words import Usage, usage
from aligner.conflicts import Alteration, alterations
from aligner.corpus import Corpus
from aligner.documents import Document, document_from_record
from aligner.errors import InputError
from aligner.gold import read_rows
from aligner.grades import grader
from aligner.languages import primary
from aligner.nearby import Nearby
from aligner.store import StoredDocument
from aligner.vectors import encode_with_tokens

__all__ = ["DROP", "ComparisonScores", "evaluate_comparison", "read_tellings"]

DROP = 0.2  # share of the paragraphs that one outlet loses
EVERY = 4  # rows of which one is altered
HALVES = ("all", "even", "odd")


@dataclass(frozen=True, slots=True)
class ComparisonScores:
    """Shares between 0 and 1, and how many they are of.

    Of untouched translations: `told`, of paragraphs by other outlets, those in one fact with it; `unomitted`, those
    not reported as omitted; `unconflicting`, of paragraphs, those without a conflict (updates are
    none); `different_stories`,
    stories with any difference in words between outlets; `different_pooled`, differences when all stories are taken
    together, and `different_paired`, between two outlets story by story; `different_terms`, stories with different
    words for one thing. Of what one outlet lost: `omissions_found`; of what it kept, `omissions_false`. Of altered
    values: `conflicts_found`, on the altered value itself, and of numbers alone, `figures_found`.
    """

    stories: int
    paragraphs: int
    told: float
    unomitted: float
    unconflicting: float
    different_stories: float
    different_pooled: int
    different_paired: int
    different_terms: float
    lost: int
    omissions_found: float
    omissions_false: float
    altered: int
    conflicts_found: float
    altered_figures: int
    figures_found: float


def read_tellings(path: Path, *, fields: Sequence[str], half: str = "all") -> list[list[Document]]:
    """Return the documents of each story: rows {"doc": ..., FIELD: text, ...}, a paragraph a row, an outlet a field.

    A field is named by language ("fr_ca"). `half` takes every second story only. Raises InputError.
    """
    if half not in HALVES:
        raise InputError(f"expected {', '.join(HALVES)}, found {half!r}", field="half")
    texts: dict[str, dict[str, list[str]]] = {}
    for place, row in read_rows(path):
        if not isinstance(row.get("doc"), str) or not all(isinstance(row.get(name), str) for name in fields):
            raise InputError(f"expected the fields doc, {', '.join(fields)}", place=place)
        for name in fields:
            texts.setdefault(str(row["doc"]), {}).setdefault(name, []).append(str(row[name]))
    chosen = sorted(texts)[{"all": slice(None), "even": slice(0, None, 2), "odd": slice(1, None, 2)}[half]]
    return [
        [
            document_from_record(
                {"id": f"{id}-{name}", "lang": name.replace("_", "-"), "outlet": name, "paragraphs": texts[id][name]},
                served=[name.replace("_", "-")],
            )
            for name in fields
        ]
        for id in chosen
    ]


def evaluate_comparison(corpus: Corpus, stories: Sequence[Sequence[str]], *, seed: int = 0) -> ComparisonScores:
    """Return how well the comparisons of stories do, each given by the ids of its documents in one order of outlets.

    Their paragraphs of one position must tell the same. What is altered is encoded anew.
    """
    told: list[_Told] = [_read(corpus, ids) for ids in stories]
    null, lost = _Null(), _Lost()
    altered: list[tuple[str, bool]] = []  # kind, and whether it was found
    for number, each in enumerate(told):
        null.add(each, _compared(corpus, each))
        outlet = number % len(each.stored)
        gone = _dropped(each, outlet, seed=f"{seed} {number}")
        lost.add(each, _compared(corpus, _without(each, gone)), each.stored[outlet], gone)
    for story, changes in _altered(corpus, told, seed):
        comparison = _compared(corpus, story)
        altered += [(alteration.kind, _is_found(comparison, id, alteration)) for id, alteration in changes]
    figures = [found for kind, found in altered if kind == "number"]
    pooled = differences(null.pooled())
    return ComparisonScores(
        stories=len(told),
        paragraphs=null.paragraphs,
        told=_share(null.told, null.cells),
        unomitted=1 - _share(null.omitted, null.cells),
        unconflicting=1 - _share(null.conflicting, null.paragraphs),
        different_stories=_share(null.different, len(told)),
        different_pooled=sum(each.verdict == "different" for each in pooled),
        different_paired=sum(each.verdict == "different" for each in paired_differences(null.usages)),
        different_terms=_share(null.with_terms, len(told)),
        lost=lost.lost,
        omissions_found=_share(lost.found, lost.lost),
        omissions_false=_share(lost.false, lost.kept),
        altered=len(altered),
        conflicts_found=_share(sum(found for _, found in altered), len(altered)),
        altered_figures=len(figures),
        figures_found=_share(sum(figures), len(figures)),
    )


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


@dataclass(frozen=True, slots=True)
class _Told:
    """A story's documents in the order of its outlets, and its pool."""

    stored: tuple[StoredDocument, ...]
    known: Pool


def _read(corpus: Corpus, ids: Sequence[str]) -> _Told:
    stored = tuple(corpus.store.document(id) for id in ids)
    return _Told(stored, pool(corpus, corpus.store.keys(documents=[*ids]).tolist()))


def _compared(corpus: Corpus, told: _Told) -> Comparison:
    scorer, judge = corpus.scorers.documents, grader(corpus.cosines)
    return compare_told(
        told.stored, told.known, scorer, Nearby(corpus, told.known, within=True), min_others=1, judge=judge
    )


def _cells(comparison: Comparison, statuses: set[str]) -> set[tuple[str, str]]:
    """Return each (paragraph, outlet) of which some fact has a cell of these statuses for the outlet."""
    return {
        (passage.paragraph, cell.outlet)
        for fact, row in zip(comparison.facts, comparison.cells, strict=True)
        for passage in fact.passages
        for cell in row
        if cell.status in statuses
    }


class _Null:
    """What is reported of untouched translations."""

    def __init__(self) -> None:
        self.paragraphs = self.cells = self.told = self.omitted = self.conflicting = 0
        self.different = self.with_terms = 0
        self.usages: list[Mapping[str, Usage]] = []
        self._all: dict[str, list[StoredDocument]] = defaultdict(list)

    def add(self, told: _Told, comparison: Comparison) -> None:
        count = len(told.known.paragraphs)
        self.paragraphs += count
        self.cells += count * (len(told.stored) - 1)
        self.omitted += len(_cells(comparison, {"not told"}))
        self.told += count * (len(told.stored) - 1) - len(_cells(comparison, {"not told", "partly", "not evaluable"}))
        clashing = {
            version.passage.rpartition(".")[0]
            for conflict in comparison.conflicts
            if conflict.relation != "update"
            for version in conflict.versions
        }
        self.conflicting += len(clashing)
        self.different += any(each.verdict == "different" for each in comparison.differences)
        self.with_terms += bool(comparison.terms)
        self.usages.append(comparison.usages)
        for each in told.stored:
            self._all[each.document.outlet or ""].append(each)

    def pooled(self) -> Mapping[str, Usage]:
        """Return the usage of each outlet over all stories."""
        return {
            name: usage((p for each in own for p in each.paragraphs if p.dropped is None), published={})
            for name, own in self._all.items()
        }


class _Lost:
    """What is reported of an outlet that lost some paragraphs: on paragraphs of the others, of the same position."""

    def __init__(self) -> None:
        self.lost = self.kept = self.found = self.false = 0

    def add(self, told: _Told, comparison: Comparison, loser: StoredDocument, gone: set[int]) -> None:
        untold = _cells(comparison, {"not told"})
        name = loser.document.outlet or loser.document.id
        positions = {told.known.paragraphs[key].position for key in gone}
        for paragraph in told.known.paragraphs.values():
            if paragraph.document == loser.document.id:
                continue
            reported = (paragraph.id, name) in untold
            if paragraph.position in positions:
                self.lost += 1
                self.found += reported
            else:
                self.kept += 1
                self.false += reported


def _dropped(told: _Told, outlet: int, *, seed: str) -> set[int]:
    """Return the keys of the paragraphs that an outlet loses."""
    id = told.stored[outlet].document.id
    own = sorted(
        (key for key, each in told.known.paragraphs.items() if each.document == id),
        key=lambda key: told.known.paragraphs[key].position,
    )
    return set(random.Random(seed).sample(own, round(DROP * len(own))))


def _without(told: _Told, gone: set[int]) -> _Told:
    """Return a story without some paragraphs, as if they had never been."""
    ids = {told.known.paragraphs[key].id for key in gone}
    stored = tuple(
        replace(each, paragraphs=tuple(p for p in each.paragraphs if p.id not in ids)) for each in told.stored
    )
    return _Told(stored, _pool(told.known, {key: told.known.sides[key].vector for key in told.known.sides}, gone))


def _pool(known: Pool, vectors: Mapping[int, np.ndarray], gone: set[int]) -> Pool:
    """Return a pool without some paragraphs; the others' documents have other means then."""
    groups = {group: [key for key in keys if key not in gone] for group, keys in known.groups.items()}
    members: dict[str, list[int]] = defaultdict(list)
    for (document, _), keys in groups.items():
        members[document] += keys
    means = {id: unit(np.mean([vectors[key] for key in keys], axis=0)) for id, keys in members.items() if keys}
    paragraphs = {key: each for key, each in known.paragraphs.items() if key not in gone}
    sides = {key: replace(known.sides[key], document=means[each.document]) for key, each in paragraphs.items()}
    return Pool(paragraphs, sides, {group: keys for group, keys in groups.items() if keys})


def _altered(corpus: Corpus, told: Sequence[_Told], seed: int) -> list[tuple[_Told, list[tuple[str, Alteration]]]]:
    """Return stories with a value altered in every EVERYth row, on the first outlet or the second."""
    firsts, seconds, places = [], [], []
    for number, each in enumerate(told):
        by_place = {(p.document, p.position): key for key, p in each.known.paragraphs.items()}
        one, other = (stored.document.id for stored in each.stored[:2])
        for position in range(len(each.stored[0].paragraphs)):
            keys = by_place.get((one, position)), by_place.get((other, position))
            if keys[0] is not None and keys[1] is not None:
                firsts.append(each.known.paragraphs[keys[0]].text)
                seconds.append(each.known.paragraphs[keys[1]].text)
                places.append((number, keys))
    languages = tuple(primary(each.document.lang) for each in told[0].stored[:2])
    changes: dict[int, list[tuple[int, Alteration]]] = defaultdict(list)
    last: dict[int, int] = {}
    for row, side, alteration in alterations(firsts, seconds, languages=(languages[0], languages[1]), seed=seed):
        number, keys = places[row]
        if row - last.get(number, -EVERY) >= EVERY:
            last[number] = row
            changes[number].append((int(keys[side] or 0), alteration))
    texts = [alteration.text for own in changes.values() for _, alteration in own]
    vectors, tokens = encode_with_tokens(corpus.encoder, texts)
    found = []
    at = 0
    for number, own in changes.items():
        known = told[number].known
        paragraphs, sides = dict(known.paragraphs), dict(known.sides)
        for key, alteration in own:
            paragraphs[key] = replace(paragraphs[key], text=alteration.text)
            side_tokens = tokens[at] if tokens else None
            sides[key] = replace(
                sides[key], vector=vectors[at], tokens=side_tokens, numbers=numbers_of(alteration.text)
            )
            at += 1
        story = _Told(told[number].stored, Pool(paragraphs, sides, known.groups))
        found.append((story, [(paragraphs[key].id, alteration) for key, alteration in own]))
    return found


def _is_found(comparison: Comparison, paragraph: str, alteration: Alteration) -> bool:
    """Say whether a conflict has the altered value as one of its versions."""
    starts = {p.id: p.start for fact in comparison.facts for p in fact.passages if p.paragraph == paragraph}
    return any(
        version.passage in starts
        and starts[version.passage] + version.start < alteration.end
        and alteration.start < starts[version.passage] + version.end
        for conflict in comparison.conflicts
        for version in conflict.versions
    )
