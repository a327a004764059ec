"""The API's routes, over a corpus whose encoder takes no time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from answers import serving
from asking import BRIDGE, DOCUMENTS, PONT, SETTINGS, ask, corpus_of, found, post
from flask.testing import FlaskClient

from aligner.export import hit_record, match_record
from aligner.matches import find_matches, search
from aligner.scoring import STRICT_SCORERS


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


def test_json_is_utf8_and_unescaped(client: FlaskClient) -> None:
    response = client.get("/api/v1/documents/midi-été")
    assert response.content_type == "application/json"
    assert "midi-été" in response.data.decode("utf-8")
    assert b"\\u" not in response.data
    assert [*response.get_json()][:3] == ["id", "outlet", "lang"]


def test_a_slash_at_the_end_is_no_other_route(client: FlaskClient) -> None:
    assert client.get("/api/v1/documents/").get_json() == client.get("/api/v1/documents").get_json()


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
