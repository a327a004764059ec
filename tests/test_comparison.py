"""Who tells what of a story: cells, omissions, conflicts over time, who was first, words."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from test_facts import passage, story
from test_passage_chances import ENGLISH, FRENCH
from tiny import TinyEncoder, make_document

from aligner.comparison import MAX_DOCUMENTS, Comparison, compare_documents
from aligner.comparison_coverage import UNTOLD, coverage, outlets_of
from aligner.comparison_differences import LEVEL, MIN_SENTENCES, differences
from aligner.comparison_omissions import omissions, only_told, tellers_of, untold_by_language
from aligner.comparison_timeline import timeline
from aligner.comparison_words import MEASURES, Usage
from aligner.corpus import Corpus
from aligner.documents import Document
from aligner.errors import InputError, NotFoundError
from aligner.facts import GROUPED, find_facts
from aligner.paragraphs import split_paragraphs
from aligner.passages import Passage
from aligner.published import surely_before
from aligner.store import StoredDocument

LONG = "The council met for many hours in the town hall, and nobody in the crowd outside wanted to go home early. " * 3
Filled = Callable[[Sequence[Document]], Corpus]


def stored(
    id: str, *texts: str, lang: str = "en", outlet: str | None = None, published: str | None = None
) -> StoredDocument:
    document = make_document(id, *texts, lang=lang, outlet=outlet, published=published)
    return StoredDocument(document, split_paragraphs(document, served=("en", "fr")))


def statuses(
    passages: Sequence[Passage], likely: dict[tuple[str, str], float], told: Sequence[StoredDocument]
) -> dict[str, str]:
    """Return the marks of each fact, an outlet after the other."""
    each = story(list(passages), likely)
    facts = find_facts(each)
    marks = {"told": "+", "partly": "~", "unsure": ".", "not told": "-", "not evaluable": "?"}
    return {
        row[0].fact: "".join(marks[cell.status] for cell in row)
        for row in coverage(each, facts, outlets_of(told), rendering={})
    }


PASSAGES = [passage(id) for id in ("a#0.0", "a#1.0", "b#0.0", "b#1.0", "c#0.0")]
LIKELY = {("a#0.0", "b#0.0"): 0.9, ("a#0.0", "c#0.0"): 0.8, ("b#0.0", "c#0.0"): 0.8, ("a#1.0", "b#1.0"): UNTOLD + 0.01}


def test_cells_have_two_cuts() -> None:
    told = [stored(id, LONG) for id in "abc"]
    assert statuses(PASSAGES, LIKELY, told) == {"a#0.0": "+++", "a#1.0": "+.-", "b#1.0": ".+-"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Too short.", "the text is too short"),
        (LONG + "and then the mayor said that", "the text is cut off"),
        (LONG + "More was to come\u2026", "the text is cut off"),
        (LONG + "More was to come [+1234 chars]", "the text is cut off"),
    ],
)
def test_silence_of_a_text_in_doubt_proves_nothing(text: str, reason: str) -> None:
    told = [stored("a", LONG), stored("b", LONG), stored("c", text)]
    assert outlets_of(told)[2].doubt == reason
    assert statuses(PASSAGES, LIKELY, told)["a#1.0"] == "+.?"


def test_a_text_without_any_fact_in_common_is_not_evaluable() -> None:
    told = [stored(id, LONG) for id in "abc"]
    likely = {pair: chance for pair, chance in LIKELY.items() if "c#0.0" not in pair}
    assert statuses(PASSAGES, likely, told)["a#0.0"] == "++?"


def test_places_in_the_text() -> None:
    passages = [passage(f"a#{n}.0") for n in range(10)] + [passage("b#0.0")]
    each = story(passages, {("a#0.0", "b#0.0"): 0.9})
    rows = coverage(each, find_facts(each), outlets_of([stored("a", LONG), stored("b", LONG)]), rendering={})
    places = {row[0].fact: row[0] for row in rows}
    assert [(places[f"a#{n}.0"].position, places[f"a#{n}.0"].place) for n in (0, 1, 2, 4, 5, 9)] == [
        (0, "lead"),
        (1, "lead"),
        (2, "middle"),
        (4, "middle"),
        (5, "buried"),
        (9, "buried"),
    ]
    assert (places["a#5.0"].relative, places["a#5.0"].share) == (0.5, 0.1)


def test_omissions_by_outlet_and_by_language() -> None:
    passages = [passage(f"{id}#{n}.0") for id in "abcd" for n in range(2)]
    likely = {(f"{x}#0.0", f"{y}#0.0"): 0.9 for x, y in ("ab", "ac", "ad", "bc", "bd", "cd")} | {
        ("a#1.0", "b#1.0"): 0.9
    }
    told = [stored(id, LONG, lang="en" if id < "c" else "fr") for id in "abcd"]
    each = story(passages, likely)
    outlets = outlets_of(told)
    rows = coverage(each, find_facts(each), outlets, rendering={})
    assert [(o.fact, o.by, o.told_by) for o in omissions(rows, outlets, least=2)] == [
        ("a#1.0", "c", ("a", "b")),
        ("a#1.0", "d", ("a", "b")),
    ]
    assert [(o.fact, o.by) for o in untold_by_language(rows, outlets, least=2)] == [("a#1.0", "fr")]
    assert {(o.fact, o.by) for o in omissions(rows, outlets, least=1)} >= {("c#1.0", "a"), ("c#1.0", "d")}
    assert omissions(rows, outlets, least=5) == []


def test_a_reprint_is_no_second_source() -> None:
    passages = [passage(f"{id}#{n}.0") for id in "abc" for n in range(2)]
    likely = {("a#0.0", "b#0.0"): 1.0, ("a#1.0", "b#1.0"): 1.0, ("a#0.0", "c#0.0"): 0.8, ("b#0.0", "c#0.0"): 0.6}
    told = [stored("a", LONG, outlet="Post"), stored("b", LONG, outlet="Herald"), stored("c", LONG, outlet="Fleuve")]
    each = story(passages, likely)
    facts = find_facts(each, reprints={"b": "a"})
    assert [(fact.id, fact.probability) for fact in facts] == [("a#0.0", 0.7), ("a#1.0", None), ("c#1.0", None)]
    outlets = outlets_of(told, reprints={"b": "a"})
    assert [(outlet.name, outlet.copies) for outlet in outlets] == [
        ("Fleuve", None),
        ("Herald", "Post"),
        ("Post", None),
    ]
    rows = coverage(each, facts, outlets, rendering={})
    assert [len(tellers_of(row, outlets)) for row in rows] == [2, 1, 1]
    assert omissions(rows, outlets, least=2) == []
    assert [(o.fact, o.by) for o in omissions(rows, outlets, least=1)] == [("a#1.0", "Fleuve"), ("c#1.0", "Post")]
    assert only_told(rows, outlets) == {"Fleuve": ("c#1.0",), "Post": ("a#1.0",)}


def test_a_sentence_tells_what_it_says_besides_the_fact_that_it_is_counted_in() -> None:
    """c's sentence belongs to the first fact, and its mean chance with the second would be enough for that as well."""
    passages = [passage(id) for id in ("a#0.0", "a#1.0", "b#0.0", "b#1.0", "c#0.0")]
    likely = {("a#0.0", "b#0.0"): 0.9, ("a#1.0", "b#1.0"): 0.9, ("a#0.0", "c#0.0"): 0.9, ("b#0.0", "c#0.0"): 0.9}
    told = [stored(id, LONG) for id in "abc"]
    for chance, mark in ((GROUPED, "+"), (GROUPED - 0.02, "~")):
        less = {("a#1.0", "c#0.0"): chance - 0.02, ("b#1.0", "c#0.0"): chance + 0.02}
        each = story(passages, likely | less)
        rows = {row[0].fact: row for row in coverage(each, find_facts(each), outlets_of(told), rendering={})}
        assert statuses(passages, likely | less, told) == {"a#0.0": "+++", "a#1.0": f"++{mark}"}
        assert rows["a#1.0"][2].passages == ("c#0.0",)
        assert rows["a#1.0"][2].probability == pytest.approx(chance if mark == "+" else chance + 0.02)
        assert (rows["a#0.0"][2].probability, rows["a#1.0"][0].probability) == (0.9, 0.9)


