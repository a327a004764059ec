"""Matches, hits and documents as records and tables."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from tiny import TinyEncoder, make_document

from aligner.corpus import Corpus
from aligner.documents import Document
from aligner.evidence import Evidence, Item
from aligner.export import (
    MATCH_COLUMNS,
    document_record,
    hit_record,
    match_record,
    stored_document_record,
    write_json,
    write_matches,
)
from aligner.features import Carried
from aligner.findings import Finding
from aligner.matches import Match, find_matches, search
from aligner.paragraphs import Paragraph

EN = "The mayor closed the old bridge on Tuesday, 1,500 people said."
FR = "« Le maire » a fermé le vieux pont mardi, selon 1 500 personnes."


def made(text: str, *, id: str = "a", outlet: str | None = None) -> Match:
    sides = {
        lang: (Document(f"{id}-{lang}", lang, text, outlet), Paragraph(f"{id}-{lang}", 0, lang, 0, 9, text, None))
        for lang in ("en", "fr")
    }
    return Match(
        source=sides["en"][1],
        target=sides["fr"][1],
        source_document=sides["en"][0],
        target_document=sides["fr"][0],
        rank_forward=1,
        rank_backward=None,
        finding=Finding(
            probability=0.75,
            grade="near-equivalent",
            score=-0.25,
            similarities={"tiny": -0.25},
            carried=Carried((0, 2), (3, 5)),
            evidence=Evidence(
                shared=(
                    Item("number", "12", "12", 0, 2, (3, 5)),
                    Item("percent", "7.5%", "7.5 %", 4, 9, (6, 10)),
                    Item("name", "Macron", "Macron", 10, 16, (11, 17)),
                ),
                conflicting=((Item("number", "3", "three", 20, 25), Item("number", "4", "4", 30, 31)),),
            ),
        ),
    )


def table(*matches: Match, kind: str) -> list[list[str]]:
    out = io.StringIO()
    write_matches(matches, out, kind=kind)
    return list(csv.reader(io.StringIO(out.getvalue()), dialect="excel-tab" if kind == "tsv" else "excel"))


@pytest.mark.parametrize("kind", ["csv", "tsv"])
def test_columns(kind: str) -> None:
    header, row = table(made('Il a dit « non », "oui"; voilà\tfin, 東京 👩‍🚀.', outlet="L'Écho, Paris"), kind=kind)
    assert tuple(header) == MATCH_COLUMNS
    assert dict(zip(header, row, strict=True)) == {
        "source": "a-en#0",
        "target": "a-fr#0",
        "probability": "0.75",
        "grade": "near-equivalent",
        "score": "-0.25",
        "rank_forward": "1",
        "rank_backward": "",
        "shared_numbers": "12 7.5%",
        "shared_names": "Macron",
        "reprints": "",
        "headlines": "",
        "source_outlet": "L'Écho, Paris",
        "target_outlet": "L'Écho, Paris",
        "source_text": 'Il a dit « non », "oui"; voilà\tfin, 東京 👩‍🚀.',
        "target_text": 'Il a dit « non », "oui"; voilà\tfin, 東京 👩‍🚀.',
    }
    assert table(kind=kind) == [list(MATCH_COLUMNS)]


@pytest.mark.parametrize("kind", ["csv", "tsv"])
@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", '=HYPERLINK("http://x")', "=cmd|' /C calc'!A0", "- Oui, dit-il."],
)
def test_no_cell_is_a_formula(cell: str, kind: str) -> None:
    row = dict(zip(MATCH_COLUMNS, table(made(cell, id=cell, outlet=cell), kind=kind)[1], strict=True))
    for column in ("source_text", "target_text", "source_outlet", "target_outlet"):
        assert row[column] == "'" + cell
    assert row["source"] == f"'{cell}-en#0"
    assert row["score"] == "-0.25"


@pytest.mark.parametrize("cell", ["a=1", "1-1", "« =1 »", "", " x", "'=1"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert table(made(cell), kind="csv")[1][-1] == cell


def test_json_lines() -> None:
    out = io.StringIO()
    matches = [made("« é » \u2028 東京"), made("=1+1")]
    write_matches(matches, out, kind="jsonl")
    lines = out.getvalue().split("\n")
    assert "« é »" in lines[0]
    assert [json.loads(line) for line in lines[:-1]] == [match_record(match) for match in matches]
    assert lines[-1] == ""


def test_records_of_a_corpus(tmp_path: Path) -> None:
    """Every record can be written as JSON: no NumPy scalar and no tuple is left in it."""
    with Corpus(tmp_path, encoder=TinyEncoder(), create=True) as corpus:
        english = make_document("a", EN, "Photo: AFP", outlet="Gazette", published="2024-02-14")
        list(corpus.add([english, make_document("b", FR, lang="fr")]))
        (match,), (hit,), stored = find_matches(corpus), search(corpus, EN, k=1), corpus.store.document("a")
    records = [match_record(match), hit_record(hit), stored_document_record(stored), document_record(english)]
    for record in records:
        out = io.StringIO()
        write_json(record, out)
        assert json.loads(out.getvalue()) == record
        assert "\\u" not in out.getvalue()
    assert records[0]["source"] == {
        "id": "a#0",
        "document": "a",
        "position": 0,
        "lang": "en",
        "start": 0,
        "end": len(EN),
        "text": EN,
        "headline": False,
        "outlet": "Gazette",
        "published": "2024-02-14",
        "title": None,
        "url": None,
    }
    assert records[0]["shared"] == {"numbers": ["1500"], "names": []}
    evidence = records[0]["evidence"]
    assert list(evidence) == ["shared", "only_source", "only_target", "conflicting"]
    assert [
        (item["kind"], item["text"], FR[item["other_start"] : item["other_end"]]) for item in evidence["shared"]
    ] == [
        ("date", "Tuesday", "mardi"),
        ("number", "1,500", "1 500"),
    ]
    assert records[0]["ranks"] == {"forward": 1, "backward": 1}
    assert (records[1]["rank"], records[1]["score"]) == (1, records[0]["score"])
    assert [p["dropped"] for p in records[2]["paragraphs"]] == [None, "caption"]
    assert records[3] == {
        "id": "a",
        "outlet": "Gazette",
        "lang": "en",
        "title": None,
        "url": None,
        "published": "2024-02-14",
    }
