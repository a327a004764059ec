"""Alignments as records for JSON, and as TSV."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import TextIO

from aligner.align_documents import DocumentBead, Passage
from aligner.documents import Document
from aligner.export import cell, document_record

__all__ = ["BEAD_COLUMNS", "alignment_record", "bead_record", "write_beads"]

BEAD_COLUMNS = ("kind", "source", "target", "similarity", "moved", "source_text", "target_text")


def alignment_record(
    source: Document, target: Document, beads: Sequence[DocumentBead], *, unit: str
) -> dict[str, object]:
    """Return both documents' metadata and the beads."""
    return {
        "source": document_record(source),
        "target": document_record(target),
        "unit": unit,
        "beads": [bead_record(bead) for bead in beads],
    }


def bead_record(bead: DocumentBead) -> dict[str, object]:
    """Return a bead with its passages; offsets count characters of the document's text."""
    return {
        "kind": bead.kind,
        "source": [_passage_record(passage) for passage in bead.source],
        "target": [_passage_record(passage) for passage in bead.target],
        "similarity": bead.similarity,
        "moved": bead.moved,
    }


def _passage_record(passage: Passage) -> dict[str, object]:
    return {
        "position": passage.position,
        "paragraph": passage.paragraph,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "dropped": passage.dropped,
    }


def write_beads(beads: Sequence[DocumentBead], out: TextIO) -> None:
    """Write a line a bead, tab-separated; positions and texts of one side are joined by blanks."""
    writer = csv.writer(out, dialect="excel-tab", lineterminator="\n")
    writer.writerow(BEAD_COLUMNS)
    for bead in beads:
        writer.writerow(
            (
                bead.kind,
                _positions(bead.source),
                _positions(bead.target),
                "" if bead.similarity is None else round(bead.similarity, 4),
                str(bead.moved).lower(),
                cell(_text(bead.source)),
                cell(_text(bead.target)),
            )
        )


def _positions(side: Sequence[Passage]) -> str:
    return " ".join(str(passage.position) for passage in side)


def _text(side: Sequence[Passage]) -> str:
    return " ".join(passage.text for passage in side)
