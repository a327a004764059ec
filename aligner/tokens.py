"""What the words of a paragraph say in its context: token vectors, small enough to be stored.

A token's vector is what the encoder's last two layers make of it: each centred and at unit length, side by side,
then projected to fewer dimensions. Stored in 8 bits.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from aligner.arrays import unit
from aligner.errors import EncoderError

__all__ = ["TokenProjection", "Tokens"]

STEPS = 254.0  # int8 steps in a unit: a component of a unit vector in 128 dimensions hardly goes beyond one half
NO_PIECE = -1  # of tokens with a digit: two texts that name a number in common may mean different things by it

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Tokens:
    """The content tokens of one text, in order."""

    vectors: npt.NDArray[np.int8]
    """Shape (n, dimension); rows of unit length times STEPS."""
    expected: npt.NDArray[np.float16]
    """Shape (n,); the best cosine that the token would find in an unrelated text."""
    pieces: npt.NDArray[np.int32]
    """Shape (n,); numbers of the vocabulary, NO_PIECE for tokens with a digit."""
    offsets: npt.NDArray[np.int32]
    """Shape (n, 2); character ranges in the text."""

    def __len__(self) -> int:
        return len(self.vectors)

    def floats(self) -> Floats:
        """Return the vectors, of about unit length."""
        return self.vectors.astype(np.float32) / np.float32(STEPS)

    def to_bytes(self) -> bytes:
        """Return all of it as one string of bytes, little-endian."""
        parts = (self.expected.astype("<f2"), self.pieces.astype("<i4"), self.offsets.astype("<i4"), self.vectors)
        return len(self).to_bytes(4, "little") + b"".join(part.tobytes() for part in parts)

    @classmethod
    def from_bytes(cls, raw: bytes) -> Tokens:
        """Return what `to_bytes` gave."""
        count = int.from_bytes(raw[:4], "little")
        return cls(
            vectors=np.frombuffer(raw, np.int8, offset=4 + 14 * count).reshape(count, -1 if count else 0),
            expected=np.frombuffer(raw, "<f2", count, 4),
            pieces=np.frombuffer(raw, "<i4", count, 4 + 2 * count),
            offsets=np.frombuffer(raw, "<i4", 2 * count, 4 + 6 * count).reshape(count, 2),
        )


@dataclass(frozen=True, slots=True)
class TokenProjection:
    """How token vectors are made of an encoder's layers; fitted by training/projection.py."""

    mean: Floats
    """Shape (2 * width,): the mean of each of the two layers."""
    matrix: Floats
    """Shape (2 * width, dimension)."""
    expectation: Floats
    """Shape (dimension + 1,): the expected best cosine is linear in the token; the last number is the constant."""

    @classmethod
    def load(cls, path: Path) -> TokenProjection:
        """Return the projection that a file holds. Raises EncoderError."""
        try:
            with np.load(path) as stored:
                return cls(*(stored[name].astype(np.float32) for name in ("mean", "matrix", "expectation")))
        except (OSError, EOFError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
            raise EncoderError(f"{path}: no token projection: {error}") from error

    def tokens(
        self,
        first: Floats,
        second: Floats,
        *,
        pieces: npt.NDArray[np.int32],
        offsets: npt.NDArray[np.int32],
    ) -> Tokens:
        """Return the tokens whose states in the last layer but one and the last are given, shape (n, width) each."""
        vectors = unit(joined(first, second, self.mean) @ self.matrix)
        stored = np.clip(np.rint(vectors * STEPS), -127, 127).astype(np.int8)
        expected = vectors @ self.expectation[:-1] + self.expectation[-1]
        return Tokens(stored, expected.astype(np.float16), pieces, offsets)


def joined(first: Floats, second: Floats, mean: Floats) -> Floats:
    """Return both layers centred, at unit length, side by side at unit length."""
    width = first.shape[1]
    parts = [unit(first - mean[:width]), unit(second - mean[width:])]
    return np.hstack(parts) * np.float32(0.5**0.5)