def test_what_a_translation_has_in_its_own_place_is_not_told_in_another_as_well() -> None:
    passages = [passage(f"{id}#{n}.0") for id in "ab" for n in range(3)]
    likely = {("a#0.0", "b#0.0"): 0.9, ("a#1.0", "b#1.0"): 0.9, ("a#2.0", "b#1.0"): 0.35}
    each, outlets = story(passages, likely), outlets_of([stored("a", LONG), stored("b", LONG)])
    facts = find_facts(each)
    found = {}
    for rendering in ({}, {"b": {"a"}}, {"a": {"b"}}):
        rows = {row[0].fact: row for row in coverage(each, facts, outlets, rendering=rendering)}
        found[str(rendering)] = rows["a#2.0"][1].status
    assert found == {"{}": "told", "{'b': {'a'}}": "not told", "{'a': {'b'}}": "told"}


def test_what_gives_way_to_a_better_sentence_is_no_silence() -> None:
    """That nothing is told is judged by the chance that a sentence has before its neighbours compete with it."""
    each = story(PASSAGES, {pair: chance for pair, chance in LIKELY.items() if pair != ("a#1.0", "b#1.0")})
    told = [stored(id, LONG) for id in "abc"]
    assert coverage(each, find_facts(each), outlets_of(told), rendering={})[1][1].status == "not told"
    each.uncontested[1, 2] = each.uncontested[2, 1] = 0.5
    found = coverage(each, find_facts(each), outlets_of(told), rendering={})[1][1]
    assert (found.status, found.passages, found.probability) == ("partly", ("b#0.0",), 0.5)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("2024-02-14", "2024-02-15", True),
        ("2024-02-14", "2024-02-14T09:00:00", False),
        ("2024-02-14T09:00:00+02:00", "2024-02-14T08:00:00+00:00", True),
        ("2024-02-14T09:00:00", "2024-02-14T10:00:00", True),
        ("2024-02-14T09:00:00", "2024-02-14T23:00:00+00:00", False),
        ("2024-02-15", "2024-02-14", False),
    ],
)
def test_which_text_is_surely_earlier(one: str, other: str, expected: bool) -> None:
    assert surely_before(one, other) is expected


