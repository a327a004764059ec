"""What reads the tokens of two texts together, against the same worked out a token at a time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from tiny import TOKEN_DIMENSION, random_tokens

from aligner.contrast import Both, Elsewhere
from aligner.encoders import load_encoder
from aligner.reader import FACTS, FILLING, RUN_TOKENS, TokenReader, load_reader, shipped_reader
from aligner.tokens import NO_PIECE, Tokens
from aligner.vectors import encode_with_tokens

WIDTH = 4
SHAPES = [(1, 1), (1, 5), (3, 2), (13, 12), (30, 41)]
Vector = list[float]


@pytest.fixture(scope="module")
def reader() -> TokenReader:
    rng = np.random.default_rng(4)
    shapes = {
        "project.weight": (WIDTH, TOKEN_DIMENSION),
        "input.weight": (WIDTH, 4 * WIDTH + FACTS),
        "convolutions.0.weight": (WIDTH, WIDTH, 5),
        "convolutions.1.weight": (WIDTH, WIDTH, 5),
        "output.weight": (1, WIDTH),
        "mix.weight": (1, 4),
        **{f"norms.{layer}.weight": (WIDTH,) for layer in range(3)},
        **{f"norms.{layer}.bias": (WIDTH,) for layer in range(3)},
        **{f"{name}.bias": (WIDTH,) for name in ("project", "input", "convolutions.0", "convolutions.1")},
        **{f"{name}.bias": (1,) for name in ("output", "mix")},
    }
    numbers = {name: rng.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()}
    return TokenReader({**numbers, "scale": np.array(7.0, np.float32)})


def slowly(reader: TokenReader, one: Tokens, other: Tokens, elsewhere: Both) -> tuple[Vector, Vector, float]:
    """Return the token logits of both sides and the pair's, with loops over tokens."""
    first, second = token_logits(reader, one, other, elsewhere[0]), token_logits(reader, other, one, elsewhere[1])
    pooled = [(a + b) / 2 for a, b in zip(pool(first), pool(second), strict=True)]
    weights = reader.numbers["mix.weight"][0].tolist()
    return first, second, sum(map(math.prod, zip(pooled, weights, strict=True))) + float(reader.numbers["mix.bias"][0])


def layer(reader: TokenReader, name: str, values: Sequence[float]) -> Vector:
    weights, bias = (reader.numbers[f"{name}.{part}"].astype(float) for part in ("weight", "bias"))
    return [float(row @ np.array(values)) + float(shift) for row, shift in zip(weights, bias, strict=True)]


def norm(reader: TokenReader, number: int, values: Sequence[float]) -> Vector:
    mean = sum(values) / len(values)
    variance = sum((value - mean) ** 2 for value in values) / len(values)
    weights, bias = (reader.numbers[f"norms.{number}.{part}"].tolist() for part in ("weight", "bias"))
    return [
        (value - mean) / math.sqrt(variance + 1e-5) * weight + shift
        for value, weight, shift in zip(values, weights, bias, strict=True)
    ]


def gelu(values: Sequence[float]) -> Vector:
    inner = math.sqrt(2 / math.pi)
    return [0.5 * value * (1 + math.tanh(inner * (value + 0.044715 * value**3))) for value in values]


def token_logits(reader: TokenReader, one: Tokens, other: Tokens, elsewhere: Elsewhere | None) -> Vector:
    hidden = []
    own, theirs = one.floats().astype(float), other.floats().astype(float)
    for place, vector in enumerate(own):
        cosines = [float(vector @ there) for there in theirs]
        weights = [math.exp(7.0 * cosine) for cosine in cosines]
        mean = sum(w * there for w, there in zip(weights, theirs, strict=True)) / sum(weights)
        a, b = layer(reader, "project", vector), layer(reader, "project", mean)
        piece, expected = int(one.pieces[place]), float(one.expected[place])
        facts = (
            4 * (max(cosines) - expected),
            2 * max(cosines),
            float(piece != NO_PIECE and piece in other.pieces.tolist()),
            float(piece == NO_PIECE),
            2 * expected,
            *([0.0, 0.0, 0.0] if elsewhere is None else [4 * (max(cosines) - x) for x in elsewhere[place]] + [1.0]),
        )
        products = [x * y for x, y in zip(a, b, strict=True)]
        gaps = [abs(x - y) for x, y in zip(a, b, strict=True)]
        hidden.append(norm(reader, 0, gelu(layer(reader, "input", [*a, *b, *products, *gaps, *facts]))))
    for number in range(2):
        kernel = reader.numbers[f"convolutions.{number}.weight"].astype(float)
        bias = reader.numbers[f"convolutions.{number}.bias"].tolist()
        after = []
        for place, before in enumerate(hidden):
            sums = list(bias)
            for step in range(5):
                if 0 <= place + step - 2 < len(hidden):
                    seen = kernel[:, :, step] @ np.array(hidden[place + step - 2])
                    sums = [total + float(value) for total, value in zip(sums, seen, strict=True)]
            after.append(norm(reader, number + 1, [x + y for x, y in zip(before, gelu(sums), strict=True)]))
        hidden = after
    return [layer(reader, "output", values)[0] for values in hidden]


