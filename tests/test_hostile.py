"""What nobody well-meaning sends: each is a problem, or stored as the text that it is; nothing wrong is stored."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from answers import checked_client
from flask.testing import FlaskClient
from tiny import TinyEncoder, make_document
from werkzeug.test import TestResponse

from aligner.corpus import Corpus
from service import Settings

API = "/api/v1"
BRIDGE = "The council closed the old bridge on Tuesday."
JSON = "application/json"
SETTINGS = Settings(max_body_bytes=200_000, max_text_chars=2_000, max_documents=20, memory_writes=True)

SQL = "'; DROP TABLE documents; --"
HTML = '<script>alert(1)</script><img src=x onerror="alert(1)">'
BIDI = "safe\u202egpj.exe\u2066\u2069\u200f"
LONE = "half \ud83d of a pair"
NUL = "before\0after"
SHELL = "$(rm -rf /) `id` | cat /etc/passwd"
FORMAT = "%s%n{0.__class__}{{7*7}}${jndi:ldap://x.test/a}"
ZALGO = "e" + "\u0301" * 1_000
POISON = {
    "sql": SQL, "html": HTML, "bidi": BIDI, "lone": LONE, "nul": NUL, "shell": SHELL, "format": FORMAT, "zalgo": ZALGO,
    "number": "9" * 1_500, "path": "../../../etc/passwd", "null": "null", "empty": "", "blank": " \u200b\u3000",
    "private": "\ue000\uffff\U0010ffff", "crlf": "a\r\nSet-Cookie: x=1", "minus": "-0", "huge": "1e999",
}  # fmt: skip


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of a service with one document, which all of this leaves as it is."""
    with Corpus(tmp_path_factory.mktemp("hostile"), encoder=TinyEncoder(), create=True) as corpus:
        list(corpus.add([make_document("a", BRIDGE, outlet="Gazette", published="2024-02-14")]))
        client = checked_client(corpus, settings=SETTINGS)
        before = client.get(f"{API}/documents").get_json(), client.get(f"{API}/documents/a").get_json()
        yield client
        client.application.extensions["jobs"].end()
        assert (client.get(f"{API}/documents").get_json(), client.get(f"{API}/documents/a").get_json()) == before


def checked(response: TestResponse) -> Any:
    """Return an answer: a problem of the one shape, or a success."""
    assert response.status_code < 500, response.text
    assert "Set-Cookie" not in response.headers
    if response.status_code < 400:
        return response.get_json()
    assert response.content_type == "application/problem+json"
    answer = json.loads(response.data.decode("utf-8"))
    assert answer["title"] == HTTPStatus(response.status_code).phrase
    assert len(answer["detail"]) < 20_000
    assert "Traceback" not in answer["detail"]
    assert "sqlite" not in answer["detail"].lower()
    return answer


def send(client: FlaskClient, method: str, path: str, **options: Any) -> TestResponse:
    return client.open(path if path.startswith("/") else f"{API}/{path}", method=method, **options)


def body(value: object) -> Mapping[str, Any]:
    return {"data": value if isinstance(value, bytes) else json.dumps(value).encode(), "content_type": JSON}


