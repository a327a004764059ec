"""The news agency that a text names as its source: "(Reuters)", "PARIS, 3 mai (AFP) -", "Avec AFP"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

__all__ = ["source_agency"]

KNOWN = (
    "Agence France-Presse",
    "Associated Press",
    "The Canadian Press",
    "La Presse canadienne",
    "Thomson Reuters",
    "Reuters",
    "Bloomberg",
    "Deutsche Presse-Agentur",
    "Keystone-ATS",
    "United Press International",
    "Press Association",
    "PA Media",
    "ANSA",
    "ANP",
    "APA",
    "ATS",
    "AFP",
    "AP",
    "Belga",
    "CP",
    "DPA",
    "dpa",
    "EFE",
    "IANS",
    "Interfax",
    "KUNA",
    "Kyodo",
    "MENA",
    "NTB",
    "PTI",
    "TASS",
    "TT",
    "UPI",
    "Xinhua",
)
DASH = r"[-\u2013\u2014]"
NAME = r"(?:\b(?:Agence|Agency|News|Press|Presse|Wire)\b|wire\b|press\b)"
BIG = r"[^\W\d_a-z][\w'\u2019-]*"
PLACE = rf"{BIG}(?: {BIG}){{0,3}}(?:,[^()\n]{{1,25}}?)?"  # PARIS, 3 mai
KNOWN_NAMES = "|".join(map(re.escape, KNOWN))
HEADS = (
    re.compile(rf"(?:{PLACE}\s)?\(([^\W\d_a-z][^()\d]{{1,40}})\)\s*{DASH}"),  # any name between a place and a dash
    re.compile(rf"\(({KNOWN_NAMES}|[^()\d]{{0,30}}{NAME}[^()\d]{{0,30}})\)"),  # one that is or sounds like an agency
    re.compile(rf"(?:{PLACE}\s{DASH}\s)?({KNOWN_NAMES})\s{DASH}\s"),
)
TAIL = re.compile(rf"(?:[(\u2013\u2014-]\s*|\b(?:[Aa]vec|[Ww]ith|[Ss]ource\s?:)\s+)({KNOWN_NAMES})\)?\.?$")
LINES = 3  # at either end, where credits stand


def source_agency(texts: Sequence[str]) -> str | None:
    """Return the agency that a document's blocks name as their source, as they spell it; None where none is named."""
    return next(_found(texts), None)


def _found(texts: Sequence[str]) -> Iterator[str]:
    for text in texts[:LINES]:
        for head in HEADS:
            if match := head.match(text.strip()):
                yield match[1].strip()
    for text in texts[-LINES:]:
        if match := TAIL.search(text.strip()):
            yield match[1]
