"""The news agency whose copy a text is, by its credits: "(Reuters)", "PARIS, 3 mai (AFP) -", "Avec AFP".

Who is merely quoted ("told Reuters") or spelled in short ("the Communist Party (CP)") does not count: where a name
stands says whether it is a credit. Names are data, aligner/agencies.json; what sounds like an agency in a language,
and the words of its credits, stand in aligner/words/.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from aligner.line_kinds import DATE_WORDS
from aligner.store import StoredDocument
from aligner.wordlists import listed_languages, word_lists

__all__ = ["agency_of", "is_credit", "source_agency"]

FILE = Path(__file__).with_name("agencies.json")
HEAD = TAIL = 3  # blocks at either end in which credits stand
MAX_CREDIT_CHARS = 120  # of a block that is nothing but a credit
MAX_BYLINE_CHARS = 200
MAX_SMALL = 3  # letters of the words in a name that have no capital: "of", "des"
BYLINES = frozenset({"byline", "dateline"})  # kinds of dropped blocks in which any agency is credited
CREDITS = frozenset({"boilerplate", "contact"})  # kinds that credit one where they say nothing else

DASH = r"[-\u2013\u2014]"
BIG = r"[^\W\d_a-zß-öø-ÿ][\w'\u2019.-]*"
PLACE = rf"{BIG}(?: {BIG}){{0,3}}(?:,[^()\n]{{1,25}}?)?"  # PARIS, 3 mai
INSIDE = r"(?P<inside>[^()\n]{2,60})"
DATELINE = re.compile(rf"(?P<place>{PLACE})\s\({INSIDE}\)(?P<dash>\s*{DASH})?")
BRACKET = re.compile(rf"\({INSIDE}\)")
OPENING = re.compile(rf"(?:{PLACE}\s{DASH}\s)?(?P<inside>[^()\n]{{2,40}}?)\s{DASH}\s")
LAST = re.compile(rf"[.!?\u2026][\s\"'\u201d\u2019\u00bb)\]]*\s(?:{DASH}\s*)?(?P<inside>[^.!?\n]{{2,60}})\.?$")
LAST_BRACKET = re.compile(rf"\({INSIDE}\)\.?$")
WORD = re.compile(r"[^\W\d_]+(?:['\u2019.-][^\W\d_]+)*")
PIECE = re.compile(r"[^\W\d_]+")
WRITER = re.compile(r"(?<=\w)/\s?\w{1,4}(?!\w)")  # "AFP/ab": who wrote it
LEFT, RIGHT = re.compile(r"[/|(\[:&+\u2013\u2014-]$"), re.compile(r"[/|)\],:&+.\u2013\u2014-]")


def agency_of(stored: StoredDocument) -> str | None:
    """Return the agency that a document credits, as it spells it; None where it credits none."""
    kept: dict[str, list[str]] = {"article": [], "bylines": [], "credits": []}
    for each in stored.paragraphs:
        kind = "bylines" if each.dropped in BYLINES else "credits" if each.dropped in CREDITS else "article"
        if kind != "article" or each.dropped is None:
            kept[kind].append(each.text)
    outlet = stored.document.outlet or ""
    return source_agency(kept["article"], outlet=outlet, bylines=kept["bylines"], credits=kept["credits"])


def source_agency(
    texts: Sequence[str], *, outlet: str = "", bylines: Sequence[str] = (), credits: Sequence[str] = ()
) -> str | None:
    """Return the agency that is the source of an article, as it is spelled there; None where none is credited.

    `texts` are its blocks, `bylines` lines that say who wrote it and where, `credits` other lines beside the article,
    which count where they are nothing but a credit.
    """
    return next(_found([text.strip() for text in texts], outlet, bylines, credits), None)


def is_credit(text: str) -> bool:
    """Say whether a block is nothing but the credit of an agency."""
    return _credited(text) is not None


def _found(texts: Sequence[str], outlet: str, bylines: Sequence[str], credits: Sequence[str]) -> Iterator[str]:
    names = _names()
    found = [_anywhere(outlet), *(_beside_credit(match, outlet) for match in names["outlet"].finditer(outlet))]
    found += [agency for text in texts[:HEAD] for agency in _opening(text)]
    found += [_anywhere(text) or _credited(text) for text in bylines if len(text) <= MAX_BYLINE_CHARS]
    found += [_credited(text) for text in (*texts[:HEAD], *texts[-TAIL:], *credits)]
    found += [agency for text in texts[-1:] for agency in _ending(text)]
    yield from (agency for agency in found if agency)


def _opening(text: str) -> Iterator[str | None]:
    """Yield the agencies that a block opens with: in the dateline, in brackets, before a dash."""
    if match := DATELINE.match(text):
        inside, place, dash = match["inside"], match["place"], match["dash"]
        agency = _alone(inside)
        plain = agency is not None and _names()["names"].fullmatch(agency) is not None
        if plain or (
            (dash or place.partition(",")[0].isupper()) and not _spells(place, inside) and not _spells(inside, place)
        ):
            yield agency or (_sounding(inside) if dash else None)
    if match := BRACKET.match(text):
        yield _alone(match["inside"]) or _sounding(match["inside"])
    if match := OPENING.match(text):
        yield _alone(match["inside"])


def _ending(text: str) -> Iterator[str | None]:
    """Yield the agencies that a text ends with: behind its last sentence, or by their full name in brackets."""
    if match := LAST.search(text):
        yield _alone(match["inside"])
    if (match := LAST_BRACKET.search(text)) and (agency := _alone(match["inside"])):
        yield agency if _names()["names"].fullmatch(agency) else None


def _credited(text: str) -> str | None:
    """Return the agency of a block that is nothing but a credit."""
    text = text.strip()
    if len(text) > MAX_CREDIT_CHARS:
        return None
    bracket = BRACKET.fullmatch(text)
    return _alone(text) or (_sounding(bracket["inside"]) if bracket else None)


def _alone(text: str) -> str | None:
    """Return the first agency of a text that holds only agencies, words of credits, dates and initials."""
    known = _names()["known"]
    match = known.search(text)
    if match is None:
        return None
    left = PIECE.findall(known.sub(" ", WRITER.sub(" ", text)))
    return match[0] if all(_is_credit_word(word) or word.lower() in DATE_WORDS for word in left) else None


def _sounding(text: str) -> str | None:
    """Return a text that sounds like the name of an agency: with such a word, and capitals as names have them."""
    words = WORD.findall(text)
    named = all(not word[0].islower() or len(word) <= MAX_SMALL or _is_credit_word(word) for word in words)
    return text.strip() if named and any(pattern.search(text) for pattern in _listed("name")) else None


def _anywhere(text: str) -> str | None:
    """Return the agency of a line that says who wrote: a full name anywhere, a short form where it is set off."""
    names = _names()
    if match := names["names"].search(text):
        return match[0]
    return next((match[0] for match in names["short"].finditer(text) if _is_set_off(match, text)), None)


def _is_set_off(match: re.Match[str], text: str) -> bool:
    before, behind = text[: match.start()].rstrip(), text[match.end() :].lstrip()
    left = not before or LEFT.search(before) or any(map(_says_by, PIECE.findall(before)[-1:]))
    return bool(left and (not behind or RIGHT.match(behind) or any(map(_says_by, PIECE.findall(behind)[:1]))))


def _beside_credit(match: re.Match[str], outlet: str) -> str | None:
    """Return the most doubtful short form where it is all of an outlet's name, or beside a word: "PA via ..."."""
    beside = PIECE.findall(outlet[: match.start()])[-1:] + PIECE.findall(outlet[match.end() :])[:1]
    return match[0] if not beside or any(map(_says_by, beside)) else None


