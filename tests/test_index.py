"""Neighbours as NumPy finds them, and indexes that mend themselves."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
import pytest

from aligner.arrays import Vectors
from aligner.errors import CorpusError
from aligner.index import LanguageIndex, Neighbours
from aligner.store import Keys

DIMENSION = 16


def unit(count: int, *, seed: int) -> Vectors:
    vectors = np.random.default_rng(seed).standard_normal((count, DIMENSION)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def filled(keys: Keys, vectors: Vectors) -> LanguageIndex:
    index = LanguageIndex(DIMENSION)
    index.replace(remove=np.empty(0, np.int64), add=keys, vectors=vectors)
    return index


def assert_nearest(found: list[Neighbours], queries: Vectors, keys: Keys, vectors: Vectors, *, k: int) -> None:
    """Compare with exhaustive search in double precision; equal to six digits is equal."""
    assert len(found) == len(queries)
    for query, neighbours in zip(queries.astype(float), found, strict=True):
        cosines = np.round(vectors.astype(float) @ query, 6)
        order = np.lexsort((keys, -cosines))[:k]
        assert neighbours.keys.dtype == np.int64
        assert neighbours.keys.tolist() == keys[order].tolist()
        np.testing.assert_allclose(neighbours.similarities, cosines[order], atol=2e-6)


KEYS = np.random.default_rng(9).permutation(np.arange(1, 400, dtype=np.int64))[:200]
STORED = unit(200, seed=1)


@pytest.mark.parametrize("k", [1, 5, 64, 200, 10_000])
@pytest.mark.parametrize("queries", [1, 7, 100])  # FAISS works out many at once another way
def test_search(queries: int, k: int) -> None:
    asked = unit(queries, seed=2)
    assert_nearest(filled(KEYS, STORED).search(asked, k=k), asked, KEYS, STORED, k=k)


@pytest.mark.parametrize("among", [[], KEYS[:1], KEYS[50:90], [*KEYS[:3], 9999], [9999], KEYS])
@pytest.mark.parametrize("k", [1, 5, 1000])
def test_search_among(among: list[int], k: int) -> None:
    asked, chosen = unit(3, seed=3), np.array(among, np.int64)
    some = np.isin(KEYS, chosen)
    found = filled(KEYS, STORED).search(asked, k=k, among=chosen)
    assert_nearest(found, asked, KEYS[some], STORED[some], k=k)


@pytest.mark.parametrize("k", [1, 3, 20, 30, 64, 150])
@pytest.mark.parametrize("queries", [1, 10, 50])
def test_equal_ones_come_by_key(queries: int, k: int) -> None:
    """An agency's text that ten outlets print: of equals, those with the lowest keys are kept, at the end too."""
    ten = unit(10, seed=4)
    rows = np.random.default_rng(5).integers(0, 10, 200)
    asked = np.tile(ten, (5, 1))[:queries]
    for keys in (np.arange(1, 201), KEYS):
        found = filled(keys, ten[rows]).search(asked, k=k)
        assert_nearest(found, asked, keys, ten[rows], k=k)


def test_nothing_to_find() -> None:
    empty, full = LanguageIndex(DIMENSION), filled(KEYS, STORED)
    for found in (empty.search(STORED[:2], k=5), full.search(STORED[:2], k=0)):
        assert [neighbours.keys.tolist() for neighbours in found] == [[], []]
    assert full.search(STORED[:0], k=5) == []


def test_replace() -> None:
    index, other = filled(KEYS, STORED), unit(60, seed=6)
    new = np.arange(1000, 1060, dtype=np.int64)
    index.replace(remove=np.append(KEYS[:150], 5555), add=new, vectors=other)
    keys, vectors = np.concatenate([KEYS[150:], new]), np.concatenate([STORED[150:], other])
    assert sorted(index.keys.tolist()) == sorted(keys.tolist())
    assert_nearest(index.search(other[:5], k=70), other[:5], keys, vectors, k=70)


def test_a_key_is_held_once() -> None:
    index = filled(KEYS, STORED)
    index.replace(remove=np.empty(0, np.int64), add=KEYS[:3], vectors=STORED[[7, 8, 9]])
    vectors = np.concatenate([STORED[[7, 8, 9]], STORED[3:]])
    assert sorted(index.keys.tolist()) == sorted(KEYS.tolist())
    assert_nearest(index.search(STORED[7:8], k=9), STORED[7:8], KEYS, vectors, k=9)


@pytest.mark.parametrize("shape", [(2, DIMENSION - 1), (2, DIMENSION + 1), (DIMENSION,)])
def test_a_wrong_dimension(shape: tuple[int, ...]) -> None:
    index, wrong = filled(KEYS, STORED), np.zeros(shape, np.float32)
    with pytest.raises(CorpusError, match=r"vectors of shape \(.*\) for an index of 16 dimensions"):
        index.search(wrong, k=1)
    with pytest.raises(CorpusError, match=r"vectors of shape \(.*\) for an index of 16 dimensions"):
        index.replace(remove=KEYS[:1], add=KEYS[:2], vectors=wrong)
    assert len(index.keys) == 200


def test_bytes_and_back() -> None:
    raw = filled(KEYS, STORED).to_bytes()
    index = LanguageIndex.from_bytes(raw, dimension=DIMENSION)
    assert index.to_bytes() == raw
    assert_nearest(index.search(STORED[:4], k=9), STORED[:4], KEYS, STORED, k=9)
    index.replace(remove=KEYS[:1], add=KEYS[:0], vectors=STORED[:0])
    assert sorted(index.keys.tolist()) == sorted(KEYS[1:].tolist())


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: b"",
        lambda raw: raw[:3],
        lambda raw: raw[:40],
        lambda raw: raw[:-1],
        lambda raw: b"XXXX" + raw[4:],
        lambda raw: b"no index at all" * 100,
        lambda raw: raw[: len(raw) // 2],
    ],
)
def test_damaged_bytes(damage: Callable[[bytes], bytes]) -> None:
    with pytest.raises(CorpusError, match="no FAISS index"):
        LanguageIndex.from_bytes(damage(filled(KEYS, STORED).to_bytes()), dimension=DIMENSION)


def test_an_index_of_another_kind() -> None:
    import faiss

    flat = faiss.IndexFlatIP(DIMENSION)
    with pytest.raises(CorpusError, match="a FAISS index of 16 dimensions, expected 16 with ids"):
        LanguageIndex.from_bytes(bytes(faiss.serialize_index(flat).data), dimension=DIMENSION)
    with pytest.raises(CorpusError, match="a FAISS index of 16 dimensions, expected 17 with ids"):
        LanguageIndex.from_bytes(filled(KEYS, STORED).to_bytes(), dimension=DIMENSION + 1)


def test_searching_while_another_thread_adds() -> None:
    index = filled(KEYS, STORED)
    failures: list[str] = []
    done = threading.Event()

    def search() -> None:
        while not done.is_set():
            for row, neighbours in enumerate(index.search(STORED[150:], k=3), start=150):
                if neighbours.keys[0] != KEYS[row] or len(neighbours.keys) != 3:
                    failures.append(f"{row}: {neighbours}")

    searchers = [threading.Thread(target=search) for _ in range(2)]
    for searcher in searchers:
        searcher.start()
    for turn in range(150):
        add = np.arange(1000 * turn + 10_000, 1000 * turn + 10_050, dtype=np.int64)
        index.replace(remove=add - 1000, add=add, vectors=unit(50, seed=100 + turn) * np.float32(0.5))
    done.set()
    for searcher in searchers:
        searcher.join()
    assert failures == []
