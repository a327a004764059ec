"""How well near-parallel documents are aligned: documents of known alignment, disturbed by a seeded rule."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from aligner.align_documents import align_documents
from aligner.documents import Document
from aligner.errors import InputError, NotFoundError
from aligner.sentences import split_sentences
from aligner.vectors import Encoder, Progress

__all__ = [
    "DROP",
    "AlignScores",
    "ParallelDocument",
    "disturbed",
    "evaluate_align",
    "gold_beads",
    "read_parallel_documents",
]

DROP = 0.05  # share of the paragraphs that each side loses
SPLIT = 0.1  # share of the paragraphs that are split on one of the two sides
MERGE = 0.1  # share of the places where paragraphs are joined, over both sides
MOVE = 0.1  # share of the target's paragraphs that are elsewhere
THREE = 1 / 3  # share of splits and merges of three paragraphs; the others are of two
MAX_BLOCK = 3  # paragraphs that move together

Piece = tuple[str, frozenset[int]]
"""A paragraph, and the paragraphs of the undisturbed document that it holds or is a part of."""

Sides = tuple[tuple[int, ...], tuple[int, ...]]
"""Positions of a bead in the source and in the target."""


@dataclass(frozen=True, slots=True)
class ParallelDocument:
    """One document in two languages; the paragraphs of one number render each other."""

    id: str
    languages: tuple[str, str]
    source: tuple[str, ...]
    target: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AlignScores:
    """Precision, recall and F1 of beads as Vecalign counts them, deletions and insertions left out.

    A bead is strictly right when both its sides are those of a gold bead, and laxly right when both overlap
    one's. `beads` are those of the gold.
    """

    strict_precision: float
    strict_recall: float
    strict_f1: float
    lax_precision: float
    lax_recall: float
    lax_f1: float
    documents: int
    beads: int


def read_parallel_documents(path: Path) -> list[ParallelDocument]:
    """Read JSON Lines of {"id": ..., "en": {"paragraphs": [...]}, "fr": {"paragraphs": [...]}}, any two languages.

    Rows whose sides count different paragraphs are left out: their alignment is not known. Raises InputError.
    """
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except FileNotFoundError as error:
        raise NotFoundError(f"{path}: no such file") from error
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", place=str(path)) from error
    found = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            document = _parallel_document(line, f"{path}:{number}")
            if len(document.source) == len(document.target):
                found.append(document)
    if not found:
        raise InputError("no documents with as many paragraphs on both sides", place=str(path))
    return found


def _parallel_document(line: str, place: str) -> ParallelDocument:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise InputError(f"no JSON: {error}", place=place) from error
    sides = {
        name: value["paragraphs"]
        for name, value in (row.items() if isinstance(row, dict) else ())
        if isinstance(value, dict) and isinstance(value.get("paragraphs"), list)
    }
    if len(sides) != 2 or not all(isinstance(text, str) and text.strip() for side in sides.values() for text in side):
        raise InputError('expected two languages, each {"paragraphs": [text, ...]}', place=place)
    (source_language, source), (target_language, target) = sides.items()
    return ParallelDocument(str(row.get("id") or place), (source_language, target_language), (*source,), (*target,))


def disturbed(document: ParallelDocument, *, seed: int, drop: float = DROP) -> tuple[list[Piece], list[Piece]]:
    """Return both sides with paragraphs dropped, split, moved and merged, in this order; a seed gives one result.

    Each side loses each paragraph with the probability `drop`. SPLIT of those left on both are split at sentence
    ends on one side; blocks of up to MAX_BLOCK paragraphs of the target move until MOVE of them have; neighbours
    are joined on either side. A paragraph is split or joined once at most, over both sides, so that a split one
    may lie apart and so may what is joined.
    """
    rng = random.Random(f"{seed}:{document.id}")
    sides: list[list[Piece]] = []
    for texts in (document.source, document.target):
        kept = [(text, frozenset({unit})) for unit, text in enumerate(texts)]
        sides.append([piece for piece in kept if rng.random() >= drop])
    changed: set[int] = set()
    for unit in range(len(document.source)):
        if rng.random() < SPLIT and all(any(unit in units for _, units in side) for side in sides):
            side = sides[rng.randrange(2)]
            at = next(at for at, (_, units) in enumerate(side) if unit in units)
            if parts := _parts(side[at][0], 3 if rng.random() < THREE else 2):
                changed.add(unit)
                side[at : at + 1] = [(part, frozenset({unit})) for part in parts]
    _move(sides[1], rng)
    return _merged(sides[0], changed, rng), _merged(sides[1], changed, rng)


def _parts(text: str, count: int) -> list[str]:
    """Return a text in `count` parts of about one length, cut at sentence ends; [] where it has too few."""
    starts = [start for start, _ in split_sentences(text)][1:]
    if len(starts) < count - 1:
        return []
    cuts: list[int] = []
    for number in range(1, count):
        free = [start for start in starts if start not in cuts]
        cuts.append(min(free, key=lambda start: abs(start - len(text) * number / count)))
    edges = [0, *sorted(cuts), len(text)]
    return [text[start:end].strip() for start, end in itertools.pairwise(edges)]


def _move(side: list[Piece], rng: random.Random) -> None:
    left = round(MOVE * len(side))
    while left > 0:
        size = min(left, rng.randint(1, MAX_BLOCK))
        start = rng.randrange(len(side) - size + 1)
        block = side[start : start + size]
        del side[start : start + size]
        place = rng.randrange(len(side) + 1)
        side[place:place] = block
        left -= size


def _merged(side: list[Piece], changed: set[int], rng: random.Random) -> list[Piece]:
    found: list[Piece] = []
    at = 0
    while at < len(side):
        count = (3 if rng.random() < THREE else 2) if rng.random() < MERGE / 2 else 1
        block = side[at : at + count]
        units = frozenset[int]().union(*(units for _, units in block))
        if count == 1 or len(block) < count or units & changed:
            found.append(side[at])
            at += 1
        else:
            changed |= units
            found.append((" ".join(text for text, _ in block), units))
            at += count
    return found


def gold_beads(source: Sequence[Piece], target: Sequence[Piece]) -> set[Sides]:
    """Return the beads with two sides: paragraphs that hold parts of the same ones, directly or through others."""
    groups: list[tuple[set[int], set[int], set[int]]] = []  # units, source positions, target positions
    for side, pieces in ((1, source), (2, target)):
        for position, (_, units) in enumerate(pieces):
            merged: tuple[set[int], set[int], set[int]] = (set(units), set(), set())
            merged[side].add(position)
            for group in [group for group in groups if group[0] & units]:
                groups.remove(group)
                for mine, theirs in zip(merged, group, strict=True):
                    mine |= theirs
            groups.append(merged)
    return {(tuple(sorted(a)), tuple(sorted(b))) for _, a, b in groups if a and b}


def evaluate_align(
    rows: Sequence[ParallelDocument],
    encoder: Encoder,
    *,
    seed: int = 0,
    drop: float = DROP,
    progress: Progress | None = None,
) -> AlignScores:
    """Align disturbed documents by paragraphs and compare with what is known of them. Raises InputError."""
    if not 0 <= drop < 1:
        raise InputError(f"{drop} is no share from 0 to 1", field="drop")
    strict = overlapping = covered = given = wanted = 0
    for row in rows:
        source, target = disturbed(row, seed=seed, drop=drop)
        if not source or not target:
            continue
        gold = gold_beads(source, target)
        first = _document(row.id, row.languages[0], source)
        second = _document(row.id, row.languages[1], target)
        beads = align_documents(first, second, encoder=encoder, served=row.languages, progress=progress)
        found: set[Sides] = {
            (tuple(part.position for part in bead.source), tuple(part.position for part in bead.target))
            for bead in beads
            if bead.source and bead.target
        }
        strict += len(found & gold)
        overlapping += sum(any(_overlap(bead, other) for other in gold) for bead in found)
        covered += sum(any(_overlap(bead, other) for other in found) for bead in gold)
        given += len(found)
        wanted += len(gold)
    precision, recall = strict / max(1, given), strict / max(1, wanted)
    lax_precision, lax_recall = overlapping / max(1, given), covered / max(1, wanted)
    return AlignScores(
        strict_precision=precision,
        strict_recall=recall,
        strict_f1=_f1(precision, recall),
        lax_precision=lax_precision,
        lax_recall=lax_recall,
        lax_f1=_f1(lax_precision, lax_recall),
        documents=len(rows),
        beads=wanted,
    )


def _document(id: str, lang: str, pieces: Sequence[Piece]) -> Document:
    blocks: list[tuple[int, int]] = []
    start = 0
    for text, _ in pieces:
        blocks.append((start, start + len(text)))
        start += len(text) + 2
    return Document(id=id, lang=lang, text="\n\n".join(text for text, _ in pieces), blocks=tuple(blocks))


def _overlap(one: Sides, other: Sides) -> bool:
    return all(set(mine) & set(theirs) for mine, theirs in zip(one, other, strict=True))


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
