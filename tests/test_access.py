"""Who may do what: every route of the app, with every kind of key."""

from __future__ import annotations

import base64
import html
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from tiny import TinyEncoder, make_document
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from aligner.api_keys import SCOPES, add_key, revoke_key
from aligner.corpus import Corpus
from aligner.errors import SettingsError
from service import Settings, create_app
from service.access import METRICS, OPEN, scope, wanted_scope

OPENED = {"/", "/api/v1/health", "/api/v1/ready"}
OPEN_GROUPS = ("openapi.", "docs.", "static", "pages.static")  # the specification, its page, files of pages
DOCUMENT = {"id": "a", "lang": "fr", "paragraphs": ["La mairie a fermé le vieux pont mardi."]}


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus(tmp_path / "corpus", encoder=TinyEncoder(), create=True) as corpus:
        list(corpus.add([make_document("one", "The council closed the old bridge on Tuesday.")]))
        yield corpus


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


@pytest.fixture
def secrets(keys: Path) -> dict[str, str]:
    """A key of each scope, by scope, and one that has expired."""
    made = {scope: add_key(keys, name=f"{scope}-key", scope=scope) for scope in SCOPES}
    made["expired"] = add_key(keys, name="old", scope="admin", expires="2999-01-01")
    content = json.loads(keys.read_text())
    content["keys"][-1]["expires"] = "2020-01-01T00:00:00+00:00"
    keys.write_text(json.dumps(content))
    return made


@pytest.fixture
def client(corpus: Corpus, keys: Path, secrets: dict[str, str]) -> FlaskClient:
    return create_app(corpus, settings=Settings(keys=keys)).test_client()


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def routes(client: FlaskClient) -> list[tuple[Rule, str, str]]:
    """Return every route of the app, its methods one by one, with a path that fits."""
    found = []
    for rule in client.application.url_map.iter_rules():
        path = re.sub(r"<[^>]+>", "x", rule.rule)
        found += [(rule, method, path) for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"})]
    return found


def said(response: TestResponse, status: int) -> Any:
    """Return what an error says, a problem's or a page's."""
    assert response.status_code == status, response.text
    if response.content_type.startswith("text/html"):
        return html.unescape(re.findall(r'<p class="note">(.*?)</p>', response.text)[0])
    assert response.content_type == "application/problem+json", response.text
    return json.loads(response.data)["detail"]


def test_every_route_without_a_key_with_too_little_and_with_enough(
    client: FlaskClient, secrets: dict[str, str]
) -> None:
    """Also routes that come later: what is not opened below asks for a key."""
    seen = set()
    for rule, method, path in routes(client):
        wanted = wanted_scope(client.application, rule.endpoint, method)
        seen.add(wanted)
        where = f"{method} {path} ({wanted})"
        if wanted == OPEN:
            public = rule.rule in OPENED or rule.endpoint.startswith(OPEN_GROUPS)
            assert public, f"{where} is open"
            assert client.open(path, method=method).status_code not in {401, 403}, where
            assert client.open(path, method=method, headers=bearer("wrong")).status_code not in {401, 403}, where
            continue
        wanted = "admin" if wanted == METRICS else wanted
        response = client.open(path, method=method)
        if rule.endpoint.startswith("pages."):  # a person reads them
            assert (response.status_code, response.mimetype) == (401, "text/html"), where
            assert client.open(path, method=method, headers=bearer("sa_wrong")).status_code == 401, where
            continue
        assert said(response, 401) == "a key is needed: Authorization: Bearer KEY, or X-API-Key: KEY", where
        assert response.headers["WWW-Authenticate"] == 'Bearer realm="story-aligner"'
        for secret, detail in (("sa_wrong", "the key is unknown"), (secrets["expired"], "the key has expired")):
            response = client.open(path, method=method, headers=bearer(secret))
            assert said(response, 401) == detail, where
            assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]
        for held in SCOPES:
            response = client.open(path, method=method, headers=bearer(secrets[held]))
            if SCOPES.index(held) >= SCOPES.index(wanted):
                assert response.status_code not in {401, 403}, where
            else:
                detail = said(response, 403)
                assert detail == f"this needs a key of scope {wanted}, found one of scope {held}", where
                assert f'error="insufficient_scope", scope="{wanted}"' in response.headers["WWW-Authenticate"]
    assert {OPEN, "read", "write"} <= seen


