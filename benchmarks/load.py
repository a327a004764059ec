"""32 clients that read and write for a minute against `aligner serve` with the real model: python benchmarks/load.py.

Each client asks, waits as long as --think says, and asks again: a search in half of the cases, else a document, a list,
or a document to store, which it then reads back, and searches for every fourth time. Prints latencies beside those of
one client alone, and fails where an answer was an error, a write was lost, or an acknowledged write was not read.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from running import ROOT, running

from aligner.corpus import Corpus
from aligner.documents import Document
from aligner.readers import read_documents

ALONE_REQUESTS = 60
TIMES_ALONE = 5.0  # p95 under load, at most, in medians of one client alone


@dataclass
class Results:
    """What the clients saw."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    written: dict[str, str] = field(default_factory=dict)
    """What was acknowledged: the text of each document."""
    guard: threading.Lock = field(default_factory=threading.Lock)

    def add(self, kind: str, seconds: float) -> None:
        with self.guard:
            self.seconds.setdefault(kind, []).append(seconds)


class Client:
    """One client with a connection of its own."""

    def __init__(self, number: int, port: int, sentences: Sequence[str], ids: Sequence[str], results: Results) -> None:
        self._chance = random.Random(number)
        self._name, self._port, self._results = f"load-{number}", port, results
        self._sentences, self._ids = sentences, ids
        self._connection: http.client.HTTPConnection | None = None
        self._count = 0

    def ask(self, kind: str, method: str, path: str, body: object = None) -> object:
        """Return the JSON of an answer, or None; note how long it took, and an error."""
        raw = None if body is None else json.dumps(body).encode()
        started = time.perf_counter()
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)
            self._connection.request(method, path, raw, {"Content-Type": "application/json"})
            response = self._connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection = None
            self._results.errors.append(f"{kind}: {error!r}")
            return None
        self._results.add(kind, time.perf_counter() - started)
        if response.status not in {200, 201}:
            self._results.errors.append(f"{kind}: {response.status} {content[:200]!r}")
            return None
        value: object = json.loads(content)
        return value

    def text(self) -> str:
        """Return a text that nobody asked before: two sentences of different documents and a number."""
        first, second = self._chance.choice(self._sentences), self._chance.choice(self._sentences)
        return f"{first} {second} {self._chance.randrange(10**6)}"

    def search(self, text: str, kind: str = "search") -> object:
        return self.ask(kind, "POST", "/api/v1/search", {"text": text, "lang": "en", "to": ["fr", "en"], "k": 10})

    def found(self, text: str) -> set[str] | None:
        """Return the documents that a search finds, None where it is not answered."""
        answer = self.search(text)
        return {hit["paragraph"]["document"] for hit in answer["results"]} if isinstance(answer, dict) else None

    def step(self) -> None:
        """Ask one thing."""
        draw = self._chance.random()
        if draw < 0.5:
            self.search(self.text())
        elif draw < 0.7:
            self.ask("document", "GET", f"/api/v1/documents/{self._chance.choice(self._ids)}")
        elif draw < 0.9:
            self.ask("list", "GET", "/api/v1/documents?limit=20")
        else:
            self.write()

    def store(self) -> str | None:
        """Store a document; return its id once it is acknowledged."""
        self._count += 1
        id, text = f"{self._name}-{self._count}", self.text()
        if self.ask("store", "POST", "/api/v1/documents", {"id": id, "lang": "en", "paragraphs": [text]}) is None:
            return None
        self._results.written[id] = text
        return id

    def write(self) -> None:
        """Store a document; once it is acknowledged, see that it is read, and every fourth time that it is found."""
        if (id := self.store()) is None:
            return
        if self.ask("document", "GET", f"/api/v1/documents/{id}") is None:
            self._results.errors.append(f"{id}: acknowledged and not read")
        if self._count % 4 == 0:
            found = self.found(self._results.written[id])
            if found is not None and id not in found:
                self._results.errors.append(f"{id}: acknowledged and not found")


