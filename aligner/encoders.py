"""The encoders that come with the package, by name.

A model is named by a string, as settings and the command line give it:

    default        multilingual-e5-small, its last layers adapted to news, and USE, centred and joined (no hub)
    bundled-e5     the first of the two alone, as its package has it
    bundled-use    the second alone, out of a Python package too
    anything else  a Sentence-Transformers model, a folder or a name on a hub

An encoder's `name` is that string, "@" and a fingerprint of the weights: load_encoder takes it as well.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from aligner.arrays import Vectors, unit
from aligner.bundled import bundled_model_folder
from aligner.e5 import E5Encoder
from aligner.errors import EncoderError
from aligner.sentence_models import SentenceTransformerEncoder, quiet
from aligner.tokens import TokenProjection, Tokens
from aligner.use import UseEncoder
from aligner.vectors import Encoder, Progress

__all__ = ["ADAPTED", "CENTRES", "CentredEncoder", "DefaultEncoder", "JointEncoder", "load_encoder", "read_centres"]

USE_WEIGHT = 0.3  # of the joint cosine: see docs/matching.md
CENTRES = Path(__file__).with_name("centres.npz")  # made by training/centres.py
ADAPTED = Path(__file__).with_name("adapted.npz")  # made by training/interpolate.py


class CentredEncoder:
    """An encoder whose vectors have the mean of unrelated news taken off: unrelated texts then have a cosine near 0.

    After Mu and Viswanath (2018), https://arxiv.org/abs/1702.01417: what all vectors share says nothing.
    """

    def __init__(self, encoder: Encoder, centre: Vectors) -> None:
        if centre.shape != (encoder.dimension,):
            raise EncoderError(f"a centre of shape {centre.shape} does not fit {encoder.name}: {encoder.dimension}")
        self._encoder, self._centre = encoder, centre
        self.name, self.dimension, self.views = encoder.name, encoder.dimension, encoder.views

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Return one vector a text, in order."""
        return unit(self._encoder.encode(texts, progress=progress) - self._centre)


class JointEncoder:
    """Two encoders side by side: the dot product of its vectors is the weighted mean of the two cosines."""

    def __init__(self, first: Encoder, second: Encoder, *, second_weight: float = USE_WEIGHT) -> None:
        self._first, self._second = first, second
        self._scales = np.sqrt([1 - second_weight, second_weight]).astype(np.float32)
        self.name = f"{first.name}+{second.name}"
        self.dimension = first.dimension + second.dimension
        shifted = {view: slice(s.start + first.dimension, s.stop + first.dimension) for view, s in second.views.items()}
        self.views: Mapping[str, slice] = {**first.views, **shifted}

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Return one vector a text, in order."""
        return self.join(self._first.encode(texts, progress=progress), self._second.encode(texts))

    def join(self, first: Vectors, second: Vectors) -> Vectors:
        """Return the vectors that both encoders gave as one."""
        return np.hstack([first * self._scales[0], second * self._scales[1]])


class DefaultEncoder:
    """Both bundled models, centred and joined, and the tokens of the first, all from one pass over each."""

    def __init__(
        self, e5: E5Encoder, use: UseEncoder, *, centres: tuple[Vectors, Vectors], tokens: TokenProjection, name: str
    ) -> None:
        """`centres` are those of both models, in this order."""
        self._e5, self._tokens = e5, tokens
        self._centre = centres[0]
        self._use = CentredEncoder(use, centres[1])
        self._joint = JointEncoder(CentredEncoder(e5, self._centre), self._use)
        self.dimension, self.views = self._joint.dimension, self._joint.views
        self.name = name

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Return one vector a text, in order."""
        return self._joint.encode(texts, progress=progress)

    def encode_tokens(self, texts: Sequence[str], *, progress: Progress | None = None) -> tuple[Vectors, list[Tokens]]:
        """Return one vector and the content tokens of each text, in order."""
        vectors, states = self._e5.encode_states(texts, progress=progress)
        joint = self._joint.join(unit(vectors - self._centre), self._use.encode(texts))
        tokens = [
            self._tokens.tokens(state.before_last, state.last, pieces=state.pieces, offsets=state.offsets)
            for state in states
        ]
        return joint, tokens


def load_encoder(model: str = "default", *, threads: int | None = None) -> Encoder:
    """Return the encoder of that name (see the head of this file).

    `threads` bounds the cores that it uses, and those of every matrix product in this process.
    """
    import torch

    threads = threads or os.cpu_count() or 1
    torch.set_num_threads(threads)
    threadpool_limits(threads, user_api="blas")
    kind = model if Path(model).is_dir() else model.rpartition("@")[0] or model
    if kind not in {"default", "bundled-e5", "bundled-use"}:
        return SentenceTransformerEncoder(kind)
    centres = read_centres()
    if kind == "bundled-use":
        return CentredEncoder(UseEncoder(threads=threads), centres["use"])
    quiet()
    folder = bundled_model_folder()
    name = f"bundled-e5@{folder.name.rpartition('-')[2]}"
    if kind == "bundled-e5":
        return CentredEncoder(E5Encoder(folder, name=name), centres["e5"])
    use = UseEncoder(threads=threads)
    digest = hashlib.sha256(f"{name}+{use.name}".encode() + CENTRES.read_bytes() + ADAPTED.read_bytes())
    return DefaultEncoder(
        E5Encoder(folder, name=name, adapted=ADAPTED),
        use,
        centres=(centres["adapted"], centres["use"]),
        tokens=TokenProjection.load(ADAPTED),
        name=f"default@{digest.hexdigest()[:12]}",
    )


def read_centres() -> dict[str, Vectors]:
    """Return the mean vector of unrelated news: "e5", "adapted" (the same with its products) and "use"."""
    with np.load(CENTRES) as stored:
        return {view: stored[view] for view in stored.files}