def test_routes_that_change_something_do_not_ask_for_read(client: FlaskClient) -> None:
    """POST may read, where a question is too long for a URL; the others write."""
    for rule, method, path in routes(client):
        if method in {"PUT", "PATCH", "DELETE"}:
            assert wanted_scope(client.application, rule.endpoint, method) in {"write", "admin"}, f"{method} {path}"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"X-API-Key": "{read}"}, 200),
        ({"Authorization": "bearer  {read} "}, 200),
        ({"Authorization": "Bearer {read}", "X-API-Key": "wrong"}, 200),
        ({"Authorization": "Bearer wrong", "X-API-Key": "{read}"}, 401),
        ({"Authorization": "Basic dXNlcjpwYXNz", "X-API-Key": "{read}"}, 200),
        ({"Authorization": "Basic dXNlcjpwYXNz"}, 401),
        ({"Authorization": "Bearer"}, 401),
        ({"Authorization": "{read}"}, 401),
        ({"X-API-Key": ""}, 401),
        ({"X-API-Key": "é" * 5000}, 401),
    ],
)
def test_where_a_key_is_looked_for(
    client: FlaskClient, secrets: dict[str, str], headers: dict[str, str], status: int
) -> None:
    filled = {name: value.format(**secrets) for name, value in headers.items()}
    assert client.get("/api/v1/documents", headers=filled).status_code == status
    assert client.get(f"/api/v1/documents?key={secrets['read']}").status_code == 401  # URLs get logged


def test_a_browser_asks_for_the_key_as_a_password_and_only_reads_with_it(
    client: FlaskClient, secrets: dict[str, str]
) -> None:
    response = client.get("/api/v1/documents", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, 'Basic realm="story-aligner"')
    assert client.get("/api/v1/documents", auth=("anybody", secrets["read"])).status_code == 200
    assert client.get("/api/v1/documents", auth=("anybody", "wrong")).status_code == 401
    assert client.post("/api/v1/documents", json=DOCUMENT, auth=("anybody", secrets["admin"])).status_code == 401


def test_a_browser_sends_a_long_text_to_be_searched_with_it(client: FlaskClient, secrets: dict[str, str]) -> None:
    long, auth = {"q": "The old bridge is closed. " * 400}, ("anybody", secrets["read"])
    assert client.post("/search", data=long).status_code == 401
    assert client.post("/search", data=long, auth=auth).status_code == 200
    other = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    assert client.post("/search", data=long, auth=auth, headers=other).status_code == 403


