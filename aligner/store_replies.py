"""Answers that were given to writes with an idempotency key, so that a repeated request changes nothing.

After https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aligner.processes import is_alive, own_mark
from aligner.store_ledger import Ledger

__all__ = ["KEPT_HOURS", "Replies", "Reply"]

KEPT_HOURS = 24


@dataclass(frozen=True, slots=True)
class Reply:
    """What a key stands for: the fingerprint of its request and, once there is one, the answer."""

    fingerprint: str
    status: int | None = None
    headers: Mapping[str, str] | None = None
    body: bytes = b""


class Replies:
    """The answers of a ledger, for all processes that share it."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def begin(self, caller: str, key: str, fingerprint: str) -> Reply | None:
        """Take a key for a request; return what it stands for already, None where it is new.

        A key whose process died before it answered is new; so is one that is older than KEPT_HOURS.
        """
        now = datetime.now(UTC)
        with self._ledger.transaction() as connection:
            limit = (now - timedelta(hours=KEPT_HOURS)).isoformat()
            connection.execute("DELETE FROM replies WHERE created < ?", (limit,))
            query = "SELECT fingerprint, owner, status, headers, body FROM replies WHERE caller = ? AND key = ?"
            row = connection.execute(query, (caller, key)).fetchone()
            if row is not None and (row[2] is not None or is_alive(row[1])):
                return Reply(row[0], row[2], json.loads(row[3] or "{}"), row[4] or b"")
            connection.execute(
                "INSERT OR REPLACE INTO replies (caller, key, fingerprint, owner, created) VALUES (?, ?, ?, ?, ?)",
                (caller, key, fingerprint, own_mark(), now.isoformat()),
            )
        return None

    def finish(self, caller: str, key: str, *, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Keep the answer of a key."""
        with self._ledger.transaction() as connection:
            connection.execute(
                "UPDATE replies SET status = ?, headers = ?, body = ? WHERE caller = ? AND key = ?",
                (status, json.dumps(dict(headers)), body, caller, key),
            )

    def forget(self, caller: str, key: str) -> None:
        """Let a key be new again: its request came to nothing and may be sent again."""
        with self._ledger.transaction() as connection:
            connection.execute("DELETE FROM replies WHERE caller = ? AND key = ?", (caller, key))
