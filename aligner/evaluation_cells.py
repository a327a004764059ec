"""How right the cells of comparisons are in independent coverage, held against links between paragraphs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from aligner.candidates import article_pool
from aligner.comparison import compare_told
from aligner.corpus import Corpus
from aligner.gold import Links, read_rows
from aligner.grades import grader
from aligner.languages import primary
from aligner.nearby import Nearby

__all__ = ["CellScores", "evaluate_cells", "read_events"]


@dataclass(frozen=True, slots=True)
class CellScores:
    """Shares of (paragraph, outlet): `untold` of all are not linked with the outlet.

    A paragraph counts as told where an outlet is in one of its facts, as untold where all its facts' cells are "not
    told". `told_right` of what counts as told is linked, `told_found` of what is linked counts as told; the same for
    untold.
    """

    pairs: int
    untold: float
    told_right: float
    told_found: float
    untold_right: float
    untold_found: float


def read_events(paths: Iterable[Path]) -> list[list[str]]:
    """Return the ids of the documents of each event, by event: rows {"id": ..., "event": ...} in JSON Lines."""
    events: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        for _, row in read_rows(path):
            events[str(row.get("event"))].append(str(row["id"]))
    return [events[event] for event in sorted(events)]


def evaluate_cells(
    corpus: Corpus, stories: Sequence[Sequence[str]], links: Links, *, of_one_language: bool = False
) -> CellScores:
    """Return how right the cells are; paragraphs with a doubtful link are left out.

    Outlets are of another language than the paragraph, or, where `of_one_language` is set, of its own: then the links
    are to be within languages.
    """
    linked: dict[str, set[str]] = defaultdict(set)  # documents, by paragraph
    for one, other in links.sure:
        linked[one].add(other.rpartition("#")[0])
        linked[other].add(one.rpartition("#")[0])
    doubtful = {(a, b.rpartition("#")[0]) for pair in links.doubtful for a, b in (pair, pair[::-1])}
    seen: list[tuple[bool, bool, bool]] = []  # linked, told, untold
    for ids in stories:
        for (paragraph, documents), statuses in _statuses(corpus, ids, of_one_language).items():
            if not any((paragraph, id) in doubtful for id in documents):
                seen.append((bool(linked[paragraph] & set(documents)), "told" in statuses, statuses == {"not told"}))
    return CellScores(
        pairs=len(seen),
        untold=_share(sum(not is_linked for is_linked, _, _ in seen), len(seen)),
        told_right=_share(sum(a and b for a, b, _ in seen), sum(b for _, b, _ in seen)),
        told_found=_share(sum(a and b for a, b, _ in seen), sum(a for a, _, _ in seen)),
        untold_right=_share(sum(c and not a for a, _, c in seen), sum(c for _, _, c in seen)),
        untold_found=_share(sum(c and not a for a, _, c in seen), sum(not a for a, _, _ in seen)),
    )


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _statuses(
    corpus: Corpus, ids: Sequence[str], of_one_language: bool
) -> Mapping[tuple[str, tuple[str, ...]], set[str]]:
    """Return the statuses of each paragraph's facts for each outlet that is asked for, by paragraph and documents."""
    stored = [corpus.store.document(id) for id in ids]
    known = article_pool(corpus, ids)
    comparison = compare_told(
        stored, known, corpus.scorers.documents, Nearby(corpus, known, within=True), judge=grader(corpus.cosines)
    )
    found: dict[tuple[str, tuple[str, ...]], set[str]] = defaultdict(set)
    for fact, row in zip(comparison.facts, comparison.cells, strict=True):
        for passage in fact.passages:
            for outlet, cell in zip(comparison.outlets, row, strict=True):
                is_own = primary(passage.lang) in outlet.languages
                if is_own == of_one_language and passage.document not in outlet.documents:
                    found[passage.paragraph, outlet.documents].add(cell.status)
    return found
