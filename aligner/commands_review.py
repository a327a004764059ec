"""The command that reviews a translation."""

from __future__ import annotations

import argparse
import sys
from argparse import ArgumentParser, Namespace

from aligner.align_documents import UNITS
from aligner.commands_pair import is_file, pair_of_documents
from aligner.export import write_json
from aligner.export_review import junit, review_record, sarif
from aligner.review import SEVERITIES, Review, ReviewFinding, review
from aligner.terminal import bar, say, short

__all__ = ["FORMATS", "add_review_parser", "review_translation"]

FORMATS = ("text", "json", "sarif", "junit")
NEVER = "never"
FOUND = 1


def add_review_parser(commands: argparse._SubParsersAction[ArgumentParser], common: ArgumentParser) -> None:
    """Add `aligner review SOURCE TRANSLATION`."""
    parser = commands.add_parser("review", parents=[common], help="what an editor should look at in a translation")
    for name in ("source", "translation"):
        parser.add_argument(name, metavar=name.upper(), help="a file with one document, -, or the id of a stored one")
    parser.add_argument("--unit", choices=UNITS, default="paragraph", help="what is aligned (default: %(default)s)")
    parser.add_argument("--format", choices=FORMATS, default="text")
    parser.add_argument(
        "--fail-on",
        choices=(*SEVERITIES, NEVER),
        default="error",
        help="exit with 1 where something so grave is found (default: %(default)s)",
    )


def review_translation(args: Namespace) -> int:
    """Print what was found; return 1 where something is as grave as `--fail-on` says."""
    source, translation, encoder, served = pair_of_documents(args, (args.source, args.translation))
    with bar(None, "text") as shown:

        def progress(count: int) -> None:
            shown.update(count)

        found = review(source, translation, encoder=encoder, served=served, unit=args.unit, progress=progress)
    failing = () if args.fail_on == NEVER else SEVERITIES[: SEVERITIES.index(args.fail_on) + 1]
    if args.json or args.format == "json":
        write_json(review_record(found), sys.stdout)
    elif args.format == "sarif":
        files = [place if is_file(place) else None for place in (args.source, args.translation)]
        write_json(sarif(found, source_file=files[0], translation_file=files[1]), sys.stdout)
    elif args.format == "junit":
        sys.stdout.write(junit(found, failing=failing))
    else:
        _say(found)
    return FOUND if any(finding.severity in failing for finding in found.findings) else 0


def _say(found: Review) -> None:
    for finding in found.findings:
        say(f"{finding.severity:8} {finding.rule}: {finding.message}")
        _say_places(finding)
    counts = ", ".join(f"{count} {severity}s" for severity, count in found.counts.items() if count)
    say(f"{len(found.beads)} beads: {counts or 'nothing found'}")


def _say_places(finding: ReviewFinding) -> None:
    for mark, side in (("<", finding.source), (">", finding.translation)):
        for place in side:
            say(f"         {mark} #{place.position} {short(place.text)}")
