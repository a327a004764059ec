"""How often one may ask: so many requests a minute for each key or, without one, each address.

The generic cell rate algorithm (GCRA, ITU-T I.371): a client is one number, the moment at which its allowance will
be whole again. The numbers of all workers stand in one file that they map into memory, so that a limit is one limit.
Headers after https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/.
"""

from __future__ import annotations

import fcntl
import hashlib
import math
import mmap
import os
import struct
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, g, request
from werkzeug.exceptions import TooManyRequests

from service.access import OPEN, caller, is_local, wanted_scope
from service.settings import Settings

__all__ = ["Decision", "RateLimit", "init_app"]

SLOTS = 1 << 16  # clients that are remembered at once, a megabyte
PROBES = 16  # slots among which a client is looked for
ENTRY = struct.Struct("<8sd")  # a client's hash, and when its allowance is whole again
WINDOW_SECONDS = 60
POLICY = "requests"


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a request is let through, how many more would be, and the seconds until that changes."""

    allowed: bool
    remaining: int
    reset: int
    """Seconds until the allowance is whole again."""
    retry: int
    """Seconds after which the next request is let through; 0 where it would be now."""


class RateLimit:
    """Counts for one limit, shared by all processes that open the same file; without one, this process's own."""

    def __init__(self, quota: int, *, file: Path | None = None) -> None:
        self.quota = quota
        self._interval = WINDOW_SECONDS / quota
        self._descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600) if file else _unnamed()
        os.ftruncate(self._descriptor, SLOTS * ENTRY.size)
        self._table = mmap.mmap(self._descriptor, SLOTS * ENTRY.size)
        self._guard = threading.Lock()

    def take(self, client: str, *, now: float | None = None) -> Decision:
        """Count one request of a client, where it is let through."""
        moment = time.time() if now is None else now  # one clock for all processes
        digest = hashlib.blake2b(client.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        with self._guard:
            fcntl.lockf(self._descriptor, fcntl.LOCK_EX)  # a killed process lets go of it
            try:
                at, whole = self._find(digest, moment)
                # at most the window, so that a clock that was set back locks nobody out for longer
                whole = min(max(whole, moment), moment + WINDOW_SECONDS)
                after = whole + self._interval
                allowed = after - moment <= WINDOW_SECONDS + 1e-9
                whole = after if allowed else whole
                ENTRY.pack_into(self._table, at, digest, whole)
            finally:
                fcntl.lockf(self._descriptor, fcntl.LOCK_UN)
        used = whole - moment
        remaining = int((WINDOW_SECONDS - used) / self._interval + 1e-6)
        retry = 0 if remaining else math.ceil(used + self._interval - WINDOW_SECONDS)
        return Decision(allowed, remaining, math.ceil(used), max(retry, 0 if remaining else 1))

    def _find(self, digest: bytes, now: float) -> tuple[int, float]:
        """Return the place of a client and its moment; a new one takes the place of who has waited longest."""
        start = int.from_bytes(digest, "little")
        best, oldest = 0, math.inf
        for probe in range(PROBES):
            at = (start + probe) % SLOTS * ENTRY.size
            found, whole = ENTRY.unpack_from(self._table, at)
            if found == digest:
                return at, whole
            if whole < oldest:
                best, oldest = at, whole
        return best, now


def _unnamed() -> int:
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def init_app(app: Flask, settings: Settings, *, file: Path | None = None) -> None:
    """Have requests of an app counted and, over the limit, answered with 429; after access.init_app."""
    if not settings.rate_limit:
        return
    limit = RateLimit(settings.rate_limit, file=file)

    def check() -> None:
        if request.endpoint is None or wanted_scope(app, request.endpoint, request.method) == OPEN:
            return
        name = caller().name
        if name is None and settings.keys is None and is_local():  # the operator's own machine
            return
        g.rate = limit.take(f"key {name}" if name is not None else f"address {request.remote_addr}")
        if not g.rate.allowed:
            raise TooManyRequests(
                f"more than {limit.quota:,} requests a minute; the next one in {g.rate.retry} s",
                retry_after=g.rate.retry,
            )

    def tell(response: Response) -> Response:
        decision: Decision | None = g.get("rate")
        if decision is not None:
            response.headers["RateLimit-Policy"] = f'"{POLICY}";q={limit.quota};w={WINDOW_SECONDS}'
            response.headers["RateLimit"] = f'"{POLICY}";r={decision.remaining};t={decision.reset}'
        return response

    app.before_request(check)
    app.after_request(tell)
