"""Where outlets contradict each other: which figures are one item, which differ by the hour only, what renders what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, permutations
from pathlib import Path

import pytest
from test_facts import passage, story
from tiny import make_document

import aligner.comparison_tallies
from aligner.comparison_conflicts import RELATIONS, Conflict, conflicts
from aligner.comparison_disputes import Disputes
from aligner.comparison_renderings import Renderings
from aligner.comparison_tallies import TALLIES, WHOLE, tally
from aligner.evidence.items import NUMBER_KINDS, Item
from aligner.evidence.readings import read
from aligner.facts import Fact
from aligner.passage_chances import Story
from aligner.passages import Passage

ItemTold = tuple[Item, Passage]
Told = tuple[str, str, str | None]
"""A document's id, its sentence, and when it was published; documents of "f..." are French."""


def told_story(*told: Told, chance: float = 0.9) -> tuple[Story, Fact]:
    seen: dict[str, int] = {}
    passages = []
    for id, text, _ in told:
        seen[id] = seen.get(id, -1) + 1
        passages.append(passage(f"{id}#{seen[id]}.0", lang="fr" if id[0] == "f" else "en", text=text))
    each = story(passages, {(a.id, b.id): chance for a, b in combinations(passages, 2) if a.document != b.document})
    return each, Fact(passages[0].id, tuple(passages), chance, chance, {})


def found(*told: Told, renderings: Renderings | None = None, chance: float = 0.9) -> list[Conflict]:
    each, fact = told_story(*told, chance=chance)
    documents = {id: make_document(id, text, published=day) for id, text, day in told}
    return conflicts(fact, each, documents, renderings=renderings)


def values(conflict: Conflict) -> list[tuple[str, str]]:
    return [(version.outlet, version.text) for version in conflict.versions]


TOLL = "The police said on the spot that {} people died in the fire at the factory."
BILAN = "La police a dit sur place que {} personnes sont mortes dans l'incendie de l'usine."
MISSING = "The police said on the spot that {} people were still missing after the fire at the factory."


@pytest.mark.parametrize(
    ("told", "relation"),
    [
        ([("a", "14", "2024-02-14"), ("b", "17", "2024-02-15")], "update"),
        ([("a", "14", "2024-02-14T10:00:00+00:00"), ("b", "17", "2024-02-14T14:00:00+01:00")], "update"),
        ([("a", "14", "2024-02-14T10:00:00+00:00"), ("b", "17", "2024-02-14T10:30:00+01:00")], "contradiction"),
        # of one day, or of an unknown one: an editor must see that both may be stages of one count
        ([("a", "14", "2024-02-14"), ("b", "17", "2024-02-14")], "order unknown"),
        ([("a", "14", None), ("b", "17", "2024-02-15")], "order unknown"),
        ([("a", "14", "2024-02-14"), ("b", "17", "2024-02-15"), ("c", "19", "2024-02-15")], "order unknown"),
        ([("a", "17", "2024-02-14"), ("b", "14", "2024-02-15")], "contradiction"),
        ([("a", "14", "2024-02-14"), ("b", "17", "2024-02-14"), ("c", "12", "2024-02-16")], "contradiction"),
        ([("a", "14", "2024-02-14"), ("b", "17", "2024-02-15"), ("c", "14", "2024-02-16")], "update"),
        ([("a", "14", "2024-02-14"), ("b", "14", "2024-02-15")], None),
    ],
)
def test_a_toll_that_rises_is_an_update(told: list[tuple[str, str, str | None]], relation: str | None) -> None:
    conflicting = found(*((id, TOLL.format(toll), day) for id, toll, day in told))
    assert [(c.kind, c.relation) for c in conflicting] == ([("figure", relation)] if relation else [])
    if relation:
        assert relation in RELATIONS
        assert values(conflicting[0]) == [(id, toll) for id, toll, _ in sorted(told, key=lambda t: (t[2] or "", t[0]))]


def test_an_undated_telling_of_a_dated_figure_leaves_the_order_open() -> None:
    told = [("a", "17", "2024-02-15"), ("b", "14", "2024-02-14"), ("c", "17", None)]
    (conflict,) = found(*((id, TOLL.format(toll), day) for id, toll, day in told))
    assert conflict.relation == "order unknown"  # who told 17 without a date may have told it first


