"""The commands that align two documents, and that measure how well."""

from __future__ import annotations

import argparse
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from aligner.align_documents import UNITS, DocumentBead, align_documents
from aligner.commands_exchange import write_file
from aligner.commands_pair import pair_of_documents
from aligner.evaluation_align import DROP, AlignScores, evaluate_align, read_parallel_documents
from aligner.exchange import units_of_beads
from aligner.export import write_json
from aligner.export_alignment import alignment_record, write_beads
from aligner.graded import encoder_grader
from aligner.terminal import bar, say, short
from aligner.vectors import Encoder, Progress

__all__ = ["FORMATS", "add_align_parser", "add_evaluate_align_parser", "align", "evaluate_alignment"]

FORMATS = ("text", "json", "tsv", "tmx", "xliff")


def add_align_parser(commands: argparse._SubParsersAction[ArgumentParser], common: ArgumentParser) -> None:
    """Add `aligner align A B`."""
    parser = commands.add_parser("align", parents=[common], help="align two tellings of one text, bead by bead")
    for name in ("source", "target"):
        parser.add_argument(name, metavar="DOCUMENT", help="a file with one document, -, or the id of a stored one")
    parser.add_argument("--unit", choices=UNITS, default="paragraph", help="what is aligned (default: %(default)s)")
    parser.add_argument("--format", choices=FORMATS, default="text")


def add_evaluate_align_parser(measures: argparse._SubParsersAction[ArgumentParser], common: ArgumentParser) -> None:
    """Add `aligner evaluate align F.jsonl`."""
    parser = measures.add_parser("align", parents=[common], help="alignment of disturbed parallel documents")
    parser.add_argument("documents", type=Path, metavar="F.jsonl")
    parser.add_argument("--drop", type=float, default=DROP, help="share that each side loses (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0)


def align(args: Namespace) -> int:
    """Print which passages of two documents render each other."""
    source, target, encoder, served = pair_of_documents(args, (args.source, args.target))
    with bar(None, "text") as shown:

        def progress(count: int) -> None:
            shown.update(count)

        beads = align_documents(source, target, encoder=encoder, served=served, unit=args.unit, progress=progress)
    if args.json or args.format == "json":
        write_json(alignment_record(source, target, beads, unit=args.unit), sys.stdout)
    elif args.format == "tsv":
        write_beads(beads, sys.stdout)
    elif args.format in {"tmx", "xliff"}:
        units = units_of_beads(source, target, beads, encoder=encoder, judge=encoder_grader(encoder))
        write_file(units, kind=args.format, path=None, source_lang=source.lang, segment=args.unit)
    else:
        _say_beads(beads)
    return 0


def evaluate_alignment(args: Namespace, encoder: Encoder, progress: Progress) -> AlignScores:
    """Measure alignment on the documents of a file."""
    rows = read_parallel_documents(args.documents)
    return evaluate_align(rows, encoder, seed=args.seed, drop=args.drop, progress=progress)


def _say_beads(beads: list[DocumentBead]) -> None:
    for bead in beads:
        similarity = "     " if bead.similarity is None else f"{bead.similarity:.3f}"
        moved = "  moved" if bead.moved else ""
        say(f"{similarity}  {bead.kind}{moved}")
        for mark, side in (("<", bead.source), (">", bead.target)):
            for passage in side:
                say(f"       {mark} #{passage.position} {short(passage.text)}")
    if not beads:
        say("no text to align")
