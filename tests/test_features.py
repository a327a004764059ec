"""What the scorer asks of two paragraphs, against the same worked out slowly."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from aligner.clues import day_of, days_apart, numbers_of
from aligner.features import FEATURES, Carried, Side, carried_spans, features
from aligner.tokens import NO_PIECE, STEPS, Tokens

DIMENSION = 32


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
