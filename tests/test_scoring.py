"""The two regressions: what they say, and how they are kept and rescaled."""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import replace

import numpy as np
import pytest
from test_context import SHAPES, random_logits, slow_context
from test_features import make_side

from aligner.features import FEATURES
from aligner.scoring import (
    CONTEXT,
    FITTED_COSINES,
    PLAIN_SCORERS,
    STRICT_SCORERS,
    TOKEN_SCORERS,
    Cosines,
    Scorer,
    Scorers,
)

BY_NAME = {
    f"{kind}-{name}": getattr(scorers, name)
    for kind, scorers in (("tokens", TOKEN_SCORERS), ("plain", PLAIN_SCORERS), ("strict", STRICT_SCORERS))
    for name in ("documents", "texts")
}
SHIPPED = pytest.mark.parametrize("scorer", BY_NAME.values(), ids=BY_NAME)


@pytest.mark.parametrize(
    ("one", "other", "added"), [(10, 12, 0.5), (40, 10, -2.5), (10, 22, -0.5), (None, 10, 0.0), (10, None, 0.0)]
)
def test_what_dates_add(one: int | None, other: int | None, added: float) -> None:
    scorer = replace(TOKEN_SCORERS.documents, days=(0.5, -2.5))
    sides = [replace(make_side(np.random.default_rng(0), None), day=day) for day in (one, other)]
    assert scorer.dated(*sides) == pytest.approx(added)
    logits = random_logits((3, 4), seed=1)
    raised = scorer.probabilities(logits, shift=added)
    plain = scorer.probabilities(logits)
    odds = [found / (1 - found) for found in (np.clip(raised, 1e-3, 1 - 1e-3), np.clip(plain, 1e-3, 1 - 1e-3))]
    near = (plain > 0.05) & (plain < 0.95) & (raised > 0.05) & (raised < 0.95)
    np.testing.assert_allclose(np.log(odds[0] / odds[1])[near], added, atol=0.01)


@SHIPPED
@pytest.mark.parametrize("shape", [(1, 1), (1, 2), (2, 1), *SHAPES, (1, 60), (60, 1)])
def test_probabilities_are_numbers(scorer: Scorer, shape: tuple[int, int]) -> None:
    for logits in (random_logits(shape, seed=6), np.zeros(shape), np.full(shape, -40.0), np.full(shape, 40.0)):
        found = scorer.probabilities(logits)
        assert found.shape == shape
        assert ((found >= 0) & (found <= 1)).all()  # false for NaN
        assert (found == np.round(found, 4)).all()


# -- the scorer -----------------------------------------------------------------------------------------------------


@SHIPPED
def test_the_probability_of_a_single_pair(scorer: Scorer) -> None:
    logits = np.linspace(-12, 12, 200)
    found = [scorer.probabilities(np.array([[logit]])).item() for logit in logits]
    slope, intercept = scorer.alone
    expected = [1 / (1 + math.exp(-(slope * logit + intercept))) for logit in logits]
    np.testing.assert_allclose(found, expected, atol=0.5001e-4)
    assert all(first <= second for first, second in itertools.pairwise(found))
    assert found[0] < 0.01 < 0.99 < found[-1]
    assert scorer.alone_probabilities(logits).tolist() == found


@SHIPPED
def test_probabilities_of_two_documents_against_loops(scorer: Scorer) -> None:
    logits = random_logits((4, 6), seed=7)
    expected = [
        [
            1
            / (1 + math.exp(-scorer.context_intercept - sum(a * b for a, b in zip(pair, scorer.context, strict=True))))
            for pair in row
        ]
        for row in slow_context(logits.tolist())
    ]
    np.testing.assert_allclose(scorer.probabilities(logits), expected, atol=0.5001e-4)
    chains = random_logits((4, 6), seed=8)
    odds = np.array(expected) / (1 - np.array(expected)) * np.exp(0.6 * chains)
    found = replace(scorer, retold=0.6).probabilities(logits, retold=chains)
    np.testing.assert_allclose(found, odds / (1 + odds), atol=0.5001e-4)


@SHIPPED
def test_logits_against_loops(scorer: Scorer) -> None:
    found = np.random.default_rng(8).random((20, len(FEATURES)))
    expected = [scorer.pair_intercept + sum(a * b for a, b in zip(row, scorer.pair, strict=True)) for row in found]
    np.testing.assert_allclose(scorer.logits(found), expected, atol=1e-9)
    assert scorer.logits(np.empty((0, len(FEATURES)))).shape == (0,)


