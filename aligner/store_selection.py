"""Documents by what they are rather than by id: which pass a filter, and all of those removed at once."""

from __future__ import annotations

import json
from collections.abc import Iterable

from aligner.filters import Filters
from aligner.store import Store

__all__ = ["counted", "outlets", "published", "remove_selected", "selected"]


def selected(store: Store, filters: Filters) -> list[str]:
    """Return the ids of the documents that pass, in order."""
    condition, values = filters.conditions()
    return [str(id) for (id,) in store.rows(f"SELECT d.id FROM documents AS d WHERE {condition} ORDER BY d.id", values)]


def counted(store: Store, filters: Filters) -> int:
    """Return how many documents pass."""
    condition, values = filters.conditions()
    ((count,),) = store.rows(f"SELECT count(*) FROM documents AS d WHERE {condition}", values)
    return int(str(count))


def outlets(store: Store) -> dict[str, int]:
    """Return how many documents each outlet has, in the order of the outlets."""
    query = "SELECT outlet, count(*) FROM documents WHERE outlet IS NOT NULL GROUP BY outlet ORDER BY outlet"
    return {str(outlet): int(str(count)) for outlet, count in store.rows(query)}


def remove_selected(store: Store, filters: Filters) -> list[str]:
    """Remove the documents that pass, all in one transaction; return their ids, in order."""
    condition, values = filters.conditions()
    with store.transaction() as connection:
        found = connection.execute(f"SELECT d.id FROM documents AS d WHERE {condition} ORDER BY d.id", values)
        ids = [str(id) for (id,) in found]
        connection.execute("DELETE FROM documents WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(ids),))
    return ids


def published(store: Store, ids: Iterable[str]) -> dict[str, str | None]:
    """Return when these documents were published, as far as it is known."""
    query = "SELECT id, published FROM documents WHERE id IN (SELECT value FROM json_each(?))"
    rows = store.rows(query, (json.dumps(sorted(set(ids))),))
    return {str(id): None if day is None else str(day) for id, day in rows}
