"""The command line: `aligner COMMAND`, also as `python -m aligner`.

Exit codes: 0 done; 1 done in part (a document was refused, or is not there); 2 wrong usage; 3 wrong input;
4 not found; 5 the corpus cannot be read or written; 6 the model cannot be used; 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias, TypeVar

from aligner.arguments import whole_from
from aligner.commands import COMMANDS
from aligner.commands_align import add_align_parser, add_evaluate_align_parser
from aligner.commands_backup import add_backup_parsers
from aligner.commands_calibrate import add_calibrate_parser
from aligner.commands_compare import (
    add_compare_parser,
    add_evaluate_cells_parser,
    add_evaluate_comparison_parser,
    add_evaluate_frames_parser,
)
from aligner.commands_duplicates import add_duplicates_parser
from aligner.commands_exchange import add_exchange_parsers
from aligner.commands_keys import add_keys_parser
from aligner.commands_review import add_review_parser
from aligner.commands_serve import add_serve_parser
from aligner.commands_stories import add_evaluate_stories_parser, add_stories_parser, with_action
from aligner.documents import canonical_date
from aligner.errors import AlignerError, CorpusError, EncoderError, InputError, NotFoundError, SettingsError
from aligner.evaluation import METHODS, RETRIEVALS
from aligner.grades import GRADES
from aligner.languages import canonical_tag
from aligner.version import version

__all__ = ["EXIT_CODES", "build_parser", "main"]

EXIT_CODES: tuple[tuple[type[AlignerError], int], ...] = (
    (SettingsError, 2),
    (InputError, 3),
    (NotFoundError, 4),
    (CorpusError, 5),
    (EncoderError, 6),
)
INTERRUPTED = 130
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
T = TypeVar("T")
FORMATS = ("text", "jsonl", "tsv", "csv")
_natural = whole_from(1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    try:
        parser = build_parser()
    except SettingsError as error:
        print(f"aligner: {error}", file=sys.stderr)
        return 2
    args = parser.parse_args(with_action(sys.argv[1:] if arguments is None else arguments))
    if arguments is None and hasattr(signal, "SIGPIPE"):  # as a program, not inside one that may hold sockets
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `aligner list | head` ends quietly
    try:
        return COMMANDS[args.command](args)
    except AlignerError as error:
        print(f"aligner: {error}", file=sys.stderr)
        return next(code for kind, code in EXIT_CODES if isinstance(error, kind))
    except KeyboardInterrupt:
        print("aligner: interrupted; what was acknowledged is stored", file=sys.stderr)
        return INTERRUPTED


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(prog="aligner", description="Which paragraphs report the same facts?")
    parser.add_argument("--version", action="version", version=f"aligner {version()}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    common = _common()
    filters = _filters()

    add = commands.add_parser("add", parents=[common], help="store documents")
    add.add_argument("paths", nargs="+", type=Path, metavar="PATH", help=".jsonl, .json, .txt, .html, a folder, or -")
    remove = commands.add_parser("remove", parents=[common], help="remove documents")
    remove.add_argument("ids", nargs="+", metavar="ID")
    show = commands.add_parser("show", parents=[common], help="show a document, and what of it was dropped and why")
    show.add_argument("id", metavar="ID")
    listing = commands.add_parser("list", parents=[common, filters], help="list documents")
    listing.add_argument("--limit", type=_natural, default=-1, help="at most so many (default: all)")

    search = commands.add_parser("search", parents=[common, filters], help="find paragraphs near to a text")
    search.add_argument("text", metavar="TEXT", help="a text, or - for standard input")
    search.add_argument("--lang", type=_tag, help="the text's language (default: identified)")
    search.add_argument("--to", type=_tags, metavar="LANG,...", help="languages to search (default: the others)")
    search.add_argument("-k", type=_natural, default=10, help="how many (default: 10)")
    search.add_argument("--min-probability", type=_probability, default=0.0, help="leave out what is less probable")
    search.add_argument("--all-copies", action="store_true", help="show each reprint by itself")
    search.add_argument("--grade", action="append", choices=GRADES, help="only of this grade; may be repeated")
    search.add_argument("--min-score", type=_score, default=-1.0, help="leave out what has a lower cosine")

    match = commands.add_parser("match", parents=[common, filters], help="list matching paragraphs across languages")
    match.add_argument("documents", nargs="*", metavar="ID", help="match these documents (default: all)")
    match.add_argument("--from", dest="source", type=_tags, metavar="LANG,...", help="languages to match from")
    match.add_argument("--to", type=_tags, metavar="LANG,...", help="languages to match with")
    match.add_argument("--min-probability", type=_probability, help="default: the scorer's threshold")
    match.add_argument("--all-copies", action="store_true", help="show each reprint's matches by themselves")
    match.add_argument("--grade", action="append", choices=GRADES, help="only of this grade; may be repeated")
    match.add_argument("--min-score", type=_score, default=-1.0, help="leave out what has a lower cosine")
    match.add_argument("--format", choices=FORMATS, default="text")

    add_align_parser(commands, common)
    add_duplicates_parser(commands, common)
    add_calibrate_parser(commands, common)
    add_review_parser(commands, common)
    add_compare_parser(commands, common)
    add_exchange_parsers(commands, common, filters)
    add_stories_parser(commands, common, filters)
    _add_evaluate(commands, common)
    add_backup_parsers(commands, common)
    add_keys_parser(commands)
    add_serve_parser(commands, common)
    commands.add_parser("status", parents=[common], help="show what a corpus holds")
    return parser


def _add_evaluate(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    evaluate = commands.add_parser("evaluate", help="measure the matching on your own data")
    measures = evaluate.add_subparsers(dest="measure", required=True, metavar="MEASURE")
    seeded = argparse.ArgumentParser(add_help=False)
    seeded.add_argument("--seed", type=int, default=0)
    sampling = argparse.ArgumentParser(add_help=False, parents=[seeded])
    sampling.add_argument("--method", choices=METHODS, default="default", help="margin: ratio margin, k = 4")
    links = measures.add_parser("links", parents=[common, sampling], help="same-fact links between documents")
    links.add_argument("--documents", nargs="+", type=Path, required=True, metavar="PATH")
    links.add_argument("--links", type=Path, required=True, metavar="F.tsv")
    links.add_argument("--distractors", type=Path, metavar="DIR", help="folder with news.LANG.tsv.gz")
    links.add_argument("--count", type=_natural, default=1000, help="distractors a side (default: 1000)")
    pairs = measures.add_parser("pairs", parents=[common], help="retrieval of translations")
    pairs.add_argument("pairs", type=Path, metavar="F.jsonl")
    grades = measures.add_parser("grades", parents=[common, seeded], help="translations among what is nearly one")
    grades.add_argument("pairs", type=Path, nargs="?", metavar="F.jsonl", help="translations in order")
    grades.add_argument("--documents", nargs="+", type=Path, metavar="PATH")
    grades.add_argument("--links", type=Path, metavar="F.tsv", help="graded links between the documents")
    pairs.add_argument("--method", choices=RETRIEVALS, default="margin", help="margin: ratio margin, k = 4 (default)")
    conflicts = measures.add_parser("conflicts", parents=[common, seeded], help="contradictions in altered pairs")
    conflicts.add_argument("pairs", type=Path, metavar="F.jsonl")
    mining = measures.add_parser("mining", parents=[common, sampling], help="translations hidden among other texts")
    mining.add_argument("pairs", type=Path, metavar="F.jsonl")
    mining.add_argument("--distractors", type=Path, required=True, metavar="DIR")
    mining.add_argument("--count", type=_natural, default=3000, help="distractors a side (default: 3000)")
    mining.add_argument("--rate", type=float, default=0.03, help="share of hidden pairs (default: 0.03)")
    add_evaluate_align_parser(measures, common)
    add_evaluate_comparison_parser(measures, common)
    add_evaluate_cells_parser(measures, common)
    add_evaluate_frames_parser(measures, common)
    add_evaluate_stories_parser(measures, common, seeded)


def _common() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    corpus = Path(os.environ.get("ALIGNER_CORPUS", "indexes/default"))
    common.add_argument("--corpus", type=Path, default=corpus, metavar="DIR", help="default: %(default)s")
    common.add_argument("--json", action="store_true", help="print JSON")
    common.add_argument(
        "--model", default=os.environ.get("ALIGNER_MODEL"), help="default: what the corpus was made with"
    )
    common.add_argument(
        "--threads", type=_natural, default=_setting("ALIGNER_THREADS", _natural), help="default: all cores"
    )
    common.add_argument(
        "--languages",
        type=_tags,
        default=_setting("ALIGNER_LANGUAGES", _tags),
        metavar="LANG,...",
        help="languages that texts are identified among (default: en,fr and those of the corpus)",
    )
    return common


def _filters() -> argparse.ArgumentParser:
    filters = argparse.ArgumentParser(add_help=False)
    filters.add_argument("--outlet", action="append", help="only of this outlet; may be repeated")
    filters.add_argument("--published-from", metavar="DATE", type=_date, help="ISO 8601")
    filters.add_argument("--published-to", metavar="DATE", type=_date, help="ISO 8601, inclusive")
    return filters


def _score(value: str) -> float:
    try:
        score = float(value)
    except ValueError:
        score = float("nan")
    if not -1 <= score <= 1:
        raise argparse.ArgumentTypeError(f"{value!r} is no number from -1 to 1")
    return score


def _probability(value: str) -> float:
    if _score(value) < 0:
        raise argparse.ArgumentTypeError(f"{value!r} is no number from 0 to 1")
    return float(value)


def _tag(value: str) -> str:
    try:
        return canonical_tag(value)
    except InputError as error:
        raise argparse.ArgumentTypeError(error.reason) from None


def _tags(value: str) -> list[str]:
    return [_tag(part.strip()) for part in value.split(",")]


def _date(value: str) -> str:
    try:
        return canonical_date(value)
    except InputError as error:
        raise argparse.ArgumentTypeError(error.reason) from None


def _setting(name: str, parse: Callable[[str], T]) -> T | None:
    """Return what a variable of the environment says, None where it is not set. Raises SettingsError."""
    value = os.environ.get(name)
    try:
        return parse(value) if value else None
    except argparse.ArgumentTypeError as error:
        raise SettingsError(f"{name}: {error}") from None
