"""What a text's figures and its date say by themselves, whatever the words mean."""

from __future__ import annotations

import re
from datetime import date

__all__ = ["day_of", "days_apart", "numbers_of"]

SMALL_NUMBERS = frozenset({"1", "2", "3"})  # too common to say anything
NUMBER = re.compile(r"\d[\d.]*")
GROUPED = re.compile(r"(?<=\d)[ \u00a0\u202f,](?=\d{3}\b)")
NEWS_DAYS = 3  # outlets tell one event within days
FAR_DAYS = 30  # longer says no more


def numbers_of(text: str) -> frozenset[str]:
    """Return the figures of a text, however thousands and decimals are set."""
    plain = GROUPED.sub("", text).replace(",", ".")
    return frozenset(number.rstrip(".") for number in NUMBER.findall(plain)) - SMALL_NUMBERS


def day_of(published: str | None) -> int | None:
    """Return the number of the day of an ISO date or time."""
    return None if published is None else date.fromisoformat(published[:10]).toordinal()


def days_apart(one: int | None, other: int | None) -> float | None:
    """Return 0 for days as near as the tellings of one event, up to 1 for far ones; None where one is not known."""
    if one is None or other is None:
        return None
    return min(1.0, max(0.0, (abs(one - other) - NEWS_DAYS) / (FAR_DAYS - NEWS_DAYS)))
