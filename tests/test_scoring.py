"""What the scorer asks of two paragraphs, against the same worked out slowly."""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from aligner.clues import day_of, days_apart, numbers_of
from aligner.features import FEATURES, Carried, Side, carried_spans, features
from aligner.scoring import (
    CONTEXT,
    FITTED_COSINES,
    PLAIN_SCORERS,
    STRICT_SCORERS,
    TOKEN_SCORERS,
    Cosines,
    Scorer,
    Scorers,
    context,
)
from aligner.tokens import NO_PIECE, STEPS, Tokens

DIMENSION = 32
SHAPES = [(1, 4), (4, 1), (2, 3), (3, 2), (5, 5), (2, 2), (7, 12)]
BY_NAME = {
    f"{kind}-{name}": getattr(scorers, name)
    for kind, scorers in (("tokens", TOKEN_SCORERS), ("plain", PLAIN_SCORERS), ("strict", STRICT_SCORERS))
    for name in ("documents", "texts")
}
SHIPPED = pytest.mark.parametrize("scorer", BY_NAME.values(), ids=BY_NAME)


def unit(rng: np.random.Generator, *shape: int) -> npt.NDArray[np.float32]:
    vectors = rng.standard_normal(shape)
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


def make_tokens(vectors: npt.NDArray[np.float32], pieces: list[int], *, expected: float = 0.0) -> Tokens:
    """Return tokens of four letters each, with a space between."""
    count = len(vectors)
    starts = 5 * np.arange(count)
    return Tokens(
        vectors=np.clip(np.rint(vectors * STEPS), -127, 127).astype(np.int8),
        expected=np.full(count, expected, np.float16),
        pieces=np.array(pieces, np.int32),
        offsets=np.column_stack([starts, starts + 4]).astype(np.int32),
    )


def random_tokens(rng: np.random.Generator, count: int) -> Tokens:
    """Return tokens of a small vocabulary, some of them numbers."""
    found = make_tokens(unit(rng, count, DIMENSION), rng.integers(NO_PIECE, 20, count).tolist())
    return replace(found, expected=rng.uniform(0.1, 0.4, count).astype(np.float16))


def make_side(rng: np.random.Generator, tokens: Tokens | None, *numbers: str) -> Side:
    return Side(unit(rng, DIMENSION), unit(rng, DIMENSION), tokens, frozenset(numbers))


# -- the same, slowly -----------------------------------------------------------------------------------------------


def slow_excesses(tokens: Tokens, others: Tokens) -> list[float]:
    found = []
    for vector, expected, piece in zip(tokens.vectors, tokens.expected, tokens.pieces, strict=True):
        cosines = [sum(int(a) * int(b) for a, b in zip(vector, other, strict=True)) for other in others.vectors]
        excess = max(cosines) / 254**2 - float(expected)
        literal = piece >= 0 and piece in others.pieces.tolist()
        found.append(0.7 * excess if literal else excess)
    return found


def slow_best(excesses: list[float]) -> float:
    better = sorted(excesses, reverse=True)[: math.ceil(len(excesses) / 2)]
    return sum(better) / len(better)


def slow_run(excesses: list[float]) -> float:
    if len(excesses) <= 12:
        return sum(excesses) / 12
    return max(sum(excesses[start : start + 12]) / 12 for start in range(len(excesses) - 11))


def slow_features(source: Side, target: Side) -> list[float]:
    best = run = 0.0
    if source.tokens is not None and target.tokens is not None and len(source.tokens) and len(target.tokens):
        ahead = slow_excesses(source.tokens, target.tokens)
        back = slow_excesses(target.tokens, source.tokens)
        best, run = (slow_best(ahead) + slow_best(back)) / 2, (slow_run(ahead) + slow_run(back)) / 2
    similarity, document = (
        sum(float(a) * float(b) for a, b in zip(getattr(source, name), getattr(target, name), strict=True))
        for name in ("vector", "document")
    )
    shared = sum(number in target.numbers for number in source.numbers)
    return [best, run, similarity, document, min(3, shared)]


