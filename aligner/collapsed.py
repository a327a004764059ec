"""Matches and hits of which reprints are made one: three reprints of a text are no three confirmations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from aligner.documents import Document
from aligner.duplicates import earliest_first, paragraph_groups
from aligner.findings import Copy, Hit, Match
from aligner.grades import GRADES
from aligner.paragraphs import Paragraph

__all__ = ["collapsed_hits", "collapsed_matches"]

Told = tuple[Paragraph, Document]


def collapsed_matches(found: Sequence[Match]) -> list[Match]:
    """Return one match for all those between copies of one paragraph and copies of another, with the others' places.

    It is one of the best grade, then between the earliest published.
    """
    groups = _groups([(m.source, m.source_document) for m in found] + [(m.target, m.target_document) for m in found])
    rows: dict[tuple[str, str], list[Match]] = {}
    for match in found:
        rows.setdefault((groups[match.source.id], groups[match.target.id]), []).append(match)
    return [_one_match(row) for row in rows.values()]


def _one_match(row: Sequence[Match]) -> Match:
    def order(match: Match) -> tuple[object, ...]:
        grade = GRADES.index(match.finding.grade)
        return grade, *_order(match.source, match.source_document), *_order(match.target, match.target_document)

    first = min(row, key=order)
    sources = _copies("source", first.source, [(match.source, match.source_document) for match in row])
    targets = _copies("target", first.target, [(match.target, match.target_document) for match in row])
    return replace(first, also=(*sources, *targets))


def collapsed_hits(found: Sequence[Hit]) -> list[Hit]:
    """Return one hit for all those that are copies of one paragraph, at the place of the best of them.

    It is one of the best grade, then the earliest published.
    """
    groups = _groups([(hit.target, hit.target_document) for hit in found])
    rows: dict[str, list[Hit]] = {}
    for hit in found:
        rows.setdefault(groups[hit.target.id], []).append(hit)
    hits = []
    for row in rows.values():
        first = min(row, key=lambda h: (GRADES.index(h.finding.grade), *_order(h.target, h.target_document)))
        also = _copies("target", first.target, [(hit.target, hit.target_document) for hit in row])
        hits.append(replace(first, also=also))
    return hits


def _groups(told: Iterable[Told]) -> Mapping[str, str]:
    known = {paragraph.id: (paragraph, document) for paragraph, document in told}
    documents = {document.id: document for _, document in known.values()}
    return paragraph_groups([paragraph for paragraph, _ in known.values()], documents)


def _order(paragraph: Paragraph, document: Document) -> tuple[datetime, str, int]:
    return *earliest_first(document), paragraph.position


def _copies(side: str, first: Paragraph, told: Iterable[Told]) -> tuple[Copy, ...]:
    """Return the others of a side, earliest first."""
    others = {p.id: (p, document) for p, document in told if p.id != first.id}
    return tuple(
        Copy(side, p.id, document.id, document.outlet, document.published)
        for p, document in sorted(others.values(), key=lambda both: _order(*both))
    )
