"""Dates: days, months, years and weekdays, as far as the text gives them or the day of publication tells them."""

from __future__ import annotations

import re
from datetime import date, timedelta

from aligner.evidence.mentions import Mention, Scan

__all__ = ["find_dates", "published_day", "same_day"]

Day = tuple[int, int, int, int]
"""Year, month, day of the month, weekday from Monday 0; 0 (weekday: -1) where unknown."""

ISO = re.compile(r"(?<!\d)((?:1[5-9]|20)\d\d)-(\d\d)-(\d\d)(?!\d)")
SLASHED = re.compile(r"(?<!\d)(\d{1,2})/(\d{1,2})/((?:1[5-9]|20)\d\d)(?!\d)")
YEARS = range(1500, 2100)
NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def published_day(published: str | None) -> tuple[int, int, int] | None:
    """Return the day of an ISO date or time, if it is one."""
    try:
        day = date.fromisoformat((published or "")[:10])
    except ValueError:
        return None
    return (day.year, day.month, day.day) if day.year in YEARS else None


def find_dates(scan: Scan) -> None:
    """Add the dates of a text."""
    if "-" in scan.text or "/" in scan.text:
        _find_written(scan)
    at = 0
    while at < len(scan.tokens):
        token = scan.tokens[at]
        if scan.taken[at]:
            at += 1
        elif token.is_word:
            at = _from_word(scan, at)
        elif token.is_number:
            at = _from_number(scan, at)
        else:
            at += 1


def _find_written(scan: Scan) -> None:
    for pattern in (ISO, SLASHED):
        for match in pattern.finditer(scan.text):
            first, last = scan.inside(*match.span())
            numbers = [int(part) for part in match.groups()]
            year, month, day = numbers if pattern is ISO else (numbers[2], numbers[1], numbers[0])
            if pattern is SLASHED and month > 12:
                month, day = day, month
            unsure = pattern is SLASHED and day <= 12 and day != month  # 4/5/2020 is one day here, another there
            if 1 <= month <= 12 and 1 <= day <= 31 and first < last:
                _add(scan, (year, 0, 0, -1) if unsure else (year, month, day, -1), first, last)


def _month(scan: Scan, at: int) -> int:
    """Return the month that a word is, or 0."""
    number = scan.lexicon.months.get(scan.word(at), 0)
    if number and scan.lexicon.spelled.find(scan.tokens, at) and not (at and scan.tokens[at - 1].is_number):
        return 0  # "sept" is seven as well
    if number and scan.word(at) in scan.lexicon.unsure_months:
        beside = at + 1 < len(scan.tokens) and scan.tokens[at + 1].is_number
        before = at > 0 and (scan.tokens[at - 1].is_number or scan.word(at - 1) in scan.lexicon.month_cues)
        if not scan.tokens[at].text[0].isupper() or not (beside or before):
            return 0
    if number and len(scan.word(at)) <= 4 and scan.lexicon.decimal == "." and not scan.tokens[at].text[0].isupper():
        return 0
    return number


def _day_number(scan: Scan, at: int) -> tuple[int, int]:
    """Return the day of the month at a place and where it ends, or 0."""
    if not 0 <= at < len(scan.tokens) or scan.taken[at]:
        return 0, at
    token = scan.tokens[at]
    if not token.is_number:
        return 0, at
    if not token.text.isdecimal() or len(token.text) > 2 or not 1 <= int(token.text) <= 31:
        return 0, at
    end = at + 1
    if scan.touches(end) and scan.word(end) in scan.lexicon.ordinal_endings:
        end += 1
    return int(token.text), end


def _year(scan: Scan, at: int) -> int:
    if not 0 <= at < len(scan.tokens) or scan.taken[at]:
        return 0
    token = scan.tokens[at]
    is_year = token.is_number and len(token.text) == 4 and token.text.isdecimal() and int(token.text) in YEARS
    return int(token.text) if is_year else 0


