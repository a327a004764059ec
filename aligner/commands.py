"""What each command does: parsed arguments in, one library call, text or JSON out, an exit code back."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from aligner.commands_align import align
from aligner.commands_backup import backup, restore_backup
from aligner.commands_calibrate import calibrate
from aligner.commands_compare import compare
from aligner.commands_duplicates import duplicates
from aligner.commands_evaluate import evaluate
from aligner.commands_exchange import export, import_files
from aligner.commands_keys import keys
from aligner.commands_review import review_translation
from aligner.commands_serve import serve
from aligner.commands_stories import stories
from aligner.corpus import Corpus
from aligner.documents import Document
from aligner.encoders import load_encoder
from aligner.errors import CorpusError, InputError
from aligner.export import (
    document_record,
    hit_record,
    match_record,
    stored_document_record,
    write_json,
    write_matches,
)
from aligner.filters import Filters
from aligner.matches import find_matches, search
from aligner.readers import read_documents
from aligner.stories_update import update_stories
from aligner.terminal import bar, say, say_hits, say_matches, tell
from aligner.vectors import Encoder

__all__ = ["COMMANDS", "DONE", "IN_PART"]

DONE = 0
IN_PART = 1  # a document was refused or is not there; the others are done
MAX_COUNTED_BYTES = 256_000_000  # of input that is read ahead, so that a bar can tell the remaining time


def add(args: Namespace) -> int:
    """Store documents."""
    encoder = load_encoder(args.model, threads=args.threads) if args.model else None
    with _open(args, create=True, encoder=encoder) as corpus:
        items: Iterable[Document | InputError] = read_documents(args.paths, served=corpus.languages)
        total = None
        if _bytes(args.paths) <= MAX_COUNTED_BYTES:
            items = list(items)
            total = len(items)
        counts: dict[str, int] = {}
        try:
            with bar(total, "doc") as progress:
                for outcome in corpus.add(items):
                    progress.update()
                    counts[outcome.status] = counts.get(outcome.status, 0) + 1
                    tell(progress, outcome, as_json=args.json)
        finally:
            if counts.keys() & {"created", "replaced"}:
                _save(corpus)
        if counts.keys() & {"created", "replaced"}:
            update_stories(corpus)
    summary = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
    print(summary or "no documents found", file=sys.stderr)
    return IN_PART if "refused" in counts or not counts else DONE


def remove(args: Namespace) -> int:
    """Remove documents."""
    with _open(args) as corpus:
        outcomes = corpus.remove(args.ids)
        for outcome in outcomes:
            say(asdict(outcome) if args.json else f"{outcome.status}\t{outcome.id}")
        _save(corpus)
    return IN_PART if any(outcome.status == "missing" for outcome in outcomes) else DONE


def show(args: Namespace) -> int:
    """Print a document with its paragraphs, and what was dropped and why."""
    with _open(args) as corpus:
        stored = corpus.store.document(args.id)
    if args.json:
        write_json(stored_document_record(stored), sys.stdout)
        return DONE
    for name, value in document_record(stored.document).items():
        if value is not None:
            say(f"{name:10}{value}")
    for paragraph in stored.paragraphs:
        mark = f"dropped: {paragraph.dropped}" if paragraph.dropped else paragraph.lang
        mark = f"{paragraph.lang}, headline" if paragraph.headline else mark
        say(f"\n#{paragraph.position} [{mark}] characters {paragraph.start}-{paragraph.end}\n{paragraph.text}")
    return DONE


def list_documents(args: Namespace) -> int:
    """Print the documents that are stored."""
    with _open(args) as corpus:
        documents = corpus.store.documents(_filters(args), limit=args.limit, texts=False)
    if args.json:
        write_json([document_record(document) for document in documents], sys.stdout)
    else:
        for d in documents:
            say("\t".join([d.id, d.lang, d.published or "-", d.outlet or "-", d.title or "-"]))
    return DONE


def search_text(args: Namespace) -> int:
    """Print the stored paragraphs that are nearest to a text."""
    encoder = load_encoder(args.model, threads=args.threads) if args.model else None
    with _open(args, encoder=encoder) as corpus:
        hits = search(
            corpus,
            args.text if args.text != "-" else sys.stdin.read(),
            language=args.lang,
            target_languages=args.to,
            k=args.k,
            min_probability=args.min_probability,
            min_score=args.min_score,
            filters=_filters(args),
            grades=args.grade,
            collapse=not args.all_copies,
        )
        threshold = corpus.scorers.texts.threshold
    if args.json:
        write_json([hit_record(hit) for hit in hits], sys.stdout)
    else:
        say_hits(hits, threshold=threshold)
    return DONE


def match(args: Namespace) -> int:
    """Print the paragraphs of different languages that report the same facts."""
    with _open(args) as corpus:
        sources = corpus.store.keys(documents=args.documents) if args.documents else None
        for id in args.documents or ():
            corpus.store.document(id)  # one that is not there is an error, not an empty answer
        found = find_matches(
            corpus,
            sources=sources,
            source_languages=args.source,
            target_languages=args.to,
            filters=_filters(args),
            min_probability=args.min_probability,
            min_score=args.min_score,
            grades=args.grade,
            collapse=not args.all_copies,
        )
    if args.json:
        write_json([match_record(pair) for pair in found], sys.stdout)
    elif args.format == "text":
        say_matches(found)
    else:
        write_matches(found, sys.stdout, kind=args.format)
    return DONE


def status(args: Namespace) -> int:
    """Print what a corpus holds and what it was made with."""
    with _open(args) as corpus:
        facts = {
            "corpus": str(corpus.folder),
            "encoder": corpus.store.meta("encoder"),
            "dimension": int(corpus.store.meta("dimension") or 0),
            **corpus.store.counts(),
            "languages": corpus.store.languages(),
            "calibration": _calibration(corpus),
            "indexed": {language: len(index.keys) for language, index in corpus.indexes.items()},
        }
    if args.json:
        write_json(facts, sys.stdout)
    else:
        for name, value in facts.items():
            shown = ", ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else value
            say(f"{name:12}{shown}")
    return DONE


COMMANDS: dict[str, Callable[[Namespace], int]] = {
    "add": add,
    "remove": remove,
    "show": show,
    "list": list_documents,
    "search": search_text,
    "match": match,
    "align": align,
    "duplicates": duplicates,
    "calibrate": calibrate,
    "review": review_translation,
    "compare": compare,
    "export": export,
    "import": import_files,
    "stories": stories,
    "evaluate": evaluate,
    "backup": backup,
    "restore": restore_backup,
    "keys": keys,
    "serve": serve,
    "status": status,
}


def _open(args: Namespace, *, create: bool = False, encoder: Encoder | None = None) -> Corpus:
    return Corpus(args.corpus, encoder=encoder, create=create, languages=args.languages, threads=args.threads)


def _calibration(corpus: Corpus) -> str:
    found = corpus.calibration
    if found is None:
        return "as shipped"
    return f"fitted on {found.links} links, threshold {found.documents.threshold:.2f}"


def _save(corpus: Corpus) -> None:
    try:
        corpus.save_indexes()
    except CorpusError as error:  # the documents are stored; the next start makes the indexes anew
        print(f"warning: {error}", file=sys.stderr)


def _filters(args: Namespace) -> Filters | None:
    filters = Filters(
        outlets=tuple(args.outlet) if args.outlet else None,
        published_from=args.published_from,
        published_to=args.published_to,
    )
    return None if filters == Filters() else filters


def _bytes(paths: Iterable[Path]) -> int:
    """Return how much there is to read; more than can be counted for standard input."""
    total = 0
    for path in paths:
        if str(path) == "-":
            return MAX_COUNTED_BYTES + 1
        for file in _files(path):
            total += file.stat().st_size if file.exists() else 0
    return total


def _files(path: Path) -> Iterator[Path]:
    yield from (file for file in path.rglob("*") if file.is_file()) if path.is_dir() else (path,)
