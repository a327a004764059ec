"""The stories of a corpus as they are stored: who belongs where, how probable each pair is, what merged and split.

All of it is derived from the documents. A document that changes takes its row and its pairs with it, and is then one
that waits to be grouped.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from aligner.arrays import Vectors
from aligner.database import Connection
from aligner.store import Store
from aligner.stories_names import Change

__all__ = ["Grouped", "Logged", "MemberRow", "StoryRow", "StoryStore"]

GROUPED = "stories"  # what the corpus records: the state at which all documents were grouped
ROUND = "stories_round"  # counts the writes to these tables
AMONG = "IN (SELECT value FROM json_each(?))"
ROW_COLUMNS = "id, documents, sources, outlets, languages, first, last"


@dataclass(frozen=True, slots=True)
class Grouped:
    """A document that was compared with the others: its language, date, mean vector, and what it names (JSON)."""

    document: str
    base: str
    dated: str | None
    mean: Vectors
    named: str


@dataclass(frozen=True, slots=True)
class StoryRow:
    """A story in numbers; `sources` counts reprints of one text once. Dates are the first and last of publication."""

    id: str
    documents: int
    sources: int
    outlets: int
    languages: int
    first: str | None
    last: str | None


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A document of a story without its text; `original` is the earliest one that prints the same, if another does."""

    document: str
    lang: str
    outlet: str | None
    title: str | None
    url: str | None
    published: str | None
    dated: str | None
    original: str | None


@dataclass(frozen=True, slots=True)
class Logged:
    """An entry of the log, from 1 on."""

    number: int
    at: str
    change: Change


