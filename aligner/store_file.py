"""The file of a corpus: a connection for each thread, reading at one moment, writing whole or not at all, its marks."""

from __future__ import annotations

import contextlib
import json
import threading
import uuid
import weakref
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from aligner.database import Connection, connect, prepare, translated
from aligner.deadline import check_time
from aligner.errors import ChangedError, ReadOnlyError

__all__ = ["StoreFile", "corpus_of"]

DOCUMENTS_STATE = "documents_state"  # a fact of the corpus


class StoreFile:
    """One corpus file. Safe to use from several threads and processes: one writes, the others read."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self.path = path
        self._local = threading.local()
        self._connections: weakref.WeakSet[Connection] = weakref.WeakSet()  # those of ended threads go
        self._guard = threading.Lock()
        if create:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise ReadOnlyError(f"{path.parent}: cannot be made: {error}") from error
        connection = self._open(create=create)
        prepare(connection, path, {"corpus": uuid.uuid4().hex, "state": "empty"}, create=create)

    def _open(self, *, create: bool = False) -> Connection:
        self._local.connection = connection = connect(self.path, create=create)
        with self._guard:
            self._connections.add(connection)
        return connection

    @contextlib.contextmanager
    def connection(self) -> Iterator[Connection]:
        """Use the connection of this thread, for store*.py alone: readers do not wait for each other."""
        while True:
            connection: Connection | None = getattr(self._local, "connection", None)
            if connection is None or connection.is_over():
                connection = self._open()
            try:
                with connection.used:
                    if connection.is_over():  # closed before it was used
                        continue
                    connection.uses += 1
                    try:
                        yield connection
                    finally:
                        connection.uses -= 1
                return
            finally:
                _close_unused(connection)

    def close(self) -> None:
        """Close all connections, those that are in use when they no longer are; the next use opens new ones.

        The last one of all processes folds the log into the file.
        """
        with self._guard:
            for connection in self._connections:
                connection.ended = True
                _close_unused(connection)
            self._connections.clear()

    def rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """Return what a query gives; for store*.py alone. Raises TooSlowError."""
        check_time()
        with translated(self.path), self.connection() as connection:
            return connection.execute(query, values).fetchall()

    @contextlib.contextmanager
    def transaction(self, *, derived: bool = False, beside: bool = False) -> Iterator[Connection]:
        """Write all or nothing, and mark the corpus as changed where it is; for store*.py alone.

        What is `derived` from the documents changes no mark, what is kept `beside` them not that of the documents: what
        else was derived from them is as fresh as before.
        """
        with translated(self.path), self.connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                self._check_expected()
                before = connection.total_changes
                yield connection
                if connection.total_changes > before and not derived:
                    marks = [(name, uuid.uuid4().hex) for name in ("state", *(() if beside else (DOCUMENTS_STATE,)))]
                    connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", marks)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def expecting(self, hashes: Mapping[str, str | None]) -> Iterator[None]:
        """Have what this thread writes inside raise ChangedError where these documents hold other content.

        They are given by content hash; None is no document.
        """
        self._local.expected = hashes
        try:
            yield
        finally:
            self._local.expected = {}

    def _check_expected(self) -> None:
        expected: Mapping[str, str | None] = getattr(self._local, "expected", {})
        there = self.content_hashes(list(expected)) if expected else {}
        if wrong := [id for id, digest in expected.items() if there.get(id) != digest]:
            raise ChangedError(f"{', '.join(wrong)}: changed since it was read")

    def content_hashes(self, ids: Sequence[str]) -> dict[str, str]:
        """Return the content hash of each of these documents that is stored."""
        query = "SELECT id, content_hash FROM documents WHERE id IN (SELECT value FROM json_each(?))"
        return {str(id): str(digest) for id, digest in self.rows(query, (json.dumps(list(ids)),))}

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let what this thread reads inside be of one moment, whatever is written meanwhile; one may hold another."""
        with translated(self.path), self.connection() as connection:
            if connection.in_transaction:
                yield
                return
            connection.execute("BEGIN")
            try:
                yield
            finally:
                connection.execute("COMMIT")

    # -- what the corpus is -------------------------------------------------------------------------------------

    def meta(self, name: str) -> str | None:
        """Return one fact about the corpus itself."""
        rows = self.rows("SELECT value FROM meta WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else None

    def record(self, facts: Mapping[str, str], *, replace: bool = False) -> None:
        """Record facts about the corpus itself; one that is recorded already stays as it is, unless to be replaced."""
        with self.transaction(beside=True) as connection:
            kind = "REPLACE" if replace else "IGNORE"
            connection.executemany(f"INSERT OR {kind} INTO meta VALUES (?, ?)", list(facts.items()))

    @property
    def state(self) -> str:
        """A mark that every write changes: what was derived at another mark is stale."""
        return f"{self.meta('corpus')}-{self.meta('state')}"

    @property
    def documents_state(self) -> str:
        """A mark that every write of documents changes, and none of what is kept beside them."""
        mark = self.meta(DOCUMENTS_STATE)  # none where an earlier version wrote the last of them
        return self.state if mark is None else f"{self.meta('corpus')}-{mark}"


def _close_unused(connection: Connection) -> None:
    """Close a connection that is to be and is not in use: to close it under another thread would end the process."""
    if connection.ended and connection.used.acquire(blocking=False):
        try:
            if connection.is_over():
                connection.close()
        finally:
            connection.used.release()


def corpus_of(state: str) -> str:
    """Return the corpus that a mark is of; one that a backup was restored to is another, in the same file."""
    return state.partition("-")[0]