PACKED = {"headers": {"Content-Encoding": "gzip"}}
DEEP = b'{"a":' * 20_000 + b"1" + b"}" * 20_000
HOSTILE: list[tuple[str, str, str, Mapping[str, Any], set[int]]] = [
    # numbers
    ("a number of many digits", "POST", "search", body(b'{"text": "a", "k": ' + b"9" * 10_000 + b"}"), {400}),
    ("a number beyond 64 bits", "POST", "search", body(b'{"text": "a", "k": 18446744073709551616}'), {422}),
    ("a number beyond floats", "POST", "search", body(b'{"text": "a", "min_score": 1e999}'), {422}),
    ("not a number", "POST", "search", body(b'{"text": "a", "min_probability": NaN}'), {422}),
    ("infinity", "POST", "search", body(b'{"text": "a", "min_probability": Infinity}'), {422}),
    ("a fraction for a count", "POST", "search", body(b'{"text": "a", "k": 1.5}'), {422}),
    ("minus zero", "POST", "search", body(b'{"text": "a", "lang": "en", "min_score": -0.0}'), {200}),
    ("a huge offset in a URL", "GET", "documents/a/matches?offset=99999999999999999999", {}, {422}),
    ("hexadecimal in a URL", "GET", "documents?limit=0x10", {}, {422}),
    ("a boolean for a number", "POST", "search", body({"text": "a", "k": True}), {422}),
    # JSON
    ("deep lists", "POST", "documents", body(b"[" * 50_000), {400}),
    ("deep objects", "POST", "documents", body(DEEP), {400}),
    ("a deep field", "POST", "documents", body({"id": "x", "text": json.loads("[" * 500 + "]" * 500)}), {422}),
    ("a field twice", "POST", "search", body(b'{"text": "a", "text": 3, "lang": "en"}'), {422}),
    ("JSON with comments", "POST", "search", body(b'{"text": "a" /* b */}'), {400}),
    ("a comma too many", "POST", "search", body(b'{"text": "a",}'), {400}),
    ("two values", "POST", "search", body(b'{"text": "a"}{"text": "b"}'), {400}),
    ("UTF-16", "POST", "search", body('{"text": "a"}'.encode("utf-16")), {400}),
    ("overlong UTF-8", "POST", "search", body(b'{"text": "\xc0\xaf"}'), {400}),
    ("raw surrogates", "POST", "search", body(b'{"text": "\xed\xa0\x80"}'), {400}),
    ("half a pair", "POST", "search", body(b'{"text": "\\ud800"}'), {422}),
    ("NUL in a text", "POST", "search", body(b'{"text": "a\\u0000b"}'), {422}),
    ("NUL in the body", "POST", "search", body(b'{"text": "a"}\0'), {400}),
    ("a name of nothing", "POST", "search", body({"": 1, "text": "a"}), {422}),
    ("a name that Python knows", "POST", "search", body({"__class__": {"__init__": 1}, "text": "a"}), {422}),
    ("a name of a method", "POST", "search", body({"model_config": {}, "filters": 1, "text": "a"}), {422}),
    ("many unknown names", "POST", "search", body({f"n{i}": i for i in range(5_000)}), {422}),
    ("a list of nulls", "POST", "documents", body([None] * 20), {200}),
    ("an endless list", "POST", "documents", body([{}] * 10_000), {413}),
    ("blank lines", "POST", "documents", {"data": b"\n" * 100_000, "content_type": "application/x-ndjson"}, {400}),
    # sizes
    ("a large body", "POST", "documents", body(b" " * 200_001), {413}),
    ("a zip bomb", "POST", "documents", body(gzip.compress(b"0" * 10**8)) | PACKED, {413}),
    ("a bomb in a bomb", "POST", "documents", body(gzip.compress(gzip.compress(b" " * 10**7))) | PACKED, {400}),
    ("unknown packing", "POST", "documents", body(b"x") | {"headers": {"Content-Encoding": "zstd"}}, {415}),
    ("10 MB of query", "GET", "search?q=" + "x" * 10_000_000, {}, {414}),
    ("10 MB of path", "GET", "documents/" + "x" * 10_000_000, {}, {414}),
    ("many parameters", "GET", "documents?" + "&".join(f"outlet={i}" for i in range(1_000)), {}, {200}),
    ("a long text", "POST", "search", body({"text": "x" * 2_001}), {422}),
    ("a long word", "POST", "search", body({"text": "x" * 2_000, "to": "en"}), {200}),
    ("many texts", "POST", "search", body({"texts": ["a"] * 10_000}), {422}),
    ("many languages", "POST", "search", body({"text": "a", "lang": "en", "to": ["fr"] * 10_000}), {200}),
    ("a long text to align", "POST", "align",
     body({"source": {"text": "x " * 60_000, "lang": "en"}, "target": {"text": "a", "lang": "fr"}}), {422}),
    ("a long id", "PUT", f"documents/{'x' * 201}", body({"text": BRIDGE, "lang": "en"}), {422}),
    ("a long key", "POST", "documents", body({}) | {"headers": {"Idempotency-Key": "k" * 5_000}}, {400}),
    # paths
    ("a path for an id", "GET", "documents/..%2f..%2f..%2fetc%2fpasswd", {}, {404}),
    ("a path for an id to write", "PUT", "documents/..%2f..%2fx", body({"text": BRIDGE, "lang": "en"}), {404}),
    ("dots for an id", "PUT", "documents/%2e%2e", body({"text": BRIDGE, "lang": "en"}), {422}),
    ("backslashes for an id", "GET", "documents/..%5c..%5cx", {}, {404}),
    ("NUL in an id", "DELETE", "documents/a%00", {}, {404}),
    ("a line break in an id", "PUT", "documents/a%0d%0ab", body({"text": BRIDGE, "lang": "en"}), {422}),
    ("bytes that are no UTF-8", "GET", "documents/%ff%fe", {}, {404}),
    ("SQL for an id", "DELETE", f"documents/{quote(SQL)}", {}, {404}),
    ("HTML for an id", "GET", f"documents/{quote(HTML, safe='')}", {}, {404}),
    ("a number for a paragraph", "GET", f"paragraphs/a%23{'9' * 4_000}/matches", {}, {404}),
    ("a file of the page", "GET", "/docs/..%2f..%2fsetup.cfg", {}, {404}),
    ("a job by path", "GET", "jobs/..%2fservice.sqlite", {}, {404}),
    ("a double slash", "GET", "/api/v1//documents//a", {}, {404}),
    # methods and headers
    ("TRACE", "TRACE", "documents", {}, {405}),
    ("PATCH", "PATCH", "documents/a", body({}), {405}),
    ("an invented method", "DROP", "documents", {}, {405}),
    ("deleting all", "DELETE", "documents", {}, {422}),
    ("deleting all, nearly", "DELETE", "documents?outlet=", {}, {422}),
    ("deleting by LIKE", "DELETE", "documents?outlet=%25", {}, {200}),
    ("a language like all", "DELETE", "documents?lang=%25", {}, {422}),
    ("another method by header", "POST", "documents/a", {"headers": {"X-HTTP-Method-Override": "DELETE"}}, {405}),
    ("no media type", "POST", "search", {"data": b'{"text": "a"}'}, {415}),
    ("a form", "POST", "search", {"data": {"text": "a"}}, {415}),
    ("another charset", "POST", "search", {"data": b"{}", "content_type": f"{JSON}; charset=utf-7"}, {415}),
    ("an odd key", "GET", "documents", {"headers": {"X-API-Key": "\x7f" * 100}}, {200}),
    ("an odd tag", "GET", "documents", {"headers": {"If-None-Match": '"' * 5_000}}, {200}),
    ("an odd condition", "DELETE", "documents/a", {"headers": {"If-Match": '"' + SQL}}, {412}),
    ("an empty tag", "DELETE", "documents/a", {"headers": {"If-Match": '""'}}, {412}),
    ("an odd preference", "POST", "search",
     body({"text": "bridge"}) | {"headers": {"Prefer": ";=,,;respond-async" * 99}}, {200}),
    ("an odd encoding", "GET", "documents", {"headers": {"Accept-Encoding": "gzip;q=nan, *;q=-1" * 50}}, {200}),
    # markup and entities
    ("billion laughs", "POST", "documents",
     {"data": b'<!DOCTYPE l [<!ENTITY a "&b;&b;">]><l>&a;</l>', "content_type": "application/xml"}, {415}),
    ("javascript for an address", "POST", "documents",
     body({"text": BRIDGE, "lang": "en", "url": "javascript:alert(1)"}), {422}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "options", "statuses"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE]
)
def test_hostile_requests(
    client: FlaskClient, method: str, path: str, options: Mapping[str, Any], statuses: set[int]
) -> None:
    response = send(client, method, path, **options)
    assert response.status_code in statuses, response.text[:500]
    checked(response)