def slow_context(logits: list[list[float]]) -> list[list[list[float]]]:
    """One pair at a time, the others of its row, its column and all of them listed."""
    rows, columns = len(logits), len(logits[0])

    def at(row: int, column: int) -> float:
        return logits[row][column] if 0 <= row < rows and 0 <= column < columns else -9.0

    result = []
    for row in range(rows):
        line = []
        for column in range(columns):
            own = logits[row][column]
            in_row = [logits[row][c] for c in range(columns) if c != column]
            in_column = [logits[r][column] for r in range(rows) if r != row]
            everywhere = [logits[r][c] for r in range(rows) for c in range(columns) if (r, c) != (row, column)]
            gap = top = 0.0
            for others in (in_row, in_column):
                if others:
                    gap += (own - sum(others) / len(others)) * len(others) / (len(others) + 4)
                    top += (own - max(others)) * len(others) / (len(others) + 1)
            level = sum(everywhere) / len(everywhere)
            share = len(everywhere) / (len(everywhere) + 12)
            steps = [(-1, -1), (1, 1), (-1, 0), (1, 0), (0, -1), (0, 1)]
            near = max(at(row + down, column + right) for down, right in steps)
            story = sum(([*sorted(everywhere, reverse=True), -8.0, -8.0, -8.0])[:3]) / 3
            line.append([own, gap, top, (own - level) * share, (near - level) * share, story])
        result.append(line)
    return result


# -- numbers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1,234 euros", {"1234"}),
        ("1 234 euros", {"1234"}),
        ("1\u00a0234 et 1\u202f235", {"1234", "1235"}),
        ("1,234,567 or 12 345 678", {"1234567", "12345678"}),
        ("1.5 million", {"1.5"}),
        ("1,5 million", {"1.5"}),
        ("1,234.5", {"1234.5"}),
        ("1 234,5", {"1234.5"}),
        ("12, 13 and 14.", {"12", "13", "14"}),
        ("1 2 3", set()),  # too common
        ("2. 3. 12.", {"12"}),
        ("12 dead, 40% of 2024", {"12", "40", "2024"}),
        ("A380, G20", {"380", "20"}),
        ("12 12 12", {"12"}),
        ("twelve", set()),
        ("", set()),
    ],
)
def test_the_numbers_of_a_text(text: str, numbers: set[str]) -> None:
    assert numbers_of(text) == numbers


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("2024-03-01", "2024-03-01", 0.0),
        ("2024-02-27", "2024-03-01", 0.0),  # a leap year: three days, as outlets tell one event
        ("2024-02-26", "2024-03-01", 1 / 27),
        ("2024-03-01T23:00:00-08:00", "2024-03-13", 9 / 27),
        ("2024-03-31", "2024-03-01", 1.0),
        ("2019-12-31", "2024-03-01T07:00:00", 1.0),
        (None, "2024-03-01", None),
        (None, None, None),
    ],
)
def test_days_apart(one: str | None, other: str | None, apart: float | None) -> None:
    assert days_apart(day_of(one), day_of(other)) == pytest.approx(apart)
    assert days_apart(day_of(other), day_of(one)) == pytest.approx(apart)


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


# -- features -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("length", [1, 2, 11, 12, 13, 40])
def test_features_against_loops(length: int, seed: int) -> None:
    rng = np.random.default_rng(100 * seed + length)
    source = make_side(rng, random_tokens(rng, length), "10", "20", "30", "40", "1.5")
    targets = [
        make_side(rng, random_tokens(rng, 1), "10"),
        make_side(rng, None, "10", "20"),
        make_side(rng, random_tokens(rng, 30), "10", "20", "30", "40"),
        make_side(rng, random_tokens(rng, 0)),
        make_side(rng, random_tokens(rng, 12), "50", "1.5"),
        make_side(rng, source.tokens, "10", "20", "30", "1.5"),
        make_side(rng, random_tokens(rng, 13)),
    ]
    found = features(source, targets)
    assert found.shape == (7, len(FEATURES))
    np.testing.assert_allclose(found, [slow_features(source, target) for target in targets], atol=2e-6)
    assert found[:, FEATURES.index("numbers")].tolist() == [1, 2, 3, 0, 1, 3, 0]


