"""What web pages put around an article, as words and patterns, one row for each language.

A row is only a help: the rules of `aligner.boilerplate` look at layout too, so a language without a row is
served as well. To add a language, write a row and name it in `aligner.line_kinds.ROWS`; any field may stay
empty. Patterns are regular expressions, matched regardless of case on text with plain apostrophes and spaces.
All rows are tried on every text, since pages mix languages (an English share bar under a French article).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["AGENCIES", "NETWORKS", "Furniture", "any_of", "words_of"]


@dataclass(frozen=True, slots=True)
class Furniture:
    """The furniture of one language. Words are separated by blanks, patterns are a tuple."""

    months: str = ""
    weekdays: str = ""
    date_words: str = ""  # may stand in a line that holds nothing but a date or a time
    date_labels: tuple[str, ...] = ()  # open such a line
    controls: str = ""  # words of buttons and menus
    glue: str = ""  # may stand between them
    lines: tuple[str, ...] = ()  # a whole line
    labels: tuple[str, ...] = ()  # the beginning of a line that is a link to another article
    openers: tuple[str, ...] = ()  # the beginning of a line that asks the reader to do something
    notices: tuple[str, ...] = ()  # anywhere in a line
    link_headings: tuple[str, ...] = ()  # a whole line, with links to other articles below it
    credits: tuple[str, ...] = ()  # the beginning of a caption or credit
    camera: tuple[str, ...] = ()  # anywhere in a caption: speaks of the picture itself
    depicting: str = ""  # verbs of captions
    bylines: tuple[str, ...] = ()  # stand before the author's name
    signoffs: tuple[str, ...] = ()  # anywhere in a line about who wrote the article
    contacts: tuple[str, ...] = ()  # anywhere in a line with an address or a telephone number
    tips: tuple[str, ...] = ()  # anywhere in a line that asks readers for news, address or not
    dangling: str = ""  # a line that ends with one was cut off
    pronouns: str = ""  # a line that begins with one is a sentence, not a heading


AGENCIES = (
    r"afp(?:tv)?|(?:thomson )?reuters?|ap|a\.p\.|(?:the )?associated press|upi|dpa|efe|ansa|xinhua|tass"
    r"|itar-tass|pti|ians|ani|belga|ats"
    r"|keystone(?:-ats)?|kyodo|anadolu(?: agency)?|interfax|bloomberg|pa media|press association|aap"
    r"|cp|pc|(?:the )?canadian press|la presse canadienne|agence france[- ]presse|relaxnews|cnn|bbc(?: news)?"
)
"""News agencies and broadcasters that sign articles, as a pattern."""

NETWORKS = r"(?:twitter|facebook|instagram|x|linkedin|youtube|tiktok|telegram|whatsapp|google news|threads|bluesky)"


def words_of(words: Iterable[str]) -> frozenset[str]:
    """Return the words of some fields."""
    return frozenset(word for field in words for word in field.split())


def any_of(fields: Iterable[Sequence[str]], *, before: str = "", after: str = "") -> re.Pattern[str]:
    """Return what matches any pattern of some fields, between two pieces of pattern."""
    alternatives = "|".join(f"(?:{pattern})" for field in fields for pattern in field)
    return re.compile(f"{before}(?:{alternatives or '(?!)'}){after}", re.IGNORECASE)