def test_there_are_enough_of_them() -> None:
    assert len({row[0] for row in HOSTILE}) == len(HOSTILE) >= 60


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON.keys())
@pytest.mark.parametrize("schema", ["SearchRequest", "AlignRequest"])
def test_poison_in_every_field(client: FlaskClient, poison: str, schema: str) -> None:
    """As text, in a list, in an object, and as the name of a field."""
    spec = client.application.spec  # type: ignore[attr-defined]
    path = {"SearchRequest": "search", "AlignRequest": "align"}[schema]
    for field in spec["components"]["schemas"][schema]["properties"]:
        for value in (poison, [poison], {poison: poison}):
            asked = {"text": "the old bridge", field: value} if path == "search" else {field: value}
            if field == "texts":
                del asked["text"]
            checked(send(client, "POST", path, **body(asked)))
    assert checked(send(client, "POST", path, **body({poison: 1})))["status"] == 422


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON.keys())
def test_poison_in_every_parameter(client: FlaskClient, poison: str) -> None:
    spec = client.application.spec  # type: ignore[attr-defined]
    value = quote(poison.encode("utf-8", "surrogatepass"), safe="")
    for path, operations in spec["paths"].items():
        operation = operations.get("get")
        if operation is None or not path.startswith(f"{API}/"):
            continue
        names = [parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "query"]
        there = path.replace("{document}", "a").replace("{paragraph}", "a%230")
        for name in (*names, value or "x"):
            response = client.get(f"{there}?{name}={value}")
            assert response.status_code < 500, f"{there}: {name}"


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON.keys())
def test_poison_in_a_document_is_refused_or_kept_as_it_is(tmp_path: Path, poison: str) -> None:
    with Corpus(tmp_path, encoder=TinyEncoder(), create=True) as corpus:
        client = checked_client(corpus, settings=SETTINGS)
        for field in ("id", "outlet", "lang", "title", "url", "published", "text", "paragraphs"):
            record: dict[str, object] = {"id": field, "lang": "en", "text": BRIDGE} | {field: poison}
            if field == "paragraphs":
                record = {"id": field, "lang": "en", field: [BRIDGE, poison]}
            answer = checked(send(client, "POST", "documents", **body(record)))
            if "status" in answer:
                assert answer["status"] == 422
                continue
            (result,) = answer["results"]
            stored = client.get(f"{API}/documents/{quote(result['id'], safe='')}").get_json()
            kept = stored["text"] if field == "paragraphs" else stored[field]
            assert "\0" not in json.dumps(stored)
            if poison in (SQL, HTML, SHELL, FORMAT) and field not in ("id", "lang", "url", "published"):
                assert poison in kept
        assert corpus.store.counts()["documents"] <= 8
        assert client.post(f"{API}/search", json={"text": BRIDGE, "lang": "fr", "to": "en"}).status_code == 200
