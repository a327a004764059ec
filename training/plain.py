"""The default encoder before anything is adapted: what adapting begins with, and what stands for other models."""

from __future__ import annotations

from pathlib import Path

from aligner.bundled import bundled_model_folder
from aligner.e5 import E5Encoder
from aligner.encoders import DefaultEncoder, read_centres
from aligner.tokens import TokenProjection
from aligner.use import UseEncoder

__all__ = ["PROJECTION", "READER", "plain_encoder"]

HERE = Path(__file__).parent
PROJECTION = HERE / "projection.npz"  # made by projection.py
READER = HERE / "plain_reader.npz"  # made by reader.py


def plain_encoder(*, threads: int = 2) -> DefaultEncoder:
    """Return both bundled models, centred and joined, and the tokens of the first one."""
    centres = read_centres()
    return DefaultEncoder(
        E5Encoder(bundled_model_folder(), name="e5"),
        UseEncoder(threads=threads),
        centres=(centres["e5"], centres["use"]),
        tokens=TokenProjection.load(PROJECTION),
        name="plain",
    )
