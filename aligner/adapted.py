"""Products that are added to an encoder's weights: what its last layers learned of independent coverage.

Low-rank adaptation after Hu et al. (2022), https://arxiv.org/abs/2106.09685: beside each weight stands the product of
two narrow matrices. They are added when the model is loaded, so an adapted encoder costs what it did before.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from aligner.errors import EncoderError

if TYPE_CHECKING:
    import torch

__all__ = ["DOWN", "UP", "adapt"]

DOWN, UP = ".down", ".up"  # end the names of the two matrices of the layer that the rest names


def adapt(model: torch.nn.Module, path: Path) -> None:
    """Add the products that a file holds to the weights of the layers that it names.

    Raises EncoderError where the file holds none, or none that fit.
    """
    import torch

    try:
        with np.load(path) as stored:
            names = [name.removesuffix(DOWN) for name in stored.files if name.endswith(DOWN)]
            if not names:
                raise EncoderError(f"{path}: no products of weights")
            for name in names:
                product = stored[name + UP].astype(np.float32) @ stored[name + DOWN].astype(np.float32)
                weight = model.get_submodule(name).get_parameter("weight")
                if weight.shape != product.shape:
                    raise ValueError(f"{name}: found {product.shape}, expected {tuple(weight.shape)}")
                with torch.no_grad():
                    weight.add_(torch.from_numpy(product))
    except (OSError, EOFError, KeyError, TypeError, ValueError, AttributeError, zipfile.BadZipFile) as error:
        raise EncoderError(f"{path}: no products that fit the model: {error}") from error
