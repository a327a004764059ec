"""Linear layers whose weights are laid out once for the processor at hand, in single precision (oneDNN).

PyTorch multiplies single-precision matrices with MKL, which on processors of other makers than its own does half of
what they could. These layers give the same numbers but for rounding.
"""

from __future__ import annotations

import os
from typing import Any, cast

import torch

__all__ = ["PackedLinear", "pack_linear_layers"]

USUAL_ROWS = 64  # tokens of a paragraph: what the layout is chosen for; any number works
KEPT_SIZES = 32  # oneDNN compiles a product for each size that it meets and keeps 1,024: half a gigabyte of them
CACHES = ("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "LRU_CACHE_CAPACITY")  # its own, and that of PyTorch in front of it


class PackedLinear(torch.nn.Module):
    """What torch.nn.Linear computes, for inference."""

    def __init__(self, layer: torch.nn.Linear) -> None:
        super().__init__()
        self._weight = torch.ops.mkldnn._reorder_linear_weight(layer.weight.detach(), USUAL_ROWS)
        self._bias = None if layer.bias is None else layer.bias.detach()

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Return shape (..., outputs) for shape (..., inputs)."""
        found: torch.Tensor = torch.ops.mkldnn._linear_pointwise(inputs, self._weight, self._bias, "none", [], "")
        return found


def pack_linear_layers(model: torch.nn.Module) -> None:
    """Replace the linear layers of a model that is only to be run; where PyTorch has no oneDNN, leave them."""
    operations, backend = cast(Any, torch.ops.mkldnn), cast(Any, torch.backends.mkldnn)
    if not backend.is_available() or not hasattr(operations, "_linear_pointwise"):
        return
    for name in CACHES:  # read when the first product is made
        os.environ.setdefault(name, str(KEPT_SIZES))
    _replace(model)


def _replace(model: torch.nn.Module) -> None:
    for name, child in model.named_children():
        if type(child) is torch.nn.Linear:
            setattr(model, name, PackedLinear(child))
        else:
            _replace(child)
