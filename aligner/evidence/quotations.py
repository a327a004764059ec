"""Quotations with their speakers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from aligner.evidence.attribution import attributed
from aligner.evidence.dates import find_dates
from aligner.evidence.mentions import Mention, Scan
from aligner.evidence.names import find_names, similar
from aligner.evidence.referents import referent
from aligner.evidence.sentences import INSIDE, OPENS, sentence
from aligner.evidence.speakers import Speaker
from aligner.evidence.tokens import tokens

__all__ = ["find_quotations", "one_speaker"]

QUOTED = re.compile(
    r"\u00ab\s*([^\u00ab\u00bb]+?)\s*\u00bb|\u201c([^\u201c\u201d]+)\u201d|\"([^\"]+)\"|\u201e([^\u201c\u201d\u201e]+)[\u201c\u201d]"
    r"|(?<!\w)\u2018((?:[^\u2018\u2019]|\u2019\w){1,800})\u2019(?!\w)|(?<!\w)'([^']{1,400}(?:'\w[^']{0,400}){0,8})'(?!\w)|^[\u2013\u2014-]\s([^\n]+)$"
)
MIN_WORDS = 3  # fewer are a title or a word at arm's length
MAX_BEFORE = 3000  # characters; who was named earlier is named again


def find_quotations(scan: Scan, before: str = "") -> None:
    """Add the quotations of a text; names and dates must have been found before.

    `before` is what the document tells before this text: there "he" and "the mayor" may have a name.
    """
    if not any(mark in scan.text for mark in "\u00ab\u201c\"\u201e\u2018'\u2013\u2014"):
        return
    matches = [*QUOTED.finditer(scan.text)]
    quoted = _quoted(scan, matches)
    earlier = _Before(scan, before)
    for match in matches:
        first, last = scan.inside(*match.span())
        said = next(filter(None, match.groups()), "")
        if sum(token.is_word for token in scan.tokens[first:last]) < MIN_WORDS:
            continue
        speaker = _speaker(scan, first, last, quoted, earlier)
        mention = scan.add("quotation", " ".join(said.split()), first, last, take=False)
        if speaker is not None:
            mention.speaker, mention.words, mention.keys = speaker.name, speaker.words, speaker.keys
            mention.item = replace(mention.item, value=f"{speaker.name}: {mention.item.value}")


def _quoted(scan: Scan, matches: Sequence[re.Match[str]]) -> bytearray:
    """Return a mark for each token: OPENS or INSIDE a quotation, 0 outside."""
    marks = bytearray(len(scan.tokens))
    for match in matches:
        first, last = scan.inside(*match.span())
        marks[first:last] = bytes([INSIDE]) * (last - first)
        if first < last:
            marks[first] = OPENS
    return marks


class _Before:
    """What the document tells before a text, read when it is asked for."""

    def __init__(self, scan: Scan, before: str) -> None:
        self.text = before[-MAX_BEFORE:]
        self._scan = scan
        self._read: tuple[Scan, bytearray] | None = None

    def read(self) -> tuple[Scan, bytearray]:
        if self._read is None:
            words = tokens(self.text)
            told = Scan(self.text, words, self._scan.lexicon, self._scan.published, bytearray(len(words)))
            find_dates(told)
            find_names(told)
            self._read = told, _quoted(told, [*QUOTED.finditer(told.text)])
        return self._read


def _speaker(scan: Scan, first: int, last: int, quoted: bytearray, earlier: _Before) -> Speaker | None:
    """Return the named speaker of a quotation, or whom its pronoun or office stands for."""
    known = f"{earlier.text}\n{scan.text}"
    subject = attributed(scan, first, last, quoted, known)
    if subject is None or subject.speaker is not None or not (subject.pronoun or subject.office):
        return subject.speaker if subject else None
    speaker, settled = referent(scan, sentence(scan, first, last, quoted)[0], quoted, subject, known)
    if settled or not earlier.text:
        return speaker
    told, marks = earlier.read()
    return referent(told, len(told.tokens), marks, subject, known)[0]


def one_speaker(left: Mention, right: Mention) -> bool:
    """Say whether two quotations can have one speaker: unless both are named and differ."""
    if not left.speaker or not right.speaker or left.keys & right.keys:
        return True
    return any(similar(a, b) for a in left.words for b in right.words)
