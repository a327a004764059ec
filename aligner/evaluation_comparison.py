"""How far a comparison can be trusted: translations, which tell the same, and translations disturbed by a seeded rule.

Null test: nothing is omitted, nothing conflicts, no outlet's words differ. Omission test: an outlet has lost some of
its paragraphs. Conflict test: one value of a text was altered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from aligner.comparison import Comparison, compare_told
from aligner.comparison_differences import differences, paired_differences
from aligner.comparison_words import Usage, usage
from aligner.conflicts import Alteration
from aligner.corpus import Corpus
from aligner.documents import Document, document_from_record
from aligner.errors import InputError
from aligner.evaluation_disturbed import Told, altered_stories, dropped, read_told, without
from aligner.gold import read_rows
from aligner.grades import grader
from aligner.nearby import Nearby
from aligner.store import StoredDocument

__all__ = ["ComparisonScores", "evaluate_comparison", "read_tellings"]

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
    told: list[Told] = [read_told(corpus, ids) for ids in stories]
    null, lost = _Null(), _Lost()
    altered: list[tuple[str, bool]] = []  # kind, and whether it was found
    for number, each in enumerate(told):
        null.add(each, _compared(corpus, each))
        outlet = number % len(each.stored)
        gone = dropped(each, outlet, seed=f"{seed} {number}")
        lost.add(each, _compared(corpus, without(each, gone)), each.stored[outlet], gone)
    for story, changes in altered_stories(corpus, told, seed):
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


def _compared(corpus: Corpus, told: Told) -> Comparison:
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

    def add(self, told: Told, comparison: Comparison) -> None:
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

    def add(self, told: Told, comparison: Comparison, loser: StoredDocument, gone: set[int]) -> None:
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
