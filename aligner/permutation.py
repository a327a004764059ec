"""Tests of differences by permutation, and their correction for how many there are. Seeded."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from aligner.arrays import Numbers
from aligner.deadline import check_time

__all__ = ["Numbers", "holm", "rate_difference", "sign_flip"]
ROUNDS = 4999
BLOCK = 1_000_000  # numbers that are shuffled at a time: 8 MB


def rate_difference(
    counts: tuple[Numbers, Numbers], sizes: tuple[Numbers, Numbers], *, seed: str, rounds: int = ROUNDS
) -> float:
    """Return how often chance alone gives two groups of paragraphs rates as far apart as these, or further.

    A rate is the sum of the counts by the sum of the sizes. Whole paragraphs change sides, since their sentences
    depend on each other. With the observed one counted (Phipson and Smyth 2010, https://doi.org/10.2202/1544-6115.1585),
    so never 0. Raises TooSlowError.
    """
    every, all_sizes = np.concatenate(counts), np.concatenate(sizes)
    first = len(counts[0])
    if not first or first == len(every):
        return 1.0
    rng = np.random.default_rng(zlib.crc32(seed.encode()))
    observed = _apart(counts[0].sum(), sizes[0].sum(), every.sum(), all_sizes.sum())
    as_far, step = 0, max(1, BLOCK // len(every))
    for start in range(0, rounds, step):
        check_time()
        chosen = np.argsort(rng.random((min(step, rounds - start), len(every))), axis=1)[:, :first]
        apart = _apart(every[chosen].sum(axis=1), all_sizes[chosen].sum(axis=1), every.sum(), all_sizes.sum())
        as_far += int((apart >= observed - 1e-12).sum())
    return (1 + as_far) / (1 + rounds)


def _apart(count: Numbers, size: Numbers, total: float, whole: float) -> Numbers:
    one = count / np.maximum(size, 1e-9)
    other = (total - count) / np.maximum(whole - size, 1e-9)
    return np.abs(np.asarray(one - other, np.float64))


def sign_flip(differences: Sequence[float], *, seed: str, rounds: int = ROUNDS) -> float:
    """Return how often chance alone gives paired differences a mean as far from 0 as this, or further."""
    values = np.array(differences, np.float64)
    if not values.any():
        return 1.0
    rng = np.random.default_rng(zlib.crc32(seed.encode()))
    signs = rng.integers(0, 2, (rounds, len(values))) * 2 - 1
    apart = np.abs((signs * values).mean(axis=1))
    return float((1 + (apart >= abs(values.mean()) - 1e-12).sum()) / (1 + rounds))


def holm(chances: Sequence[float]) -> list[float]:
    """Return the adjusted p-values of Holm (1979), https://www.jstor.org/stable/4615733, in the order given."""
    count = len(chances)
    adjusted = [1.0] * count
    highest = 0.0
    for rank, at in enumerate(sorted(range(count), key=lambda at: (chances[at], at))):
        highest = max(highest, min(1.0, (count - rank) * chances[at]))
        adjusted[at] = highest
    return adjusted
