"""What ships is a part of the way from what the packages hold to what was fitted (training/interpolate.py)."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from aligner.adapted import DOWN, UP
from aligner.encoders import ADAPTED
from aligner.reader import WEIGHTS

TRAINING = Path(__file__).parents[1] / "training"
NAME = "layers.0"
PLAIN = {"matrix": np.array([[1.0, 2.0]], np.float16)}
FITTED = {
    "matrix": np.array([[3.0, -2.0]], np.float16),
    NAME + DOWN: np.array([[1.0, 2.0, 3.0]], np.float16),
    NAME + UP: np.array([[4.0], [-8.0]], np.float16),
}


@pytest.fixture
def training(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(TRAINING))
    return importlib.import_module("interpolate")


@pytest.mark.parametrize(("share", "matrix"), [(0.0, [[1, 2]]), (0.25, [[1.5, 1]]), (1.0, [[3, -2]])])
def test_each_number_is_that_share_of_the_way(training: ModuleType, share: float, matrix: list[list[float]]) -> None:
    found = training.between(PLAIN, FITTED, share)
    assert found["matrix"].tolist() == matrix
    products = found[NAME + UP] @ found[NAME + DOWN]
    assert products.tolist() == (share * np.array([[4, 8, 12], [-8, -16, -24]])).tolist()
    assert {value.dtype for value in found.values()} == {np.dtype(np.float16)}


def test_what_ships_was_made_so(training: ModuleType) -> None:
    for target, plain, fitted in training.MADE:
        expected = training.between(training.read(plain), training.read(fitted), training.SHARE)
        shipped = training.read(target)
        assert shipped.keys() == expected.keys()
        for name, value in expected.items():
            np.testing.assert_array_equal(shipped[name], value, err_msg=name)
    assert [target for target, _, _ in training.MADE] == [ADAPTED, WEIGHTS]
