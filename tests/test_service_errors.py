"""Every error has one shape, says what was found and expected, and gives nothing of the server away."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from answers import CheckedClient
from flask.testing import FlaskClient
from tiny import TinyEncoder
from werkzeug.exceptions import ImATeapot
from werkzeug.test import TestResponse

from aligner.corpus import Corpus
from aligner.errors import (
    AlignerError,
    CorpusError,
    DamagedError,
    EncoderError,
    InputError,
    ModelMismatchError,
    NotFoundError,
    ReadOnlyError,
    StorageFullError,
)
from service import Settings, create_app

SETTINGS = Settings(max_body_bytes=20_000, max_text_chars=1_000, max_k=50, max_documents=3)
GOOD = {"id": "a", "lang": "fr", "paragraphs": ["La mairie a fermé le vieux pont mardi."]}
SECRET = "/srv/secret/corpus.sqlite"
SEARCH_FIELDS = (
    "known are lang, to, k, offset, min_probability, min_score, grade, explain, collapse, outlet, published_from,"
    " published_to, text, texts"
)
LIST_FIELDS = "known are lang, after, limit, outlet, published_from, published_to"
TAG = "is no BCP 47 language tag"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    """A client of a service with one document."""
    with Corpus(tmp_path / "corpus", encoder=TinyEncoder(), create=True) as corpus:
        app = create_app(corpus, settings=SETTINGS)
        app.test_client_class = CheckedClient
        client = app.test_client()
        assert client.post("/api/v1/documents", json=GOOD).status_code == 201
        yield client


def checked(response: TestResponse, status: int) -> Any:
    """Return a problem, its shape checked."""
    assert response.status_code == status, response.text
    assert response.content_type == "application/problem+json"
    answer = json.loads(response.data.decode("utf-8"))
    assert [name for name in answer if name != "field"] == ["type", "title", "status", "detail", "instance"]
    assert (answer["type"], answer["status"]) == ("about:blank", status)
    assert answer["title"] == HTTPStatus(status).phrase
    assert answer["detail"]
    assert answer["detail"][-1] not in " :"
    assert answer["instance"].startswith("/")
    assert "<" not in answer["detail"]
    assert "Traceback" not in response.text
    return answer


def said(response: TestResponse, status: int) -> tuple[str, str | None]:
    answer = checked(response, status)
    return answer["detail"], answer.get("field")


@pytest.mark.parametrize(
    ("fields", "detail", "field"),
    [
        ({}, "text: missing", "text"),
        ({"text": None}, "text: missing", "text"),
        ({"text": ""}, "text: empty", "text"),
        ({"text": " \n\u200b"}, "text: empty", "text"),
        ({"text": 3}, "text: expected text, found a number", "text"),
        ({"text": ["a"]}, "text: expected text, found a list", "text"),
        ({"text": "a\0b"}, "text: NUL at character 1", "text"),
        ({"text": "a\ud800"}, "text: lone surrogate U+D800 at character 1", "text"),
        ({"text": "x" * 1001}, "text: 1,001 characters; at most 1,000 are taken", "text"),
        (
            {"text": "1234"},
            "text: no letters to tell its language by; give its language, or the target's",
            "text",
        ),
        ({"text": "a", "tex": "b"}, f"unknown field 'tex'; did you mean 'text'? {SEARCH_FIELDS}", None),
        ({"text": "a", "zzz": 1}, f"unknown field 'zzz'; {SEARCH_FIELDS}", None),
        ({"text": "a", "\ud800": 1}, f"unknown field '\\ud800'; {SEARCH_FIELDS}", None),
        ({"text": "a", "z" * 5000: 1}, f"unknown field '{'z' * 80}…'; {SEARCH_FIELDS}", None),
        ({"text": "a", "lang": "xx-yy-zz"}, f"lang: 'xx-yy-zz' {TAG}, as in en, fr-CA or zh-Hant", "lang"),
        ({"text": "a", "lang": "l" * 5000}, f"lang: '{'l' * 80}…' {TAG}", "lang"),
        ({"text": "a", "lang": 3}, "lang: expected text, found a number", "lang"),
        ({"text": "a", "lang": ["en"]}, "lang: expected text, found a list", "lang"),
        ({"text": "a", "to": []}, "to: empty list", "to"),
        ({"text": "a", "to": ["fr", None]}, "to: expected text, found null", "to"),
        ({"text": "a", "to": ["fr", "und"]}, f"to: 'und' {TAG}, as in en, fr-CA or zh-Hant", "to"),
        ({"text": "a", "to": {}}, "to: expected text, found an object", "to"),
        ({"text": "a", "k": 0}, "k: expected 1 to 50, found 0", "k"),
        ({"text": "a", "k": 51}, "k: expected 1 to 50, found 51", "k"),
        ({"text": "a", "k": -(10**300)}, f"k: expected 1 to 50, found -1{'0' * 78}…", "k"),
        ({"text": "a", "k": True}, "k: expected a whole number from 1 to 50, found true or false", "k"),
        ({"text": "a", "k": 2.0}, "k: expected a whole number from 1 to 50, found a number", "k"),
        ({"text": "a", "k": "2"}, "k: expected a whole number from 1 to 50, found '2'", "k"),
        ({"text": "a", "min_score": 1.01}, "min_score: expected -1 to 1, found 1.01", "min_score"),
        ({"text": "a", "min_score": 10**400}, f"min_score: expected -1 to 1, found 1{'0' * 79}…", "min_score"),
        ({"text": "a", "min_score": float("nan")}, "min_score: expected -1 to 1, found nan", "min_score"),
        ({"text": "a", "min_score": float("-inf")}, "min_score: expected -1 to 1, found -inf", "min_score"),
        (
            {"text": "a", "min_score": False},
            "min_score: expected a number from -1 to 1, found true or false",
            "min_score",
        ),
        ({"text": "a", "min_score": "0.5"}, "min_score: expected a number from -1 to 1, found '0.5'", "min_score"),
        ({"text": "a", "outlet": ""}, "outlet: empty", "outlet"),
        ({"text": "a", "outlet": ["a", 3]}, "outlet: expected text, found a number", "outlet"),
        ({"text": "a", "outlet": "a\udfff"}, "outlet: lone surrogate U+DFFF at character 1", "outlet"),
        (
            {"text": "a", "published_from": "yesterday"},
            "published_from: 'yesterday' is no ISO 8601 date or time, as in 2009-06-17 or 2009-06-17T07:27:00+08:00",
            "published_from",
        ),
        (
            {"text": "a", "published_to": "2024-02-30"},
            "published_to: '2024-02-30' is no ISO 8601 date or time, as in 2009-06-17 or 2009-06-17T07:27:00+08:00",
            "published_to",
        ),
        ({"text": "a", "published_to": 2024}, "published_to: expected text, found a number", "published_to"),
        (
            {"text": "a", "published_from": "2024-03-01", "published_to": "2024-02-01"},
            "published_from: after published_to, 2024-02-01",
            "published_from",
        ),
    ],
)
def test_a_wrong_search_names_its_field(
    client: FlaskClient, fields: dict[str, object], detail: str, field: str | None
) -> None:
    body = json.dumps(fields)
    response = client.post("/api/v1/search", data=body, content_type="application/json")
    assert said(response, 422) == (detail, field)


@pytest.mark.parametrize("route", ["search", "documents"])
@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "empty body"),
        (b" \n", "empty body"),
        (b"{", "line 1: no valid JSON: expecting property name enclosed in double quotes at column 2"),
        (b'{\n "text": "a",\n "k" 3}', "line 3: no valid JSON: expecting ':' delimiter at column 6"),
        (b"{'text': 'a'}", "line 1: no valid JSON: expecting property name enclosed in double quotes at column 2"),
        (b'{"text": "a"} {}', "line 1: no valid JSON: extra data at column 15"),
        (b'{"text": "a\x00"}', "line 1: no valid JSON: invalid control character at column 12"),
        (b'{"text": "caf\xe9"}', "expected UTF-8, found byte 0xE9 at offset 13"),
        ('{"text": "a"}'.encode("utf-16"), "expected UTF-8, found byte 0xFF at offset 0"),
        (b"\x1f\x8b\x08\x00", "expected UTF-8, found byte 0x8B at offset 1"),
        (b"[" * 15_000, "line 1: no valid record: nested too deeply"),
        (b'{"k": ' + b"9" * 5000 + b"}", "line 1: no valid record: a number of too many digits"),
    ],
)
def test_a_body_that_is_no_json_says_where(client: FlaskClient, route: str, body: bytes, detail: str) -> None:
    response = client.post(f"/api/v1/{route}", data=body, content_type="application/json")
    assert said(response, 400) == (detail, None)


@pytest.mark.parametrize("body", ["[]", "3", "null", '"text"', "true", "[[]]"])
def test_a_search_is_an_object(client: FlaskClient, body: str) -> None:
    response = client.post("/api/v1/search", data=body, content_type="application/json")
    assert said(response, 422)[0].startswith("expected an object, found ")


@pytest.mark.parametrize(
    ("record", "detail", "field"),
    [
        ({"id": "x"}, "expected either 'text' or 'paragraphs', found neither", None),
        (
            {"id": "x/y", "text": "a"},
            "id: 'x/y' contains '/'; an id has no blanks, '#', '/' or control characters",
            "id",
        ),
        ({"id": "..", "text": "a"}, "id: '..' cannot be an id", "id"),
        ({"text": "a\ud800", "lang": "en"}, "text: lone surrogate U+D800 at character 1", "text"),
        ({"text": "\0", "lang": "en"}, "text: empty", "text"),
        ({"text": "1234"}, 'lang: text has no letters to tell its language by; give "lang"', "lang"),
        ({"text": "a", "lang": "en", "published": "soon"}, None, "published"),
        ({"text": "a", "lang": "en", "url": "javascript:alert(1)"}, None, "url"),
        ({"paragraphs": ["a", 3], "lang": "en"}, "paragraphs[1]: expected text, found a number", "paragraphs[1]"),
        ([], "empty list", None),
        (None, "expected an object with the fields of a document, found null", None),
    ],
)
def test_a_refused_document_that_comes_alone(
    client: FlaskClient, record: object, detail: str | None, field: str | None
) -> None:
    response = client.post("/api/v1/documents", data=json.dumps(record), content_type="application/json")
    found, named = said(response, 422)
    assert named == field
    assert detail is None or found == detail


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "empty body"),
        (b"\n \n", "empty body"),
        (b"\x1f\x8b\x08\x00", "expected text; looks like gzip data"),
        ('{"id": "a"}'.encode("utf-16"), "expected UTF-8, found UTF-16"),
    ],
)
def test_lines_that_are_no_text_at_all(client: FlaskClient, body: bytes, detail: str) -> None:
    response = client.post("/api/v1/documents", data=body, content_type="application/x-ndjson")
    assert said(response, 400) == (detail, None)


@pytest.mark.parametrize("media", ["application/json", "application/x-ndjson"])
def test_too_many_documents_store_none(client: FlaskClient, media: str) -> None:
    records = [GOOD | {"id": f"many-{number}"} for number in range(4)]
    lines = "\n".join(json.dumps(record) for record in records)
    body = lines if media.endswith("ndjson") else json.dumps(records)
    response = client.post("/api/v1/documents", data=body, content_type=media)
    assert said(response, 413) == ("more than 3 documents; send them in several requests", None)
    assert len(client.get("/api/v1/documents").get_json()["documents"]) == 1


@pytest.mark.parametrize("media", ["application/json", "application/x-ndjson"])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_may_have_so_many_bytes_and_no_more(client: FlaskClient, media: str, chunked: bool) -> None:
    # As gunicorn hands on a body without a length.
    options = {"headers": {"Transfer-Encoding": "chunked"}, "environ_overrides": {"wsgi.input_terminated": True}}
    for more in (0, 1, 2, 70_000):
        body = json.dumps(GOOD | {"id": "large"}).encode().ljust(20_000 + more)
        response = client.post(
            "/api/v1/documents", input_stream=io.BytesIO(body), content_type=media, **(options if chunked else {})
        )
        if more == 0:
            assert response.status_code == 201
        else:
            assert said(response, 413) == ("the body has more than 20,000 bytes", None)


@pytest.mark.parametrize(
    ("route", "media", "detail"),
    [
        ("search", None, "expected Content-Type application/json, found none"),
        ("search", "text/plain", "expected Content-Type application/json, found 'text/plain'"),
        ("search", "application/x-ndjson", "expected Content-Type application/json, found 'application/x-ndjson'"),
        ("search", "application/json; charset=latin-1", "expected UTF-8, found charset 'latin-1'"),
        (
            "documents",
            "multipart/form-data; boundary=x",
            "expected Content-Type application/json or application/x-ndjson, found 'multipart/form-data'",
        ),
    ],
)
def test_a_media_type_that_is_not_taken(client: FlaskClient, route: str, media: str | None, detail: str) -> None:
    response = client.post(f"/api/v1/{route}", data=b'{"text": "a"}', content_type=media)
    assert said(response, 415) == (detail, None)


@pytest.mark.parametrize(
    ("path", "detail", "field"),
    [
        ("documents?limit=0", "limit: expected 1 to 1000, found 0", "limit"),
        ("documents?limit=1001", "limit: expected 1 to 1000, found 1001", "limit"),
        ("documents?limit=ten", "limit: expected a whole number from 1 to 1000, found 'ten'", "limit"),
        ("documents?limit=1_0", "limit: expected a whole number from 1 to 1000, found '1_0'", "limit"),
        ("documents?limit=٣", "limit: expected a whole number from 1 to 1000, found '٣'", "limit"),
        ("documents?limit=", "limit: expected a whole number from 1 to 1000, found ''", "limit"),
        ("documents?limit=1&limit=2", "limit: expected a whole number from 1 to 1000, found a list", "limit"),
        ("documents?limt=1", f"unknown field 'limt'; did you mean 'limit'? {LIST_FIELDS}", None),
        ("documents?after=%00", "after: NUL at character 0", "after"),
        ("documents?lang=klingonisch", f"lang: 'klingonisch' {TAG}, as in en, fr-CA or zh-Hant", "lang"),
        ("documents?outlet=", "outlet: empty", "outlet"),
        ("documents/a/matches?min_score=nan", "min_score: expected -1 to 1, found nan", "min_score"),
        ("documents/a/matches?min_score=2", "min_score: expected -1 to 1, found 2.0", "min_score"),
        ("documents/a/matches?min_score=x", "min_score: expected a number from -1 to 1, found 'x'", "min_score"),
        ("paragraphs/a%230/matches?to=", "to: empty", "to"),
    ],
)
def test_a_wrong_query_string_names_its_field(client: FlaskClient, path: str, detail: str, field: str | None) -> None:
    assert said(client.get(f"/api/v1/{path}"), 422) == (detail, field)


@pytest.mark.parametrize(
    ("method", "path", "detail"),
    [
        ("GET", "documents/zzz", "no document 'zzz'"),
        ("DELETE", "documents/zzz", "no document 'zzz'"),
        ("GET", "documents/zzz/matches", "no document 'zzz'"),
        ("GET", "documents/a%00", "no document 'a\\x00'"),
        ("GET", "documents/%ff", "no document '\ufffd'"),
        ("GET", "documents/%2e%2e", "no document '..'"),
        ("GET", "documents/' OR 1=1 --", 'no document "\' OR 1=1 --"'),
        ("GET", f"documents/{'x' * 3000}", f"no document '{'x' * 3000}'"),
        ("GET", "documents/..%2f..%2fetc%2fpasswd", None),
        ("GET", "documents/a%2Fb", None),
        ("GET", "documents//a", None),
        ("GET", "paragraphs/a/matches", "no article paragraph 'a'"),
        ("GET", "paragraphs/a%23/matches", "no article paragraph 'a#'"),
        ("GET", "paragraphs/a%23-1/matches", "no article paragraph 'a#-1'"),
        ("GET", "paragraphs/a%231/matches", "no article paragraph 'a#1'"),
        ("GET", "paragraphs/a%23²/matches", "no article paragraph 'a#²'"),
        ("GET", "paragraphs/a%2399999999999999999999/matches", "no article paragraph 'a#99999999999999999999'"),
        ("GET", f"paragraphs/a%23{'9' * 5000}/matches", f"no article paragraph 'a#{'9' * 5000}'"),
        ("GET", "paragraphs/a%230", None),
        ("GET", "nowhere", "no such route; GET / names the routes"),
        ("POST", "nowhere/", None),
    ],
)
def test_what_is_not_there(client: FlaskClient, method: str, path: str, detail: str | None) -> None:
    found = said(client.open(f"/api/v1/{path}", method=method), 404)
    assert detail is None or found == (detail, None)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/api/v1/search", {"GET", "HEAD", "POST", "OPTIONS"}),
        ("PUT", "/api/v1/documents", {"GET", "HEAD", "POST", "DELETE", "OPTIONS"}),
        ("POST", "/api/v1/documents/a", {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"}),
        ("BREW", "/", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_a_method_that_is_not_allowed(client: FlaskClient, method: str, path: str, allowed: set[str]) -> None:
    response = client.open(path, method=method)
    assert said(response, 405)[0] == f"expected {' or '.join(sorted(allowed))}, found {method}"
    assert set(response.allow) == allowed


@pytest.mark.parametrize(
    ("error", "status", "detail"),
    [
        (InputError("wrong", field="k"), 422, "k: wrong"),
        (NotFoundError(SECRET), 503, "the corpus is gone or has just changed; send the request again"),
        (ReadOnlyError(SECRET), 503, "the corpus may be read and not written"),
        (StorageFullError(SECRET), 507, "no room on the server's disk; send the request again later"),
        (ModelMismatchError(SECRET), 500, "the corpus was built with another model"),
        (DamagedError(SECRET), 503, "the corpus cannot be read or written now"),
        (CorpusError(SECRET), 503, "the corpus cannot be read or written now"),
        (EncoderError(SECRET), 503, "the model cannot be used"),
        (AlignerError(SECRET), 500, "an error of the service; it is in the log"),
        (RuntimeError(SECRET), 500, "an error of the service; it is in the log"),
    ],
)
def test_errors_of_the_library_and_of_the_service(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, error: Exception, status: int, detail: str
) -> None:
    with Corpus(tmp_path, encoder=TinyEncoder(), create=True) as corpus:
        app = create_app(corpus, settings=SETTINGS)

        @app.get("/fail")
        def fail() -> str:
            raise error

        response = app.test_client().get("/fail")
    assert said(response, status)[0] == detail
    assert SECRET not in response.text
    assert isinstance(error, InputError) or SECRET in caplog.text


def test_errors_of_the_server_have_the_same_shape(tmp_path: Path) -> None:
    with Corpus(tmp_path, encoder=TinyEncoder(), create=True) as corpus:
        app = create_app(corpus, settings=SETTINGS)

        @app.get("/teapot")
        def teapot() -> str:
            raise ImATeapot

        checked(app.test_client().get("/teapot"), 418)


def test_texts_are_not_logged(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client.post("/api/v1/search", json={"text": "a secret story", "to": "fr"})
    client.post("/api/v1/search", json={"text": "a secret story\0"})
    client.post("/api/v1/documents", json={"text": "a secret story", "lang": "en", "url": "a secret place"})
    assert "secret" not in caplog.text
