"""A store that several threads read, write and close: each sees what was whole at one moment."""

from __future__ import annotations

import gc
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

from storing import put
from tiny import make_document

from aligner.store import Store


def test_it_may_be_closed_while_others_read(store: Store) -> None:
    counting = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) SELECT i FROM n"
    ended = threading.Event()

    def read() -> int:
        turns = 0
        while not ended.is_set():
            assert len(store.rows(counting)) == 2000
            turns += 1
        return turns

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(4)]
        for _ in range(300):
            store.close()
            time.sleep(0.001)
        ended.set()
    assert all(reader.result() for reader in readers)


def test_what_is_read_at_one_moment_stays_so_when_others_close_it(store: Store) -> None:
    put(store, make_document("a", "One."))
    with store.snapshot():
        assert store.counts()["documents"] == 1
        closing = threading.Thread(target=store.close)
        closing.start()
        closing.join()
        other = Store(store.path)
        put(other, make_document("b", "Two."))
        other.close()
        assert store.counts()["documents"] == 1
    assert store.counts()["documents"] == 2


def test_threads_read_while_one_writes(store: Store) -> None:
    """A reader sees a document whole, old or new, and all of a snapshot is of one moment."""
    put(store, make_document("a", "0", "0", "0"))
    failures: list[str] = []
    done = threading.Event()

    def read() -> None:
        reads = count()
        while not done.is_set() or next(reads) < 20:
            texts = {p.text for p in store.paragraphs(store.keys()).values()}
            if len(texts) > 1:  # keys of one moment, paragraphs of the next, are gone and not mixed
                failures.append(f"mixed {texts}")
            with store.snapshot(), store.snapshot():
                keys = store.keys()
                if len(store.vectors(keys)) != 3 or len(store.paragraphs(keys)) != 3:
                    failures.append("a snapshot that changed")

    def guarded() -> None:
        try:
            read()
        except BaseException as error:
            failures.append(repr(error))

    readers = [threading.Thread(target=guarded) for _ in range(4)]
    for reader in readers:
        reader.start()
    for turn in range(60):
        put(store, make_document("a", *[str(turn)] * 3), seed=turn)
    done.set()
    for reader in readers:
        reader.join()
    assert failures == []


def test_several_threads_write(store: Store) -> None:
    def write(thread: int) -> None:
        for turn in range(10):
            put(store, make_document(f"{thread}-{turn}", "One.", "Two."))

    writers = [threading.Thread(target=write, args=(thread,)) for thread in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert store.counts() == {"documents": 40, "paragraphs": 80, "dropped": 0}


def test_a_thread_that_ends_gives_its_connection_back(store: Store) -> None:
    def logs() -> int:
        """Count the open logs, one a connection. (SQLite keeps some handles of the file itself, to use them again.)"""
        return sum(link.resolve().name.endswith("-wal") for link in Path("/proc/self/fd").iterdir())

    put(store, make_document("a", "One."))
    assert logs() == 1
    for _ in range(30):
        thread = threading.Thread(target=store.documents)
        thread.start()
        thread.join()
    gc.collect()
    assert logs() == 1
