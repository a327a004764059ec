"""Long work that is answered before it is done: what is to be done, how far it is, and what became of each item.

A job is "queued", "running", and in the end "done", "cancelled", "failed" (`reason` says why) or, where the processes
that worked on it kept dying, "interrupted". What is done of it stays, however it ends.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aligner.errors import NotFoundError
from aligner.processes import is_alive, own_mark
from aligner.store_ledger import Ledger

__all__ = ["ENDED", "JOB_STATES", "Job", "JobItem", "Jobs"]

JOB_STATES = ("queued", "running", "done", "cancelled", "failed", "interrupted")
ENDED = ("done", "cancelled", "failed", "interrupted")
MAX_ATTEMPTS = 3  # without getting on: then the job is what kills the process
KEPT_DAYS = 7  # of a job that has ended
COLUMNS = "id, kind, state, cancelling, created, started, finished, reason"

Record = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class JobItem:
    """One thing to be done, or what became of it where that is known already."""

    record: Record | None = None
    result: Record | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it stands. `counts` says how many items came to each status; moments are ISO 8601, UTC."""

    id: str
    kind: str
    state: str
    cancelling: bool
    created: str
    started: str | None
    finished: str | None
    reason: str | None
    total: int
    done: int
    counts: Mapping[str, int]


class Jobs:
    """The jobs of a ledger, for all threads and processes that share it."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def add(self, kind: str, items: Sequence[JobItem]) -> Job:
        """Put a job on the disk and return it; those that ended long ago go."""
        now = datetime.now(UTC)
        id = f"{now:%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"  # in the order in which they came
        with self._ledger.transaction() as connection:
            limit = (now - timedelta(days=KEPT_DAYS)).isoformat()
            connection.execute("DELETE FROM jobs WHERE finished < ?", (limit,))
            connection.execute(
                "INSERT INTO jobs (id, kind, state, created) VALUES (?, ?, 'queued', ?)", (id, kind, now.isoformat())
            )
            rows = [(id, at, _text(one.record), _text(one.result), _status(one.result)) for at, one in enumerate(items)]
            connection.executemany("INSERT INTO job_items VALUES (?, ?, ?, ?, ?)", rows)
        return self.get(id)

    def get(self, id: str) -> Job:
        """Return a job. Raises NotFoundError."""
        rows = self._ledger.rows(f"SELECT {COLUMNS} FROM jobs WHERE id = ?", (id,))
        if not rows:
            raise NotFoundError(f"no job {id!r}")
        return self._job(rows[0])

    def latest(self, *, states: Sequence[str] = JOB_STATES, before: str | None = None, limit: int = 100) -> list[Job]:
        """Return the jobs in these states, the latest first, from the one before `before` on."""
        query = (
            f"SELECT {COLUMNS} FROM jobs WHERE state IN (SELECT value FROM json_each(?))"
            " AND (? IS NULL OR id < ?) ORDER BY id DESC LIMIT ?"
        )
        return [self._job(row) for row in self._ledger.rows(query, (json.dumps(list(states)), before, before, limit))]

    def states(self) -> dict[str, int]:
        """Return how many jobs are in each state."""
        rows = self._ledger.rows("SELECT state, count(*) FROM jobs GROUP BY state")
        return dict.fromkeys(JOB_STATES, 0) | {str(state): int(str(count)) for state, count in rows}

    def results(self, id: str, *, start: int, limit: int) -> list[tuple[int, Record]]:
        """Return positions and results of the items that are done, from a position on."""
        query = (
            "SELECT position, result FROM job_items WHERE job = ? AND result NOT NULL AND position >= ?"
            " ORDER BY position LIMIT ?"
        )
        return [(int(str(at)), json.loads(str(result))) for at, result in self._ledger.rows(query, (id, start, limit))]

    def _job(self, row: tuple[object, ...]) -> Job:
        id, kind, state, cancelling, *rest = row
        query = "SELECT status, count(*) FROM job_items WHERE job = ? GROUP BY status ORDER BY status"
        counts = {status: int(str(count)) for status, count in self._ledger.rows(query, (id,))}
        total = sum(counts.values())
        done = {str(status): count for status, count in counts.items() if status is not None}
        moments = (None if value is None else str(value) for value in rest)
        created, started, finished, reason = moments
        return Job(
            str(id), str(kind), str(state), bool(cancelling), str(created), started, finished, reason,
            total, sum(done.values()), done,
        )  # fmt: skip

    # -- who works on them --------------------------------------------------------------------------------------

    def claim(self) -> Job | None:
        """Take on the first job that is not done, and return it; None while another process works on one.

        One is done at a time, in the order in which they came: of two that store the same document the later one
        stays. One whose process died is taken on, and one that this process, which works on one at a time, left.
        """
        own = own_mark()
        with self._ledger.transaction() as connection:
            query = "SELECT id, owner, attempts FROM jobs WHERE state IN ('queued', 'running') ORDER BY state DESC, id"
            found = connection.execute(query).fetchall()
            if any(owner not in {None, own} and is_alive(owner) for _, owner, _ in found):
                return None
            for id, owner, attempts in found:
                if attempts >= MAX_ATTEMPTS and owner != own:
                    reason = f"the process that worked on it ended {attempts} times without getting on"
                    _end(connection, id, "interrupted", reason)
                    continue
                connection.execute(
                    "UPDATE jobs SET state = 'running', owner = ?1, attempts = attempts + (owner IS NOT ?1),"
                    " started = coalesce(started, ?2) WHERE id = ?3",
                    (own, datetime.now(UTC).isoformat(), id),
                )
                break
            else:
                return None
        return self.get(id)

    def waiting(self, id: str, *, limit: int) -> list[tuple[int, Record]]:
        """Return positions and records of the next items to be done."""
        query = "SELECT position, record FROM job_items WHERE job = ? AND result IS NULL ORDER BY position LIMIT ?"
        return [(int(str(at)), json.loads(str(record))) for at, record in self._ledger.rows(query, (id, limit))]

    def finish(self, id: str, results: Sequence[tuple[int, Record]]) -> None:
        """Put down what became of items."""
        rows = [(_text(result), _status(result), id, at) for at, result in results]
        with self._ledger.transaction() as connection:
            query = "UPDATE job_items SET result = ?, status = ?, record = NULL WHERE job = ? AND position = ?"
            connection.executemany(query, rows)
            connection.execute("UPDATE jobs SET attempts = 0 WHERE id = ?", (id,))

    def cancel(self, id: str) -> Job:
        """Have a job end: at once where nobody works on it, else before its next batch. Raises NotFoundError."""
        with self._ledger.transaction() as connection:
            row = connection.execute("SELECT state FROM jobs WHERE id = ?", (id,)).fetchone()
            if row is not None and row[0] == "queued":
                _end(connection, id, "cancelled", None)
            elif row is not None and row[0] == "running":
                connection.execute("UPDATE jobs SET cancelling = 1 WHERE id = ?", (id,))
        return self.get(id)

    def end(self, id: str, state: str, *, reason: str | None = None) -> None:
        """Put down how a job ended."""
        with self._ledger.transaction() as connection:
            _end(connection, id, state, reason)


def _end(connection: object, id: str, state: str, reason: str | None) -> None:
    connection.execute(  # type: ignore[attr-defined]
        "UPDATE jobs SET state = ?, finished = ?, reason = ?, owner = NULL, cancelling = 0"
        " WHERE id = ? AND finished IS NULL",
        (state, datetime.now(UTC).isoformat(), reason, id),
    )


def _text(record: Record | None) -> str | None:
    return None if record is None else json.dumps(record, ensure_ascii=False)


def _status(result: Record | None) -> str | None:
    return None if result is None else str(result.get("status", "done"))