def test_who_was_first() -> None:
    passages = [passage("a#0.0"), passage("b#0.0"), passage("c#0.0"), passage("c#1.0")]
    likely = {("a#0.0", "b#0.0"): 0.9, ("a#0.0", "c#0.0"): 0.9, ("b#0.0", "c#0.0"): 0.9}
    facts = find_facts(story(passages, likely))
    told = {
        "a": stored("a", "(Agence Nordia) " + LONG, lang="fr", published="2024-02-14T12:00:00+01:00"),
        "b": stored("b", LONG, published="2024-02-14", outlet="Post"),  # no agency: it must not get a's
        "c": stored("c", LONG, published="2024-02-14T12:30:00+01:00"),
    }
    (first,) = timeline(facts, told)
    assert (first.fact, first.documents, first.outlets) == ("a#0.0", ("a", "b"), ("a", "Post"))
    assert first.agencies == {"a": "Agence Nordia"}
    assert first.credits({"a": "a", "b": "Post"}) == (("a", ("Agence Nordia",)), ("Post", ()))


def used(rates: Sequence[int]) -> Usage:
    """Return a usage of paragraphs of two sentences with so many hedges each."""
    rows = [tuple(rate if measure == "hedges" else 0 for measure in MEASURES) for rate in rates]
    return Usage(True, sentences=(2,) * len(rates), counts=tuple(rows))


