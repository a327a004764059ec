"""The service in processes of its own, as `aligner serve` runs it, over an encoder that takes no time."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apiflask import APIFlask
from children import environment
from tiny import TinyEncoder

from aligner.arrays import Vectors
from aligner.corpus import Corpus
from aligner.vectors import Progress
from service import Settings, create_app
from service.batching import shared
from service.metrics import observe_batch

__all__ = ["Served", "SlowEncoder", "serving", "slow_app", "tiny_app"]

CONFIGURATION = "python:service.gunicorn_conf"
READY_SECONDS = 60
LISTENING = re.compile(r"Listening at: (http://[0-9.]+:\d+)")


class SlowEncoder(TinyEncoder):
    """Takes a second and a half for a batch."""

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        time.sleep(1.5)
        return super().encode(texts, progress=progress)


def tiny_app() -> APIFlask:
    """Return the service over the corpus of the settings: what gunicorn calls in each worker."""
    return _app(TinyEncoder())


def slow_app() -> APIFlask:
    """Return the same, with an encoder that takes its time."""
    return _app(SlowEncoder())


def _app(encoder: TinyEncoder) -> APIFlask:
    settings = Settings.from_environment()
    corpus = Corpus(settings.corpus, encoder=shared(encoder, observe=observe_batch), create=True)
    return create_app(corpus, settings=settings)


@dataclass
class Served:
    """A service that runs: its master process, its address, its log."""

    process: subprocess.Popen[bytes]
    address: str
    log: Path

    def ask(
        self, path: str, body: object = None, *, method: str | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any, Mapping[str, str]]:
        """Return status, JSON (or text) and headers of an answer. Raises OSError where there is none."""
        data = None if body is None else json.dumps(body).encode()
        sent = {"Content-Type": "application/json", **(headers or {})}
        request = urllib.request.Request(self.address + path, data, sent, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, _value(response.read()), response.headers
        except urllib.error.HTTPError as error:
            return error.code, _value(error.read()), error.headers

    def workers(self) -> list[int]:
        """Return the process ids of the workers."""
        found = subprocess.run(["ps", "--ppid", str(self.process.pid), "-o", "pid="], capture_output=True, text=True)
        return [int(pid) for pid in found.stdout.split()]

    def stop(self) -> int:
        """Have the service end, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def lines(self) -> list[dict[str, Any]]:
        """Return the lines of the log."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]


def _value(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return raw.decode()


@contextlib.contextmanager
def serving(
    folder: Path, *, app: str = "served:tiny_app()", prefix: Sequence[str] = (), **settings: object
) -> Iterator[Served]:
    """Serve folder/corpus while inside; settings by their names. What still runs at the end is killed."""
    log = folder / f"log-{time.monotonic_ns()}"
    given = {f"ALIGNER_{name.upper()}": str(value) for name, value in settings.items()}
    child = environment(**{"ALIGNER_CORPUS": str(folder / "corpus"), "ALIGNER_PORT": "0", **given})
    child.pop("ALIGNER_SETTINGS", None)
    command = [*prefix, sys.executable, "-m", "gunicorn", "-c", CONFIGURATION, app]
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=Path(__file__).parents[1], env=child, stdout=out, stderr=out, start_new_session=True
        )
    try:
        served = Served(process, _wait_for_address(process, log), log)
        _wait_until_ready(served, workers=int(given.get("ALIGNER_WORKERS", "1")))
        yield served
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for_address(process: subprocess.Popen[bytes], log: Path) -> str:
    limit = time.monotonic() + READY_SECONDS
    while time.monotonic() < limit and process.poll() is None:
        if found := LISTENING.search(log.read_text()):
            return found[1]
        time.sleep(0.05)
    raise AssertionError(log.read_text())


def _wait_until_ready(served: Served, *, workers: int) -> None:
    """Return once the service answers and every worker was started; the first may answer before the next one is."""
    limit = time.monotonic() + READY_SECONDS
    while time.monotonic() < limit and served.process.poll() is None:
        with contextlib.suppress(OSError):
            if served.ask("/api/v1/ready")[0] == 200 and len(served.workers()) == workers:
                return
        time.sleep(0.05)
    raise AssertionError(served.log.read_text())
