"""A body that is refused: its media type, its size, its JSON or its fields, and what was found there."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from problems import GOOD, TAG, said, serving_one

SEARCH_FIELDS = (
    "known are lang, to, k, offset, min_probability, min_score, grade, explain, collapse, outlet, published_from,"
    " published_to, text, texts"
)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    """A client of a service with one document."""
    with serving_one(tmp_path / "corpus") as client:
        yield client


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
