"""Passages that report the same, and how they are grouped."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from aligner.facts import GROUPED, Fact, find_facts
from aligner.passage_chances import Story
from aligner.passages import Passage

Likely = dict[tuple[str, str], float]


def passage(id: str, *, lang: str = "en", text: str = "") -> Passage:
    """Return a passage by its id, as in "a#0.1"."""
    paragraph, _, number = id.partition(".")
    document, _, position = paragraph.partition("#")
    return Passage(document, paragraph, int(position), int(number), lang, text or f"Text of {id}.", 0, 20)


def story(passages: list[Passage], likely: Likely) -> Story:
    """Return a story in which all other pairs have no chance."""
    numbers = {each.id: at for at, each in enumerate(passages)}
    chances = np.zeros((len(passages), len(passages)))
    for (one, other), chance in likely.items():
        chances[numbers[one], numbers[other]] = chances[numbers[other], numbers[one]] = chance
    for one, other in itertools.product(passages, passages):
        if one.document == other.document:
            chances[numbers[one.id], numbers[other.id]] = np.nan
    return Story(tuple(passages), chances, chances.astype(np.float32), numbers)


def grouped(facts: list[Fact]) -> set[frozenset[str]]:
    return {frozenset(each.id for each in fact.passages) for fact in facts}


def sets(*groups: str) -> set[frozenset[str]]:
    return {frozenset(group.split()) for group in groups}


@pytest.mark.parametrize(
    ("likely", "expected"),
    [
        ({}, sets("a#0.0", "b#0.0", "c#0.0", "d#0.0")),
        ({("a#0.0", "b#0.0"): 0.9}, sets("a#0.0 b#0.0", "c#0.0", "d#0.0")),
        ({("a#0.0", "b#0.0"): GROUPED - 0.01}, sets("a#0.0", "b#0.0", "c#0.0", "d#0.0")),
        # all of three pairs: means of .9, then (.5 + .7) / 2
        (
            {("a#0.0", "b#0.0"): 0.9, ("b#0.0", "c#0.0"): 0.5, ("a#0.0", "c#0.0"): 0.7},
            sets("a#0.0 b#0.0 c#0.0", "d#0.0"),
        ),
        # a chain a-b-c-d does not hold: between {a, b} and {c, d} the mean is .6 / 4
        (
            {("a#0.0", "b#0.0"): 0.9, ("b#0.0", "c#0.0"): 0.6, ("c#0.0", "d#0.0"): 0.8},
            sets("a#0.0 b#0.0", "c#0.0 d#0.0"),
        ),
    ],
    ids=["nothing", "a pair", "below the cut", "three", "a chain"],
)
def test_groups_by_average_linkage(likely: Likely, expected: set[frozenset[str]]) -> None:
    passages = [passage(f"{id}#0.0") for id in "abcd"]
    assert grouped(find_facts(story(passages, likely))) == expected


def test_one_paragraph_tells_several_facts_and_a_text_one_fact_twice() -> None:
    passages = [passage(id) for id in ("a#0.0", "a#0.1", "a#5.0", "b#0.0", "b#1.0", "c#0.0")]
    likely = {("a#0.0", "b#0.0"): 0.9, ("a#0.1", "b#1.0"): 0.9, ("a#0.0", "c#0.0"): 0.9, ("b#0.0", "c#0.0"): 0.9}
    likely |= {("a#5.0", "b#0.0"): 0.8, ("a#5.0", "c#0.0"): 0.8}  # with a#0.0 a mean of 1.6 / 3
    found = find_facts(story(passages, likely))
    assert grouped(found) == sets("a#0.0 a#5.0 b#0.0 c#0.0", "a#0.1 b#1.0")
    assert [fact.id for fact in found] == ["a#0.0", "a#0.1"]
    assert found[0].documents == ("a", "b", "c")
    assert (found[0].probability, found[0].weakest) == (round((3 * 0.9 + 2 * 0.8) / 5, 4), 0.8)


def test_a_fact_that_one_document_tells_has_no_probability() -> None:
    (fact,) = find_facts(story([passage("a#0.0")], {}))
    assert (fact.probability, fact.weakest) == (None, None)


def test_the_witness_of_a_language_is_central_and_stands_by_itself() -> None:
    passages = [
        passage("a#0.0", text="It fell on Monday."),
        passage("b#0.0", text="The bridge fell on Monday."),
        passage("c#0.0", text="A bridge fell."),
        passage("d#0.0", lang="fr", text="Le pont est tombé lundi."),
    ]
    likely = {("a#0.0", "b#0.0"): 0.9, ("a#0.0", "c#0.0"): 0.6, ("b#0.0", "c#0.0"): 0.6}
    likely |= {("a#0.0", "d#0.0"): 0.9, ("b#0.0", "d#0.0"): 0.85, ("c#0.0", "d#0.0"): 0.6}
    (fact,) = find_facts(story(passages, likely))
    assert {lang: each.id for lang, each in fact.witnesses.items()} == {"en": "b#0.0", "fr": "d#0.0"}


def test_a_fact_has_one_witness_a_language_whatever_its_tag() -> None:
    passages = [passage("a#0.0", lang="cmn-Hans"), passage("b#0.0", lang="zh-Hant"), passage("c#0.0", lang="fr-CA")]
    likely = {("a#0.0", "b#0.0"): 0.9, ("a#0.0", "c#0.0"): 0.8, ("b#0.0", "c#0.0"): 0.7}
    (fact,) = find_facts(story(passages, likely))
    assert {lang: each.id for lang, each in fact.witnesses.items()} == {"fr": "c#0.0", "zh": "a#0.0"}
