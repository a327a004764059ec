"""Reads the tokens of two paragraphs together: is what each one says told on the other side, as its context has it?

Decomposable attention after Parikh et al. (2016), https://arxiv.org/abs/1606.01933: each token is compared with the
mean of the other side's tokens that it attends to, and with what it finds in other paragraphs there (aligner.contrast).
Two convolutions let neighbours decide together, as the composition of Chen et al. (2017), https://arxiv.org/abs/1609.06038,
does. Some 67,000 numbers, fitted by training/adapter.py together with the encoder's last layers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from aligner.arrays import Counts, padded
from aligner.contrast import Both, Elsewhere
from aligner.tokens import NO_PIECE, Tokens

__all__ = ["TokenReader", "load_reader", "shipped_reader"]

WEIGHTS = Path(__file__).with_name("reader.npz")  # made by training/interpolate.py
GAP = 2  # empty rows between texts: half of what a convolution sees
RUN_TOKENS = 12  # about one clause
FILLING = -4.0  # the logit of a token that a text shorter than a run lacks
FACTS = 8  # that are known of a token besides vectors
BLOCK = 16  # pairs that are read at a time: their rows stay in the processor's cache

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TokenReader:
    """The fitted numbers, by the names that training/reader_model.py gives them."""

    numbers: Mapping[str, Floats]

    def reads(self, tokens: Tokens) -> bool:
        """Return whether these are an encoder's for which it was made."""
        return tokens.vectors.shape[1] in {0, self.numbers["project.weight"].shape[1]}

    def readings(self, source: Tokens, targets: Sequence[Tokens], elsewhere: Sequence[Both]) -> Floats:
        """Return a logit for each target, shape (len(targets),); all texts have tokens, of this dimension.

        `elsewhere` is what the tokens of the source and of each target find in other paragraphs, where that is known.
        """
        parts = [
            self._block(source, targets[at : at + BLOCK], elsewhere[at : at + BLOCK])
            for at in range(0, len(targets), BLOCK)
        ]
        return np.concatenate([np.empty(0, np.float32), *parts])

    def token_logits(self, source: Tokens, target: Tokens, elsewhere: Both = (None, None)) -> tuple[Floats, Floats]:
        """Return how far each token of either side is told on the other one."""
        logits, counts = self._token_logits(source, [target], [elsewhere])
        return logits[: counts[0]], logits[counts[0] :]

    def _block(self, source: Tokens, targets: Sequence[Tokens], elsewhere: Sequence[Both]) -> Floats:
        found = _pooled(*self._token_logits(source, targets, elsewhere))
        pooled = (found[0::2] + found[1::2]) / 2
        return np.asarray(pooled @ self.numbers["mix.weight"][0] + self.numbers["mix.bias"], np.float32)

    def _token_logits(
        self, source: Tokens, targets: Sequence[Tokens], elsewhere: Sequence[Both]
    ) -> tuple[Floats, Counts]:
        """Return the logits of the tokens of the source, then of the target, for each target; and how many they are."""
        a, scale = source.floats(), self.numbers["scale"]
        own = self._told(source, a)
        there = [self._told(target, target.floats()) for target in targets]
        rows: list[Floats] = []
        ends: list[int] = []
        for target, side, (ahead, back) in zip(targets, there, elsewhere, strict=True):
            cosines = a @ side.vectors.T
            same = (source.pieces[:, None] == target.pieces[None]) & (target.pieces != NO_PIECE)[None]
            for one, other, seen, shared, beside in (
                (own, side, cosines, same, ahead),
                (side, own, cosines.T, same.T, back),
            ):
                rows.append(self._compared(one, other, seen, shared.any(axis=1), beside, scale=float(scale)))
                ends.append(len(one.vectors))
        return self._composed(rows, ends), np.array(ends)

    def _told(self, tokens: Tokens, vectors: Floats) -> _Side:
        return _Side(
            vectors,
            vectors @ self.numbers["project.weight"].T + self.numbers["project.bias"],
            tokens.expected.astype(np.float32),
            (tokens.pieces == NO_PIECE).astype(np.float32),
        )

    def _compared(
        self,
        one: _Side,
        other: _Side,
        cosines: Floats,
        same: npt.NDArray[np.bool_],
        elsewhere: Elsewhere | None,
        *,
        scale: float,
    ) -> Floats:
        """Return what is made of all that is known of each token of one side, shape (n, hidden)."""
        best = cosines.max(axis=1)
        weights = np.exp(scale * (cosines - best[:, None]))
        weights /= weights.sum(axis=1, keepdims=True)
        own, theirs = one.projected, weights @ other.projected  # the mean of projections is the mean's projection
        facts = np.zeros((len(best), FACTS), np.float32)
        facts[:, :5] = np.stack(
            [4 * (best - one.expected), 2 * best, same, one.is_number, 2 * one.expected], axis=1, dtype=np.float32
        )
        if elsewhere is not None:
            facts[:, 5:7], facts[:, 7] = 4 * (best[:, None] - elsewhere), 1
        known = np.hstack([own, theirs, own * theirs, np.abs(own - theirs), facts], dtype=np.float32)
        return np.asarray(known @ self.numbers["input.weight"].T + self.numbers["input.bias"], np.float32)

    def _composed(self, parts: Sequence[Floats], lengths: Sequence[int]) -> Floats:
        """Return the logit of each row, a part after the other."""
        starts = np.cumsum([GAP, *(length + GAP for length in lengths[:-1])])
        within = np.concatenate(
            [np.arange(start, start + length) for start, length in zip(starts, lengths, strict=True)]
        )
        weights = self.numbers
        hidden = np.zeros((int(starts[-1]) + lengths[-1] + GAP, len(weights["input.bias"])), np.float32)
        hidden[within] = _normed(_gelu(np.concatenate(parts)), weights["norms.0.weight"], weights["norms.0.bias"])
        for layer in range(sum(name.startswith("convolutions.") for name in weights) // 2):
            kernel = weights[f"convolutions.{layer}.weight"]
            sums = np.zeros_like(hidden)
            for step in range(2 * GAP + 1):
                sums[GAP:-GAP] += hidden[step : len(hidden) - 2 * GAP + step] @ kernel[:, :, step].T
            added = hidden[within] + _gelu(sums[within] + weights[f"convolutions.{layer}.bias"])
            norm = f"norms.{layer + 1}"
            hidden[within] = _normed(added, weights[f"{norm}.weight"], weights[f"{norm}.bias"])
        return np.asarray(hidden[within] @ weights["output.weight"][0] + weights["output.bias"], np.float32)


@dataclass(frozen=True, slots=True)
class _Side:
    vectors: Floats
    projected: Floats
    expected: Floats
    is_number: Floats


def _gelu(values: Floats) -> Floats:
    """Return the Gaussian error linear unit in its usual approximation: Hendrycks and Gimpel (2016), section 2."""
    inner = values * values  # a power would take ten times as long
    inner *= 0.0356774081
    inner += 0.7978845608
    inner *= values
    np.tanh(inner, out=inner)
    inner += 1
    inner *= 0.5 * values
    return inner


def _normed(values: Floats, weight: Floats, bias: Floats) -> Floats:
    """Return rows of mean 0 and variance 1, scaled and shifted."""
    centred = values - values.mean(axis=1, keepdims=True)
    return np.asarray(centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-5) * weight + bias, np.float32)