@pytest.mark.parametrize(
    ("first", "second", "relation"),
    [
        (MISSING.format(14), MISSING.format(9), "update"),  # five were found
        (MISSING.format(9), MISSING.format(14), "update"),
        (
            "The storm burnt down 40 houses in the village.",
            "The storm had burnt down 65 houses in the village.",
            "update",
        ),
        ("The fire put the damage at 45 million euros.", "The fire put the damage at 60 million euros.", "update"),
        # what does not grow while it is counted
        ("All 412 passengers were evacuated.", "All 421 passengers were evacuated.", "contradiction"),
        (
            "Three helicopters flew to the burning ferry.",
            "Four helicopters flew to the burning ferry.",
            "contradiction",
        ),
        (
            "The bank sold the old bridge for 75 crowns.",
            "The bank sold the old bridge for 210 crowns.",
            "contradiction",
        ),
        ("The depth of the lake is 60 metres.", "The depth of the lake is 90 metres.", "contradiction"),
    ],
)
def test_only_a_count_that_grows_is_updated(first: str, second: str, relation: str) -> None:
    (conflict,) = found(("a", first, "2024-02-14"), ("b", second, "2024-02-15"))
    assert conflict.relation == relation


def test_a_language_without_a_file_has_no_tallies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = ("a", TOLL.format(14), "2024-02-14"), ("b", TOLL.format(17), "2024-02-15")
    aligner.comparison_tallies._words.cache_clear()
    with monkeypatch.context() as patched:
        patched.setattr(aligner.comparison_tallies, "FOLDER", tmp_path)
        assert [c.relation for c in found(*told)] == ["contradiction"]
        (tmp_path / "en.tsv").write_text("# English\ntoll\tdied\n", "utf-8")  # a file is all that a language needs
        aligner.comparison_tallies._words.cache_clear()
        assert [c.relation for c in found(*told)] == ["update"]
    aligner.comparison_tallies._words.cache_clear()


def test_the_word_files_have_the_same_kinds() -> None:
    kinds = {
        path.stem: [line.split("\t")[0] for line in path.read_text("utf-8").splitlines() if line[0] != "#"]
        for path in aligner.comparison_tallies.FOLDER.glob("*.tsv")
    }
    assert set(kinds) >= {"en", "fr"}
    assert {tuple(each) for each in kinds.values()} == {(*TALLIES, WHOLE, "people")}


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("At least 14 people died and 230 were injured.", "en", ["toll", "toll"]),
        ("Four helicopters evacuated 30 miners.", "en", [None, "toll"]),  # the word belongs to the nearer figure
        ("Five people were killed in 3 attacks.", "en", ["toll", None]),
        ("The 14 victims were named.", "en", ["toll"]),
        ("The 14 sailors were killed.", "en", ["whole"]),
        ("The 14 people killed were named.", "en", ["toll"]),
        ("A magnitude 6.4 quake killed many.", "en", [None]),
        ("He died after 19 hours.", "en", [None]),
        ("The blaze scorched 300 hectares.", "en", ["damage"]),
        ("Readers donated 300 euros.", "en", ["total"]),
        ("The injured paid 300 euros.", "en", [None]),
        ("The toll stands at 17.", "en", ["toll"]),
        ("Le séisme a fait au moins 17 morts.", "fr", ["toll"]),
        ("Les 421 passagers ont été évacués.", "fr", ["whole"]),
        ("Les 17 victimes sont identifiées.", "fr", ["toll"]),
        ("Trois disparus sont recherchés.", "fr", ["missing"]),
        ("Le billet coûte 30 euros.", "fr", [None]),
        ("Zwölf Menschen und 14 Kinder starben.", "de", [None, None]),
    ],
)
def test_what_a_figure_counts(text: str, language: str, expected: list[str | None]) -> None:
    reading = read(text, language, None)
    figures = [each for each in reading.mentions if each.kind in NUMBER_KINDS]
    assert [tally(reading, each, language) for each in figures] == expected


def test_conflicts_across_languages() -> None:
    (conflict,) = found(("a", TOLL.format(14), None), ("f", BILAN.format(19), None))
    assert [(v.outlet, v.text, v.passage) for v in conflict.versions] == [("a", "14", "a#0.0"), ("f", "19", "f#0.0")]