def _from_number(scan: Scan, at: int) -> int:
    """Read "12 June 2009", "12 juin", "2009"."""
    day, end = _day_number(scan, at)
    if day:
        if scan.word(end) in scan.lexicon.links or (scan.word(end) == "." and scan.touches(end)):
            end += 1
        month = _month(scan, end)
        if month:
            return _with_year(scan, at, end + 1, month, day)
        return at + 1
    if year := _year(scan, at):
        units = scan.lexicon.units.find(scan.tokens, at + 1) if at + 1 < len(scan.tokens) else None
        if (
            units is None
            and scan.word(at + 1) not in ("%", "$", "\u20ac")
            and scan.word(at - 1) not in ("$", "\u20ac", "\u00a3")
        ):
            before = scan.text[scan.tokens[at].start - 1 : scan.tokens[at].start]
            after = scan.text[scan.tokens[at].end : scan.tokens[at].end + 1]
            if before.isalpha() or (after.isalpha() and after != "s"):
                return at + 1
            _add(scan, (year, 0, 0, -1), at, at + 1)
    return at + 1


def _from_word(scan: Scan, at: int) -> int:
    """Read "June 12, 2009", "June", "Tuesday", "mardi dernier", "hier"."""
    if month := _month(scan, at):
        day, end = _day_number(scan, at + 1)
        if scan.word(at + 1) == "." and not day:
            day, end = _day_number(scan, at + 2)
        if not day:
            end = at + 1
        return _with_year(scan, at, end, month, day)
    weekday = scan.lexicon.weekdays.get(scan.word(at), -1)
    if weekday >= 0 and len(scan.word(at)) > 3:
        return _weekday(scan, at, weekday)
    if found := scan.lexicon.days.find(scan.tokens, at):
        end, offset = found
        if scan.published:
            day_ = date(*scan.published) + timedelta(offset)
            _add(scan, (day_.year, day_.month, day_.day, day_.weekday()), at, end).weak = True
        return end
    return at + 1


def _with_year(scan: Scan, first: int, end: int, month: int, day: int) -> int:
    year = _year(scan, end)
    if year:
        end += 1
    elif scan.word(end) == "," and (year := _year(scan, end + 1)):
        end += 2
    mention = _add(scan, (year, month, day, -1), first, end)
    if first and (weekday := scan.lexicon.weekdays.get(scan.word(first - 1), -1)) >= 0 and not year:
        mention.day = (year, month, day, weekday)
    return end


def _weekday(scan: Scan, at: int, weekday: int) -> int:
    """Read a weekday, with the date behind it or with the day of publication."""
    number, end = _day_number(scan, at + 1)
    if scan.word(at + 1) == "," and not number:
        number, end = _day_number(scan, at + 2)
    after = end if number else at + 1 + (scan.word(at + 1) == ",")
    if month := _month(scan, after):
        if not number:
            number, after = _day_number(scan, after + 1)
            after = after if number else at + 1
        else:
            after += 1
        if number:
            year = _year(scan, after)
            _add(scan, (year, month, number, weekday), at, after + (1 if year else 0))
            return after + (1 if year else 0)
    later = scan.word(at + 1) in scan.lexicon.next or scan.word(at - 1) in scan.lexicon.next
    earlier = scan.word(at + 1) in scan.lexicon.last or scan.word(at - 1) in scan.lexicon.last
    mention = _add(scan, (0, 0, 0, weekday), at, at + 1)
    if scan.published and (earlier or not later):
        today = date(*scan.published)
        day = today - timedelta((today.weekday() - weekday) % 7 or (7 if earlier else 0))
        mention.day = (day.year, day.month, day.day, weekday)
        mention.rough = not earlier  # it may lie ahead as well
    return at + 1


def _add(scan: Scan, day: Day, first: int, last: int) -> Mention:
    year, month, number, weekday = day
    value = "-".join(
        part
        for part in (f"{year:04d}" if year else "", f"{month:02d}" if month else "", f"{number:02d}" if number else "")
        if part
    )
    value = f"--{value}" if month and not year else value
    mention = scan.add("date", value or NAMES[weekday], first, last)
    mention.day = day
    return mention


def same_day(left: Mention, right: Mention) -> bool:
    """Say whether two dates agree in all that both give, and that something."""
    a, b = left.day, right.day
    if a[3] >= 0 and b[3] >= 0 and a[3] == b[3] and (left.rough or right.rough or not (a[2] and b[2])):
        return True
    known = [(x, y) for x, y in zip(a[:3], b[:3], strict=True) if x and y]
    if a[3] >= 0 and b[3] >= 0:
        known.append((a[3], b[3]))
    return bool(known) and all(x == y for x, y in known)


def granularity(mention: Mention) -> str:
    """Return "day", "weekday", "month" or "year": the finest part that a date gives of itself."""
    value = mention.item.value
    if value in NAMES:
        return "weekday"
    return "day" if mention.day[2] else "month" if mention.day[1] else "year"
