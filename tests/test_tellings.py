"""Third documents and what they say: the same whatever was asked for, and either way round."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import cast

import numpy as np
import numpy.typing as npt
import pytest
from words import Fill, WordEncoder, news, sorted_keys

from aligner.candidates import Group, pool
from aligner.contrast import Both
from aligner.corpus import Corpus
from aligner.nearby import WITNESSES, Nearby
from aligner.reader import Readers
from aligner.readings import UNREAD
from aligner.retold import chains, composed
from aligner.scoring import READ_SCORERS
from aligner.tellings import Others, Tellings
from aligner.tokens import Tokens
from aligner.vectors import Encoder

Numbers = npt.NDArray[np.float64]


class WordReaders:
    """Says how many words two texts have in common, less three."""

    def readings(self, source: Tokens, targets: Sequence[Tokens], elsewhere: Sequence[Both]) -> Numbers:
        assert len(targets) == len(elsewhere)
        words = set(source.pieces.tolist())
        return np.array([len(words & set(target.pieces.tolist())) - 3.0 for target in targets])


@pytest.fixture
def encoder() -> Encoder:
    return WordEncoder()


def nearby(corpus: Corpus, *ids: str) -> Nearby:
    """Return what is near documents of which those of these ids, or all, are known."""
    keys = corpus.store.keys(documents=ids) if ids else corpus.store.keys()
    return Nearby(corpus, pool(corpus, keys.tolist()))


def groups(corpus: Corpus) -> list[Group]:
    return [(document.id, str(document.lang)) for document in corpus.store.documents()]


def other(language: str) -> str:
    return {"en": "fr", "fr": "en"}[language]


def test_the_nearest_documents_of_a_language_but_for_one(filled: Fill) -> None:
    corpus = filled(news(21, documents=30))
    found = nearby(corpus)
    for group in groups(corpus):
        language = other(group[1])
        near = found.near(group, language, but=("none", language))
        assert 1 < len(near) == len(set(near)) <= WITNESSES
        assert {own for _, own in near} == {language}
        assert found.near(group, language, but=near[0])[: len(near) - 1] == near[1:]
        assert near[0] not in found.near(group, language, but=near[0])
    assert found.near(groups(corpus)[0], "de", but=("none", "de")) == []


def test_who_tells_most_of_a_document_is_nearest(filled: Fill) -> None:
    corpus = filled(news(22, documents=30))
    found = nearby(corpus)
    for group in groups(corpus):
        near = found.near(group, other(group[1]), but=("none", ""))
        rows = np.array([side.vector for side in found.sides(group)]).astype(float)
        keys = sorted_keys(corpus, other(group[1]))
        cosines = np.round(rows @ corpus.store.vectors(keys).astype(float).T, 6)
        last = np.sort(cosines, axis=1)[:, -8]
        names = [p.document for p in corpus.store.paragraphs(keys).values()]
        gains = {
            id: np.maximum(cosines[:, [name == id for name in names]].max(axis=1) - last, 0).sum() for id in set(names)
        }
        assert [gains[id] for id, _ in near] == pytest.approx(sorted(gains.values())[: -WITNESSES - 1 : -1], abs=1e-5)


def test_near_documents_are_the_same_whatever_is_known(filled: Fill) -> None:
    corpus = filled(news(23, documents=30))
    everything = nearby(corpus)
    for group in groups(corpus):
        alone = nearby(corpus, group[0])
        near = alone.near(group, other(group[1]), but=("none", ""))
        assert near == everything.near(group, other(group[1]), but=("none", ""))
        for third in near:
            for one, same in zip(alone.sides(third), everything.sides(third), strict=True):
                assert np.array_equal(one.vector, same.vector)
                assert np.allclose(one.document, same.document)


def test_what_is_removed_meanwhile_is_near_nobody(filled: Fill) -> None:
    corpus = filled(news(24, documents=12))
    first, second, *_ = groups(corpus)
    found = nearby(corpus, first[0])
    corpus.remove([second[0]])
    assert second not in found.near(first, second[1], but=("none", ""))


def told(corpus: Corpus, *ids: str) -> Tellings:
    return Tellings(READ_SCORERS.documents, cast(Readers, WordReaders()), nearby(corpus, *ids))


def test_what_others_say_is_of_both_documents_and_of_near_ones(filled: Fill) -> None:
    corpus = filled(news(25, documents=14))
    found, near = told(corpus), nearby(corpus)
    pieces = {
        group: [set(side.tokens.pieces.tolist()) for side in near.sides(group) if side.tokens is not None]
        for group in groups(corpus)
    }

    def read(first: Group, second: Group) -> Numbers:
        return np.array([[len(own & theirs) - 3.0 for theirs in pieces[second]] for own in pieces[first]])

    for first, second in product(groups(corpus), groups(corpus)):
        if (first[1], second[1]) == ("en", "fr"):
            others = found.others(first, second)
            thirds = [*near.near(first, "fr", but=second), *near.near(second, "en", but=first)]
            assert np.isinf(others.rows.diagonal()).all()
            assert np.isinf(others.columns.diagonal()).all()
            assert_read(others.rows, read(first, first))
            assert_read(others.columns, read(second, second))
            assert_read(others.row_thirds, np.hstack([read(first, third) for third in thirds]))
            assert_read(others.column_thirds, np.hstack([read(second, third) for third in thirds]))


def assert_read(found: Numbers, expected: Numbers) -> None:
    assert found.shape == expected.shape
    seen = (found != UNREAD) & ~np.isinf(found)  # not where the first regression holds a pair for unlikely
    assert (found[seen] == expected[seen]).all()


def test_a_pair_is_the_same_either_way_round(filled: Fill) -> None:
    corpus = filled(news(27, documents=14))
    found = told(corpus)
    for first, second in product(groups(corpus), groups(corpus)):
        if first[1] != second[1]:
            for there, back in zip(found.joined(first, second), found.joined(second, first), strict=True):
                np.testing.assert_array_equal(back.T, there)


def test_chains_over_third_documents_and_both_ends() -> None:
    rng = np.random.default_rng(5)
    logits = rng.normal(-1, 3, (2, 3))
    others = Others(*(rng.normal(-1, 3, shape) for shape in ((2, 2), (3, 3), (2, 4), (3, 4))))
    for inside in (others.rows, others.columns):
        np.fill_diagonal(inside, np.inf)
    links = np.maximum(logits, composed(others.row_thirds, others.column_thirds.T))
    np.testing.assert_array_equal(others.chains(logits), chains(links, others.rows, others.columns))
    assert (others.chains(logits) > chains(logits, others.rows, others.columns)).any()
    alone = Others(others.rows, others.columns, np.empty((2, 0)), np.empty((3, 0)))
    np.testing.assert_array_equal(alone.chains(logits), chains(logits, others.rows, others.columns))


def test_what_others_say_is_the_same_whatever_is_known(filled: Fill) -> None:
    corpus = filled(news(26, documents=20))
    everything = told(corpus)
    english, french = (next(group for group in groups(corpus) if group[1] == own) for own in ("en", "fr"))
    for one, same in zip(
        told(corpus, english[0], french[0]).joined(english, french), everything.joined(english, french), strict=True
    ):
        np.testing.assert_array_equal(one, same)
