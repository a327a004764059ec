"""Words for one thing that outlets tell in different senses: rebels here, terrorists there, of the same fact.

Loaded words are listed by thing and sense, paired across languages (aligner/words/): "rebels" and "rebelles" are of one
sense, so that a translation shows no difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from aligner.facts import Fact
from aligner.wordlists import word_lists

__all__ = ["Loaded", "loaded_words", "side_by_side"]


@dataclass(frozen=True, slots=True)
class Loaded:
    """Where an outlet uses a listed word for a thing: characters [start, end) of a passage's text, and its fact.

    `key` is the thing, `sense` what the word makes of it: "fighters", "rebel".
    """

    key: str
    sense: str
    outlet: str
    fact: str
    passage: str
    lang: str
    text: str
    start: int
    end: int


def loaded_words(facts: Iterable[Fact], *, outlets: Mapping[str, str]) -> list[Loaded]:
    """Return the words for a thing by which outlets differ, fact by fact; `outlets` are those of documents.

    Two outlets differ in a fact where their passages of it have words for the thing, and no sense in common.
    """
    found: list[Loaded] = []
    for fact in facts:
        told: dict[str, list[Loaded]] = {}
        for passage in fact.passages:
            lists = word_lists(passage.lang)
            for each in lists.find("loaded", passage.text) if lists else ():
                thing, _, sense = each.key.partition(":")
                text = passage.text[each.start : each.end]
                where = outlets[passage.document], fact.id, passage.id, passage.lang
                told.setdefault(thing, []).append(Loaded(thing, sense, *where, text, each.start, each.end))
        for own in told.values():
            differing = _differing(own)
            found += [each for each in own if each.outlet in differing]
    return found


def _differing(words: Sequence[Loaded]) -> set[str]:
    """Return the outlets that have no sense of a thing in common with some other."""
    senses: dict[str, set[str]] = {}
    for each in words:
        senses.setdefault(each.outlet, set()).add(each.sense)
    return {one for one in senses if any(senses[one].isdisjoint(other) for other in senses.values())}


def side_by_side(words: Iterable[Loaded]) -> dict[str, dict[str, Sequence[str]]]:
    """Return words for a thing by thing and outlet, in lower case, commonest first."""
    counts: dict[str, dict[str, Counter[str]]] = {}
    for each in words:
        counts.setdefault(each.key, {}).setdefault(each.outlet, Counter())[each.text.lower()] += 1
    return {
        key: {name: sorted(by[name], key=lambda word: (-by[name][word], word)) for name in sorted(by)}
        for key, by in sorted(counts.items())
    }
