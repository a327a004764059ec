"""The commands that hand units to translation tools, and take what people confirmed."""

from __future__ import annotations

import argparse
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from aligner.corpus import Corpus
from aligner.errors import CorpusError, InputError, NotFoundError
from aligner.exchange import WIDTHS, Unit, corpus_units, units_of_hits, units_of_matches
from aligner.exchange_import import import_pairs
from aligner.exchange_read import read_pairs
from aligner.exchange_write import FORMATS, write_units
from aligner.export import write_json
from aligner.export_documents import document_lines
from aligner.filters import Filters
from aligner.grades import NEAR_EQUIVALENT
from aligner.languages import identify, primary
from aligner.matches import find_matches, search
from aligner.store_memory import MemoryStore
from aligner.terminal import say
from aligner.version import version

__all__ = ["add_exchange_parsers", "export", "import_files", "write_file"]

DONE, IN_PART = 0, 1
DOCUMENTS = "documents"
READ_BYTES = 65_536


def add_exchange_parsers(
    commands: argparse._SubParsersAction[ArgumentParser], common: ArgumentParser, filters: ArgumentParser
) -> None:
    """Add `aligner export` and `aligner import`."""
    out = commands.add_parser(
        "export", parents=[common, filters], help="units for translation tools: confirmed pairs and near-equivalents"
    )
    out.add_argument(
        "documents", nargs="*", metavar="ID", help="matches of these documents (default: the whole corpus)"
    )
    out.add_argument(
        "--format", choices=(*FORMATS, DOCUMENTS), default="tmx", help="documents: JSON Lines that `aligner add` reads"
    )
    out.add_argument("--to-file", type=Path, metavar="F", help="default: standard output")
    out.add_argument("--from", dest="source", metavar="LANG", help="language to translate from (default: each)")
    out.add_argument("--to", dest="target", metavar="LANG", help="language to translate to (default: each)")
    out.add_argument("--search", metavar="TEXT", help="only what is found for a text")
    out.add_argument(
        "--grade", choices=WIDTHS, default=NEAR_EQUIVALENT, help="same-fact: comparable text too, marked as such"
    )
    taken = commands.add_parser("import", parents=[common], help="store confirmed translations of TMX and XLIFF files")
    taken.add_argument("paths", nargs="+", type=Path, metavar="F", help=".tmx, .xlf or .xliff; - is standard input")


def export(args: Namespace) -> int:
    """Write the units of a corpus, of some documents or of a search."""
    with Corpus(args.corpus, languages=args.languages, threads=args.threads) as corpus:
        if args.format == DOCUMENTS:
            _write(document_lines(corpus.store, _filters(args)), path=args.to_file)
        else:
            write_file(_units(corpus, args), kind=args.format, path=args.to_file, source_lang=args.source)
    return DONE


def _filters(args: Namespace) -> Filters | None:
    filters = Filters(tuple(args.outlet) if args.outlet else None, None, args.published_from, args.published_to)
    return None if filters == Filters() else filters


def _units(corpus: Corpus, args: Namespace) -> Iterator[Unit]:
    asked = _filters(args)
    targets = [args.target] if args.target else None
    if args.search:
        language = args.source or identify(args.search, among=corpus.languages).lang
        if language is None:
            raise InputError("no letters to tell its language by; give --from", field="--search")
        hits = search(corpus, args.search, language=language, target_languages=targets, filters=asked)
        return units_of_hits(args.search, language, hits, grade=args.grade)
    if args.documents:
        for id in args.documents:
            corpus.store.document(id)  # one that is not there is an error, not an empty file
        keys = corpus.store.keys(documents=args.documents)
        found = find_matches(corpus, sources=keys, target_languages=targets, filters=asked)
        found.sort(key=lambda match: (match.source.document, match.source.position))
        return units_of_matches(found, grade=args.grade)
    return corpus_units(corpus, source=args.source, target=args.target, grade=args.grade, filters=asked)


def write_file(
    units: Iterable[Unit], *, kind: str, path: Path | None, source_lang: str | None, segment: str = "paragraph"
) -> None:
    """Write units to a file, which is there whole or not at all, or to standard output. Raises InputError."""
    source = source_lang and primary(source_lang)
    _write(write_units(units, kind=kind, source_lang=source, version=version(), segment=segment), path=path)


def _write(pieces: Iterable[bytes], *, path: Path | None) -> None:
    if path is None:
        sys.stdout.flush()
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        return
    partial = path.with_name(f".{path.name}.part")
    try:
        with partial.open("wb") as file:
            for piece in pieces:
                file.write(piece)
        partial.rename(path)
    except OSError as error:
        raise InputError(f"cannot be written: {error}", place=str(path)) from error
    finally:
        partial.unlink(missing_ok=True)


def import_files(args: Namespace) -> int:
    """Store the confirmed pairs of files; a wrong unit is named, and the others are stored."""
    counts: dict[str, int] = {}
    with Corpus(args.corpus, create=True, languages=args.languages, threads=args.threads) as corpus:
        store = MemoryStore(corpus.store)
        for path in args.paths:
            for outcome in import_pairs(store, read_pairs(_chunks(path), place=str(path))):
                counts[outcome.status] = counts.get(outcome.status, 0) + 1
                if args.json:
                    write_json(asdict(outcome), sys.stdout, indent=None)
                elif outcome.status == "refused":
                    sys.stderr.write(f"refused: {outcome.reason}\n")
        _save(corpus)
    if not args.json:
        say(", ".join(f"{count} {status}" for status, count in sorted(counts.items())) or "no units found")
    return IN_PART if "refused" in counts or not counts else DONE


def _chunks(path: Path) -> Iterator[bytes]:
    if str(path) == "-":
        while chunk := sys.stdin.buffer.read(READ_BYTES):
            yield chunk
        return
    try:
        with path.open("rb") as file:
            while chunk := file.read(READ_BYTES):
                yield chunk
    except FileNotFoundError:
        raise NotFoundError(f"{path}: no such file") from None
    except OSError as error:
        raise InputError(f"cannot be read: {error}", place=str(path)) from error


def _save(corpus: Corpus) -> None:
    try:
        corpus.save_indexes()
    except CorpusError as error:  # the pairs are stored; the next start makes the indexes anew
        sys.stderr.write(f"warning: {error}\n")
