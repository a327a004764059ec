"""Chains of tellings within documents: against all chains one by one, and what is read for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt
import pytest
from tiny import make_document

from aligner.candidates import candidates, pool, probabilities
from aligner.contrast import Both
from aligner.corpus import Corpus
from aligner.deadline import limit_time
from aligner.encoders import load_encoder
from aligner.errors import TooSlowError
from aligner.reader import Readers
from aligner.retold import LEAST, UNREAD, Inside, retold
from aligner.tokens import Tokens

Numbers = npt.NDArray[np.float64]


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


@dataclass
class Counting:
    """Says of two texts how much longer the second is, and notes what it was asked."""

    asked: list[int] = field(default_factory=list)

    def readings(self, source: Tokens, targets: Sequence[Tokens], elsewhere: Sequence[Both]) -> Numbers:
        assert list(elsewhere) == [(None, None)] * len(targets)
        self.asked.append(len(source))
        return np.array([float(len(target) - len(source)) for target in targets])


def tokens(count: int) -> Tokens:
    return Tokens(
        np.ones((count, 4), np.int8),
        np.zeros(count, np.float16),
        np.zeros(count, np.int32),
        np.zeros((count, 2), np.int32),
    )


def test_each_paragraph_is_read_once_and_only_when_asked_for() -> None:
    readers = Counting()
    inside = Inside(cast(Readers, readers), [tokens(2), None, tokens(5), tokens(0), tokens(3)])
    assert readers.asked == []
    for _ in range(2):
        assert inside.line(2).tolist() == [-3.0, UNREAD, np.inf, UNREAD, -2.0]
    assert readers.asked == [5]
    assert inside.line(1).tolist() == [UNREAD, np.inf, UNREAD, UNREAD, UNREAD]
    assert inside.line(3).tolist() == [UNREAD, UNREAD, UNREAD, np.inf, UNREAD]
    assert readers.asked == [5]


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
            chances = probabilities(chosen, found, known)
            first, again, other = (np.log(p / (1 - p)) for p in (chances[row, column] for column in columns))
            assert first > again > other
            gaps.append(again - other)
    assert gaps[0] > gaps[1]