def _pooled(logits: Floats, counts: Counts) -> npt.NDArray[np.float64]:
    """Return of each text the mean of the better half, the best run (a soft maximum), the means of a fifth and of all.

    Of shape (texts, 4); the texts have so many tokens, one text after the other.
    """
    filled = padded(logits, counts, filling=FILLING, least=RUN_TOKENS).astype(np.float64)
    places = np.arange(filled.shape[1])
    sums = np.zeros((len(filled), 1 + filled.shape[1]))
    np.cumsum(filled, axis=1, out=sums[:, 1:])
    runs = 2 * (sums[:, RUN_TOKENS:] - sums[:, :-RUN_TOKENS]) / RUN_TOKENS
    runs[places[: runs.shape[1]] > np.maximum(counts - RUN_TOKENS, 0)[:, None]] = -np.inf
    top = runs.max(axis=1)
    run = (top + np.log(np.exp(runs - top[:, None]).sum(axis=1))) / 2
    ordered = np.sort(np.where(places < counts[:, None], filled, -np.inf), axis=1)[:, ::-1]

    def best(share: Counts) -> npt.NDArray[np.float64]:
        return np.asarray(np.where(places < share[:, None], ordered, 0.0).sum(axis=1) / share)

    return np.stack([best((counts + 1) // 2), run, best(np.maximum(1, counts // 5)), best(counts)], axis=1)


def load_reader(path: Path) -> TokenReader:
    """Return the reader of a file."""
    with np.load(path) as stored:
        return TokenReader({name: stored[name].astype(np.float32) for name in stored.files})


@cache
def shipped_reader() -> TokenReader:
    """Return the reader that comes with the package."""
    return load_reader(WEIGHTS)
