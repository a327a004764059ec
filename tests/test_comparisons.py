"""Comparisons that are kept: as many as there is room for, each made once, and anew when the corpus changes."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from test_passage_chances import ENGLISH, FRENCH
from tiny import TinyEncoder, make_document

import service.comparisons as kept
from aligner.comparison import Comparison, compare_documents
from aligner.corpus import Corpus
from aligner.deadline import limit_time
from aligner.errors import NotFoundError, TooSlowError
from aligner.readings import WasRead
from aligner.stories import story_of
from service import Settings, create_app
from service.comparisons import Comparisons

DOCUMENTS = [
    make_document("a", *ENGLISH, outlet="Post"),
    make_document("b", *FRENCH, outlet="Le Fleuve", lang="fr"),
    make_document("c", *ENGLISH[:2], outlet="Herald"),
]


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus(tmp_path / "corpus", encoder=TinyEncoder(), create=True) as corpus:
        list(corpus.add(DOCUMENTS))
        yield corpus


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Return the documents of each comparison that is made from now on."""
    found: list[tuple[str, ...]] = []

    def counted(corpus: Corpus, ids: Sequence[str], *, min_others: int, was_read: WasRead) -> Comparison:
        found.append(tuple(ids))
        return compare_documents(corpus, ids, min_others=min_others, was_read=was_read)

    monkeypatch.setattr(kept, "compare_documents", counted)
    return found


def test_what_was_made_is_kept_while_there_is_room(corpus: Corpus, made: list[tuple[str, ...]]) -> None:
    last = Comparisons(kept=2)
    first = last.of(corpus, ["a", "b"], min_others=2)
    assert last.of(corpus, ["b", "a", "b"], min_others=2) is first
    assert last.of(corpus, ["a", "b"], min_others=1).min_others == 1
    last.of(corpus, ["a", "c"], min_others=2)
    assert last.of(corpus, ["a", "b"], min_others=2) == first
    assert made == [("a", "b"), ("a", "b"), ("a", "c"), ("a", "b")]


def test_a_write_makes_it_anew(corpus: Corpus, made: list[tuple[str, ...]]) -> None:
    last = Comparisons()
    last.of(corpus, ["a", "b"], min_others=2)
    corpus.remove(["b"])
    with pytest.raises(NotFoundError, match="no document 'b'"):
        last.of(corpus, ["a", "b"], min_others=2)
    assert len(made) == 2
    assert last.kept._turns == {}


def test_one_makes_what_several_want(corpus: Corpus, made: list[tuple[str, ...]]) -> None:
    last, found = Comparisons(), []
    threads = [
        threading.Thread(target=lambda: found.append(last.of(corpus, ["a", "b", "c"], min_others=2))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [("a", "b", "c")]
    assert len({id(each) for each in found}) == 1
    assert len(found) == 4


def test_who_waits_too_long_is_told(corpus: Corpus) -> None:
    last = Comparisons()
    with (
        last.kept.turn((corpus.store.state, ("a", "b"), 2)),
        limit_time(0.05),
        pytest.raises(TooSlowError, match="the answer takes longer than is allowed"),
    ):
        last.of(corpus, ["a", "b"], min_others=2)


def test_a_page_and_its_json_share_one(corpus: Corpus, made: list[tuple[str, ...]]) -> None:
    client: FlaskClient = create_app(corpus, settings=Settings()).test_client()
    client.get("/api/v1/stories")
    story = story_of(corpus, "a")
    assert story is not None
    for path in (f"/stories/{story.id}", f"/stories/{story.id}?format=csv", f"/api/v1/stories/{story.id}/comparison"):
        assert client.get(path).status_code == 200
    assert len(made) == 1
