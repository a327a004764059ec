"""What is read from a file of translations goes to the corpus as confirmed pairs, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from aligner.errors import InputError
from aligner.exchange_read import ReadPair
from aligner.store_memory import MemoryStore

__all__ = ["Imported", "import_pairs"]

BATCH_PAIRS = 500  # stored in one step: the most that a kill can cost


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one unit: created, replaced, unchanged or refused (`reason` says why and in which line)."""

    id: str | None
    status: str
    line: int | None = None
    reason: str | None = None


def import_pairs(store: MemoryStore, items: Iterable[ReadPair | InputError]) -> Iterator[Imported]:
    """Store pairs; yield what became of each unit, in order, once it is on the disk."""
    waiting = iter(items)
    while batch := list(islice(waiting, BATCH_PAIRS)):
        read = [item for item in batch if isinstance(item, ReadPair)]
        outcomes = iter(store.put([item.pair for item in read]) if read else ())
        for item in batch:
            if isinstance(item, InputError):
                yield Imported(None, "refused", reason=str(item))
            else:
                yield Imported(item.pair.id, next(outcomes), item.line)
