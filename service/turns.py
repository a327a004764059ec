"""One after the other: threads that compute in Python share one interpreter, and all at once each takes longer.

Of requests that take about the same time, those served in the order of coming wait half as long on average as where all
share the processor: M/D/1 beside M/G/1 with processor sharing, Kleinrock (1976), Queueing Systems II, chapter 4.
"""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Iterator

from aligner.deadline import remaining_seconds
from aligner.errors import TooSlowError

__all__ = ["Turns"]


class Turns:
    """Lets one of the threads that ask for a turn compute at a time, in the order in which they ask."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._queue: deque[threading.Event] = deque()

    @contextlib.contextmanager
    def next(self) -> Iterator[None]:
        """Wait for one's turn, which lasts as long as the block. Raises TooSlowError where no time is left."""
        mine = threading.Event()
        with self._guard:
            self._queue.append(mine)
            self._queue[0].set()
        try:
            if not mine.wait(remaining_seconds()):
                raise TooSlowError("too many others are asking; try again later")
            yield
        finally:
            with self._guard:
                self._queue.remove(mine)
                if self._queue:
                    self._queue[0].set()
