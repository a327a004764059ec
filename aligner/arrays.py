"""Arrays of vectors, and their one invariant."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["Vectors", "unit"]

Vectors = npt.NDArray[np.float32]
"""Shape (n, dimension); rows of unit length, so that a dot product is a cosine similarity."""


def unit(vectors: Vectors) -> Vectors:
    """Return the rows at unit length; a row of zeros stays one."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, np.float32(1e-9)), np.float32)