def test_features_do_not_depend_on_the_side_or_on_the_company() -> None:
    rng = np.random.default_rng(4)
    sides = [make_side(rng, random_tokens(rng, count), "10", str(count)) for count in (5, 12, 20, 33, 1)]
    for source in sides:
        together = features(source, sides)
        for target, row in zip(sides, together, strict=True):
            np.testing.assert_allclose(features(source, [target])[0], row, atol=1e-6)
            np.testing.assert_allclose(features(target, [source])[0], row, atol=1e-6)


@pytest.mark.parametrize("tokens", [None, random_tokens(np.random.default_rng(1), 0)], ids=["none", "empty"])
def test_features_without_tokens(tokens: Tokens | None) -> None:
    rng = np.random.default_rng(5)
    source, target = make_side(rng, tokens, "10"), make_side(rng, random_tokens(rng, 20), "10")
    for first, second in ((source, target), (target, source), (source, source)):
        (row,) = features(first, [second])
        similarity, document = first.vector @ second.vector, first.document @ second.document
        np.testing.assert_allclose(row, [0, 0, similarity, document, 1], atol=1e-6)


def test_features_of_nothing() -> None:
    rng = np.random.default_rng(6)
    assert features(make_side(rng, random_tokens(rng, 3)), []).shape == (0, len(FEATURES))


def test_a_name_in_common_tells_less_than_a_translation_and_a_number_is_no_name() -> None:
    vectors = np.eye(DIMENSION, dtype=np.float32)[:1] * 0.5
    rng = np.random.default_rng(7)

    def best(source: int, target: int) -> float:
        sides = [make_side(rng, make_tokens(vectors, [piece])) for piece in (source, target)]
        return float(features(sides[0], sides[1:])[0, FEATURES.index("best")])

    assert best(4, 5) == pytest.approx(0.25)
    assert best(4, 4) == pytest.approx(0.7 * 0.25)
    assert best(NO_PIECE, NO_PIECE) == pytest.approx(0.25)


# -- the run that carries a match -----------------------------------------------------------------------------------


def planted(rng: np.random.Generator, run: npt.NDArray[np.float32], *, before: int, behind: int, piece: int) -> Tokens:
    vectors = np.concatenate([unit(rng, before, DIMENSION), run, unit(rng, behind, DIMENSION)])
    return make_tokens(vectors, list(range(piece, piece + len(vectors))), expected=0.3)


@pytest.mark.parametrize(
    ("source", "target"),
    [((0, 30), (30, 0)), ((17, 5), (3, 40)), ((8, 8), (8, 8)), ((0, 0), (25, 1)), ((1, 0), (0, 1))],
)
def test_a_run_is_found_where_it_was_planted(source: tuple[int, int], target: tuple[int, int]) -> None:
    rng = np.random.default_rng(8)
    run = unit(rng, 12, DIMENSION)
    sides = [
        planted(rng, run, before=before, behind=behind, piece=piece)
        for (before, behind), piece in ((source, 0), (target, 1000))
    ]
    spans = [(5 * before, 5 * (before + 12) - 1) for before, _ in (source, target)]
    assert carried_spans(*sides) == Carried(spans[0], spans[1])
    assert carried_spans(sides[1], sides[0]) == Carried(spans[1], spans[0])
    found = features(make_side(rng, sides[0]), [make_side(rng, sides[1])])
    assert found[0, FEATURES.index("run")] == pytest.approx(0.7, abs=0.02)  # a cosine of 1, less what is expected