def test_a_difference_needs_text_and_a_test() -> None:
    rng = random.Random(1)
    many, few = [rng.randint(2, 4) for _ in range(30)], [rng.randint(0, 1) for _ in range(30)]
    by_name = {(d.outlet, d.measure): d for d in differences({"A": used(many), "B": used(few)})}
    hedges = by_name["A", "hedges"]
    assert hedges.verdict == "different"
    assert (hedges.rate, hedges.others) == (round(sum(many) / 60, 4), round(sum(few) / 60, 4))
    assert hedges.adjusted is not None
    assert hedges.adjusted < LEVEL
    assert by_name["A", "negations"].verdict == "too little text"
    (short,) = [
        d for d in differences({"A": used(many), "B": used(few[: MIN_SENTENCES // 2 - 1])}) if d.measure == "hedges"
    ]
    assert (short.verdict, short.rate, short.others, short.p) == ("too little text", None, None, None)
    (same,) = [d for d in differences({"A": used(many), "B": used(many[::-1])}) if d.measure == "hedges"]
    assert same.verdict == "no difference shown"
    assert {d.verdict for d in differences({"A": used(many), "B": Usage(False)}) if d.outlet == "B"} == {
        "not evaluable"
    }


@pytest.fixture
def filled(tmp_path: Path) -> Filled:
    def fill(documents: Sequence[Document]) -> Corpus:
        corpus = Corpus(tmp_path / str(len([*tmp_path.iterdir()])), encoder=TinyEncoder(), create=True)
        list(corpus.add(documents))
        return corpus

    return fill


DOCUMENTS = [
    make_document("a", *ENGLISH, LONG, outlet="Post", published="2024-02-14"),
    make_document("b", *FRENCH, outlet="Le Fleuve", lang="fr", published="2024-02-15"),
    make_document("c", *ENGLISH[:2], LONG, outlet="Herald"),
]


def test_a_whole_comparison(filled: Filled) -> None:
    corpus = filled(DOCUMENTS)
    found = compare_documents(corpus, ["c", "a", "b", "a"], min_others=2)
    assert [outlet.name for outlet in found.outlets] == ["Herald", "Le Fleuve", "Post"]
    assert [sum(cell.status == "told" for cell in row) for row in found.cells][:2] == [3, 3]
    assert found.outlets[1].doubt == "the text is too short"
    assert found.omitted == ()
    thief = next(fact.id for fact in found.facts if "thief" in fact.passages[0].text)
    assert not any(thief in ids for ids in found.only.values())  # the short French text proves nothing
    record = json.loads(json.dumps(found.record()))
    assert {each["id"] for each in record["facts"]} == {fact.id for fact in found.facts}
    assert record["timeline"][0]["outlets"] == ["Post"]


def test_the_order_of_documents_changes_nothing(filled: Filled) -> None:
    def record(comparison: Comparison) -> str:
        return json.dumps(comparison.record(), sort_keys=True)

    expected = record(compare_documents(filled(DOCUMENTS), ["a", "b", "c"]))
    assert record(compare_documents(filled(DOCUMENTS[::-1]), ["c", "b", "a"])) == expected


def test_what_cannot_be_compared(filled: Filled) -> None:
    corpus = filled(DOCUMENTS)
    with pytest.raises(NotFoundError, match="no document 'z'"):
        compare_documents(corpus, ["a", "z"])
    with pytest.raises(InputError, match="no documents to compare"):
        compare_documents(corpus, [])
    with pytest.raises(InputError, match="min_others: 0 is no number from 1"):
        compare_documents(corpus, ["a"], min_others=0)
    with pytest.raises(InputError, match=f"at most {MAX_DOCUMENTS} are compared"):
        compare_documents(corpus, [str(number) for number in range(MAX_DOCUMENTS + 1)])
    alone = compare_documents(corpus, ["a"])
    assert (alone.omitted, alone.conflicts, alone.differences) == ((), (), ())
