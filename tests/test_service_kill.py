"""The service killed under load, workers and master, and on a disk that fills up: nothing acknowledged is lost."""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from children import permitted
from served import Served, serving
from tiny import FRENCH, TinyEncoder

from aligner.corpus import Corpus
from aligner.matches import search

CLIENTS = 6
WRITES = 12  # acknowledged before each kill
WORDS = sorted(FRENCH.values())


class Load:
    """Clients that write and read all the time; what an answer says that was not cut off has to be right."""

    def __init__(self) -> None:
        self.served: Served | None = None
        self.acknowledged: dict[str, str] = {}
        self.sent: dict[str, str] = {}
        self.wrong: list[str] = []
        self.cut_off = 0
        self._ending = threading.Event()
        self._threads = [threading.Thread(target=self._work, args=(number,)) for number in range(CLIENTS)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._ending.set()
        for thread in self._threads:
            thread.join()

    def wait_for_writes(self, served: Served) -> None:
        """Wait until some more writes are acknowledged."""
        before = len(self.acknowledged)
        wait_until(lambda: len(self.acknowledged) >= before + WRITES, log=served.log)

    def _work(self, client: int) -> None:
        chance, number = random.Random(client), 0
        while not self._ending.is_set():
            served = self.served
            if served is None:
                time.sleep(0.01)
                continue
            number += 1
            try:
                self._write(served, f"{client}-{number}", " ".join(chance.choices(WORDS, k=5)) + ".")
            except OSError:  # killed while it answered, or not yet back
                self.cut_off += 1
                time.sleep(0.01)

    def _write(self, served: Served, id: str, text: str) -> None:
        self.sent[id] = text
        status, answer, _ = served.ask("/api/v1/documents", {"id": id, "lang": "fr", "paragraphs": [text]})
        if status != 201:
            self.wrong.append(f"POST {id}: {status} {answer}")
            return
        self.acknowledged[id] = text
        status, answer, _ = served.ask("/api/v1/search", {"text": text, "to": "fr", "k": 100})
        found = {hit["paragraph"]["text"] for hit in answer["results"]} if status == 200 else set()
        if text not in found:
            self.wrong.append(f"search for {id}: {status}")


def wait_until(condition: Callable[[], bool], *, log: Path) -> None:
    limit = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < limit, log.read_text()[-3000:]
        time.sleep(0.02)


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def kill_a_worker(served: Served, chance: random.Random) -> None:
    """It comes back by itself."""
    before = served.workers()
    os.kill(chance.choice(before), signal.SIGKILL)
    wait_until(lambda: len(set(served.workers())) == 2 and set(served.workers()) != set(before), log=served.log)


def kill_the_master(served: Served) -> None:
    """Its workers end too, so that a restart finds nobody."""
    workers = served.workers()
    served.process.kill()
    served.process.wait()
    wait_until(lambda: not any(map(is_alive, workers)), log=served.log)


@pytest.mark.parametrize(
    "kills", [("worker", "master", "worker"), pytest.param(("worker", "master") * 5, marks=pytest.mark.slow)]
)
def test_kills_under_load_lose_nothing(tmp_path: Path, kills: tuple[str, ...]) -> None:
    chance, left = random.Random(9), list(kills)
    with Load() as load:
        while True:
            with serving(tmp_path, workers=2) as served:
                load.served = served
                ended = None
                while left and ended != "master":
                    load.wait_for_writes(served)
                    ended = left.pop(0)
                    if ended == "worker":
                        kill_a_worker(served, chance)
                    else:
                        load.served = None
                        kill_the_master(served)
                if ended == "master":
                    continue
                load.wait_for_writes(served)
                load.served = None
                load.__exit__()
                assert served.stop() == 0
                break
    assert load.wrong == []
    assert len(load.acknowledged) >= WRITES * (len(kills) + 1)
    assert load.cut_off
    check(tmp_path / "corpus", load)


def check(folder: Path, load: Load) -> None:
    """See that the corpus holds what was acknowledged, nothing that was not sent, and that its indexes are whole."""
    with Corpus(folder, encoder=TinyEncoder()) as corpus:
        assert corpus.store.rows("PRAGMA quick_check") == [("ok",)]
        assert corpus.store.rows("PRAGMA foreign_key_check") == []
        stored = {document.id: document.text for document in corpus.store.documents()}
        assert load.acknowledged.items() <= stored.items()
        assert stored.items() <= load.sent.items()
        index = corpus.indexes["fr"]
        keys = corpus.store.keys(base="fr")
        assert np.array_equal(np.sort(index.keys), keys)
        texts = {key: paragraph.text for key, paragraph in corpus.store.paragraphs(keys).items()}
        vectors = corpus.encoder.encode([texts[int(key)] for key in keys])
        for key, (nearest,) in zip(keys, ([n] for n in index.search(vectors, k=1)), strict=True):
            assert texts[int(nearest.keys[0])] == texts[int(key)]
        assert search(corpus, WORDS[0], language="fr", target_languages=["fr"])


def test_orphans_do_not_go_on_answering(tmp_path: Path) -> None:
    """A client that keeps its connection and asks all the time does not keep a worker whose master was killed."""
    with serving(tmp_path, workers=1) as served:
        connection = http.client.HTTPConnection(served.address.removeprefix("http://"), timeout=30)
        (worker,), answers, killed = served.workers(), 0, time.monotonic() + 0.5
        with contextlib.suppress(OSError, http.client.HTTPException):
            while time.monotonic() < killed + 60:
                connection.auto_open = answers == 0  # the same connection, as long as the worker keeps it
                connection.request("GET", "/api/v1/health")
                connection.getresponse().read()
                answers += 1
                if served.process.poll() is None and time.monotonic() > killed:
                    served.process.kill()
                    served.process.wait()
        assert answers > 10
        wait_until(lambda: not is_alive(worker), log=served.log)
        assert time.monotonic() < killed + 15


FILLING = 'mount -t tmpfs -o size=3m tmpfs "$0" && exec "$@"'


def test_a_disk_that_fills_up_is_507_and_reads_go_on(tmp_path: Path) -> None:
    if not permitted("unshare", "-m"):
        pytest.skip("a disk of its own cannot be mounted here")
    folder = tmp_path / "corpus"
    folder.mkdir()
    with serving(tmp_path, workers=2, prefix=("unshare", "-m", "bash", "-c", FILLING, str(folder))) as served:
        stored, refused = [], []
        for number in range(400):
            paragraphs = [f"Le pont et la rivière, {number}.", "Eau. " * 2000]
            body = {"id": f"d-{number}", "lang": "fr", "paragraphs": paragraphs}
            status, answer, _ = served.ask("/api/v1/documents", body)
            (stored if status == 201 else refused).append(f"d-{number}")
            if status != 201:
                assert status == 507
                assert answer["detail"] == "no room on the server's disk; send the request again later"
            if len(refused) == 6:
                break
        assert len(stored) > 20
        assert len(refused) == 6
        for number in range(20):
            text = {"text": f"Le pont et la rivière, {number}.", "to": "fr", "k": 1}
            status, answer, _ = served.ask("/api/v1/search", text)
            assert (status, answer["results"][0]["paragraph"]["document"]) == (200, f"d-{number}")
        assert served.ask(f"/api/v1/documents/{refused[0]}")[0] == 404
        assert served.ask("/api/v1/ready")[1]["documents"] == len(stored)
        served.stop()
