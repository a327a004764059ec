"""What a person sees of a command: lines, and a bar while it takes long."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from aligner.corpus import Outcome
from aligner.export import write_json
from aligner.findings import Finding
from aligner.grades import NEAR_EQUIVALENT, NO_MATCH
from aligner.matches import Hit, Match

if TYPE_CHECKING:
    from tqdm import tqdm

__all__ = ["bar", "page", "say", "say_hits", "say_matches", "short", "tell"]

SHOWN_CHARS = 160


def say_hits(hits: Sequence[Hit], *, threshold: float) -> None:
    """Print search results, or that nothing matches."""
    if not any(hit.is_match for hit in hits):
        say(f"no match: nothing reaches the probability {threshold:.2f}" + ("; nearest:" if hits else ""))
    for hit in hits:
        outlet = hit.target_document.outlet or "-"
        say(
            f"{hit.finding.probability:.2f}  {_mark(hit.finding)}  {hit.target.id}  {outlet}{_reprints(hit)}\n"
            f"      {short(hit.target.text)}"
        )


def say_matches(found: Sequence[Match]) -> None:
    """Print matches, or that there is none."""
    for pair in found:
        evidence = pair.finding.evidence
        shared = ", ".join((*evidence.numbers, *evidence.names)) or "-"
        say(
            f"{pair.finding.probability:.2f}  {_mark(pair.finding)}  {pair.source.id}  {pair.target.id}  "
            f"shared: {shared}{_reprints(pair)}\n"
            f"      {short(pair.source.text)}\n      {short(pair.target.text)}"
        )
        for left, right in evidence.conflicting:
            say(f"      conflict ({left.kind}): {left.text} | {right.text}")
    if not found:
        say("no match")


def bar(total: int | None, unit: str) -> tqdm[None]:
    """Return a progress bar with rate and remaining time; it shows on a terminal only."""
    from tqdm import tqdm

    return tqdm(total=total, unit=unit, disable=None, leave=False)  # None: off where it is no terminal


def tell(bar: tqdm[None], outcome: Outcome, *, as_json: bool) -> None:
    """Print what became of a document; refusals go to standard error."""
    with bar.external_write_mode(file=sys.stdout):
        if as_json:
            write_json(asdict(outcome), sys.stdout, indent=None)
        elif outcome.status == "refused":
            print(f"refused: {outcome.reason}", file=sys.stderr)
        else:
            counts = f"\t{outcome.paragraphs} paragraphs, {outcome.dropped} dropped" if outcome.paragraphs else ""
            note = f"\t{outcome.reason}" if outcome.reason else ""
            say(f"{outcome.status}\t{outcome.id}{counts}{note}")
        sys.stdout.flush()


def say(line: object) -> None:
    """Print a line, or a record as a line of JSON."""
    if isinstance(line, dict):
        write_json(line, sys.stdout, indent=None)
    else:
        sys.stdout.write(f"{line}\n")


def page(lines: Iterable[str]) -> None:
    """Print lines; on a terminal that they do not fit, with the reader's pager."""
    text = "".join(f"{line}\n" for line in lines)
    import pydoc

    if sys.stdout.isatty() and text.count("\n") >= shutil.get_terminal_size().lines:
        pydoc.pager(text)
    else:
        sys.stdout.write(text)


def _mark(finding: Finding) -> str:
    return ("-" if finding.grade == NO_MATCH else finding.grade).ljust(len(NEAR_EQUIVALENT))


def _reprints(found: Match | Hit) -> str:
    count = len(found.also)
    return f"  +{count} reprint{'s' * (count > 1)}" if count else ""


def short(text: str) -> str:
    """Return a text as it fits on a line or two."""
    return text if len(text) <= SHOWN_CHARS else text[: SHOWN_CHARS - 1].rstrip() + "\u2026"
