"""Make training/projection.npz: how token vectors are centred, projected and what they are expected to find by chance.

    python training/projection.py ../shared/data

Fitted on NTREX and the FLORES development set (both CC BY-SA 4.0), English and French alike; seeded.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from plain import PROJECTION

from aligner.arrays import unit
from aligner.bundled import bundled_model_folder
from aligner.e5 import E5Encoder
from aligner.tokens import Floats, joined

FILES = ("parallel/ntrex_en_fr.jsonl", "parallel/flores_dev_en_fr.jsonl")
SENTENCES = 800  # of each language: more gain nothing
DIMENSION = 128
WHITENING = 0.5  # principal components are scaled by their standard deviation to the power of minus this
BACKGROUND = 256  # unrelated sentences in which a token's best cosine is looked for
RIDGE = 3.0


def main(data: Path) -> None:
    """Write the projection."""
    rows = [json.loads(line) for name in FILES for line in (data / name).read_text("utf-8").splitlines()]
    chosen = [rows[i] for i in np.random.default_rng(0).choice(len(rows), SENTENCES, replace=False)]
    encoder = E5Encoder(bundled_model_folder(), name="e5")
    sides = [encoder.encode_states([row[lang] for row in chosen])[1] for lang in ("en", "fr")]
    states = [state for side in sides for state in side]
    mean = np.hstack([np.concatenate([getattr(s, layer) for s in states]).mean(0) for layer in ("before_last", "last")])
    tokens = [[joined(s.before_last, s.last, mean) for s in side] for side in sides]
    matrix = _components(np.concatenate([t for side in tokens for t in side]))
    projected = [[unit(t @ matrix) for t in side] for side in tokens]
    expectation = _expectation(projected)
    np.savez_compressed(PROJECTION, mean=mean.astype("f2"), matrix=matrix.astype("f2"), expectation=expectation)


def _components(tokens: Floats) -> Floats:
    _, spread, components = np.linalg.svd(tokens[::3], full_matrices=False)
    scale = (spread[:DIMENSION] / spread[0]) ** -WHITENING
    return np.asarray((components[:DIMENSION] * scale[:, None]).T, np.float32)


def _expectation(sides: list[list[Floats]]) -> Floats:
    """Return the ridge regression of a token's mean best cosine in unrelated sentences of the other language."""
    inputs, found = [], []
    for own, other in ((sides[0], sides[1]), (sides[1], sides[0])):
        background = other[:BACKGROUND]
        cuts = np.cumsum([0, *(len(sentence) for sentence in background)])[:-1]
        everything = np.concatenate(background).T
        for sentence in own[BACKGROUND:]:
            inputs.append(sentence)
            found.append(np.maximum.reduceat(sentence @ everything, cuts, axis=1).mean(axis=1))
    x = np.concatenate(inputs)
    x = np.hstack([x, np.ones((len(x), 1), np.float32)]).astype(np.float64)
    y = np.concatenate(found).astype(np.float64)
    return np.asarray(np.linalg.solve(x.T @ x + RIDGE * np.eye(x.shape[1]), x.T @ y), np.float32)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
