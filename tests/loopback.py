"""The service as gunicorn runs it, on loopback, over a corpus whose encoder takes no time."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from children import environment
from flask import Flask
from tiny import TinyEncoder

from aligner.corpus import Corpus
from service import create_app

__all__ = ["Answer", "app", "ask", "serving"]

READY_SECONDS = 60
Answer = tuple[int, dict[str, str], Any]


def app(folder: str) -> Flask:
    """Return the service over a folder's corpus; gunicorn calls this."""
    return create_app(Corpus(Path(folder), encoder=TinyEncoder(), create=True))


@contextlib.contextmanager
def serving(folder: Path, **settings: str) -> Iterator[str]:
    """Run the service over the corpus of a folder; yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "-c", "python:service.gunicorn_conf", f"loopback:app({str(folder)!r})"]
    settings = {"ALIGNER_PORT": str(port), "ALIGNER_WORKER_THREADS": "4", **settings}
    log = folder.with_suffix(".log")
    with log.open("wb") as out:
        server = subprocess.Popen(command, env=environment(**settings), stdout=out, stderr=out)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(server, address, log)
            yield address
        finally:
            server.terminate()
            server.wait(30)


def _wait(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    limit = time.monotonic() + READY_SECONDS
    while time.monotonic() < limit and server.poll() is None:
        with contextlib.suppress(OSError):
            if ask(f"{address}/api/v1/health")[0] == 200:
                return
        time.sleep(0.1)
    raise AssertionError(log.read_text("utf-8"))


def ask(url: str, body: object = None, *, method: str | None = None, **headers: str) -> Answer:
    """Return status, headers and the JSON of an answer, or its bytes where it is none."""
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    wanted = {name.replace("_", "-"): value for name, value in headers.items()}
    if data is not None:
        wanted.setdefault("Content-Type", "application/json")
    request = urllib.request.Request(url, data, wanted, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            status, found, raw = response.status, dict(response.headers), response.read()
    except urllib.error.HTTPError as error:
        status, found, raw = error.code, dict(error.headers), error.read()
    return status, found, json.loads(raw) if "json" in found.get("Content-Type", "") and raw else raw
