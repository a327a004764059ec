"""Whether a figure is a count that grows while it is made: dead, arrested, buildings destroyed, votes counted.

Such figures differ by the hour at which they were told; passengers aboard or a price do not. The words are data,
aligner/tallies/LANGUAGE.tsv, with the same kinds in each language. In a language without a file nothing is a tally.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from aligner.evidence.figures import ORDINAL
from aligner.evidence.items import NUMBER_KINDS
from aligner.evidence.mentions import Mention
from aligner.evidence.readings import Reading
from aligner.evidence.tokens import words_of

__all__ = ["MISSING", "TALLIES", "WHOLE", "tally"]

FOLDER = Path(__file__).with_name("tallies")
MISSING, WHOLE = "missing", "whole"
TALLIES = ("toll", MISSING, "damage", "total")
COUNTED = {  # what each kind of figure may count
    "number": frozenset(TALLIES),
    "percent": frozenset({"damage"}),
    "money": frozenset({"damage", "total"}),
    "measure": frozenset({"damage"}),
}
SIZES = frozenset({"area", "mass", "volume"})  # of measures; a length or an hour is no count

REACH = 6  # words to either side
STOPS = frozenset('.,:;!?\u2026()[]"\u201c\u201d\u00ab\u00bb\u2014')

Words = Mapping[str, re.Pattern[str]]


@lru_cache(maxsize=64)
def _words(language: str) -> Words:
    """Return the patterns of each kind for a language (primary subtag), of folded words; none without a file."""
    path = FOLDER / f"{language}.tsv"
    if not path.exists():
        return {}
    lines = (line.split("\t") for line in path.read_text("utf-8").splitlines() if line and line[0] != "#")
    return {kind: _any_of(forms) for kind, forms in lines}


def _any_of(forms: str) -> re.Pattern[str]:
    folded = (("".join(words_of(form.rstrip("*"))), form.endswith("*")) for form in forms.split("|"))
    return re.compile("|".join(re.escape(word) + (".*" if is_stem else "") for word, is_stem in folded))


def tally(reading: Reading, mention: Mention, language: str) -> str | None:
    """Return what a figure counts: one of TALLIES, WHOLE for all of a known group, None for anything else.

    A word belongs to the figure that stands nearest to it, no comma between.
    """
    words, counted = _words(language), COUNTED.get(mention.kind)
    sized = mention.kind != "measure" or mention.unit.partition(":")[0] in SIZES
    if (
        not words
        or counted is None
        or not sized
        or mention.unit == ORDINAL
        or (mention.kind == "number" and mention.amount % 1)
    ):
        return None
    near = _near(reading, mention)
    found = [kind for at in near for kind in TALLIES if kind in counted and _is(words, kind, reading, at)]
    before, after = mention.first - 1, mention.last
    if _is(words, WHOLE, reading, before) and not any(
        _is(words, kind, reading, after) for kind in ("people", *TALLIES)
    ):
        return WHOLE
    return found[0] if found else None


def _is(words: Words, kind: str, reading: Reading, at: int) -> bool:
    if not 0 <= at < len(reading.tokens) or kind not in words:
        return False
    return words[kind].fullmatch(reading.tokens[at].word) is not None


def _near(reading: Reading, mention: Mention) -> list[int]:
    """Return the places of the words around a figure that belong to it rather than to another, nearest first."""
    figures = [each for each in reading.mentions if each.kind in NUMBER_KINDS]
    found: list[tuple[int, int]] = []
    for step in (1, -1):
        at = mention.last if step > 0 else mention.first - 1
        for _ in range(REACH):
            if not 0 <= at < len(reading.tokens) or reading.tokens[at].text in STOPS:
                break
            if _owner(figures, at) is mention:
                found.append((_away(mention, at), at))
            at += step
    return [at for _, at in sorted(found)]


def _owner(figures: Sequence[Mention], at: int) -> Mention:
    return min(figures, key=lambda figure: (_away(figure, at), -figure.first))


def _away(figure: Mention, at: int) -> int:
    """Return how far a word stands from a figure; one before it counts twice: five were killed in 3 attacks."""
    if at < figure.first:
        return 2 * (figure.first - at)
    return max(0, at - figure.last + 1)
