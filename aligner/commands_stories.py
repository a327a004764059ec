"""The commands that list stories, show one, and tell what merged and split; and the one that measures them."""

from __future__ import annotations

import argparse
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from aligner.arguments import whole_from
from aligner.corpus import DEFAULT_LANGUAGES, Corpus
from aligner.evaluation_stories import DISTRACTORS, StoryScores, evaluate_stories
from aligner.export import write_json
from aligner.export_stories import logged_record, story_record
from aligner.gold import read_links
from aligner.languages import canonical_tag
from aligner.readers import read_documents
from aligner.stories import Story, StoryFilters, find_stories, story, story_log
from aligner.terminal import say
from aligner.vectors import Encoder, Progress

__all__ = ["add_evaluate_stories_parser", "add_stories_parser", "evaluate_grouping", "stories", "with_action"]


def add_stories_parser(
    commands: argparse._SubParsersAction[ArgumentParser], common: ArgumentParser, filters: ArgumentParser
) -> None:
    """Add `aligner stories list`, `show` and `log`; without a word it lists (see with_action)."""
    parser = commands.add_parser("stories", help="documents of all languages, grouped by event")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", parents=[common, filters], help="list stories, the newest first")
    listing.add_argument("--lang", action="append", type=canonical_tag, help="only with a document in this language")
    for what in ("documents", "outlets", "languages"):
        listing.add_argument(
            f"--min-{what}", type=whole_from(0), default=0, metavar="N", help=f"only with so many {what}"
        )
    listing.add_argument("--after", metavar="ID", help="only what comes behind this story")
    listing.add_argument("--limit", type=whole_from(1), default=-1, metavar="N", help="at most so many (default: all)")
    showing = actions.add_parser("show", parents=[common], help="show a story and its documents")
    showing.add_argument("id", metavar="ID")
    log = actions.add_parser("log", parents=[common], help="which stories were merged, split or ended")
    log.add_argument("id", metavar="ID", nargs="?", help="what concerns this story (default: everything)")


def with_action(arguments: Sequence[str]) -> list[str]:
    """Return a command line in which `aligner stories` says that it lists, where it says nothing."""
    said = list(arguments)
    if said[:1] == ["stories"] and (len(said) == 1 or (said[1].startswith("-") and said[1] not in ("-h", "--help"))):
        said.insert(1, "list")
    return said


def add_evaluate_stories_parser(
    measures: argparse._SubParsersAction[ArgumentParser], common: ArgumentParser, seeded: ArgumentParser
) -> None:
    """Add `aligner evaluate stories`."""
    parser = measures.add_parser("stories", parents=[common, seeded], help="documents grouped by event")
    parser.add_argument("--documents", nargs="+", type=Path, required=True, metavar="PATH")
    parser.add_argument(
        "--links", nargs="+", type=Path, required=True, metavar="F.tsv", help="linked documents are of one event"
    )
    parser.add_argument("--distractors", type=Path, metavar="DIR", help="folder with news.LANG.tsv.gz")
    parser.add_argument(
        "--count", type=int, default=DISTRACTORS, help="distractors a language, each a document (default: %(default)s)"
    )
    parser.add_argument("--undated", action="store_true", help="leave out the dates of publication")


def stories(args: Namespace) -> int:
    """Print stories, one of them, or what became of them."""
    with Corpus(args.corpus, languages=args.languages, threads=args.threads) as corpus:
        if args.action == "list":
            after = story(corpus, args.after).cursor if args.after else None
            found = find_stories(corpus, _filters(args), after=after, limit=args.limit)
            if args.json:
                write_json([story_record(each) for each in found], sys.stdout)
            else:
                for each in found:
                    _say_line(each)
        elif args.action == "show":
            one = story(corpus, args.id)
            if args.json:
                write_json(story_record(one), sys.stdout)
            else:
                _say_story(one)
        else:
            log = story_log(corpus, id=args.id)
            if args.json:
                write_json([logged_record(entry) for entry in log], sys.stdout)
            else:
                for entry in log:
                    others = ", ".join(entry.change.others) or "-"
                    say(f"{entry.number}\t{entry.at}\t{entry.change.change}\t{entry.change.story}\t{others}")
    return 0


def evaluate_grouping(args: Namespace, encoder: Encoder, progress: Progress) -> StoryScores:
    """Measure stories on documents with same-fact links."""
    return evaluate_stories(
        read_documents(args.documents, served=args.languages or DEFAULT_LANGUAGES),
        [read_links(path) for path in args.links],
        encoder=encoder,
        distractors=args.distractors,
        count=args.count,
        seed=args.seed,
        undated=args.undated,
        progress=progress,
    )


def _filters(args: Namespace) -> StoryFilters:
    return StoryFilters(
        languages=tuple(args.lang) if args.lang else None,
        outlets=tuple(args.outlet) if args.outlet else None,
        published_from=args.published_from,
        published_to=args.published_to,
        min_documents=args.min_documents,
        min_outlets=args.min_outlets,
        min_languages=args.min_languages,
    )


def _say_line(found: Story) -> None:
    days = " to ".join(dict.fromkeys(day[:10] for day in (found.first, found.last) if day)) or "-"
    counts = f"{_counted(len(found.documents), 'document')}, {_counted(len(found.outlets), 'outlet')}"
    say(f"{found.id}\t{days}\t{counts}\t{' | '.join(found.headlines.values())}")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def _say_story(found: Story) -> None:
    _say_line(found)
    for member in found.members:
        title = member.title or "-"
        say(f"  {member.document}\t{member.lang}\t{member.published or '-'}\t{member.outlet or '-'}\t{title}")
