"""Work that nobody waits for: once for many requests, though they go on, and again after a failure."""

from __future__ import annotations

import threading
import time

import pytest

from aligner.errors import CorpusError
from service.afterwards import Afterwards


def test_many_requests_are_one_piece_of_work() -> None:
    done = threading.Event()
    times: list[float] = []
    after = Afterwards(lambda: (times.append(time.monotonic()), done.set()), pause=0.1, most=60)
    for _ in range(10):
        after.soon()
        last = time.monotonic()
        time.sleep(0.01)
    assert done.wait(10)
    time.sleep(0.15)
    assert len(times) == 1
    assert times[0] - last >= 0.1


def test_it_begins_though_requests_go_on() -> None:
    done = threading.Event()
    after = Afterwards(done.set, pause=1.0, most=0.1)
    limit = time.monotonic() + 10
    while not done.is_set():
        assert time.monotonic() < limit
        after.soon()
        time.sleep(0.005)


@pytest.mark.parametrize("failure", [CorpusError("no room"), ValueError("a slip")])
def test_a_failure_is_logged_and_the_next_request_is_served(
    failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    calls = threading.Semaphore(0)

    def work() -> None:
        calls.release()
        raise failure

    after = Afterwards(work, pause=0.01)
    for _ in range(2):
        after.soon()
        assert calls.acquire(timeout=10)
        time.sleep(0.05)
    assert str(failure) in caplog.text
