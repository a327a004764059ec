"""Refusals to tell, denials, and who tells after all."""

from __future__ import annotations

from aligner.evidence.items import Item
from aligner.evidence.mentions import Mention
from aligner.evidence.readings import Reading
from aligner.evidence.roles import GENERAL, Role, alike

__all__ = ["affirmations"]

ENDS = frozenset(".!?\u2026")
MIN_CHARS = 5
ASKED, AROUND = 2, 4  # words alike with what is refused, or with the whole sentence: two for each
NEGATED = 2  # words between a negation and its verb


def affirmations(reading: Reading, other: Reading, refusal: Mention) -> Mention | None:
    """Return the verb of speech by which the other text tells what this one refuses to, if it clearly does.

    Both sentences must have a word or a class of words in common, and the other's must refuse or deny nothing.
    """
    first, last = _sentence(reading, refusal.first)
    asked = _words(reading, refusal.last, last)
    if not asked.classes and not asked.words:
        return None
    for at, token in enumerate(other.tokens):
        if not token.is_word or not other.lexicon.classes("says", token.word):
            continue
        start, end = _sentence(other, at)
        if any(_denies(each, at, start, end) for each in other.mentions):
            continue
        told = _words(other, start, end)
        if alike(asked, told) >= ASKED or alike(_words(reading, first, last), told) >= AROUND:
            item = Item("denial", "affirmation", token.text, token.start, token.end)
            return Mention(item, at, at + 1)
    return None


def _denies(mention: Mention, at: int, start: int, end: int) -> bool:
    """Say whether a mention is a denial in the sentence [start, end), or a negation of its verb of speech."""
    if mention.kind != "denial" or not start <= mention.first < end:
        return False
    return not mention.weak or mention.first - NEGATED <= at <= mention.last + NEGATED


def _sentence(reading: Reading, at: int) -> tuple[int, int]:
    first, last = at, at
    while first and reading.tokens[first - 1].text not in ENDS:
        first -= 1
    while last < len(reading.tokens) and reading.tokens[last].text not in ENDS:
        last += 1
    return first, last


def _words(reading: Reading, first: int, last: int) -> Role:
    words = [token.word for token in reading.tokens[first:last] if token.is_word]
    keys = {key for word in words for key in reading.lexicon.classes("counted", word)} - GENERAL
    spoken = reading.lexicon
    long = [word for word in words if len(word) >= MIN_CHARS and not spoken.classes("says", word)]
    return Role(dict.fromkeys(keys, 0), dict.fromkeys(long, 0))
