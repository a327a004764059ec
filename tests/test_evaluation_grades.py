"""How well near-equivalents are told apart is counted right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tiny import TinyEncoder, make_document

from aligner.cli import main
from aligner.equivalents import composites
from aligner.errors import InputError
from aligner.evaluation_grades import evaluate_grades, evaluate_link_grades
from aligner.gold import Links, read_links
from aligner.graded import encoder_grader, near_equivalent

ENGLISH = [f"The council closed the old bridge on Tuesday, and {n}00 people went to the city." for n in range(2, 40)]
FRENCH = [f"La mairie a ferme le vieux pont mardi, et {n}00 personnes dans la ville." for n in range(2, 40)]


def test_counts_by_kind() -> None:
    encoder = TinyEncoder()
    scores = evaluate_grades(ENGLISH, FRENCH, languages=("en", "fr-CA"), encoder=encoder, seed=5)
    made = list(composites(ENGLISH, FRENCH, seed=5))
    alike = near_equivalent(
        [(pair.source, pair.target) for pair in made],
        languages=("en", "fr"),
        encoder=encoder,
        judge=encoder_grader(encoder),
    )
    called = [pair.kind for pair, own in zip(made, alike, strict=True) if own]
    translations = sum(pair.kind == "translation" for pair in made)
    assert scores.recall == round(called.count("translation") / translations, 4)
    assert scores.precision == round(called.count("translation") / max(1, len(called)), 4)
    assert sum(count["pairs"] for count in scores.by_kind.values()) == len(made)
    for kind, count in scores.by_kind.items():
        assert count["near_equivalent"] == called.count(kind)
    assert evaluate_grades([], [], languages=("en", "fr"), encoder=encoder).by_kind == {}


def test_links_by_grade(tmp_path: Path) -> None:
    documents = [
        make_document("a", "The mayor closed the museum on Tuesday.", "The minister met the farmers on Monday."),
        make_document("b", "Le maire a fermé the museum on mardi.", "Le ministre the farmers on lundi.", lang="fr"),
    ]
    file = tmp_path / "links.tsv"
    file.write_text("en\tfr\tgrade\tagreement\na#0\tb#0\t3\tboth\na#1\tb#1\t2\tboth\na#0\tb#1\t3\tone\n", "utf-8")
    links = read_links(file)
    assert links.equivalent == {("a#0", "b#0")}
    scores = evaluate_link_grades(documents, links, encoder=TinyEncoder())
    parts = scores.of_equivalent_links, scores.of_other_links, scores.of_doubtful_links, scores.of_none
    assert scores.near_equivalent == sum(parts)
    assert scores.equivalent_links == 1
    with pytest.raises(InputError, match="1 documents were refused; the first: broken"):
        evaluate_link_grades([InputError("broken")], links, encoder=TinyEncoder())


@pytest.mark.parametrize("arguments", [[], ["--links", "x.tsv"], ["x.jsonl", "--documents", "y.jsonl"]])
@pytest.mark.model
def test_wrong_use(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "grades", *arguments]) == 2
    assert "expected translations (F.jsonl), or --documents with --links" in capsys.readouterr().err


@pytest.mark.model
def test_command_on_the_sample_coverage(capsys: pytest.CaptureFixture[str]) -> None:
    """The two documents that are largely translations: nothing else passes for one."""
    seeds = Path(__file__).parents[1] / "seeds"
    links = read_links(seeds / "links.tsv")
    assert isinstance(links, Links)
    arguments = ["--documents", str(seeds / "documents.jsonl"), "--links", str(seeds / "links.tsv"), "--json"]
    assert main(["evaluate", "grades", *arguments]) == 0
    scores = json.loads(capsys.readouterr().out)
    assert scores["of_equivalent_links"] >= 14
    assert scores["near_equivalent"] == scores["of_equivalent_links"]
    assert scores["equivalent_links"] == len(links.equivalent) == 17
