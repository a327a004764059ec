"""Settings, readiness, and the service as gunicorn runs it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from tiny import make_document

from service import Settings, create_app

READY_SECONDS = 180
ROOT = Path(__file__).parent.parent


def settled(client: FlaskClient) -> Any:
    """Return the answer of /ready, once it no longer says that it is loading."""
    limit = time.monotonic() + 30
    while time.monotonic() < limit:
        response = client.get("/api/v1/ready")
        assert response.status_code == 503
        assert response.headers["Retry-After"] == "5"
        if response.get_json()["detail"] != "the model is still loading":
            return response.get_json()["detail"]
        time.sleep(0.05)
    raise AssertionError("still loading")


def test_a_corpus_that_cannot_be_opened_is_told_and_the_service_lives(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "corpus.sqlite").write_text("no database")
    client = create_app(settings=Settings(corpus=tmp_path)).test_client()
    assert settled(client) == "the corpus cannot be read or written now; restart the service when that is mended"
    assert f"{tmp_path}/corpus.sqlite: " in caplog.text
    assert client.get("/api/v1/health").status_code == 200
    assert client.get("/").status_code == 200
    assert client.post("/api/v1/search", json={"text": "a"}).status_code == 503
    assert client.get("/api/v1/documents/a").status_code == 503


def fetch(url: str, body: object = None) -> tuple[int, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def wait_for(found: Callable[[], Any], *, server: subprocess.Popen[bytes], log: Path) -> Any:
    """Return what `found` gives, once it is not None."""
    limit = time.monotonic() + READY_SECONDS
    while time.monotonic() < limit and server.poll() is None:
        if (value := found()) is not None:
            return value
        time.sleep(0.1)
    raise AssertionError(log.read_text())


@pytest.mark.model
def test_gunicorn_serves_and_ends_cleanly(tmp_path: Path) -> None:
    folder, log = tmp_path / "corpus", tmp_path / "log"
    command = [sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--threads", "4"]
    with log.open("wb") as out:
        server = subprocess.Popen(
            [*command, "--bind", "127.0.0.1:0", "service:create_app()"],
            cwd=ROOT,
            env={**os.environ, "ALIGNER_CORPUS": str(folder), "ALIGNER_MODEL": ""},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        listening = wait_for(
            lambda: re.search(r"Listening at: (http://127\.0\.0\.1:\d+)", log.read_text()), server=server, log=log
        )
        api = f"{listening[1]}/api/v1"
        status, answer = fetch(f"{api}/ready")
        assert status == 200 or answer["detail"] == "the model is still loading"
        assert fetch(f"{api}/health") == (200, {"status": "ok"})
        wait_for(lambda: fetch(f"{api}/ready")[0] == 200 or None, server=server, log=log)
        documents = [
            make_document("gazette-1", "The council closed the old bridge on Tuesday after cracks were found."),
            make_document("jour-1", "La mairie a fermé mardi le vieux pont, où des fissures sont apparues.", lang="fr"),
        ]
        records = [{"id": d.id, "lang": d.lang, "paragraphs": [d.text]} for d in documents]
        assert fetch(f"{api}/documents", records)[1]["created"] == 2
        (hit,) = fetch(f"{api}/search", {"text": documents[0].text})[1]["results"]
        assert (hit["paragraph"]["id"], hit["match"]) == ("jour-1#0", True)
        (match,) = fetch(f"{api}/paragraphs/jour-1%230/matches")[1]["matches"]
        assert match["target"]["id"] == "gazette-1#0"
        server.send_signal(signal.SIGTERM)
        assert server.wait(60) == 0, log.read_text()
    finally:
        server.kill()
    assert "Traceback" not in log.read_text()
    assert documents[0].text not in log.read_text()
    manifest = json.loads((folder / "manifest.json").read_text())
    assert sorted(manifest["indexes"]) == ["en", "fr"]
