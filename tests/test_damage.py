"""Files that are cut short, overwritten or no corpus: what is said, and what stays as it was."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest
from kept import ENGLISH, contents, keep
from tiny import TinyEncoder, make_document

from aligner.corpus import Corpus
from aligner.errors import DamagedError, FormatError, NotFoundError
from aligner.matches import search


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return keep(tmp_path / "corpus")


def use(folder: Path) -> None:
    with Corpus(folder, encoder=TinyEncoder()) as corpus:
        corpus.store.documents()
        corpus.store.vectors(corpus.store.keys())
        search(corpus, ENGLISH)


@pytest.mark.parametrize("create", [False, True])
@pytest.mark.parametrize("length", [0, 10, 50, 100, 1000, 4096, 5000, 0.5, -4096, -1])
def test_a_truncated_corpus(folder: Path, length: float, create: bool) -> None:
    path = folder / "corpus.sqlite"
    size = path.stat().st_size
    os.truncate(path, int(size * length) if length == 0.5 else size + length if length < 0 else length)
    before = contents(folder)
    message = rf"{path}: (empty, beside|truncated: \d+ bytes of {size}|damaged: ).*; restore it from a copy"
    with pytest.raises(DamagedError, match=message):
        Corpus(folder, encoder=TinyEncoder(), create=create)
    assert contents(folder) == before


def test_an_empty_file_alone(tmp_path: Path) -> None:
    """As a process leaves it that is killed at the very start; it may be begun anew, and not by a search."""
    (tmp_path / "corpus.sqlite").touch()
    with pytest.raises(NotFoundError, match="no corpus here; `aligner add` makes one"):
        Corpus(tmp_path)
    assert contents(tmp_path) == {"corpus.sqlite": b""}
    with Corpus(tmp_path, encoder=TinyEncoder(), create=True) as corpus:
        assert [outcome.status for outcome in corpus.add([make_document("a", ENGLISH)])] == ["created"]


@pytest.mark.parametrize("create", [False, True])
@pytest.mark.parametrize("content", [b"no database", b"x" * 100_000, b"\x89PNG\r\n\x1a\n" * 1000, bytes(8192)])
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes, create: bool) -> None:
    (tmp_path / "corpus.sqlite").write_bytes(content)
    with pytest.raises(DamagedError, match=r"/corpus\.sqlite: damaged: file is not a database"):
        Corpus(tmp_path, encoder=TinyEncoder(), create=create)
    assert contents(tmp_path) == {"corpus.sqlite": content}


@pytest.mark.parametrize("journal", ["delete", "wal"])
@pytest.mark.parametrize("create", [False, True])
def test_a_database_of_another_application(tmp_path: Path, create: bool, journal: str) -> None:
    path = tmp_path / "corpus.sqlite"
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA journal_mode = {journal}")
    connection.executescript("CREATE TABLE users (name); INSERT INTO users VALUES ('x'); CREATE TABLE meta (a, b);")
    connection.close()
    before = contents(tmp_path)
    with pytest.raises(DamagedError, match=r"/corpus\.sqlite: an SQLite file, but no corpus: it holds meta, users"):
        Corpus(tmp_path, encoder=TinyEncoder(), create=create)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("create", [False, True])
@pytest.mark.parametrize(
    ("written", "kind", "message"),
    [
        ("99", FormatError, r"corpus\.sqlite: format 99, written by a later version of this package; this one reads u"),
        ("x", DamagedError, r"corpus\.sqlite: its format number is missing"),
    ],
)
def test_a_corpus_of_a_later_version(folder: Path, written: str, kind: type, message: str, create: bool) -> None:
    connection = sqlite3.connect(folder / "corpus.sqlite")
    connection.execute("UPDATE meta SET value = ? WHERE name = 'format'", (written,))
    connection.commit()
    connection.close()
    before = contents(folder)
    with pytest.raises(kind, match=message):
        Corpus(folder, encoder=TinyEncoder(), create=create)
    assert contents(folder) == before


@pytest.mark.parametrize("start", [1, 3, 9])
def test_garbage_in_the_middle(folder: Path, start: int) -> None:
    path = folder / "corpus.sqlite"
    with path.open("r+b") as file:
        file.seek(4096 * start)
        file.write(b"\xff" * (path.stat().st_size - 4096 * start))
    with pytest.raises(DamagedError, match=r"/corpus\.sqlite: damaged: .*malformed.*; restore it from a copy"):
        use(folder)


def test_a_damaged_index_is_made_anew(folder: Path) -> None:
    for path in folder.glob("*.faiss"):
        path.write_bytes(path.read_bytes()[::-1])
    with Corpus(folder, encoder=TinyEncoder()) as corpus:
        assert [hit.target.id for hit in search(corpus, ENGLISH)] == ["fr#0"]
