"""Which quotations are the same, whether they have one speaker, and who tells what the other text refuses to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from aligner.evidence.denials import affirmations
from aligner.evidence.mentions import Mention
from aligner.evidence.names import similar
from aligner.evidence.pairing import Pairs
from aligner.evidence.quotations import one_speaker
from aligner.evidence.readings import Reading

__all__ = ["Speech", "compare_speech"]

SHORTEST, LONGEST = 0.55, 1.8  # length of a quotation in one language by that in another
MIN_CHARS = 5


@dataclass(slots=True)
class Speech:
    """Quotations and denials: shared, of one side, conflicting."""

    shared: list[tuple[Mention, Mention]] = field(default_factory=list)
    lefts: list[Mention] = field(default_factory=list)
    rights: list[Mention] = field(default_factory=list)
    conflicting: list[tuple[Mention, Mention]] = field(default_factory=list)


def compare_speech(
    left: Reading, right: Reading, shared: Pairs, lefts: Sequence[Mention], rights: Sequence[Mention]
) -> Speech:
    """Return how the quotations of two texts compare, and refusals that the other text contradicts.

    The only quotation of each text is taken for the same one, unless nothing in or around them is the same.
    """
    speech = Speech()
    mine = [each for each in left.mentions if each.kind == "quotation"]
    theirs = [each for each in right.mentions if each.kind == "quotation"]
    only = len(mine) == len(theirs) == 1 and any(not a.weak or not b.weak for a, b in shared)
    taken: set[int] = set()
    for quotation in mine:
        found = [
            (_common(left, right, quotation, other), -index)
            for index, other in enumerate(theirs)
            if id(other) not in taken and _alike_long(quotation, other)
        ]
        score, place = max(found, default=(0, 0))
        if not found or (not score and not only):
            speech.lefts.append(quotation)
            continue
        other = theirs[-place]
        taken.add(id(other))
        if one_speaker(quotation, other) or _elsewhere(quotation, right) or _elsewhere(other, left):
            speech.shared.append((quotation, other))
        else:
            speech.conflicting.append((quotation, other))
    speech.rights = [other for other in theirs if id(other) not in taken]
    for refusals, own, other_text, swapped in ((lefts, left, right, False), (rights, right, left, True)):
        for refusal in refusals:
            if refusal.kind == "denial" and not refusal.weak and (told := affirmations(own, other_text, refusal)):
                speech.conflicting.append((told, refusal) if swapped else (refusal, told))
    return speech


def _alike_long(a: Mention, b: Mention) -> bool:
    return SHORTEST <= (a.last - a.first) / (b.last - b.first) <= LONGEST


def _common(left: Reading, right: Reading, a: Mention, b: Mention) -> int:
    """Return how many long words of two quotations are alike."""
    first = [token.word for token in left.tokens[a.first : a.last] if token.is_word and len(token.word) >= MIN_CHARS]
    second = [token.word for token in right.tokens[b.first : b.last] if token.is_word and len(token.word) >= MIN_CHARS]
    return sum(any(x[:MIN_CHARS] == y[:MIN_CHARS] or similar(x, y) for y in second) for x in first)


def _elsewhere(quotation: Mention, other: Reading) -> bool:
    """Say whether the other text names this speaker as well."""
    return any(word in other.words for word in quotation.words)
