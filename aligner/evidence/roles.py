"""What stands around a mention: whom or what it counts, so that two different values can be told to rival."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aligner.evidence.items import NUMBER_KINDS
from aligner.evidence.mentions import Mention
from aligner.evidence.names import similar
from aligner.evidence.readings import Reading

__all__ = ["GENERAL", "Role", "alike", "distance", "restated", "role", "same_act", "same_topic"]

REACH = 6  # words to either side, smaller ones not counted
SMALL_WORD = 2  # letters: of, de
STOPS = frozenset('.,:;!?\u2026()[]"\u201c\u201d\u00ab\u00bb\u2014')
ENDS = frozenset(".!?\u2026")
GENERAL = frozenset({"person", "year", "month", "week", "day", "hour", "minute", "second", "man", "woman"})
MIN_COGNATE_CHARS = 5
OPENING, CLOSING = frozenset("(["), frozenset(")]")
BRACKET = 14  # words in brackets that a sentence is read across
BOUND = 5  # words between a bracket and its figure: about, or more than


@dataclass(frozen=True, slots=True)
class Role:
    """The classes of the words around a mention and its long words, each with how many words away it is."""

    classes: Mapping[str, int]
    words: Mapping[str, int]


def role(reading: Reading, mention: Mention, *, table: str = "counted") -> Role:
    """Return what stands around a mention, up to the next number, comma or conjunction.

    Brackets are passed over, and what stands in brackets behind a figure, in another unit, has the role of that one.
    The classes are those of a table of the lexicon.
    """
    mention = restated(reading, mention) or mention
    classes: dict[str, int] = {}
    words: dict[str, int] = {}
    for at, apart in (*_around(reading, mention, 1), *_around(reading, mention, -1)):
        token = reading.tokens[at]
        for key in reading.lexicon.classes(table, token.word):
            classes[key] = min(apart, classes.get(key, apart))
        if len(token.word) >= MIN_COGNATE_CHARS:
            words.setdefault(token.word, apart)
    for token in reading.tokens[mention.first : mention.last]:
        classes |= dict.fromkeys(reading.lexicon.classes(table, token.word), 0)
    return Role(classes, words)


def same_act(left: Reading, mine: Mention, right: Reading, theirs: Mention) -> bool:
    """Say whether one and the same act stands beside two dates: died, opened, signed."""
    return bool(role(left, mine, table="acts").classes.keys() & role(right, theirs, table="acts").classes.keys())


def same_topic(left: Reading, mine: Mention, right: Reading, theirs: Mention) -> bool:
    """Say whether the sentences of two figures count the same or tell of one act, and have no other such figure."""
    return any(_topics(left, mine, table) & _topics(right, theirs, table) for table in ("counted", "acts"))


def _topics(reading: Reading, mention: Mention, table: str) -> set[str]:
    first, last = mention.first, mention.last
    while first and reading.tokens[first - 1].text not in ENDS:
        first -= 1
    while last < len(reading.tokens) and reading.tokens[last].text not in ENDS:
        last += 1
    own = restated(reading, mention) or mention
    for other in reading.mentions:
        if other.kind == own.kind and first <= other.first < last and own not in (other, restated(reading, other)):
            return set()
    words = {token.word for token in (*reading.tokens[first : mention.first], *reading.tokens[mention.last : last])}
    return {key for word in words for key in reading.lexicon.classes(table, word)} - GENERAL


def restated(reading: Reading, mention: Mention) -> Mention | None:
    """Return the figure that a mention gives again in brackets in another unit: 640 euros (about 700 dollars)."""
    if mention.kind not in NUMBER_KINDS:
        return None
    opening = next(
        (at for at in range(mention.first - 1, max(-1, mention.first - BOUND), -1) if _is(reading, at, OPENING)), None
    )
    if opening is None:
        return None
    before = next((each for each in reading.mentions if each.last == opening and each.kind in NUMBER_KINDS), None)
    return before if before is not None and before.unit and mention.unit and before.unit != mention.unit else None


def _is(reading: Reading, at: int, signs: frozenset[str]) -> bool:
    return 0 <= at < len(reading.tokens) and reading.tokens[at].text in signs


def _around(reading: Reading, mention: Mention, step: int) -> list[tuple[int, int]]:
    """Return the tokens on one side that are of a mention, each with how many words away it is.

    A word between two figures is of the one before it, unless it is much nearer to the other.
    """
    figures = {
        at: other.kind in NUMBER_KINDS
        for other in reading.mentions
        if other.kind != "name"
        for at in range(other.first, other.last)
    }
    at = mention.last if step > 0 else mention.first - 1
    found: list[tuple[int, int]] = []
    apart = 0
    while 0 <= at < len(reading.tokens) and apart < REACH:
        if (beyond := _beyond_bracket(reading, at, step)) is not None:
            at = beyond
            continue
        token = reading.tokens[at]
        if at in figures:
            if step < 0 and figures[at] and mention.kind in NUMBER_KINDS:
                found = [(place, near) for place, near in found if 2 * near <= apart - near + 1]
            break
        if token.text in STOPS or (token.word in reading.lexicon.joiners and (found or step < 0)):
            break
        apart += len(token.word) > SMALL_WORD or not apart
        found.append((at, apart))
        at += step
    return found


def _beyond_bracket(reading: Reading, at: int, step: int) -> int | None:
    """Return the token beyond a short bracket that starts at a token in the direction of a step."""
    starts, ends = (OPENING, CLOSING) if step > 0 else (CLOSING, OPENING)
    if not _is(reading, at, starts):
        return None
    return next((place + step for place in range(at, at + step * BRACKET, step) if _is(reading, place, ends)), None)


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
