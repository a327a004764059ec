"""Which pairs are looked at, against brute force, and what the scorer is asked of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from tiny import TinyEncoder, make_document
from words import ENGLISH, OWN_TRANSLATION, Fill, WordEncoder, news, sorted_keys

from aligner.candidates import CANDIDATES, candidates, pool
from aligner.clues import numbers_of
from aligner.features import FEATURES, features
from aligner.pairs import pair_features
from aligner.vectors import Encoder, TokenEncoder

ROUNDING = 2e-6  # between a cosine in single precision, at six digits, and in double

# -- the encoder of these tests -------------------------------------------------------------------------------------


def test_the_protocol() -> None:
    encoder: TokenEncoder = WordEncoder()
    assert isinstance(encoder, TokenEncoder)
    assert not isinstance(TinyEncoder(), TokenEncoder)
    vectors, (english, french, nothing) = encoder.encode_tokens([ENGLISH, OWN_TRANSLATION, "?"])
    assert np.array_equal(vectors, encoder.encode([ENGLISH, OWN_TRANSLATION, "?"]))
    assert (len(english), len(french), len(nothing)) == (8, 8, 0)
    cosines = english.floats() @ french.floats().T
    assert cosines.argmax(axis=1).tolist() == list(range(8))
    np.testing.assert_allclose(cosines.diagonal(), 1, atol=0.02)


# -- neighbours -----------------------------------------------------------------------------------------------------


def ranks(cosines: npt.NDArray[np.float64], place: int) -> range:
    """Return which ranks the neighbour at this place may have: cosines as near as that change places with rounding."""
    own = cosines[place]
    return range(1 + int((cosines > own + ROUNDING).sum()), 1 + int((cosines >= own - ROUNDING).sum()))


@pytest.mark.parametrize(("source", "target"), [("en", "fr"), ("fr", "en")])
@pytest.mark.parametrize("documents", [2, 12, 50], ids="{} documents".format)
def test_candidates_against_brute_force(filled: Fill, documents: int, source: str, target: str) -> None:
    corpus = filled(news(1, documents=documents))
    rows, columns = sorted_keys(corpus, source), sorted_keys(corpus, target)
    vectors = [corpus.store.vectors(keys).astype(float) for keys in (rows, columns)]
    cosines = vectors[0] @ vectors[1].T
    found = {(c.source, c.target): c for c in candidates(corpus, source, target)}
    assert list(found) == sorted(found)
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            forward, backward = ranks(cosines[i], j), ranks(cosines[:, j], i)
            if (row, column) not in found:
                assert forward.stop > CANDIDATES + 1
                assert backward.stop > CANDIDATES + 1
                continue
            pair = found[row, column]
            assert pair.score == pytest.approx(cosines[i, j], abs=2e-6)
            for rank, possible in ((pair.rank_forward, forward), (pair.rank_backward, backward)):
                assert rank in possible if rank else possible.stop > CANDIDATES + 1
    for own, key in (("rank_forward", "source"), ("rank_backward", "target")):
        given = [(getattr(pair, key), rank) for pair in found.values() if (rank := getattr(pair, own))]
        assert len(set(given)) == len(given)  # no rank twice
    beyond = [c for c in found.values() if None in (c.rank_forward, c.rank_backward)]
    assert bool(beyond) is (documents == 50)  # of more than 48 paragraphs, some are beyond the neighbours


def test_neighbours_of_one_cosine_are_in_the_order_of_their_keys(filled: Fill) -> None:
    french = [make_document(f"b{number}", OWN_TRANSLATION, lang="fr") for number in range(3)]
    corpus = filled([make_document("a", ENGLISH, lang="en"), *french])
    found = candidates(corpus, "en", "fr")
    assert [pair.target for pair in sorted(found, key=lambda c: c.rank_forward or 0)] == sorted_keys(corpus, "fr")
    assert len({pair.score for pair in found}) == 1
    assert len(found) == 3


def test_candidates_of_some_paragraphs(filled: Fill) -> None:
    corpus = filled(news(2))
    everything = candidates(corpus, "en", "fr")
    english, french = (corpus.store.keys(base=language) for language in ("en", "fr"))
    some = english[1::2]
    assert candidates(corpus, "en", "fr", sources=some) == [c for c in everything if c.source in some]
    assert candidates(corpus, "en", "fr", sources=np.concatenate([some, french])) == [
        c for c in everything if c.source in some
    ]
    assert candidates(corpus, "en", "fr", sources=french) == []


def test_candidates_among_some_paragraphs(filled: Fill) -> None:
    """The rank forward counts those only, the rank backward all sources."""
    corpus = filled(news(3))
    among = corpus.store.keys(base="fr")[::3]
    expected = [c for c in candidates(corpus, "en", "fr") if c.target in among]
    found = candidates(corpus, "en", "fr", among=among)
    assert [(c.source, c.target, c.score, c.rank_backward) for c in found] == [
        (c.source, c.target, c.score, c.rank_backward) for c in expected
    ]
    for source in {c.source for c in expected}:
        ordered = sorted((c for c in expected if c.source == source), key=lambda c: (c.rank_forward, c.target))
        ranks = {c.target: rank for rank, c in enumerate(ordered, start=1)}
        assert {c.target: c.rank_forward for c in found if c.source == source} == ranks


@pytest.mark.parametrize(("source", "target"), [("en", "en"), ("en", "de"), ("de", "en")])
def test_no_candidates(filled: Fill, source: str, target: str) -> None:
    assert candidates(filled(news(4, documents=4)), source, target) == []


# -- what the scorer is asked ---------------------------------------------------------------------------------------


def test_a_pool_holds_the_whole_documents(filled: Fill, encoder: Encoder) -> None:
    documents = news(5, documents=6)
    corpus = filled(documents)
    asked = [corpus.store.key("d00#0"), corpus.store.key("d03#0"), 10_000]
    known = pool(corpus, asked)
    stored = {id: corpus.store.document(id).paragraphs for id in ("d00", "d03")}
    assert {p.id for p in known.paragraphs.values()} == {p.id for own in stored.values() for p in own}
    assert set(known.groups) == {("d00", "en"), ("d03", "fr")}
    for (id, _), keys in known.groups.items():
        assert [known.paragraphs[key] for key in keys] == list(stored[id])
        vectors = encoder.encode([p.text for p in stored[id]]).astype(float)
        document = vectors.sum(axis=0) / np.linalg.norm(vectors.sum(axis=0))
        for key, paragraph, vector in zip(keys, stored[id], vectors, strict=True):
            side = known.sides[key]
            np.testing.assert_allclose(side.vector, vector, atol=1e-6)
            np.testing.assert_allclose(side.document, document, atol=1e-6)
            assert side.numbers == numbers_of(paragraph.text)
            assert (side.tokens is None) is not isinstance(encoder, TokenEncoder)
            if isinstance(encoder, TokenEncoder):
                assert side.tokens.to_bytes() == encoder.encode_tokens([paragraph.text])[1][0].to_bytes()
            assert known.group(key) == (id, paragraph.lang)


def test_an_empty_pool(filled: Fill) -> None:
    known = pool(filled(news(5, documents=2)), [])
    assert (dict(known.paragraphs), dict(known.sides), dict(known.groups)) == ({}, {}, {})


def test_features_of_candidates_are_those_of_each_pair_alone(filled: Fill) -> None:
    corpus = filled(news(6, documents=40))
    found = candidates(corpus, "en", "fr")
    known = pool(corpus, (key for c in found for key in (c.source, c.target))).sides
    expected = [features(known[c.source], [known[c.target]])[0] for c in found]
    np.testing.assert_allclose(pair_features(found, known), expected, atol=1e-6)
    assert pair_features([], known).shape == (0, len(FEATURES))
