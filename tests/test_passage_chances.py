"""How probable it is that two passages report a fact in common."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from tiny import TinyEncoder, make_document
from words import WordEncoder, news

from aligner.candidates import pool
from aligner.corpus import Corpus
from aligner.deadline import limit_time
from aligner.documents import Document
from aligner.errors import InputError, TooSlowError
from aligner.facts import find_facts
from aligner.nearby import Nearby
from aligner.passage_chances import RIVAL, SUREST, Story, _compete, read_story
from aligner.reader import TokenReader
from aligner.readings import WasRead

ONE = {"en": "The mayor closed the old bridge on Tuesday.", "fr": "Le maire fermé le vieux pont mardi."}
OTHER = {"en": "The thief stolen museum court judge law.", "fr": "Le voleur volé musée tribunal juge loi."}
ENGLISH = [
    "The mayor closed the old bridge on Tuesday.",
    "Doctors and teachers strike hospital school Monday.",
    "The thief stolen museum court judge law.",
]
FRENCH = [
    "Médecins, enseignants grève hôpital école lundi.",
    "Le maire fermé le vieux pont mardi.",
    "La forêt, un incendie, une tempête.",
]


def filled(folder: Path, documents: list[Document]) -> Corpus:
    corpus = Corpus(folder, encoder=TinyEncoder(), create=True)
    list(corpus.add(documents))
    return corpus


def told(corpus: Corpus) -> Story:
    known = pool(corpus, corpus.store.keys().tolist())
    return read_story(corpus.scorers.documents, known, Nearby(corpus, known))


def test_paragraphs_across_and_within_languages(tmp_path: Path) -> None:
    documents = [
        make_document("a", *ENGLISH),
        make_document("b", *FRENCH, lang="fr"),
        make_document("c", *reversed(ENGLISH)),
    ]
    groups = {frozenset(each.id for each in fact.passages) for fact in find_facts(told(filled(tmp_path, documents)))}
    assert {frozenset({"a#0.0", "b#1.0", "c#2.0"}), frozenset({"a#1.0", "b#0.0", "c#1.0"})} <= groups
    assert frozenset({"b#2.0"}) in groups


def test_any_order_of_documents_gives_the_same(tmp_path: Path) -> None:
    documents = [make_document(f"a{n}", *ENGLISH[n:]) for n in range(3)]
    documents += [make_document(f"b{n}", *FRENCH[n:], lang="fr") for n in range(2)]
    expected = find_facts(told(filled(tmp_path / "0", documents)))
    for seed in range(1, 4):
        shuffled = random.Random(seed).sample(documents, len(documents))
        assert find_facts(told(filled(tmp_path / str(seed), shuffled))) == expected


def test_a_pair_gives_way_to_a_far_better_one_of_the_same_document() -> None:
    """What the competition leaves of a chance, worked out by hand from the formula."""
    chances = np.zeros((4, 4))
    chances[0, 2] = chances[2, 0] = 1.0
    chances[0, 3] = chances[3, 0] = 0.5
    chances[1, 3] = chances[3, 1] = 0.8
    _compete(chances, np.array(["a", "a", "b", "b"]))
    best = (1 + 1 / RIVAL) / (1 + 1 / RIVAL)
    assert chances[0, 2] == pytest.approx(best)
    odds = SUREST / (1 - SUREST)
    row, column = (1.1 / (1 + odds / 1 / RIVAL)), (1.1 / (1 + 4 / RIVAL))
    assert chances[0, 3] == pytest.approx(0.5 * row * column, abs=1e-4)
    assert chances[1, 3] == pytest.approx(0.8)
    assert (chances == chances.T).all()


def test_what_is_too_large_or_takes_too_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = filled(tmp_path, [make_document("a", *ENGLISH), make_document("b", *FRENCH, lang="fr")])
    with limit_time(60):
        known = pool(corpus, corpus.store.keys().tolist())
    with limit_time(0), pytest.raises(TooSlowError, match="the answer takes longer than is allowed"):
        read_story(corpus.scorers.documents, known, Nearby(corpus, known))
    monkeypatch.setattr("aligner.passage_chances.MAX_PASSAGES", 5)
    with pytest.raises(InputError, match="6 sentences in these documents; at most 5 are compared"):
        read_story(corpus.scorers.documents, known, Nearby(corpus, known))


def test_what_was_read_is_not_read_again_and_says_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paragraphs and sentences, in one language and in two."""
    documents = [
        make_document(f"{lang}{n}", f"{ONE[lang]} {OTHER[lang]}", OTHER[lang], lang=lang)
        for lang in ("en", "fr")
        for n in range(2)
    ]
    with Corpus(tmp_path, encoder=WordEncoder(), create=True) as corpus:
        list(corpus.add(documents))
        known, was_read = pool(corpus, corpus.store.keys().tolist()), WasRead()
        expected = read_story(corpus.scorers.documents, known, Nearby(corpus, known))
        found = read_story(corpus.scorers.documents, known, Nearby(corpus, known, was_read=was_read))
        monkeypatch.setattr(TokenReader, "readings", None)
        again = read_story(corpus.scorers.documents, known, Nearby(corpus, known, was_read=was_read))
    assert len(expected.passages) == 12
    for each in (found, again):
        assert np.array_equal(each.chances, expected.chances, equal_nan=True)
    row = expected.chances[expected.numbers["en0#0.0"]]
    for other in ("fr0", "en1"):
        assert row[expected.numbers[f"{other}#0.0"]] > row[expected.numbers[f"{other}#0.1"]]


def test_a_story_depends_on_its_documents_alone(tmp_path: Path) -> None:
    documents = news(0, documents=24, longest=6)
    chosen = [document.id for document in documents[:8]]
    found, differing = [], []
    for name, there in (("few", documents[:8]), ("all", documents)):
        with Corpus(tmp_path / name, encoder=WordEncoder(), create=True) as corpus:
            list(corpus.add(there))
            known = pool(corpus, corpus.store.keys(documents=chosen).tolist())
            found.append(read_story(corpus.scorers.documents, known, Nearby(corpus, known, within=True)).chances)
            among_all = read_story(corpus.scorers.documents, known, Nearby(corpus, known)).chances
            differing.append(not np.array_equal(found[0], among_all, equal_nan=True))
    assert np.array_equal(*found, equal_nan=True)
    assert differing == [False, True]
