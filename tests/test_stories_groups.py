"""Groups, their names and their measure, against values worked out another way."""

from __future__ import annotations

import itertools
import random

import pytest

from aligner.errors import InputError
from aligner.evaluation_stories import BCubed, b_cubed, events_of
from aligner.gold import Links
from aligner.stories_groups import MIN_LOG_ODDS, group
from aligner.stories_names import Change, name_groups


def naive(documents: list[str], pairs: dict[tuple[str, str], float], cut: float) -> list[tuple[str, ...]]:
    """Average link by its definition: merge the two groups with the highest mean until it is below the cut."""
    groups = [(id,) for id in sorted(documents)]

    def mean(a: tuple[str, ...], b: tuple[str, ...]) -> float:
        values = [max(MIN_LOG_ODDS, pairs.get((min(p), max(p)), MIN_LOG_ODDS)) for p in itertools.product(a, b)]
        return sum(values) / len(values)

    while len(groups) > 1:
        best, one, other = max((mean(a, b), a, b) for a, b in itertools.combinations(groups, 2))
        if best < cut:
            break
        groups = [each for each in groups if each not in (one, other)] + [tuple(sorted(one + other))]
    return sorted(groups)


@pytest.mark.parametrize("seed", range(12))
def test_groups_are_those_of_average_link(seed: int) -> None:
    rng = random.Random(seed)
    documents = [f"d{n}" for n in range(9)]
    pairs = {pair: rng.uniform(-7, 7) for pair in itertools.combinations(documents, 2) if rng.random() < 0.5}
    expected = naive(documents, pairs, 0.0)
    assert group(documents, pairs, cut=0.0) == expected
    shuffled = dict(rng.sample(list(pairs.items()), len(pairs)))
    assert group(rng.sample(documents, 9), shuffled, cut=0.0) == expected


def test_a_chain_of_likely_pairs_is_no_story() -> None:
    pairs = {("a", "b"): 4.0, ("b", "c"): 3.0, ("c", "d"): 4.0}
    assert group("abcd", pairs, cut=0.0) == [("a", "b"), ("c", "d")]
    assert group("abcd", {}, cut=0.0) == [("a",), ("b",), ("c",), ("d",)]


@pytest.mark.parametrize(
    ("groups", "before", "names", "changes"),
    [
        ([("a", "b")], {}, {("a", "b"): "story-b"}, []),
        ([("a", "b", "c")], {"s": ["a", "b"]}, {("a", "b", "c"): "s"}, []),
        (
            [("a", "b", "c")],
            {"s": ["a", "b"], "t": ["c"]},
            {("a", "b", "c"): "s"},
            [Change("merged", "t", ("s",))],
        ),
        (
            [("a",), ("b", "c")],
            {"s": ["a", "b", "c"]},
            {("a",): "story-a", ("b", "c"): "s"},
            [Change("split", "s", ("s", "story-a"))],
        ),
        (
            [("a",), ("b",)],
            {"s": ["a", "b"]},
            {("a",): "story-a", ("b",): "s"},
            [Change("split", "s", ("s", "story-a"))],
        ),
        ([], {"s": []}, {}, [Change("ended", "s", ())]),
        (
            [("a", "b", "c"), ("d", "e", "f")],
            {"s": ["a", "d"], "t": ["b", "c"], "u": ["e", "f"]},
            {("a", "b", "c"): "t", ("d", "e", "f"): "u"},
            [Change("split", "s", ("t", "u")), Change("merged", "s", ("t",))],
        ),
    ],
)
def test_names(
    groups: list[tuple[str, ...]],
    before: dict[str, list[str]],
    names: dict[tuple[str, ...], str],
    changes: list[Change],
) -> None:
    published = {"a": "2024-02-02", "b": "2024-02-01"}
    found = name_groups(groups, before=before, founders={"s": "b"}, published=published, is_taken=set().__contains__)
    assert found == (names, changes)


def test_a_name_that_is_taken_is_numbered() -> None:
    taken = {"story-a", "story-a-2"}
    names, _ = name_groups([("a",)], before={}, founders={}, published={}, is_taken=taken.__contains__)
    assert names == {("a",): "story-a-3"}


def test_b_cubed() -> None:
    """Events of 3 and 1 told as 2 and 2: precision (1 + 1 + 1/2 + 1/2) / 4, recall (2/3 + 2/3 + 1/3 + 1) / 4."""
    events = {"a": "x", "b": "x", "c": "x", "d": "y"}
    precision, recall = 3 / 4, 8 / 12
    expected = BCubed(precision, recall, pytest.approx(2 * precision * recall / (precision + recall)), 4)
    assert b_cubed([("a", "b"), ("c", "d")], events) == expected
    assert b_cubed([("a", "b", "c"), ("d",)], events) == BCubed(1.0, 1.0, 1.0, 4)
    assert b_cubed([("a", "b"), ("c", "d")], events, asked=["d"]) == BCubed(0.5, 1.0, pytest.approx(2 / 3), 1)


def test_events_are_what_links_connect() -> None:
    links = Links("en", "fr", sure=frozenset({("a#0", "b#1"), ("c#2", "b#0")}), doubtful=frozenset({("a#0", "d#0")}))
    assert events_of("abcd", [links]) == {"a": "a", "b": "a", "c": "a", "d": "d"}
    with pytest.raises(InputError, match="1 linked documents are not among the documents; the first: c"):
        events_of("abd", [links])
