"""Stories as they are read: pages, reprints, what cannot be written, and what is not read for an update."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from events import coverage, groups
from tiny import TinyEncoder, make_document
from words import Fill

import aligner.stories_update as updating
from aligner.cli import main
from aligner.corpus import Corpus
from aligner.documents import Document
from aligner.errors import InputError, NotFoundError
from aligner.store_stories import StoryStore
from aligner.stories import find_stories, story, story_of
from aligner.stories_groups import far_pairs
from aligner.stories_pairs import FAR_LOG_ODDS
from aligner.stories_update import update_stories


@pytest.fixture
def fill(tmp_path: Path) -> Iterator[Fill]:
    with Corpus(tmp_path / "corpus", encoder=TinyEncoder(), create=True) as corpus:

        def filled(documents: Iterable[Document]) -> Corpus:
            list(corpus.add(documents))
            return corpus

        yield filled


def test_a_page_goes_on_where_its_last_story_was(fill: Fill) -> None:
    """Whether that story is of another day meanwhile, or gone."""
    last = coverage(1, published="2024-03-01")
    corpus = fill([*coverage(0, published="2024-02-14"), *last])
    (shown,) = find_stories(corpus, limit=1)
    list(corpus.add([replace(d, published="2024-01-01") for d in last]))
    assert [each.id for each in find_stories(corpus, after=shown.cursor)] == ["story-e0-en-0", "story-e1-en-0-2"]
    corpus.remove([d.id for d in last])
    assert [each.id for each in find_stories(corpus, after=shown.cursor)] == ["story-e0-en-0"]
    with pytest.raises(InputError, match="after: 'x' is no place in a list of stories"):
        find_stories(corpus, after="x")


def test_documents_of_another_time_are_not_read(fill: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    old = [replace(d, id=f"old-{d.id}") for d in coverage(0, published="2021-02-14")]
    undated = make_document("undated", "Nothing else tells of this treaty.")
    corpus = fill([*old, *coverage(1, published="2024-02-10"), undated])
    update_stories(corpus)
    read: list[str] = []
    grouped = StoryStore.grouped
    monkeypatch.setattr(StoryStore, "grouped", lambda self, ids: grouped(self, read.extend(ids) or read))
    list(corpus.add(coverage(0, published="2024-02-14")))
    assert len(groups(corpus)) == 4
    assert sorted(read) == ["e1-en-0", "e1-en-2", "e1-fr-1", "e1-fr-3", "undated"]


def test_pairs_that_are_far_apart() -> None:
    days = {"a": "2024-02-14T10:00:00+00:00", "b": "2024-05-14", "c": "2024-05-15", "d": None, "e": "2024"}
    assert far_pairs(days) == {("a", "c"): FAR_LOG_ODDS}  # 90 days, 91, unknown, no day


def test_reprints_are_found_when_grouping(fill: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    told = coverage(0, published="2024-02-14")
    corpus = fill([*told, replace(told[0], id="reprint", outlet="Other", published="2024-02-15")])
    update_stories(corpus)
    monkeypatch.setattr(updating, "document_groups", None)  # what was found is not worked out again
    (found,) = find_stories(corpus)
    assert {m.document: m.reprint_of for m in found.members if m.reprint_of} == {"reprint": told[0].id}
    assert (found.sources, len(found.documents)) == (4, 5)


def test_a_corpus_that_cannot_be_written_shows_what_is_grouped(fill: Fill) -> None:
    first, second = coverage(0), coverage(1)
    corpus = fill([*first, *second])
    update_stories(corpus)
    fill(coverage(2))
    corpus.remove([d.id for d in second])
    corpus.store.rows("PRAGMA query_only = ON")
    assert groups(corpus) == [tuple(sorted(d.id for d in first))]
    assert set(story(corpus, "story-e0-en-0").documents) == {d.id for d in first}
    with pytest.raises(NotFoundError, match="no document of story 'story-e1-en-0' is left"):
        story(corpus, "story-e1-en-0")
    corpus.store.rows("PRAGMA query_only = OFF")
    assert len(groups(corpus)) == 2


def test_the_story_of_a_document(fill: Fill) -> None:
    corpus = fill(coverage(0))
    assert story_of(corpus, "e0-fr-1") is None
    update_stories(corpus)
    found = story_of(corpus, "e0-fr-1")
    assert found is not None
    assert (found.id, found.documents) == ("story-e0-en-0", 4)


def test_the_command_goes_on_behind_a_story(fill: Fill, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = fill([*coverage(0, published="2024-02-14"), *coverage(1, published="2024-03-01")])
    options = ["--corpus", str(corpus.folder)]
    assert main(["stories", "list", "--after", "story-e1-en-0", *options]) == 0
    assert [line.split("\t")[0] for line in capsys.readouterr().out.splitlines()] == ["story-e0-en-0"]
    assert main(["stories", "list", "--after", "story-x", *options]) == 4
    assert "no story 'story-x'" in capsys.readouterr().err
