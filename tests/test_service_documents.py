"""Documents over HTTP: stored or refused, listed and removed, also while others search."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from answers import serving
from asking import BRIDGE, DOCUMENTS, FIRE, PONT, SETTINGS, ask, corpus_of, found, post
from flask.testing import FlaskClient


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[FlaskClient]:
    """A client of a service with nothing stored."""
    with serving(tmp_path / "corpus", settings=SETTINGS) as client:
        yield client


@pytest.fixture
def client(empty: FlaskClient) -> FlaskClient:
    """A client of a service with DOCUMENTS."""
    list(corpus_of(empty).add(DOCUMENTS))
    return empty


# -- stored and refused -----------------------------------------------------------------------------------------


def test_one_document_is_stored_and_comes_back(empty: FlaskClient) -> None:
    text = "« Le pont », dit l'élue — 東京, Œuvre, 👩‍🚀 —, est fermé.\n\nDeuxième paragraphe, plus long que le premier."
    record = {"id": "été-1", "lang": "fr", "outlet": "L'Écho", "title": "Œ", "published": "2024-02-14", "text": text}
    response = empty.post("/api/v1/documents", json=record)
    assert response.status_code == 201
    assert response.get_json() == {
        "results": [{"id": "été-1", "status": "created", "paragraphs": 2, "dropped": 0, "field": None, "reason": None}],
        "created": 1,
        "replaced": 0,
        "unchanged": 0,
        "refused": 0,
    }
    stored = empty.get(f"/api/v1/documents/{quote('été-1')}").get_json()
    assert {name: stored[name] for name in record} == record
    assert [stored["text"][p["start"] : p["end"]] for p in stored["paragraphs"]] == text.split("\n\n")
    again = empty.post("/api/v1/documents", json=record)
    assert (again.status_code, again.get_json()["unchanged"]) == (200, 1)
    changed = empty.post("/api/v1/documents", json=record | {"title": "Autre"})
    assert (changed.status_code, changed.get_json()["results"][0]["status"]) == (200, "replaced")


MIXED = [
    {"id": "a", "lang": "en", "paragraphs": [BRIDGE]},
    {"id": "b", "text": BRIDGE, "langue": "en"},
    {"id": "a", "lang": "en", "paragraphs": [BRIDGE]},
    {"id": "a", "lang": "en", "paragraphs": [FIRE]},
    {"id": "c", "text": "", "lang": "en"},
    7,
    {"id": "d", "lang": "fr", "paragraphs": [PONT]},
]
KNOWN = "known are id, outlet, lang, title, url, published, text, paragraphs, event"


@pytest.mark.parametrize(("place", "kind"), [("documents[{}]", "list"), ("line:{}", "lines")])
def test_what_is_refused_leaves_the_rest_stored(empty: FlaskClient, place: str, kind: str) -> None:
    places = [place.format(number + (kind == "lines")) for number in range(len(MIXED))]
    response = empty.post("/api/v1/documents", json=MIXED) if kind == "list" else post(empty, *MIXED)
    answer = response.get_json()
    assert response.status_code == 201
    assert [(r["id"], r["status"], r["field"], r["reason"]) for r in answer["results"]] == [
        ("a", "created", None, None),
        (None, "refused", None, f"{places[1]}: unknown field 'langue'; did you mean 'lang'? {KNOWN}"),
        ("a", "unchanged", None, "given twice in this request"),
        (None, "refused", None, f"{places[3]}: id 'a' was given already at {places[0]} with other content"),
        (None, "refused", "text", f"{places[4]}: empty"),
        (None, "refused", None, f"{places[5]}: expected an object with the fields of a document, found a number"),
        ("d", "created", None, None),
    ]
    assert {name: answer[name] for name in ("created", "replaced", "unchanged", "refused")} == {
        "created": 2, "replaced": 0, "unchanged": 1, "refused": 4
    }  # fmt: skip
    assert [one["id"] for one in empty.get("/api/v1/documents").get_json()["documents"]] == ["a", "d"]


def test_lines_that_are_no_json_are_refused_one_by_one(empty: FlaskClient) -> None:
    good = json.dumps({"id": "a", "lang": "en", "paragraphs": [BRIDGE]}).encode()
    body = b"\xef\xbb\xbf" + good + b'\n\n{"id": }\n{"id": "caf\xe9"}\n' + good.replace(b'"a"', b'"b"')
    response = empty.post("/api/v1/documents", data=body, content_type="application/x-ndjson; charset=UTF-8")
    assert [(r["id"], r["reason"]) for r in response.get_json()["results"]] == [
        ("a", None),
        (None, "line:3: no valid JSON: expecting value at column 8"),
        (None, "line:4: expected UTF-8, found byte 0xE9 at offset 11 of the line"),
        ("b", None),
    ]


def test_lines_of_which_none_is_a_document(empty: FlaskClient) -> None:
    response = post(empty, {"id": "a"}, 3)
    assert (response.status_code, response.get_json()["refused"]) == (200, 2)


def test_a_document_without_article_text_is_stored_and_says_so(empty: FlaskClient) -> None:
    (result,) = empty.post("/api/v1/documents", json=[{"id": "a", "lang": "en", "text": "© Gazette"}]).get_json()[
        "results"
    ]
    assert (result["status"], result["paragraphs"], result["dropped"]) == ("created", 0, 1)
    assert result["reason"] == "no article text was found in it"


# -- listed and removed -----------------------------------------------------------------------------------------


def test_a_list_of_documents_comes_in_pages(client: FlaskClient) -> None:
    path, pages = "/api/v1/documents?limit=3", []
    after = ""
    while after is not None:
        answer = client.get(f"{path}&after={quote(after)}" if after else path).get_json()
        pages.append([document["id"] for document in answer["documents"]])
        after = answer["next"]
    assert pages == [["gazette-1", "herald-1", "jour-1"], ["midi-été"]]
    assert client.get("/api/v1/documents?limit=4").get_json()["next"] is None
    assert client.get("/api/v1/documents").get_json()["documents"][0] == {
        "id": "gazette-1", "outlet": "Gazette", "lang": "en", "title": None, "url": None, "published": "2024-02-14"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("lang=fr", ["jour-1", "midi-été"]),
        ("lang=fr-ca", ["midi-été"]),
        ("lang=en&lang=fr-CA", ["gazette-1", "herald-1", "midi-été"]),
        ("outlet=Le+Jour&outlet=Herald", ["herald-1", "jour-1"]),
        ("published_from=2024-02-20", ["herald-1", "midi-été"]),
        ("published_to=2024-02-14", ["gazette-1", "jour-1"]),
        ("lang=fr&published_to=2024-02-14", ["jour-1"]),
        ("after=zzz", []),
    ],
)
def test_filters_of_the_list(client: FlaskClient, query: str, expected: list[str]) -> None:
    answer = client.get(f"/api/v1/documents?{query}").get_json()
    assert [document["id"] for document in answer["documents"]] == expected


def test_what_is_removed_is_found_no_more(client: FlaskClient) -> None:
    assert found(ask(client))[0] == "jour-1#0"
    response = client.delete("/api/v1/documents/jour-1")
    assert (response.status_code, response.get_json()) == (200, {"id": "jour-1", "status": "removed"})
    assert found(ask(client)) == ["midi-été#0"]
    assert client.delete("/api/v1/documents/jour-1").status_code == 404
    assert client.get("/api/v1/documents/jour-1").status_code == 404
    assert client.get("/api/v1/documents/jour-1/matches").status_code == 404


# -- at the same time -------------------------------------------------------------------------------------------


def test_posting_and_searching_at_the_same_time(empty: FlaskClient) -> None:
    app, failures, done = empty.application, [], threading.Event()

    def write(name: str) -> None:
        client = app.test_client()
        for number in range(1, 12):
            response = post(client, *({"id": f"{name}-{n}", "lang": "fr", "paragraphs": [PONT]} for n in range(number)))
            if response.status_code >= 300:
                failures.append(response.text)

    def read() -> None:
        client = app.test_client()
        while not done.is_set():
            response = client.post("/api/v1/search", json={"text": BRIDGE, "k": 50})
            if response.status_code != 200:
                failures.append(response.text)

    writers = [threading.Thread(target=write, args=(name,)) for name in ("a", "b")]
    readers = [threading.Thread(target=read) for _ in range(2)]
    for thread in (*writers, *readers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in readers:
        thread.join()
    assert failures == []
    assert sorted(found(ask(empty, k=100))) == sorted(f"{name}-{n}#0" for name in "ab" for n in range(11))
