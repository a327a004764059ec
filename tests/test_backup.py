"""Backups: whole or not at all, of a corpus that is written meanwhile, and brought back while it is served."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from children import environment, permitted, run
from served import serving
from tiny import TinyEncoder, make_document

from aligner.backup import back_up, restore
from aligner.cli import main
from aligner.corpus import Corpus
from aligner.documents import Document
from aligner.errors import CorpusError, DamagedError, FormatError, NotFoundError
from aligner.matches import search

WORDS = ("pont", "eau", "juge", "train", "port", "loi", "usine", "musée", "banque", "école")


def document(number: int, *, about: str = "") -> Document:
    return make_document(f"d-{number:03}", f"La {about or WORDS[number % 10]} et la police, {number}.", lang="fr")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    with Corpus(folder, encoder=TinyEncoder(), create=True) as corpus:
        list(corpus.add(document(number) for number in range(40)))
        corpus.save_indexes()
    return folder


def ids(folder: Path) -> list[str]:
    with Corpus(folder, encoder=TinyEncoder()) as corpus:
        assert corpus.store.rows("PRAGMA quick_check") == [("ok",)]
        return [document.id for document in corpus.store.documents()]


def nearest(folder: Path, text: str) -> str:
    with Corpus(folder, encoder=TinyEncoder()) as corpus:
        return search(corpus, text, target_languages=["fr"], k=1)[0].target.document


def test_a_backup_is_a_corpus_and_comes_back(folder: Path, tmp_path: Path) -> None:
    manifest = back_up(folder, tmp_path / "to" / "backup")
    assert (manifest["documents"], manifest["paragraphs"], manifest["encoder"]) == (40, 40, "tiny@1")
    assert sorted(path.name for path in (tmp_path / "to" / "backup").iterdir()) == ["backup.json", "corpus.sqlite"]
    assert [path.name for path in (tmp_path / "to").iterdir()] == ["backup"]
    assert json.loads((tmp_path / "to" / "backup" / "backup.json").read_text()) == manifest
    restore(tmp_path / "to" / "backup", tmp_path / "again")
    assert ids(tmp_path / "again") == ids(folder)
    assert nearest(tmp_path / "again", "the museum, 7") == nearest(folder, "the museum, 7")
    back_up(tmp_path / "again", tmp_path / "second")
    with pytest.raises(CorpusError, match=r"second: exists; a backup is a new folder"):
        back_up(folder, tmp_path / "second")
    with pytest.raises(NotFoundError, match="no corpus here"):
        back_up(tmp_path / "none", tmp_path / "third")
    assert not (tmp_path / "third").exists()


def test_a_corpus_is_not_replaced_unless_told(folder: Path, tmp_path: Path) -> None:
    back_up(folder, tmp_path / "backup")
    with Corpus(folder, encoder=TinyEncoder()) as corpus:
        list(corpus.add([document(99)]))
    with pytest.raises(CorpusError, match="holds a corpus; --replace puts the backup in its place"):
        restore(tmp_path / "backup", folder)
    assert "d-099" in ids(folder)
    restore(tmp_path / "backup", folder, replace=True)
    assert ids(folder) == [f"d-{number:03}" for number in range(40)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup", "corpus"]


def test_keys_that_mean_something_else_now_do_not_stay_in_an_index(folder: Path, tmp_path: Path) -> None:
    """An open corpus sees a restored one, though the same numbers stand for other paragraphs in it."""
    back_up(folder, tmp_path / "backup")
    with Corpus(folder, encoder=TinyEncoder()) as opened:
        list(opened.add([document(50, about="grève des ouvriers")]))
        assert search(opened, "the strike", target_languages=["fr"], k=1)[0].target.document == "d-050"
        restore(tmp_path / "backup", folder, replace=True)
        with Corpus(folder, encoder=TinyEncoder()) as other:
            list(other.add([document(60, about="forêt et la rivière")]))
        assert opened.store.counts()["documents"] == 41
        assert search(opened, "the forest and the river", target_languages=["fr"], k=1)[0].target.document == "d-060"
        found = search(opened, "the strike", language="en", target_languages=["fr"], k=100)
        assert {hit.target.document for hit in found} == {document.id for document in opened.store.documents()}


@pytest.mark.parametrize("damage", [lambda raw: b"no corpus", lambda raw: raw[:-5000], lambda raw: b""])
def test_a_damaged_corpus_is_restored_over_and_kept(
    folder: Path, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    back_up(folder, tmp_path / "backup")
    content = damage((folder / "corpus.sqlite").read_bytes())
    (folder / "corpus.sqlite").write_bytes(content)
    with pytest.raises(DamagedError):
        ids(folder)
    manifest = restore(tmp_path / "backup", folder, replace=True)
    assert ids(folder) == [f"d-{number:03}" for number in range(40)]
    kept = Path(str(manifest["set_aside"]))
    assert kept.parent == folder
    assert kept.name.startswith("corpus.sqlite.damaged-")
    assert kept.read_bytes() == content
    assert "set_aside" not in restore(tmp_path / "backup", folder, replace=True)


@pytest.mark.parametrize(("umask", "file", "made"), [(0o022, 0o644, 0o755), (0o077, 0o600, 0o700)])
def test_what_is_written_has_the_permissions_of_the_process(
    folder: Path, tmp_path: Path, umask: int, file: int, made: int
) -> None:
    before = os.umask(umask)
    try:
        back_up(folder, tmp_path / "backup")
        with Corpus(folder, encoder=TinyEncoder()) as corpus:
            corpus.save_indexes()
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == made
    for path in (*(tmp_path / "backup").iterdir(), folder / "manifest.json", folder / "fr.faiss"):
        assert stat.S_IMODE(path.stat().st_mode) == file, path


def damage_bytes(backup: Path) -> None:
    path = backup / "corpus.sqlite"
    raw = bytearray(path.read_bytes())
    raw[5000] ^= 255
    path.write_bytes(raw)


DAMAGES = {
    "cut": (lambda b: (b / "corpus.sqlite").write_bytes(b"x"), DamagedError, r"1 bytes; its manifest says [0-9,]+"),
    "gone": (lambda b: (b / "corpus.sqlite").unlink(), DamagedError, "missing; its manifest says"),
    "changed": (damage_bytes, DamagedError, "its content is not what its manifest says"),
    "no manifest": (lambda b: (b / "backup.json").unlink(), NotFoundError, "no backup here; `aligner backup DEST`"),
    "no JSON": (lambda b: (b / "backup.json").write_text("{"), DamagedError, "the manifest cannot be read"),
    "later": (
        lambda b: (b / "backup.json").write_text((b / "backup.json").read_text().replace('"format": 1', '"format": 9')),
        FormatError,
        "format 9, expected 1",
    ),
}


@pytest.mark.parametrize("how", DAMAGES)
def test_a_damaged_backup_is_not_brought_back(folder: Path, tmp_path: Path, how: str) -> None:
    damage, kind, message = DAMAGES[how]
    back_up(folder, tmp_path / "backup")
    damage(tmp_path / "backup")
    before = (folder / "corpus.sqlite").read_bytes()
    with pytest.raises(kind, match=message):
        restore(tmp_path / "backup", folder, replace=True)
    assert (folder / "corpus.sqlite").read_bytes() == before


FULL = """
import subprocess, sys
from pathlib import Path
from aligner.backup import back_up
from aligner.errors import CorpusError
target = Path(sys.argv[2])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(target)], check=True)
try:
    back_up(Path(sys.argv[1]), target / "backup")
