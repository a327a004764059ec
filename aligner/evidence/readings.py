"""A text read for evidence: its words and what they mention."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from aligner.evidence.clocks import find_times
from aligner.evidence.dates import find_dates, published_day
from aligner.evidence.figures import find_figures
from aligner.evidence.lexicon import Lexicon, lexicon
from aligner.evidence.mentions import Mention, Scan
from aligner.evidence.names import find_names
from aligner.evidence.quotations import find_quotations
from aligner.evidence.refusals import find_denials
from aligner.evidence.tokens import Token, tokens

__all__ = ["Reading", "read"]

KEPT = 256  # a paragraph is compared with many others in a row
MAX_CHARS = 20_000  # more is no paragraph; only so much of it is read
MAX_MENTIONS = 300  # a paragraph has twenty; every one is compared with every other


@dataclass(frozen=True, slots=True)
class Reading:
    """A text, its tokens and its mentions in order; `words` are all its folded words, `starts` their first letters."""

    text: str
    tokens: tuple[Token, ...]
    mentions: tuple[Mention, ...]
    lexicon: Lexicon
    words: frozenset[str]
    stems: frozenset[str]
    sentences: int
    published: tuple[int, int, int] | None
    """Year, month and day of the publication, None where unknown."""
    offset: str
    """Of the publication's clock from UTC, "" where unknown."""


SENTENCE_END = re.compile(
    r"(?<=[^\W\d_]{3})[\"\u201d\u2019\u00bb)]{0,2}[\u00a0\u202f ]?[.!?\u2026]{1,3}[\"\u201d\u2019\u00bb)\s]{0,4}"
    r"(?=\s+\W{0,3}[A-Z\u00c0-\u00dd]|$)"
)
STEM = 5  # letters: "iranien" and "Iranian" begin alike


@lru_cache(maxsize=KEPT)
def read(text: str, language: str, published: str | None, before: str = "") -> Reading:
    """Return what a text mentions in its first MAX_CHARS characters.

    `language` is a primary subtag, `published` an ISO date or time. `before` is what the document tells before this
    text: it gives names to speakers whom the text calls "he" or "the mayor".
    """
    text = text[:MAX_CHARS]
    found = tokens(text)
    words = lexicon(language)
    scan = Scan(text, found, words, published_day(published), bytearray(len(found)))
    find_times(scan)
    find_dates(scan)
    find_figures(scan)
    find_names(scan)
    find_quotations(scan, before)
    find_denials(scan)
    scan.mentions.sort(key=lambda mention: (mention.item.start, -mention.item.end))
    all_words = frozenset(token.word for token in found if token.is_word)
    stems = frozenset(word[:STEM] for word in all_words if len(word) >= STEM)
    kept = tuple(scan.mentions[:MAX_MENTIONS])
    return Reading(
        text,
        tuple(found),
        kept,
        words,
        all_words,
        stems,
        _sentences(text),
        scan.published,
        _offset(published),
    )


def _sentences(text: str) -> int:
    return max(1, len(SENTENCE_END.findall(text)))


def _offset(published: str | None) -> str:
    time = (published or "").partition("T")[2]
    return "+00:00" if time.endswith("Z") else time[-6:] if time[-6:-5] in {"+", "-"} else ""
