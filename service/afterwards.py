"""Work that follows from writes and that nobody waits for: done once, a while after the last of them."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from aligner.errors import AlignerError

__all__ = ["Afterwards"]

PAUSE_SECONDS = 20.0  # without a write, before the work begins
MOST_SECONDS = 300.0  # after which it begins though the writes go on

log = logging.getLogger(__name__)


class Afterwards:
    """Does `work` in a thread of its own, some time after it was last asked for."""

    def __init__(self, work: Callable[[], object], *, pause: float = PAUSE_SECONDS, most: float = MOST_SECONDS) -> None:
        self._work, self._pause, self._most = work, pause, most
        self._guard = threading.Lock()
        self._first: float | None = None  # of the requests that are not done yet
        self._last = 0.0
        self._running = False

    def soon(self) -> None:
        """Ask for the work."""
        with self._guard:
            self._last = time.monotonic()
            self._first = self._last if self._first is None else self._first
            if not self._running:  # started late: a thread does not survive a fork
                self._running = True
                threading.Thread(target=self._run, name="afterwards", daemon=True).start()

    def _run(self) -> None:
        while True:
            with self._guard:
                if self._first is None:
                    self._running = False
                    return
                wait = min(self._last + self._pause, self._first + self._most) - time.monotonic()
                if wait <= 0:
                    self._first = None
            if wait > 0:
                time.sleep(wait)
                continue
            try:
                self._work()
            except AlignerError as error:
                log.error("%s", error)
            except Exception:
                log.exception("work after a write failed")
