"""Where a text refuses to tell, denies or negates."""

from __future__ import annotations

from aligner.evidence.mentions import Mention, Scan

__all__ = ["find_denials", "same_denial"]


def find_denials(scan: Scan) -> None:
    """Add refusals and denials; a plain negation is a weak one, for languages differ in when they negate."""
    found: list[Mention] = []
    for value, pattern in (("refusal", scan.lexicon.refusals), ("denial", scan.lexicon.denials)):
        if pattern is None:
            continue
        for match in pattern.finditer(scan.text):
            first, last = scan.inside(*match.span())
            if first == last or any(each.first < last and first < each.last for each in found):
                continue
            negation = value == "denial" and not scan.lexicon.classes("denies", scan.word(first))
            found.append(scan.add("denial", "negation" if negation else value, first, last, take=False))
            found[-1].weak = negation


def same_denial(left: Mention, right: Mention) -> bool:
    """Say whether two refusals, denials or negations can be one: a negation is no refusal."""
    return {left.item.value, right.item.value} != {"refusal", "negation"}
