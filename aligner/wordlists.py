"""Words that show how something is told, per language: verbs of speech, hedges, negations, loaded terms.

Lists are data, aligner/words/LANGUAGE.tsv, with the same kinds and keys in each language. A language without a file
is not evaluable; a new file needs no code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from aligner.languages import primary

__all__ = ["Found", "WordLists", "listed_languages", "opens_with_pronoun", "word_lists"]

FOLDER = Path(__file__).with_name("words")
CASED = frozenset({"agency"})  # AP is an agency, ap is not
APOSTROPHES = str.maketrans("\u2019\u02bc", "''")


@dataclass(frozen=True, slots=True)
class Found:
    """A listed word in a text: its key, and its characters [start, end)."""

    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class WordLists:
    """The lists of one language: by kind and key, the pattern of its forms."""

    language: str
    patterns: Mapping[str, Mapping[str, re.Pattern[str]]]

    def find(self, kind: str, text: str) -> list[Found]:
        """Return the words of a kind in a text, in order; of two that overlap the first, then the longer."""
        plain = text.translate(APOSTROPHES)
        found = [
            Found(key, *match.span())
            for key, pattern in self.patterns.get(kind, {}).items()
            for match in pattern.finditer(plain)
        ]
        found.sort(key=lambda each: (each.start, -each.end, each.key))
        kept: list[Found] = []
        for each in found:
            if not kept or each.start >= kept[-1].end:
                kept.append(each)
        return kept

    def starts(self, kind: str, text: str) -> bool:
        """Say whether a text opens with a word of a kind, quotation marks aside."""
        plain = re.sub(r"^\W+", "", text.translate(APOSTROPHES))
        return any(pattern.match(plain) for pattern in self.patterns.get(kind, {}).values())


def listed_languages() -> tuple[str, ...]:
    """Return the languages that have lists."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.tsv")))


@lru_cache(maxsize=64)
def word_lists(language: str) -> WordLists | None:
    """Return the lists of a language by its tag, None where it has none."""
    path = FOLDER / f"{primary(language)}.tsv"
    if not path.exists():
        return None
    endings: dict[str, Sequence[str]] = {}
    patterns: dict[str, dict[str, re.Pattern[str]]] = {}
    for line in path.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        kind, key, forms = line.split("\t")
        if kind == "endings":
            endings[key] = forms.split("|")
        else:
            flags = re.NOFLAG if kind in CASED else re.IGNORECASE
            patterns.setdefault(kind, {})[key] = _pattern(forms.split("|"), endings, flags)
    return WordLists(primary(language), patterns)


def _pattern(forms: Sequence[str], endings: Mapping[str, Sequence[str]], flags: re.RegexFlag) -> re.Pattern[str]:
    parts: list[str] = []
    for form in sorted(set(forms), key=lambda each: (-len(each), each)):
        stem, _, rest = form.partition("@")
        name, _, tail = rest.partition(" ")
        ends = "|".join(map(re.escape, sorted(endings[name], key=len, reverse=True))) if rest else ""
        plain = re.escape(stem).replace(r"\*", r"\w*")
        word = plain + (f"(?:{ends})" if rest else "") + (re.escape(f" {tail}") if tail else "")
        parts.append(word if form.endswith("'") else rf"{word}(?!\w)")
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})", flags)


def opens_with_pronoun(text: str, language: str) -> bool:
    """Say whether a text points back with its first word; False for a language without lists."""
    lists = word_lists(language)
    return lists is not None and lists.starts("opener", text)
