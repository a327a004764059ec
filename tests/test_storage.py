"""Storage that is read-only, full or held by another: what is said, and what stays as it was."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from children import command, environment, permitted, run
from kept import ENGLISH, FRENCH, contents, keep
from tiny import TinyEncoder

from aligner.corpus import Corpus
from aligner.errors import CorpusError, ReadOnlyError
from aligner.matches import search


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    folder = keep(tmp_path / "corpus")
    yield folder
    folder.chmod(0o755)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ReadOnlyError, match=r"/file/corpus: cannot be made: .*Not a directory"):
        Corpus(tmp_path / "file" / "corpus", create=True)


NO_RIGHTS = ("setpriv", "--inh-caps=-all", "--bounding-set=-all") if os.geteuid() == 0 else ()
READ_ONLY = """
import json, sys
from pathlib import Path
from tiny import TinyEncoder, make_document
from aligner.corpus import Corpus
from aligner.errors import AlignerError
from aligner.matches import search

def told(ask):
    try:
        return ask()
    except AlignerError as error:
        return f"{type(error).__name__}: {error}"

with Corpus(Path(sys.argv[1]), encoder=TinyEncoder(), create=sys.argv[2] == "create") as corpus:
    print(json.dumps({
        "add": told(lambda: list(corpus.add([make_document("new", "Text.")]))),
        "remove": told(lambda: corpus.remove(["fr"])),
        "found": told(lambda: [hit.target.id for hit in search(corpus, sys.argv[3])]),
        "documents": told(lambda: len(corpus.store.documents())),
        "save": told(corpus.save_indexes),
    }))
"""
needs_rights_dropped = pytest.mark.skipif(not permitted(*NO_RIGHTS), reason="this user's rights cannot be dropped")


@needs_rights_dropped
@pytest.mark.parametrize("create", ["create", "open"])
@pytest.mark.parametrize("modes", [(0o555, 0o444), (0o755, 0o444), (0o555, 0o644)])
def test_a_read_only_corpus(folder: Path, create: str, modes: tuple[int, int]) -> None:
    for path in folder.iterdir():
        path.chmod(modes[1])
    folder.chmod(modes[0])
    before = contents(folder)
    ran = run(READ_ONLY, folder, create, ENGLISH, prefix=NO_RIGHTS)
    assert ran.stderr == ""
    told = json.loads(ran.stdout)
    for change in ("add", "remove"):
        assert told[change].startswith(f"ReadOnlyError: {folder}/corpus.sqlite: cannot be written: "), told
    assert (told["found"], told["documents"]) == (["fr#0"], 41)
    if modes[0] == 0o555:
        assert told["save"].startswith(f"ReadOnlyError: {folder}: the indexes are not saved: "), told
        assert contents(folder) == before
    assert contents(folder)["corpus.sqlite"] == before["corpus.sqlite"]


KILLED = """
import os, sys
from pathlib import Path
from tiny import TinyEncoder, make_document
from aligner.corpus import Corpus
corpus = Corpus(Path(sys.argv[1]), encoder=TinyEncoder())
list(corpus.add([make_document("late", sys.argv[2], lang="fr")]))
os.kill(os.getpid(), 9)
"""


@needs_rights_dropped
@pytest.mark.parametrize("shared", [True, False])
def test_a_read_only_corpus_with_a_log_is_not_read_without_it(folder: Path, shared: bool) -> None:
    """A killed process leaves its last documents in the log: they are found, or the corpus is refused."""
    run(KILLED, folder, FRENCH)
    assert (folder / "corpus.sqlite-wal").stat().st_size > 0
    if not shared:
        (folder / "corpus.sqlite-shm").unlink()
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o555)
    ran = run(READ_ONLY, folder, "open", ENGLISH, prefix=NO_RIGHTS)
    if ran.returncode == 0:
        assert json.loads(ran.stdout)["documents"] == 42
    else:
        assert "aligner.errors.ReadOnlyError" in ran.stderr


@needs_rights_dropped
def test_a_corpus_that_may_not_be_read(folder: Path) -> None:
    (folder / "corpus.sqlite").chmod(0)
    ran = run(READ_ONLY, folder, "open", ENGLISH, prefix=NO_RIGHTS)
    assert f"Error: {folder}/corpus.sqlite: cannot be" in ran.stderr.splitlines()[-1]


FULL = """
import json, os, resource, signal, subprocess, sys
from pathlib import Path
from tiny import TinyEncoder, make_document
from aligner.corpus import Corpus
from aligner.errors import CorpusError
from aligner.matches import search

