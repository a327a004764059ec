"""SQLite as a corpus uses it: opening, checking, and its errors in our terms."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aligner.errors import CorpusError, DamagedError, FormatError, NotFoundError, ReadOnlyError, StorageFullError

__all__ = ["FORMAT", "Connection", "connect", "prepare", "translated"]

BUSY_SECONDS = 60
FULL = {"SQLITE_FULL", "SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_SHMMAP"}
READ_ONLY = {"SQLITE_PERM", "SQLITE_AUTH", "SQLITE_CANTOPEN"}
DAMAGED = {"SQLITE_NOTADB", "SQLITE_CORRUPT", "SQLITE_IOERR_SHORT_READ", "SQLITE_IOERR_CORRUPTFS"}

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS documents (
    id TEXT PRIMARY KEY,
    lang TEXT NOT NULL,
    outlet TEXT,
    title TEXT,
    url TEXT,
    published TEXT,
    text TEXT NOT NULL,
    blocks TEXT,
    content_hash TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS paragraphs (
    key INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice: the FAISS indexes know paragraphs by it
    document TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    lang TEXT NOT NULL,
    base TEXT NOT NULL,  -- the primary subtag, which names the index
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    text TEXT NOT NULL,
    dropped TEXT,
    UNIQUE (document, position)
) STRICT;
CREATE INDEX IF NOT EXISTS paragraphs_base ON paragraphs (base) WHERE dropped IS NULL;
CREATE TABLE IF NOT EXISTS vectors (
    key INTEGER PRIMARY KEY REFERENCES paragraphs (key) ON DELETE CASCADE,
    vector BLOB NOT NULL,  -- float32, little-endian
    tokens BLOB  -- aligner.tokens.Tokens, where the encoder gives them
) STRICT;
"""


MIGRATIONS = (
    # 2: what is kept beside documents
    """
    CREATE TABLE confirmed (  -- translations that a person confirmed: aligner/store_memory.py
        key INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice: what is held in memory follows by it
        id TEXT NOT NULL UNIQUE,
        source_lang TEXT NOT NULL,
        target_lang TEXT NOT NULL,
        source_base TEXT NOT NULL,
        target_base TEXT NOT NULL,
        source TEXT NOT NULL,
        target TEXT NOT NULL,
        context TEXT,
        origin TEXT,
        author TEXT,
        created TEXT NOT NULL,
        changed TEXT NOT NULL
    ) STRICT;
    CREATE INDEX confirmed_languages ON confirmed (source_base, target_base, key);
    CREATE INDEX paragraphs_beginning ON paragraphs (substr(text, 1, 32)) WHERE dropped IS NULL;
    CREATE TABLE stories (  -- documents by event, derived from the documents: aligner/store_stories.py
        id TEXT PRIMARY KEY,
        founder TEXT NOT NULL,
        documents INTEGER NOT NULL,
        sources INTEGER NOT NULL,
        outlets INTEGER NOT NULL,
        languages INTEGER NOT NULL,
        first TEXT,
        last TEXT
    ) STRICT;
    CREATE TABLE story_documents (
        key INTEGER PRIMARY KEY AUTOINCREMENT,
        document TEXT NOT NULL UNIQUE REFERENCES documents (id) ON DELETE CASCADE,
        base TEXT NOT NULL,
        dated TEXT,  -- when it was published, as far as its text tells too
        mean BLOB NOT NULL,  -- float32, little-endian, empty where there is no text
        named TEXT NOT NULL,
        story TEXT NOT NULL,
        original TEXT  -- the earliest document of its story that prints the same text
    ) STRICT;
    CREATE INDEX story_documents_story ON story_documents (story);
    CREATE TABLE story_pairs (
        first INTEGER NOT NULL REFERENCES story_documents (key) ON DELETE CASCADE,
        second INTEGER NOT NULL REFERENCES story_documents (key) ON DELETE CASCADE,
        log_odds REAL NOT NULL,
        PRIMARY KEY (first, second)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX story_pairs_second ON story_pairs (second);
    CREATE TABLE story_log (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        change TEXT NOT NULL,
        story TEXT NOT NULL,
        others TEXT NOT NULL
    ) STRICT;
    CREATE INDEX story_log_story ON story_log (story);
    """,
    # 3: headlines are matched; of documents that were added before they are not, until these are added anew
    """
    ALTER TABLE paragraphs ADD COLUMN headline INTEGER NOT NULL DEFAULT 0;
    DROP INDEX paragraphs_base;
    CREATE INDEX paragraphs_base ON paragraphs (base) WHERE dropped IS NULL OR headline;
    """,
)
"""What brings a corpus from each format to the next; a new corpus is SCHEMA and all of them."""
FORMAT = 1 + len(MIGRATIONS)


