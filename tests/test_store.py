"""The store: what goes in comes out, and what is not there is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from storing import paragraphs, put
from tiny import make_document

from aligner.documents import Document
from aligner.errors import NotFoundError
from aligner.store import Store


def test_what_goes_in_comes_out(store: Store) -> None:
    document = Document(
        id="a",
        lang="fr-CA",
        text="« Un élève 👩‍🚀. »\n\nDeux.\n\nTrois.",
        outlet="L'Écho",
        title='Titre "cité"; --',
        url="https://example.org/a?b=1",
        published="2024-02-14T22:10:00-05:00",
        blocks=((0, 17), (19, 24), (26, 32)),
    )
    vectors = put(store, document, dropped={1: "byline"})
    stored = store.document("a")
    assert stored.document == document
    assert list(stored.paragraphs) == paragraphs(document, dropped={1: "byline"})
    keys = store.keys()
    assert store.vectors(keys).tobytes() == vectors.tobytes()
    assert store.vectors(keys[::-1]).tobytes() == vectors[::-1].tobytes()
    assert [store.paragraphs(keys)[int(key)].id for key in keys] == ["a#0", "a#2"]
    assert [store.key(id) for id in ("a#0", "a#2")] == keys.tolist()
    assert store.content_hashes(["a", "b"]) == {"a": document.content_hash}
    assert store.documents_by_id(["b", "a", "a"]) == {"a": document}
    assert store.languages() == {"fr": 2}
    assert store.counts() == {"documents": 1, "paragraphs": 2, "dropped": 1}


def test_vectors_are_bit_identical(store: Store) -> None:
    document = make_document("a", "One.")
    odd = np.array([[0.1, -0.0, 1e-45, np.finfo(np.float32).max, -1 / 3, np.inf, -np.inf, 1]], np.float32)
    store.put([(document, paragraphs(document), odd)])
    assert store.vectors(store.keys()).tobytes() == odd.tobytes()


def test_no_vectors(store: Store) -> None:
    assert store.vectors([]).shape[0] == 0
    assert store.paragraphs([]) == {}
    assert store.keys().tolist() == []


def test_a_document_is_replaced_whole(store: Store) -> None:
    put(store, make_document("a", "One.", "Two.", "Three.", outlet="X"))
    before = store.keys()
    vectors = put(store, make_document("a", "Four.", lang="fr"), seed=1)
    assert [p.text for p in store.document("a").paragraphs] == ["Four."]
    assert store.documents() == [make_document("a", "Four.", lang="fr")]
    assert store.languages() == {"fr": 1}
    assert store.vectors(store.keys()).tobytes() == vectors.tobytes()
    assert store.paragraphs(before) == {}
    with pytest.raises(NotFoundError, match=r"no vector for 3 paragraphs in .*corpus\.sqlite"):
        store.vectors(before)


def test_removing(store: Store) -> None:
    for id in "abc":
        put(store, make_document(id, "One.", "Two."))
    assert store.remove(["c", "x", "a", "c"]) == ["c", "a"]
    assert [document.id for document in store.documents()] == ["b"]
    assert store.counts() == {"documents": 1, "paragraphs": 2, "dropped": 0}
    assert store.remove([]) == []


def test_keys_are_never_used_twice(store: Store) -> None:
    used: set[int] = set()
    for turn in range(4):
        put(store, make_document("a", *["One."] * (turn + 1)))
        keys = set(store.keys().tolist())
        assert len(keys) == turn + 1
        assert not keys & used
        used |= keys
        store.remove(["a"])
        store.close()  # the next use opens the file anew


def test_a_write_that_fails_leaves_everything(store: Store) -> None:
    kept = put(store, make_document("a", "One."))
    state = store.state
    second = make_document("b", "Two.", "Three.")
    with pytest.raises(ValueError, match="shorter"):
        store.put([(make_document("a", "New."), [], kept[:0]), (second, paragraphs(second), kept)])
    assert (store.state, [document.id for document in store.documents()]) == (state, ["a"])
    assert store.document("a").paragraphs[0].text == "One."
    assert store.vectors(store.keys()).tobytes() == kept.tobytes()


def test_the_state_changes_with_the_content_alone(store: Store) -> None:
    seen = {store.state}
    put(store, make_document("a", "One."))
    seen.add(store.state)
    store.remove(["nothing"])
    store.documents()
    seen.add(store.state)
    assert len(seen) == 2
    store.remove(["a"])
    assert store.state not in seen


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda store: store.document("x"), r"no document 'x' in /.*"),
        (lambda store: store.key("a#1"), r"no article paragraph 'a#1' in /.*"),
        (lambda store: store.key("a#2"), r"no article paragraph 'a#2' in /.*"),
        (lambda store: store.key("a"), r"no article paragraph 'a' in /.*"),
        (lambda store: store.key("a#-1"), r"no article paragraph 'a#-1' in /.*"),
        (lambda store: store.key("a#²"), r"no article paragraph 'a#²' in /.*"),
        (lambda store: store.key(f"a#{10**30}"), r"no article paragraph 'a#10+' in /.*"),
        (lambda store: store.vectors([1, 77]), r"no vector for 1 paragraphs in /.*"),
        (lambda store: Store(store.path.parent / "no" / "corpus.sqlite"), r"/.*/no: no corpus here; `aligner add` ma"),
    ],
)
def test_what_is_not_there(store: Store, ask, message: str) -> None:
    put(store, make_document("a", "One.", "Photo: AP"), dropped={1: "caption"})
    with pytest.raises(NotFoundError, match=message):
        ask(store)


def test_a_name_with_odd_characters(tmp_path: Path) -> None:
    folder = tmp_path / "a b?c#d%41é"
    store = Store(folder / "corpus.sqlite", create=True)
    put(store, make_document("a", "One."))
    store.close()
    assert list(folder.iterdir()) == [folder / "corpus.sqlite"]
    assert [document.id for document in Store(folder / "corpus.sqlite").documents()] == ["a"]


def test_a_text_finds_the_paragraph_that_it_stands_in(store: Store) -> None:
    long = "The same beginning of more than thirty-two characters, "
    put(store, make_document("a", long + "one.", long + "two.", "Dropped text."), dropped={2: "byline"})
    put(store, make_document("b", long + "two.", lang="fr"))
    assert store.key_of_text(long + "two.", base="en") == store.key("a#1")
    assert store.key_of_text(long + "two.", base="fr") == store.key("b#0")
    assert [store.key_of_text(text, base="en") for text in (long, "Dropped text.", "", "nothing")] == [None] * 4
    assert store.keys_by_id(["a#1", "b#0", "a#2", "c#0"]) == {"a#1": store.key("a#1"), "b#0": store.key("b#0")}
    (plan,) = store.rows(
        "EXPLAIN QUERY PLAN SELECT p.key FROM paragraphs AS p WHERE p.dropped IS NULL AND +p.base = ?"
        " AND substr(p.text, 1, 32) = substr(?, 1, 32) AND +p.text = ?",
        ("en", "x", "x"),
    )
    assert "SEARCH p USING INDEX paragraphs_beginning" in str(plan)
