"""Quotations with their speakers."""

from __future__ import annotations

import re

from aligner.evidence.mentions import Mention, Scan
from aligner.evidence.names import similar

__all__ = ["find_quotations", "one_speaker"]

QUOTED = re.compile(
    r"\u00ab\s*([^\u00ab\u00bb]+?)\s*\u00bb|\u201c([^\u201c\u201d]+)\u201d|\"([^\"]+)\"|\u201e([^\u201c\u201d\u201e]+)[\u201c\u201d]"
    r"|(?<!\w)\u2018((?:[^\u2018\u2019]|\u2019\w){1,800})\u2019(?!\w)|(?<!\w)'([^']{1,400}(?:'\w[^']{0,400}){0,8})'(?!\w)|^[\u2013\u2014-]\s([^\n]+)$"
)
MIN_WORDS = 3  # fewer are a title or a word at arm's length
REACH = 14  # words between a quotation and its speaker


def find_quotations(scan: Scan) -> None:
    """Add the quotations of a text; names must have been found before."""
    if not any(mark in scan.text for mark in "\u00ab\u201c\"\u201e\u2018'\u2013\u2014"):
        return
    names = [mention for mention in scan.mentions if mention.kind == "name" and not mention.peoples and mention.words]
    for match in QUOTED.finditer(scan.text):
        first, last = scan.inside(*match.span())
        said = next(filter(None, match.groups()), "")
        if sum(token.is_word for token in scan.tokens[first:last]) < MIN_WORDS:
            continue
        speaker = _speaker(scan, first, last, names)
        mention = scan.add("quotation", " ".join(said.split()), first, last, take=False)
        if speaker is not None:
            mention.speaker, mention.words = speaker.item.text, speaker.words
            mention.item = type(mention.item)(
                "quotation", f"{speaker.item.text}: {mention.item.value}", match.group(), match.start(), match.end()
            )


def _speaker(scan: Scan, first: int, last: int, names: list[Mention]) -> Mention | None:
    """Return the name that stands with a verb of speech behind the quotation, or before it."""
    for start, end in ((last, last + REACH), (first - REACH, first)):
        around = range(max(0, start), min(end, len(scan.tokens)))
        if not any(scan.lexicon.classes("says", scan.word(at)) for at in around):
            continue
        near = [name for name in names if name.first in around and not name.keys]
        if near:
            return near[0] if start == last else near[-1]
    return None


def one_speaker(left: Mention, right: Mention) -> bool:
    """Say whether two quotations can have one speaker: unless both are named and differ."""
    if not left.speaker or not right.speaker:
        return True
    return any(similar(a, b) for a in left.words for b in right.words)
