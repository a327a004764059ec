"""The indexes of a corpus: saved, loaded, mended, followed by several threads and processes."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from children import command, environment
from tiny import TinyEncoder, make_document

from aligner.corpus import Corpus
from aligner.errors import CorpusError
from aligner.index import Indexes

DIMENSION = 16


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
