"""Pairs that are translations of each other and pairs that are nearly so, made of translated texts by rule."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = ["KINDS", "TRANSLATION", "Paired", "composites"]

TRANSLATION = "translation"
KINDS = (TRANSLATION, "extra", "missing", "swapped", "half", "clause", "negated")
LENGTHS = (1, 1, 2, 2, 3, 4)  # texts that make up a paragraph
CUT = (0.2, 0.6)  # share of a text that is cut off at a comma
NEGATABLE = re.compile(r"\b(?:is|was|are|were|will|would|can|could|has|have|had)\b(?! not|n['\u2019]t)")


@dataclass(frozen=True, slots=True)
class Paired:
    """Two texts; `kind` says how they were made. Only a "translation" is one."""

    kind: str
    source: str
    target: str


def composites(sources: Sequence[str], targets: Sequence[str], *, seed: int = 0) -> Iterator[Paired]:
    """Yield translations of one to four texts in a row, each with one or two that say more, less or something else.

    The texts are to be in the order of their document: what is added or exchanged is the next one.
    """
    rng = random.Random(seed)
    at = 0
    while at + (count := rng.choice(LENGTHS)) <= len(sources):
        source, own = " ".join(sources[at : at + count]), list(targets[at : at + count])
        yield Paired(TRANSLATION, source, " ".join(own))
        kinds = ["extra", "clause", "negated", *(["missing", "swapped"] if count > 1 else []), *["half"] * (count > 2)]
        beside = targets[at + count] if at + count < len(targets) else targets[at - 1] if at else None
        for kind in rng.sample(kinds, 2):
            if kind == "negated":
                negated = NEGATABLE.sub(r"\g<0> not", source, count=1)
                if negated != source:
                    yield Paired(kind, negated, " ".join(own))
            elif (other := _other(kind, own, beside, targets, rng)) is not None:
                yield Paired(kind, source, other)
        at += count


def _other(kind: str, own: list[str], beside: str | None, texts: Sequence[str], rng: random.Random) -> str | None:
    if kind == "clause":
        return _cut(" ".join(own), rng)
    place = rng.randrange(len(own))
    if kind == "missing":
        return " ".join(own[:place] + own[place + 1 :])
    if beside is None:
        return None
    if kind == "extra":
        return " ".join([*own, beside] if place % 2 == 0 else [beside, *own])
    if kind == "swapped":
        return " ".join([*own[:place], beside, *own[place + 1 :]])
    rest = [text for text in texts if text not in own]
    kept = own[: max(1, place)]
    return " ".join(kept + rng.sample(rest, len(own) - len(kept))) if len(rest) >= len(own) else None


def _cut(text: str, rng: random.Random) -> str | None:
    """Return a text without what stands behind one of its commas."""
    ends = [match.start() for match in re.finditer(", ", text)]
    fitting = [end for end in ends if CUT[0] <= 1 - end / len(text) <= CUT[1]]
    return text[: rng.choice(fitting)] + "." if fitting else None
