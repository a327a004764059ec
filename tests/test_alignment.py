"""Beads of hand-made vectors, and of documents through a tiny encoder."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from itertools import permutations

import numpy as np
import pytest
from tiny import TinyEncoder, make_document

from aligner.align_documents import DocumentBead, align_documents
from aligner.alignment import Bead, Side, align
from aligner.documents import Document
from aligner.errors import InputError
from aligner.evaluation_align import ParallelDocument, disturbed, evaluate_align, gold_beads, read_parallel_documents
from aligner.export_alignment import BEAD_COLUMNS, alignment_record, write_beads

FACTS = np.eye(12, dtype=np.float32)  # facts that have nothing in common
Beads = list[tuple[tuple[int, ...], tuple[int, ...]]]


def side(*passages: str, parts: bool = True) -> Side:
    """Return passages of the facts named by letter: "ab" tells the first two, of 50 characters each."""
    rows = [[FACTS[ord(letter) - ord("a")] for letter in passage] for passage in passages]
    vectors = np.array([np.sum(row, axis=0) / np.sqrt(len(row)) for row in rows], np.float32).reshape(-1, 12)
    sentences = [np.array(row, np.float32) for row in rows]
    return Side(vectors, [50 * len(passage) for passage in passages], parts=sentences if parts else None)


def shape(beads: Sequence[Bead]) -> Beads:
    return [(bead.source, bead.target) for bead in beads]


CASES: dict[str, tuple[Sequence[str], Sequence[str], Beads]] = {
    "nothing": ((), (), []),
    "an empty source": ((), ("a", "b"), [((), (0,)), ((), (1,))]),
    "an empty target": (("a", "b"), (), [((0,), ()), ((1,), ())]),
    "nothing in common": (("a", "b"), ("c", "d"), [((), (0,)), ((), (1,)), ((0,), ()), ((1,), ())]),
    "one to one": ("abc", "abc", [((0,), (0,)), ((1,), (1,)), ((2,), (2,))]),
    "a deletion": ("abc", "ac", [((0,), (0,)), ((1,), ()), ((2,), (1,))]),
    "an insertion": ("ac", "abc", [((0,), (0,)), ((), (1,)), ((1,), (2,))]),
    "one to two": (("ab", "c"), ("a", "b", "c"), [((0,), (0, 1)), ((1,), (2,))]),
    "three to one": (("a", "b", "c", "d"), ("abc", "d"), [((0, 1, 2), (0,)), ((3,), (1,))]),
    "two to two": (("ab", "cd", "e"), ("ac", "bd", "e"), [((0, 1), (0, 1)), ((2,), (2,))]),
    "halves apart": (
        ("a", "bc", "d", "e"),
        ("a", "b", "d", "e", "c"),
        [((0,), (0,)), ((1,), (1, 4)), ((2,), (2,)), ((3,), (3,))],
    ),
    "joined out of order": (("a", "b", "c", "d"), ("ad", "b", "c"), [((0, 3), (0,)), ((1,), (1,)), ((2,), (2,))]),
    "the same fact again": ("aba", "aba", [((0,), (0,)), ((1,), (1,)), ((2,), (2,))]),
    "the same fact again, once": ("aba", "ba", [((0,), ()), ((1,), (0,)), ((2,), (1,))]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_beads(name: str) -> None:
    source, target, expected = CASES[name]
    beads = align(side(*source), side(*target))
    assert shape(beads) == expected
    assert not any(bead.moved for bead in beads if len(bead.source) <= 1 and len(bead.target) <= 1)


@pytest.mark.parametrize("name", [name for name in CASES if "apart" not in name and "joined" not in name])
def test_sentences_need_not_be_known(name: str) -> None:
    source, target, expected = CASES[name]
    assert shape(align(side(*source, parts=False), side(*target, parts=False))) == expected


def test_a_moved_passage_is_said_to_have_moved() -> None:
    beads = align(side(*"abcdef"), side(*"acdefb"))
    assert shape(beads) == [((0,), (0,)), ((1,), (5,)), ((2,), (1,)), ((3,), (2,)), ((4,), (3,)), ((5,), (4,))]
    assert [bead.source for bead in beads if bead.moved] == [(1,)]


def test_of_two_blocks_the_smaller_has_moved() -> None:
    beads = align(side(*"abcdefgh"), side(*"fghabcde"))
    assert [bead.source for bead in beads if bead.moved] == [(5,), (6,), (7,)]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_every_order_is_found(order: tuple[int, ...]) -> None:
    beads = align(side(*"abcd"), side(*("abcd"[place] for place in order)))
    assert {(bead.source[0], bead.target[0]) for bead in beads} == {(at, place) for place, at in enumerate(order)}


def test_each_passage_is_in_one_bead_and_the_result_is_the_same_again() -> None:
    """Noise stands for what is hard: whatever is chosen, it covers both sides once."""
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(40, 6)).astype(np.float32)
    vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    sides = [Side(vectors[:25], [30] * 25), Side(vectors[15:], [30] * 25)]
    beads = align(*sides)
    assert sorted(i for bead in beads for i in bead.source) == list(range(25))
    assert sorted(j for bead in beads for j in bead.target) == list(range(25))
    assert align(*sides) == beads


def test_what_is_joined_is_encoded_as_joined() -> None:
    asked: list[tuple[int, ...]] = []

    def joined(runs: Sequence[tuple[int, ...]]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        asked.extend(runs)
        return np.array([FACTS[0]] * len(runs), np.float32)

    plain = side("ab", "c")
    halves = side("a", "b", "c")
    beads = align(plain, Side(halves.vectors, halves.sizes, parts=halves.parts, joined=joined))
    assert (0, 1) in asked
    assert beads[0].similarity == pytest.approx(np.sqrt(0.5))


ENGLISH = (
    "The mayor closed the old bridge on monday.",
    "The storm and the flood. Police and doctors came to the harbour.",
    "Workers of the factory vote for a strike.",
    "The museum paid a price of two million euros.",
)
FRENCH = (
    "Le maire a fermé le vieux pont lundi.",
    "La tempête et l’inondation.",
    "La police et les médecins au port.",
    "Les ouvriers de l’usine vote pour la grève.",
    "Le président et le parlement.",
)


def beads_of(source: Document, target: Document, *, unit: str = "paragraph") -> list[DocumentBead]:
    return align_documents(source, target, encoder=TinyEncoder(), served=("en", "fr"), unit=unit)


def positions(beads: Sequence[DocumentBead]) -> Beads:
    return [(tuple(p.position for p in bead.source), tuple(p.position for p in bead.target)) for bead in beads]


def test_documents() -> None:
    source, target = make_document("one", *ENGLISH), make_document("two", *FRENCH, lang="fr")
    beads = beads_of(source, target)
    assert positions(beads) == [((0,), (0,)), ((1,), (1, 2)), ((2,), (3,)), ((), (4,)), ((3,), ())]
    assert [bead.kind for bead in beads] == ["1-1", "1-2", "1-1", "insertion", "deletion"]
    assert [bead.similarity is None for bead in beads] == [False, False, False, True, True]
    for bead in beads:
        for document, passages in ((source, bead.source), (target, bead.target)):
            assert all(document.text[passage.start : passage.end] == passage.text for passage in passages)


def test_sentences_of_documents() -> None:
    source, target = make_document("one", *ENGLISH), make_document("two", *FRENCH, lang="fr")
    beads = beads_of(source, target, unit="sentence")
    assert positions(beads)[:4] == [((0,), (0,)), ((1,), (1,)), ((2,), (2,)), ((3,), (3,))]
    assert [passage.paragraph for bead in beads for passage in bead.source] == [0, 1, 1, 2, 3]
    assert beads[2].source[0].text == "Police and doctors came to the harbour."
    assert source.text[beads[2].source[0].start : beads[2].source[0].end] == beads[2].source[0].text


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(InputError, match="unit: expected paragraph or sentence, found 'word'"):
        beads_of(make_document("one", "A."), make_document("two", "B."), unit="word")


def test_records_and_lines() -> None:
    source, target = make_document("one", *ENGLISH), make_document("two", *FRENCH, lang="fr")
    beads = beads_of(source, target)
    record = alignment_record(source, target, beads, unit="paragraph")
    assert set(record) == {"source", "target", "unit", "beads"}
    out = io.StringIO()
    write_beads(beads, out)
    header, *rows = csv.reader(io.StringIO(out.getvalue()), dialect="excel-tab")
    assert tuple(header) == BEAD_COLUMNS
    assert rows[1][:3] == ["1-2", "1", "1 2"]
    assert rows[1][4:] == ["false", ENGLISH[1], f"{FRENCH[1]} {FRENCH[2]}"]
    assert rows[3] == ["insertion", "", "4", "", "false", "", FRENCH[4]]


def test_what_a_spreadsheet_would_run_is_marked() -> None:
    out = io.StringIO()
    write_beads(beads_of(make_document("one", "=cmd() of the mayor"), make_document("two", "Le maire cmd")), out)
    assert "'=cmd()" in out.getvalue()


PARALLEL = ParallelDocument("p", ("en", "fr"), tuple(f"First {n}. Then {n}. Last {n}." for n in range(20)), ("x",) * 20)


def test_a_disturbance_is_seeded() -> None:
    once, again = disturbed(PARALLEL, seed=1, drop=0.1), disturbed(PARALLEL, seed=1, drop=0.1)
    assert once == again
    assert disturbed(PARALLEL, seed=2, drop=0.1) != once


def test_a_disturbance_keeps_every_word_of_what_it_keeps() -> None:
    source, target = disturbed(PARALLEL, seed=3, drop=0.2)
    kept = sorted(word for text, _ in source for word in text.split())
    units = {unit for _, each in source for unit in each}
    assert kept == sorted(word for unit in units for word in PARALLEL.source[unit].split())
    assert len(units) < 20
    assert [len(units) for _, units in target] != [1] * len(target) or len(source) != len(units)


def test_gold_beads_join_what_shares_a_paragraph() -> None:
    def pieces(*units: set[int]) -> list[tuple[str, frozenset[int]]]:
        return [("", frozenset(each)) for each in units]

    gold = gold_beads(pieces({0}, {1}, {2}, {3}, {5}), pieces({1, 0}, {3}, {2}, {3}, {4}))
    assert gold == {((0, 1), (0,)), ((3,), (1, 3)), ((2,), (2,))}


def test_scores_of_what_can_all_be_found() -> None:
    words = ["army", "bank", "bridge", "court", "fire", "flood", "forest", "harbour", "hospital", "judge"]
    texts = tuple(f"{word} {word} {word}" for word in words)
    scores = evaluate_align([ParallelDocument("p", ("en", "fr"), texts, texts)], TinyEncoder(), seed=0, drop=0.2)
    assert scores.documents == 1
    assert scores.strict_f1 == scores.lax_f1 == scores.strict_precision == scores.strict_recall == 1


def test_rows_of_unequal_sides_are_left_out(tmp_path: object) -> None:
    from pathlib import Path

    file = Path(str(tmp_path)) / "rows.jsonl"
    file.write_text(
        '{"id": "a", "en": {"paragraphs": ["x", "y"]}, "de": {"title": "t", "paragraphs": ["u", "v"]}}\n'
        '{"id": "b", "en": {"paragraphs": ["x", "y"]}, "de": {"paragraphs": ["u"]}}\n'
    )
    assert read_parallel_documents(file) == [ParallelDocument("a", ("en", "de"), ("x", "y"), ("u", "v"))]
    file.write_text('{"id": "b", "en": {"paragraphs": ["x", "y"]}, "de": {"paragraphs": ["u"]}}\n')
    with pytest.raises(InputError, match="as many paragraphs"):
        read_parallel_documents(file)
    file.write_text('{"en": "x", "fr": "y"}\n')
    with pytest.raises(InputError, match=r"rows\.jsonl:1: expected two languages"):
        read_parallel_documents(file)
