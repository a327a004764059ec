"""How often the frames that are estimated for a document are those that a person gave its event."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from aligner.comparison_frames import FRAMES, estimate_frames
from aligner.corpus import Corpus
from aligner.errors import InputError
from aligner.gold import read_rows

__all__ = ["FrameScores", "evaluate_frames", "read_frame_labels"]


@dataclass(frozen=True, slots=True)
class FrameScores:
    """Shares of documents: the first frame is one of those given; one of those shown is; the commonest one always."""

    documents: int
    first: float
    shown: float
    commonest: float


def read_frame_labels(labels: Path, documents: Iterable[Path]) -> dict[str, frozenset[str]]:
    """Return the frames given to each document: by event in TSV (event, frames as "a|b"), events in JSON Lines.

    Raises InputError for a frame that is none of FRAMES.
    """
    with labels.open(encoding="utf-8", newline="") as file:
        by_event = {row["event"]: frozenset(row["frames"].split("|")) for row in csv.DictReader(file, delimiter="\t")}
    for event, frames in by_event.items():
        if unknown := frames - set(FRAMES):
            raise InputError(f"{event}: no frame {', '.join(sorted(unknown))}", place=str(labels))
    rows = (row for path in documents for _, row in read_rows(path))
    return {str(row["id"]): by_event[str(row["event"])] for row in rows if row.get("event") in by_event}


def evaluate_frames(corpus: Corpus, labels: Mapping[str, frozenset[str]]) -> FrameScores:
    """Return how well the documents' estimated frames fit the labels."""
    found: dict[str, list[str]] = {}
    for estimate in estimate_frames(corpus, sorted(labels)):
        found.setdefault(estimate.document, []).append(estimate.frame)
    counts = Counter(frame for id in found for frame in labels[id])
    total = max(1, len(found))
    return FrameScores(
        documents=len(found),
        first=round(sum(frames[0] in labels[id] for id, frames in found.items()) / total, 4),
        shown=round(sum(bool(labels[id] & set(frames)) for id, frames in found.items()) / total, 4),
        commonest=round(max(counts.values(), default=0) / total, 4),
    )
