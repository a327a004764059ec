"""What aligner.e5, aligner.adapted and aligner.tokens make of texts together, in PyTorch, so that it can be fitted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from aligner.adapted import DOWN, UP

__all__ = ["Adapter"]

LAYERS = 4  # the last ones
RANK = 32
SCALE = 2.0  # of the products while they are fitted
PROJECTED = ("mean", "matrix", "expectation")


class _LowRank(nn.Module):
    """A linear layer beside which stands a product, zero at first."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self.layer = layer
        self.down = nn.Parameter(torch.randn(RANK, layer.in_features) / layer.in_features**0.5)
        self.up = nn.Parameter(torch.zeros(layer.out_features, RANK))

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.layer(inputs) + SCALE * functional.linear(
            functional.linear(inputs, self.down), self.up
        )
        return found


class Adapter(nn.Module):
    """e5 with products beside the weights of its last layers, and the projection of its tokens."""

    def __init__(self, folder: Path, projection: Mapping[str, Any]) -> None:
        from transformers import AutoModel

        super().__init__()
        self.model: Any = AutoModel.from_pretrained(str(folder), local_files_only=True).eval()
        for parameter in self.model.parameters():
            parameter.requires_grad = False
        self.width = int(self.model.config.hidden_size)
        for parent in list(self.model.encoder.layer[-LAYERS:].modules()):
            for name, child in list(parent.named_children()):
                if isinstance(child, nn.Linear):
                    setattr(parent, name, _LowRank(child))
        self.mean, self.matrix, self.expectation = (
            nn.Parameter(torch.from_numpy(np.asarray(projection[name], np.float32)), requires_grad=name != "mean")
            for name in PROJECTED
        )
        self.dimension = self.matrix.shape[1]

    def before(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the states that the adapted layers are given, and the last ones: shape (texts, tokens, width)."""
        found = self.model(input_ids=ids, attention_mask=mask, output_hidden_states=True).hidden_states
        return found[-LAYERS - 1], found[-1]

    def states(self, before: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the states of the last two layers, of the shape of what is before them; `mask` is true for pieces."""
        beyond = torch.zeros(mask.shape).masked_fill(~mask, torch.finfo(torch.float32).min)[:, None, None]
        found = [before]
        for layer in self.model.encoder.layer[-LAYERS:]:
            found.append(layer(found[-1], attention_mask=beyond))
        return found[-2], found[-1]

    def tokens(self, first: torch.Tensor, second: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return what aligner.tokens makes of these states: the tokens' vectors, and what they find by chance."""
        width = first.shape[-1]
        parts = [
            functional.normalize(first - self.mean[:width], dim=-1),
            functional.normalize(second - self.mean[width:], dim=-1),
        ]
        vectors = functional.normalize(torch.cat(parts, -1) @ self.matrix, dim=-1)
        return vectors, vectors @ self.expectation[:-1] + self.expectation[-1]

    def arrays(self) -> dict[str, Any]:
        """Return what training/adapted.npz holds, in half precision."""
        found = {name: self.get_parameter(name) for name in PROJECTED}
        for name, module in self.model.named_modules():
            if isinstance(module, _LowRank):
                found |= {name + DOWN: module.down, name + UP: SCALE * module.up}
        return {name: value.detach().numpy().astype(np.float16) for name, value in found.items()}
