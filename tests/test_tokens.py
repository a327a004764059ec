"""What is stored of a text's tokens: kept to the bit, and little lost on the way there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from aligner.errors import EncoderError
from aligner.tokens import NO_PIECE, STEPS, TokenProjection, Tokens

WIDTH, DIMENSION = 3, 2
MEAN = [0.5, 0.0, -0.5, 1.0, 0.0, 0.0]
MATRIX = [[1.0, 0.0], [0.0, 1.0], [0.5, -0.5], [0.25, 0.0], [-1.0, 0.5], [0.0, 2.0]]
EXPECTATION = [0.25, -0.125, 0.3]


def random_tokens(count: int, *, dimension: int = 128, seed: int = 1) -> Tokens:
    rng = np.random.default_rng(seed)
    starts = np.cumsum(rng.integers(1, 9, count))
    return Tokens(
        vectors=rng.integers(-127, 128, (count, dimension)).astype(np.int8),
        expected=rng.random(count).astype(np.float16),
        pieces=rng.integers(NO_PIECE, 250_000, count).astype(np.int32),
        offsets=np.column_stack([starts, starts + rng.integers(1, 5, count)]).astype(np.int32).reshape(count, 2),
    )


def projection() -> TokenProjection:
    return TokenProjection(*(np.array(part, np.float32) for part in (MEAN, MATRIX, EXPECTATION)))


def save(path: Path, **left_out: None) -> None:
    whole = {"mean": MEAN, "matrix": MATRIX, "expectation": EXPECTATION}
    np.savez(path, **{name: np.array(part, np.float16) for name, part in whole.items() if name not in left_out})


@pytest.mark.parametrize("dimension", [2, 128])
@pytest.mark.parametrize("count", [0, 1, 2, 700])
def test_bytes_and_back(count: int, dimension: int) -> None:
    tokens = random_tokens(count, dimension=dimension)
    raw = tokens.to_bytes()
    assert len(raw) == 4 + count * (2 + 4 + 8 + dimension)
    back = Tokens.from_bytes(raw)
    assert len(back) == count
    for name in ("vectors", "expected", "pieces", "offsets"):
        kept, given = getattr(back, name), getattr(tokens, name)
        assert kept.dtype == given.dtype
        assert kept.tolist() == given.tolist()
    assert back.offsets.shape == (count, 2)
    assert back.to_bytes() == raw


def test_the_bytes_are_little_endian() -> None:
    tokens = Tokens(
        vectors=np.array([[1, -2]], np.int8),
        expected=np.array([1.0], np.float16),
        pieces=np.array([258], np.int32),
        offsets=np.array([[3, 65536]], np.int32),
    )
    assert tokens.to_bytes() == bytes([1, 0, 0, 0, 0x00, 0x3C, 2, 1, 0, 0, 3, 0, 0, 0, 0, 0, 1, 0, 1, 254])


def test_what_eight_bits_lose() -> None:
    """No component is off by more than half a step, as long as none goes beyond one half."""
    rng = np.random.default_rng(2)
    width, dimension = 64, 128
    fitted = TokenProjection(
        np.zeros(2 * width, np.float32),
        rng.standard_normal((2 * width, dimension)).astype(np.float32),
        np.zeros(dimension + 1, np.float32),
    )
    first, second = (rng.standard_normal((500, width)).astype(np.float32) for _ in range(2))
    tokens = fitted.tokens(first, second, pieces=np.zeros(500, np.int32), offsets=np.zeros((500, 2), np.int32))
    exact = np.array([plain(a, b, fitted) for a, b in zip(first, second, strict=True)])
    assert np.abs(exact).max() < 0.5
    assert np.abs(tokens.floats() - exact).max() <= 0.5 / STEPS + 1e-6
    np.testing.assert_allclose(np.linalg.norm(tokens.floats(), axis=1), 1, atol=0.5 / STEPS * dimension**0.5)
    np.testing.assert_allclose(tokens.floats() @ tokens.floats().T, exact @ exact.T, atol=0.01)


def plain(first: np.ndarray, second: np.ndarray, fitted: TokenProjection) -> np.ndarray:
    """Return one token's vector in double precision, a layer at a time."""
    width = len(first)
    projected = np.zeros(fitted.matrix.shape[1])
    for layer, state in enumerate((first, second)):
        centred = state.astype(float) - fitted.mean[layer * width : (layer + 1) * width]
        centred /= np.sqrt((centred**2).sum())
        for component, row in zip(centred, fitted.matrix[layer * width :], strict=False):
            projected += component * row
    return projected / np.sqrt((projected**2).sum())


