"""Neighbours as NumPy finds them, and indexes that mend themselves."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from children import command, environment
from tiny import TinyEncoder, make_document

from aligner.arrays import Vectors
from aligner.corpus import Corpus
from aligner.errors import CorpusError
from aligner.index import Indexes, LanguageIndex, Neighbours
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


# -- the indexes of a corpus ----------------------------------------------------------------------------------------

EN = ["The mayor closed the old bridge.", "Police found the thief.", "The court will vote on the law on Monday."]
FR = ["Le maire a fermé le vieux pont.", "La police tient le voleur.", "Le tribunal, la loi et le vote de lundi."]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    with Corpus(folder, encoder=TinyEncoder(), create=True) as corpus:
        list(corpus.add([make_document("a", *EN), make_document("b", *FR, lang="fr")]))
        corpus.save_indexes()
    return folder


def answers(folder: Path) -> dict[str, list[tuple[list[int], list[float]]]]:
    with Corpus(folder, encoder=TinyEncoder()) as corpus:
        asked = TinyEncoder().encode(EN + FR)
        return {
            language: [(n.keys.tolist(), n.similarities.tolist()) for n in index.search(asked, k=5)]
            for language, index in corpus.indexes.items()
        }


def loaded(folder: Path) -> bool:
    """Say whether the saved indexes are taken as they are."""
    with Corpus(folder) as corpus:
        return bool(Indexes(folder, corpus.store, dimension=256)._indexes)


def test_what_was_saved_is_loaded(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == ["corpus.sqlite", "en.faiss", "fr.faiss", "manifest.json"]
    manifest = json.loads((folder / "manifest.json").read_text())
    assert (manifest["encoder"], manifest["dimension"]) == ("tiny@1", 256)
    assert {language: entry["count"] for language, entry in manifest["indexes"].items()} == {"en": 3, "fr": 3}
    assert loaded(folder)


def flip(path: Path, at: int) -> None:
    raw = bytearray(path.read_bytes())
    raw[at] ^= 0x10
    path.write_bytes(raw)


def stale(folder: Path) -> None:
    saved = {path: path.read_bytes() for path in folder.iterdir() if path.suffix != ".sqlite"}
    with Corpus(folder, encoder=TinyEncoder()) as corpus:
        list(corpus.add([make_document("c", "Another one.")]))
        corpus.remove(["c"])
        corpus.save_indexes()
    for path, raw in saved.items():
        path.write_bytes(raw)


def of_another_corpus(folder: Path) -> None:
    other = folder.with_name("other")
    with Corpus(other, encoder=TinyEncoder(), create=True) as corpus:
        list(corpus.add([make_document("a", *FR), make_document("b", *EN, lang="fr")]))
        corpus.save_indexes()
    for name in ("en.faiss", "fr.faiss", "manifest.json"):
        (other / name).rename(folder / name)


def rewritten(change: Callable[[dict], object]) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        path = folder / "manifest.json"
        manifest = json.loads(path.read_text())
        changed = change(manifest)
        path.write_text(json.dumps(manifest if changed is None else changed))

    return damage


DAMAGES: dict[str, Callable[[Path], object]] = {
    "an index missing": lambda folder: (folder / "en.faiss").unlink(),
    "an index empty": lambda folder: (folder / "en.faiss").write_bytes(b""),
    "an index truncated": lambda folder: (folder / "fr.faiss").write_bytes((folder / "fr.faiss").read_bytes()[:-5]),
    "a bit flipped in the head": lambda folder: flip(folder / "fr.faiss", 9),
    "a bit flipped in a vector": lambda folder: flip(folder / "fr.faiss", 600),
    "a bit flipped in an id": lambda folder: flip(folder / "en.faiss", -9),
    "two indexes exchanged": lambda folder: (folder / "en.faiss").replace(folder / "fr.faiss"),
    "an index that is a folder": lambda folder: ((folder / "en.faiss").unlink(), (folder / "en.faiss").mkdir()),
    "no manifest": lambda folder: (folder / "manifest.json").unlink(),
    "an empty manifest": lambda folder: (folder / "manifest.json").write_bytes(b""),
    "a torn manifest": lambda folder: (folder / "manifest.json").write_text('{"format": 1, "indexes": {"en": {"fi'),
    "a binary manifest": lambda folder: (folder / "manifest.json").write_bytes(bytes(range(256))),
    "a manifest of another shape": rewritten(lambda manifest: ["en"]),
    "a manifest that is null": lambda folder: (folder / "manifest.json").write_text("null"),
    "an entry of another shape": rewritten(lambda manifest: manifest["indexes"].update(en="en.faiss")),
    "an entry without a hash": rewritten(lambda manifest: manifest["indexes"]["en"].pop("sha256") and None),
    "a later manifest": rewritten(lambda manifest: manifest.update(format=2)),
    "a stale state": stale,
    "of another corpus": of_another_corpus,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_indexes_mend_themselves(folder: Path, damage: Callable[[Path], object]) -> None:
    before = answers(folder)
    assert [len(keys) for keys, _ in before["en"]] == [3] * 6
    damage(folder)
    assert not loaded(folder)
    assert answers(folder) == before
    if not (folder / "en.faiss").is_dir():
        with Corpus(folder) as corpus:
            corpus.save_indexes()
        assert loaded(folder)
        assert answers(folder) == before


def test_saving_into_what_cannot_be_written_loses_nothing(folder: Path) -> None:
    before = answers(folder)
    (folder / "en.faiss").unlink()
    (folder / "en.faiss").mkdir()
    with Corpus(folder) as corpus, pytest.raises(CorpusError, match=r"indexes are not saved: .*nothing stored is lost"):
        corpus.save_indexes()
    assert answers(folder) == before
    assert not list(folder.glob(".*"))


def test_an_index_goes_with_its_language(folder: Path) -> None:
    with Corpus(folder) as corpus:
        corpus.remove(["b"])
        assert list(corpus.indexes) == ["en"]
        corpus.save_indexes()
    assert not (folder / "fr.faiss").exists()
    assert loaded(folder)


def test_indexes_follow_while_other_threads_search(folder: Path) -> None:
    """One thread replaces and removes documents; what others find is always among what was stored."""
    failures: list[str] = []
    done = threading.Event()
    with Corpus(folder, encoder=TinyEncoder()) as corpus:
        asked = corpus.encoder.encode(EN)

        def search() -> None:
            try:
                while not done.is_set():
                    found = corpus.indexes["en"].search(asked, k=3)
                    if [neighbours.keys[0] for neighbours in found] != [1, 2, 3]:
                        failures.append(str(found))
            except BaseException as error:
                failures.append(repr(error))

        searchers = [threading.Thread(target=search) for _ in range(3)]
        for searcher in searchers:
            searcher.start()
        for turn in range(40):
            list(corpus.add([make_document("c", *[f"Hospital {turn} water."] * (turn % 7 + 1))]))
            if turn % 5 == 4:
                corpus.remove(["c"])
        done.set()
        for searcher in searchers:
            searcher.join()
        assert failures == []
        assert sorted(corpus.indexes["en"].keys.tolist()) == corpus.store.keys(base="en").tolist()


WRITER = """
import sys
from pathlib import Path
from tiny import TinyEncoder, make_document
from aligner.corpus import Corpus
with Corpus(Path(sys.argv[1]), encoder=TinyEncoder(), create=True) as corpus:
    for turn in range(15):
        list(corpus.add([make_document(f"{sys.argv[2]}-{turn}", f"Police and water {turn}.", "Old bridge.")]))
        corpus.save_indexes()
