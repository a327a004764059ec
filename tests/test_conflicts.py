"""Contradictions in altered translations."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from aligner.cli import main
from aligner.conflicts import alterations, evaluate_conflicts, evaluate_relations
from aligner.evidence import compare
from aligner.gold import read_pairs

ENGLISH = [
    "On 12 June 31 people met Dorsey in Tehran.",
    "The price rose by 22% on Monday, said Anna Keller of Zurich.",
    "It rained.",
    "The mayor, Keller, left in 2017.",
]
FRENCH = [
    "Le 12 juin, 31 personnes ont vu Dorsey à Téhéran.",
    "Le prix a monté de 22 % lundi, a dit Anna Keller de Zurich.",
    "Il a plu.",
    "Le maire, Keller, est parti en 2017.",
]


def test_each_alteration_changes_one_value() -> None:
    found = list(alterations(ENGLISH, FRENCH, languages=("en", "fr"), seed=3))
    assert {(pair, alteration.kind) for pair, _, alteration in found} == {
        (0, "number"),
        (0, "date"),
        (0, "name"),
        (1, "number"),
        (1, "date"),
        (1, "name"),
        (3, "date"),
        (3, "name"),
    }
    for pair, side, alteration in found:
        text = (ENGLISH, FRENCH)[side][pair]
        new = alteration.text[alteration.start : alteration.end]
        assert new != alteration.was
        assert alteration.text.replace(new, alteration.was, 1) == text
        assert new not in ENGLISH[pair] + FRENCH[pair]
    assert found == list(alterations(ENGLISH, FRENCH, languages=("en", "fr"), seed=3))


def test_rates_count_what_compare_finds() -> None:
    rates = evaluate_conflicts(ENGLISH, FRENCH, languages=("en", "fr"), seed=3)
    right = 0
    for pair, side, alteration in alterations(ENGLISH, FRENCH, languages=("en", "fr"), seed=3):
        texts = [ENGLISH[pair], FRENCH[pair]]
        texts[side] = alteration.text
        conflicting = compare(*texts, left_language="en", right_language="fr").conflicting
        changed = set(range(alteration.start, alteration.end))
        right += any(changed & set(range(both[side].start, both[side].end)) for both in conflicting)
    assert (rates.altered, rates.flagged_right) == (8, right)
    assert (rates.untouched, rates.false_flags, rates.false_flag_rate) == (4, 0, 0.0)
    assert rates.record()["detection_rate"] == rates.detection_rate == round(right / 8, 4)
    assert sum(kind["altered"] for kind in rates.by_kind.values()) == 8


def test_relations_that_rows_name() -> None:
    english = ["At least 31 people died in the flood.", "At least 31 people died in the flood.", "It rained."]
    french = ["Au moins 25 personnes sont mortes dans la crue.", "Au moins 31 personnes sont mortes.", "Il a plu."]
    rates = evaluate_relations(english, french, ["conflict", "same", "partial"], languages=("en", "fr"))
    assert (rates.conflicting, rates.flagged) == (1, 1)
    assert rates.others == {"partial": {"pairs": 1, "flagged": 0}, "same": {"pairs": 1, "flagged": 0}}


def test_the_command_needs_no_encoder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It does not load the model that it is given; a row's own identifier is no language."""
    file = tmp_path / "pairs.jsonl"
    rows = [{"qid": "Q1", "en": e, "fr": f} for e, f in zip(ENGLISH, FRENCH, strict=True)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    assert main(["evaluate", "conflicts", str(file), "--model", "/no/such/model", "--json", "--seed", "3"]) == 0
    expected = evaluate_conflicts(ENGLISH, FRENCH, languages=("en", "fr"), seed=3).record()
    assert json.loads(capsys.readouterr().out) == expected
    file.write_text("".join(json.dumps(row | {"relation": "same"}) + "\n" for row in rows), "utf-8")
    assert main(["evaluate", "conflicts", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["others"] == {"same": {"pairs": 4, "flagged": 0}}


def test_nothing_to_alter() -> None:
    rates = evaluate_conflicts(["It rained."], ["Il a plu."], languages=("en", "fr"))
    assert (rates.altered, rates.detection_rate, rates.false_flag_rate) == (0, 0.0, 0.0)


@pytest.mark.slow
@pytest.mark.skipif("ALIGNER_DATA" not in os.environ, reason="ALIGNER_DATA names no folder of real data")
def test_news_translations() -> None:
    """Rules were tuned on the even rows; these are the odd ones."""
    path = Path(os.environ["ALIGNER_DATA"]) / "parallel" / "ntrex_en_fr.jsonl"
    english, french, languages = read_pairs(path, languages=("en", "fr"))
    rates = evaluate_conflicts(english[1::2], french[1::2], languages=languages)
    assert rates.detection_rate >= 0.9
    assert rates.false_flag_rate <= 0.03
