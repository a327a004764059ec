"""Measures of comparisons: what they count, on stories small enough to count by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_passage_chances import ENGLISH, FRENCH
from tiny import TinyEncoder, make_document

from aligner.corpus import Corpus
from aligner.errors import InputError
from aligner.evaluation_cells import CellScores, evaluate_cells, read_events
from aligner.evaluation_comparison import evaluate_comparison, read_tellings
from aligner.gold import Links

LONG = ["The council met for many hours in the town hall, and nobody in the crowd outside wanted to go home early."] * 3
TRANSLATED = [FRENCH[1], FRENCH[0], "Le voleur volé musée tribunal juge loi."]


def corpus_of(folder: Path, *documents: object) -> Corpus:
    corpus = Corpus(folder, encoder=TinyEncoder(), create=True)
    list(corpus.add(documents))  # type: ignore[arg-type]
    return corpus


def test_cells_against_links(tmp_path: Path) -> None:
    """Three paragraphs a side. Two are told by both; the thief, and the fire, by one alone: all rightly."""
    english, french = make_document("a", *ENGLISH, " ".join(LONG)), make_document("b", *FRENCH, lang="fr")
    corpus = corpus_of(tmp_path, english, french)
    links = Links("en", "fr", frozenset({("a#0", "b#1"), ("a#1", "b#0")}), frozenset())
    found = evaluate_cells(corpus, [["a", "b"]], links)
    assert (found.pairs, found.untold) == (7, round(3 / 7, 4))
    assert (found.told_right, found.told_found) == (1.0, 1.0)
    # the French text is too short for its silence on the thief and the council to prove anything; the fire is untold
    assert (found.untold_right, found.untold_found) == (1.0, round(1 / 3, 4))
    wrong = Links("en", "fr", frozenset({("a#0", "b#0")}), frozenset({("a#1", "b#0")}))
    assert evaluate_cells(corpus, [["a", "b"]], wrong) != found
    assert evaluate_cells(corpus, [], links) == CellScores(0, 0.0, 0.0, 0.0, 0.0, 0.0)


def test_events(tmp_path: Path) -> None:
    path = tmp_path / "documents.jsonl"
    rows = [{"id": "b", "event": "y"}, {"id": "a", "event": "x"}, {"id": "c", "event": "y"}]
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    assert read_events([path]) == [["a"], ["b", "c"]]


def written(folder: Path) -> Path:
    rows = [
        {"doc": doc, "en": english, "fr": french, "fr_ca": french}
        for doc in ("x", "y", "z")
        for english, french in zip(ENGLISH, TRANSLATED, strict=True)
    ]
    path = folder / "rows.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return path


def test_tellings_are_read_by_story_and_field(tmp_path: Path) -> None:
    path = written(tmp_path)
    stories = read_tellings(path, fields=("en", "fr_ca"))
    assert [(d.id, d.lang, d.outlet) for d in stories[0]] == [
        ("x-en", "en", "en"),
        ("x-fr_ca", "fr-CA", "fr_ca"),
    ]
    assert [story[0].id for story in read_tellings(path, fields=("en",), half="even")] == ["x-en", "z-en"]
    assert [story[0].id for story in read_tellings(path, fields=("en",), half="odd")] == ["y-en"]
    with pytest.raises(InputError, match="expected the fields doc, de"):
        read_tellings(path, fields=("de",))
    with pytest.raises(InputError, match="half: expected all, even, odd, found 'third'"):
        read_tellings(path, fields=("en",), half="third")


def test_a_story_with_different_words_for_one_thing_is_counted(tmp_path: Path) -> None:
    text = "{} closed the old bridge, the hospital, the school, the museum: mayor, police."
    translated = "{} : fermé vieux pont, hôpital, école, musée : maire, police."
    english = make_document("a", text.format("Rebels"), outlet="Post")
    for word, expected in (("Rebelles", 0), ("Terroristes", 1)):
        french = make_document("b", translated.format(word), lang="fr", outlet="Jour")
        corpus = corpus_of(tmp_path / word, english, french)
        assert evaluate_comparison(corpus, [["a", "b"]]).different_terms == expected


def test_translations_tell_the_same(tmp_path: Path) -> None:
    stories = read_tellings(written(tmp_path), fields=("en", "fr"))
    corpus = corpus_of(tmp_path / "corpus", *(document for story in stories for document in story))
    ids = [[document.id for document in story] for story in stories]
    found = evaluate_comparison(corpus, ids)
    assert (found.stories, found.paragraphs, found.told, found.unomitted, found.unconflicting) == (3, 18, 1, 1, 1)
    assert (found.different_stories, found.different_pooled, found.different_paired) == (0, 0, 0)
    assert found.different_terms == 0
    assert found.lost == 3  # a fifth of three paragraphs is one
    assert found.omissions_false == 0
    assert evaluate_comparison(corpus, ids) == found