def test_a_projection_worked_out_by_hand() -> None:
    """(1, 2, 0) less its mean is (0.5, 2, 0.5), and (1, 0, 3) less its mean (0, 0, 3), of unit length (0, 0, 1)."""
    length = (0.25 + 4 + 0.25) ** 0.5
    x, y = (0.5 + 0.5 * 0.5) / length, (2 - 0.5 * 0.5) / length + 2
    x, y = x / (x * x + y * y) ** 0.5, y / (x * x + y * y) ** 0.5
    first, second = np.array([[1, 2, 0]], np.float32), np.array([[1, 0, 3]], np.float32)
    pieces, offsets = np.array([7], np.int32), np.array([[0, 4]], np.int32)
    tokens = projection().tokens(first, second, pieces=pieces, offsets=offsets)
    assert tokens.vectors.tolist() == [[round(x * 254), 127]]  # y is beyond what eight bits hold: cut off
    assert tokens.expected.tolist() == pytest.approx([0.25 * x - 0.125 * y + 0.3], abs=1e-3)
    assert (tokens.pieces.tolist(), tokens.offsets.tolist()) == ([7], [[0, 4]])
    assert (tokens.vectors.dtype, tokens.expected.dtype) == (np.int8, np.float16)


def test_the_expected_cosine_is_linear_in_the_vector() -> None:
    rng = np.random.default_rng(3)
    first, second = (rng.standard_normal((20, WIDTH)).astype(np.float32) for _ in range(2))
    tokens = projection().tokens(
        first, second, pieces=np.arange(20, dtype=np.int32), offsets=np.zeros((20, 2), np.int32)
    )
    for a, b, expected in zip(first, second, tokens.expected.tolist(), strict=True):
        x, y = plain(a, b, projection())
        assert expected == pytest.approx(0.25 * x - 0.125 * y + 0.3, abs=1e-3)


def test_no_tokens() -> None:
    nothing = np.empty((0, WIDTH), np.float32)
    tokens = projection().tokens(nothing, nothing, pieces=np.empty(0, np.int32), offsets=np.empty((0, 2), np.int32))
    assert (len(tokens), tokens.floats().shape) == (0, (0, DIMENSION))
    assert Tokens.from_bytes(tokens.to_bytes()).to_bytes() == b"\0\0\0\0"


def test_a_projection_comes_back_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "tokens.npz"
    save(path)
    loaded = TokenProjection.load(path)
    assert [part.dtype for part in (loaded.mean, loaded.matrix, loaded.expectation)] == [np.float32] * 3
    assert loaded.mean.tolist() == MEAN
    assert loaded.matrix.tolist() == MATRIX
    np.testing.assert_allclose(loaded.expectation, EXPECTATION, atol=1e-3)  # saved in 16 bits


def test_a_projection_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"/tokens\.npz: no token projection: .*No such file"):
        TokenProjection.load(tmp_path / "tokens.npz")


@pytest.mark.parametrize("content", [b"not an archive", b"\0" * 100], ids=["text", "zeros"])
def test_a_file_that_is_no_archive(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "tokens.npz"
    path.write_bytes(content)
    with pytest.raises(EncoderError, match=r"/tokens\.npz: no token projection: "):
        TokenProjection.load(path)


@pytest.mark.parametrize("name", ["mean", "matrix", "expectation"])
def test_a_part_that_is_missing(tmp_path: Path, name: str) -> None:
    path = tmp_path / "tokens.npz"
    save(path, **{name: None})
    with pytest.raises(EncoderError, match=rf"/tokens\.npz: no token projection: .*{name}"):
        TokenProjection.load(path)
