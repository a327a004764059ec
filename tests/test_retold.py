"""Chains of tellings: against all chains one by one, and what they do to a pair."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from tiny import make_document

from aligner.arrays import Numbers
from aligner.candidates import candidates, pool
from aligner.corpus import Corpus
from aligner.deadline import limit_time
from aligner.encoders import load_encoder
from aligner.errors import TooSlowError
from aligner.nearby import Nearby
from aligner.probabilities import probabilities
from aligner.retold import LEAST, retold, through


def symmetric(rng: np.random.Generator, count: int) -> Numbers:
    drawn = rng.normal(-1, 3, (count, count))
    found = np.asarray((drawn + drawn.T) / 2, np.float64)
    np.fill_diagonal(found, np.inf)
    return found


def strongest(logits: Numbers, rows: Numbers, columns: Numbers, row: int, column: int) -> float:
    """Return the greatest of the weakest links of all chains, and LEAST."""
    places = product(range(len(rows)), range(len(columns)))
    return max(LEAST, *(min(rows[row, i], logits[i, j], columns[j, column]) for i, j in places), LEAST)


@pytest.mark.parametrize(("first", "second"), [(1, 1), (1, 5), (4, 1), (3, 4), (7, 9)])
@pytest.mark.parametrize("mean", [-6.0, -2.0, 1.0])
def test_the_strongest_chain(first: int, second: int, mean: float) -> None:
    rng = np.random.default_rng(first * 10 + second)
    rows, columns = symmetric(rng, first), symmetric(rng, second)
    logits = rng.normal(mean, 3, (first, second))
    found = retold(logits, rows.__getitem__, columns.__getitem__)
    expected = [[strongest(logits, rows, columns, i, j) for j in range(second)] for i in range(first)]
    np.testing.assert_allclose(found, expected)
    np.testing.assert_allclose(retold(logits.T, columns.__getitem__, rows.__getitem__), found.T)
    assert (found >= logits).all()


def test_a_fact_told_twice_reaches_the_other_telling() -> None:
    logits = np.array([[3.0, -5.0], [-5.0, -5.0]])
    alike, apart = (np.array([[np.inf, logit], [logit, np.inf]]) for logit in (2.0, -7.0))
    assert retold(logits, alike.__getitem__, apart.__getitem__).tolist() == [[3.0, LEAST], [2.0, LEAST]]
    assert retold(logits, apart.__getitem__, alike.__getitem__).tolist() == [[3.0, 2.0], [LEAST, LEAST]]
    assert retold(logits, alike.__getitem__, alike.__getitem__).tolist() == [[3.0, 2.0], [2.0, 2.0]]


def test_nothing_is_asked_of_documents_without_a_likely_pair() -> None:
    def unwanted(number: int) -> Numbers:
        raise AssertionError(number)

    assert (retold(np.full((3, 4), LEAST - 0.1), unwanted, unwanted) == LEAST).all()


def test_it_ends_when_the_time_is_up() -> None:
    alike = np.full((3, 3), 2.0)
    with limit_time(0.0), pytest.raises(TooSlowError):
        retold(np.ones((3, 3)), alike.__getitem__, alike.__getitem__)


# -- by third documents ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "witnesses", "second"), [(1, 1, 1), (3, 5, 2), (6, 2, 7)])
@pytest.mark.parametrize("mean", [-6.0, -2.0, 1.0])
def test_the_strongest_chain_by_a_witness(first: int, witnesses: int, second: int, mean: float) -> None:
    rng = np.random.default_rng(first * 10 + second)
    ahead, on = rng.normal(mean, 3, (first, witnesses)), rng.normal(mean, 3, (witnesses, second))
    found = np.broadcast_to(through(ahead, on.__getitem__), (first, second))
    for row, column in product(range(first), range(second)):
        strongest_of_all = max(min(ahead[row, at], on[at, column]) for at in range(witnesses))
        assert found[row, column] == max(LEAST, strongest_of_all)


def test_nothing_is_asked_of_a_witness_that_tells_nothing_of_it() -> None:
    def known(number: int) -> Numbers:
        assert number == 1
        return np.array([0.5, 4.0])

    assert through(np.array([[-3.0, 1.0], [-7.0, LEAST]]), known).tolist() == [[0.5, 1.0], [LEAST, LEAST]]
    assert (through(np.empty((2, 0)), known) == LEAST).all()


def test_chains_by_witnesses_end_when_the_time_is_up() -> None:
    with limit_time(0.0), pytest.raises(TooSlowError):
        through(np.ones((3, 3)), np.ones((3, 3)).__getitem__)


@pytest.mark.model
def test_a_telling_speaks_for_the_other_telling_of_its_document(tmp_path: Path) -> None:
    english = "The harbour board asked the ferry company on Friday to put off its timetable change until Monday."
    french = (
        "L'autorité portuaire a prié vendredi la compagnie de ferries de reporter à lundi son changement d'horaires.",
        "« Nous avons demandé à la compagnie d'attendre lundi », a confirmé la présidente de l'autorité portuaire.",
        "La capitainerie compte 240 agents, dont un tiers de femmes.",
    )
    with Corpus(tmp_path, encoder=load_encoder(), create=True) as corpus:
        list(corpus.add([make_document("en", english, lang="en"), make_document("fr", *french, lang="fr")]))
        found = candidates(corpus, "en", "fr")
        known = pool(corpus, corpus.store.keys().tolist())
        scorer = corpus.scorers.documents
        ((row,), columns) = known.groups["en", "en"], known.groups["fr", "fr"]
        gaps = []
        for chosen in (scorer, replace(scorer, retold=0.0)):
            chances = probabilities(chosen, found, known, Nearby(corpus, known))
            inside = np.clip([chances[row, column] for column in columns], 1e-5, 1 - 1e-5)
            first, again, other = np.log(inside / (1 - inside))
            assert first > again > other
            gaps.append(again - other)
    assert gaps[0] > gaps[1]
