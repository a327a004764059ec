"""The command that compares how outlets tell a story, and the one that measures how far to trust it."""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from aligner.arguments import whole_from
from aligner.comparison import MIN_OTHERS, Comparison, compare_documents
from aligner.comparison_differences import Difference, paired_differences
from aligner.comparison_frames import ACCURACY, MEASURED_ON, FrameEstimate, estimate_frames, frames_record
from aligner.comparison_table import TABLES, write_comparisons
from aligner.comparison_text import SHOWN, comparison_lines
from aligner.corpus import DEFAULT_LANGUAGES, Corpus
from aligner.documents import Document
from aligner.encoders import load_encoder
from aligner.errors import InputError, NotFoundError, SettingsError
from aligner.evaluation_cells import CellScores, evaluate_cells, read_events
from aligner.evaluation_comparison import HALVES, ComparisonScores, evaluate_comparison, read_tellings
from aligner.evaluation_frames import FrameScores, evaluate_frames, read_frame_labels
from aligner.export import write_json
from aligner.gold import read_links
from aligner.readers import STDIN, read_documents
from aligner.stories import StoryFilters, find_stories, story
from aligner.terminal import bar, page
from aligner.vectors import Encoder, Progress

__all__ = [
    "FORMATS",
    "add_compare_parser",
    "add_evaluate_cells_parser",
    "add_evaluate_comparison_parser",
    "add_evaluate_frames_parser",
    "compare",
    "evaluate_estimates",
    "evaluate_tellings",
    "evaluate_told",
    "frame_lines",
]

FORMATS = ("text", "json", "csv")


def add_compare_parser(commands: argparse._SubParsersAction[ArgumentParser], common: ArgumentParser) -> None:
    """Add `aligner compare STORY`, `ID...` or `PATH...`."""
    parser = commands.add_parser("compare", parents=[common], help="which outlet tells what of a story, and how")
    parser.add_argument(
        "targets", nargs="*", metavar="ID", help="a story, or stored documents, or files and folders of documents"
    )
    parser.add_argument("--all", action="store_true", help="every story that two outlets or more tell")
    parser.add_argument(
        "--min-others", type=int, default=MIN_OTHERS, help="outlets that tell what one omits (default: %(default)s)"
    )
    parser.add_argument("--frames", action="store_true", help="estimate the policy frames too: rough, needs the model")
    parser.add_argument("--format", choices=FORMATS, default="text")
    parser.add_argument("--table", choices=tuple(TABLES), help="which table is written as CSV (default: cells)")
    parser.add_argument(
        "--limit", type=whole_from(0), metavar="N", help=f"of the text's lists; 0 for all (default: {SHOWN})"
    )


def add_evaluate_comparison_parser(
    measures: argparse._SubParsersAction[ArgumentParser], common: ArgumentParser
) -> None:
    """Add `aligner evaluate comparison F.jsonl`."""
    parser = measures.add_parser("comparison", parents=[common], help="comparison of translations, whole and disturbed")
    parser.add_argument("tellings", type=Path, metavar="F.jsonl")
    parser.add_argument("--fields", default="en,fr,fr_ca", metavar="LANG,...", help="one for each outlet")
    parser.add_argument("--half", choices=HALVES, default="all", help="every second story; cuts were chosen on even")
    parser.add_argument("--seed", type=int, default=0)


def add_evaluate_frames_parser(measures: argparse._SubParsersAction[ArgumentParser], common: ArgumentParser) -> None:
    """Add `aligner evaluate frames`."""
    parser = measures.add_parser("frames", parents=[common], help="estimated policy frames against given ones")
    parser.add_argument("--documents", nargs="+", type=Path, required=True, metavar="F.jsonl", help="with events")
    parser.add_argument("--labels", type=Path, required=True, metavar="F.tsv", help="event, and frames as in a|b")


def add_evaluate_cells_parser(measures: argparse._SubParsersAction[ArgumentParser], common: ArgumentParser) -> None:
    """Add `aligner evaluate cells`."""
    parser = measures.add_parser("cells", parents=[common], help="what outlets tell and do not, against links")
    parser.add_argument("--documents", nargs="+", type=Path, required=True, metavar="F.jsonl", help="with events")
    parser.add_argument("--links", type=Path, required=True, metavar="F.tsv")


def compare(args: Namespace) -> int:
    """Print how the outlets of a story, or of every story, tell it."""
    written = _format(args)
    with _opened(args) as (corpus, chosen):
        found = dict(_compared(corpus, chosen, min_others=args.min_others, goes_on=args.all))
        frames = {name: estimate_frames(corpus, chosen[name]) if args.frames else [] for name in found}
    if written == "csv":
        write_comparisons(found, sys.stdout, table=args.table or "cells")
        return 0
    overall = paired_differences([each.usages for each in found.values()]) if args.all else []
    if written == "json":
        records = [
            {
                "story": name or None,
                **each.record(),
                **({"frames": frames_record(frames[name])} if frames[name] else {}),
            }
            for name, each in found.items()
        ]
        whole = {"stories": records, "differences": [each.record() for each in overall]}
        write_json(whole if args.all else records[0], sys.stdout)
        return 0
    lines: list[str] = []
    for name, each in found.items():
        lines += [f"story {name}", ""] if name else []
        lines += comparison_lines(each, limit=SHOWN if args.limit is None else args.limit)
        lines += [*frame_lines(frames[name]), ""]
    page([*lines[:-1], *_overall_lines(overall)])
    return 0


