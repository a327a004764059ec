"""How long a translation tool waits for suggestions: the tmserver route of a running service, several clients at once.

    python benchmarks/tmserver.py DATA [--corpus DIR] [--count 10000] [--clients 8] [--seconds 30] [--workers 1]

The corpus holds --count unrelated news paragraphs of DATA/distractors, half of them English; one that is there is used
as it is. Each client asks English to French without a pause, never the same text twice: every second text is one of the
corpus, the others are news that it does not hold. Texts are cut off at 500 characters, as Weblate does.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from urllib.parse import quote

from running import running

from aligner.corpus import Corpus
from aligner.encoders import load_encoder
from aligner.gold import read_distractors

SOURCE, TARGET = "en", "fr"
CUT_CHARS = 500
WARMING = 64  # requests that are not counted, so that each worker has answered some


def main() -> int:
    """Print what was asked, and the quantiles of the time to each answer."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--corpus", type=Path, help="default: one of its own, removed at the end")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--workers", type=int, default=1)
    args = parser.parse_args()
    texts = {
        language: read_distractors(args.data / "distractors", language, count=args.count)
        for language in (SOURCE, TARGET)
    }
    stored = {language: documents[: args.count // 2] for language, documents in texts.items()}
    others = [document.text for document in texts[SOURCE][args.count // 2 :]]
    with contextlib.ExitStack() as stack:
        folder = args.corpus or Path(stack.enter_context(tempfile.TemporaryDirectory())) / "corpus"
        if not (folder / "corpus.sqlite").exists():
            with Corpus(folder, encoder=load_encoder(threads=os.cpu_count() or 1), create=True) as corpus:
                for number, _ in enumerate(corpus.add(chain(*stored.values())), start=1):
                    print(f"\rstored {number:,}", end="", file=sys.stderr)
                corpus.save_indexes()
        with Corpus(folder) as corpus:
            counts = corpus.store.counts()
            known = [corpus.store.paragraphs([key])[key].text for key in corpus.store.sample(SOURCE, args.count // 2)]
        service = stack.enter_context(running(folder, workers=args.workers))
        address = f"http://127.0.0.1:{service.port}/tmserver/{SOURCE}/{TARGET}/unit/"
        questions = [text[:CUT_CHARS] for pair in zip(known, others, strict=False) for text in pair]
        print(f"\r{counts['paragraphs']:,} paragraphs, {args.workers} workers, {os.cpu_count()} cores", flush=True)
        _run(address, questions[:WARMING], clients=args.clients, seconds=args.seconds)
        rest = questions[WARMING:]
        alone = _run(address, rest[:400], clients=1, seconds=args.seconds / 3)
        before, load = service.cpu_seconds(), os.getloadavg()[0]
        together = _run(address, rest[400:], clients=args.clients, seconds=args.seconds)
        spent = service.cpu_seconds() - before
    _tell("1 client", alone)
    _tell(f"{args.clients} clients", together)
    print(
        f"the service spent {1000 * spent / len(together.seconds):.0f} ms of processor time an answer and had"
        f" {spent / together.elapsed:.2f} cores; the machine's load was {load:.1f} before"
    )
    return 0


def _ask(address: str, text: str) -> tuple[float, int]:
    """Return the seconds to an answer, and how many suggestions it has. Raises OSError for one that is none."""
    start = time.perf_counter()
    with urllib.request.urlopen(address + quote(text, safe=""), timeout=60) as response:
        found = json.load(response)
    return time.perf_counter() - start, len(found)


class _Results:
    def __init__(self) -> None:
        self.guard = threading.Lock()
        self.seconds: list[float] = []
        self.answered = self.failed = 0
        self.elapsed = 0.0


def _run(address: str, texts: Sequence[str], *, clients: int, seconds: float) -> _Results:
    results, waiting = _Results(), iter(texts)
    start = time.perf_counter()

    def client() -> None:
        while time.perf_counter() - start < seconds:
            with results.guard:
                text = next(waiting, None)
            if text is None:
                return
            try:
                spent, found = _ask(address, text)
            except OSError:
                with results.guard:
                    results.failed += 1
                continue
            with results.guard:
                results.seconds.append(spent)
                results.answered += found > 0

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results.elapsed = time.perf_counter() - start
    return results


def _tell(name: str, results: _Results) -> None:
    cuts = statistics.quantiles(results.seconds, n=100)
    p50, p95, p99 = (round(1000 * cuts[at - 1]) for at in (50, 95, 99))
    count, rate = len(results.seconds), len(results.seconds) / results.elapsed
    print(
        f"{name}: {count} answers in {results.elapsed:.0f} s ({rate:.0f}/s), {results.failed} failed,"
        f" {results.answered} with suggestions; p50 {p50} ms, p95 {p95} ms, p99 {p99} ms, most"
        f" {round(1000 * max(results.seconds))} ms"
    )


if __name__ == "__main__":
    sys.exit(main())