except CorpusError as error:
    print(type(error).__name__, [path.name for path in target.iterdir()])
"""


def test_a_disk_that_is_full_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    if not permitted("unshare", "-m"):
        pytest.skip("a disk of its own cannot be mounted here")
    (tmp_path / "disk").mkdir()
    ran = run(FULL, folder, tmp_path / "disk", prefix=("unshare", "-m"))
    assert (ran.stdout, ran.stderr) == ("StorageFullError []\n", "")


def test_the_commands(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = ["--corpus", str(folder)]
    assert main(["backup", str(tmp_path / "b"), *corpus]) == 0
    assert capsys.readouterr().out == f"backed up to {tmp_path}/b: 40 documents, 40 paragraphs\n"
    assert main(["restore", str(tmp_path / "b"), *corpus]) == 5
    assert main(["restore", str(tmp_path / "b"), *corpus, "--replace", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["documents"] == 40


def test_while_it_is_served_and_written(folder: Path, tmp_path: Path) -> None:
    """Each backup holds all that was acknowledged before it; restored, both workers answer with what it holds."""
    with serving(tmp_path, workers=2) as served:
        stored: list[str] = []
        ending = threading.Event()

        def write() -> None:
            number = 100
            while not ending.is_set():
                body = {
                    "id": f"w-{number}",
                    "lang": "fr",
                    "paragraphs": [f"La {WORDS[number % 10]} et le maire, {number}."],
                }
                status, answer, _ = served.ask("/api/v1/documents", body)
                assert status == 201, answer
                stored.append(f"w-{number}")
                number += 1

        writer = threading.Thread(target=write)
        writer.start()
        for number in range(3):
            before = list(stored)
            command = ["-m", "aligner", "backup", str(tmp_path / f"backup-{number}"), "--corpus", str(folder)]
            subprocess.run([sys.executable, *command], env=environment(), check=True, capture_output=True)
            assert set(before) <= set(ids(tmp_path / f"backup-{number}"))
        limit = time.monotonic() + 30  # a disk may be slow
        while len(stored) <= 3 and time.monotonic() < limit:
            time.sleep(0.01)
        ending.set()
        writer.join()
        assert len(stored) > 3
        kept = ids(tmp_path / "backup-0")
        restore(tmp_path / "backup-0", folder, replace=True)
        for _ in range(20):
            status, answer, _ = served.ask("/api/v1/search", {"text": "la police", "to": "fr", "k": 100})
            assert status == 200
            assert {hit["paragraph"]["document"] for hit in answer["results"]} <= set(kept)
            assert served.ask(f"/api/v1/documents/{stored[-1]}")[0] == (200 if stored[-1] in kept else 404)
        assert (
            served.ask("/api/v1/documents", {"id": "after", "lang": "fr", "paragraphs": ["Le port, après."]})[0] == 201
        )
        assert served.stop() == 0
    assert set(ids(folder)) == {*kept, "after"}
    assert not re.search('"level": "error"', served.log.read_text())
