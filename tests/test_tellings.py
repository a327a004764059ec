"""Third documents and the chains by them: the same whatever was asked for, and either way round."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
import pytest
from tiny import FRENCH, make_document
from words import Fill, WordEncoder, news, sorted_keys

from aligner.arrays import Numbers
from aligner.candidates import Group, pool
from aligner.contrast import Both
from aligner.corpus import Corpus
from aligner.deadline import limit_time
from aligner.errors import TooSlowError
from aligner.nearby import WITNESSES, Nearby
from aligner.reader import TokenReader
from aligner.retold import LEAST, retold
from aligner.scoring import READ_SCORERS
from aligner.tellings import Tellings
from aligner.tokens import Tokens
from aligner.vectors import Encoder


class WordReader:
    """Says how many words two texts have in common, less three, and counts the texts read with their own document."""

    def __init__(self) -> None:
        self.inside = 0

    def readings(self, source: Tokens, targets: Sequence[Tokens], elsewhere: Sequence[Both]) -> Numbers:
        assert len(targets) == len(elsewhere)
        self.inside += all(each is None for both in elsewhere for each in both)
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


def test_near_documents_in_any_order_of_the_documents(filled: Fill) -> None:
    """Of reprints as near as the last paragraph that is found, none is near."""
    documents = news(28, documents=24)
    wire = [make_document(f"w{n:02}", "La police a fermé le pont mardi.", lang="fr") for n in range(10)]
    expected = None
    for order in ([*documents, *wire], [*wire[::-1], *documents[::-1]]):
        corpus = filled(order)
        found = nearby(corpus)
        near = {group: found.near(group, other(group[1]), but=("none", "")) for group in groups(corpus)}
        assert near == (expected or near)
        expected = near


def test_many_are_looked_up_as_one_by_one(filled: Fill) -> None:
    corpus = filled(news(29, documents=30))
    one_by_one, together = nearby(corpus), nearby(corpus)
    english = [group for group in groups(corpus) if group[1] == "en"]
    together.look_up(english, "fr")
    for group in english:
        assert together.near(group, "fr", but=("none", "")) == one_by_one.near(group, "fr", but=("none", ""))
    with limit_time(0.0), pytest.raises(TooSlowError):
        nearby(corpus).look_up(english, "fr")


def test_what_is_removed_meanwhile_is_near_nobody(filled: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = filled(news(24, documents=12))
    first = groups(corpus)[0]
    nearest, *others = nearby(corpus).near(first, other(first[1]), but=("none", ""))
    found = nearby(corpus, first[0])
    indexes = corpus.indexes
    corpus.remove([nearest[0]])
    monkeypatch.setattr(Corpus, "indexes", indexes)  # as they were before
    left = found.near(first, other(first[1]), but=("none", ""))
    assert nearest not in left
    assert others[0] in left


def test_what_is_known_stays_as_it_is(filled: Fill) -> None:
    """Its logits may be worked out already."""
    corpus = filled(news(30, documents=12))
    first = groups(corpus)[0]
    found = nearby(corpus)
    before = {group: found.sides(group) for group in groups(corpus)}
    list(corpus.add([make_document("new", "Le maire a fermé le pont.", lang="fr")]))
    found.near(first, other(first[1]), but=("none", ""))
    assert all(found.sides(group) is sides for group, sides in before.items())


def told(corpus: Corpus, *ids: str) -> Tellings:
    return Tellings(READ_SCORERS.documents, cast(TokenReader, WordReader()), nearby(corpus, *ids))


def test_chains_by_third_documents_against_all_of_them(filled: Fill) -> None:
    corpus = filled(news(25, documents=14))
    found, near = told(corpus), nearby(corpus)
    longer = 0
    for first in groups(corpus):
        for second in groups(corpus):
            if (first[1], second[1]) != ("en", "fr"):
                continue
            pieces = {
                group: [set(side.tokens.pieces.tolist()) for side in near.sides(group) if side.tokens is not None]
                for group in groups(corpus)
            }
            expected = np.full((len(pieces[first]), len(pieces[second])), LEAST)
            thirds = [*near.near(first, "fr", but=second), *near.near(second, "en", but=first)]
            for third in thirds:
                for row, own in enumerate(pieces[first]):
                    for column, theirs in enumerate(pieces[second]):
                        links = [min(len(own & words), len(words & theirs)) - 3.0 for words in pieces[third]]
                        expected[row, column] = max(expected[row, column], *links)
            by_others = found.through(first, second)
            assert (by_others <= expected).all()  # equal but where the first regression has a pair not read
            longer += int(((by_others == expected) & (by_others > LEAST)).sum())
            assert (by_others == found.through(second, first).T).all()
            said, chains = found.joined(first, second)
            links = np.maximum(said, by_others)
            assert (chains == retold(links, found.inside(first), found.inside(second))).all()
            back = found.joined(second, first)
            np.testing.assert_allclose(back[0].T, said)
            np.testing.assert_allclose(back[1].T, chains)
    assert longer


def test_chains_are_the_same_whatever_is_known(filled: Fill) -> None:
    corpus = filled(news(26, documents=20))
    everything = told(corpus)
    english, french = (next(group for group in groups(corpus) if group[1] == own) for own in ("en", "fr"))
    for one, other_one in zip(
        told(corpus, english[0], french[0]).joined(english, french), everything.joined(english, french), strict=True
    ):
        assert np.array_equal(one, other_one)


def test_of_a_long_document_only_what_is_told_elsewhere_is_read_with_itself(filled: Fill) -> None:
    words = list(FRENCH.items())
    english = [" ".join(word for word, _ in words[at : at + 9]) + f" n{at}." for at in range(40)]
    french = " ".join(word for _, word in words[:9])
    corpus = filled([make_document("long", *english), make_document("f", french, "12 n1.", lang="fr")])
    reader = WordReader()
    tellings = Tellings(READ_SCORERS.documents, cast(TokenReader, reader), nearby(corpus))
    said, chains = tellings.joined(("long", "en"), ("f", "fr"))
    assert chains[0, 0] >= said[0, 0] > LEAST
    assert 0 < reader.inside < 10
