"""Whole names of speakers, and whether a name can be the subject of a verb of speech."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from aligner.evidence.mentions import Mention, Scan
from aligner.evidence.names import is_acronym

__all__ = ["Speaker", "is_complement", "name_at", "speaker_at"]

JOINED = frozenset(("", " ", "-", "\u00a0"))
PERSON_WORDS = 2  # first and last name
REACH = 3  # words between a preposition and the name that it governs: of the former


@dataclass(frozen=True, slots=True)
class Speaker:
    """A speaker as the text names them; `words` and `keys` are those of the name, `is_group` says no person.

    [first, last) are the tokens of the name in the text where it stands.
    """

    name: str
    words: tuple[str, ...]
    keys: frozenset[str]
    is_group: bool
    first: int
    last: int


def name_at(scan: Scan, at: int) -> Mention | None:
    """Return the name that a token is part of; a people is none, unless it goes on a name: Credit Suisse."""
    mention = scan.name(at)
    return mention if mention and (not mention.peoples or _joined_before(scan, mention)) else None


def _joined_before(scan: Scan, mention: Mention) -> Mention | None:
    """Return the name that stands directly before another one, if both can be one name."""
    other = scan.name(mention.first - 1)
    if other is None or other.peoples:
        return None
    return other if scan.text[other.item.end : mention.item.start] in JOINED else None


def speaker_at(scan: Scan, at: int, known: str) -> Speaker | None:
    """Return the whole name at a token, if it is surely a name; `known` is all text in which it may stand again."""
    mention = name_at(scan, at)
    if mention is None:
        return None
    first, last, words, keys = mention.first, mention.last, mention.words, mention.keys
    while before := _joined_before(scan, mention):
        first, words, keys, mention = before.first, before.words + words, frozenset(), before
    while (after := _joined_after(scan, last)) is not None:
        last, words, keys = after.last, words + after.words, frozenset()
    lexicon = scan.lexicon
    common = lexicon.nouns | lexicon.offices
    proper = [
        place
        for place in range(first, last)
        if scan.tokens[place].is_word and scan.word(place) not in common | lexicon.particles
    ]
    if not proper:  # an institution: Conseil fédéral
        if any(scan.word(place) in lexicon.offices for place in range(first, last)):
            return None
        while scan.word(last) in lexicon.nouns or lexicon.classes("people", scan.word(last)):
            last += 1
        if last - first < PERSON_WORDS and not keys:
            return None
    elif not keys:
        first = _without_office(scan, first, last, proper)
        if last - first == 1 and not _is_name(scan, first, known):
            return None
    if first and scan.word(first - 1) in lexicon.nouns & lexicon.openers and scan.tokens[first - 1].text[0].isupper():
        first -= 1  # New Norville
    text = scan.text[scan.tokens[first].start : scan.tokens[last - 1].end]
    group = bool(keys) or not proper or is_acronym(mention)
    if last - first == 1 and not group and _describes(scan, first - 1):
        text, group = f"{scan.tokens[first - 1].text} {text}", True
    return Speaker(text, words, keys, group, first, last)


def _without_office(scan: Scan, first: int, last: int, proper: Sequence[int]) -> int:
    """Return where a person's name begins behind an office or a ministry: Prime Minister Anna Keller."""
    offices = [at for at in range(first, last - 1) if scan.word(at) in scan.lexicon.offices]
    if offices and scan.tokens[offices[-1] + 1].text[0].isupper():
        return offices[-1] + 1
    return proper[0] if len(proper) == last - proper[0] >= PERSON_WORDS else first


def _joined_after(scan: Scan, last: int) -> Mention | None:
    """Return the name that goes on directly behind a token."""
    other = scan.name(last)
    return other if other and scan.text[scan.tokens[last - 1].end : other.item.start] in JOINED else None


def _describes(scan: Scan, at: int) -> bool:
    """Say whether a word before a name is a part of it that has no capital: le jury Nobel."""
    if at < 1 or not scan.tokens[at].is_word or scan.taken[at] or scan.tokens[at].text[0].isupper():
        return False
    word, lexicon = scan.tokens[at].word, scan.lexicon
    if word in lexicon.offices | lexicon.nouns | lexicon.titles | lexicon.articles | lexicon.prepositions:
        return False
    return scan.word(at - 1) in lexicon.articles and not lexicon.classes("quotes", word)


def _is_name(scan: Scan, at: int, known: str) -> bool:
    """Say whether a single word with a capital is a name, and no noun that opens a sentence."""
    token, lexicon = scan.tokens[at], scan.lexicon
    if scan.word(at - 1) in lexicon.titles or token.text.isupper() or scan.word(at - 2) in lexicon.titles:
        return True
    word, singular = token.word, token.word.removesuffix("s")
    common = lexicon.nouns | lexicon.offices | lexicon.openers
    if {word, singular} & common or lexicon.classes("counted", word):
        return False
    opens = at == 0 or not (scan.tokens[at - 1].is_word or scan.word(at - 1) == ",")
    if opens and not re.search(rf"[\w,;:] {re.escape(token.text)}(?![^\W\d_])", known):
        return False
    return re.search(rf"(?<![^\W\d_]){re.escape(token.text.lower())}(?![^\W\d_])", known) is None


def is_complement(scan: Scan, first: int, last: int, since: int = 0) -> bool:
    """Say whether the tokens [first, last) of a name hang on another noun: the head of Norbank; Norland's minister.

    Only words from the token `since` on are looked at.
    """
    if scan.text[scan.tokens[last - 1].end :][:2] in ("'s", "\u2019s"):
        return True
    for at in range(first - 1, max(since - 1, first - 1 - REACH), -1):
        word = scan.word(at)
        if word in scan.lexicon.prepositions:
            return True
        if word not in scan.lexicon.articles:
            return False
    return False
