"""Fixtures that all tests share."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tiny import TinyEncoder
from words import Fill, WordEncoder

from aligner.corpus import Corpus
from aligner.documents import Document
from aligner.store import Store
from aligner.vectors import Encoder


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data to measure with, which is no part of this project."""
    folder = os.environ.get("ALIGNER_DATA")
    if not folder:
        pytest.skip("ALIGNER_DATA is not set: tests on real data skipped")
    return Path(folder)


@pytest.fixture(params=[TinyEncoder, WordEncoder], ids=["plain", "tokens"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    """Return one without tokens, and one with them."""
    made: Encoder = request.param()
    return made


@pytest.fixture
def filled(tmp_path: Path, encoder: Encoder) -> Iterator[Fill]:
    """Return what makes a corpus of documents, in their order, each time a new one."""
    made: list[Corpus] = []

    def fill(documents: Iterable[Document]) -> Corpus:
        made.append(Corpus(tmp_path / f"corpus{len(made)}", encoder=encoder, create=True))
        assert {outcome.status for outcome in made[-1].add(documents)} == {"created"}
        return made[-1]

    yield fill
    for corpus in made:
        corpus.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store with nothing in it."""
    store = Store(tmp_path / "corpus.sqlite", create=True)
    yield store
    store.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium; the modules that ask for it are skipped where there is none."""
    from browsing import chromium

    with chromium() as started:
        yield started
