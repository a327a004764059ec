"""Every error has one shape, says what was found and expected, and gives nothing of the server away."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from problems import SETTINGS, TAG, checked, said, serving_one
from tiny import TinyEncoder
from werkzeug.exceptions import ImATeapot

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
from service import create_app

SECRET = "/srv/secret/corpus.sqlite"
LIST_FIELDS = "known are lang, after, limit, outlet, published_from, published_to"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    """A client of a service with one document."""
    with serving_one(tmp_path / "corpus") as client:
        yield client


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
