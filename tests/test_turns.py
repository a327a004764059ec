"""Threads compute one after the other, in the order of asking, and who gives up or fails holds nobody up."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from tiny import TinyEncoder, make_document

from aligner.corpus import Corpus
from aligner.deadline import limit_time
from aligner.errors import InputError, TooSlowError
from aligner.matches import search
from aligner.vectors import Progress
from service import Settings, create_app
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


BRIDGE = "The council closed the old bridge on Tuesday."


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus(tmp_path, encoder=TinyEncoder(), create=True) as made:
        list(made.add([make_document("e", BRIDGE), make_document("f", "La mairie a fermé le vieux pont.", lang="fr")]))
        yield made


def test_a_search_takes_its_turn_once_the_text_is_encoded(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    happened: list[str] = []
    encode = TinyEncoder.encode

    def noted(self: TinyEncoder, texts: Sequence[str], *, progress: Progress | None = None) -> object:
        happened.append("encoded")
        return encode(self, texts, progress=progress)

    @contextmanager
    def turn() -> Iterator[None]:
        happened.append("in")
        try:
            yield
        finally:
            happened.append("out")

    monkeypatch.setattr(TinyEncoder, "encode", noted)
    assert search(corpus, BRIDGE, language="en", turn=turn())
    assert happened == ["encoded", "in", "out"]
    with pytest.raises(InputError):
        search(corpus, "", turn=turn())
    assert happened == ["encoded", "in", "out"]


@pytest.mark.parametrize(
    "path",
    [
        f"/api/v1/search?q={BRIDGE}&lang=en",
        f"/api/v1/export/search?text={BRIDGE}&lang=en&format=csv",
        f"/tmserver/en/fr/unit/{BRIDGE}",
        f"/get?q={BRIDGE}&langpair=en|fr",
        f"/search?q={BRIDGE}",
    ],
)
def test_whoever_searches_takes_a_turn(corpus: Corpus, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(corpus, settings=Settings())
    taken: list[bool] = []
    turns = app.extensions["runtime"].turns
    take = turns.next

    def counted() -> object:
        taken.append(True)
        return take()

    monkeypatch.setattr(turns, "next", counted)
    assert app.test_client().get(path).status_code == 200
    assert taken == [True]
    assert app.test_client().post("/api/v1/search", json={"texts": [BRIDGE, BRIDGE], "lang": "en"}).status_code == 200
    assert taken == [True] * 3
