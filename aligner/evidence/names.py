"""Names: runs of capitalised words, and words that stand for a country, an organisation or a people."""

from __future__ import annotations

import re
from functools import lru_cache

from aligner.evidence.mentions import Mention, Scan

__all__ = ["find_names", "is_acronym", "same_name", "similar"]

MIN_SIMILARITY = 80  # of 100: Téhéran and Tehran, Rouhani and Rohani
MIN_NAME_CHARS = 3
MAX_ACRONYM_CHARS = 6
STOPS = frozenset('.!?\u2026:"\u201c\u00ab\u201d\u00bb[(\u2014\u2013')
REPLACED = (
    (re.compile(r"ou|oo|w"), "u"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"sch|sh|tch|ch|cz|c(?=[eiy])"), "s"),
    (re.compile(r"zh|dj|j"), "z"),
    (re.compile(r"kh|ck|qu|q|c|x"), "k"),
    (re.compile(r"gh"), "g"),
    (re.compile(r"th|dh"), "t"),
    (re.compile(r"v"), "v"),
)
PLURAL = re.compile("[A-Z]{2,}s")
VOWELS = re.compile(r"(?<=.)[aeiouyh]")
DOUBLED = re.compile(r"(.)\1+")


def find_names(scan: Scan) -> None:
    """Add the names of a text. One word that opens a sentence is a weak one."""
    at, count = 0, len(scan.tokens)
    while at < count:
        token = scan.tokens[at]
        if scan.taken[at] or not token.is_word:
            at += 1
            continue
        found = scan.lexicon.concepts.find(scan.tokens, at)
        if found and not (found[0] == at + 1 and token.word in scan.lexicon.openers):
            mention = scan.add("name", scan.text[token.start : scan.tokens[found[0] - 1].end], at, found[0])
            mention.keys, mention.weak = frozenset({found[1]}), not token.text[0].isupper()
            mention.words = tuple(each.word for each in scan.tokens[at : found[0]] if len(each.word) >= MIN_NAME_CHARS)
            at = found[0]
            continue
        peoples = scan.lexicon.classes("people", token.word)
        if peoples:
            mention = scan.add("name", token.text, at, at + 1)
            mention.keys, mention.words, mention.peoples = peoples, (token.word,), True
            mention.weak = not token.text[0].isupper()
            at += 1
        elif token.text[0].isupper():
            at = _run(scan, at)
        else:
            at += 1


def _opens(scan: Scan, at: int) -> bool:
    if at == 0:
        return True
    before = scan.tokens[at - 1]
    if before.text not in STOPS:
        return False
    return before.text != "." or scan.word(at - 2) not in scan.lexicon.titles


def _run(scan: Scan, at: int) -> int:
    """Add the name that starts here and return where reading goes on."""
    tokens, lexicon = scan.tokens, scan.lexicon
    opens = _opens(scan, at)
    if (opens and tokens[at].word in lexicon.openers) or tokens[at].word in lexicon.titles or len(tokens[at].word) < 2:
        return at + 1
    end = at + 1
    while end < len(tokens) and not scan.taken[end]:
        gap = scan.text[tokens[end - 1].end : tokens[end].start]
        if tokens[end].text == "." and len(tokens[end - 1].text) == 1:
            end += 1
            continue
        if gap not in ("", " ", "-", "\u00a0", "'", "\u2019") or not tokens[end].is_word:
            break
        if tokens[end].text[0].isupper():
            if lexicon.concepts.find(tokens, end) or lexicon.classes("people", tokens[end].word):
                break
            end += 1
        elif tokens[end].word in lexicon.particles and _goes_on(scan, end):
            end += 1
        else:
            break
    while tokens[end - 1].word in lexicon.particles and end > at + 1:
        end -= 1
    words = tuple(
        token.word.removesuffix("s") if PLURAL.fullmatch(token.text) else token.word
        for token in tokens[at:end]
        if token.is_word and len(token.word) >= 2 and token.word not in lexicon.particles
    )
    proper = tuple(word for word in words if word not in lexicon.nouns and word not in lexicon.openers)
    if not words or (len(words) == 1 and len(words[0]) < MIN_NAME_CHARS):
        return end
    mention = scan.add("name", scan.text[tokens[at].start : tokens[end - 1].end], at, end)
    mention.words = proper or words
    told = lexicon.classes("says", scan.word(end)) or scan.text[tokens[end - 1].end :][:2] in ("'s", "\u2019s")
    mention.weak = not lexicon.has_table or not proper or (opens and len(words) == 1 and not told)
    return end


def _goes_on(scan: Scan, at: int) -> bool:
    """Say whether a capitalised word follows one or two particles."""
    for place in (at + 1, at + 2):
        if place < len(scan.tokens) and scan.tokens[place].is_word:
            if scan.tokens[place].text[0].isupper():
                return not scan.taken[place]
            if scan.word(place) not in scan.lexicon.particles:
                return False
    return False


@lru_cache(maxsize=20_000)
def skeleton(word: str) -> str:
    """Return the consonants of a folded word, alike for the spellings of one name in several languages."""
    for pattern, sound in REPLACED:
        word = pattern.sub(sound, word)
    return DOUBLED.sub(r"\1", VOWELS.sub("", word.replace("y", "i")))


@lru_cache(maxsize=50_000)
def similar(left: str, right: str) -> bool:
    """Say whether two folded words can be spellings of one name."""
    if left == right:
        return True
    if min(len(left), len(right)) <= MIN_NAME_CHARS:
        return False
    a, b = skeleton(left), skeleton(right)
    if a[0] != b[0]:
        return False
    if (a == b and len(a) > 1) or left.startswith(right) or right.startswith(left):
        return True
    from rapidfuzz.fuzz import ratio

    return ratio(left, right) >= MIN_SIMILARITY


def same_name(left: Mention, right: Mention) -> bool:
    """Say whether two names have a key or a telling word in common."""
    if left.keys and right.keys:
        if left.keys & right.keys:
            return True
        if any(key.isupper() for key in left.keys) and any(key.isupper() for key in right.keys):
            return False
    if any(similar(a, b) for a in left.words for b in right.words):
        return True
    if len(left.words) == len(right.words):
        return False
    return similar("".join(left.words), "".join(right.words)) or _initials(left, right) or _initials(right, left)


def _initials(short: Mention, long: Mention) -> bool:
    """Say whether a name is the first letters of another: DART, NYC for New York."""
    text = short.item.text.replace(".", "")
    letters = "".join(word[0] for word in long.words)
    return text.isupper() and len(letters) > 1 and text.lower().startswith(letters) and len(text) - len(letters) < 2


def is_acronym(name: Mention) -> bool:
    """Say whether a name is written in capitals: such names change from language to language."""
    return (
        len(name.words) == 1 and name.item.text.removesuffix("s").isupper() and len(name.item.text) <= MAX_ACRONYM_CHARS
    )
