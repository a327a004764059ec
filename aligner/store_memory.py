"""Confirmed translations in the corpus file: pairs of texts that a person has said render each other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from aligner.errors import InputError
from aligner.languages import canonical_tag, primary
from aligner.store import Store
from aligner.text import normalise

__all__ = ["MAX_PAIR_CHARS", "ConfirmedPair", "MemoryStore", "confirmed_pair", "note"]

MAX_PAIR_CHARS = 20_000  # of either side; a longer text is a document
MAX_NOTE_CHARS = 1_000  # of what is told about a pair
COLUMNS = "id, source_lang, target_lang, source, target, context, origin, author, created, changed"
ID_CHARS = 20  # of a hash in hexadecimal: two pairs of a million share one with a chance of 4e-13


@dataclass(frozen=True, slots=True)
class ConfirmedPair:
    """A source text and its translation, confirmed by a person.

    `id` is derived from languages and texts. `context` is what the tool says of the place, `origin` where the pair
    came from (a store, a file), `author` who wrote it; `created` and `changed` are ISO 8601 in UTC.
    """

    id: str
    source_lang: str
    target_lang: str
    source: str
    target: str
    context: str | None = None
    origin: str | None = None
    author: str | None = None
    created: str | None = None
    changed: str | None = None


def confirmed_pair(
    source: str,
    target: str,
    *,
    source_lang: str,
    target_lang: str,
    context: str | None = None,
    origin: str | None = None,
    author: str | None = None,
    created: str | None = None,
    changed: str | None = None,
) -> ConfirmedPair:
    """Return a checked pair, its texts as documents' are stored. Raises InputError, naming the field."""
    languages = (_tag(source_lang, "source_lang"), _tag(target_lang, "target_lang"))
    if primary(languages[0]) == primary(languages[1]):
        raise InputError(f"{languages[1]} is the source's language too", field="target_lang")
    texts = (_text(source, "source"), _text(target, "target"))
    digest = hashlib.sha256(json.dumps([*languages, *texts], ensure_ascii=False).encode()).hexdigest()
    return ConfirmedPair(
        digest[:ID_CHARS],
        *languages,
        *texts,
        note(context, "context"),
        note(origin, "origin"),
        note(author, "author"),
        created,
        changed,
    )


def _tag(tag: str, field: str) -> str:
    try:
        return canonical_tag(tag)
    except InputError as error:
        raise InputError(error.reason, field=field) from None


def _text(text: str, field: str) -> str:
    try:
        stored = normalise(text).strip()
    except InputError as error:
        raise InputError(error.reason, field=field) from None
    if not stored:
        raise InputError("empty", field=field)
    if len(stored) > MAX_PAIR_CHARS:
        raise InputError(f"{len(stored):,} characters; at most {MAX_PAIR_CHARS:,} are taken", field=field)
    return stored


def note(text: str | None, field: str) -> str | None:
    """Return what is told of a pair as it is stored, None for nothing. Raises InputError, naming the field."""
    return _text(text, field)[:MAX_NOTE_CHARS] if text and text.strip() else None


class MemoryStore:
    """The confirmed pairs of one corpus."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def state(self) -> str:
        """A mark that every write to the corpus changes."""
        return self._store.state

    def snapshot(self) -> AbstractContextManager[None]:
        """Let what this thread reads inside be of one moment."""
        return self._store.snapshot()

    def put(self, pairs: Iterable[ConfirmedPair]) -> list[str]:
        """Store pairs in one transaction; return for each "created", "replaced" or "unchanged".

        A pair that is there keeps its first date; what a later one tells of it takes the place of what was told.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        outcomes = []
        with self._store.transaction(beside=True) as connection:
            for pair in pairs:
                row = connection.execute(f"SELECT {COLUMNS} FROM confirmed WHERE id = ?", (pair.id,)).fetchone()
                stored = None if row is None else ConfirmedPair(*row)
                if stored is None:
                    new = replace(pair, created=pair.created or now, changed=pair.changed or now)
                    self._insert(connection, new)
                    outcomes.append("created")
                    continue
                told = {name: getattr(pair, name) or getattr(stored, name) for name in ("context", "origin", "author")}
                if all(getattr(stored, name) == value for name, value in told.items()):
                    outcomes.append("unchanged")
                    continue
                connection.execute(
                    "UPDATE confirmed SET context = ?, origin = ?, author = ?, changed = ? WHERE id = ?",
                    (*told.values(), pair.changed or now, pair.id),
                )
                outcomes.append("replaced")
        return outcomes

    @staticmethod
    def _insert(connection: object, pair: ConfirmedPair) -> None:
        values = [getattr(pair, name) for name in COLUMNS.split(", ")]
        connection.execute(  # type: ignore[attr-defined]
            f"INSERT INTO confirmed ({COLUMNS}, source_base, target_base) VALUES ({', '.join('?' * 12)})",
            (*values, primary(pair.source_lang), primary(pair.target_lang)),
        )

    def remove(self, ids: Sequence[str]) -> list[str]:
        """Remove pairs in one transaction; return the ids that were there."""
        with self._store.transaction(beside=True) as connection:
            return [id for id in ids if connection.execute("DELETE FROM confirmed WHERE id = ?", (id,)).rowcount]

    def pairs(
        self, *, source: str | None = None, target: str | None = None, after: str = "", limit: int = -1
    ) -> list[ConfirmedPair]:
        """Return the pairs of these languages (primary subtags), by id, from the one behind `after` on."""
        asked = {"source_base": source, "target_base": target}
        conditions = {name: value for name, value in asked.items() if value is not None}
        where = " AND ".join(["id > ?", *(f"{name} = ?" for name in conditions)])
        query = f"SELECT {COLUMNS} FROM confirmed WHERE {where} ORDER BY id LIMIT ?"
        return [_pair(row) for row in self._store.rows(query, (after, *conditions.values(), limit))]

    def by_key(self, keys: Sequence[int]) -> dict[int, ConfirmedPair]:
        """Return these pairs by the store's own numbers."""
        query = f"SELECT key, {COLUMNS} FROM confirmed WHERE key IN (SELECT value FROM json_each(?))"
        return {int(str(key)): _pair(tuple(row)) for key, *row in self._store.rows(query, (json.dumps(list(keys)),))}

    def holding(self, text: str, source: str, target: str, *, limit: int) -> list[ConfirmedPair]:
        """Return the pairs of two languages whose source holds a text as it stands, the shortest first."""
        query = (
            f"SELECT {COLUMNS} FROM confirmed WHERE source_base = ? AND target_base = ? AND instr(source, ?)"
            " ORDER BY length(source), id LIMIT ?"
        )
        return [_pair(row) for row in self._store.rows(query, (source, target, text, limit))]

    def sources(self, source: str, target: str, *, after: int = 0) -> dict[int, str]:
        """Return the source texts of two languages (primary subtags) by the store's numbers, behind `after` alone."""
        query = "SELECT key, source FROM confirmed WHERE source_base = ? AND target_base = ? AND key > ? ORDER BY key"
        return {int(str(key)): str(text) for key, text in self._store.rows(query, (source, target, after))}

    def counts(self) -> dict[tuple[str, str], int]:
        """Return the number of pairs for each two languages (primary subtags)."""
        query = "SELECT source_base, target_base, count(*) FROM confirmed GROUP BY 1, 2 ORDER BY 1, 2"
        return {(str(a), str(b)): int(str(count)) for a, b, count in self._store.rows(query)}


def _pair(row: Sequence[object]) -> ConfirmedPair:
    return ConfirmedPair(*row)  # type: ignore[arg-type]
