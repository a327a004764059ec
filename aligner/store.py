"""The truth of a corpus: documents, paragraphs and vectors in one SQLite file.

This is the one seam to storage: what lies downstream asks a `Store` and never SQLite. What is kept beside documents
(a translation memory, stories) has a file of its own, store_*.py, over the same transactions.
"""

from __future__ import annotations

import contextlib
import json
import threading
import uuid
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from aligner.arrays import Vectors
from aligner.database import Connection, connect, prepare, translated
from aligner.deadline import check_time
from aligner.documents import Document
from aligner.errors import ChangedError, NotFoundError, ReadOnlyError
from aligner.filters import Filters
from aligner.languages import primary
from aligner.paragraphs import Paragraph
from aligner.tokens import Tokens

__all__ = ["Keys", "Store", "StoredDocument", "corpus_of"]

Keys = npt.NDArray[np.int64]
"""Shape (n,); the store's own numbers of paragraphs, never used twice."""

DOCUMENT_COLUMNS = "id, lang, text, outlet, title, url, published, blocks"
PARAGRAPH_COLUMNS = "key, document, position, lang, start, end, text, dropped"
ARTICLE = "p.dropped IS NULL"


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document with its paragraphs, the dropped ones too."""

    document: Document
    paragraphs: tuple[Paragraph, ...]


class Store:
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
        connection = connect(self.path, create=create)
        self._local.connection = connection
        with self._guard:
            self._connections.add(connection)
        return connection

    @property
    def _connection(self) -> Connection:
        """One connection a thread: readers do not wait for each other."""
        connection: Connection | None = getattr(self._local, "connection", None)
        return connection or self._open()

    def close(self) -> None:
        """Close all connections; the last one of all processes folds the log into the file."""
        with self._guard:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
        self._local = threading.local()

    def rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """Return what a query gives; for this file and its neighbours store_*.py alone. Raises TooSlowError."""
        check_time()
        with translated(self.path):
            return self._connection.execute(query, values).fetchall()

    @contextlib.contextmanager
    def transaction(self, *, derived: bool = False) -> Iterator[Connection]:
        """Write all or nothing, and mark the corpus as changed where it is; for this file and store_*.py alone.

        What is `derived` from the documents changes nothing: what else was derived from them is as fresh as before.
        """
        connection = self._connection
        with translated(self.path):
            connection.execute("BEGIN IMMEDIATE")
            try:
                self._check_expected()
                before = connection.total_changes
                yield connection
                if connection.total_changes > before and not derived:
                    connection.execute("UPDATE meta SET value = ? WHERE name = 'state'", (uuid.uuid4().hex,))
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

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let what this thread reads inside be of one moment, whatever is written meanwhile; one may hold another."""
        connection = self._connection
        if connection.in_transaction:
            yield
            return
        with translated(self.path):
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
        with self.transaction() as connection:
            kind = "REPLACE" if replace else "IGNORE"
            connection.executemany(f"INSERT OR {kind} INTO meta VALUES (?, ?)", list(facts.items()))

    @property
    def state(self) -> str:
        """A mark that every write changes: what was derived at another mark is stale."""
        return f"{self.meta('corpus')}-{self.meta('state')}"

    # -- writing ------------------------------------------------------------------------------------------------

    def put(
        self,
        items: Iterable[tuple[Document, Sequence[Paragraph], Vectors]],
        *,
        tokens: Mapping[str, Tokens] | None = None,
    ) -> None:
        """Store documents in one transaction, in place of those of the same id.

        There is a vector for each article paragraph; `tokens` are by paragraph id.
        """
        tokens = tokens or {}
        with self.transaction() as connection:
            for document, paragraphs, vectors in items:
                connection.execute("DELETE FROM documents WHERE id = ?", (document.id,))
                connection.execute(
                    "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        document.id,
                        document.lang,
                        document.outlet,
                        document.title,
                        document.url,
                        document.published,
                        document.text,
                        None if document.blocks is None else json.dumps(document.blocks),
                        document.content_hash,
                    ),
                )
                vector = {p.position: v for p, v in zip(_article(paragraphs), vectors, strict=True)}
                for p in paragraphs:
                    cursor = connection.execute(
                        "INSERT INTO paragraphs (document, position, lang, base, start, end, text, dropped)"
                        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                        (p.document, p.position, p.lang, primary(p.lang), p.start, p.end, p.text, p.dropped),
                    )
                    if p.dropped is None:
                        raw = np.asarray(vector[p.position], "<f4").tobytes()
                        own = tokens[p.id].to_bytes() if p.id in tokens else None
                        connection.execute("INSERT INTO vectors VALUES (?, ?, ?)", (cursor.lastrowid, raw, own))

    def remove(self, ids: Sequence[str]) -> list[str]:
        """Remove documents in one transaction; return the ids that were there."""
        with self.transaction() as connection:
            return [id for id in ids if connection.execute("DELETE FROM documents WHERE id = ?", (id,)).rowcount]

    # -- reading ------------------------------------------------------------------------------------------------

    def content_hashes(self, ids: Sequence[str]) -> dict[str, str]:
        """Return the content hash of each of these documents that is stored."""
        query = "SELECT id, content_hash FROM documents WHERE id IN (SELECT value FROM json_each(?))"
        return {str(id): str(digest) for id, digest in self.rows(query, (json.dumps(list(ids)),))}

    def document(self, id: str) -> StoredDocument:
        """Return a document with all its paragraphs. Raises NotFoundError."""
        found = self._documents("d.id = ?", [id], limit=1)
        if not found:
            raise NotFoundError(f"no document {id!r} in {self.path.parent}")
        rows = self.rows(f"SELECT {PARAGRAPH_COLUMNS} FROM paragraphs WHERE document = ? ORDER BY position", (id,))
        return StoredDocument(found[0], tuple(_paragraph(row) for row in rows))

    def documents(self, filters: Filters | None = None, *, after: str = "", limit: int = -1) -> list[Document]:
        """Return the documents that pass, by id, from the one behind `after` on; -1 is no limit."""
        condition, values = (filters or Filters()).conditions()
        return self._documents(f"({condition}) AND d.id > ?", [*values, after], limit=limit)

    def documents_by_id(self, ids: Iterable[str]) -> dict[str, Document]:
        """Return these documents by id."""
        wanted = json.dumps(sorted(set(ids)))
        found = self._documents("d.id IN (SELECT value FROM json_each(?))", [wanted], limit=-1)
        return {document.id: document for document in found}

    def _documents(self, condition: str, values: Sequence[object], *, limit: int) -> list[Document]:
        query = f"SELECT {DOCUMENT_COLUMNS} FROM documents AS d WHERE {condition} ORDER BY d.id LIMIT ?"
        return [_document(row) for row in self.rows(query, [*values, limit])]

    def key(self, paragraph_id: str) -> int:
        """Return the key of an article paragraph such as "lemonde-0412#3". Raises NotFoundError."""
        document, _, position = paragraph_id.rpartition("#")
        query = f"SELECT p.key FROM paragraphs AS p WHERE document = ? AND CAST(position AS TEXT) = ? AND {ARTICLE}"
        if not (rows := self.rows(query, (document, position))):
            raise NotFoundError(f"no article paragraph {paragraph_id!r} in {self.path.parent}")
        return int(str(rows[0][0]))

    def key_of_text(self, text: str, *, base: str) -> int | None:
        """Return an article paragraph of that language (primary subtag) whose text is this one, if there is one."""
        query = (  # the plus signs keep SQLite to the index of beginnings, which finds a few
            f"SELECT p.key FROM paragraphs AS p WHERE {ARTICLE} AND +p.base = ?"
            " AND substr(p.text, 1, 32) = substr(?, 1, 32) AND +p.text = ?"
        )
        return min((int(str(key)) for (key,) in self.rows(query, (base, text, text))), default=None)

    def keys_by_id(self, ids: Sequence[str]) -> dict[str, int]:
        """Return the keys of those of these article paragraphs that are stored, by id."""
        query = (
            "SELECT p.document || '#' || p.position AS id, p.key FROM paragraphs AS p"
            f" WHERE {ARTICLE} AND p.document IN (SELECT value FROM json_each(?))"
        )
        documents = sorted({id.rpartition("#")[0] for id in ids})
        found = {str(id): int(str(key)) for id, key in self.rows(query, (json.dumps(documents),))}
        return {id: found[id] for id in dict.fromkeys(ids) if id in found}

    def paragraphs(self, keys: Sequence[int] | Keys) -> dict[int, Paragraph]:
        """Return these paragraphs by key."""
        query = f"SELECT {PARAGRAPH_COLUMNS} FROM paragraphs WHERE key IN (SELECT value FROM json_each(?))"
        rows = self.rows(query, (json.dumps([int(key) for key in keys]),))
        return {int(str(row[0])): _paragraph(row) for row in rows}

    def keys(
        self,
        *,
        base: str | None = None,
        filters: Filters | None = None,
        documents: Sequence[str] | None = None,
        above: int | None = None,
    ) -> Keys:
        """Return the article paragraphs of that language, of documents that pass, by key, those above one."""
        condition, values = (filters or Filters()).conditions()
        if above is not None:
            condition, values = f"({condition}) AND p.key > ?", [*values, above]
        if base is not None:
            condition, values = f"({condition}) AND p.base = ?", [*values, base]
        if documents is not None:
            condition += " AND d.id IN (SELECT value FROM json_each(?))"
            values = [*values, json.dumps(list(documents))]
        joined = "paragraphs AS p JOIN documents AS d ON d.id = p.document"
        rows = self.rows(f"SELECT p.key FROM {joined} WHERE {ARTICLE} AND {condition} ORDER BY p.key", values)
        return np.fromiter((int(str(row[0])) for row in rows), np.int64, len(rows))

    def sample(self, base: str, count: int) -> Keys:
        """Return some article paragraphs of a language: the same ones whenever they were added."""
        query = f"SELECT p.key FROM paragraphs AS p WHERE {ARTICLE} AND p.base = ? ORDER BY p.text, p.document LIMIT ?"
        return np.array([int(str(key)) for (key,) in self.rows(query, (base, count))], np.int64)

    def languages(self) -> dict[str, int]:
        """Return the number of article paragraphs for each language (primary subtag)."""
        query = f"SELECT p.base, count(*) FROM paragraphs AS p WHERE {ARTICLE} GROUP BY p.base ORDER BY p.base"
        return {str(base): int(str(count)) for base, count in self.rows(query)}

    def counts(self) -> Mapping[str, int]:
        """Return how many documents, article paragraphs and dropped blocks there are."""
        ((documents,),) = self.rows("SELECT count(*) FROM documents")
        ((article, dropped),) = self.rows("SELECT sum(dropped IS NULL), sum(dropped IS NOT NULL) FROM paragraphs")
        names = ("documents", "paragraphs", "dropped")
        return dict(zip(names, (int(str(n or 0)) for n in (documents, article, dropped)), strict=True))

    def vectors(self, keys: Sequence[int] | Keys) -> Vectors:
        """Return the vectors of these paragraphs, in the order given. Raises NotFoundError for one that is gone."""
        query = "SELECT key, vector FROM vectors WHERE key IN (SELECT value FROM json_each(?))"
        with translated(self.path):
            rows = self._connection.execute(query, (json.dumps([int(key) for key in keys]),))
            found: dict[int, bytes] = dict(rows)
        if missing := [int(key) for key in keys if int(key) not in found]:
            raise NotFoundError(f"no vector for {len(missing)} paragraphs in {self.path}")
        flat = np.frombuffer(b"".join(found[int(key)] for key in keys), "<f4")
        return flat.reshape(len(keys), -1 if len(keys) else 0).astype(np.float32)

    def tokens(self, keys: Sequence[int] | Keys) -> dict[int, Tokens]:
        """Return the tokens of those of these paragraphs that have them, by key."""
        query = "SELECT key, tokens FROM vectors WHERE tokens NOT NULL AND key IN (SELECT value FROM json_each(?))"
        with translated(self.path):
            rows = self._connection.execute(query, (json.dumps([int(key) for key in keys]),))
            return {key: Tokens.from_bytes(raw) for key, raw in rows}

    def document_keys(self, ids: Iterable[str]) -> dict[str, Keys]:
        """Return the article paragraphs of these documents, by document."""
        query = (
            f"SELECT p.document, p.key FROM paragraphs AS p WHERE {ARTICLE}"
            " AND p.document IN (SELECT value FROM json_each(?)) ORDER BY p.position"
        )
        found: dict[str, list[int]] = {}
        for document, key in self.rows(query, (json.dumps(sorted(set(ids))),)):
            found.setdefault(str(document), []).append(int(str(key)))
        return {document: np.array(keys, np.int64) for document, keys in found.items()}


def corpus_of(state: str) -> str:
    """Return the corpus that a mark is of; one that a backup was restored to is another, in the same file."""
    return state.partition("-")[0]


def _article(paragraphs: Iterable[Paragraph]) -> list[Paragraph]:
    return [paragraph for paragraph in paragraphs if paragraph.dropped is None]


def _document(row: tuple[object, ...]) -> Document:
    *fields, blocks = row
    spans = None if blocks is None else tuple((int(a), int(b)) for a, b in json.loads(str(blocks)))
    return Document(*fields, blocks=spans)  # type: ignore[arg-type, misc]


def _paragraph(row: tuple[object, ...]) -> Paragraph:
    return Paragraph(*row[1:])  # type: ignore[arg-type]
