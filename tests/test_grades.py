"""Near-equivalents are told from paragraphs that share a fact only."""

from __future__ import annotations

import numpy as np
import pytest

from aligner.arrays import unit
from aligner.equivalents import composites
from aligner.evidence import Evidence, Item
from aligner.features import Side
from aligner.grades import (
    GRADE_FEATURES,
    GRADES,
    PLAIN_GRADER,
    TOKEN_GRADER,
    Grader,
    grade_features,
    grader,
)
from aligner.scoring import FITTED_COSINES, Cosines
from aligner.tokens import Tokens

NUMBER = Item("number", "12", "12", 0, 2)
NAME = Item("name", "Kim", "Kim", 3, 6)
BARE = np.zeros(5)  # tokens of four dimensions that a translation tells with a cosine of 0


def side(*axes: int, vector: tuple[float, ...] = (1.0, 0.0)) -> Side:
    """Return a text whose tokens lie along these of four axes."""
    vectors = (np.eye(4)[list(axes)] * 127).astype(np.int8)
    count = len(axes)
    tokens = Tokens(vectors, np.zeros(count, "f2"), np.zeros(count, "i4"), np.zeros((count, 2), "i4"))
    own = unit(np.array(vector, np.float32))
    return Side(own, own, tokens, frozenset())


def features(source: Side, target: Side, evidence: Evidence | None = None, told: object = BARE) -> dict[str, float]:
    found = grade_features(source, target, evidence or Evidence(), lengths=(100, 200), told=np.asarray(told))
    return dict(zip(GRADE_FEATURES, found.tolist(), strict=True))


def test_the_worst_told_clause_decides() -> None:
    """Cosines of such tokens are (127 / 254) squared where they lie along one axis, else 0."""
    same = (127 / 254) ** 2
    long = [0] * 20 + [1] * 12
    assert features(side(*long), side(*long))["gap"] == pytest.approx(same)
    assert features(side(*long), side(0))["gap"] == pytest.approx(-same)  # 12 untold ones, whose partner is another's
    assert features(side(0), side(*long))["gap"] == pytest.approx(-same)  # the same from the other side
    assert features(side(*long, *[1] * 3), side(0, 1))["gap"] == pytest.approx(same)
    assert features(side(*[0] * 20, *[1] * 6), side(0))["gap"] == pytest.approx(0.0)  # half of the run is told


def test_what_a_translation_tells_of_a_token_is_taken_off() -> None:
    same = (127 / 254) ** 2
    assert features(side(0, 0), side(0), told=[0, 0, 0, 0, 0.1])["gap"] == pytest.approx(same - 0.1)
    assert features(side(0, 0), side(0), told=[0.2, 0, 0, 0, 0])["gap"] == pytest.approx(same - 0.2 * 127 / 254)


def test_other_features() -> None:
    evidence = Evidence(only_left=(NUMBER, NAME, NAME), only_right=(NUMBER, NUMBER, NUMBER, NUMBER))
    found = features(side(0, vector=(1, 0)), side(0, vector=(3, 4)), evidence)
    assert found["similarity"] == pytest.approx(0.6)
    assert found["length"] == pytest.approx(0.693, abs=0.001)
    assert (found["figures"], found["names"]) == (3, 2)
    bare = Side(side(0).vector, side(0).vector, None, frozenset())
    assert features(bare, side(0))["gap"] == 0


@pytest.mark.parametrize(
    ("source", "target", "evidence", "expected"),
    [
        (side(0, 1), side(0, 1), Evidence(), True),
        (side(0, 1), side(0, 2), Evidence(), False),
        (side(0, 1), side(0, 1), Evidence(only_left=(NUMBER,)), False),
        (side(0, 1), side(0, 1), Evidence(conflicting=((NUMBER, NUMBER),)), False),
        (side(0, 1), side(0, 1), Evidence(negates_alone=True), False),
        (side(0, 1), side(), Evidence(), False),
        (side(0, 1), Side(side(0).vector, side(0).vector, None, frozenset()), Evidence(), False),
    ],
)
def test_decision(source: Side, target: Side, evidence: Evidence, expected: bool) -> None:
    rule = Grader(weights=(10.0, 0.0, 0.0, -5.0, 0.0), intercept=0.0, threshold=1.0, told=tuple(BARE))
    assert rule.is_equivalent(source, target, evidence, lengths=(10, 10)) is expected


def test_what_is_fitted() -> None:
    """More of what one side tells alone never makes a near-equivalent, and tokens decide where there are some."""
    for fitted in (TOKEN_GRADER, PLAIN_GRADER):
        weights = dict(zip(GRADE_FEATURES, fitted.weights, strict=True))
        assert all(weights[name] < 0 for name in ("length", "figures", "names"))
        assert Grader.from_record(fitted.to_record()) == fitted
    assert TOKEN_GRADER.weights[0] > 0
    assert len(TOKEN_GRADER.told) == 129
    assert (PLAIN_GRADER.weights[0], PLAIN_GRADER.told) == (0, ())
    assert GRADES == ("near-equivalent", "same-fact", "none")


def test_another_model_is_rescaled() -> None:
    """A cosine as many deviations above unrelated ones counts the same."""
    assert grader(None) is TOKEN_GRADER
    own = Cosines(mean=0.7, deviation=0.05)
    other = grader(own)
    values = np.zeros(5)
    for deviations in (0.0, 3.0, 8.0):
        values[1] = FITTED_COSINES.mean + deviations * FITTED_COSINES.deviation
        expected = values @ np.array(PLAIN_GRADER.weights) + PLAIN_GRADER.intercept
        values[1] = own.mean + deviations * own.deviation
        assert values @ np.array(other.weights) + other.intercept == pytest.approx(expected)


def test_composites_say_what_they_are() -> None:
    sources = [f"He was in room {n}, they said, on floor {n}." for n in range(40)]
    targets = [f"Il était dans la salle {n}, selon eux, à l'étage {n}." for n in range(40)]
    assert list(composites(sources, targets, seed=1)) == list(composites(sources, targets, seed=1))
    made = [pair for seed in range(8) for pair in composites(sources, targets, seed=seed)]
    assert {pair.kind for pair in made} == {"translation", "extra", "missing", "swapped", "half", "clause", "negated"}

    def rooms(text: str, word: str) -> list[str]:
        return [part.split(",")[0] for part in text.split(word)[1:]]

    for pair in made:
        told, there = rooms(pair.source, "room "), rooms(pair.target, "salle ")
        match pair.kind:
            case "translation":
                assert told == there
            case "negated":
                assert told == there
                assert pair.source.count(" not ") == 1
            case "extra":
                assert len(there) == len(told) + 1
                assert set(told) < set(there)
            case "missing":
                assert len(there) == len(told) - 1
                assert set(there) < set(told)
            case "swapped":
                assert len(there) == len(told)
                assert len(set(told) - set(there)) == 1
            case "half":
                assert len(there) == len(told)
                assert 0 < len(set(told) & set(there)) < len(told)
            case "clause":
                assert 0.4 <= len(pair.target) / len(" ".join(targets[int(n)] for n in told)) <= 0.85
    assert list(composites([], [])) == []