"""


def run_writers(folder: Path, *names: str) -> list[subprocess.Popen[str]]:
    return [
        subprocess.Popen(command(WRITER, folder, name), env=environment(), stderr=subprocess.PIPE, text=True)
        for name in names
    ]


def test_two_processes_write_and_a_third_searches(folder: Path) -> None:
    writers = run_writers(folder, "x", "y")
    with Corpus(folder, encoder=TinyEncoder()) as corpus:
        asked = corpus.encoder.encode(FR)
        while any(writer.poll() is None for writer in writers):
            found = corpus.indexes["fr"].search(asked, k=1)
            assert [neighbours.keys.tolist() for neighbours in found] == [[4], [5], [6]]
        assert [writer.communicate()[1] for writer in writers] == ["", ""]
        keys = corpus.store.keys(base="en")
        assert len(keys) == 3 + 2 * 15 * 2
        assert sorted(corpus.indexes["en"].keys.tolist()) == keys.tolist()
        corpus.save_indexes()
    assert loaded(folder)


def test_two_processes_begin_a_corpus_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    writers = run_writers(folder, "x", "y", "z")
    assert [writer.communicate()[1] for writer in writers] == ["", "", ""]
    with Corpus(folder) as corpus:
        assert corpus.store.counts() == {"documents": 45, "paragraphs": 90, "dropped": 0}
        assert corpus.store.meta("encoder") == "tiny@1"
