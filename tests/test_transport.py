"""How requests and answers travel: packed, and to other origins."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sending import API, PONT, SETTINGS, client_of, corpus_in, said

from aligner.api_keys import add_key
from aligner.corpus import Corpus
from aligner.errors import SettingsError
from service import create_app

PACKED_TWICE = gzip.compress(gzip.compress(b" " * 10**7, mtime=0), mtime=0)


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with corpus_in(tmp_path) as corpus:
        yield corpus


@pytest.fixture
def client(corpus: Corpus) -> FlaskClient:
    return client_of(corpus)


# -- packed -----------------------------------------------------------------------------------------------------


def test_answers_are_packed_for_who_takes_that(client: FlaskClient) -> None:
    path = f"{API}/search?q=bridge&to=fr&to=en&explain=true"
    plain = client.get(path)
    assert "Content-Encoding" not in plain.headers
    packed = FlaskClient.open(client, path, headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.data) == plain.data
    short = client.get(f"{API}/health", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in short.headers


def send(client: FlaskClient, body: bytes, coding: str = "gzip", media: str = "application/json") -> Any:
    headers = {"Content-Encoding": coding, "Content-Type": media}
    return client.post(f"{API}/documents", data=body, headers=headers)


def test_packed_requests_are_read(client: FlaskClient) -> None:
    one, two = ({"id": id, "lang": "fr", "paragraphs": [PONT]} for id in ("c", "d"))
    assert send(client, gzip.compress(json.dumps(one).encode())).status_code == 201
    lines = gzip.compress(json.dumps(one).encode() + b"\n") + gzip.compress(json.dumps(two).encode())  # two in a row
    response = send(client, lines, " GZIP ", "application/x-ndjson")
    assert (response.get_json()["created"], response.get_json()["unchanged"]) == (1, 1)
    assert send(client, json.dumps(two).encode(), "identity").status_code == 200


@pytest.mark.parametrize(
    ("body", "coding", "status", "detail"),
    [
        (gzip.compress(b" " * 20_001, mtime=0), "gzip", 413, "the body has more than 20,000 bytes"),
        (gzip.compress(b" " * 50_000_000, mtime=0), "gzip", 413, "the body has more than 20,000 bytes"),
        (gzip.compress(b" " * 15_000, mtime=0) * 2, "gzip", 413, "the body has more than 20,000 bytes"),
        (PACKED_TWICE, "gzip", 400, "expected UTF-8, found byte 0x8B at offset 1"),
        (b"{}", "gzip", 400, "no valid gzip data: Error -3 while decompressing data: incorrect header check"),
        (gzip.compress(b'{"id": "x"}', mtime=0)[:-9], "gzip", 400, "no valid gzip data: it ends too early"),
        (b"", "gzip", 400, "empty body"),
        (zlib.compress(b"{}"), "deflate", 415, "expected Content-Encoding gzip, found 'deflate'"),
        (b"{}", "br", 415, "expected Content-Encoding gzip, found 'br'"),
        (b"{}", "gzip, gzip", 415, "expected Content-Encoding gzip, found 'gzip, gzip'"),
    ],
)  # fmt: skip
def test_a_packed_body_that_is_none_or_too_large(
    client: FlaskClient, body: bytes, coding: str, status: int, detail: str
) -> None:
    assert said(send(client, body, coding), status) == detail


def test_an_url_may_be_so_long(client: FlaskClient) -> None:
    detail = "the URL has more than 16,384 bytes; POST takes long texts"
    assert client.get(f"{API}/documents?outlet={'x' * 16_000}").status_code == 200
    assert said(client.get(f"{API}/documents?outlet={'x' * 17_000}"), 414) == detail
    assert said(client.get(f"{API}/documents/{'x' * 17_000}"), 414) == detail
    assert said(client.get(f"/nowhere?{'x' * 10_000_000}"), 414) == detail


# -- other origins ----------------------------------------------------------------------------------------------


def test_other_origins_are_told_nothing_unless_set(client: FlaskClient) -> None:
    response = client.get(f"{API}/documents", headers={"Origin": "https://example.org"})
    assert [name for name in dict(response.headers) if name.startswith("Access-Control")] == []
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_origins_that_are_set(corpus: Corpus, tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    add_key(keys, name="a")
    settings = replace(SETTINGS, cors_origins="https://example.org, http://localhost:3000", keys=keys)
    client = client_of(corpus, settings)
    mine = {"Origin": "https://example.org"}
    ask = {**mine, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization"}
    preflight = client.open(f"{API}/documents/a", method="OPTIONS", headers=ask)  # without a key: browsers send none
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == "https://example.org"
    assert "PUT" in preflight.headers["Access-Control-Allow-Methods"]
    assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]
    refused = client.get(f"{API}/documents", headers=mine)  # a page may read why
    assert (refused.status_code, refused.headers["Access-Control-Allow-Origin"]) == (401, "https://example.org")
    other = client.get(f"{API}/documents", headers={"Origin": "https://example.org.evil.test"})
    assert "Access-Control-Allow-Origin" not in other.headers
    assert "Origin" in other.headers["Vary"]
    every = client_of(corpus, replace(SETTINGS, cors_origins="*")).get(f"{API}/documents", headers=mine)
    assert every.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in every.headers
    for wrong in ("example.org", "https://example.org/", "https://*.org", "null"):
        with pytest.raises(SettingsError, match=f"^ALIGNER_CORS_ORIGINS: '{wrong[:5]}"):
            create_app(corpus, settings=replace(SETTINGS, cors_origins=wrong))