class Connection(sqlite3.Connection):
    """A connection that can be referred to weakly, so that it goes with the thread that opened it.

    That thread holds `used` and counts its `uses`, one inside the other; who wants it closed says that it has `ended`.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.used = threading.RLock()
        self.uses = 0
        self.ended = False

    def is_over(self) -> bool:
        """Say whether it is closed or about to be."""
        return self.ended and not self.uses


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what SQLite raises into a CorpusError that names the file."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "") or ""
        if name in FULL:
            raise StorageFullError(f"{path}: no room on the disk; nothing of this step was stored") from error
        if name in READ_ONLY or name.startswith("SQLITE_READONLY"):
            raise ReadOnlyError(f"{path}: cannot be written: {error}") from error
        if name in DAMAGED or name.startswith("SQLITE_CORRUPT"):
            raise DamagedError(f"{path}: damaged: {error}; restore it from a copy") from error
        if name.startswith("SQLITE_BUSY"):
            raise CorpusError(f"{path}: another process has been writing for {BUSY_SECONDS} s") from error
        raise CorpusError(f"{path}: {error}") from error


def connect(path: Path, *, create: bool) -> Connection:
    """Return a connection to an existing corpus, or to a new one where `create` says so.

    Where the folder cannot be written the file is opened for reading alone. A file that is no corpus of ours is
    left as it is. Raises NotFoundError, DamagedError, FormatError.
    """
    try:
        if path.exists():
            _check_empty(path, create=create)
        elif not create:
            raise NotFoundError(_no_corpus(path))
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read: {error}") from error
    modes = ["rwc" if create else "rw", "ro"]
    if not _has_log(path):  # an immutable file is read without its log
        modes.append("ro&immutable=1")
    with translated(path):
        for mode in modes:
            try:
                return _open(path, mode)
            except sqlite3.OperationalError as error:
                name = getattr(error, "sqlite_errorname", "") or ""
                read_only = name in READ_ONLY or name.startswith("SQLITE_READONLY")
                if mode == modes[-1] or not read_only or not path.exists():
                    raise
    raise AssertionError("the last mode returns or raises")


def _open(path: Path, mode: str) -> Connection:
    connection = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?mode={mode}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        factory=Connection,
    )
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        _check_length(connection, path)
        _check_tables(connection, path)  # before the next two, which write to a file that is no corpus too
        if mode.startswith("rw"):
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")  # what was acknowledged survives a power cut too
    except BaseException:
        connection.close()
        raise
    return connection


def prepare(connection: Connection, path: Path, meta: dict[str, str], *, create: bool) -> None:
    """Create the tables where there are none, and bring those of an earlier format up to date.

    Of two processes that do so at once the first one's `meta` stays. Raises ReadOnlyError where a corpus of an
    earlier format may not be written.
    """
    with translated(path):
        if not _tables(connection):
            if not create:
                raise NotFoundError(_no_corpus(path))
            connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA}")
            facts = [("format", "1"), *meta.items()]
            connection.executemany("INSERT OR IGNORE INTO meta VALUES (?, ?)", facts)
            connection.execute("COMMIT")
        if _format(connection) < FORMAT:
            _migrate(connection)


def _format(connection: Connection) -> int:
    return int(connection.execute("SELECT value FROM meta WHERE name = 'format'").fetchone()[0])


def _migrate(connection: Connection) -> None:
    """Take all steps in one transaction; of two processes that do so at once the second finds nothing to do."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        for migration in MIGRATIONS[_format(connection) - 1 :]:
            for statement in filter(str.strip, migration.split(";")):
                connection.execute(statement)
        connection.execute("UPDATE meta SET value = ? WHERE name = 'format'", (str(FORMAT),))
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _tables(connection: Connection) -> set[str]:
    return {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def _check_tables(connection: Connection, path: Path) -> None:
    """Refuse another application's file and a later format; a file without tables passes."""
    tables = _tables(connection)
    if not tables:
        return
    if not {"meta", "documents", "paragraphs", "vectors"} <= tables:
        raise DamagedError(f"{path}: an SQLite file, but no corpus: it holds {', '.join(sorted(tables))}")
    row = connection.execute("SELECT value FROM meta WHERE name = 'format'").fetchone()
    if row is None or not row[0].isdigit():
        raise DamagedError(f"{path}: its format number is missing")
    if int(row[0]) > FORMAT:
        raise FormatError(
            f"{path}: format {row[0]}, written by a later version of this package; this one reads up to {FORMAT}"
        )


def _no_corpus(path: Path) -> str:
    return f"{path.parent}: no corpus here; `aligner add` makes one"


def _has_log(path: Path) -> bool:
    log = path.with_name(path.name + "-wal")
    return log.exists() and log.stat().st_size > 0


def _check_empty(path: Path, *, create: bool) -> None:
    """Refuse a file without content, but for one that a process left that was killed while it made it."""
    if path.stat().st_size:
        return
    if _has_log(path) or any(path.parent.glob("*.faiss")):
        raise DamagedError(f"{path}: empty, beside files that were made with it; restore it from a copy")
    if not create:
        raise NotFoundError(_no_corpus(path))


def _check_length(connection: Connection, path: Path) -> None:
    """Refuse a file shorter than its own header says: SQLite reads a last page that is cut off as zeros.

    It asks SQLite for the header. To open and close the file here would take the locks from all other connections
    of this process, see https://www.sqlite.org/howtocorrupt.html section 2.2.
    """
    ((page,),) = connection.execute("PRAGMA page_size")
    ((pages,),) = connection.execute("PRAGMA page_count")
    if _has_log(path):  # from which SQLite mends the file by itself
        return
    size = path.stat().st_size  # after the header and the log: another process may be writing
    if size < page * pages:
        raise DamagedError(f"{path}: truncated: {size} bytes of {page * pages}; restore it from a copy")
