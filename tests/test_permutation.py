"""Permutation tests against exact ones, and Holm's correction against its definition."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from aligner.deadline import limit_time
from aligner.errors import TooSlowError
from aligner.permutation import holm, rate_difference, sign_flip


def test_rate_difference_is_near_the_exact_share_of_permutations() -> None:
    counts, sizes = np.array([5.0, 4, 6, 0, 1, 1, 2]), np.array([3.0, 2, 3, 2, 3, 1, 4])
    total, whole = counts.sum(), sizes.sum()

    def apart(chosen: tuple[int, ...]) -> float:
        count, size = counts[list(chosen)].sum(), sizes[list(chosen)].sum()
        return abs(count / size - (total - count) / (whole - size))

    every = [apart(chosen) for chosen in itertools.combinations(range(7), 3)]
    exact = sum(each >= apart((0, 1, 2)) - 1e-12 for each in every) / len(every)
    found = rate_difference((counts[:3], counts[3:]), (sizes[:3], sizes[3:]), seed="x", rounds=20_000)
    assert found == pytest.approx(exact, abs=0.01)


def test_sign_flip_is_near_the_exact_share_of_signs() -> None:
    values = [0.4, 0.1, -0.05, 0.3, 0.2, 0.25]
    means = [
        abs(np.mean([v * s for v, s in zip(values, signs, strict=True)]))
        for signs in itertools.product((1, -1), repeat=6)
    ]
    exact = sum(mean >= abs(np.mean(values)) - 1e-12 for mean in means) / len(means)
    assert sign_flip(values, seed="x", rounds=20_000) == pytest.approx(exact, abs=0.01)


def test_nothing_to_tell_apart() -> None:
    nothing = np.zeros(3)
    assert rate_difference((nothing, nothing), (nothing + 1, nothing + 1), seed="x") == 1.0
    assert rate_difference((np.array([]), nothing), (np.array([]), nothing), seed="x") == 1.0
    assert sign_flip([0.0, 0.0], seed="x") == 1.0


def test_a_seed_gives_one_answer() -> None:
    values = [0.4, 0.1, -0.05, 0.3]
    assert sign_flip(values, seed="a") == sign_flip(values, seed="a")


@pytest.mark.parametrize(
    ("chances", "adjusted"),
    [
        ([], []),
        ([0.03], [0.03]),
        ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]),  # Holm (1979): 4 x .005, 3 x .01, 2 x .03, then no less
        ([0.5, 0.9], [1.0, 1.0]),
    ],
)
def test_holm(chances: list[float], adjusted: list[float]) -> None:
    assert holm(chances) == pytest.approx(adjusted)


def test_many_paragraphs_are_shuffled_a_part_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = np.array([1.0, 0, 2, 1, 0]), np.array([0.0, 0, 1, 0, 0, 0])
    sizes = np.ones(5), np.full(6, 2.0)
    whole = rate_difference(counts, sizes, seed="a")
    with limit_time(0), pytest.raises(TooSlowError, match="the answer takes longer than is allowed"):
        rate_difference(counts, sizes, seed="a")
    shuffled: list[int] = []
    argsort = np.argsort
    monkeypatch.setattr("aligner.permutation.BLOCK", 100)
    monkeypatch.setattr(np, "argsort", lambda found, axis: shuffled.append(found.size) or argsort(found, axis=axis))
    assert rate_difference(counts, sizes, seed="a") == whole
    assert max(shuffled) <= 100