@SHIPPED
def test_a_scorer_comes_back_from_its_record(scorer: Scorer) -> None:
    record = scorer.to_record()
    assert list(record["pair"]) == list(FEATURES)
    assert list(record["context"]) == list(CONTEXT)
    assert Scorer.from_record(json.loads(json.dumps(record))) == scorer


RECORD = TOKEN_SCORERS.documents.to_record()


@pytest.mark.parametrize("name", sorted(RECORD))
def test_a_record_without_a_key(name: str) -> None:
    with pytest.raises(KeyError, match=f"'{name}'"):
        Scorer.from_record({key: value for key, value in RECORD.items() if key != name})


@pytest.mark.parametrize(("part", "name"), [("pair", "run"), ("context", "near")])
def test_a_record_without_a_coefficient(part: str, name: str) -> None:
    left = {key: value for key, value in RECORD[part].items() if key != name}
    with pytest.raises(KeyError, match=f"'{name}'"):
        Scorer.from_record({**RECORD, part: left})


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"threshold": "much"}, ValueError, "could not convert string to float: 'much'"),
        ({"threshold": None}, TypeError, "must be a string or a real number, not 'NoneType'"),
        ({"pair": 1.5}, TypeError, "'float' object is not subscriptable"),
    ],
)
def test_a_record_that_is_none(change: dict[str, object], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        Scorer.from_record({**RECORD, **change})


@SHIPPED
@pytest.mark.parametrize("own", [Cosines(0.8, 0.03), Cosines(0.1, 0.2), Cosines(-0.1, 0.05)])
def test_a_rescaled_scorer_says_the_same_of_an_affine_image(scorer: Scorer, own: Cosines) -> None:
    fitted = Cosines(0.07, 0.08)
    found = np.random.default_rng(9).random((50, len(FEATURES)))
    image = found.copy()
    for name in ("similarity", "document"):
        column = FEATURES.index(name)
        for row in range(len(found)):
            deviations = (found[row, column] - fitted.mean) / fitted.deviation
            image[row, column] = own.mean + deviations * own.deviation
    rescaled = scorer.rescaled(fitted, own)
    np.testing.assert_allclose(rescaled.logits(image), scorer.logits(found), atol=1e-9)
    kept = [name for name in FEATURES if name not in {"similarity", "document"}]
    assert [rescaled.pair[FEATURES.index(name)] for name in kept] == [
        scorer.pair[FEATURES.index(name)] for name in kept
    ]
    for name in ("context", "context_intercept", "retold", "alone", "threshold"):
        assert getattr(rescaled, name) == getattr(scorer, name)


@SHIPPED
def test_rescaling_to_the_same_cosines_changes_nothing(scorer: Scorer) -> None:
    again = scorer.rescaled(FITTED_COSINES, FITTED_COSINES)
    assert again.pair == scorer.pair
    assert again.pair_intercept == pytest.approx(scorer.pair_intercept)


def test_both_scorers_come_back_from_their_record_and_are_rescaled() -> None:
    parts = {"documents": TOKEN_SCORERS.documents, "texts": PLAIN_SCORERS.texts}
    scorers = Scorers.from_record({name: scorer.to_record() for name, scorer in parts.items()})
    assert scorers == Scorers(**parts)
    own = Cosines(0.8, 0.03)
    rescaled = {name: scorer.rescaled(FITTED_COSINES, own) for name, scorer in parts.items()}
    assert scorers.rescaled(FITTED_COSINES, own) == Scorers(**rescaled)
    with pytest.raises(KeyError, match="'texts'"):
        Scorers.from_record({"documents": RECORD})


@pytest.mark.parametrize("name", BY_NAME)
def test_the_shipped_scorers_are_sane(name: str) -> None:
    scorer, (kind, of) = BY_NAME[name], name.split("-")
    pair = dict(zip(FEATURES, scorer.pair, strict=True))
    assert 0 < scorer.threshold < 1
    assert min(pair["similarity"], pair["numbers"]) > 0
    assert pair["document"] > 0 or of == "texts"  # a text has no document
    assert scorer.pair_intercept < 0  # most pairs are none
    assert scorer.alone[0] > 0
    assert dict(zip(CONTEXT, scorer.context, strict=True))["own"] > 0
    assert (pair["best"] > 0, pair["run"] > 0) == ((True, True) if kind == "tokens" else (False, False))
    assert 0 < FITTED_COSINES.deviation < 0.5
    assert -0.5 < FITTED_COSINES.mean < 0.5
