"""How well contradictions are found: translations in which one number, date or name was altered.

What is altered is chosen by plain regular expressions and lists of months and weekdays, never by the extractor that
is measured; of each altered pair only the text of one side changes.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aligner.evidence import compare

__all__ = ["Alteration", "ConflictRates", "RelationRates", "alterations", "evaluate_conflicts", "evaluate_relations"]

NUMBER = re.compile(r"(?<![\w.,-])\d{1,3}(?:[.,\u00a0\u202f ]\d{3})+(?![\w])|(?<![\w.,:-])\d+(?:[.,]\d+)?(?![\w:])")
YEAR = re.compile(r"(?<![\w.,-])(?:1[5-9]|20)\d\d(?![\w.,]\w|\w)")
NAME = re.compile(r"(?<=[\w,] )[^\W\d_a-z][\w'\u2019-]+(?: [^\W\d_a-z][\w'\u2019-]+){0,2}")
WORD = re.compile(r"[^\W\d_]+")
HOUR = re.compile(r"\s?(?:h|heures?|[ap]\.?m)\b", re.IGNORECASE)
DAY = r"(?:[12]\d|3[01]|[1-9])"
PREFIX = 4  # letters that a name keeps from one language to the other: Netanyahu, Netanyahou
STEM = 5  # a name that begins like a small word is none: Parlement, Syrians
KINDS = ("number", "date", "name")
CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Alteration:
    """A text with one value altered: [start, end) is the new value's place."""

    kind: str
    text: str
    start: int
    end: int
    was: str


@dataclass(frozen=True, slots=True)
class ConflictRates:
    """Of altered pairs, those with a conflict on the altered value; of untouched pairs, those with any conflict."""

    altered: int
    flagged_right: int
    untouched: int
    false_flags: int
    by_kind: Mapping[str, Mapping[str, float]]

    @property
    def detection_rate(self) -> float:
        return _rate(self.flagged_right, self.altered)

    @property
    def false_flag_rate(self) -> float:
        return _rate(self.false_flags, self.untouched)

    def record(self) -> Mapping[str, object]:
        """Return the figures for JSON."""
        return {
            "altered": self.altered,
            "flagged_right": self.flagged_right,
            "detection_rate": self.detection_rate,
            "untouched": self.untouched,
            "false_flags": self.false_flags,
            "false_flag_rate": self.false_flag_rate,
            "by_kind": {kind: dict(rates) for kind, rates in self.by_kind.items()},
        }


