"""A comparison as tables and as text: whose sentence, whose agency, how many tellers; and what docs say of it."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from test_cli_compare import LONG
from tiny import TinyEncoder, make_document

from aligner.comparison import Comparison, compare_documents
from aligner.comparison_lists import conflict_rows, quotation_rows, timeline_rows
from aligner.comparison_table import TABLES, comparison_rows, to_dataframe
from aligner.comparison_text import comparison_lines
from aligner.comparison_words import Usage, Voice
from aligner.corpus import Corpus
from aligner.errors import InputError

DOCS = (Path(__file__).parents[1] / "docs" / "framing.md").read_text("utf-8")
BRIDGE = "The council closed the old bridge on Tuesday after {} people were hurt in the storm."
PONT = "La mairie a fermé le vieux pont mardi après que 21 personnes ont été blessées dans la tempête."
STRIKE = "Teachers and doctors are on strike against the budget of the government."
SAID = "“The museum of the city will stay open,” said the mayor, Anna Keller."
THIEF = "A thief has stolen the train of the president in the harbour."
DAY = "2024-02-14"
LONGUE = "Le conseil a siégé de longues heures, et dehors personne ne voulait rentrer tôt chez soi. " * 4


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    texts = (BRIDGE.format(12), STRIKE, SAID, THIEF, LONG)
    documents = [
        make_document("gazette", *texts, outlet="Gazette", published=DAY),
        make_document("herald", *texts, outlet="Herald", published="2024-02-15"),
        make_document("jour", f"(AFP) {PONT}", LONGUE, outlet="Jour", published=DAY, lang="fr"),
        make_document("kurier", "Der Rat hat die alte Brücke am Dienstag gesperrt.", outlet="Kurier", lang="de"),
    ]
    folder = tmp_path_factory.mktemp("tables") / "corpus"
    with Corpus(folder, encoder=TinyEncoder(), create=True, languages=("en", "fr", "de")) as made:
        list(made.add(documents))
        yield made


@pytest.fixture(scope="module")
def comparison(corpus: Corpus) -> Comparison:
    return compare_documents(corpus, ["gazette", "herald", "jour", "kurier"], min_others=1)


def test_a_reprint_is_no_second_teller(comparison: Comparison) -> None:
    rows = [row for row in comparison_rows(comparison) if row["fact_text"] == STRIKE]
    assert {row["outlet"]: (row["status"], row["told_by"], row["copies"]) for row in rows} == {
        "Gazette": ("told", 1, None),
        "Herald": ("told", 1, "Gazette"),
        "Jour": (rows[2]["status"], 1, None),
        "Kurier": (rows[3]["status"], 1, None),
    }
    assert rows[2]["status"] != "told"


def test_an_agency_stands_in_the_rows_of_its_outlet(comparison: Comparison) -> None:
    assert {(row["outlet"], row["agency"]) for row in comparison_rows(comparison)} == {
        ("Gazette", None),
        ("Herald", None),
        ("Jour", "AFP"),
        ("Kurier", None),
    }
    firsts = {(row["outlet"], row["agency"], row["published"]) for row in timeline_rows(comparison)}
    assert firsts == {("Gazette", None, DAY), ("Jour", "AFP", DAY)}


def test_a_version_has_its_sentence(comparison: Comparison) -> None:
    rows = conflict_rows(comparison, story="s")
    assert {(row["outlet"], row["text"], row["relation"]) for row in rows} == {
        ("Gazette", "12", "order unknown"),
        ("Herald", "12", "order unknown"),
        ("Jour", "21", "order unknown"),
    }
    for row in rows:
        assert str(row["sentence"])[slice(row["start"], row["end"])] == row["text"]
        assert row["story"] == "s"


def test_voices_and_verbs(comparison: Comparison) -> None:
    rows = quotation_rows(comparison)
    said = {(row["kind"], row["name"], row["count"]) for row in rows if row["outlet"] == "Gazette"}
    assert {("voice", "Anna Keller", 1), ("verb", "say", 1)} <= said
    assert [(row["kind"], row["count"]) for row in rows if row["outlet"] == "Kurier"] == [("not evaluable", None)]


def test_the_text_has_what_the_tables_have(comparison: Comparison) -> None:
    lines = list(comparison_lines(comparison))
    text = "\n".join(lines)
    assert re.search(r"^  2  Herald \[en\] herald  \(.*reprint of Gazette\)$", text, re.M)
    assert re.search(r"^  3  Jour \[fr\] jour  \(.*copy of AFP\)$", text, re.M)
    assert f"       Jour, {DAY}: 21\n         (AFP) {PONT.replace('21', '[21]')}" in text
    assert f"  {DAY}  Gazette, Jour (copy of AFP): fact 1" in lines
    assert any(
        line.startswith("  Gazette: ") and "quoted: Anna Keller 1; verbs of speech: say 1" in line for line in lines
    )
    assert "  Kurier: not evaluable, no words are listed for its language" in lines
    cells = {row["outlet"]: row for row in comparison_rows(comparison) if row["fact_text"] == THIEF}
    mark = f"+{str(cells['Gazette']['place'])[0].upper()} {round(100 * float(cells['Gazette']['share'] or 0)):>3}%"
    number = [fact.passages[0].text for fact in comparison.facts].index(THIEF) + 1
    assert lines[lines.index(f"{number:>3}  {THIEF}") - 1].startswith(f"     {mark}")


def test_a_speaker_without_a_name_is_missing(comparison: Comparison) -> None:
    unnamed = Usage(True, sentences=(3,), voices=(Voice("", 2, 40),))
    found = replace(comparison, usages={**comparison.usages, "Jour": unnamed})
    (row,) = (row for row in quotation_rows(found) if row["outlet"] == "Jour")
    assert (row["kind"], row["name"], row["count"], row["characters"]) == ("voice", None, 2, 40)
    assert any("quoted: somebody unnamed 2" in line for line in comparison_lines(found))


def test_of_a_long_sentence_what_is_near_is_shown(comparison: Comparison) -> None:
    (conflict,) = comparison.conflicts
    version = next(each for each in conflict.versions if each.outlet == "Jour")
    (fact,) = (fact for fact in comparison.facts if fact.id == conflict.fact)
    words = "et encore " * 40
    longer = [replace(each, text=f"{words}21 {words}") for each in fact.passages if each.id == version.passage]
    at = replace(version, start=len(words), end=len(words) + 2)
    facts = [replace(each, passages=tuple(longer)) if each is fact else each for each in comparison.facts]
    found = replace(comparison, facts=tuple(facts), conflicts=(replace(conflict, versions=(at,)),))
    (line,) = (line for line in comparison_lines(found) if "[21]" in line)
    assert re.fullmatch(r" {9}\u2026(?:et |encore ){5,30}\[21\] (?:et |encore )+(?:et|encore)\u2026", line)
    assert len(line) < 280


def test_a_limit_holds_for_each_part_and_says_what_is_left(comparison: Comparison) -> None:
    lines = list(comparison_lines(comparison, limit=1))
    facts = len(comparison.facts)
    assert f"     ... {facts - 1} more; --limit 0 shows all" in lines
    assert "       ... 2 more; --limit 0 shows all" in lines  # of three versions
    assert not any("--limit" in line for line in comparison_lines(comparison, limit=0))


def test_a_fact_that_one_tells_alone(tmp_path: Path) -> None:
    documents = [
        make_document("a", BRIDGE.format(12), THIEF, LONG, outlet="Reuters", published=DAY),
        make_document("b", PONT, LONGUE, LONGUE.replace("longues", "belles"), outlet="Courier", lang="fr"),
    ]
    with Corpus(tmp_path / "c", encoder=TinyEncoder(), create=True) as made:
        list(made.add(documents))
        found = compare_documents(made, ["a", "b"])
    lines = list(comparison_lines(found))
    numbers = {fact.id: number for number, fact in enumerate(found.facts, start=1)}
    alone = [f"  {numbers[id]:>3}  {THIEF}" for id in found.only["Reuters"]]
    assert alone
    assert f"  {DAY}  Reuters: fact 1" in lines  # no copy of itself
    at = next(at for at, line in enumerate(lines) if line.strip().startswith("told by one alone"))
    assert alone[0] in lines[at:]


def test_what_does_not_fit_a_terminal_is_paged() -> None:
    """On a terminal of 24 lines, by the pager that the reader has named."""
    script = "from aligner.terminal import page; page(f'line {n}' for n in range({}))"
    for count, expected in ((5, 5), (200, 2)):
        ours, theirs = pty.openpty()
        settings = {**os.environ, "PAGER": "head -n 2", "TERM": "xterm", "LINES": "24", "COLUMNS": "80"}
        command = [sys.executable, "-c", script.replace("{}", str(count))]
        done = subprocess.run(command, stdin=theirs, stdout=theirs, env=settings, timeout=60, check=False)
        os.close(theirs)
        assert done.returncode == 0
        assert os.read(ours, 10_000).decode().count("line ") == expected
        os.close(ours)


# -- what docs/framing.md says of it ----------------------------------------------------------------------------------

TYPES = {"text": "OS", "number": "f", "whole": "iu", "yes or no": "b"}


@pytest.mark.parametrize("name", TABLES)
def test_docs_name_each_column_with_its_type(name: str, comparison: Comparison) -> None:
    pytest.importorskip("pandas")
    part = DOCS[DOCS.index(f"\n**{name}**") :]
    rows = re.findall(r"^\| (`.+?) \| (.+?) \| .+ \|$", part.split("\n\n")[1], re.M)
    told = {column: kind for names, kind in rows for column in re.findall(r"`(\w+)`", names)}
    assert list(told) == list(TABLES[name])
    table = to_dataframe(comparison, name)
    assert len(table)
    for column, kind in told.items():
        present = table[column].dropna()
        if len(present):
            assert present.dtype.kind in TYPES[kind], column


def test_the_example_for_notebooks_runs(corpus: Corpus, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("pandas")
    (example,) = re.findall(r"^```python\n(.*?)^```$", DOCS, re.S | re.M)
    assert '"indexes/default"' in example
    values: dict[str, object] = {}
    exec(example.replace('"indexes/default"', repr(str(corpus.folder))), values)
    printed = capsys.readouterr().out
    assert values["compared"]
    assert "Gazette" in printed
    assert "order unknown" in printed


def test_there_is_no_other_table(comparison: Comparison) -> None:
    with pytest.raises(InputError, match="there is no table 'frames'; there are cells, conflicts"):
        to_dataframe({}, "frames")
