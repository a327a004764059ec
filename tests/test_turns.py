"""Threads compute one after the other, in the order of asking, and who gives up or fails holds nobody up."""

from __future__ import annotations

import threading
import time

import pytest

from aligner.deadline import limit_time
from aligner.errors import TooSlowError
from service.turns import Turns

PATIENCE = 10.0


def wait_until(met: threading.Event) -> None:
    assert met.wait(PATIENCE)


def queued(turns: Turns, count: int) -> None:
    """Wait until so many have asked."""
    end = time.monotonic() + PATIENCE
    while len(turns._queue) < count:
        assert time.monotonic() < end
        time.sleep(0.001)


def test_one_at_a_time_in_the_order_of_asking() -> None:
    turns, order, inside = Turns(), list[int](), list[int]()
    crowd = 0
    leave = threading.Event()

    def compute(number: int) -> None:
        nonlocal crowd
        with turns.next():
            crowd += 1
            inside.append(crowd)
            order.append(number)
            wait_until(leave)
            crowd -= 1

    threads = []
    for number in range(6):
        threads.append(threading.Thread(target=compute, args=(number,)))
        threads[-1].start()
        queued(turns, number + 1)
    assert order == [0]
    leave.set()
    for thread in threads:
        thread.join(PATIENCE)
    assert order == list(range(6))
    assert inside == [1] * 6
    assert not turns._queue


def test_who_fails_lets_the_next_one_in() -> None:
    turns = Turns()
    with pytest.raises(ZeroDivisionError), turns.next():
        raise ZeroDivisionError
    with turns.next():
        pass


def test_who_has_no_time_left_gives_up_and_holds_nobody_up() -> None:
    turns = Turns()
    served = threading.Event()

    def last() -> None:
        with turns.next():
            served.set()

    with turns.next():
        with limit_time(0.01), pytest.raises(TooSlowError, match="too many others"), turns.next():
            pass
        waiting = threading.Thread(target=last)
        waiting.start()
        queued(turns, 2)
        assert not served.is_set()
    wait_until(served)
    waiting.join(PATIENCE)
