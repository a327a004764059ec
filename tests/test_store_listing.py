"""Documents as they are listed: by filters, from a cursor on, by any tag of their language, and without their texts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from storing import put
from tiny import make_document

from aligner.filters import Filters
from aligner.store import Store

DOCUMENTS = [
    ("a", "en", "Gazette", "2024-02-13"),
    ("b", "fr", "L'Écho", "2024-02-14"),
    ("c", "fr-CA", "L'Écho", "2024-02-14T22:10:00-05:00"),
    ("d", "frp", None, "2024-02-15"),
    ("e", "fr", "100%", None),
    ("f", "de", 'He said "x"', "2024-03"),
]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), "abcdef"),
        (Filters(outlets=("L'Écho",)), "bc"),
        (Filters(outlets=("L'Écho", "Gazette", "none")), "abc"),
        (Filters(outlets=('He said "x"', "100%")), "ef"),
        (Filters(outlets=("l'écho", "%")), ""),
        (Filters(outlets=()), ""),
        (Filters(languages=("fr",)), "bce"),
        (Filters(languages=("fr-CA",)), "c"),
        (Filters(languages=("frp", "en")), "ad"),
        (Filters(languages=()), ""),
        (Filters(published_from="2024-02-14"), "bcdf"),
        (Filters(published_to="2024-02-14"), "abc"),
        (Filters(published_from="2024-02-14", published_to="2024-02-14"), "bc"),
        (Filters(published_from="2024-02-14T22:10:00-05:00", published_to="2024-02-14T22:10"), "c"),
        (Filters(published_to="2024"), "abcdf"),
        (Filters(published_from="2025"), ""),
        (Filters(outlets=("L'Écho",), languages=("fr",), published_to="2024-02-14"), "bc"),
    ],
)
def test_filters(store: Store, filters: Filters, expected: str) -> None:
    for id, lang, outlet, published in DOCUMENTS:
        put(store, make_document(id, "Text.", lang=lang, outlet=outlet, published=published))
    assert "".join(document.id for document in store.documents(filters)) == expected
    keys = store.keys(filters=filters)
    assert "".join(store.paragraphs(keys)[int(key)].document for key in keys) == expected


def test_keys_by_language_and_document(store: Store) -> None:
    for id, lang, outlet, published in DOCUMENTS:
        put(store, make_document(id, "Text.", lang=lang, outlet=outlet, published=published))

    def documents(**asked) -> str:
        return "".join(store.paragraphs([key])[int(key)].document for key in store.keys(**asked))

    assert documents(base="fr") == "bce"
    assert documents(base="frp") == "d"
    assert documents(base="es") == ""
    assert documents(base="fr", documents=["a", "c", "e", "x"]) == "ce"
    assert documents(base="fr", documents=["c", "e"], filters=Filters(outlets=("100%",))) == "e"
    assert documents(documents=[]) == ""


def test_listing_goes_on_behind_a_cursor(store: Store) -> None:
    ids = sorted(["a", "B", "é", "z", "a-1", "a.1", "10", "9"])
    for id in ids:
        put(store, make_document(id, "Text.", lang="fr" if id in "aBé" else "en"))
    pages, after = [], ""
    while page := [document.id for document in store.documents(after=after, limit=3)]:
        pages.append(page)
        after = page[-1]
    assert pages == [ids[:3], ids[3:6], ids[6:]]
    french = Filters(languages=("fr",))
    assert [document.id for document in store.documents(french, after="B", limit=1)] == ["a"]
    assert [document.id for document in store.documents(french, after="a")] == ["é"]
    assert store.documents(limit=0) == []


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
