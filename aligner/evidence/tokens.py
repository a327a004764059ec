"""Words and numbers of a text with their places, and phrases of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

__all__ = ["Phrases", "Token", "folded", "tokens", "words_of"]

T = TypeVar("T")
GAP = "\u00a0\u202f\u2009 '\u2019"
TOKEN = re.compile(
    rf"(?P<number>\d{{1,3}}(?:(?P<gap>[.,{GAP}])\d{{3}})(?:(?P=gap)\d{{3}})*(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)?)"
    r"|[^\W\d_](?:\.[^\W\d_])+(?:\.|(?![^\W\d_]))"  # U.S., p.m
    r"|[^\W\d_]+"
    r"|[$\u20ac\u00a3\u00a5\u20b9%\u00b0]|[.,:;!?\u2026()\[\]\"\u201c\u201d\u00ab\u00bb\u2013\u2014/]"
)


class Token(NamedTuple):
    """A word, number or sign. `word` is folded: plain lower-case Latin letters."""

    text: str
    word: str
    start: int
    end: int
    is_number: bool
    is_word: bool


@lru_cache(maxsize=50_000)
def folded(word: str) -> str:
    """Return a word in plain lower-case Latin letters, without the stops of an abbreviation."""
    if not word.isascii():
        from anyascii import anyascii

        word = anyascii(word)
    return word.lower().replace(".", "") if len(word) > 1 else word.lower()


def tokens(text: str) -> list[Token]:
    """Return the words, numbers and signs of a text in order."""
    found = []
    for match in TOKEN.finditer(text):
        part = match.group()
        is_number, is_word = part[0].isdecimal(), part[0].isalpha()
        found.append(Token(part, folded(part) if is_word else part, *match.span(), is_number, is_word))
    return found


def words_of(text: str) -> Iterator[str]:
    """Yield the folded words of a text."""
    return (token.word for token in tokens(text) if token.is_word or token.text in "%°/")


class Phrases(Generic[T]):
    """Phrases of folded words, each with what it stands for; the longest that fits is found."""

    def __init__(self) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], T, str]]] = {}

    def add(self, phrase: str, meaning: T, *, cased: bool = False) -> None:
        """Add a phrase; with `cased`, one with a capital is found with a capital only, and "US" not in "us" or "Us"."""
        stripped = phrase.strip()
        case = ""
        if cased and stripped[:1].isupper():
            case = "caps" if stripped.isupper() and len(stripped) <= 5 and stripped.isalpha() else "capital"
        self.add_words([*words_of(stripped)], meaning, case=case)

    def add_words(self, words: Sequence[str], meaning: T, *, case: str = "") -> None:
        """Add a phrase that is cut into folded words; an earlier one with the same words stays."""
        if not words:
            return
        listed = self._by_first.setdefault(words[0], [])
        rest = tuple(words[1:])
        if not any(rest == other and case == known for other, _, known in listed):
            listed.append((rest, meaning, case))
            listed.sort(key=lambda entry: -len(entry[0]))

    def find(self, found: Sequence[Token], at: int, skip: frozenset[str] = frozenset()) -> tuple[int, T] | None:
        """Return where the phrase that starts at a token ends, and what it stands for; `skip` may stand inside it."""
        listed = self._by_first.get(found[at].word)
        if listed is None:
            return None
        for rest, meaning, case in listed:
            if case and not (found[at].text.isupper() if case == "caps" else found[at].text[0].isupper()):
                continue
            place = at + 1
            for word in rest:
                if skip and place < len(found) and found[place].word in skip:
                    place += 1
                if place >= len(found) or found[place].word != word:
                    break
                place += 1
            else:
                return place, meaning
        return None
