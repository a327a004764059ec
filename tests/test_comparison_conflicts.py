"""Where outlets contradict each other: which figures are one item, which differ by the hour only, what renders what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, permutations
from pathlib import Path

import numpy as np
import pytest
from test_facts import passage, story
from tiny import make_document

import aligner.comparison_tallies
from aligner.candidates import Pool
from aligner.comparison_conflicts import RELATIONS, Conflict, conflicts
from aligner.comparison_disputes import Disputes, mention_of
from aligner.comparison_renderings import RENDERED, Renderings, renderings
from aligner.comparison_tallies import TALLIES, WHOLE, tally
from aligner.evidence import Evidence
from aligner.evidence.items import NUMBER_KINDS, Item
from aligner.evidence.readings import read
from aligner.facts import Fact
from aligner.features import Side
from aligner.grades import Grader
from aligner.paragraphs import Paragraph
from aligner.passage_chances import Story
from aligner.passages import Passage
from aligner.tokens import Tokens

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


# Vectors decide alone here: passages with the same one render each other.
JUDGE = Grader(weights=(0.0, 10.0, 0.0, 0.0, 0.0), intercept=-5.0, threshold=0.0, told=())
NAMED = [
    ("a", "On Monday the manager of the harbour, Anna Keller, opened the new bridge.", None),
    ("f", "Lundi, le directeur du port, Paul Brandt, a inauguré le nouveau pont.", None),
]
PRICED = [
    ("a", "The meeting in Lisbon ended after seven hours.", None),
    ("f", "La réunion de Lisbonne a pris fin au bout de neuf heures.", None),
]


def judged(told: list[Told], *, like: set[str], more: int = 0, chance: float = 0.9) -> list[Conflict]:
    """Return the conflicts of two passages; those of documents in `like` have one vector.

    Each of the documents has `more` passages that the other does not tell.
    """
    each, fact = told_story(*told, chance=chance)
    extra = [
        passage(f"{own.document}#{number}.0", lang=own.lang) for own in fact.passages for number in range(1, more + 1)
    ]
    likely = {(a.id, b.id): chance for a, b in combinations(fact.passages, 2)}
    each = story([*fact.passages, *extra], likely)
    axes = np.eye(len(told) + 1, dtype=np.float32)
    paragraphs, sides = {}, {}
    for key, own in enumerate(each.passages):
        axis = axes[-1] if own.document in like and own in fact.passages else axes[key % len(told)]
        paragraphs[key] = Paragraph(own.document, own.position, own.lang, 0, 1, own.text, None)
        sides[key] = Side(axis, axis, None, frozenset())
    pool = Pool(paragraphs, sides, {})
    documents = {id: make_document(id, text) for id, text, _ in told}
    return conflicts(fact, each, documents, renderings=renderings(each, pool, JUDGE))


def test_what_is_left_over_rivals_where_one_document_renders_the_other() -> None:
    (named,) = judged(NAMED, like={"a", "f"})
    assert values(named) == [("a", "Anna Keller"), ("f", "Paul Brandt")]
    assert judged(NAMED, like=set()) == []
    assert judged(NAMED, like={"a", "f"}, chance=0.7) == []  # not sure enough that they report the same


def test_passages_that_render_each_other_rival_in_all_but_names() -> None:
    """In independent texts two names for one thing are commoner than two things: Moscow, Russia."""
    enough, few = round(1 / RENDERED) - 1, round(1 / RENDERED)
    assert judged(NAMED, like={"a", "f"}, more=enough) != []
    assert judged(NAMED, like={"a", "f"}, more=few) == []
    (priced,) = judged(PRICED, like={"a", "f"}, more=few)
    assert values(priced) == [("a", "seven hours"), ("f", "neuf heures")]
    assert judged(PRICED, like=set(), more=few) == []


def test_a_passage_is_judged_by_its_own_tokens() -> None:
    """Both paragraphs have one vector; of the tokens of the first one, its first passage has the first two."""
    vectors = np.array([[127, 0], [127, 0], [0, 127]], np.int8)
    offsets = np.array([[0, 3], [4, 8], [12, 15]], np.int32)
    tokens = Tokens(vectors, np.zeros(3, np.float16), np.zeros(3, np.int32), offsets)
    unit = np.array([1.0, 0.0], np.float32)
    first = [Passage("a", "a#0", 0, 0, "en", "One text.", 0, 9), Passage("a", "a#0", 0, 1, "en", "Two text.", 10, 19)]
    other = Passage("b", "b#0", 0, 0, "en", "One text.", 0, 9)
    each = story([*first, other], {("a#0.0", "b#0.0"): 0.9, ("a#0.1", "b#0.0"): 0.9})
    pool = Pool(
        {
            0: Paragraph("a", 0, "en", 0, 19, "One text. Two text.", None),
            1: Paragraph("b", 0, "en", 0, 9, "One text.", None),
        },
        {
            0: Side(unit, unit, tokens, frozenset()),
            1: Side(unit, unit, Tokens(vectors[:2], tokens.expected[:2], tokens.pieces[:2], offsets[:2]), frozenset()),
        },
        {},
    )
    judge = Grader(weights=(1.0, 0.0, 0.0, 0.0, 0.0), intercept=0.0, threshold=0.1, told=(0.0, 0.0, 0.0))
    asked = renderings(each, pool, judge)
    assert asked.of_passages(first[0], other, Evidence())
    assert not asked.of_passages(first[1], other, Evidence())


def test_speech_has_no_mention() -> None:
    reading = read("Some 14 people died.", "en", None)
    assert mention_of(reading, 5, 7) is reading.mentions[0]
    assert mention_of(reading, 0, 4) is None