def main() -> int:
    """Run the service and the clients; return 0 where all held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, help="a corpus to copy and use; without it one is made of seeds/")
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--think", type=float, default=1.0, help="mean seconds between an answer and the next question")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--log", type=Path, help="where to keep the service's log")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        prepare(args.corpus, corpus)
        sentences, ids = texts(), ids_of(corpus)
        with running(corpus, workers=args.workers, log=args.log) as service:
            port = service.port
            for number in range(4 * args.workers):  # each worker has answered before it is measured
                Client(-number - 1, port, sentences, ids, Results()).search("A warm-up.")
            print(f"corpus: {len(ids)} documents; {args.workers} workers; PSS {service.memory()}")
            alone = _run(1, ALONE_REQUESTS, port, sentences, ids)
            _print("one client", alone)
            median = statistics.median(alone.seconds["search"])
            load = _load(args, port, sentences, ids)
            _print(f"{args.clients} clients, {args.think:g} s between questions", load)
            print(f"PSS {service.memory()}")
        missing = lost(corpus, alone.written | load.written)
    p95 = _at(load.seconds["search"], 0.95)
    errors = [*alone.errors, *load.errors]
    print(f"errors {len(errors)}, lost writes {len(missing)} of {len(alone.written) + len(load.written)}")
    print(f"search: p95 under load is {p95 / median:.2f} times the median of one client")
    for error in errors[:10]:
        print(error)
    return 0 if not errors and not missing and p95 < TIMES_ALONE * median else 1


def _run(number: int, count: int, port: int, sentences: Sequence[str], ids: Sequence[str]) -> Results:
    results = Results()
    client = Client(1000 + number, port, sentences, ids, results)
    for _ in range(count):
        client.step()
    return results


def _load(args: argparse.Namespace, port: int, sentences: Sequence[str], ids: Sequence[str]) -> Results:
    results, until = Results(), time.monotonic() + args.seconds

    def work(number: int) -> None:
        client, chance = Client(number, port, sentences, ids, results), random.Random(number)
        time.sleep(chance.uniform(0, args.think))
        while time.monotonic() < until:
            client.step()
            time.sleep(chance.uniform(0.5, 1.5) * args.think)

    in_threads(work, args.clients)
    return results


def in_threads(work: Callable[[int], None], count: int) -> None:
    """Do so many of these at once, each with its number; return when all are done."""
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def prepare(given: Path | None, corpus: Path) -> None:
    """Copy a corpus, or make one of seeds/."""
    command = ["add", "seeds"] if given is None else ["backup", str(corpus)]
    where = str(corpus if given is None else given)
    subprocess.run(
        [sys.executable, "-m", "aligner", *command, "--corpus", where], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
    )


def texts() -> list[str]:
    """Return the sentences that texts are made of."""
    documents = read_documents([ROOT / "seeds"], served=("en", "fr"))
    texts = [document.text for document in documents if isinstance(document, Document) and document.lang == "en"]
    return [part.strip() for text in texts for part in text.split(". ") if 40 < len(part) < 200]


def ids_of(corpus: Path) -> list[str]:
    """Return the documents of a corpus."""
    with Corpus(corpus) as opened:
        return [document.id for document in opened.store.documents()]


def lost(corpus: Path, written: Mapping[str, str]) -> list[str]:
    """Return the documents that are not there as they were sent."""
    with Corpus(corpus) as opened:
        stored = {document.id: document.text for document in opened.store.documents()}
    return [id for id, text in written.items() if stored.get(id) != text]


def _at(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def _print(title: str, results: Results) -> None:
    print(f"{title}: {sum(map(len, results.seconds.values()))} requests")
    for kind, values in sorted(results.seconds.items()):
        shown = ", ".join(f"p{round(100 * share)} {1000 * _at(values, share):.0f} ms" for share in (0.5, 0.95, 0.99))
        print(f"  {kind:9} {len(values):5}  {shown}")


if __name__ == "__main__":
    sys.exit(main())
