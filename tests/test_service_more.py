"""The API's routes beyond the first: batches, pages, deletion by filter, alignment."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from answers import serving
from asking import BRIDGE, FIRE, INCENDIE, PONT, corpus_of
from asking import DOCUMENTS as FOUR
from flask.testing import FlaskClient
from tiny import TinyEncoder, make_document

from aligner.align_documents import align_documents
from aligner.export import match_record
from aligner.export_alignment import alignment_record
from aligner.matches import find_matches
from service import Settings

BRÜCKE = "Der Rat: council, bridge, closed, Tuesday."

DOCUMENTS = [*FOUR, make_document("rat-1", BRÜCKE, lang="de", outlet="Rat")]
GRADES = "near-equivalent or same-fact or none"
SETTINGS = Settings(max_k=5, max_texts=3, max_text_chars=500, max_align_chars=600)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    """A client of a service with DOCUMENTS."""
    with serving(tmp_path / "corpus", DOCUMENTS, settings=SETTINGS) as client:
        yield client


def ask(client: FlaskClient, **fields: object) -> Any:
    response = client.post("/api/v1/search", json=fields)
    assert response.status_code == 200, response.text
    return response.get_json()


def refused(response: Any, status: int = 422) -> tuple[str, str | None]:
    assert (response.status_code, response.content_type) == (status, "application/problem+json"), response.text
    answer = response.get_json()
    return answer["detail"], answer.get("field")


# -- search -----------------------------------------------------------------------------------------------------


def test_several_texts_are_answered_as_each_by_itself(client: FlaskClient) -> None:
    texts = [BRIDGE, INCENDIE, BRIDGE]
    answer = ask(client, texts=texts, to=["en", "fr"], k=3, explain=True)
    assert answer["searches"] == [ask(client, text=text, to=["en", "fr"], k=3, explain=True) for text in texts]


def test_a_search_by_url_is_the_same_search(client: FlaskClient) -> None:
    asked = {"q": PONT, "to": ["en", "de"], "k": "2", "min_score": "-0.5", "explain": "true", "outlet": "Herald"}
    answer = client.get("/api/v1/search", query_string=asked).get_json()
    assert answer == ask(client, text=PONT, to=["en", "de"], k=2, min_score=-0.5, explain=True, outlet="Herald")
    assert [hit["paragraph"]["id"] for hit in answer["results"]] == ["herald-1#0"]


def test_pages_of_a_search_make_up_the_whole(client: FlaskClient) -> None:
    whole = ask(client, text=BRIDGE, to=["en", "fr", "de"], k=5)
    assert (len(whole["results"]), whole["next"]) == (5, None)
    found, offset = [], 0
    while offset is not None:
        page = ask(client, text=BRIDGE, to=["en", "fr", "de"], k=2 if offset < 4 else 1, offset=offset)
        found += page["results"]
        offset = page["next"]
    assert found == whole["results"]
    assert [hit["rank"] for hit in found] == [1, 2, 3, 4, 5]


def test_the_short_form_leaves_out_what_explains(client: FlaskClient) -> None:
    (short,) = ask(client, text=BRIDGE, to="fr", k=1)["results"]
    (full,) = ask(client, text=BRIDGE, to="fr", k=1, explain=True)["results"]
    assert list(full.keys() - short.keys()) == [] or full.keys() - short.keys() == {"similarities", "spans", "evidence"}
    assert short == {name: full[name] for name in short}
    assert {"rank", "match", "probability", "grade", "score", "shared", "paragraph", "also"} == short.keys()


def test_grades_choose(client: FlaskClient) -> None:
    every = ask(client, text=BRIDGE, to="fr")["results"]
    for grade in ("near-equivalent", "same-fact", "none"):
        chosen = ask(client, text=BRIDGE, to="fr", grade=grade)["results"]
        assert [h["paragraph"]["id"] for h in chosen] == [h["paragraph"]["id"] for h in every if h["grade"] == grade]
    assert len(ask(client, text=BRIDGE, to="fr", grade=["none", "same-fact", "near-equivalent"])["results"]) == 2


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"text": "a", "texts": ["a"]}, ("expected either 'text' or 'texts', found both", None)),
        ({"texts": "a"}, ("texts: expected a list of texts, found 'a'", "texts")),
        ({"texts": []}, ("texts: empty list", "texts")),
        ({"texts": ["a"] * 4}, ("texts: 4 texts; at most 3 are taken", "texts")),
        ({"texts": ["a", ""]}, ("texts[1]: empty", "texts[1]")),
        ({"texts": ["a", None]}, ("texts[1]: expected text, found null", "texts[1]")),
        ({"texts": ["a", "x" * 501]}, ("texts[1]: 501 characters; at most 500 are taken", "texts[1]")),
        (
            {"texts": ["the old bridge", "12"]},
            ("texts[1]: no letters to tell its language by; give its language, or the target's", "texts[1]"),
        ),
        ({"text": "a", "grade": "exact"}, (f"grade: expected {GRADES}, found 'exact'", "grade")),
        ({"text": "a", "grade": []}, (f"grade: expected {GRADES}, found null", "grade")),
        ({"text": "a", "explain": "true"}, ("explain: expected true or false, found 'true'", "explain")),
        ({"text": "a", "offset": -1}, ("offset: expected 0 to 5, found -1", "offset")),
        ({"text": "a", "offset": 4, "k": 2}, ("offset: offset and k together: expected up to 5, found 6", "offset")),
        ({"text": "a", "offset": 5}, ("offset: offset and k together: expected up to 5, found 5", "offset")),
    ],
)  # fmt: skip
def test_a_wrong_search(client: FlaskClient, fields: dict[str, object], expected: tuple[str, str | None]) -> None:
    assert refused(client.post("/api/v1/search", json=fields)) == expected


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("", "q: missing"),
        ("q=", "q: empty"),
        ("q=a&q=b", "q: expected text, found a list"),
        ("q=a&explain=yes", "explain: expected true or false, found 'yes'"),
        ("q=a&grade=x", f"grade: expected {GRADES}, found 'x'"),
        ("q=12", "q: no letters to tell its language by; give its language, or the target's"),
    ],
)
def test_a_wrong_search_by_url(client: FlaskClient, query: str, detail: str) -> None:
    assert refused(client.get(f"/api/v1/search?{query}"))[0] == detail


# -- matches ----------------------------------------------------------------------------------------------------


def test_pages_of_all_matches_hold_each_once(client: FlaskClient) -> None:
    corpus = corpus_of(client)
    found, pages, after = [], 0, ""
    while after is not None:
        query = {"limit": "2", "min_probability": "0.05", "explain": "true"} | ({"after": after} if after else {})
        answer = client.get("/api/v1/matches", query_string=query).get_json()
        found += answer["matches"]
        pages, after = pages + 1, answer["next"]
    assert pages == 3
    whole = json.loads(json.dumps([match_record(match) for match in find_matches(corpus, min_probability=0.05)]))
    assert len(found) == len(whole) > 4
    assert {(m["source"]["id"], m["target"]["id"]) for m in found} == {
        (m["source"]["id"], m["target"]["id"]) for m in whole
    }
    assert [match["source"]["document"] for match in found] == sorted(match["source"]["document"] for match in found)


def test_filters_of_all_matches(client: FlaskClient) -> None:
    answer = client.get("/api/v1/matches?lang=en&to=fr&outlet=Gazette&min_probability=0.05").get_json()
    assert {match["source"]["document"] for match in answer["matches"]} == {"gazette-1"}
    assert {match["target"]["lang"] for match in answer["matches"]} <= {"fr", "fr-CA"}
    assert (answer["documents"], answer["next"]) == (1, None)
    assert client.get("/api/v1/matches?published_from=2030").status_code == 422
    assert client.get("/api/v1/matches?published_from=2030-01-01").get_json()["documents"] == 0


def test_pages_of_the_matches_of_a_document(client: FlaskClient) -> None:
    path = "/api/v1/documents/gazette-1/matches?min_probability=0.01"
    whole = client.get(path).get_json()
    assert (whole["total"], whole["next"]) == (len(whole["matches"]), None)
    assert "evidence" not in whole["matches"][0]
    first = client.get(f"{path}&limit=1").get_json()
    rest = client.get(f"{path}&offset={first['next']}").get_json()
    assert first["matches"] + rest["matches"] == whole["matches"]
    assert client.get(f"{path}&offset=1000").get_json()["matches"] == []


# -- documents --------------------------------------------------------------------------------------------------


def test_a_document_is_put_under_its_id(client: FlaskClient) -> None:
    record = {"lang": "en", "paragraphs": [BRIDGE]}
    response = client.put("/api/v1/documents/new-1", json=record)
    assert (response.status_code, response.get_json()["status"]) == (201, "created")
    assert client.get("/api/v1/documents/new-1").get_json()["text"] == BRIDGE
    again = client.put("/api/v1/documents/new-1", json=record | {"id": "new-1"})
    assert (again.status_code, again.get_json()["status"]) == (200, "unchanged")
    changed = client.put("/api/v1/documents/new-1", json=record | {"title": "T"})
    assert (changed.status_code, changed.get_json()["status"]) == (200, "replaced")
    other = client.put("/api/v1/documents/new-1", json=record | {"id": "new-2"})
    assert refused(other) == ("id: expected 'new-1' as in the path, found 'new-2'", "id")
    for body, detail in (([], "a list"), (None, "null"), (3, "a number")):
        response = client.put("/api/v1/documents/x", data=json.dumps(body), content_type="application/json")
        assert refused(response) == (f"expected an object with the fields of a document, found {detail}", None)
    assert refused(client.put("/api/v1/documents/a%20b", json=record))[1] == "id"
    assert client.get("/api/v1/documents/a%20b").status_code == 404


def test_documents_are_removed_by_filters(client: FlaskClient) -> None:
    path = "/api/v1/documents"
    assert refused(client.delete(path)) == (
        "expected at least one of lang, outlet, published_from, published_to", None
    )  # fmt: skip
    assert refused(client.delete(f"{path}?dry_run=true"))[0].startswith("expected at least one")
    assert refused(client.delete(f"{path}?outlt=Midi"))[0].startswith("unknown field 'outlt'; did you mean 'outlet'?")
    would = client.delete(f"{path}?lang=fr&dry_run=true").get_json()
    assert would == {"dry_run": True, "removed": 2, "ids": ["jour-1", "midi-été"]}
    assert client.get("/api/v1/ready").get_json()["documents"] == 5
    done = client.delete(f"{path}?lang=fr&published_from=2024-02-20").get_json()
    assert done == {"dry_run": False, "removed": 1, "ids": ["midi-été"]}
    assert client.delete(f"{path}?lang=fr&published_from=2024-02-20").get_json()["removed"] == 0
    assert [one["id"] for one in client.get(path).get_json()["documents"]] == [
        "gazette-1", "herald-1", "jour-1", "rat-1"
    ]  # fmt: skip
    assert [hit["paragraph"]["id"] for hit in ask(client, text=FIRE, to="fr")["results"]] == ["jour-1#0"]


# -- alignment --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", ["paragraph", "sentence", None])
def test_two_texts_are_aligned_and_not_stored(client: FlaskClient, unit: str | None) -> None:
    source, target = make_document("a", BRIDGE, FIRE), make_document("b", PONT, INCENDIE, lang="fr")
    body = {
        "source": {"id": "a", "lang": "en", "paragraphs": [BRIDGE, FIRE]},
        "target": {"id": "b", "lang": "fr", "paragraphs": [PONT, INCENDIE]},
    } | ({"unit": unit} if unit else {})
    response = client.post("/api/v1/align", json=body)
    assert response.status_code == 200, response.text
    corpus = corpus_of(client)
    beads = align_documents(source, target, encoder=TinyEncoder(), served=corpus.languages, unit=unit or "paragraph")
    expected = alignment_record(source, target, beads, unit=unit or "paragraph")
    assert response.get_json() == json.loads(json.dumps(expected))
    assert [bead["kind"] for bead in response.get_json()["beads"]] == ["1-1", "1-1"]
    assert client.get("/api/v1/documents/a").status_code == 404


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ("source: missing", "source")),
        ({"source": {"text": "a b c", "lang": "en"}}, ("target: missing", "target")),
        (
            {"source": 3, "target": {}},
            ("source: expected an object with the fields of a document, found a number", "source"),
        ),
        (
            {"source": {"text": "a", "lang": "en"}, "target": {"text": ""}},
            ("target.text: empty", "target.text"),
        ),
        (
            {"source": {"text": "x" * 601, "lang": "en"}, "target": {"text": "a", "lang": "fr"}},
            ("source.text: 601 characters; at most 600 are aligned", "source.text"),
        ),
        (
            {"source": {"text": "a", "lang": "en"}, "target": {"text": "a", "lang": "fr"}, "unit": "word"},
            ("unit: expected paragraph or sentence, found 'word'", "unit"),
        ),
        (
            {"source": {"text": "a", "lang": "en"}, "target": {"text": "a", "lang": "fr"}, "units": "word"},
            ("unknown field 'units'; did you mean 'unit'? known are source, target, unit", None),
        ),
    ],
)
def test_a_wrong_alignment(client: FlaskClient, fields: dict[str, object], expected: tuple[str, str | None]) -> None:
    assert refused(client.post("/api/v1/align", json=fields)) == expected
