"""The command line, run as a user runs it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from aligner.cli import build_parser, main
from aligner.commands import COMMANDS
from aligner.corpus import Corpus
from aligner.readers import read_documents
from tests.tiny import TinyEncoder

SEEDS = Path(__file__).parents[1] / "seeds"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    with Corpus(folder, encoder=TinyEncoder(), create=True) as made:
        list(made.add(read_documents([SEEDS / "documents.jsonl"], served=("en", "fr"))))
    return folder


def run(*arguments: object, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "aligner", *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=120, check=False)


def test_every_command_has_a_parser_and_the_other_way_round() -> None:
    actions = [action for action in build_parser()._actions if action.dest == "command"]
    assert set(actions[0].choices or ()) == set(COMMANDS)


@pytest.mark.parametrize("command", ["list", "show s01-fr_le_belvedere", "match", "status", "remove nobody"])
def test_commands_that_only_read_or_remove_need_no_model(corpus: Path, command: str) -> None:
    done = run(*command.split(), "--corpus", corpus, "--json")
    assert done.stderr == ""
    for line in done.stdout.splitlines() if command.startswith("remove") else [done.stdout]:
        json.loads(line)
    assert done.returncode == (1 if command.startswith("remove") else 0)


def test_list_filters(corpus: Path) -> None:
    done = run("list", "--corpus", corpus, "--published-from", "2025-01-01", "--json")
    published = [row["published"] for row in json.loads(done.stdout)]
    assert published
    assert min(published) >= "2025-01-01"


def test_match_in_every_format_names_the_same_pairs(corpus: Path) -> None:
    pairs = {
        (row["source"]["id"], row["target"]["id"])
        for row in json.loads(run("match", "--corpus", corpus, "--json").stdout)
    }
    assert pairs
    lines = run("match", "--corpus", corpus, "--format", "jsonl").stdout.splitlines()
    assert {(row["source"]["id"], row["target"]["id"]) for row in map(json.loads, lines)} == pairs
    rows = [line.split("\t") for line in run("match", "--corpus", corpus, "--format", "tsv").stdout.splitlines()]
    assert rows[0][:2] == ["source", "target"]
    assert {(row[0], row[1]) for row in rows[1:]} == pairs


def test_match_of_one_document_is_its_part_of_all(corpus: Path) -> None:
    everything = json.loads(run("match", "--corpus", corpus, "--json").stdout)
    own = json.loads(run("match", "s04-en_granite_times", "--corpus", corpus, "--json").stdout)
    expected = [row for row in everything if row["source"]["document"] == "s04-en_granite_times"]
    assert expected
    assert own == expected


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["list", "--corpus", "nowhere"], 4, "nowhere: no corpus here; `aligner add` makes one"),
        (["show", "nobody"], 4, "no document 'nobody'"),
        (["match", "nobody"], 4, "no document 'nobody'"),
        (["search", " "], 3, "text: empty"),
        (["search", "x", "-k", "0"], 2, "'0' is no number from 1"),
        (["search", "x", "--to", "french!"], 2, "'french!' is no BCP 47 language tag"),
        (["match", "--min-score", "nan"], 2, "'nan' is no number from -1 to 1"),
        (["list", "--published-from", "17/06/2009"], 2, "'17/06/2009' is no ISO 8601 date or time"),
        (["evaluate", "pairs", "missing.jsonl", "--model", "/no/such/model"], 6, "'/no/such/model' cannot be loaded"),
    ],
)
def test_wrong_use_has_a_message_and_an_exit_code(corpus: Path, arguments: list[str], code: int, message: str) -> None:
    place = [] if "--corpus" in arguments or arguments[0] == "evaluate" else ["--corpus", str(corpus)]
    done = run(*arguments, *place)
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_variable_of_the_environment_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALIGNER_THREADS", "many")
    assert main(["status"]) == 2
    assert "ALIGNER_THREADS" in capsys.readouterr().err


@pytest.mark.model
def test_add_refuses_what_is_wrong_and_stores_the_rest(tmp_path: Path) -> None:
    lines = [
        {"id": "a", "lang": "en", "text": "The bridge over the river was closed on Monday after a lorry struck it."},
        {"id": "b", "lang": "fr", "text": "Le pont a été fermé lundi après le choc d'un camion.", "colour": "red"},
        {"id": "c", "lang": "fr", "text": "Le pont sur la rivière a été fermé lundi après le choc d'un camion."},
    ]
    text = "\n".join(json.dumps(line) for line in lines)
    done = run("add", "-", "--corpus", tmp_path / "c", stdin=text)
    assert done.returncode == 1
    assert done.stdout.split("\n")[:2] == ["created\ta\t1 paragraphs, 0 dropped", "created\tc\t1 paragraphs, 0 dropped"]
    assert "refused: stdin:2: unknown field 'colour'" in done.stderr
    found = json.loads(
        run(
            "search",
            "On Monday a lorry struck the bridge over the river, which was closed.",
            "--corpus",
            tmp_path / "c",
            "--json",
        ).stdout
    )
    assert [hit["paragraph"]["id"] for hit in found] == ["c#0"]
    assert found[0]["match"] is True
    again = run("add", "-", "--corpus", tmp_path / "c", stdin=text)
    assert again.stdout.split() == ["unchanged", "a", "unchanged", "c"]
    other = run("search", "x y z", "--corpus", tmp_path / "c", "--model", "bundled-use", "--to", "fr")
    assert other.returncode == 5
    assert "built with the model default@" in other.stderr


def test_a_reader_that_leaves_ends_the_program_quietly_and_no_process_that_calls_it(corpus: Path) -> None:
    """A process that holds sockets would die of the next client that leaves."""
    list_them = [sys.executable, "-m", "aligner", "list", "--corpus", str(corpus)]
    with subprocess.Popen(list_them, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as listing:
        assert listing.stdout is not None
        assert listing.stderr is not None
        listing.stdout.close()
        assert listing.wait(timeout=60) == -signal.SIGPIPE
        assert listing.stderr.read() == b""
    before = signal.getsignal(signal.SIGPIPE)
    assert main(["list", "--corpus", str(corpus)]) == 0
    assert signal.getsignal(signal.SIGPIPE) == before != signal.SIG_DFL