def _format(args: Namespace) -> str:
    """Return what is written. Raises SettingsError for options that do not go together, before anything is compared."""
    written = "json" if args.json else str(args.format)
    if bool(args.targets) == args.all:
        raise SettingsError("expected a story, ids or files, or --all")
    if args.table and written != "csv":
        raise SettingsError("--table needs --format csv")
    if args.limit is not None and written != "text":
        raise SettingsError(f"--limit is for the text; {written} has everything")
    if args.frames and written == "csv":
        raise SettingsError("--frames: a table has rows of outlets, frames are estimated by document; take --json")
    return written


def _compared(
    corpus: Corpus, chosen: Mapping[str, Sequence[str]], *, min_others: int, goes_on: bool
) -> Iterator[tuple[str, Comparison]]:
    """Yield each story with its comparison; one that is too large is told of and left out where others follow."""
    for name, ids in chosen.items():
        try:
            yield name, compare_documents(corpus, ids, min_others=min_others)
        except InputError as error:
            if error.field or not goes_on:  # a wrong option is wrong for all
                raise
            sys.stderr.write(f"not compared: {name}: {error}\n")


@contextlib.contextmanager
def _opened(args: Namespace) -> Iterator[tuple[Corpus, dict[str, Sequence[str]]]]:
    """Yield a corpus and the documents to compare by story ("" for none): of the corpus asked for, or of files."""
    files = [target for target in args.targets if target == STDIN or Path(target).exists()]
    if files and len(files) < len(args.targets):
        missing = next(target for target in args.targets if target not in files)
        raise InputError(f"{missing}: no such file, and files and ids do not go together")
    if not files:
        with Corpus(args.corpus, languages=args.languages, threads=args.threads) as corpus:
            yield corpus, _chosen(corpus, args.targets)
        return
    languages = args.languages or DEFAULT_LANGUAGES
    documents: list[Document] = []
    for each in read_documents(files, served=languages):
        if isinstance(each, InputError):
            raise each
        documents.append(each)
    encoder = load_encoder(args.model or "default", threads=args.threads)
    with tempfile.TemporaryDirectory() as place, Corpus(Path(place), encoder=encoder, create=True) as corpus:
        with bar(len(documents), "doc") as progress:
            for _ in corpus.add(documents):
                progress.update()
        yield corpus, {"": [document.id for document in documents]}


def _chosen(corpus: Corpus, targets: Sequence[str]) -> dict[str, Sequence[str]]:
    """Return the documents of a story, of all stories where nothing is named, or the documents that are named."""
    if not targets:
        filters = StoryFilters(min_documents=2, min_outlets=2)
        return {each.id: each.documents for each in find_stories(corpus, filters)}
    if len(targets) == 1:
        with contextlib.suppress(NotFoundError):
            found = story(corpus, targets[0])
            return {found.id: found.documents}
    return {"": targets}


def evaluate_tellings(args: Namespace, encoder: Encoder, progress: Progress) -> ComparisonScores:
    """Measure comparisons on the translations of a file."""
    stories = read_tellings(args.tellings, fields=args.fields.split(","), half=args.half)
    with tempfile.TemporaryDirectory() as place, Corpus(Path(place), encoder=encoder, create=True) as corpus:
        list(corpus.add((document for story in stories for document in story), progress=progress))
        return evaluate_comparison(corpus, [[document.id for document in story] for story in stories], seed=args.seed)


def evaluate_estimates(args: Namespace, encoder: Encoder, progress: Progress) -> FrameScores:
    """Measure estimated frames on documents whose events have labels."""
    labels = read_frame_labels(args.labels, args.documents)
    with tempfile.TemporaryDirectory() as place, Corpus(Path(place), encoder=encoder, create=True) as corpus:
        list(corpus.add(read_documents(args.documents, served=args.languages or DEFAULT_LANGUAGES), progress=progress))
        return evaluate_frames(corpus, labels)


def evaluate_told(args: Namespace, encoder: Encoder, progress: Progress) -> CellScores:
    """Measure what outlets are said to tell and not to tell on documents with links."""
    links = read_links(args.links)
    served = (links.source_language, links.target_language)
    with tempfile.TemporaryDirectory() as place, Corpus(Path(place), encoder=encoder, create=True) as corpus:
        list(corpus.add(read_documents(args.documents, served=served), progress=progress))
        return evaluate_cells(corpus, read_events(args.documents), links)


def frame_lines(frames: Sequence[FrameEstimate]) -> Iterator[str]:
    """Yield the frames of each document, and how far to trust them."""
    if not frames:
        return
    yield "\npolicy frames, a rough estimate:"
    yield f"  the nearest one was right for {100 * ACCURACY:.0f} % of {MEASURED_ON};"
    yield "  texts on one event mostly get the same, so do not count frames without reading"
    by: dict[str, list[str]] = {}
    for each in frames:
        by.setdefault(each.document, []).append(f"{each.frame} {each.nearness:+.3f}")
    yield from (f"  {document}: {', '.join(own)}" for document, own in by.items())


def _overall_lines(overall: Sequence[Difference]) -> Iterator[str]:
    """Yield the differences over all stories; where there are none, why."""
    for each in overall:
        if each.verdict == "different":
            rates = f"{each.rate} by sentence, {each.against} {each.others}; p = {each.adjusted} after Holm"
            yield f"different over all stories: {each.outlet}, {each.measure}: {rates}"
    if overall and not any(each.verdict == "different" for each in overall):
        yield f"words over all stories: {' and '.join(sorted({each.verdict for each in overall}))}"