def pool(logits: Sequence[float]) -> Vector:
    ordered = sorted(logits, reverse=True)
    filled = [*logits, *[FILLING] * (RUN_TOKENS - len(logits))]
    runs = [sum(filled[start : start + RUN_TOKENS]) / RUN_TOKENS for start in range(len(filled) - RUN_TOKENS + 1)]
    half, fifth = math.ceil(len(logits) / 2), max(1, len(logits) // 5)
    run = math.log(sum(math.exp(2 * run) for run in runs)) / 2
    return [sum(ordered[:half]) / half, run, sum(ordered[:fifth]) / fifth, sum(logits) / len(logits)]


@pytest.mark.parametrize("known", [(False, False), (True, False), (False, True), (True, True)])
@pytest.mark.parametrize(("first", "second"), SHAPES)
def test_a_pair_is_read_as_it_is_written_down(
    reader: TokenReader, first: int, second: int, known: tuple[bool, bool]
) -> None:
    rng = np.random.default_rng(first)
    one, other = random_tokens(rng, first), random_tokens(rng, second)
    ahead_there, back_there = (rng.uniform(0, 1, (count, 2)).astype(np.float32) for count in (first, second))
    elsewhere = (ahead_there if known[0] else None, back_there if known[1] else None)
    ahead, back, logit = slowly(reader, one, other, elsewhere)
    found = reader.token_logits(one, other, elsewhere)
    assert found[0] == pytest.approx(ahead, abs=2e-3)
    assert found[1] == pytest.approx(back, abs=2e-3)
    assert reader.readings(one, [other], [elsewhere]) == pytest.approx([logit], abs=2e-3)
    assert reader.readings(other, [one], [elsewhere[::-1]]) == pytest.approx([logit], abs=2e-3)


def test_what_is_read_together_does_not_matter(reader: TokenReader) -> None:
    rng = np.random.default_rng(3)
    one, others = random_tokens(rng, 17), [random_tokens(rng, count) for count in (1, 30, 4, *range(2, 22))]
    nothing: list[Both] = [(None, None)] * len(others)
    together: npt.NDArray[np.float32] = reader.readings(one, others, nothing)
    alone = [float(reader.readings(one, [other], nothing[:1])[0]) for other in others]
    assert together == pytest.approx(alone, abs=1e-4)
    assert reader.readings(one, [], []).shape == (0,)


def test_a_reader_comes_back_from_its_file_and_knows_its_tokens(reader: TokenReader, tmp_path: Path) -> None:
    path = tmp_path / "reader.npz"
    np.savez(path, **{name: value.astype(np.float16) for name, value in reader.numbers.items()})  # as training does
    rng = np.random.default_rng(5)
    one, other, nothing = random_tokens(rng, 9), random_tokens(rng, 14), [(None, None)]
    found = load_reader(path)
    assert found.readings(one, [other], nothing) == pytest.approx(reader.readings(one, [other], nothing), abs=0.02)
    assert found.reads(one)
    assert found.reads(Tokens.from_bytes(random_tokens(rng, 0).to_bytes()))  # no tokens, so of any dimension
    wider = Tokens(np.pad(one.vectors, ((0, 0), (0, 1))), one.expected, one.pieces, one.offsets)
    assert not found.reads(wider)


@pytest.mark.model
def test_the_shipped_reader_tells_one_fact_from_another_of_the_same_people() -> None:
    texts = (
        "The mayor of Valmont closed the old bridge on Tuesday after engineers found cracks in two of its pillars.",
        "Deux piles du vieux pont étant fissurées, la maire de Valmont en a interdit l'accès mardi.",
        "La maire de Valmont a promis mardi que l'école du vieux pont aurait un nouveau toit avant l'hiver.",
        "Le club de Valmont a recruté un gardien de 19 ans.",
    )
    encoder = load_encoder()
    _, (asked, same, other, nothing) = encode_with_tokens(encoder, texts)
    assert shipped_reader().reads(asked)
    told, beside, far = shipped_reader().readings(asked, [same, other, nothing], [(None, None)] * 3).tolist()
    assert told > beside > far
    assert told > 0 > far