folder, how = Path(sys.argv[1]), sys.argv[2]
if how == "disk":
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], check=True)
with Corpus(folder, encoder=TinyEncoder(), create=True) as corpus:
    first = make_document("first", "Languages are told by what is loaded with the first long text.")
    stored = [outcome.id for outcome in corpus.add([first])]
    if how == "limit":
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2 << 20, 2 << 20))
    errors = []
    try:
        for outcome in corpus.add(make_document(str(n), f"Police {n}.", "Eau. " * 300) for n in range(5000)):
            stored.append(outcome.id)
    except CorpusError as error:
        errors.append(f"{type(error).__name__}: {error}")
    reads = [hit.target.document for hit in search(corpus, "Police 3", target_languages=["en"], k=1)]
    if how == "disk":
        room = os.statvfs(folder)
        (folder / "rest").write_bytes(b"x" * (room.f_bavail * room.f_frsize))
        for change in (corpus.save_indexes, lambda: corpus.remove(["1"])):
            try:
                change()
            except CorpusError as error:
                errors.append(f"{type(error).__name__}: {error}")
        (folder / "rest").unlink()
    documents = [document.id for document in corpus.store.documents()]
    removed = sorted(set(stored) - set(documents))
    whole = len(corpus.store.vectors(corpus.store.keys())) == 2 * len(documents) - 1
with Corpus(folder, encoder=TinyEncoder()) as corpus:
    again = [document.id for document in corpus.store.documents()]
    quick = corpus.store.rows("PRAGMA quick_check")
    left = sorted(path.name for path in folder.iterdir() if path.name.startswith("."))
print(json.dumps([stored, removed, errors, reads, documents, whole, again, quick, left]))
"""


@pytest.mark.parametrize(
    ("how", "prefix", "message"),
    [
        ("disk", ("unshare", "-m"), "StorageFullError: {}/corpus.sqlite: no room on the disk; nothing of this step wa"),
        ("limit", (), "CorpusError: {}/corpus.sqlite: disk I/O error"),
    ],
)
def test_a_full_disk(tmp_path: Path, how: str, prefix: tuple[str, ...], message: str) -> None:
    """What was acknowledged stays and can be read; the step that failed leaves nothing."""
    if not permitted(*prefix):
        pytest.skip("a disk of its own cannot be mounted here")
    ran = run(FULL, tmp_path, how, prefix=prefix)
    assert ran.stderr == ""
    stored, removed, errors, reads, documents, whole, again, quick, left = json.loads(ran.stdout)
    assert errors[0].startswith(message.format(tmp_path))
    assert sorted(stored) == sorted(documents + removed)
    assert 0 < len(stored) < 5000
    assert reads == ["3"]
    assert whole
    assert quick == [["ok"]]
    assert left == []
    if how == "disk":
        assert errors[1].startswith(f"StorageFullError: {tmp_path}: the indexes are not saved: [Errno 28]"), errors
        assert removed == (["1"] if len(errors) == 2 else [])
    else:
        assert removed == []
    assert again == documents


HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


def test_another_process_that_goes_on_writing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aligner.database.BUSY_SECONDS", 0.1)
    with subprocess.Popen(
        command(HOLDER, folder / "corpus.sqlite"),
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with Corpus(folder, encoder=TinyEncoder()) as corpus:
            with pytest.raises(CorpusError, match=r"/corpus\.sqlite: another process has been writing for 0\.1 s"):
                corpus.remove(["fr"])
            assert [hit.target.id for hit in search(corpus, ENGLISH)] == ["fr#0"]
        holder.communicate()
