"""The words of a language, from CLDR and from its own table, ready for look-up.

A language that CLDR knows gets its months, weekdays, units, large numbers, territories and cities from there; one
with no table of its own in `TABLES` goes without the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from aligner.evidence.tokens import Phrases, folded, words_of
from aligner.evidence.units import METAZONES, NO_UNITS, SHORT, UNITS, ZONES
from aligner.evidence.words import Words
from aligner.evidence.words_en import ENGLISH
from aligner.evidence.words_fr import FRENCH

__all__ = ["TABLES", "Lexicon", "lexicon"]

TABLES = {"en": ENGLISH, "fr": FRENCH}
CLASSES = ("counted", "acts", "people", "says", "quotes", "denies")
MAX_SPELLED = 1000  # spelled-out numbers below it are listed; larger ones are put together

QUOTED = re.compile("'([^']+)'")
CITY_SUFFIX = re.compile(r"\s*[\[(].*")


class Lexicon:
    """One language's words, folded. Empty where neither CLDR nor `TABLES` has anything."""

    def __init__(self, language: str) -> None:
        self.words = TABLES.get(language, Words())
        self.has_table = language in TABLES
        self.locale = _locale(language)
        words = self.words
        self.spelled: Phrases[tuple[float, bool]] = Phrases()
        self.scales = dict(words.scales)
        self.units: Phrases[tuple[str, float]] = Phrases()
        self.money: Phrases[str] = Phrases()
        self.concepts: Phrases[str] = Phrases()
        self.zones: Phrases[int] = Phrases()
        for name, offset in {**ZONES, **words.zones}.items():
            self.zones.add(name.upper(), offset, cased=True)
        self.months = dict(words.months)
        self.weekdays: dict[str, int] = {}
        self.decimal, self.spaced = "", False
        self.joiners, self.links = _set(words.joiners), _set(words.links)
        self.ranges, self.ones, self.articles = _set(words.ranges), _set(words.ones), _set(words.articles)
        self.titles, self.particles = _set(words.titles), _set(words.particles)
        self.openers, self.nouns = _set(words.openers), _set(words.nouns)
        self.refusals = re.compile(words.refusals, re.IGNORECASE) if words.refusals else None
        self.denials = re.compile(words.denials, re.IGNORECASE) if words.denials else None
        self.negations = re.compile(words.negations, re.IGNORECASE) if words.negations else None
        self.renders = re.compile(words.renders, re.IGNORECASE) if words.renders else None
        self.negatives = _any_of(words.negatives) if words.negatives else None
        self.percent = _phrases(words.percent)
        self.offices, self.prepositions = _set(words.offices), _set(words.prepositions)
        self.auxiliaries, self.clauses = _set(words.auxiliaries), _set(words.clauses)
        self.relations, self.sources = _phrases(words.relations), _phrases(words.sources)
        self.bounds: Phrases[str] = Phrases()
        for key, phrases in words.bounds.items():
            for phrase in phrases.split("|"):
                self.bounds.add(phrase, key)
        self.month_cues = _set(words.month_cues)
        self.unsure_months = _set(words.unsure_months)
        self.last, self.next = _set(words.last), _set(words.next)
        self.hours, self.morning, self.evening = _set(words.hours), _set(words.morning), _set(words.evening)
        self.ordinal_endings = _set(words.ordinal_endings)
        self.days: Phrases[int] = Phrases()
        for phrase, offset in words.days.items():
            self.days.add(phrase, offset)
        self.prefixes: dict[str, list[tuple[str, str]]] = {table: [] for table in CLASSES}
        self.exact: dict[str, dict[str, set[str]]] = {table: {} for table in CLASSES}
        self.known: dict[tuple[str, str], frozenset[str]] = {}
        self._sort("counted", words.counted)
        self._sort("acts", words.acts)
        self._sort("people", {key: value.replace("|", " ") for key, value in words.people.items()})
        self._sort("says", {"says": words.says})
        self._sort("quotes", {"quotes": f"{words.says} {words.introduces}"})
        self._sort("denies", {"denies": words.denies})
        self._numbers(language)
        self._own_names()
        if self.locale is not None:
            self._from_cldr()

    def classes(self, table: str, word: str) -> frozenset[str]:
        """Return the keys of one of CLASSES that a folded word belongs to."""
        found = self.known.get((table, word))
        if found is None:
            keys = self.exact[table].get(word, set())
            found = frozenset(keys | {key for stem, key in self.prefixes[table] if word.startswith(stem)})
            self.known[table, word] = found
        return found

    def _sort(self, table: str, listed: Mapping[str, str]) -> None:
        for key, text in listed.items():
            for entry in text.split():
                word = folded(entry)
                if word.endswith("*"):
                    self.prefixes[table].append((word[:-1], key))
                else:
                    self.exact[table].setdefault(word, set()).add(key)

    def _numbers(self, language: str) -> None:
        from num2words import CONVERTER_CLASSES, num2words

        if language in CONVERTER_CLASSES:
            for number in range(2, MAX_SPELLED):
                for kind in ("ordinal", "cardinal"):
                    try:
                        spelled = num2words(number, lang=language, to=kind)
                    except (NotImplementedError, LookupError):  # gaps in its languages
                        continue
                    words = [word for word in words_of(spelled) if word not in self.joiners]
                    for form in self._forms(words):
                        self.spelled.add_words(form, (float(number), kind == "ordinal"))
        for word, value in self.words.numbers.items():
            self.spelled.add(word, (value, False))

    def _forms(self, words: Sequence[str]) -> Iterator[Sequence[str]]:
        """Yield the words of a spelled-out number, and their other forms where they are several."""
        yield words
        if len(words) > 1:
            if first := self.words.first_forms.get(words[0]):
                yield [first, *words[1:]]
            if last := self.words.last_forms.get(words[-1]):
                yield [*words[:-1], last]

    def _own_names(self) -> None:
        for key, phrases in self.words.concepts.items():
            for phrase in phrases.split("|"):
                self.concepts.add(phrase, key, cased=True)
        for phrase, currency in self.words.currencies.items():
            self.money.add(phrase, currency)
            for nation, code in self.words.nations.items():
                if currency == "dollar":
                    self.money.add(f"{nation} {phrase}", code)
                    self.money.add(f"{phrase} {nation}", code)

    def _from_cldr(self) -> None:
        locale = self.locale
        symbols = locale.number_symbols.get("latn", {"decimal": ".", "group": ","})
        self.decimal = symbols.get("decimal", ".")
        self.spaced = symbols.get("group", ",").isspace()
        for power in (10**6, 10**9, 10**12):
            for plural in ("one", "other"):
                pattern = locale.compact_decimal_formats.get("long", {}).get(plural, {}).get(str(power))
                word = [*words_of(pattern.pattern.replace("0", "") if pattern else "")]
                if len(word) == 1:
                    self.scales.setdefault(word[0], float(power))
        for width in ("wide", "abbreviated"):
            for number, name in locale.months["format"][width].items():
                self._day_name(self.months, name, number)
            for number, name in locale.days["format"][width].items():
                self._day_name(self.weekdays, name, number)
        for code, name in locale.territories.items():
            if code.isalpha():
                self.concepts.add(name, code, cased=True)
        for zone, data in locale.time_zones.items():
            long = data.get("city")
            if isinstance(long, str):
                self.concepts.add(CITY_SUFFIX.sub("", long), f"city:{zone}", cased=True)
        self.links |= _set(" ".join(QUOTED.findall(locale.date_formats["long"].pattern)))  # d 'de' MMMM
        self._units(locale)
        for zone, offsets in METAZONES.items():
            for width in ("long", "short"):
                names = locale.meta_zones.get(zone, {}).get(width, {})
                for season, offset in zip(("standard", "daylight"), offsets, strict=True):
                    if season in names:
                        self.zones.add(names[season], offset, cased=width == "short")

    @staticmethod
    def _day_name(into: dict[str, int], name: str, number: int) -> None:
        words = [*words_of(name)]
        if len(words) == 1:
            into.setdefault(words[0], number)

    def _units(self, locale: Any) -> None:
        from babel.units import format_unit

        for unit, (dimension, factor) in UNITS.items():
            for length in ("long", "short") if dimension in SHORT else ("long",):
                for number in (1, 2, 5):
                    formatted = format_unit(number, unit, length=length, locale=locale)
                    name = formatted.strip(" 0123456789\u00a0\u202f").lower()
                    if name not in NO_UNITS and (name[-1:].isascii() or max(map(len, words_of(name)), default=0) > 1):
                        self.units.add(formatted.replace(str(number), " "), (f"{dimension}:{unit}", factor))
        for spelled, common in self.words.units.items():
            self.units.add(spelled, (f"{UNITS[common][0]}:{common}", UNITS[common][1]))


def _set(text: str) -> frozenset[str]:
    return frozenset(word for entry in text.split() for word in words_of(entry))


def _phrases(text: str) -> Phrases[str]:
    found: Phrases[str] = Phrases()
    for phrase in text.split("|") if text else ():
        found.add(phrase, phrase)
    return found


def _locale(language: str) -> Any:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return None


@lru_cache(maxsize=64)
def lexicon(language: str) -> Lexicon:
    """Return the words of a language, by its primary subtag. Made once: a quarter of a second."""
    return Lexicon(language)


def _any_of(words: str) -> re.Pattern[str]:
    """Return what finds any of a list of words, "*" standing for any letters."""
    forms = (re.escape(word).replace(r"\*", r"\w*").replace("'", "['\u2019]") for word in words.split())
    return re.compile(rf"\b(?:{'|'.join(forms)})\b", re.IGNORECASE)
