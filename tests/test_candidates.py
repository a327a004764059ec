"""Which pairs are looked at, against brute force, and what the scorer is asked of them."""

from __future__ import annotations

import numpy as np
import pytest
from tiny import TinyEncoder
from words import ENGLISH, OWN_TRANSLATION, Fill, WordEncoder, news, sorted_keys

from aligner.candidates import CANDIDATES, candidates, pool
from aligner.clues import numbers_of
from aligner.corpus import Corpus
from aligner.features import FEATURES, features
from aligner.pairs import pair_features
from aligner.vectors import Encoder, TokenEncoder

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


def brute_force(
    corpus: Corpus, source: str, target: str
) -> dict[tuple[int, int], tuple[float, int | None, int | None]]:
    """Return score and ranks of all pairs that are neighbours, from one matrix in double precision."""
    rows, columns = sorted_keys(corpus, source), sorted_keys(corpus, target)
    cosines = np.round(corpus.store.vectors(rows).astype(float) @ corpus.store.vectors(columns).astype(float).T, 6)
    found = {}
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            closer = [(-cosines[i, other], key) for other, key in enumerate(columns)]
            forward = sorted(closer).index((-cosines[i, j], column)) + 1
            closer = [(-cosines[other, j], key) for other, key in enumerate(rows)]
            backward = sorted(closer).index((-cosines[i, j], row)) + 1
            ranks = [rank if rank <= CANDIDATES else None for rank in (forward, backward)]
            if ranks != [None, None]:
                found[row, column] = (float(cosines[i, j]), *ranks)
    return found


@pytest.mark.parametrize(("source", "target"), [("en", "fr"), ("fr", "en")])
@pytest.mark.parametrize("documents", [2, 12, 50], ids="{} documents".format)
def test_candidates_against_brute_force(filled: Fill, documents: int, source: str, target: str) -> None:
    corpus = filled(news(1, documents=documents))
    expected = brute_force(corpus, source, target)
    found = {(c.source, c.target): c for c in candidates(corpus, source, target)}
    assert list(found) == sorted(expected)
    for pair, (score, forward, backward) in expected.items():
        assert (found[pair].rank_forward, found[pair].rank_backward) == (forward, backward)
        assert found[pair].score == pytest.approx(score, abs=2e-6)
    beyond = [c for c in found.values() if None in (c.rank_forward, c.rank_backward)]
    assert bool(beyond) is (documents == 50)  # of more than 48 paragraphs, some are beyond the neighbours


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
