"""What tokens find in the other paragraphs, against the same worked out a token at a time."""

from __future__ import annotations

import numpy as np
import pytest
from tiny import random_tokens

from aligner.contrast import Contrast
from aligner.tokens import Tokens

COUNTS = ([5], [3, 1, 9]), ([4, 2], [7, 6]), ([1, 1, 12], [2, 30])


def best(tokens: Tokens, place: int, there: Tokens) -> float:
    return max(float(tokens.floats()[place] @ vector) for vector in there.floats())


@pytest.mark.parametrize(("first", "second"), COUNTS)
def test_the_mean_and_the_greatest_of_the_others(first: list[int], second: list[int]) -> None:
    rng = np.random.default_rng(sum(first))
    rows, columns = ([random_tokens(rng, count) for count in counts] for counts in (first, second))
    contrast = Contrast.of(rows, columns)
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            both = contrast.elsewhere(i, j)
            for found, own, others in (
                (both[0], row, columns[:j] + columns[j + 1 :]),
                (both[1], column, rows[:i] + rows[i + 1 :]),
            ):
                if not others:
                    assert found is None
                    continue
                assert found is not None
                assert found.shape == (len(own), 2)
                for place, (mean, greatest) in enumerate(found.tolist()):
                    told = [best(own, place, other) for other in others]
                    assert (mean, greatest) == pytest.approx((sum(told) / len(told), max(told)), abs=1e-5)


def test_no_paragraphs_with_tokens() -> None:
    assert Contrast.of([], [random_tokens(np.random.default_rng(0), 3)]) == Contrast([], [])