def _rate(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def evaluate_conflicts(
    sources: Sequence[str], targets: Sequence[str], *, languages: tuple[str, str], seed: int = 0
) -> ConflictRates:
    """Return how many contradictions are found in altered translations, and how many in untouched ones.

    Each pair is altered once for each kind that it has, on a side chosen by the seed.
    """
    counts: dict[str, list[int]] = {kind: [0, 0] for kind in KINDS}
    sides = (sources, targets)
    for pair, side, alteration in alterations(sources, targets, languages=languages, seed=seed):
        texts = [sides[0][pair], sides[1][pair]]
        texts[side] = alteration.text
        found = compare(texts[0], texts[1], left_language=languages[0], right_language=languages[1])
        items = [both[side] for both in found.conflicting]
        right = any(item.start < alteration.end and alteration.start < item.end for item in items)
        counts[alteration.kind][0] += 1
        counts[alteration.kind][1] += right
    flags = sum(
        bool(compare(source, target, left_language=languages[0], right_language=languages[1]).conflicting)
        for source, target in zip(sources, targets, strict=True)
    )
    return ConflictRates(
        altered=sum(altered for altered, _ in counts.values()),
        flagged_right=sum(right for _, right in counts.values()),
        untouched=len(sources),
        false_flags=flags,
        by_kind={
            kind: {"altered": altered, "flagged_right": right, "detection_rate": _rate(right, altered)}
            for kind, (altered, right) in counts.items()
        },
    )


@dataclass(frozen=True, slots=True)
class RelationRates:
    """Of pairs that are known to contradict each other, those flagged; the same of others, by their relation."""

    conflicting: int
    flagged: int
    others: Mapping[str, Mapping[str, int]]


def evaluate_relations(
    sources: Sequence[str], targets: Sequence[str], relations: Sequence[str], *, languages: tuple[str, str]
) -> RelationRates:
    """Return how many pairs are flagged, of those whose relation is "conflict" and of others ("same", "partial")."""
    counts: dict[str, list[int]] = {CONFLICT: [0, 0]}
    for source, target, relation in zip(sources, targets, relations, strict=True):
        found = compare(source, target, left_language=languages[0], right_language=languages[1])
        count = counts.setdefault(relation, [0, 0])
        count[0] += 1
        count[1] += bool(found.conflicting)
    conflicting, flagged = counts.pop(CONFLICT)
    others = {relation: {"pairs": pairs, "flagged": flags} for relation, (pairs, flags) in sorted(counts.items())}
    return RelationRates(conflicting, flagged, others)


def alterations(
    sources: Sequence[str], targets: Sequence[str], *, languages: tuple[str, str], seed: int = 0
) -> Iterator[tuple[int, int, Alteration]]:
    """Yield a pair's number, the altered side (0 or 1) and the alteration."""
    sides = (sources, targets)
    calendars = [_calendar(language) for language in languages]
    names = [_names(texts, others) for texts, others in ((sources, targets), (targets, sources))]
    for pair in range(len(sources)):
        for kind in KINDS:
            choice = random.Random(f"{seed} {pair} {kind}")
            side = choice.randrange(2)
            text, other = sides[side][pair], sides[1 - side][pair]
            if kind == "name":
                spans = names[side].get(pair, [])
            else:
                spans = (_number_spans if kind == "number" else _date_spans)(text, calendars[side])
            if not spans:
                continue
            start, end = choice.choice(spans)
            new = _replacement(text[start:end], kind, choice, calendars[side], names[side], sides[side], text + other)
            if new is not None:
                altered = text[:start] + new + text[end:]
                yield pair, side, Alteration(kind, altered, start, start + len(new), text[start:end])


@dataclass(frozen=True, slots=True)
class _Calendar:
    months: Sequence[str]
    weekdays: Sequence[str]
    month: re.Pattern[str]
    weekday: re.Pattern[str]


def _calendar(language: str) -> _Calendar:
    from babel import Locale

    locale = Locale.parse(language)
    months, weekdays = [*locale.months["format"]["wide"].values()], [*locale.days["format"]["wide"].values()]
    month = "|".join(map(re.escape, months))
    # "May" and "mars" are words too: a day or a year must stand beside them
    dated = rf"(?<=\d[ \u00a0])(?:{month})\b|(?<=1er[ \u00a0])(?:{month})\b|\b(?:{month})(?=[ \u00a0]\d)"
    return _Calendar(
        months,
        weekdays,
        re.compile(dated),
        re.compile(rf"\b(?:{'|'.join(map(re.escape, weekdays))})\b"),
    )


def _date_spans(text: str, calendar: _Calendar) -> list[tuple[int, int]]:
    found = [match.span() for pattern in (calendar.month, calendar.weekday, YEAR) for match in pattern.finditer(text)]
    return found + _days(text, calendar)


def _days(text: str, calendar: _Calendar) -> list[tuple[int, int]]:
    """Return the days beside a month: 12 June, June 12."""
    month = "|".join(map(re.escape, calendar.months))
    pattern = re.compile(
        rf"(?<![\w.,]){DAY}(?=[ \u00a0](?:{month})\b)|(?:(?<=\s)|^)(?:{month})[ \u00a0]({DAY})(?!\w|[.,:]\d)"
    )
    return [match.span(1) if match[1] else match.span() for match in pattern.finditer(text)]


def _number_spans(text: str, calendar: _Calendar) -> list[tuple[int, int]]:
    """Return the places of numbers that are no part of a date or a time."""
    dates = _date_spans(text, calendar)
    spans = [match.span() for match in NUMBER.finditer(text) if not HOUR.match(text, match.end())]
    return [(start, end) for start, end in spans if not any(start < b and a < end for a, b in dates)]


def _names(texts: Sequence[str], others: Sequence[str]) -> dict[int, list[tuple[int, int]]]:
    """Return the places of names: capitalised inside a sentence, once in both texts, and never small in this corpus."""
    small = {word[:STEM] for text in (*texts, *others) for word in WORD.findall(text) if word[0].islower()}
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, (text, other) in enumerate(zip(texts, others, strict=True)):
        there = {word[:PREFIX] for word in WORD.findall(other) if word[0].isupper() and len(word) >= PREFIX}
        for match in NAME.finditer(text):
            words = WORD.findall(match.group())
            if all(
                word[:PREFIX] in there
                and text.count(word) == 1 == other.count(word[:PREFIX])
                and word[:STEM].lower() not in small
                for word in words
            ):
                found[number].append(match.span())
    return found


def _replacement(
    old: str,
    kind: str,
    choice: random.Random,
    calendar: _Calendar,
    names: Mapping[int, Sequence[tuple[int, int]]],
    texts: Sequence[str],
    near: str,
) -> str | None:
    """Return another value of the same kind that neither text has, if one is found."""
    for _ in range(50):
        if old in calendar.months or old in calendar.weekdays:
            new = choice.choice(calendar.months if old in calendar.months else calendar.weekdays)
        elif kind == "date":
            new = str(int(old) + choice.choice([-7, -5, -3, -2, -1, 1, 2, 3, 5, 7]))
            if not (1 <= int(new) <= 31 or int(new) >= 1500):
                continue
        elif kind == "number":
            new = "".join(choice.choice("0123456789") if char.isdecimal() else char for char in old)
            if (new[0] == "0") != (old[0] == "0") or not new.strip("0"):
                continue
        else:
            place = choice.choice(sorted(names))
            start, end = choice.choice(names[place])
            new = texts[place][start:end]
            if len(new.split()) != len(old.split()) or any(word in near for word in new.split()):
                continue
        if new != old and new not in near:
            return new
    return None
