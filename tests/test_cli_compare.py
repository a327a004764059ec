"""`aligner compare`: text, JSON, CSV, and the table for notebooks."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from test_passage_chances import ENGLISH, FRENCH
from tiny import TinyEncoder, make_document

from aligner.cli import main
from aligner.commands_compare import frame_lines
from aligner.comparison import compare_documents
from aligner.comparison_frames import ACCURACY, MEASURED_ON, estimate_frames
from aligner.comparison_table import COLUMNS, TABLES, comparison_rows, to_dataframe
from aligner.corpus import Corpus
from aligner.stories import find_stories

LONG = "The council met for many hours in the town hall, and nobody in the crowd outside wanted to go home early. " * 3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    documents = [
        make_document("a", *ENGLISH, LONG, outlet="Post", published="2024-02-14"),
        make_document("b", *FRENCH, outlet="=Le Fleuve", lang="fr"),
        make_document("c", *ENGLISH[:2], LONG, outlet="Herald"),
    ]
    with Corpus(tmp_path / "corpus", encoder=TinyEncoder(), create=True) as corpus:
        list(corpus.add(documents))
    return tmp_path / "corpus"


def test_text(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "a", "b", "c", "--corpus", str(folder)]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "  1  =Le Fleuve [fr] b  (the text is too short)"
    at = printed.index("  1  The mayor closed the old bridge on Tuesday.")
    assert re.fullmatch(r" {5}(?:\+[LMB] +\d+%  ){3}[01]\.\d\d", printed[at - 1])
    assert any(line.startswith("words: too little text") for line in printed)


def test_json_is_the_record(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "a", "b", "c", "--json", "--corpus", str(folder)]) == 0
    with Corpus(folder) as corpus:
        expected = compare_documents(corpus, ["a", "b", "c"]).record()
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps({"story": None, **expected}))


def test_a_story_and_all_stories(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Corpus(folder) as corpus:
        stories = {each.id: each for each in find_stories(corpus)}
    told = next(each for each in stories.values() if "a" in each.documents)
    assert main(["compare", told.id, "--json", "--corpus", str(folder)]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["story"] == told.id
    assert [document["id"] for document in record["documents"]] == sorted(told.documents)
    assert main(["compare", "--all", "--json", "--corpus", str(folder)]) == 0
    whole = json.loads(capsys.readouterr().out)
    assert [each["story"] for each in whole["stories"]] == [
        each.id for each in stories.values() if len(each.outlets) > 1
    ]
    assert {each["verdict"] for each in whole["differences"]} == {"too little text"}
    assert main(["compare", "--all", "--corpus", str(folder)]) == 0
    assert capsys.readouterr().out.startswith(f"story {told.id}")


def test_all_stories_but_one_that_is_too_large(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Corpus(folder) as corpus:
        (told,) = (each for each in find_stories(corpus) if len(each.outlets) > 1)
    monkeypatch.setattr("aligner.comparison.MAX_DOCUMENTS", len(told.documents) - 1)
    assert main(["compare", "--all", "--json", "--corpus", str(folder)]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out) == {"stories": [], "differences": []}
    refused = f"{len(told.documents)} documents; at most {len(told.documents) - 1} are compared"
    assert printed.err == f"not compared: {told.id}: {refused}\n"
    assert main(["compare", told.id, "--corpus", str(folder)]) == 3
    assert main(["compare", "--all", "--min-others", "0", "--corpus", str(folder)]) == 3
    assert "min_others: 0 is no number from 1" in capsys.readouterr().err


@pytest.mark.parametrize("name", TABLES)
def test_csv_and_table_hold_the_same_rows_of_each_table(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    pandas = pytest.importorskip("pandas")
    assert main(["compare", "a", "b", "c", "--format", "csv", "--table", name, "--corpus", str(folder)]) == 0
    header, *rows = csv.reader(io.StringIO(capsys.readouterr().out))
    with Corpus(folder) as corpus:
        comparison = compare_documents(corpus, ["a", "b", "c"])
    table = to_dataframe(comparison, name)
    assert header == list(table.columns) == list(TABLES[name])
    shown = [["" if pandas.isna(each) else str(each) for each in row] for row in table.to_numpy(object).tolist()]
    assert [[each.replace("'=", "=") for each in row] for row in rows] == shown


def test_csv_and_table_hold_the_same_rows(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pandas = pytest.importorskip("pandas")
    assert main(["compare", "a", "b", "c", "--format", "csv", "--corpus", str(folder)]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    with Corpus(folder) as corpus:
        comparison = compare_documents(corpus, ["a", "b", "c"])
    table = to_dataframe(comparison)
    assert tuple(table.columns) == COLUMNS == tuple(rows[0])
    assert len(table) == len(rows) == 3 * len(comparison.facts) == len(comparison_rows(comparison))
    assert [row["status"] for row in rows] == list(table["status"])
    assert {row["outlet"] for row in rows} == {"Post", "Herald", "'=Le Fleuve"}  # a spreadsheet would run it
    told = table[table["status"] == "told"]
    assert told["position"].notna().all()
    assert set(table[table["share"].notna()]["status"]) == {"told"}
    assert (table.groupby("outlet")["share"].sum() >= 0.999).all()  # each passage tells one fact at least
    assert list(to_dataframe({"x": comparison})["story"].unique()) == ["x"]
    assert isinstance(table, pandas.DataFrame)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, "expected a story, ids or files, or --all"),
        (["a", "--all"], 2, "expected a story, ids or files, or --all"),
        (["a", "nowhere"], 4, "no document 'nowhere'"),
        (["a", "--format", "csv", "--frames"], 2, "frames are estimated by document; take --json"),
        (["a", "--table", "conflicts"], 2, "--table needs --format csv"),
        (["a", "--json", "--limit", "5"], 2, "--limit is for the text; json has everything"),
        (["a", "--min-others", "0"], 3, "min_others: 0 is no number from 1"),
        (["a", str(Path(__file__).parent)], 3, "a: no such file, and files and ids do not go together"),
    ],
)
def test_what_it_refuses(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, message: str
) -> None:
    assert main(["compare", *arguments, "--corpus", str(folder)]) == code
    assert message in capsys.readouterr().err


def test_frames_say_how_often_they_are_right(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Corpus(folder, encoder=TinyEncoder()) as corpus:
        lines = list(frame_lines(estimate_frames(corpus, ["a"])))
    assert f"{ACCURACY * 100:.0f} % of {MEASURED_ON}" in lines[1]
    assert lines[-1].startswith("  a: ")
    assert list(frame_lines([])) == []


@pytest.mark.model
def test_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = {
        "en": "The mayor closed the old bridge over the river on Tuesday because of the flood.",
        "fr": "Le maire a fermé mardi le vieux pont sur la rivière à cause de l'inondation.",
    }
    path = tmp_path / "two.jsonl"
    records = [{"id": lang, "lang": lang, "outlet": lang, "paragraphs": [text]} for lang, text in texts.items()]
    path.write_text("\n".join(map(json.dumps, records)), "utf-8")
    assert main(["compare", str(path), "--json", "--threads", "1"]) == 0
    (fact,) = json.loads(capsys.readouterr().out)["facts"]
    assert [cell["status"] for cell in fact["cells"]] == ["told", "told"]
