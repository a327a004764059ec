"""What stands around a mention: whom or what it counts, so that two different values can be told to rival."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aligner.evidence.mentions import Mention
from aligner.evidence.names import similar
from aligner.evidence.readings import Reading

__all__ = ["GENERAL", "Role", "alike", "distance", "role"]

REACH = 6  # words to either side
STOPS = frozenset('.,:;!?\u2026()[]"\u201c\u201d\u00ab\u00bb\u2014')
GENERAL = frozenset({"person", "year", "month", "week", "day", "hour", "minute", "second", "man", "woman"})
MIN_COGNATE_CHARS = 5


@dataclass(frozen=True, slots=True)
class Role:
    """The classes of the words around a mention and its long words, each with how many words away it is."""

    classes: Mapping[str, int]
    words: Mapping[str, int]


def role(reading: Reading, mention: Mention) -> Role:
    """Return what stands around a mention, up to the next number, comma or conjunction."""
    classes: dict[str, int] = {}
    words: dict[str, int] = {}
    numbers = {at for other in reading.mentions if other.kind != "name" for at in range(other.first, other.last)}
    inside = range(mention.first, mention.last)
    for step in (1, -1):
        at = mention.last if step > 0 else mention.first - 1
        seen = 0
        while 0 <= at < len(reading.tokens) and seen < REACH:
            token = reading.tokens[at]
            if token.text in STOPS or at in numbers or (token.word in reading.lexicon.joiners and (seen or step < 0)):
                break
            seen += 1
            for key in reading.lexicon.classes("counted", token.word):
                classes[key] = min(seen, classes.get(key, seen))
            if len(token.word) >= MIN_COGNATE_CHARS:
                words.setdefault(token.word, seen)
            at += step
    for at in inside:
        classes |= dict.fromkeys(reading.lexicon.classes("counted", reading.tokens[at].word), 0)
    return Role(classes, words)


def alike(left: Role, right: Role) -> int:
    """Return how many classes and words two roles share; words like "people" count little."""
    common = left.classes.keys() & right.classes.keys()
    score = 2 * len(common - GENERAL) + len(common & GENERAL)
    return score + 2 * len(_cognates(left, right))


def distance(left: Role, right: Role) -> int:
    """Return how far the nearest class or word that two roles share stands from both."""
    common = left.classes.keys() & right.classes.keys()
    apart = [left.classes[key] + right.classes[key] for key in common - GENERAL or common]
    return min(apart + [left.words[a] + right.words[b] for a, b in _cognates(left, right)], default=2 * REACH)


def _cognates(left: Role, right: Role) -> list[tuple[str, str]]:
    found = ((a, b) for a in left.words for b in right.words)
    return [(a, b) for a, b in found if a[:MIN_COGNATE_CHARS] == b[:MIN_COGNATE_CHARS] or similar(a, b)]