DEPTH = "The quake struck at a depth of {} kilometers."
BORDER = "The village lies {} kilometers from the northern border."


def told_item(each: Passage, text: str) -> ItemTold:
    """Return the measure of a passage."""
    start = each.text.index(text)
    return Item("measure", text, text, start, start + len(text)), each


def disputed(
    *clashes: tuple[ItemTold, ItemTold], shared: Sequence[tuple[ItemTold, ItemTold]] = ()
) -> set[frozenset[str]]:
    disputes = Disputes(lambda each: read(each.text, "en", None))
    for (item, first), (other, second) in shared:
        disputes.share(replace(item, also=(other.start, other.end)), first, second)
    for one, other_one in clashes:
        disputes.clash(one, other_one)
    return {frozenset(f"{each.document} {item.text}" for item, each in told) for told, _ in disputes.items()}


A_DEPTH = told_item(passage("a#0.0", text=DEPTH.format(17)), "17 kilometers")
A_BORDER = told_item(passage("a#1.0", text=BORDER.format(60)), "60 kilometers")
B_BORDER = told_item(passage("b#0.0", text=BORDER.format(90)), "90 kilometers")
C_DEPTH = told_item(passage("c#0.0", text=DEPTH.format(12)), "12 kilometers")
C_BORDER = told_item(passage("c#1.0", text=BORDER.format(60)), "60 kilometers")


def test_a_conflict_is_about_one_item() -> None:
    """A depth and two distances, all in kilometers: what is most alike is one, and no text tells two values of it."""
    distances = frozenset({"a 60 kilometers", "b 90 kilometers"})
    assert disputed((A_BORDER, B_BORDER)) == {distances}
    for clashes in permutations([(A_DEPTH, B_BORDER), (A_BORDER, B_BORDER), (A_DEPTH, C_DEPTH)]):
        assert disputed(*clashes) == {distances, frozenset({"a 17 kilometers", "c 12 kilometers"})}


def test_a_text_that_shares_one_value_does_not_dispute_it_with_another_of_its_own() -> None:
    """The third text has the distance of the first: its depth is no rival of the second text's."""
    agreed = frozenset({"a 60 kilometers", "b 90 kilometers", "c 60 kilometers"})
    clashes = [(A_BORDER, B_BORDER), (B_BORDER, C_DEPTH)]
    assert disputed(*clashes, shared=[(A_BORDER, C_BORDER)]) == {agreed}


def test_a_name_may_be_told_in_several_ways() -> None:
    text = "Mr Brandt, Paul Brandt, opened it."
    first, third = passage("a#0.0", text=text), passage("c#0.0", text=text)
    short, full = Item("name", "Brandt", "Brandt", 3, 9), Item("name", "Paul Brandt", "Paul Brandt", 11, 22)
    other = Item("name", "Anna Keller", "Anna Keller", 0, 11), passage("b#0.0", text="Anna Keller opened it.")
    clashes = [((full, first), other), ((short, third), other)]
    named = frozenset({"a Brandt", "a Paul Brandt", "b Anna Keller", "c Brandt"})
    assert disputed(*clashes, shared=[((short, first), (short, third))]) == {named}


def test_a_figure_shared_by_chance_is_no_agreement() -> None:
    chance = told_item(passage("c#2.0", text="Snow fell; 60 kilometers, she walked."), "60 kilometers")
    both = frozenset({"a 60 kilometers", "b 90 kilometers"})
    assert disputed((A_BORDER, B_BORDER), shared=[(A_BORDER, chance)]) == {both}


def test_who_agrees_with_both_sides_settles_it() -> None:
    miles = told_item(passage("c#2.0", text="The village lies 37 miles from the northern border."), "37 miles")
    assert disputed((A_BORDER, B_BORDER), shared=[(A_BORDER, miles), (miles, B_BORDER)]) == set()


def test_who_agrees_with_a_side_is_told_as_well() -> None:
    told = [
        ("a", "The village lies 60 kilometers from the northern border.", None),
        ("b", "The village lies 90 kilometers from the northern border.", None),
        ("c", "About 60 kilometers away from the northern border the earth shook again, for the third time.", None),
    ]
    (conflict,) = found(*told)
    assert values(conflict) == [("a", "60 kilometers"), ("b", "90 kilometers"), ("c", "60 kilometers")]
