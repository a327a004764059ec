"""Numbers: digits or words, with percent, currency or unit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from aligner.evidence.amounts import SIGNS, end_of_half, plain, read_amount, roman
from aligner.evidence.bounds import can_meet, find_bound, is_duration, is_relative
from aligner.evidence.items import NUMBER_KINDS
from aligner.evidence.mentions import Mention, Scan
from aligner.evidence.tokens import folded

__all__ = ["ORDINAL", "find_figures", "same_currency", "same_figure"]

SIGN_PREFIXES = {"us": "USD", "c": "CAD", "ca": "CAD", "can": "CAD", "a": "AUD", "au": "AUD", "hk": "HKD", "nz": "NZD"}
CODES = {"eur", "usd", "gbp", "cad", "chf", "jpy", "aud", "cny", "inr", "rub"}
ROMAN = re.compile(r"(?=[IVXL])(X{0,3}(?:IX|IV|V?I{0,3}))(?:e|er|\u00e8me)")
ORDINAL = "ordinal"
POUNDS = {"GBP", "mass:mass-pound"}  # of money or of weight: some languages have one word
FOOT, INCH = "length:length-foot", "length:length-inch"
DASHES = frozenset("-\u2013\u2014")
MAX_DIGITS = 20  # with signs: more is a code


def find_figures(scan: Scan) -> None:
    """Add the numbers that are not yet part of a date or time."""
    at, count = 0, len(scan.tokens)
    while at < count:
        token = scan.tokens[at]
        if scan.taken[at]:
            at += 1
        elif token.is_number or (token.is_word and _may_count(scan, at)):
            at = _figure(scan, at)
        elif token.text[0] in "IVX" and (matched := ROMAN.fullmatch(token.text)):
            amount = roman(matched[1])
            mention = scan.add("number", plain(amount), at, at + 1)
            mention.amount, mention.weak, mention.unit = amount, True, ORDINAL
            at += 1
        else:
            at += 1
    figures = [mention for mention in scan.mentions if mention.kind in NUMBER_KINDS]
    _share_units(scan, figures)
    _add_inches(scan, figures)


def _figure(scan: Scan, at: int) -> int:
    """Add the number that starts here, if it is one, and return where reading goes on."""
    token = scan.tokens[at]
    before = scan.text[token.start - 1 : token.start]
    if token.is_number and (before.isalpha() or len(token.text) > MAX_DIGITS):
        return at + 1  # A320: part of a name
    read = read_amount(scan, at)
    if read is None:
        return at + 1
    end, amount, weak, rough = read
    ordinal = not token.is_number and _is_ordinal(scan, at)
    if token.is_number and before == "-" and at and scan.tokens[at - 1].text[:1].isupper():
        weak = True  # Covid-19
    if token.is_number and scan.touches(end) and scan.word(end) in scan.lexicon.ordinal_endings:
        end, weak, ordinal = end + 1, True, True
    first, kind, unit, factor, end = _unit(scan, at, end)
    if half := end_of_half(scan, end):  # three hours and a half
        amount, end = amount + 0.5, half
    number = plain(amount)
    value = _value(number, kind, unit)
    mention = scan.add(kind, value, first, end)
    mention.amount, mention.unit, mention.factor = amount, unit, factor
    mention.weak, mention.rough = weak, rough
    mention.bound, start = find_bound(scan, first, end, unit)
    mention.relative = is_duration(unit) and is_relative(scan, start, end)
    if ordinal and kind == "number":
        mention.unit = ORDINAL
    return end


def _may_count(scan: Scan, at: int) -> bool:
    word, lexicon = scan.word(at), scan.lexicon
    if word in lexicon.scales or lexicon.spelled.find(scan.tokens, at):
        return True
    return word in lexicon.ones and end_of_half(scan, at + 1) > 0


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
        return can_meet(left, right)
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
