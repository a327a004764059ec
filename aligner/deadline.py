"""How long an answer may take: whoever asks sets a limit, and what takes long looks at it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from contextvars import ContextVar

from aligner.errors import TooSlowError

__all__ = ["check_time", "limit_time", "remaining_seconds"]

_END: ContextVar[float | None] = ContextVar("end", default=None)


@contextlib.contextmanager
def limit_time(seconds: float) -> Iterator[None]:
    """Let what this thread does inside raise TooSlowError soon after so many seconds."""
    token = _END.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _END.reset(token)


def remaining_seconds() -> float | None:
    """Return how much time is left, 0 at least; None is without end."""
    end = _END.get()
    return None if end is None else max(0.0, end - time.monotonic())


def check_time() -> None:
    """Raise TooSlowError where no time is left."""
    if remaining_seconds() == 0:
        raise TooSlowError("the answer takes longer than is allowed")
