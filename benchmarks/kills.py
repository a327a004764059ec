"""The service killed under load, with the real model: python benchmarks/kills.py [--corpus DIR] [--kills 10].

Clients search and store as in load.py while a worker (which has to come back by itself) and the whole service (which is
started again, as systemd does) are killed by turns. In the end every acknowledged document has to be there as it was
sent, the file whole, and each of a sample has to be found by its own text. Prints how long the service was away.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from load import Client, Results, ids_of, in_threads, lost, prepare, texts
from running import Running, free_port, running

from aligner.corpus import Corpus

AWAY_SECONDS = 120  # within which the service has to answer again
BETWEEN = (4.0, 10.0)  # seconds from one kill to the next
INTERRUPTED = ("Error(", "Disconnected(", "IncompleteRead(", ": 503 ")  # what a client sees of a kill, and may
SAMPLE = 40


class Writer(Client):
    """A client that asks on whatever happens; what it stored is looked for in the end."""

    def write(self) -> None:
        """Store a document."""
        self.store()


def main() -> int:
    """Run the service, the clients and the kills; return 0 where all held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, help="a corpus to copy and use; without it one is made of seeds/")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--think", type=float, default=0.5, help="mean seconds between an answer and the next question")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--log", type=Path, help="where to keep the service's log")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        corpus, port, results = Path(folder) / "corpus", free_port(), Results()
        prepare(args.corpus, corpus)
        sentences, ids, ended = texts(), ids_of(corpus), threading.Event()
        clients = [Writer(number, port, sentences, ids, results) for number in range(args.clients)]

        def work(number: int) -> None:
            chance = random.Random(number)
            while not ended.is_set():
                clients[number].step()
                ended.wait(chance.uniform(0.5, 1.5) * args.think)

        load = threading.Thread(target=in_threads, args=(work, args.clients))
        load.start()
        try:
            _kill_by_turns(args, corpus, port)
        finally:
            ended.set()
            load.join()
        wrong = [*_torn(corpus), *(f"lost: {id}" for id in lost(corpus, results.written))]
        with running(corpus, workers=args.workers, log=args.log) as service:
            wrong += _not_found(service, results.written)
    interrupted = [error for error in results.errors if any(sign in error for sign in INTERRUPTED)]
    wrong += [error for error in results.errors if error not in interrupted]
    answers = sum(map(len, results.seconds.values()))
    print(f"{answers} answers, {len(interrupted)} interrupted; {len(results.written)} documents acknowledged")
    print(f"lost, torn, not found or answered wrongly: {len(wrong)}")
    for error in wrong[:10]:
        print(error)
    return 1 if wrong else 0


def _kill_by_turns(args: argparse.Namespace, corpus: Path, port: int) -> None:
    chance, done, killed = random.Random(args.kills), 0, None
    while True:
        with running(corpus, workers=args.workers, port=port, log=args.log) as service:
            if killed is not None:
                print(
                    f"kill {done}: the whole service, ready again after {time.monotonic() - killed:.1f} s", flush=True
                )
            while True:
                time.sleep(chance.uniform(*BETWEEN))
                if done == args.kills:
                    return
                done += 1
                if done % 2 == 0:
                    break
                _kill_a_worker(service, chance.choice(service.workers()), f"kill {done}")
            killed = time.monotonic()
            _kill_the_master(service)


def _kill_the_master(service: Running) -> None:
    workers = service.workers()
    service.process.kill()
    service.process.wait()
    _wait(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))


def _kill_a_worker(service: Running, victim: int, name: str) -> None:
    count, started = len(service.workers()), time.monotonic()
    os.kill(victim, signal.SIGKILL)
    _wait(lambda: victim not in service.workers() and len(service.workers()) == count)
    print(f"{name}: one worker, another started after {time.monotonic() - started:.1f} s", flush=True)


def _wait(condition: Callable[[], bool]) -> None:
    limit = time.monotonic() + AWAY_SECONDS
    while not condition():
        if time.monotonic() > limit:
            raise SystemExit(f"not back after {AWAY_SECONDS} s")
        time.sleep(0.05)


def _torn(corpus: Path) -> list[str]:
    """Return what is wrong with the file."""
    with Corpus(corpus) as opened:
        state = opened.store.rows("PRAGMA integrity_check")
    return [] if state == [("ok",)] else [f"torn: {state}"]


def _not_found(service: Running, acknowledged: Mapping[str, str]) -> list[str]:
    """Return those of a sample that a search for their own text does not find."""
    results = Results()
    client = Client(0, service.port, [""], [""], results)
    sample = random.Random(0).sample(sorted(acknowledged), min(SAMPLE, len(acknowledged)))
    missing = [f"not found: {id}" for id in sample if id not in (client.found(acknowledged[id]) or ())]
    return missing + results.errors


if __name__ == "__main__":
    sys.exit(main())
