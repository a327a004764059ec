"""Matches and documents as records for JSON, JSON Lines, TSV and CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TextIO

from aligner.documents import Document
from aligner.findings import Finding
from aligner.matches import Hit, Match
from aligner.paragraphs import Paragraph
from aligner.store import StoredDocument

__all__ = [
    "MATCH_COLUMNS",
    "cell",
    "document_record",
    "hit_record",
    "match_record",
    "stored_document_record",
    "write_json",
    "write_matches",
]

MATCH_COLUMNS = (
    "source",
    "target",
    "probability",
    "grade",
    "score",
    "rank_forward",
    "rank_backward",
    "shared_numbers",
    "shared_names",
    "reprints",
    "headlines",
    "source_outlet",
    "target_outlet",
    "source_text",
    "target_text",
)
FORMULA_STARTS = tuple("=+-@\t\r")  # a spreadsheet would run such a cell


def document_record(document: Document) -> dict[str, object]:
    """Return a document's metadata."""
    names = ("id", "outlet", "lang", "title", "url", "published")
    return {name: getattr(document, name) for name in names}


def paragraph_record(paragraph: Paragraph, document: Document) -> dict[str, object]:
    """Return a paragraph and whence it comes; offsets count characters of the document's text."""
    return {
        "id": paragraph.id,
        "document": paragraph.document,
        "position": paragraph.position,
        "lang": paragraph.lang,
        "start": paragraph.start,
        "end": paragraph.end,
        "text": paragraph.text,
        "headline": paragraph.headline,
        "outlet": document.outlet,
        "published": document.published,
        "title": document.title,
        "url": document.url,
    }


def stored_document_record(stored: StoredDocument) -> dict[str, object]:
    """Return a document with its text and all its paragraphs, dropped ones with their reason."""
    paragraphs = [
        {
            "id": paragraph.id,
            "position": paragraph.position,
            "lang": paragraph.lang,
            "start": paragraph.start,
            "end": paragraph.end,
            "text": paragraph.text,
            "dropped": paragraph.dropped,
            "headline": paragraph.headline,
        }
        for paragraph in stored.paragraphs
    ]
    return {**document_record(stored.document), "text": stored.document.text, "paragraphs": paragraphs}


def match_record(match: Match) -> dict[str, object]:
    """Return a match with all that explains it."""
    return {
        "source": paragraph_record(match.source, match.source_document),
        "target": paragraph_record(match.target, match.target_document),
        **_finding_record(match.finding, ("source", "target")),
        "ranks": {"forward": match.rank_forward, "backward": match.rank_backward},
        "also": [asdict(copy) for copy in match.also],
    }


def hit_record(hit: Hit) -> dict[str, object]:
    """Return a search result with all that explains it."""
    return {
        "rank": hit.rank,
        "match": hit.is_match,
        **_finding_record(hit.finding, ("text", "paragraph")),
        "paragraph": paragraph_record(hit.target, hit.target_document),
        "also": [asdict(copy) for copy in hit.also],
    }


def _finding_record(finding: Finding, sides: tuple[str, str]) -> dict[str, object]:
    """Return why; spans count characters of each side's text."""
    carried = finding.carried
    return {
        "probability": finding.probability,
        "grade": finding.grade,
        "score": finding.score,
        "similarities": dict(finding.similarities),
        "spans": dict(zip(sides, (list(carried.source), list(carried.target)), strict=True)) if carried else None,
        "shared": {"numbers": list(finding.evidence.numbers), "names": list(finding.evidence.names)},
        "evidence": finding.evidence.record(),
    }


def write_json(record: object, out: TextIO, *, indent: int | None = 2) -> None:
    """Write a record as UTF-8 JSON, unescaped."""
    out.write(json.dumps(record, ensure_ascii=False, indent=indent) + "\n")


def write_matches(matches: Iterable[Match], out: TextIO, *, kind: str) -> None:
    """Write matches as "jsonl", "tsv" or "csv"."""
    if kind == "jsonl":
        for match in matches:
            write_json(match_record(match), out, indent=None)
        return
    writer = csv.writer(out, dialect="excel-tab" if kind == "tsv" else "excel", lineterminator="\n")
    writer.writerow(MATCH_COLUMNS)
    for match in matches:
        row = _row(match)
        writer.writerow([cell(row[column]) for column in MATCH_COLUMNS])


def _row(match: Match) -> Mapping[str, object]:
    return {
        "source": match.source.id,
        "target": match.target.id,
        "probability": match.finding.probability,
        "grade": match.finding.grade,
        "score": match.finding.score,
        "rank_forward": match.rank_forward,
        "rank_backward": match.rank_backward,
        "shared_numbers": " ".join(match.finding.evidence.numbers),
        "shared_names": " ".join(match.finding.evidence.names),
        "reprints": " ".join(copy.id for copy in match.also),
        "headlines": " ".join(side.id for side in (match.source, match.target) if side.headline),
        "source_outlet": match.source_document.outlet,
        "target_outlet": match.target_document.outlet,
        "source_text": match.source.text,
        "target_text": match.target.text,
    }


def cell(value: object) -> object:
    """Return a value for a cell of a table; a text that a spreadsheet would run is marked as text."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value
