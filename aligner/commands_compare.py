"""The command that compares how outlets tell a story, and the one that measures how far to trust it."""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from aligner.comparison import MIN_OTHERS, Comparison, compare_documents
from aligner.comparison_differences import Difference, paired_differences
from aligner.comparison_frames import estimate_frames, frames_record
from aligner.comparison_table import write_comparisons
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
from aligner.terminal import bar, say, short
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
]

FORMATS = ("text", "json", "csv")
MARKS = {"told": "+", "partly": "~", "not told": "-", "not evaluable": "?"}
SHOWN_FACTS = 40


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
    if bool(args.targets) == args.all:
        raise SettingsError("expected a story, ids or files, or --all")
    with _opened(args) as (corpus, chosen):
        found = dict(_compared(corpus, chosen, min_others=args.min_others, goes_on=args.all))
        frames = {name: estimate_frames(corpus, chosen[name]) if args.frames else [] for name in found}
    overall = paired_differences([each.usages for each in found.values()]) if args.all else []
    if args.json or args.format == "json":
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
    elif args.format == "csv":
        write_comparisons(found, sys.stdout)
    else:
        for name, each in found.items():
            if name:
                say(f"story {name}\n")
            say_comparison(each)
            for estimate in frames[name]:
                say(f"frame, a rough estimate: {estimate.document}  {estimate.frame} {estimate.nearness:+.3f}")
        _say_overall(overall)
    return 0


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


def _say_overall(overall: Sequence[Difference]) -> None:
    """Print the differences over all stories; where there are none, why."""
    for each in overall:
        if each.verdict == "different":
            rates = f"{each.rate} by sentence, {each.against} {each.others}; p = {each.adjusted} after Holm"
            say(f"different over all stories: {each.outlet}, {each.measure}: {rates}")
    if overall and not any(each.verdict == "different" for each in overall):
        say(f"words over all stories: {' and '.join(sorted({each.verdict for each in overall}))}")


def say_comparison(comparison: Comparison) -> None:
    """Print a comparison for a person to read: the matrix, then what follows from it."""
    for number, outlet in enumerate(comparison.outlets, start=1):
        doubt = f"  ({outlet.doubt})" if outlet.doubt else ""
        say(f"{number:>3}  {outlet.name} [{', '.join(outlet.languages)}] {', '.join(outlet.documents)}{doubt}")
    say("\n+ told, ~ partly or unsure, - not told, ? not evaluable; how sure; the fact\n")
    say("     " + "".join(f"{number:<3}" for number in range(1, len(comparison.outlets) + 1)))
    for fact, cells in list(zip(comparison.facts, comparison.cells, strict=True))[:SHOWN_FACTS]:
        sure = "    " if fact.probability is None else f"{fact.probability:.2f}"
        witness = next(iter(fact.witnesses.values()))
        say("     " + "".join(f"{MARKS[cell.status]:<3}" for cell in cells) + f" {sure}  {short(witness.text)}")
    if len(comparison.facts) > SHOWN_FACTS:
        say(f"     ... {len(comparison.facts) - SHOWN_FACTS} more; --format csv has all")
    texts = {fact.id: short(next(iter(fact.witnesses.values())).text) for fact in comparison.facts}
    for title, omitted in (("omitted", comparison.omitted), ("untold in a language", comparison.untold)):
        for omission in omitted:
            say(f"\n{title}: {omission.by}; told by {', '.join(omission.told_by)}\n      {texts[omission.fact]}")
    for conflict in comparison.conflicts:
        told = " | ".join(
            f"{v.outlet}{f' ({v.published})' if v.published else ''}: {v.text}" for v in conflict.versions
        )
        say(f"\n{conflict.relation} ({conflict.kind}): {told}\n      {texts[conflict.fact]}")
    for difference in comparison.differences:
        if difference.verdict == "different":
            rates = f"{difference.rate} by sentence, others {difference.others}"
            say(
                f"\ndifferent: {difference.outlet}, {difference.measure}: {rates}; p = {difference.adjusted} after Holm"
            )
    verdicts = {difference.verdict for difference in comparison.differences}
    if "different" not in verdicts:
        say(f"\nwords: {' and '.join(sorted(verdicts)) or 'nothing to compare'}")
    for key, by in comparison.terms.items():
        say(f"terms for {key}: " + "; ".join(f"{name}: {', '.join(words)}" for name, words in by.items()))
