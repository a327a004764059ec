"""Sentences of a text as offsets, in any language, by the rules of Unicode (UAX #29) and a list of abbreviations.

Of the packages tried, blingfire tears French guillemets off their sentence and syntok knows no script without
blanks; both cost more than these rules.
"""

from __future__ import annotations

import regex

from aligner.documents import Span

__all__ = ["split_sentences"]

ABBREVIATED = """
    m mm mr mrs ms messrs mme mmes mlle mlles me mgr dr drs pr prof st ste sr sra srta dott sig hr fr frl herr
    gen gén col lt sgt capt cpt cmdr maj adm sen rep gov pres rev hon supt insp jr
    no nos nr num art al cf vgl ca env approx chap ch sec sect fig p pp vol éd ed eds vs v c z d u n
    jan janv feb févr fév mar apr avr jun jul juil aug août sep sept oct okt nov dec déc dez
    inc ltd corp co bros dept univ ave av bd blvd rd mt ft
    e.g i.e p.ex z.b d.h u.a ph.d ул г гг им тов проф акад стр рис см
"""
ABBREVIATIONS = frozenset(ABBREVIATED.split())  # a capital may follow within the sentence
BOUNDARY = regex.compile(
    r"""
    (?P<end>[\p{STerm}…]+)                                     # the marks that end sentences in Unicode's scripts
    (?P<closers>(?:[\p{Pe}\p{Pf}\p{Pi}"']|\s?[»›](?=[\s\p{P}]|$))*)  # « Oui. » keeps its guillemet
    (?:(?P<gap>\s+)|(?<=[。！？｡][\p{Pe}\p{Pf}]*)|$)            # Chinese and Japanese write no blank
    | (?P<gap>\s*\n\s*\n\s*|\s*\u2029\s*)                      # a paragraph's end
    """,
    regex.VERBOSE,
)
NEXT_LOWER = regex.compile(r"[\p{P}\p{S}\s]*\p{Ll}")  # « Oui ! » dit-il
LAST_WORD = regex.compile(r"[\p{L}\p{M}.]+$")
WORDS = regex.compile(r"[\p{L}\p{N}]")


def split_sentences(text: str) -> tuple[Span, ...]:
    """Return the ranges [start, end) of a text's sentences, in order, without the blanks around them.

    Together they hold all that is not blank. A quotation keeps its marks; a piece without a letter or a digit
    belongs to the sentence before it.
    """
    spans: list[Span] = []
    start = 0
    for match in BOUNDARY.finditer(text):
        if match["end"] and not _is_end(text, match):
            continue
        stop = match.start() if match["end"] is None else match.end("closers")
        spans = _joined(spans, text, start, stop)
        start = match.end()
    return tuple(_joined(spans, text, start, len(text)))


def _is_end(text: str, match: regex.Match[str]) -> bool:
    if match["gap"] and NEXT_LOWER.match(text, match.end()):
        return False
    if match["end"] != "." or match["closers"]:
        return True
    word = LAST_WORD.search(text, max(0, match.start() - 20), match.start())
    if word is None:
        return True
    name = word[0].strip(".")
    initials = "." in name and name.isupper()  # U.S.
    return not (initials or (len(name) == 1 and name.isupper()) or name.casefold() in ABBREVIATIONS)


def _joined(spans: list[Span], text: str, start: int, stop: int) -> list[Span]:
    piece = text[start:stop]
    start, stop = stop - len(piece.lstrip()), start + len(piece.rstrip())
    if start >= stop:
        return spans
    if spans and not WORDS.search(text, start, stop):
        return [*spans[:-1], (spans[-1][0], stop)]
    spans.append((start, stop))
    return spans
