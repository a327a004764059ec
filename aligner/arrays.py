"""Arrays of vectors, and their one invariant."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["Counts", "Numbers", "Vectors", "padded", "unit"]

Vectors = npt.NDArray[np.float32]
"""Shape (n, dimension); rows of unit length, so that a dot product is a cosine similarity."""
Numbers = npt.NDArray[np.float64]
"""What is worked out: logits, probabilities, weights, of any shape."""
Counts = npt.NDArray[np.int64]
"""Shape (n,); how many numbers each of n rows has."""


def unit(vectors: Vectors) -> Vectors:
    """Return the rows at unit length; a row of zeros stays one."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, np.float32(1e-9)), np.float32)


def padded(values: npt.NDArray[np.float32], counts: Counts, *, filling: float = 0.0, least: int = 0) -> Vectors:
    """Return rows of different lengths, given one after the other, as a matrix of at least so many columns."""
    width = max(least, int(counts.max(initial=0)))
    rows = np.full((len(counts), width), filling, np.float32)
    rows[np.arange(width) < counts[:, None]] = values
    return rows
