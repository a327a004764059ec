"""The value of a number in digits or words: 1,234.5; two hundred and one; deux millions et demi."""

from __future__ import annotations

import re
from typing import NamedTuple

from aligner.evidence.mentions import Scan

__all__ = ["SIGNS", "Amount", "digits", "end_of_half", "plain", "read_amount", "roman"]

SIGNS = {"$": "dollar", "\u20ac": "EUR", "\u00a3": "GBP", "\u00a5": "JPY", "\u20b9": "INR"}
GROUP = re.compile(r"[\u00a0\u202f\u2009 '\u2019]")
ROMANS = {"I": 1, "V": 5, "X": 10}
MAX_SCALE = 1e12
SMALL = 10  # spelled-out numbers up to it often have no counterpart: "both", "twofold"
HALF = 0.5


class Amount(NamedTuple):
    """Where a number ends (a token), its value, whether it is a weak one, and whether its word is a rough one."""

    end: int
    value: float
    weak: bool
    rough: bool


def plain(amount: float) -> str:
    """Return a number without exponent and without trailing zeros."""
    return f"{amount:.6f}".rstrip("0").rstrip(".")


def digits(text: str, decimal: str) -> float:
    """Return the value of a number in digits; three digits behind the decimal sign of another language are a group."""
    text = GROUP.sub("", text)
    signs = [char for char in text if char in ".,"]
    if len(signs) > 1 and signs[0] != signs[-1]:
        head, _, tail = text.rpartition(signs[-1])
        text = head.replace(signs[0], "") + "." + tail
    elif len(signs) > 1:
        text = text.replace(signs[0], "")
    elif signs:
        head, _, tail = text.partition(signs[0])
        grouped = len(tail) == 3 and head != "0" and signs[0] != decimal
        text = head + tail if grouped else f"{head}.{tail}"
    return float(text)


def roman(text: str) -> float:
    """Return the value of a Roman number up to 39."""
    values = [ROMANS[char] for char in text]
    return float(sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True)))


def read_amount(scan: Scan, at: int) -> Amount | None:
    """Return the number that starts at a token: digits, words, or a scale with "a" before it."""
    lexicon, tokens = scan.lexicon, scan.tokens
    weak = rough = False
    half = end_of_half(scan, at + 1)
    if tokens[at].is_number:
        value, end = digits(tokens[at].text, lexicon.decimal), at + 1
    elif found := lexicon.spelled.find(tokens, at, lexicon.joiners):
        end, (value, ordinal) = found
        rough = tokens[at].word in lexicon.words.numbers and value >= 1
        weak = ordinal or rough or value <= SMALL
    elif tokens[at].word in lexicon.ones and half:
        value, end = 1.0, at + 1  # one and a half
    elif tokens[at].word not in lexicon.scales:
        return None
    elif lexicon.scales[tokens[at].word] == 1000 or scan.word(at - 1) in lexicon.ones:
        value, end = 1.0, at
    else:
        return None  # hundreds, millions of
    if half and end == at + 1:
        value, end, weak = value + HALF, half, False
    end, value, scaled = _scaled(scan, at, end, value)
    if end == at:
        return None
    if scaled > 1 and (half := end_of_half(scan, end)):
        end, value = half, value + HALF * scaled
    elif scaled > SMALL and end < len(tokens) and not scan.taken[end] and not tokens[at].is_number:
        end, rest = _rest(scan, end, scaled)
        value += rest
    return Amount(end, value, weak and scaled == 1, rough)


def end_of_half(scan: Scan, at: int) -> int:
    """Return where "and a half" ends that starts at a token, or 0."""
    if scan.word(at) not in scan.lexicon.joiners:
        return 0
    at += 1 + (scan.word(at + 1) in scan.lexicon.links)
    return at + 1 if scan.lexicon.words.numbers.get(scan.word(at)) == HALF else 0


def _rest(scan: Scan, end: int, scaled: float) -> tuple[int, float]:
    """Return what is added behind a scale, and where it ends: a thousand two hundred, mille et une."""
    lexicon, tokens = scan.lexicon, scan.tokens
    joined = scan.word(end) in lexicon.joiners and not tokens[end].is_number
    rest = end + joined
    if rest >= len(tokens):
        return end, 0.0
    if joined and tokens[rest].word in lexicon.ones and tokens[rest].word not in lexicon.links:
        return rest + 1, 1.0
    if scaled >= 1000 and (tokens[rest].is_number or lexicon.spelled.find(tokens, rest, lexicon.joiners)):
        further = read_amount(scan, rest)
        if further and further.value < scaled:
            return further.end, further.value
    return end, 0.0


def _scaled(scan: Scan, at: int, end: int, value: float) -> tuple[int, float, float]:
    scaled = 1.0
    if (
        value == HALF
        and scan.word(end) in scan.lexicon.links
        and scan.lexicon.scales.get(scan.word(end + 1), 1) >= 1000
    ):
        end += 1  # half a million
    while end < len(scan.tokens) and scaled < MAX_SCALE:
        word = scan.tokens[end].word
        scale = scan.lexicon.scales.get(word)
        letter = len(word) <= 2 and scale is not None and scale >= 1000
        if scale is None or (letter and word in {"m", "k"} and scan.word(at - 1) not in SIGNS):
            break
        scaled, end = scaled * scale, end + 1
    return end, value * scaled, scaled