def _spells(words: str, short: str) -> bool:
    """Say whether words are what a short form stands for: "Parti communiste (PC)"."""
    initials = [word[0].upper() for word in PIECE.findall(words) if len(word) > MAX_SMALL or not word.islower()]
    letters = short.strip().upper()
    return 1 < len(letters) <= len(initials) and "".join(initials[-len(letters) :]) == letters


def _is_credit_word(word: str) -> bool:
    return _says_by(word) or any(pattern.fullmatch(word.lower()) for pattern in _listed("credit"))


def _says_by(word: str) -> bool:
    return any(pattern.fullmatch(word.lower()) for pattern in _listed("by"))


@lru_cache(maxsize=1)
def _names() -> dict[str, re.Pattern[str]]:
    """Return the patterns of agencies' names by kind (agencies.json); "known" are all that may stand in a text."""
    kinds: dict[str, list[str]] = json.loads(FILE.read_text("utf-8"))
    kinds["known"] = kinds["names"] + kinds["short"]
    return {
        kind: re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(names, key=lambda n: (-len(n), n))))})(?!\w)")
        for kind, names in kinds.items()
    }


@lru_cache(maxsize=3)
def _listed(key: str) -> tuple[re.Pattern[str], ...]:
    """Return the patterns of a key of agency words in all languages: outlets print agencies of any."""
    lists = [each for language in listed_languages() if (each := word_lists(language))]
    return tuple(each.patterns["agency"][key] for each in lists if key in each.patterns.get("agency", {}))