def test_a_short_text_is_carried_whole() -> None:
    rng = np.random.default_rng(9)
    short = replace(random_tokens(rng, 2), offsets=np.array([[3, 9], [12, 20]], np.int32))
    long = random_tokens(rng, 30)
    found = carried_spans(short, long)
    assert found is not None
    assert found.source == (3, 20)
    start, end = found.target
    assert (start % 5, end - start) == (0, 12 * 5 - 1)
    excesses = slow_excesses(long, short)
    starts = range(len(long) - 11)
    assert start // 5 == max(starts, key=lambda place: sum(excesses[place : place + 12]))


def test_nothing_is_carried_without_tokens() -> None:
    rng = np.random.default_rng(10)
    some, empty = random_tokens(rng, 5), random_tokens(rng, 0)
    for pair in ((None, some), (some, None), (None, None), (empty, some), (some, empty)):
        assert carried_spans(*pair) is None


# -- the other pairs of two documents -------------------------------------------------------------------------------


def random_logits(shape: tuple[int, int], *, seed: int) -> npt.NDArray[np.float64]:
    return np.random.default_rng(seed).normal(-5, 4, shape)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("shape", SHAPES)
def test_context_against_loops(shape: tuple[int, int], seed: int) -> None:
    logits = random_logits(shape, seed=seed)
    found = context(logits)
    assert found.shape == (*shape, len(CONTEXT))
    np.testing.assert_allclose(found, slow_context(logits.tolist()), atol=1e-12)


@pytest.mark.parametrize(
    "logits",
    [[[-2.0, -2.0], [-2.0, -2.0]], [[1.0, 1.0, 0.0, 1.0, 1.0]], [[-5.0, 3.0], [3.0, 3.0], [-5.0, 3.0]]],
)
def test_context_of_equal_pairs(logits: list[list[float]]) -> None:
    np.testing.assert_allclose(context(np.array(logits)), slow_context(logits), atol=1e-12)


@pytest.mark.parametrize("logits", [[[2.0, -3.0]], [[2.0], [-3.0]], [[-7.5, 0.5, 1.0]]])
def test_context_where_there_are_fewer_pairs_than_a_story_has(logits: list[list[float]]) -> None:
    np.testing.assert_allclose(context(np.array(logits)), slow_context(logits), atol=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
def test_context_keeps_to_its_pair_when_paragraphs_change_places(shape: tuple[int, int]) -> None:
    """Except who lies beside it."""
    logits = random_logits(shape, seed=3)
    rng = np.random.default_rng(4)
    rows, columns = rng.permutation(shape[0]), rng.permutation(shape[1])
    ordered = [place for place, name in enumerate(CONTEXT) if name != "near"]
    moved = context(logits[rows][:, columns])[..., ordered]
    np.testing.assert_allclose(moved, context(logits)[rows][:, columns][..., ordered], atol=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
def test_context_does_not_ask_which_document_comes_first(shape: tuple[int, int]) -> None:
    logits = random_logits(shape, seed=5)
    np.testing.assert_allclose(context(logits.T), context(logits).transpose(1, 0, 2), atol=1e-12)


def test_gaps_shrink_in_short_documents() -> None:
    """One pair of 0 among pairs of -10: the less there is beside it, the less its lead says."""
    leads = []
    for width in (2, 4, 8, 40):
        logits = np.full((1, width), -10.0)
        logits[0, 0] = 0
        own = dict(zip(CONTEXT, context(logits)[0, 0], strict=True))
        others = width - 1
        assert own["gap"] == pytest.approx(10 * others / (others + 4))
        assert own["top"] == pytest.approx(10 * others / (others + 1))
        assert own["level"] == pytest.approx(10 * others / (others + 12))
        leads.append(own["gap"])
    assert leads == sorted(leads)


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
