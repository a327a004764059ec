"""The API's routes, over a corpus whose encoder takes no time."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from answers import CheckedClient
from flask.testing import FlaskClient
from tiny import TinyEncoder, make_document
from werkzeug.test import TestResponse

from aligner.corpus import Corpus
from aligner.export import hit_record, match_record
from aligner.matches import find_matches, search
from aligner.scoring import STRICT_SCORERS
from service import Settings, create_app

BRIDGE = "The council closed the old bridge on Tuesday."
PONT = "La mairie a fermé le vieux pont mardi."
FIRE = "Police: 12 people dead in a fire at a factory."
INCENDIE = "Police : 12 personnes mortes, morts dans un incendie à l'usine."
STRIKE = "Teachers and doctors are on strike against the budget."

DOCUMENTS = [
    make_document("gazette-1", BRIDGE, FIRE, outlet="Gazette", published="2024-02-14"),
    make_document("herald-1", BRIDGE, outlet="Herald", published="2024-03-01T08:00:00+00:00"),
    make_document("jour-1", PONT, lang="fr", outlet="Le Jour", published="2024-02-14T22:10:00"),
    make_document("midi-été", INCENDIE, lang="fr-CA", outlet="Midi", published="2024-02-20"),
]


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[FlaskClient]:
    """A client of a service with nothing stored."""
    with Corpus(tmp_path / "corpus", encoder=TinyEncoder(), create=True) as corpus:
        app = create_app(corpus, settings=Settings(max_documents=50))
        app.test_client_class = CheckedClient
        yield app.test_client()


@pytest.fixture
def client(empty: FlaskClient) -> FlaskClient:
    """A client of a service with DOCUMENTS."""
    list(corpus_of(empty).add(DOCUMENTS))
    return empty


def corpus_of(client: FlaskClient) -> Corpus:
    corpus: Corpus = client.application.extensions["runtime"].corpus
    return corpus


def ask(client: FlaskClient, text: str = BRIDGE, **fields: object) -> Any:
    response = client.post("/api/v1/search", json={"text": text} | fields)
    assert response.status_code == 200, response.text
    return response.get_json()


def found(answer: Any) -> list[str]:
    return [hit["paragraph"]["id"] for hit in answer["results"]]


def post(client: FlaskClient, *records: object) -> TestResponse:
    body = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    return client.post("/api/v1/documents", data=body.encode(), content_type="application/x-ndjson")


def test_the_root_names_every_route(client: FlaskClient) -> None:
    answer = client.get("/").get_json()
    assert answer["name"] == "story-aligner"
    assert answer["version"]
    own = (rule for rule in client.application.url_map.iter_rules() if not rule.endpoint.startswith(("tm_", "pages.")))
    rules = {re.sub("<.*?>", "{id}", rule.rule) for rule in own} - {"/", "/docs/{id}"}
    assert set(answer["links"].values()) == rules


def test_health_and_readiness(client: FlaskClient) -> None:
    assert client.get("/api/v1/health").get_json() == {"status": "ok"}
    assert client.get("/api/v1/ready").get_json() == {
        "status": "ready", "model": "tiny@1", "documents": 4, "paragraphs": 5, "dropped": 0
    }  # fmt: skip


# -- search -----------------------------------------------------------------------------------------------------


def test_a_search_finds_what_the_library_finds(client: FlaskClient) -> None:
    answer = ask(client, explain=True)
    hits = search(corpus_of(client), BRIDGE, language="en")
    assert answer["query"] == {"lang": "en", "to": ["fr"]}
    assert answer["threshold"] == STRICT_SCORERS.texts.threshold
    assert answer["results"] == json.loads(json.dumps([hit_record(hit) for hit in hits]))
    assert found(answer)[0] == "jour-1#0"
    assert answer["results"][0]["match"] is True


@pytest.mark.parametrize(
    ("fields", "query", "expected"),
    [
        ({"lang": "en"}, {"lang": "en", "to": ["fr"]}, ["jour-1#0", "midi-été#0"]),
        ({"lang": "EN_us"}, {"lang": "en-US", "to": ["fr"]}, ["jour-1#0", "midi-été#0"]),
        ({"k": 1}, {"lang": "en", "to": ["fr"]}, ["jour-1#0"]),
        ({"to": "fr", "lang": None, "min_score": None}, {"lang": "en", "to": ["fr"]}, ["jour-1#0", "midi-été#0"]),
        ({"to": ["en"], "k": 2}, {"lang": "en", "to": ["en"]}, ["gazette-1#0", "herald-1#0"]),
        ({"to": ["en", "fr"], "k": 3}, {"lang": "en", "to": ["en", "fr"]}, ["gazette-1#0", "herald-1#0", "jour-1#0"]),
        ({"to": "de"}, {"lang": "en", "to": ["de"]}, []),
        ({"min_score": 0.6}, {"lang": "en", "to": ["fr"]}, ["jour-1#0"]),
        ({"min_score": 1}, {"lang": "en", "to": ["fr"]}, []),
        ({"min_score": -1}, {"lang": "en", "to": ["fr"]}, ["jour-1#0", "midi-été#0"]),
        ({"outlet": "Midi"}, {"lang": "en", "to": ["fr"]}, ["midi-été#0"]),
        ({"outlet": ["Midi", "Le Jour", "X"]}, {"lang": "en", "to": ["fr"]}, ["jour-1#0", "midi-été#0"]),
        ({"outlet": "midi"}, {"lang": "en", "to": ["fr"]}, []),
        ({"published_from": "2024-02-15"}, {"lang": "en", "to": ["fr"]}, ["midi-été#0"]),
        ({"published_to": "2024-02-14"}, {"lang": "en", "to": ["fr"]}, ["jour-1#0"]),
        (
            {"published_from": "2024-02-14T22:10", "published_to": "2024-02-14"},
            {"lang": "en", "to": ["fr"]},
            ["jour-1#0"],
        ),
    ],
)
def test_what_a_search_may_ask(
    client: FlaskClient, fields: dict[str, object], query: dict[str, object], expected: list[str]
) -> None:
    answer = ask(client, **fields)
    assert (answer["query"], found(answer)) == (query, expected)


def test_a_decomposed_text_finds_the_same(client: FlaskClient) -> None:
    decomposed = "La mairie a ferme\u0301 le vieux pont mardi.\u0020"
    assert ask(client, decomposed, to="en")["results"] == ask(client, PONT, to="en")["results"]


def test_nothing_stored_is_nothing_found(empty: FlaskClient) -> None:
    assert ask(empty) == {
        "query": {"lang": "en", "to": []}, "threshold": STRICT_SCORERS.texts.threshold, "results": [], "next": None
    }  # fmt: skip
    assert empty.get("/api/v1/documents").get_json() == {"documents": [], "next": None}
    assert empty.get("/api/v1/ready").status_code == 200
    assert post(empty, {"id": "jour-1", "lang": "fr", "paragraphs": [PONT]}).status_code == 201
    assert found(ask(empty)) == ["jour-1#0"]


def test_json_is_utf8_and_unescaped(client: FlaskClient) -> None:
    response = client.get("/api/v1/documents/midi-été")
    assert response.content_type == "application/json"
    assert "midi-été" in response.data.decode("utf-8")
    assert b"\\u" not in response.data
    assert [*response.get_json()][:3] == ["id", "outlet", "lang"]


# -- documents --------------------------------------------------------------------------------------------------


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


# -- matches ----------------------------------------------------------------------------------------------------


def test_matches_of_a_document_are_the_librarys(client: FlaskClient) -> None:
    corpus = corpus_of(client)
    answer = client.get("/api/v1/documents/gazette-1/matches?explain=true").get_json()
    expected = find_matches(corpus, sources=corpus.store.keys(documents=["gazette-1"]))
    assert answer["matches"] == json.loads(json.dumps([match_record(match) for match in expected]))
    assert [(match["source"]["id"], match["target"]["id"]) for match in answer["matches"]] == [
        ("gazette-1#1", "midi-été#0"),
        ("gazette-1#0", "jour-1#0"),
    ]
    assert (answer["threshold"], answer["total"]) == (STRICT_SCORERS.documents.threshold, 2)


@pytest.mark.parametrize(
    ("path", "total", "expected"),
    [
        ("paragraphs/gazette-1%230", 1, ["jour-1#0"]),
        ("paragraphs/midi-%C3%A9t%C3%A9%230", 1, ["gazette-1#1"]),
        ("paragraphs/jour-1%230?min_probability=0.02", 2, ["herald-1#0", "gazette-1#0"]),
        ("paragraphs/jour-1%230/?limit=1&min_probability=0.02", 2, ["herald-1#0"]),
        ("paragraphs/jour-1%230?outlet=Herald", 1, ["herald-1#0"]),
        ("paragraphs/jour-1%230?published_to=2024-02-28", 1, ["gazette-1#0"]),
        ("paragraphs/jour-1%230?to=fr&to=de", 0, []),
        ("paragraphs/jour-1%230?min_score=1.0", 0, []),
        ("paragraphs/gazette-1%230?min_score=-1&min_probability=0.0", 2, ["jour-1#0", "midi-été#0"]),
    ],
)
def test_what_matches_may_be_asked(client: FlaskClient, path: str, total: int, expected: list[str]) -> None:
    place, _, query = path.partition("?")
    answer = client.get(f"/api/v1/{place.rstrip('/')}/matches?{query}").get_json()
    assert ([match["target"]["id"] for match in answer["matches"]], answer["total"]) == (expected, total)


def test_a_slash_at_the_end_is_no_other_route(client: FlaskClient) -> None:
    assert client.get("/api/v1/documents/").get_json() == client.get("/api/v1/documents").get_json()


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
