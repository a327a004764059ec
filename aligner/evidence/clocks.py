"""Times of day, with their zone where the text names one."""

from __future__ import annotations

import re

from aligner.evidence.mentions import Mention, Scan

__all__ = ["find_times", "same_time"]

BLANK = r"[ \u00a0\u202f\u2009]?"
HALVES = re.compile(rf"{BLANK}([ap])\.?{BLANK}m\b\.?", re.IGNORECASE)
DIGITS = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?")
DAY_MINUTES = 1440
HYPHENS = "-\u2010\u2011"


def find_times(scan: Scan) -> None:
    """Add the times of day of a text."""
    lexicon, tokens = scan.lexicon, scan.tokens
    for at, token in enumerate(tokens):
        if scan.taken[at]:
            continue
        if token.is_number:
            _time(scan, at)
        elif token.word in lexicon.words.clock and scan.text[max(0, token.start - 1)] not in HYPHENS:  # après-midi
            _add(scan, lexicon.words.clock[token.word], at, at + 1, half=False)


def _time(scan: Scan, at: int) -> None:
    lexicon, tokens, text = scan.lexicon, scan.tokens, scan.text
    token = tokens[at]
    shape = DIGITS.fullmatch(token.text)
    if shape is None:
        if len(token.text) == 4 and token.text.isdecimal() and _zone(scan, at + 1):
            hour, minute = int(token.text[:2]), int(token.text[2:])
            if hour < 24 and minute < 60:
                _add(scan, hour * 60 + minute, at, at + 1, half=False)
        return
    hour, minute, end = int(shape[1]), int(shape[2] or 0), at + 1
    if not shape[2] and scan.word(at + 1) == ":" and scan.touches(at + 1) and scan.touches(at + 2):
        if not tokens[at + 2].text.isdecimal() or len(tokens[at + 2].text) != 2:
            return
        minute, end = int(tokens[at + 2].text), at + 3
    colon = end == at + 3
    if hour > 24 or minute > 59:
        return
    if (lexicon.morning or lexicon.evening) and (half := HALVES.match(text, tokens[end - 1].end)):
        last = end
        while last < len(tokens) and tokens[last].end <= half.end():
            last += 1
        if hour <= 12:
            _add(scan, hour % 12 * 60 + minute + (720 if half[1] in "pP" else 0), at, last, half=False)
        return
    if not shape[2] and not colon and scan.word(at + 1) in lexicon.hours:
        minutes = end + 1 < len(tokens) and tokens[end + 1].text.isdecimal() and len(tokens[end + 1].text) == 2
        if minutes and int(tokens[end + 1].text) < 60:
            _add(scan, hour * 60 + int(tokens[end + 1].text), at, end + 2, half=False)
        elif scan.word(at + 1) == "h" or _zone(scan, end + 1):
            _add(scan, hour * 60, at, end + 1, half=False)
        return
    if colon and scan.word(end) != ":":
        _add(scan, hour * 60 + minute, at, end, half=0 < hour < 13 and bool(lexicon.evening))


def _zone(scan: Scan, at: int) -> tuple[int, int] | None:
    """Return where the name of a time zone that starts here ends, and its minutes from UTC."""
    return scan.lexicon.zones.find(scan.tokens, at) if at < len(scan.tokens) else None


def _add(scan: Scan, minutes: int, first: int, last: int, *, half: bool) -> None:
    minutes %= DAY_MINUTES
    value, zone = f"{minutes // 60:02d}:{minutes % 60:02d}", None
    if found := _zone(scan, last):
        last, zone = found
        value += f"{'-' if zone < 0 else '+'}{abs(zone) // 60:02d}:{abs(zone) % 60:02d}"
    mention = scan.add("time", value, first, last)
    mention.amount, mention.zone, mention.rough = float(minutes), zone, half


def same_time(left: Mention, right: Mention) -> bool:
    """Say whether two times can be the same instant of a day; an unnamed half of the day can be either."""
    a, b = left.amount, right.amount
    if left.zone is not None and right.zone is not None:
        a, b = a - left.zone, b - right.zone
    cycle = 720 if left.rough or right.rough else DAY_MINUTES
    return (a - b) % cycle == 0
