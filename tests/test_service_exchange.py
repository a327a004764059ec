"""Files for translation tools over HTTP, and confirmed translations; every answer is held against the spec."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from answers import checked_client, serving
from flask.testing import FlaskClient
from test_jobs import until
from tiny import TinyEncoder, make_document
from translate.storage.tmx import tmxfile
from translate.storage.xliff import xlifffile

from aligner.corpus import Corpus
from aligner.exchange import corpus_units
from aligner.exchange_write import COLUMNS, FORMATS, MEDIA_TYPES
from aligner.grades import SAME_FACT
from aligner.store_memory import MemoryStore, confirmed_pair
from service import Settings
from service.imports import MAX_RESULTS

BRIDGE = "The council closed the old bridge on Tuesday."
PONT = "La mairie a fermé le vieux pont mardi."
CONFIRMED = Path(__file__).parent / "data" / "confirmed.tmx"
PAIR = confirmed_pair("A <b> & “c”", "« d » & <e>", source_lang="en", target_lang="fr", context="menu")


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    with Corpus(tmp_path / "corpus", encoder=TinyEncoder(), create=True) as corpus:
        documents = [
            make_document("gazette-1", BRIDGE, outlet="Gazette", published="2024-02-14"),
            make_document("jour-1", PONT, lang="fr", outlet="Le Jour", published="2024-02-14"),
        ]
        list(corpus.add(documents))
        MemoryStore(corpus.store).put([PAIR])
        yield checked_client(corpus, settings=Settings(memory_writes=True))


def corpus_of(client: FlaskClient) -> Corpus:
    corpus: Corpus = client.application.extensions["runtime"].corpus
    return corpus


@pytest.mark.parametrize("kind", FORMATS)
def test_a_corpus_is_exported_as_the_library_does(client: FlaskClient, kind: str) -> None:
    response = client.get("/api/v1/export", query_string={"format": kind, "grade": SAME_FACT})
    assert response.status_code == 200
    assert response.content_type == MEDIA_TYPES[kind]
    assert response.headers["Content-Disposition"].startswith('attachment; filename="story-aligner.')
    expected = [(unit.source, unit.target) for unit in corpus_units(corpus_of(client), grade=SAME_FACT)]
    assert len(expected) == 2
    if kind == "tmx":
        found = [(unit.source, unit.target) for unit in tmxfile.parsestring(response.data, "en", "fr").units]
    elif kind == "xliff":
        units = xlifffile.parsestring(response.data).units
        found = [(unit.source, unit.target or unit.getalttrans()[0].target) for unit in units]
    elif kind == "csv":
        found = [(row["source"], row["target"]) for row in csv.DictReader(io.StringIO(response.text))]
    else:
        found = [(unit["source"], unit["target"]) for unit in map(json.loads, response.text.splitlines())]
    assert found == expected


@pytest.mark.parametrize(
    ("path", "query", "sources"),
    [
        ("", {}, [PAIR.source]),
        ("", {"confirmed": "false"}, []),
        ("", {"lang": "fr", "to": "en", "grade": SAME_FACT}, [PONT]),
        ("", {"outlet": "Nobody", "grade": SAME_FACT, "confirmed": "false"}, []),
        ("", {"outlet": "Le Jour", "grade": SAME_FACT, "confirmed": "false"}, [BRIDGE]),  # of the targets
        ("", {"outlet": "Gazette", "grade": SAME_FACT, "confirmed": "false"}, [PONT]),
        ("", {"outlet": "Gazette", "lang": "en", "grade": SAME_FACT, "confirmed": "false"}, []),
        ("", {"published_from": "2024-01-01", "grade": SAME_FACT, "confirmed": "false"}, [BRIDGE]),  # both: once
        ("/matches", {"document": "jour-1", "grade": SAME_FACT}, [PONT]),
        ("/matches", {"document": "jour-1", "to": "de"}, []),
        ("/search", {"text": BRIDGE, "lang": "en", "grade": SAME_FACT}, [BRIDGE]),
        ("/search", {"text": BRIDGE, "to": "fr", "k": "1", "grade": SAME_FACT}, [BRIDGE]),
        ("/alignment", {"source": "jour-1", "target": "gazette-1", "grade": SAME_FACT}, [PONT]),
        ("/alignment", {"source": "gazette-1", "target": "jour-1", "unit": "sentence", "grade": SAME_FACT}, [BRIDGE]),
    ],
)
def test_what_is_exported(client: FlaskClient, path: str, query: dict[str, str], sources: list[str]) -> None:
    response = client.get(f"/api/v1/export{path}", query_string={"format": "csv", **query})
    assert response.status_code == 200, response.text
    assert response.text.splitlines()[0] == ",".join(COLUMNS)
    assert [row["source"] for row in csv.DictReader(io.StringIO(response.text))] == sources


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [("gazette-1#0", "jour-1#0")]),
        ({"lang": "fr"}, [("jour-1#0", "gazette-1#0")]),
        ({"lang": "en"}, [("gazette-1#0", "jour-1#0")]),
        ({"lang": ["en", "fr"]}, [("gazette-1#0", "jour-1#0")]),
        ({"to": "en"}, [("jour-1#0", "gazette-1#0")]),
        ({"to": "fr"}, [("gazette-1#0", "jour-1#0")]),
        ({"lang": "fr", "to": "de"}, []),
        ({"outlet": "Le Jour"}, [("jour-1#0", "gazette-1#0")]),
        ({"outlet": ["Le Jour", "Gazette"]}, [("gazette-1#0", "jour-1#0")]),
        ({"outlet": "Nobody"}, []),
    ],
)
def test_matches_of_the_corpus_start_from_what_is_asked_for(
    client: FlaskClient, query: dict[str, str], found: list[tuple[str, str]]
) -> None:
    matches = client.get("/api/v1/matches", query_string=query).get_json()["matches"]
    assert [(match["source"]["id"], match["target"]["id"]) for match in matches] == found


def test_documents_are_exported_as_they_can_be_sent_again(client: FlaskClient) -> None:
    split = {
        "id": "split-1",
        "lang": "en",
        "text": "One bridge is closed today.\n\nAnother bridge is open again.",
        "title": "T",
    }
    client.post("/api/v1/documents", json=split)
    response = client.get("/api/v1/export/documents")
    assert response.content_type == "application/x-ndjson"
    assert len(response.text.splitlines()) == 3
    again = client.post("/api/v1/documents", data=response.data, content_type="application/x-ndjson").get_json()
    assert (again["unchanged"], len(again["results"])) == (3, 3)
    assert client.get("/api/v1/export/documents?outlet=Nobody").data == b""
    assert [json.loads(line)["id"] for line in client.get("/api/v1/export/documents?lang=fr").text.splitlines()] == [
        "jour-1"
    ]


@pytest.mark.parametrize(
    ("path", "status", "detail"),
    [
        ("?format=doc", 422, "format: "),
        ("?grade=none", 422, "grade: "),
        ("?lang=klingonese!", 422, "lang: "),
        ("?fromat=tmx", 422, "unknown field 'fromat'; did you mean 'format'?"),
        ("/matches", 422, "document: missing"),
        ("/matches?document=nothing", 404, "no document 'nothing'"),
        ("/search?text=%20", 422, "text: empty"),
        ("/search?text=1234", 422, "text: no letters to tell its language by"),
        ("/alignment?source=gazette-1&target=nothing", 404, "no document 'gazette-1' or no document 'nothing'"),
        ("/alignment?source=gazette-1&target=jour-1&unit=page", 422, "unit: "),
    ],
)
def test_what_is_wrong_is_told_before_a_file_begins(client: FlaskClient, path: str, status: int, detail: str) -> None:
    response = client.get(f"/api/v1/export{path}")
    assert response.status_code == status
    assert response.get_json()["detail"].startswith(detail)


@pytest.mark.parametrize("kind", ["application/xml", "text/xml", "application/x-tmx+xml", "application/x-xliff+xml"])
def test_a_file_is_imported(client: FlaskClient, kind: str) -> None:
    report = client.post("/api/v1/import", data=CONFIRMED.read_bytes(), content_type=kind).get_json()
    assert {name: report[name] for name in ("created", "replaced", "unchanged", "refused")} == {
        "created": 2, "replaced": 0, "unchanged": 0, "refused": 1
    }  # fmt: skip
    (refused,) = report["results"]
    assert refused["reason"] == "body:8: unit '3': expected a source and a target text, the source in en"
    pairs = client.get("/api/v1/memory", query_string={"lang": "en", "to": "fr-CA"}).get_json()["pairs"]
    assert {(pair["source"], pair["target"]) for pair in pairs} == {
        ("Good evening.", "Bonsoir."),
        ("Read more", "Lire « la suite »"),
        (PAIR.source, PAIR.target),
    }


def test_pairs_are_imported_as_json_listed_by_the_page_and_removed(client: FlaskClient) -> None:
    records: list[object] = [
        {"source": f"Text {n}", "target": f"Texte {n}", "source_lang": "en", "target_lang": "fr"} for n in range(5)
    ]
    wrong: list[object] = [7, {"source": "x"}, {**records[0], "quality": 100}]  # type: ignore[dict-item]
    report = client.post("/api/v1/import", json=[*records, *wrong]).get_json()
    assert (report["created"], report["refused"]) == (5, 3)
    assert [each["reason"] for each in report["results"]] == [
        "pairs[5]: expected an object, found a number",
        "pairs[6]: target: missing",
        "pairs[7]: unknown field 'quality'; known are source, target, source_lang, target_lang, context, origin",
    ]
    assert client.post("/api/v1/import", json=records).get_json()["unchanged"] == 5
    seen, after = [], None
    while True:
        page = client.get("/api/v1/memory", query_string={"limit": 2} | ({"after": after} if after else {})).get_json()
        seen += [pair["id"] for pair in page["pairs"]]
        if (after := page["next"]) is None:
            break
    assert seen == sorted(seen)
    assert len(seen) == 6
    assert client.delete(f"/api/v1/memory/{seen[0]}").get_json() == {"id": seen[0], "status": "removed"}
    again = client.delete(f"/api/v1/memory/{seen[0]}")
    assert (again.status_code, again.get_json()["detail"]) == (404, f"no confirmed translation '{seen[0]}'")


@pytest.mark.parametrize("kind", ["application/xml", "application/json"])
@pytest.mark.parametrize("asked", ["by its size", "async=true", "Prefer"])
def test_a_long_import_is_answered_with_a_job(client: FlaskClient, kind: str, asked: str) -> None:
    runtime, jobs = (client.application.extensions[name] for name in ("runtime", "jobs"))
    least = 50 if asked == "by its size" else 1_000_000
    runtime.settings = replace(runtime.settings, async_import_bytes=least)
    record = {"source": "Good evening.", "target": "Bonsoir.", "source_lang": "en", "target_lang": "fr"}
    body = CONFIRMED.read_bytes() if kind.endswith("xml") else json.dumps([record, 7]).encode()
    response = client.post(
        "/api/v1/import" + ("?async=true" if asked == "async=true" else ""),
        data=body,
        content_type=kind,
        headers={"Prefer": "respond-async"} if asked == "Prefer" else {},
    )
    assert response.status_code == 202
    place = response.headers["Location"]
    job = until(lambda: (found := client.get(place).get_json())["finished"] and found)
    jobs.end()
    assert (job["kind"], job["state"]) == ("import", "done")
    (result,) = job["results"]
    at_once = client.post("/api/v1/import?async=false", data=body, content_type=kind).get_json()
    created = 2 if kind.endswith("xml") else 1
    assert (at_once["unchanged"], at_once["refused"]) == (created, 1)
    assert result["report"] == {**at_once, "created": created, "unchanged": 0}


def test_of_many_refusals_the_first_are_told(client: FlaskClient) -> None:
    report = client.post("/api/v1/import", json=[7] * (MAX_RESULTS + 2)).get_json()
    assert (report["refused"], len(report["results"])) == (MAX_RESULTS + 2, MAX_RESULTS)


@pytest.mark.parametrize(
    ("body", "kind", "status", "detail"),
    [
        (b"{}", "application/json", 422, "expected a list, found an object"),
        (b"x", "text/plain", 415, "expected Content-Type"),
        (b"", "application/json", 400, "empty body"),
    ],
)
def test_what_is_no_import(client: FlaskClient, body: bytes, kind: str, status: int, detail: str) -> None:
    response = client.post("/api/v1/import", data=body, content_type=kind)
    assert response.status_code == status
    assert detail in response.get_json()["detail"]


def test_a_hostile_file_is_one_refusal(client: FlaskClient) -> None:
    raw = b'<!DOCTYPE tmx [<!ENTITY x SYSTEM "file:///etc/passwd">]><tmx><body>&x;</body></tmx>'
    report = client.post("/api/v1/import", data=raw, content_type="application/xml").get_json()
    assert report["refused"] == 1
    assert report["results"][0]["reason"].startswith("body:1: declares an entity")


def test_writing_is_off_unless_it_is_set(tmp_path: Path) -> None:
    with serving(tmp_path / "corpus", settings=Settings()) as client:
        for response in (client.post("/api/v1/import", json=[]), client.delete("/api/v1/memory/x")):
            assert response.status_code == 405
            assert response.get_json()["detail"].startswith("writing is off; the setting ALIGNER_MEMORY_WRITES=yes")