def test_keys_rotate_without_a_restart(
    client: FlaskClient, keys: Path, secrets: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    new = add_key(keys, name="new", scope="write")
    assert client.post("/api/v1/documents", json=DOCUMENT, headers=bearer(new)).status_code == 201
    revoke_key(keys, name="new")
    assert client.get("/api/v1/documents", headers=bearer(new)).status_code == 401
    whole = keys.read_bytes()
    for damage in (lambda: keys.write_text("{"), keys.unlink):
        damage()
        response = client.get("/api/v1/documents", headers=bearer(secrets["admin"]))
        assert said(response, 503) == "the keys cannot be read now"
        assert response.headers["Retry-After"] == "5"
        assert client.get("/api/v1/health", headers=bearer(secrets["admin"])).status_code == 200
    assert "no key is valid: " in caplog.text
    keys.write_bytes(whole)
    assert client.get("/api/v1/documents", headers=bearer(secrets["admin"])).status_code == 200


def test_reading_may_be_open(corpus: Corpus, keys: Path, secrets: dict[str, str]) -> None:
    client = create_app(corpus, settings=Settings(keys=keys, open_read=True)).test_client()
    assert client.get("/api/v1/documents").status_code == 200
    assert client.post("/api/v1/search", json={"text": "the bridge"}).status_code == 200
    assert client.post("/api/v1/documents", json=DOCUMENT).status_code == 401
    assert client.get("/api/v1/documents", headers=bearer("wrong")).status_code == 401
    assert client.post("/api/v1/documents", json=DOCUMENT, headers=bearer(secrets["write"])).status_code == 201


FOREIGN = "without keys this service answers its own machine alone; set ALIGNER_KEYS, or ALIGNER_WITHOUT_KEYS=yes"


@pytest.mark.parametrize(
    ("peer", "host", "local"),
    [
        ("127.0.0.1", "localhost", True),
        ("127.8.9.1", "127.0.0.1:8000", True),
        ("::1", "[::1]:8000", True),
        ("::1", "[::1]", True),
        ("", "localhost", True),  # a socket file
        ("10.1.2.3", "localhost", False),
        ("2001:db8::1", "[::1]:8000", False),
        ("127.0.0.1", "aligner.example.org", False),  # a proxy on this machine, or DNS rebinding
        ("127.0.0.1", "localhost.example.org", False),
    ],
)
def test_without_keys_it_answers_its_own_machine(corpus: Corpus, peer: str, host: str, local: bool) -> None:
    settings = Settings()
    environ = {"REMOTE_ADDR": peer, "HTTP_HOST": host}
    for each, answers in ((settings, local), (replace(settings, without_keys=True), True)):
        client = create_app(corpus, settings=each).test_client()
        for path, method in (("/api/v1/documents", "GET"), ("/api/v1/documents/none", "DELETE")):
            response = client.open(path, method=method, environ_overrides=environ)
            if answers:
                assert response.status_code in {200, 404}
            else:
                assert said(response, 403) == FOREIGN
        assert client.get("/api/v1/health", environ_overrides=environ).status_code == 200


def test_a_file_of_keys_that_is_not_there_stops_the_start(corpus: Corpus, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.json: no file of keys here; `aligner keys add NAME` makes one"):
        create_app(corpus, settings=Settings(keys=tmp_path / "none.json"))


def test_a_scope_that_is_none_is_a_slip() -> None:
    with pytest.raises(ValueError, match="expected a scope of read, write, admin or open, found 'wirte'"):
        scope("wirte")


def test_a_browsers_question_beforehand_needs_no_key(client: FlaskClient) -> None:
    assert client.options("/api/v1/documents").status_code == 200


def test_keys_are_not_logged(client: FlaskClient, secrets: dict[str, str], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client.get("/api/v1/documents", headers=bearer(secrets["read"]))
    client.get("/api/v1/documents", headers=bearer(secrets["expired"]))
    assert not any(secret in caplog.text for secret in secrets.values())


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Via"])
def test_without_keys_what_a_proxy_passes_on_is_not_this_machines(corpus: Corpus, header: str) -> None:
    client = create_app(corpus, settings=Settings()).test_client()
    assert client.get("/api/v1/documents").status_code == 200
    passed_on = client.get("/api/v1/documents", headers={header: "203.0.113.9", "Host": "127.0.0.1:8000"})
    assert passed_on.status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 201),
        ({"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}, 201),
        ({"Origin": "https://friend.example", "Sec-Fetch-Site": "cross-site"}, 201),
        ({"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_a_page_of_another_site_writes_nothing(corpus: Corpus, headers: dict[str, str], status: int) -> None:
    """A browser sends what it knows by itself, and without keys everybody here is let in."""
    client = create_app(corpus, settings=Settings(cors_origins="https://friend.example")).test_client()
    document = {"id": "new", "lang": "en", "text": "The council closed the old bridge on Tuesday."}
    response = client.post("/api/v1/documents", json=document, headers=headers)
    assert (response.status_code == 403) == (status == 403), response.text
    assert (client.get("/api/v1/documents/new").status_code == 200) == (status != 403)


def test_a_page_of_another_site_reads_nothing_by_a_script(corpus: Corpus) -> None:
    client = create_app(corpus, settings=Settings()).test_client()
    path = "/tmserver/en/fr/unit/hello?jsoncallback=f"
    assert client.get(path).status_code == 200
    assert client.get(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 400


def test_where_reading_is_open_a_proxys_own_password_is_no_key(
    corpus: Corpus, keys: Path, secrets: dict[str, str]
) -> None:
    client = create_app(corpus, settings=Settings(keys=keys, open_read=True)).test_client()
    own = {"Authorization": "Basic " + base64.b64encode(b"proxy:theirs").decode()}
    assert client.get("/api/v1/documents", headers=own).status_code == 200
    assert client.delete("/api/v1/documents/none", headers=own).status_code == 401
