"""What a service remembers of requests, in an SQLite file of its own beside the corpus.

It is not corpus.sqlite: what is written here leaves the corpus's state, and all that is derived at it, as they are.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from aligner.database import translated

__all__ = ["Ledger"]

BUSY_SECONDS = 60
SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    owner TEXT,  -- the process that works on it, as aligner.processes marks it
    attempts INTEGER NOT NULL DEFAULT 0,  -- since it last got on
    cancelling INTEGER NOT NULL DEFAULT 0,
    created TEXT NOT NULL,
    started TEXT,
    finished TEXT,
    reason TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS job_items (
    job TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    record TEXT,  -- what is to be done; null once it is
    result TEXT,
    status TEXT,
    PRIMARY KEY (job, position)
) STRICT;
CREATE TABLE IF NOT EXISTS replies (
    caller TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    owner TEXT NOT NULL,
    created TEXT NOT NULL,
    status INTEGER,  -- null while the request is worked on
    headers TEXT,
    body BLOB,
    PRIMARY KEY (caller, key)
) STRICT;
CREATE TABLE IF NOT EXISTS served (corpus TEXT NOT NULL) STRICT;  -- the corpus that all this is about
"""

TABLES = SCHEMA.count("CREATE TABLE")


class Ledger:
    """One file; made when something is first written. Safe to use from several threads and processes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """Return what a query gives, nothing where nothing was ever written; for store_*.py alone."""
        if not self.path.exists():
            return []
        with translated(self.path), contextlib.closing(self._open()) as connection:
            return connection.execute(query, values).fetchall()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write all or nothing; for store_*.py alone."""
        with translated(self.path), contextlib.closing(self._open()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def follow(self, corpus: str) -> None:
        """Let what is remembered be of this corpus; where it was of one that a backup took the place of, it ends.

        An answer that was given for that one says nothing of this one, and a job for it is not done on this one.
        """
        query = "SELECT corpus FROM served"
        if self.rows(query) == [(corpus,)]:
            return
        with self.transaction() as connection:
            known = connection.execute(query).fetchall()
            if known and known != [(corpus,)]:  # another process may have been the first
                connection.execute("DELETE FROM replies")
                connection.execute(
                    "UPDATE jobs SET state = 'interrupted', finished = ?, reason = ?, owner = NULL, cancelling = 0"
                    " WHERE finished IS NULL",
                    (datetime.now(UTC).isoformat(), "a backup was put in the place of the corpus that it was for"),
                )
            connection.execute("DELETE FROM served")
            connection.execute("INSERT INTO served VALUES (?)", (corpus,))

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            ((count,),) = connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'")
            if count < TABLES:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.executescript(SCHEMA)
            connection.execute("PRAGMA synchronous = FULL")  # what was acknowledged survives a power cut too
        except BaseException:
            connection.close()
            raise
        return connection
