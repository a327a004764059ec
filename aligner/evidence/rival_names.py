"""Names that contradict each other: one word of a shared name differs, or each text has one that the other lacks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from aligner.evidence.mentions import Mention
from aligner.evidence.names import is_acronym, similar
from aligner.evidence.pairing import Pairs
from aligner.evidence.readings import STEM, Reading
from aligner.evidence.roles import alike, role

__all__ = ["names_apart", "only_names", "untold_names"]

ROMAN = re.compile("[IVX]+")
NEAR = 0.15  # of the text: how far apart two names may stand where more than one is left
NEAR_SCORE = 2  # or a class or word that stands beside both
MAX_NAMES = 2


def only_names(
    left: Reading, right: Reading, shared: Pairs, lefts: Sequence[Mention], rights: Sequence[Mention]
) -> Pairs:
    """Return the one name of each text that the other has not, whole or part of a shared one."""
    mine, theirs = untold_names(lefts), untold_names(rights)
    if not mine and not theirs:
        return []
    if not mine:
        mine = _clusters([a for a, _ in shared if a.kind == "name" and _rest(a, left, right)])
        if left.sentences == 1:
            mine = mine or _clusters([each for each in lefts if _opener(each, left)])
    if not theirs:
        theirs = _clusters([b for _, b in shared if b.kind == "name" and _rest(b, right, left)])
        if right.sentences == 1:
            theirs = theirs or _clusters([each for each in rights if _opener(each, right)])
    if not 1 <= len(mine) <= MAX_NAMES or not 1 <= len(theirs) <= MAX_NAMES:
        return []
    only = len(mine) == len(theirs) == 1
    ranked = sorted(
        (abs(a[0].item.start / len(left.text) - b[0].item.start / len(right.text)), i, j)
        for i, a in enumerate(mine)
        for j, b in enumerate(theirs)
    )
    found: Pairs = []
    taken: set[int] = set()
    for apart, i, j in ranked:
        a, b = mine[i][0], theirs[j][0]
        near = apart <= NEAR or alike(role(left, a), role(right, b)) >= NEAR_SCORE
        if {i, -1 - j} & taken or a.peoples != b.peoples or (is_acronym(a) and is_acronym(b)) or not (only or near):
            continue
        taken |= {i, -1 - j}
        found.append((a, b))
    return found


def untold_names(mentions: Sequence[Mention]) -> list[list[Mention]]:
    names = _clusters([each for each in mentions if _may_rival(each)])
    plain = [each for each in names if not is_acronym(each[0]) and not each[0].peoples]
    return plain or names


def _opener(mention: Mention, own: Reading) -> bool:
    """Say whether a word that opens a sentence may be a name: "Trump took"."""
    if mention.kind != "name" or not mention.item.text[0].isupper() or len(mention.words) != 1:
        return False
    return not set(mention.words) & (own.lexicon.nouns | own.lexicon.openers)


def _may_rival(mention: Mention) -> bool:
    return mention.kind == "name" and not mention.weak


def _clusters(names: Sequence[Mention]) -> list[list[Mention]]:
    """Return names in groups that stand side by side: Rapid and Vienna."""
    groups: list[list[Mention]] = []
    for name in sorted({id(each): each for each in names}.values(), key=lambda each: each.first):
        if groups and name.first <= groups[-1][-1].last:
            groups[-1].append(name)
        else:
            groups.append([name])
    return groups


def _rest(name: Mention, own: Reading, other: Reading) -> list[str]:
    """Return the words of a name that the other text lacks."""
    skipped = own.lexicon.nouns | own.lexicon.openers
    if name.keys:
        return []
    return [
        word
        for word in name.words
        if len(word) > 2
        and word not in skipped
        and word[:STEM] not in other.stems
        and not any(similar(word, there) for there in other.words)
    ]


def names_apart(left: Reading, right: Reading, shared: Pairs) -> Pairs:
    """Return shared names that differ in a word: Jack Dorsey and John Dorsey."""
    found: Pairs = []
    for a, b in shared:
        if a.kind != "name" or a.keys or b.keys or min(len(a.words), len(b.words)) < 2:
            continue
        if ROMAN.fullmatch(a.words[-1].upper()) and a.words[-1] == b.words[-1]:
            continue  # Benedict XVI and Benoît XVI: such names are translated
        if _rest(a, left, right) and _rest(b, right, left):
            found.append((a, b))
    return found
