"""Products that are added to an encoder's weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from aligner.adapted import DOWN, UP, adapt
from aligner.bundled import bundled_model_folder
from aligner.e5 import E5Encoder
from aligner.encoders import ADAPTED
from aligner.errors import EncoderError

NAME = "layers.0"
TEXTS = ["The mayor closed the old bridge on Tuesday.", "Le maire a fermé le vieux pont mardi.", "12,5 % des votes"]


def model() -> torch.nn.Module:
    torch.manual_seed(0)
    return torch.nn.ModuleDict({"layers": torch.nn.Sequential(torch.nn.Linear(5, 3), torch.nn.Linear(3, 2))})


def save(path: Path, **arrays: object) -> Path:
    rng = np.random.default_rng(0)
    whole = {NAME + DOWN: rng.normal(size=(2, 5)), NAME + UP: rng.normal(size=(3, 2)), "matrix": np.ones(3)} | arrays
    kept = {name: np.asarray(value, np.float16) for name, value in whole.items() if value is not None}
    np.savez(path, allow_pickle=False, **kept)
    return path


def test_products_are_added_to_the_layers_that_they_name(tmp_path: Path) -> None:
    plain, adapted, path = model(), model(), save(tmp_path / "adapted.npz")
    adapt(adapted, path)
    with np.load(path) as stored:
        down, up = (stored[NAME + end].astype(np.float32) for end in (DOWN, UP))
    expected = {name: value.detach().numpy() for name, value in plain.named_parameters()}
    for row in range(3):
        for column in range(5):
            expected[f"{NAME}.weight"][row, column] += sum(up[row, at] * down[at, column] for at in range(2))
    for name, value in adapted.named_parameters():
        np.testing.assert_allclose(value.detach().numpy(), expected[name], atol=1e-5, err_msg=name)


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({NAME + UP: None}, "layers.0.up"),
        ({NAME + UP: np.ones((4, 2))}, r"layers\.0: found \(4, 5\), expected \(3, 5\)"),
        ({NAME + UP: np.ones((3, 4))}, "mismatch"),
        ({"layers.7.down": np.ones((2, 5)), "layers.7.up": np.ones((3, 2))}, "7"),
        ({NAME + DOWN: None}, "no products of weights"),
    ],
    ids=["no counterpart", "other layer's shape", "ranks differ", "no such layer", "none"],
)
def test_products_that_do_not_fit(tmp_path: Path, arrays: dict[str, object], said: str) -> None:
    path = save(tmp_path / "adapted.npz", **arrays)
    with pytest.raises(EncoderError, match=rf"/adapted\.npz: no products.*{said}|/adapted\.npz: {said}"):
        adapt(model(), path)


@pytest.mark.parametrize("content", [None, b"not an archive"], ids=["missing", "text"])
def test_a_file_that_holds_none(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "adapted.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(EncoderError, match=r"/adapted\.npz: no products that fit the model"):
        adapt(model(), path)


@pytest.mark.model
def test_what_was_fitted_changes_the_last_layers_and_keeps_what_is_near() -> None:
    folder = bundled_model_folder()
    plain, adapted = E5Encoder(folder, name="e5"), E5Encoder(folder, name="e5", adapted=ADAPTED)
    before, after = (encoder.encode_states(TEXTS) for encoder in (plain, adapted))
    assert (before[0] * after[0]).sum(axis=1).max() < 0.9999
    for one, other in zip(before[1], after[1], strict=True):
        assert one.offsets.tolist() == other.offsets.tolist()
        assert np.abs(one.last - other.last).max() > 0.01
    cosines = after[0] @ after[0].T
    assert cosines[0, 1] > max(cosines[0, 2], cosines[1, 2])
