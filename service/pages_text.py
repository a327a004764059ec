"""How the pages write days, numbers and counts in the language of the reader, as CLDR has it: filters for templates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime

from babel import Locale
from babel.dates import format_date, format_datetime, format_interval, format_time
from babel.numbers import format_decimal, format_percent
from flask import Flask
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from aligner.store import Store
from aligner.store_stories import StoryStore
from service.pages_base import interface, interfaces

__all__ = ["init_app", "openings"]

OPENING_CHARS = 120  # of a text that stands in for a title
READ_CHARS = 1000  # of a paragraph, which may hold more blanks than words


def init_app(app: Flask) -> None:
    """Give all templates the filters."""
    app.jinja_env.filters.update({name: _asked_each_time(said) for name, said in FILTERS.items()})


def _asked_each_time(said: Callable[..., object]) -> Callable[..., object]:
    """Return a filter that Jinja does not work out once for all languages where its value is a constant."""

    @pass_context
    def asked(_: Context, *given: object, **more: object) -> object:
        return said(*given, **more)

    return asked


def openings(store: Store, documents: Iterable[str]) -> Mapping[str, str]:
    """Return how documents open, by id: what stands in for a title; empty for one that has no text."""
    found = StoryStore(store).openings(documents, chars=READ_CHARS)
    return {id: opening(text) for id, text in found.items()}


def opening(text: str) -> str:
    """Return the beginning of a text's first line, cut at a word."""
    line = " ".join(text[:READ_CHARS].strip().partition("\n")[0].split())
    if len(line) <= OPENING_CHARS:
        return line
    return line[:OPENING_CHARS].rsplit(" ", 1)[0].rstrip(" ,;:") + "\u2026"


def day(published: str) -> str:
    """Return the day of an ISO date or time: "8 September 2025"."""
    return format_date(date.fromisoformat(published[:10]), "long", _locale())


def days(first: str, last: str | None) -> str:
    """Return from which day to which: "19–22 Oct 2025"; one day where there is no other."""
    if not last or last[:10] == first[:10]:
        return day(first)
    return format_interval(date.fromisoformat(first[:10]), date.fromisoformat(last[:10]), "yMMMd", locale=_locale())


def moment(published: str) -> str:
    """Return an ISO date or time as it is: the time with its zone, where it has them."""
    if "T" not in published:
        return day(published)
    found, locale = datetime.fromisoformat(published), _locale()
    clock = format_time(found.time(), "short", locale=locale)
    said = str(locale.datetime_formats["long"]).format(clock, day(published))
    return said if found.tzinfo is None else f"{said} {format_datetime(found, 'ZZZZ', locale=locale)}"


def decimal(value: float, digits: int = 2) -> str:
    """Return a number with so many digits behind the point or comma."""
    return format_decimal(value, f"0.{'0' * digits}", locale=_locale())


def percent(share: float) -> str:
    """Return a share as whole percent; what is there at all is one at least."""
    return format_percent(max(0.01, share) if share else 0, locale=_locale())


def counted(number: int, name: str) -> str:
    """Return a number with what is counted, in the form that goes with it: "1 document", "2 documents"."""
    forms, locale = interfaces()[interface()]["counts"][name], _locale()
    form = forms.get(locale.plural_form(number), forms["other"])
    return str(form.format(n=format_decimal(number, locale=locale)))


def fill(text: str, **values: object) -> Markup:
    """Return a text of the interface with its fields filled: values may be markup, all else is escaped."""
    return escape(text).format(**values)


def reader_first(by_language: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what is said in each language, the reader's own first."""
    found = [(lang, said) for lang, said in by_language.items() if said]
    return sorted(found, key=lambda entry: (entry[0] != interface(), entry[0]))


def _locale() -> Locale:
    return Locale.parse(interfaces()[interface()]["locale"], sep="-")


FILTERS: Mapping[str, Callable[..., object]] = {
    "counted": counted,
    "day": day,
    "days": days,
    "decimal": decimal,
    "fill": fill,
    "moment": moment,
    "opening": opening,
    "percent": percent,
    "reader_first": reader_first,
}
