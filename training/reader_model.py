"""What aligner.reader.TokenReader computes, in PyTorch, so that it can be fitted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from aligner.contrast import Elsewhere
from aligner.reader import FACTS, FILLING, RUN_TOKENS
from aligner.tokens import NO_PIECE, Tokens

__all__ = ["Padded", "Reader"]

WIDTH = 64
DROPOUT = 0.1


@dataclass(frozen=True, slots=True)
class Padded:
    """The tokens of several texts, filled up to the longest."""

    vectors: torch.Tensor
    mask: torch.Tensor
    expected: torch.Tensor
    pieces: torch.Tensor
    elsewhere: torch.Tensor
    known: torch.Tensor
    """Which tokens have something elsewhere."""

    @classmethod
    def of(cls, texts: Sequence[Tokens], elsewhere: Sequence[Elsewhere | None]) -> Padded:
        """Return them padded, with what their tokens find in other paragraphs of the other document."""
        shape = len(texts), max(map(len, texts))
        vectors, mask = torch.zeros(*shape, texts[0].vectors.shape[1]), torch.zeros(shape, dtype=torch.bool)
        expected, pieces = torch.zeros(shape), torch.full(shape, NO_PIECE, dtype=torch.long)
        there, known = torch.zeros(*shape, 2), torch.zeros(shape)
        for row, (tokens, beside) in enumerate(zip(texts, elsewhere, strict=True)):
            count = len(tokens)
            if beside is not None:
                there[row, :count], known[row, :count] = torch.from_numpy(beside), 1.0
            vectors[row, :count], mask[row, :count] = torch.from_numpy(tokens.floats()), True
            expected[row, :count] = torch.from_numpy(tokens.expected.astype(np.float32))
            pieces[row, :count] = torch.from_numpy(tokens.pieces.astype(np.int64))
        return cls(vectors, mask, expected, pieces, there, known)


class Reader(nn.Module):
    """For batches of padded pairs."""

    def __init__(self, dimension: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(20.0))
        self.project = nn.Linear(dimension, WIDTH)
        self.input = nn.Linear(4 * WIDTH + FACTS, WIDTH)
        self.convolutions = nn.ModuleList(nn.Conv1d(WIDTH, WIDTH, 5, padding=2) for _ in range(2))
        self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in range(3))
        self.output = nn.Linear(WIDTH, 1)
        self.mix = nn.Linear(4, 1)
        self.mix.weight.data = torch.tensor([[0.5, 0.5, 0.3, 0.2]])

    def forward(self, one: Padded, other: Padded) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return the token logits of both sides and the pairs' logits."""
        cosines = one.vectors @ other.vectors.transpose(1, 2)
        same = (one.pieces[:, :, None] == other.pieces[:, None]) & (one.pieces != NO_PIECE)[:, :, None]
        same &= one.mask[:, :, None] & other.mask[:, None]
        first = self._side(one, other, cosines, same.any(2))
        second = self._side(other, one, cosines.transpose(1, 2), same.any(1))
        pooled = (_pooled(first, one.mask) + _pooled(second, other.mask)) / 2
        return first, second, self.mix(pooled)[:, 0]

    def _side(self, one: Padded, other: Padded, cosines: torch.Tensor, same: torch.Tensor) -> torch.Tensor:
        best = cosines.masked_fill(~other.mask[:, None], -1.0).max(2).values
        weights = torch.softmax(self.scale * cosines.masked_fill(~other.mask[:, None], -1e4), 2)
        own, theirs = self.project(one.vectors), weights @ self.project(other.vectors)
        facts = (4 * (best - one.expected), 2 * best, same, one.pieces == NO_PIECE, 2 * one.expected)
        contrast = 4 * (best[..., None] - one.elsewhere) * one.known[..., None]
        inputs = [own, theirs, own * theirs, (own - theirs).abs(), torch.stack([f.float() for f in facts], -1)]
        inputs += [contrast, one.known[..., None]]
        mask = one.mask[..., None]
        hidden = self.norms[0](_gelu(self.input(self._dropped(torch.cat(inputs, -1))))) * mask
        for convolution, norm in zip(self.convolutions, list(self.norms)[1:], strict=True):
            seen = convolution(self._dropped(hidden).transpose(1, 2)).transpose(1, 2)
            hidden = norm(hidden + _gelu(seen)) * mask
        return cast(torch.Tensor, self.output(hidden)[..., 0])

    def _dropped(self, values: torch.Tensor) -> torch.Tensor:
        return functional.dropout(values, DROPOUT, self.training)


def _gelu(values: torch.Tensor) -> torch.Tensor:
    return functional.gelu(values, approximate="tanh")


def _pooled(logits: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    count = mask.sum(1).clamp(min=1)
    ordered = logits.masked_fill(~mask, -1e4).sort(1, descending=True).values
    place = torch.arange(logits.shape[1])[None]

    def best(share: torch.Tensor) -> torch.Tensor:
        return (ordered * (place < share[:, None])).sum(1) / share

    filled = functional.pad(logits.masked_fill(~mask, FILLING), (0, RUN_TOKENS), value=FILLING)
    runs = filled.unfold(1, RUN_TOKENS, 1).mean(-1)
    inside = torch.arange(runs.shape[1])[None] < (count - RUN_TOKENS + 1).clamp(min=1)[:, None]
    run = torch.logsumexp(2 * runs.masked_fill(~inside, -1e4), 1) / 2
    return torch.stack(
        [best((count + 1) // 2), run, best((count // 5).clamp(min=1)), (logits * mask).sum(1) / count], -1
    )