class StoryStore:
    """The tables of stories in the store of a corpus."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # -- what is to be done ---------------------------------------------------------------------------------------

    @property
    def is_current(self) -> bool:
        """Whether all documents are grouped as they are."""
        return self._store.meta(GROUPED) == self._store.state

    def round(self) -> str:
        """Return a mark that every write to these tables changes."""
        return self._store.meta(ROUND) or "0"

    def waiting(self, *, limit: int) -> dict[str, str]:
        """Return documents that are not grouped, by id, with the hash of their content."""
        query = (
            "SELECT d.id, d.content_hash FROM documents AS d LEFT JOIN story_documents AS s ON s.document = d.id"
            " WHERE s.key IS NULL ORDER BY d.id LIMIT ?"
        )
        return {str(id): str(digest) for id, digest in self._store.rows(query, (limit,))}

    def shrunken(self) -> list[str]:
        """Return the stories that have lost documents."""
        query = (
            "SELECT s.id FROM stories AS s WHERE s.documents <>"
            " (SELECT count(*) FROM story_documents AS m WHERE m.story = s.id) ORDER BY s.id"
        )
        return [str(id) for (id,) in self._store.rows(query)]

    def days(self, documents: Collection[str] | None = None) -> dict[str, str | None]:
        """Return when the documents that are grouped (or those of these) were published, by id; None is unknown."""
        condition, values = ("", []) if documents is None else (f" WHERE document {AMONG}", [_listed(documents)])
        rows = self._store.rows(f"SELECT document, dated FROM story_documents{condition}", values)
        return {str(id): None if day is None else str(day) for id, day in rows}

    def grouped(self, documents: Iterable[str]) -> list[Grouped]:
        """Return those of these documents that are grouped."""
        query = f"SELECT document, base, dated, mean, named FROM story_documents WHERE document {AMONG}"
        rows = self._store.rows(f"{query} ORDER BY document", (_listed(documents),))
        return [
            Grouped(str(id), str(base), day and str(day), np.frombuffer(mean, "<f4"), str(named))  # type: ignore[call-overload, arg-type]
            for id, base, day, mean, named in rows
        ]

    # -- writing --------------------------------------------------------------------------------------------------

    def insert(self, connection: Connection, documents: Iterable[Grouped]) -> None:
        """Store documents that were compared, in no story yet."""
        for each in documents:
            mean = np.asarray(each.mean, "<f4").tobytes()
            connection.execute(
                "INSERT INTO story_documents (document, base, dated, mean, named, story) VALUES (?, ?, ?, ?, ?, '')",
                (each.document, each.base, each.dated, mean, each.named),
            )

    def insert_pairs(self, connection: Connection, pairs: Mapping[tuple[str, str], float]) -> None:
        """Store how probable pairs of documents are."""
        connection.executemany(
            "INSERT OR REPLACE INTO story_pairs SELECT a.key, b.key, ? FROM story_documents AS a, story_documents AS b"
            " WHERE a.document = ? AND b.document = ?",
            [(value, first, second) for (first, second), value in pairs.items()],
        )

    def neighbourhood(self, documents: Iterable[str], *, cut: float) -> list[str]:
        """Return these documents and all that pairs of at least the cut connect with them."""
        found = set(documents)
        edge = list(found)
        query = (
            "WITH own AS (SELECT key FROM story_documents WHERE document IN (SELECT value FROM json_each(?)))"
            " SELECT d.document FROM story_documents AS d JOIN ("
            " SELECT second AS key FROM story_pairs JOIN own ON first = own.key WHERE log_odds >= ?"
            " UNION SELECT first FROM story_pairs JOIN own ON second = own.key WHERE log_odds >= ?"
            ") AS p ON p.key = d.key"
        )
        while edge:
            reached = {str(id) for (id,) in self._store.rows(query, (json.dumps(edge), cut, cut))}
            edge = sorted(reached - found)
            found |= reached
        return sorted(found)

    def write(
        self,
        connection: Connection,
        names: Mapping[tuple[str, ...], str],
        rows: Iterable[StoryRow],
        *,
        founders: Mapping[str, str],
        originals: Mapping[str, str],
        changes: Iterable[Change],
    ) -> None:
        """Store who belongs to which story now, and what became of the stories that were there.

        `originals` are documents by the one that each is a copy of.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds")
        for change in changes:
            connection.execute(
                "INSERT INTO story_log (at, change, story, others) VALUES (?, ?, ?, ?)",
                (now, change.change, change.story, json.dumps(change.others)),
            )
            if change.change != "split":
                connection.execute("DELETE FROM stories WHERE id = ?", (change.story,))
        connection.executemany(
            "UPDATE story_documents SET story = ?, original = ? WHERE document = ?",
            [(name, originals.get(id), id) for group, name in names.items() for id in group],
        )
        connection.executemany(
            "INSERT INTO stories (founder, id, documents, sources, outlets, languages, first, last)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET documents = excluded.documents,"
            " sources = excluded.sources, outlets = excluded.outlets, languages = excluded.languages,"
            " first = excluded.first, last = excluded.last",
            [(founders[r.id], r.id, r.documents, r.sources, r.outlets, r.languages, r.first, r.last) for r in rows],
        )
        count = str(int(self.round()) + 1)
        connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (ROUND, count))

    def mark_current(self, connection: Connection) -> None:
        """Record that all documents are grouped."""
        connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (GROUPED, self._store.state))

    # -- reading --------------------------------------------------------------------------------------------------

    def stories_of(self, documents: Iterable[str]) -> dict[str, str]:
        """Return the story of each of these documents that is in one."""
        query = f"SELECT document, story FROM story_documents WHERE story <> '' AND document {AMONG}"
        return {str(id): str(story) for id, story in self._store.rows(query, (_listed(documents),))}

    def members(self, stories: Iterable[str]) -> dict[str, list[str]]:
        """Return the documents of stories, by id."""
        query = f"SELECT story, document FROM story_documents WHERE story {AMONG} ORDER BY document"
        found: dict[str, list[str]] = {}
        for story, document in self._store.rows(query, (_listed(stories),)):
            found.setdefault(str(story), []).append(str(document))
        return found

    def member_rows(self, stories: Iterable[str]) -> dict[str, list[MemberRow]]:
        """Return the documents of stories, by id, without their texts."""
        query = (
            "SELECT m.story, d.id, d.lang, d.outlet, d.title, d.url, d.published, m.dated, m.original"
            f" FROM story_documents AS m JOIN documents AS d ON d.id = m.document WHERE m.story {AMONG} ORDER BY d.id"
        )
        found: dict[str, list[MemberRow]] = {}
        for story, *values in self._store.rows(query, (_listed(stories),)):
            found.setdefault(str(story), []).append(MemberRow(*values))  # type: ignore[arg-type]
        return found

    def openings(self, documents: Iterable[str], *, chars: int) -> dict[str, str]:
        """Return how documents open: the title that stands in the text, else the article's first paragraph."""
        first = "CASE WHEN p.dropped = 'title' THEN 0 WHEN p.dropped IS NULL THEN 1 ELSE 2 END, p.position"
        query = (
            "SELECT d.value, coalesce((SELECT substr(p.text, 1, ?) FROM paragraphs AS p WHERE p.document = d.value"
            f" ORDER BY {first} LIMIT 1), '') FROM json_each(?) AS d"
        )
        return {str(id): str(text) for id, text in self._store.rows(query, (chars, _listed(documents)))}

    def founders(self, stories: Iterable[str]) -> dict[str, str]:
        """Return the document that each story was named by."""
        query = f"SELECT id, founder FROM stories WHERE id {AMONG}"
        return {str(id): str(founder) for id, founder in self._store.rows(query, (_listed(stories),))}

    def pairs(self, documents: Collection[str]) -> dict[tuple[str, str], float]:
        """Return how probable the pairs among these documents are, where that was stored."""
        query = (
            "WITH own AS (SELECT key, document FROM story_documents WHERE document IN (SELECT value FROM json_each(?)))"
            " SELECT a.document, b.document, p.log_odds FROM own AS a JOIN story_pairs AS p ON p.first = a.key"
            " JOIN own AS b ON b.key = p.second"
        )
        rows = self._store.rows(query, (_listed(documents),))
        return {(str(a), str(b)): float(str(value)) for a, b, value in rows}

    def is_known(self, id: str) -> bool:
        """Say whether a story bears this id, or ever did."""
        query = "SELECT 1 FROM stories WHERE id = ? UNION ALL SELECT 1 FROM story_log WHERE story = ? LIMIT 1"
        return bool(self._store.rows(query, (id, id)))

    def row(self, story: str) -> StoryRow | None:
        """Return a story that is there."""
        rows = self._store.rows(f"SELECT {ROW_COLUMNS} FROM stories WHERE id = ?", (story,))
        return _row(rows[0]) if rows else None

    def rows(self, condition: str, values: Sequence[object], *, limit: int) -> list[StoryRow]:
        """Return the stories that pass a condition over `stories AS s`, the newest first; -1 is no limit."""
        query = (
            f"SELECT {ROW_COLUMNS} FROM stories AS s WHERE {condition} ORDER BY coalesce(s.last, '') DESC, s.id LIMIT ?"
        )
        return [_row(row) for row in self._store.rows(query, [*values, limit])]

    def moved_to(self, story: str) -> str | None:
        """Return the story that one which is no more went into, over all steps; None where it ended or never was."""
        seen = {story}
        while True:
            query = "SELECT change, others FROM story_log WHERE story = ? AND change <> 'split' ORDER BY number DESC"
            rows = self._store.rows(f"{query} LIMIT 1", (story,))
            if not rows or rows[0][0] != "merged":
                return None
            story = str(json.loads(str(rows[0][1]))[0])
            if self.row(story):
                return story
            if story in seen:
                return None
            seen.add(story)

    def log(self, *, story: str | None = None, after: int = 0, limit: int = -1) -> list[Logged]:
        """Return the log, or what concerns one story, the oldest first."""
        concerned = " AND (story = ? OR EXISTS (SELECT 1 FROM json_each(others) AS o WHERE o.value = ?))"
        condition, values = ("", [after]) if story is None else (concerned, [after, story, story])
        query = f"SELECT number, at, change, story, others FROM story_log WHERE number > ?{condition} ORDER BY number"
        return [
            Logged(int(str(number)), str(at), Change(str(change), str(own), tuple(json.loads(str(others)))))
            for number, at, change, own, others in self._store.rows(f"{query} LIMIT ?", [*values, limit])
        ]


def _listed(names: Iterable[str]) -> str:
    return json.dumps(sorted(names))


def _row(row: tuple[object, ...]) -> StoryRow:
    return StoryRow(*row)  # type: ignore[arg-type]
