"""Words that show how something is told, per language: verbs of speech, hedges, negations, loaded terms.

Lists are data, aligner/words/LANGUAGE.tsv, with the same kinds and keys in each language. A language without a file
is not evaluable; a new file needs no code. A form that is a noun as often as a verb is marked in the file, and counts
only beside the signs that the file lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from aligner.languages import primary

__all__ = ["UNCOUNTED", "Found", "WordLists", "listed_languages", "opens_with_pronoun", "word_lists"]

FOLDER = Path(__file__).with_name("words")
CASED = frozenset({"agency"})  # AP is an agency, ap is not
LIKE = str.maketrans("\u2019\u02bc\u00a0\u202f\u2009", "''   ")  # apostrophes and blanks
CASE, VERB, SAID = "=", "?", "!"  # behind a form; aligner/words/en.tsv says what for
SIGNS = {VERB: (("subject", "said before"), ("object", "said after")), SAID: (("said before",), ("said after",))}
UNCOUNTED = "-"  # the key of set phrases in which a listed word is none


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
        plain = text.translate(LIKE)
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
        return [each for each in kept if each.key != UNCOUNTED]

    def starts(self, kind: str, text: str) -> bool:
        """Say whether a text opens with a word of a kind, quotation marks aside."""
        plain = re.sub(r"^\W+", "", text.translate(LIKE))
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
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    lists = [(kind, key, forms.split("|")) for kind, key, forms in rows]
    endings = {key: forms for kind, key, forms in lists if kind == "endings"}
    signs = {key: forms for kind, key, forms in lists if kind == "sign"}
    patterns: dict[str, dict[str, re.Pattern[str]]] = {}
    for kind, key, forms in lists:
        if kind not in {"endings", "sign"}:
            flags = re.NOFLAG if kind in CASED else re.IGNORECASE
            patterns.setdefault(kind, {})[key] = _pattern(forms, endings, signs, flags)
    return WordLists(primary(language), patterns)


def _pattern(
    forms: Sequence[str],
    endings: Mapping[str, Sequence[str]],
    signs: Mapping[str, Sequence[str]],
    flags: re.RegexFlag,
) -> re.Pattern[str]:
    free = [form for form in forms if form[-1] not in SIGNS]
    parts = [_any_of(free, endings)] if free else []
    for mark, (before, after) in SIGNS.items():
        own = [form.removesuffix(mark) for form in forms if form.endswith(mark)]
        if own:
            word = _any_of(own, endings)
            verb = _stand_before(signs["noun"], is_wanted=False)
            is_behind = _stand_before([sign for name in before for sign in signs[name]], is_wanted=True)
            parts += [f"{verb}{is_behind}{word}", verb + word + _stand_after(s for name in after for s in signs[name])]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})", flags)


def _any_of(forms: Sequence[str], endings: Mapping[str, Sequence[str]]) -> str:
    parts: list[str] = []
    for form in sorted(set(forms), key=lambda each: (-len(each), each)):
        stem, _, rest = form.removesuffix(CASE).partition("@")
        name, _, tail = rest.partition(" ")
        ends = "|".join(map(re.escape, sorted(endings[name], key=len, reverse=True))) if rest else ""
        plain = re.escape(stem).replace(r"\*", r"\w*")
        word = plain + (f"(?:{ends})" if rest else "") + (re.escape(f" {tail}") if tail else "")
        cased = f"(?-i:{word})" if form.endswith(CASE) else word
        parts.append(cased if form.endswith("'") else rf"{cased}(?!\w)")
    return f"(?:{'|'.join(parts)})"


def _stand_before(signs: Sequence[str], *, is_wanted: bool) -> str:
    """Return an assertion that one of some words stands right before, or that none does."""
    found: list[str] = []  # each of a fixed width, as Python wants them
    for sign in signs:
        word = re.escape(sign).replace(r"\*", "")
        start = r"\b" if sign[0].isalpha() else ""
        blanks = (" ", "") if sign.endswith("'") else (" ",)  # l'alerte
        found += [f"(?<{'=' if is_wanted else '!'}{start}{word}{blank})" for blank in blanks]
    return f"(?:{'|'.join(found)})" if is_wanted else "".join(found)


def _stand_after(signs: Iterable[str]) -> str:
    """Return an assertion that one of some words stands right behind."""
    ends = (re.escape(sign) + (r"(?!\w)" if sign[-1].isalpha() else "") for sign in signs)
    return rf"(?=\s*(?:{'|'.join(ends)}))"


def opens_with_pronoun(text: str, language: str) -> bool:
    """Say whether a text points back with its first word; False for a language without lists."""
    lists = word_lists(language)
    return lists is not None and lists.starts("opener", text)
