"""What is fitted in PyTorch (training/adapter.py) is what the package computes from the files that are written."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from aligner.bundled import bundled_model_folder
from aligner.contrast import Contrast
from aligner.e5 import E5Encoder
from aligner.reader import TokenReader
from aligner.tokens import TokenProjection, Tokens

TRAINING = Path(__file__).parents[1] / "training"
STORY = {
    "a": (
        "The mayor of Valmont closed the old bridge on Tuesday after engineers found 2 cracks in its pillars.",
        "Traffic is diverted through Saint-Roch, the prefecture said, and lorries have to take the motorway for weeks.",
        "No.",
    ),
    "b": (
        "Deux piles du vieux pont étant fissurées, la maire de Valmont en a interdit l'accès mardi.",
        "Le club de Valmont a recruté un gardien de 19 ans.",
    ),
}


@pytest.fixture
def training(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(TRAINING))
    return importlib.import_module("adapter")


@pytest.mark.model
def test_what_is_fitted_is_what_is_read(training: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    marked = importlib.import_module("marked")
    folder = bundled_model_folder()
    tellings = [
        marked.Telling(f"{id}#{at}", "story", "stories3", id, "en", None, text, None, None, frozenset(), frozenset())
        for id, texts in STORY.items()
        for at, text in enumerate(texts)
    ]
    run = training.begun(folder, training.Texts.of(tellings, folder))
    with torch.no_grad():
        for parameter in run.adapter.parameters():
            if parameter.requires_grad:
                parameter.add_(0.02 * torch.randn_like(parameter))
    run.eval()
    pairs = [(0, 3, True), (1, 4, False), (4, 2, False), (0, 1, False)]
    expected = {}
    for part in run.said(pairs):
        expected |= dict(zip(part.order.tolist(), part.logits.tolist(), strict=True))

    monkeypatch.setattr(training, "ADAPTED", tmp_path / "adapted.npz")
    monkeypatch.setattr(training, "READER", tmp_path / "reader.npz")
    training.save(run)
    e5 = E5Encoder(folder, name="e5", adapted=tmp_path / "adapted.npz")
    projection = TokenProjection.load(tmp_path / "adapted.npz")
    with np.load(tmp_path / "reader.npz") as stored:
        reader = TokenReader({name: stored[name].astype(np.float32) for name in stored.files})
    tokens: list[Tokens] = [
        projection.tokens(state.before_last, state.last, pieces=state.pieces, offsets=state.offsets)
        for state in e5.encode_states([telling.text for telling in tellings])[1]
    ]
    ahead = Contrast.of(tokens[:3], tokens[3:])
    beside = [ahead.elsewhere(0, 0), ahead.elsewhere(1, 1), ahead.elsewhere(2, 1)[::-1], (None, None)]
    for number, ((first, second, _), elsewhere) in enumerate(zip(pairs, beside, strict=True)):
        (found,) = reader.readings(tokens[first], [tokens[second]], [elsewhere])
        assert found == pytest.approx(expected[number], abs=0.1), number
    assert max(expected.values()) - min(expected.values()) > 1
