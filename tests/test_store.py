"""The store: what goes in comes out, whoever reads or writes meanwhile."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from tiny import make_document

from aligner.documents import Document
from aligner.errors import NotFoundError
from aligner.filters import Filters
from aligner.paragraphs import Paragraph
from aligner.store import Store

DIMENSION = 8


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "corpus.sqlite", create=True)
    yield store
    store.close()


def paragraphs(document: Document, *, dropped: dict[int, str] | None = None) -> list[Paragraph]:
    return [
        Paragraph(document.id, at, document.lang, start, end, document.text[start:end], (dropped or {}).get(at))
        for at, (start, end) in enumerate(document.blocks or ())
    ]


def put(store: Store, document: Document, *, seed: int = 0, dropped: dict[int, str] | None = None) -> np.ndarray:
    found = paragraphs(document, dropped=dropped)
    article = sum(p.dropped is None for p in found)
    vectors = np.random.default_rng(seed).standard_normal((article, DIMENSION)).astype(np.float32)
    store.put([(document, found, vectors)])
    return vectors


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


def test_it_may_be_closed_while_others_read(store: Store) -> None:
    counting = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) SELECT i FROM n"
    ended = threading.Event()

    def read() -> int:
        turns = 0
        while not ended.is_set():
            assert len(store.rows(counting)) == 2000
            turns += 1
        return turns

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(4)]
        for _ in range(300):
            store.close()
            time.sleep(0.001)
        ended.set()
    assert all(reader.result() for reader in readers)


def test_what_is_read_at_one_moment_stays_so_when_others_close_it(store: Store) -> None:
    put(store, make_document("a", "One."))
    with store.snapshot():
        assert store.counts()["documents"] == 1
        closing = threading.Thread(target=store.close)
        closing.start()
        closing.join()
        other = Store(store.path)
        put(other, make_document("b", "Two."))
        other.close()
        assert store.counts()["documents"] == 1
    assert store.counts()["documents"] == 2


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


def test_threads_read_while_one_writes(store: Store) -> None:
    """A reader sees a document whole, old or new, and all of a snapshot is of one moment."""
    put(store, make_document("a", "0", "0", "0"))
    failures: list[str] = []
    done = threading.Event()

    def read() -> None:
        reads = count()
        while not done.is_set() or next(reads) < 20:
            texts = {p.text for p in store.paragraphs(store.keys()).values()}
            if len(texts) > 1:  # keys of one moment, paragraphs of the next, are gone and not mixed
                failures.append(f"mixed {texts}")
            with store.snapshot(), store.snapshot():
                keys = store.keys()
                if len(store.vectors(keys)) != 3 or len(store.paragraphs(keys)) != 3:
                    failures.append("a snapshot that changed")

    def guarded() -> None:
        try:
            read()
        except BaseException as error:
            failures.append(repr(error))

    readers = [threading.Thread(target=guarded) for _ in range(4)]
    for reader in readers:
        reader.start()
    for turn in range(60):
        put(store, make_document("a", *[str(turn)] * 3), seed=turn)
    done.set()
    for reader in readers:
        reader.join()
    assert failures == []


def test_several_threads_write(store: Store) -> None:
    def write(thread: int) -> None:
        for turn in range(10):
            put(store, make_document(f"{thread}-{turn}", "One.", "Two."))

    writers = [threading.Thread(target=write, args=(thread,)) for thread in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert store.counts() == {"documents": 40, "paragraphs": 80, "dropped": 0}


def test_a_thread_that_ends_gives_its_connection_back(store: Store) -> None:
    def logs() -> int:
        """Count the open logs, one a connection. (SQLite keeps some handles of the file itself, to use them again.)"""
        return sum(link.resolve().name.endswith("-wal") for link in Path("/proc/self/fd").iterdir())

    put(store, make_document("a", "One."))
    assert logs() == 1
    for _ in range(30):
        thread = threading.Thread(target=store.documents)
        thread.start()
        thread.join()
    gc.collect()
    assert logs() == 1


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
