"""`aligner align` and `aligner evaluate align`, as a user runs them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from tiny import TinyEncoder

from aligner.cli import main
from aligner.corpus import Corpus
from aligner.documents import Document

ENGLISH = (
    "The town council met on Monday evening to discuss the new budget.",
    "Heavy rain flooded two streets near the harbour. Firefighters pumped water out of thirty cellars.",
    "The museum will be closed until the summer.",
)
FRENCH = (
    "Le musée restera fermé jusqu’à l’été.",
    "Le conseil municipal s’est réuni lundi soir pour examiner le nouveau budget.",
    "De fortes pluies ont inondé deux rues près du port.",
    "Les pompiers ont pompé l’eau de trente caves.",
    "Une boulangerie a ouvert ses portes rue des Lilas.",
)
EXPECTED = [("1-1", "0", "1"), ("1-2", "1", "2 3"), ("insertion", "", "4"), ("1-1", "2", "0")]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    first, second = tmp_path / "one.json", tmp_path / "two.txt"
    first.write_text(json.dumps({"id": "one", "lang": "en", "paragraphs": ENGLISH}), "utf-8")
    second.write_text("\n\n".join(FRENCH), "utf-8")
    return first, second


@pytest.mark.model
def test_files_in_every_format(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    places = [str(path) for path in files]
    assert main(["align", *places, "--format", "json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["source"]["id"], record["target"]["id"], record["unit"]) == ("one", "two", "paragraph")
    found = [
        (bead["kind"], *(" ".join(str(part["position"]) for part in bead[side]) for side in ("source", "target")))
        for bead in record["beads"]
    ]
    assert found == EXPECTED
    assert [bead["moved"] for bead in record["beads"]] == [False, False, False, True]
    assert record["beads"][1]["source"][0]["text"] == ENGLISH[1]

    assert main(["align", *places, "--format", "tsv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out), dialect="excel-tab"))
    assert [(row["kind"], row["source"], row["target"]) for row in rows] == EXPECTED
    assert rows[1]["target_text"] == f"{FRENCH[2]} {FRENCH[3]}"

    assert main(["align", *places, "--unit", "sentence"]) == 0
    shown = capsys.readouterr().out
    assert "1-1  moved" in shown
    assert "< #2 Firefighters pumped water out of thirty cellars.\n       > #3 Les pompiers" in shown


@pytest.mark.model
def test_stored_documents_and_files(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = str(tmp_path / "corpus")
    assert main(["add", str(files[1]), "--corpus", corpus]) == 0
    capsys.readouterr()
    assert main(["align", str(files[0]), "two", "--corpus", corpus, "--format", "json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert [bead["kind"] for bead in record["beads"]] == [kind for kind, _, _ in EXPECTED]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["one.json", "nobody"], 4, "nobody: no such file, and no stored document: nowhere: no corpus here"),
        (["nobody", "two", "--corpus", "corpus"], 4, "no document 'nobody'"),
        (["one.json", "several.json"], 3, "several.json: expected one document, found 2"),
        (["one.json", "broken.json"], 3, "broken.json:1: "),
        (["-", "-"], 3, "stdin: standard input gives one document"),
    ],
)
def test_errors(
    arguments: list[str],
    code: int,
    message: str,
    files: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "several.json").write_text(json.dumps([{"text": "One.", "id": "a"}, {"text": "Two.", "id": "b"}]))
    (tmp_path / "broken.json").write_text("{")
    with Corpus(tmp_path / "corpus", encoder=TinyEncoder(), create=True) as corpus:
        list(corpus.add([Document(id="two", lang="en", text="Two.")]))
    monkeypatch.chdir(tmp_path)
    corpus_option = [] if "--corpus" in arguments else ["--corpus", "nowhere"]
    assert main(["align", *arguments, *corpus_option]) == code
    assert message in capsys.readouterr().err


@pytest.mark.model
def test_evaluate_align(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "rows.jsonl"
    row = {
        "id": "a",
        "en": {"paragraphs": ENGLISH},
        "fr": {"paragraphs": [FRENCH[1], " ".join(FRENCH[2:4]), FRENCH[0]]},
    }
    file.write_text(json.dumps(row), "utf-8")
    assert main(["evaluate", "align", str(file), "--drop", "0", "--json"]) == 0
    scores = json.loads(capsys.readouterr().out)
    assert scores["strict_f1"] == scores["lax_f1"] == 1
    assert scores["documents"] == 1
    assert main(["evaluate", "align", str(file), "--drop", "1"]) == 3
    assert "drop: 1.0 is no share from 0 to 1" in capsys.readouterr().err
