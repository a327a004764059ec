"""The truth of a corpus: documents, paragraphs and vectors in one SQLite file.

This is the one seam to storage: what lies downstream asks a `Store` and never SQLite. How the file is opened, read and
written is in store_file.py; what is kept beside documents (a translation memory, stories) has a module of its own,
store_*.py, over the same transactions.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from aligner.arrays import Vectors
from aligner.database import translated
from aligner.documents import Document
from aligner.errors import NotFoundError
from aligner.filters import Filters
from aligner.languages import primary
from aligner.paragraphs import Paragraph
from aligner.store_file import StoreFile
from aligner.tokens import Tokens

__all__ = ["Keys", "Store", "StoredDocument"]

Keys = npt.NDArray[np.int64]
"""Shape (n,); the store's own numbers of paragraphs, never used twice."""

DOCUMENT_COLUMNS = "id, lang, text, outlet, title, url, published, blocks"
HEAD_COLUMNS = "id, lang, '', outlet, title, url, published, NULL"
PARAGRAPH_COLUMNS = "key, document, position, lang, start, end, text, dropped, headline"
ARTICLE = "p.dropped IS NULL"
MATCHED = "(p.dropped IS NULL OR p.headline)"


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document with its paragraphs, the dropped ones too."""

    document: Document
    paragraphs: tuple[Paragraph, ...]


class Store(StoreFile):
    """One corpus file. Safe to use from several threads and processes: one writes, the others read."""

    # -- writing ------------------------------------------------------------------------------------------------

    def put(
        self,
        items: Iterable[tuple[Document, Sequence[Paragraph], Vectors]],
        *,
        tokens: Mapping[str, Tokens] | None = None,
    ) -> None:
        """Store documents in one transaction, in place of those of the same id.

        There is a vector for each paragraph that is matched; `tokens` are by paragraph id.
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
                vector = {p.position: v for p, v in zip(_matched(paragraphs), vectors, strict=True)}
                for p in paragraphs:
                    place = (p.document, p.position, p.lang, primary(p.lang), p.start, p.end)
                    cursor = connection.execute(
                        "INSERT INTO paragraphs (document, position, lang, base, start, end, text, dropped, headline)"
                        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        (*place, p.text, p.dropped, p.headline),
                    )
                    if p.is_matched:
                        raw = np.asarray(vector[p.position], "<f4").tobytes()
                        own = tokens[p.id].to_bytes() if p.id in tokens else None
                        connection.execute("INSERT INTO vectors VALUES (?, ?, ?)", (cursor.lastrowid, raw, own))

    def remove(self, ids: Sequence[str]) -> list[str]:
        """Remove documents in one transaction; return the ids that were there."""
        with self.transaction() as connection:
            return [id for id in ids if connection.execute("DELETE FROM documents WHERE id = ?", (id,)).rowcount]

    # -- reading ------------------------------------------------------------------------------------------------

    def document(self, id: str) -> StoredDocument:
        """Return a document with all its paragraphs. Raises NotFoundError."""
        found = self._documents("d.id = ?", [id], limit=1)
        if not found:
            raise NotFoundError(f"no document {id!r} in {self.path.parent}")
        rows = self.rows(f"SELECT {PARAGRAPH_COLUMNS} FROM paragraphs WHERE document = ? ORDER BY position", (id,))
        return StoredDocument(found[0], tuple(_paragraph(row) for row in rows))

    def documents(
        self, filters: Filters | None = None, *, after: str = "", limit: int = -1, texts: bool = True
    ) -> list[Document]:
        """Return the documents that pass, by id, from the one behind `after` on; -1 is no limit.

        Without `texts` these are left empty: who lists titles need not read all that stands under them.
        """
        condition, values = (filters or Filters()).conditions()
        return self._documents(f"({condition}) AND d.id > ?", [*values, after], limit=limit, texts=texts)

    def documents_by_id(self, ids: Iterable[str]) -> dict[str, Document]:
        """Return these documents by id."""
        wanted = json.dumps(sorted(set(ids)))
        found = self._documents("d.id IN (SELECT value FROM json_each(?))", [wanted], limit=-1)
        return {document.id: document for document in found}

    def _documents(self, condition: str, values: Sequence[object], *, limit: int, texts: bool = True) -> list[Document]:
        columns = DOCUMENT_COLUMNS if texts else HEAD_COLUMNS
        query = f"SELECT {columns} FROM documents AS d WHERE {condition} ORDER BY d.id LIMIT ?"
        return [_document(row) for row in self.rows(query, [*values, limit])]

    def key(self, paragraph_id: str) -> int:
        """Return the key of an article paragraph or a headline, such as "lemonde-0412#3". Raises NotFoundError."""
        document, _, position = paragraph_id.rpartition("#")
        query = f"SELECT p.key FROM paragraphs AS p WHERE document = ? AND CAST(position AS TEXT) = ? AND {MATCHED}"
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
        """Return the keys of those of these paragraphs that are matched, by id."""
        query = (
            "SELECT p.document || '#' || p.position AS id, p.key FROM paragraphs AS p"
            f" WHERE {MATCHED} AND p.document IN (SELECT value FROM json_each(?))"
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
        headlines: bool = True,
    ) -> Keys:
        """Return what is matched of that language, of documents that pass, by key, those above one.

        Without `headlines` it is the article paragraphs alone.
        """
        condition, values = (filters or Filters()).conditions()
        if above is not None:
            condition, values = f"({condition}) AND p.key > ?", [*values, above]
        if base is not None:
            condition, values = f"({condition}) AND p.base = ?", [*values, base]
        if documents is not None:
            condition += " AND d.id IN (SELECT value FROM json_each(?))"
            values = [*values, json.dumps(list(documents))]
        joined = "paragraphs AS p JOIN documents AS d ON d.id = p.document"
        rows = self.rows(f"SELECT p.key FROM {joined} WHERE {_kept(headlines)} AND {condition} ORDER BY p.key", values)
        return np.fromiter((int(str(row[0])) for row in rows), np.int64, len(rows))

    def sample(self, base: str, count: int) -> Keys:
        """Return some article paragraphs of a language: the same ones whenever they were added."""
        query = f"SELECT p.key FROM paragraphs AS p WHERE {ARTICLE} AND p.base = ? ORDER BY p.text, p.document LIMIT ?"
        return np.array([int(str(key)) for (key,) in self.rows(query, (base, count))], np.int64)

    def languages(self) -> dict[str, int]:
        """Return how many paragraphs are matched, headlines among them, for each language (primary subtag)."""
        query = f"SELECT p.base, count(*) FROM paragraphs AS p WHERE {MATCHED} GROUP BY p.base ORDER BY p.base"
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
        with translated(self.path), self.connection() as connection:
            rows = connection.execute(query, (json.dumps([int(key) for key in keys]),))
            found: dict[int, bytes] = dict(rows)
        if missing := [int(key) for key in keys if int(key) not in found]:
            raise NotFoundError(f"no vector for {len(missing)} paragraphs in {self.path}")
        flat = np.frombuffer(b"".join(found[int(key)] for key in keys), "<f4")
        return flat.reshape(len(keys), -1 if len(keys) else 0).astype(np.float32)

    def tokens(self, keys: Sequence[int] | Keys) -> dict[int, Tokens]:
        """Return the tokens of those of these paragraphs that have them, by key."""
        query = "SELECT key, tokens FROM vectors WHERE tokens NOT NULL AND key IN (SELECT value FROM json_each(?))"
        with translated(self.path), self.connection() as connection:
            rows = connection.execute(query, (json.dumps([int(key) for key in keys]),))
            return {key: Tokens.from_bytes(raw) for key, raw in rows}

    def document_keys(self, ids: Iterable[str], *, headlines: bool = True) -> dict[str, Keys]:
        """Return what is matched of these documents, in their order; without `headlines` article text alone."""
        query = (
            f"SELECT p.document, p.key FROM paragraphs AS p WHERE {_kept(headlines)}"
            " AND p.document IN (SELECT value FROM json_each(?)) ORDER BY p.position"
        )
        found: dict[str, list[int]] = {}
        for document, key in self.rows(query, (json.dumps(sorted(set(ids))),)):
            found.setdefault(str(document), []).append(int(str(key)))
        return {document: np.array(keys, np.int64) for document, keys in found.items()}


def _matched(paragraphs: Iterable[Paragraph]) -> list[Paragraph]:
    return [paragraph for paragraph in paragraphs if paragraph.is_matched]


def _kept(headlines: bool) -> str:
    return MATCHED if headlines else ARTICLE


def _document(row: tuple[object, ...]) -> Document:
    *fields, blocks = row
    spans = None if blocks is None else tuple((int(a), int(b)) for a, b in json.loads(str(blocks)))
    return Document(*fields, blocks=spans)  # type: ignore[arg-type, misc]


def _paragraph(row: tuple[object, ...]) -> Paragraph:
    *fields, headline = row[1:]
    return Paragraph(*fields, bool(headline))  # type: ignore[arg-type, call-arg]
