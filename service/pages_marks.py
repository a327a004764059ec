"""A text cut where what is to be marked begins and ends, so that a template need only print the pieces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import regex

from aligner.findings import Finding

__all__ = ["CARRIED", "CONFLICT", "LOADED", "SHARED", "Mark", "Piece", "finding_marks", "pieces", "whole_words"]

CARRIED, SHARED, CONFLICT, LOADED = "carried", "shared", "conflict", "loaded"
BORDER = regex.compile(r"\b", regex.WORD)  # of words as Unicode has them (UAX 29), in any script


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters [start, end) of a text and what they are."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text under the same marks; `opens` are the kinds of the marks that begin here."""

    text: str
    kinds: tuple[str, ...]
    opens: tuple[str, ...]


def pieces(text: str, marks: Iterable[Mark]) -> list[Piece]:
    """Return the text in order, cut at the marks, which may overlap; together the pieces are the text."""
    inside = sorted(
        {Mark(max(0, m.start), min(len(text), m.end), m.kind) for m in marks if m.start < min(m.end, len(text))},
        key=lambda mark: (mark.start, mark.end, mark.kind),
    )
    cuts = sorted({0, len(text), *(mark.start for mark in inside), *(mark.end for mark in inside)})
    return [
        Piece(
            text[start:end],
            _kinds(mark for mark in inside if mark.start <= start and end <= mark.end),
            _kinds(mark for mark in inside if mark.start == start),
        )
        for start, end in pairwise(cuts)
    ]


def _kinds(marks: Iterable[Mark]) -> tuple[str, ...]:
    return tuple(sorted({mark.kind for mark in marks}))


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the characters [start, end) of a text with the words that they cut through, without blanks around."""
    inside = text[start:end]
    start, end = start + len(inside) - len(inside.lstrip()), end - len(inside) + len(inside.rstrip())
    if start >= end:
        return start, start
    borders = [0, *(found.start() for found in BORDER.finditer(text)), len(text)]
    return max(each for each in borders if each <= start), min(each for each in borders if each >= end)


def finding_marks(finding: Finding, left_text: str, right_text: str) -> tuple[Sequence[Mark], Sequence[Mark]]:
    """Return what to mark in the two texts of a finding: the carrying spans, what they share, what conflicts.

    Spans end where tokens do, which may be inside a word: they are shown with that word whole.
    """
    left, right = [], []
    if finding.carried is not None:
        left.append(Mark(*whole_words(left_text, *finding.carried.source), CARRIED))
        right.append(Mark(*whole_words(right_text, *finding.carried.target), CARRIED))
    for item in finding.evidence.shared:
        left.append(Mark(item.start, item.end, SHARED))
        if item.also is not None:
            right.append(Mark(*item.also, SHARED))
    for own, other in finding.evidence.conflicting:
        left.append(Mark(own.start, own.end, CONFLICT))
        right.append(Mark(other.start, other.end, CONFLICT))
    return left, right
