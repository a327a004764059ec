"""Packed linear layers compute what the layers that they replace do."""

from __future__ import annotations

import pytest
import torch

from aligner.packed import PackedLinear, pack_linear_layers


@pytest.mark.parametrize("shape", [(1, 384), (37, 384), (3, 41, 384), (1, 512, 384), (0, 384)])
@pytest.mark.parametrize("bias", [True, False])
def test_a_packed_layer_gives_the_same_numbers(shape: tuple[int, ...], bias: bool) -> None:
    torch.manual_seed(5)
    layer, inputs = torch.nn.Linear(384, 1536, bias=bias), torch.randn(shape)
    with torch.inference_mode():
        assert torch.allclose(PackedLinear(layer)(inputs), layer(inputs), atol=1e-5)


def test_every_linear_layer_of_a_model_is_packed() -> None:
    torch.manual_seed(5)
    model = torch.nn.Sequential(
        torch.nn.Linear(8, 4), torch.nn.Sequential(torch.nn.LayerNorm(4), torch.nn.Linear(4, 2))
    )
    inputs = torch.randn(3, 8)
    with torch.inference_mode():
        expected = model(inputs)
        pack_linear_layers(model)
        assert torch.allclose(model(inputs), expected, atol=1e-6)
    kinds = [type(module) for module in model.modules()]
    assert kinds.count(PackedLinear) == 2
    assert torch.nn.Linear not in kinds
