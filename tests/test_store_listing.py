"""Documents as they are listed: by any tag of their language, and without their texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from test_store import put
from tiny import make_document

from aligner.filters import Filters
from aligner.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "corpus.sqlite", create=True)
    yield store
    store.close()


def test_documents_without_their_texts(store: Store) -> None:
    whole = make_document("a", "One.", lang="fr", outlet="Gazette", published="2024-02-14")
    put(store, whole)
    assert store.documents(texts=False) == [replace(whole, text="", blocks=None)]
    assert store.documents() == [whole]


@pytest.mark.parametrize("asked", ["zh", "cmn", "zh-Hans"])
def test_a_filter_takes_every_tag_of_its_language(store: Store, asked: str) -> None:
    put(store, make_document("a", "One.", lang="cmn-Hans"))
    put(store, make_document("b", "Two.", lang="fr"))
    assert [document.id for document in store.documents(Filters(languages=(asked,)))] == ["a"]
