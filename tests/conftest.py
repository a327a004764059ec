"""Fixtures that all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data to measure with, which is no part of this project."""
    folder = os.environ.get("ALIGNER_DATA")
    if not folder:
        pytest.skip("ALIGNER_DATA is not set: tests on real data skipped")
    return Path(folder)
