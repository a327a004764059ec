"""The commands that align two documents, and that measure how well."""

from __future__ import annotations

import argparse
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from aligner.align_documents import UNITS, DocumentBead, align_documents
from aligner.corpus import DEFAULT_LANGUAGES, Corpus
from aligner.documents import Document
from aligner.encoders import load_encoder
from aligner.errors import InputError, NotFoundError
from aligner.evaluation_align import DROP, AlignScores, evaluate_align, read_parallel_documents
from aligner.export import write_json
from aligner.export_alignment import alignment_record, write_beads
from aligner.readers import STDIN, read_documents
from aligner.terminal import bar, say
from aligner.vectors import Encoder, Progress

__all__ = ["FORMATS", "add_align_parser", "add_evaluate_align_parser", "align", "evaluate_alignment"]

FORMATS = ("text", "json", "tsv")
SHOWN_CHARS = 160


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
    if args.source == args.target == STDIN:
        raise InputError("standard input gives one document", place="stdin")
    source, target, encoder = _documents(args)
    languages = args.languages or DEFAULT_LANGUAGES
    served = tuple(dict.fromkeys((*languages, source.lang, target.lang)))
    with bar(None, "text") as shown:

        def progress(count: int) -> None:
            shown.update(count)

        beads = align_documents(source, target, encoder=encoder, served=served, unit=args.unit, progress=progress)
    if args.json or args.format == "json":
        write_json(alignment_record(source, target, beads, unit=args.unit), sys.stdout)
    elif args.format == "tsv":
        write_beads(beads, sys.stdout)
    else:
        _say_beads(beads)
    return 0


def evaluate_alignment(args: Namespace, encoder: Encoder, progress: Progress) -> AlignScores:
    """Measure alignment on the documents of a file."""
    rows = read_parallel_documents(args.documents)
    return evaluate_align(rows, encoder, seed=args.seed, drop=args.drop, progress=progress)


def _documents(args: Namespace) -> tuple[Document, Document, Encoder]:
    """Return both documents and the encoder: the corpus's own where a document is stored and no model is named."""
    places = (args.source, args.target)
    if all(_is_file(place) for place in places):
        served = args.languages or DEFAULT_LANGUAGES
        first, second = (_from_file(place, served) for place in places)
        return first, second, load_encoder(args.model or "default", threads=args.threads)
    try:
        opened = Corpus(args.corpus, languages=args.languages, threads=args.threads)
    except NotFoundError as error:
        missing = next(place for place in places if not _is_file(place))
        raise NotFoundError(f"{missing}: no such file, and no stored document: {error}") from error
    with opened as corpus:
        first, second = (
            _from_file(place, corpus.languages) if _is_file(place) else corpus.store.document(place).document
            for place in places
        )
        model = args.model or corpus.store.meta("encoder") or "default"
        return first, second, load_encoder(model, threads=args.threads)


def _is_file(place: str) -> bool:
    """Tell whether this is a path; what is none is the id of a stored document."""
    return place == STDIN or Path(place).exists()


def _from_file(place: str, served: tuple[str, ...]) -> Document:
    found = list(read_documents([place], served=served))
    for each in found:
        if isinstance(each, InputError):
            raise each
    documents = [each for each in found if isinstance(each, Document)]
    if len(documents) != 1:
        raise InputError(f"expected one document, found {len(documents)}", place=place)
    return documents[0]


def _say_beads(beads: list[DocumentBead]) -> None:
    for bead in beads:
        similarity = "     " if bead.similarity is None else f"{bead.similarity:.3f}"
        moved = "  moved" if bead.moved else ""
        say(f"{similarity}  {bead.kind}{moved}")
        for mark, side in (("<", bead.source), (">", bead.target)):
            for passage in side:
                say(f"       {mark} #{passage.position} {_short(passage.text)}")
    if not beads:
        say("no text to align")


def _short(text: str) -> str:
    return text if len(text) <= SHOWN_CHARS else text[: SHOWN_CHARS - 1].rstrip() + "\u2026"
