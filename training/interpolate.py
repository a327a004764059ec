"""Make aligner/adapted.npz and aligner/reader.npz: what ships is half of the way to what training/adapter.py fitted.

    python training/interpolate.py

The way is from e5 as it is, the projection of its tokens and their reader to training/adapted.npz and
adapted_reader.npz, between the weights of all layers, number by number: so what a model knew of other texts is kept.
After Wortsman et al. (2022), section 3, https://arxiv.org/abs/2109.01903: they take the middle where nothing tells
better.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
from adapter import ADAPTED as FITTED
from adapter import READER as FITTED_READER
from plain import PROJECTION
from plain import READER as PLAIN_READER

from aligner.adapted import DOWN, UP
from aligner.encoders import ADAPTED
from aligner.reader import WEIGHTS

SHARE = 0.5
MADE = ((ADAPTED, PROJECTION, FITTED), (WEIGHTS, PLAIN_READER, FITTED_READER))
"""What is written, where the way begins, and where it ends."""

Arrays = Mapping[str, npt.NDArray[np.float16]]


def between(plain: Arrays, fitted: Arrays, share: float) -> dict[str, npt.NDArray[np.float16]]:
    """Return each array that share of the way from the plain one to the fitted; of products, one matrix."""
    found = {}
    for name, end in fitted.items():
        value = end.astype(np.float64)
        if name.endswith(UP):
            value *= share
        elif not name.endswith(DOWN):
            value = (1 - share) * plain[name].astype(np.float64) + share * value
        found[name] = value.astype(np.float16)
    return found


def read(path: Path) -> Arrays:
    """Return the arrays of a file."""
    with np.load(path) as stored:
        return {name: stored[name] for name in stored.files}


def main() -> None:
    """Write both files."""
    for target, plain, fitted in MADE:
        np.savez_compressed(target, allow_pickle=False, **between(read(plain), read(fitted), SHARE))


if __name__ == "__main__":
    main()
