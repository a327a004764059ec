"""Numbers: digits or words, with percent, currency or unit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from aligner.evidence.items import NUMBER_KINDS
from aligner.evidence.mentions import Mention, Scan
from aligner.evidence.tokens import folded

__all__ = ["ORDINAL", "find_figures", "plain", "same_currency", "same_figure"]

SIGNS = {"$": "dollar", "\u20ac": "EUR", "\u00a3": "GBP", "\u00a5": "JPY", "\u20b9": "INR"}
SIGN_PREFIXES = {"us": "USD", "c": "CAD", "ca": "CAD", "can": "CAD", "a": "AUD", "au": "AUD", "hk": "HKD", "nz": "NZD"}
CODES = {"eur", "usd", "gbp", "cad", "chf", "jpy", "aud", "cny", "inr", "rub"}
ROMAN = re.compile(r"(?=[IVXL])(X{0,3}(?:IX|IV|V?I{0,3}))(?:e|er|\u00e8me)")
ROMANS = {"I": 1, "V": 5, "X": 10}
ORDINAL = "ordinal"
POUNDS = {"GBP", "mass:mass-pound"}  # of money or of weight: some languages have one word
FOOT, INCH = "length:length-foot", "length:length-inch"
DASHES = frozenset("-\u2013\u2014")
MAX_SCALE = 1e12
MAX_DIGITS = 20  # with signs: more is a code
SMALL = 10  # spelled-out numbers up to it often have no counterpart: "both", "twofold"
GROUP = re.compile(r"[\u00a0\u202f\u2009 '\u2019]")


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


def find_figures(scan: Scan) -> None:
    """Add the numbers that are not yet part of a date or time."""
    at, count = 0, len(scan.tokens)
    spelled, scales = scan.lexicon.spelled, scan.lexicon.scales
    while at < count:
        token = scan.tokens[at]
        if scan.taken[at]:
            at += 1
        elif token.is_number or (token.is_word and (token.word in scales or spelled.find(scan.tokens, at))):
            at = _figure(scan, at)
        elif token.text[0] in "IVX" and (roman := ROMAN.fullmatch(token.text)):
            amount = _roman(roman[1])
            mention = scan.add("number", plain(amount), at, at + 1)
            mention.amount, mention.weak, mention.unit = amount, True, ORDINAL
            at += 1
        else:
            at += 1
    figures = [mention for mention in scan.mentions if mention.kind in NUMBER_KINDS]
    _share_units(scan, figures)
    _add_inches(scan, figures)


def _roman(text: str) -> float:
    values = [ROMANS[char] for char in text]
    return float(sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True)))


def _figure(scan: Scan, at: int) -> int:
    """Add the number that starts here, if it is one, and return where reading goes on."""
    token = scan.tokens[at]
    before = scan.text[token.start - 1 : token.start]
    if token.is_number and (before.isalpha() or len(token.text) > MAX_DIGITS):
        return at + 1  # A320: part of a name
    read = _amount(scan, at)
    if read is None:
        return at + 1
    end, amount, weak, rough = read
    ordinal = not token.is_number and _is_ordinal(scan, at)
    if token.is_number and before == "-" and at and scan.tokens[at - 1].text[:1].isupper():
        weak = True  # Covid-19
    if token.is_number and scan.touches(end) and scan.word(end) in scan.lexicon.ordinal_endings:
        end, weak, ordinal = end + 1, True, True
    first, kind, unit, factor, end = _unit(scan, at, end)
    half = end
    if scan.word(half) in scan.lexicon.joiners:
        half += 1
        if scan.word(half) in scan.lexicon.links:
            half += 1
        if scan.word(half) in {"half", "demi", "demie"}:
            amount, end = amount + 0.5, half + 1
    number = plain(amount)
    value = _value(number, kind, unit)
    mention = scan.add(kind, value, first, end)
    mention.amount, mention.unit, mention.factor = amount, unit, factor
    mention.weak, mention.rough = weak, rough
    if ordinal and kind == "number":
        mention.unit = ORDINAL
    return end


def _is_ordinal(scan: Scan, at: int) -> bool:
    found = scan.lexicon.spelled.find(scan.tokens, at, scan.lexicon.joiners)
    return bool(found and found[1][1])


def _share_units(scan: Scan, figures: Sequence[Mention]) -> None:
    """Give the first number of a range the unit of the second: 2 to 3 inches, 10-15 %."""
    for here, there in pairwise(figures):
        between = scan.text[here.item.end : there.item.start].strip()
        bare = here.kind == "number" and not here.unit and there.unit not in ("", ORDINAL)
        if bare and (between in DASHES or folded(between) in scan.lexicon.ranges):
            here.item = replace(here.item, kind=there.kind, value=_value(here.item.value, there.kind, there.unit))
            here.unit, here.factor = there.unit, there.factor


def _add_inches(scan: Scan, figures: list[Mention]) -> None:
    """Put "6 foot 2" together."""
    for here, there in pairwise(figures):
        near = there.first <= here.last + 1 and there.last - there.first <= 2
        if near and here.unit == FOOT and there.unit in ("", INCH) and there.amount < 12:
            here.amount += there.amount / 12
            there.weak = True


def _value(number: str, kind: str, unit: str) -> str:
    if kind == "measure":
        return f"{number} {unit.partition('-')[2]}"
    return f"{number}%" if kind == "percent" else f"{number} {unit}" if kind == "money" else number


def _amount(scan: Scan, at: int) -> tuple[int, float, bool, bool] | None:
    """Return where a number ends, its value, whether it is a weak one, and whether a rough one."""
    lexicon, tokens = scan.lexicon, scan.tokens
    weak = rough = False
    if tokens[at].is_number:
        value, end = digits(tokens[at].text, lexicon.decimal), at + 1
    elif found := lexicon.spelled.find(tokens, at, lexicon.joiners):
        end, (value, ordinal) = found
        rough = tokens[at].word in lexicon.words.numbers and value >= 1
        weak = ordinal or rough or value <= SMALL
    elif lexicon.scales[tokens[at].word] == 1000 or scan.word(at - 1) in {"a", "one", "un", "une"}:
        value, end = 1.0, at
    else:
        return None  # hundreds, millions of
    end, value, scaled = _scaled(scan, at, end, value)
    if end == at:
        return None
    if scaled >= 1000 and end < len(tokens) and not scan.taken[end]:
        rest = end + 1 if scan.word(end) in lexicon.joiners and not tokens[end].is_number else end
        more = rest < len(tokens) and (tokens[rest].is_number or lexicon.spelled.find(tokens, rest, lexicon.joiners))
        if more and not tokens[at].is_number and (further := _amount(scan, rest)) and further[1] < scaled:
            end, value = further[0], value + further[1]
    return end, value, weak and scaled == 1, rough


def _scaled(scan: Scan, at: int, end: int, value: float) -> tuple[int, float, float]:
    scaled = 1.0
    while end < len(scan.tokens) and scaled < MAX_SCALE:
        word = scan.tokens[end].word
        scale = scan.lexicon.scales.get(word)
        letter = len(word) <= 2 and scale is not None and scale >= 1000
        if scale is None or (letter and word in {"m", "k"} and scan.word(at - 1) not in SIGNS):
            break
        scaled, end = scaled * scale, end + 1
    return end, value * scaled, scaled


def _unit(scan: Scan, at: int, end: int) -> tuple[int, str, str, float, int]:
    """Return the number's first token, kind, unit, the unit's size and where it ends."""
    lexicon, tokens = scan.lexicon, scan.tokens
    sign = SIGNS.get(scan.word(at - 1)) if at else None
    if sign:
        prefix = SIGN_PREFIXES.get(scan.word(at - 2)) if sign == "dollar" and scan.touches(at - 1) else None
        return at - (2 if prefix else 1), "money", prefix or sign, 1.0, end
    if at and scan.word(at - 1) in CODES and tokens[at - 1].text.isupper():
        return at - 1, "money", scan.word(at - 1).upper(), 1.0, end
    if end >= len(tokens):
        return at, "number", "", 1.0, end
    if scan.word(end) == "%":
        return at, "percent", "%", 1.0, end + 1
    if percent := lexicon.percent.find(tokens, end):
        return at, "percent", "%", 1.0, percent[0]
    linked = end + 1 if scan.word(end) in lexicon.links and end + 1 < len(tokens) else end
    if sign := SIGNS.get(scan.word(end)):
        nation = SIGN_PREFIXES.get(scan.word(end + 1)) if sign == "dollar" else None
        return at, "money", nation or sign, 1.0, end + (2 if nation else 1)
    if scan.word(end) in CODES and tokens[end].text.isupper():
        return at, "money", scan.word(end).upper(), 1.0, end + 1
    if money := lexicon.money.find(tokens, linked):
        return at, "money", money[1], 1.0, money[0]
    if measured := lexicon.units.find(tokens, linked):
        return at, "measure", measured[1][0], measured[1][1], measured[0]
    return at, "number", "", 1.0, end


def same_figure(left: Mention, right: Mention) -> bool:
    """Say whether two numbers are the same, in any unit of one dimension."""
    a, b = left.amount, right.amount
    if left.unit and right.unit and left.kind == right.kind == "measure":
        dimension, other = left.unit.partition(":")[0], right.unit.partition(":")[0]
        if dimension != other:
            return False
        if left.unit != right.unit:
            if dimension == "temperature":
                return abs(_celsius(left) - _celsius(right)) <= 1
            a, b = a * left.factor, b * right.factor
            return abs(a - b) <= CONVERTED * max(a, b)
    if left.kind == right.kind == "money" and not same_currency(left.unit, right.unit):
        return False
    if {left.unit, right.unit} == POUNDS:
        return abs(a - b) <= 1e-6 * max(a, b)
    if {left.kind, right.kind} in ({"money", "percent"}, {"money", "measure"}, {"percent", "measure"}):
        return False
    if left.rough or right.rough:
        return abs(a - b) <= ROUGH * max(a, b)
    low, high = sorted((a, b), key=lambda number: number % 1 != 0)
    if low >= ROUNDED and low % 1 == 0 and high % 1 and left.kind == right.kind != "percent":
        return round(high) == low
    return abs(a - b) <= 1e-6 * max(a, b, 1e-3)


def same_currency(left: str, right: str) -> bool:
    """Say whether two currencies can be one: "$" is any dollar."""
    if left == right:
        return True
    generic = {left, right} & {"dollar", "franc", "crown"}
    families = {"dollar": "D", "franc": "F", "crown": "K"}
    return any(code[-1] == families[name] for name in generic for code in (left, right) if code != name)


def _celsius(mention: Mention) -> float:
    return mention.amount if mention.factor else (mention.amount - 32) * 5 / 9


CONVERTED = 0.1  # "38 nautical miles" is "about 70 km"
ROUNDED = 10  # from here on, 17.9 is 18
ROUGH = 0.2  # "une dizaine" is "a dozen"
