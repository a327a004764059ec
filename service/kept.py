"""What was worked out lately, of which several ask for the same: made once, kept while there is room."""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from aligner.deadline import remaining_seconds
from aligner.errors import TooSlowError

__all__ = ["Kept"]

Key = TypeVar("Key", bound=Hashable)
Made = TypeVar("Made")


@dataclass(slots=True)
class _Turn:
    """Whose turn it is to make something, and how many want it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    wanted: int = 0


class Kept(Generic[Key, Made]):
    """The last few things that this process made. Safe to use from several threads: one makes what all of them want.

    A key says all that a thing depends on, the state of the corpus among it.
    """

    def __init__(self, *, kept: int) -> None:
        self._kept = kept
        self._guard = threading.Lock()
        self._found: OrderedDict[Key, Made] = OrderedDict()
        self._turns: dict[Key, _Turn] = {}

    def of(self, key: Key, make: Callable[[], Made]) -> Made:
        """Return what is kept under a key, else what `make` returns, and raise what it raises.

        Raises TooSlowError where another one makes it for longer than there is time.
        """
        with self.turn(key):
            found = self.known(key)
            if found is None:
                found = make()
                self._keep(key, found)
        return found

    def known(self, key: Key) -> Made | None:
        """Return what is kept under a key; None where there is nothing."""
        with self._guard:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    @contextlib.contextmanager
    def turn(self, key: Key) -> Iterator[None]:
        """Let one at a time make what is kept under a key. Raises TooSlowError."""
        with self._guard:
            turn = self._turns.setdefault(key, _Turn())
            turn.wanted += 1
        left = remaining_seconds()
        try:
            if not turn.lock.acquire(timeout=-1 if left is None else left):
                raise TooSlowError("the answer takes longer than is allowed")
            try:
                yield
            finally:
                turn.lock.release()
        finally:
            with self._guard:
                turn.wanted -= 1
                if not turn.wanted:
                    del self._turns[key]

    def _keep(self, key: Key, made: Made) -> None:
        with self._guard:
            self._found[key] = made
            while len(self._found) > self._kept:
                self._found.popitem(last=False)
