"""What the other pairs of two documents say of a pair, against the same worked out slowly."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest

from aligner.scoring import (
    CONTEXT,
    context,
)

SHAPES = [(1, 4), (4, 1), (2, 3), (3, 2), (5, 5), (2, 2), (7, 12)]


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
            best = sum(([*sorted(everywhere, reverse=True), -8.0, -8.0, -8.0])[:3]) / 3
            line.append([own, gap, top, (own - level) * share, (near - level) * share, 1 / (1 + math.exp(-best))])
        result.append(line)
    return result


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
