"""Stories in step with their documents: in any order, at little cost, under ids that last."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from events import PLACES, coverage, groups
from tiny import TinyEncoder, make_document
from words import Fill

import aligner.stories_update as updating
from aligner.corpus import Corpus
from aligner.documents import Document
from aligner.errors import NotFoundError
from aligner.paragraphs import Paragraph
from aligner.store_stories import StoryStore
from aligner.stories import find_stories, story, story_log
from aligner.stories_pairs import dated
from aligner.stories_update import Work, update_stories

ALL = [document for event in range(5) for document in coverage(event)]


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Fill]:
    opened = []

    def fill(documents: Iterable[Document], *, at_once: bool = True) -> Corpus:
        corpus = Corpus(tmp_path / f"c{len(opened)}", encoder=TinyEncoder(), create=True)
        opened.append(corpus)
        for batch in [list(documents)] if at_once else [[document] for document in documents]:
            list(corpus.add(batch))
            if not at_once:
                update_stories(corpus)
        return corpus

    yield fill
    for corpus in opened:
        corpus.close()


def test_events_are_stories(filled: Fill) -> None:
    assert groups(filled(ALL)) == sorted(tuple(sorted(d.id for d in coverage(event))) for event in range(5))


@pytest.mark.parametrize("seed", range(3))
def test_any_order_of_adding_gives_the_same_groups(filled: Fill, seed: int) -> None:
    """Also with documents that were removed or replaced, and grouped, on the way."""
    documents = ALL + [make_document(f"x{n}", f"Police {PLACES[n % 5]} court {n}.") for n in range(6)]
    expected = groups(filled(documents))
    assert 5 < len(expected) < len(documents)
    shuffled = random.Random(seed).sample(documents, len(documents))
    assert groups(filled(shuffled, at_once=False)) == expected  # type: ignore[call-arg]
    corpus = filled([replace(d, text=d.text.upper()) for d in shuffled[:8]] + coverage(2, 6, seed=3)[4:])
    update_stories(corpus)
    for document in shuffled:
        list(corpus.add([document]))
    corpus.remove([d.id for d in coverage(2, 6, seed=3)[4:]])
    assert groups(corpus) == expected


def test_one_more_document_costs_its_own_pairs_alone(filled: Fill) -> None:
    corpus = filled([*ALL[:-1], *(make_document(f"y{n}", f"Nothing {n} else {7 * n}.") for n in range(40))])
    assert update_stories(corpus).documents == 59
    assert update_stories(corpus) == Work()
    list(corpus.add([ALL[-1]]))
    work = update_stories(corpus)
    assert work.documents == 1
    assert work.pairs < 20
    assert work.regrouped == 4


def test_what_is_derived_does_not_change_the_corpus(filled: Fill) -> None:
    corpus = filled(ALL)
    before = corpus.store.state
    update_stories(corpus)
    assert corpus.store.state == before


def test_several_at_once_agree(filled: Fill) -> None:
    corpus, expected = filled(ALL), groups(filled(ALL))
    threads = [threading.Thread(target=update_stories, args=(corpus,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert groups(corpus) == expected
    assert story_log(corpus) == []


def test_what_another_wrote_meanwhile_is_compared_again(filled: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each time this process has compared, another one adds a document and groups it."""
    corpus, expected = filled(ALL[:12]), groups(filled(ALL))
    waiting = list(ALL[12:])
    compare = updating._compare

    def interrupted(*args: object) -> object:
        step = compare(*args)  # type: ignore[arg-type]
        with corpus.store.connection() as connection:
            inside = connection.in_transaction
        if waiting and not inside:
            monkeypatch.setattr(updating, "_compare", compare)
            with Corpus(corpus.folder, encoder=TinyEncoder()) as other:
                list(other.add([waiting.pop()]))
                update_stories(other)
            monkeypatch.setattr(updating, "_compare", interrupted)
        return step

    monkeypatch.setattr(updating, "_compare", interrupted)
    update_stories(corpus)
    list(corpus.add(waiting))
    monkeypatch.setattr(updating, "_compare", compare)
    assert groups(corpus) == expected


def test_a_document_without_text_is_a_story_of_its_own(filled: Fill) -> None:
    corpus = filled([Document(id="blank", lang="en", text="Share this on Facebook", blocks=None), *coverage(0)])
    assert ("blank",) in groups(corpus)


# -- dates ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("later", "stories"), [("2024-02-16", 1), ("2024-09-14", 2)])
def test_the_same_words_months_later_are_another_story(filled: Fill, later: str, stories: int) -> None:
    first = coverage(0, published="2024-02-14")
    second = [replace(d, id=f"later-{d.id}", published=later) for d in first]
    assert len(groups(filled([*first, *second]))) == stories


def test_datelines_and_quoted_posts_date_a_text_too() -> None:
    document = make_document(
        "a", "17 June, 2009", "Text.", "@jack (@jack) October 1, 2013", "31 June 2014", "1 May 2015"
    )
    kinds = {0: "dateline", 2: "embed", 3: "dateline"}
    paragraphs = [
        Paragraph("a", at, "en", start, end, document.text[start:end], kinds.get(at))
        for at, (start, end) in enumerate(document.blocks or ())
    ]
    assert dated(document, paragraphs) == "2009-06-17"
    assert dated(document, paragraphs[1:3]) == "2013-10-01"
    assert dated(document, paragraphs[4:]) is None
    assert dated(replace(document, published="2020"), paragraphs) == "2020"


# -- ids and the log ------------------------------------------------------------------------------------------------


def test_an_id_lasts(filled: Fill) -> None:
    corpus = filled(coverage(1)[:2])
    (founded,) = find_stories(corpus)
    assert founded.id == "story-e1-en-0"
    list(corpus.add(coverage(1)[2:]))
    (grown,) = find_stories(corpus)
    assert (grown.id, len(grown.documents)) == (founded.id, 4)
    corpus.remove(["e1-en-0"])
    assert [each.id for each in find_stories(corpus)] == [founded.id]
    assert story_log(corpus) == []


def test_the_last_document_ends_a_story(filled: Fill) -> None:
    corpus = filled(coverage(1)[:1])
    assert story(corpus, "story-e1-en-0").documents == ("e1-en-0",)
    corpus.remove(["e1-en-0"])
    assert [(e.change.change, e.change.story) for e in story_log(corpus)] == [("ended", "story-e1-en-0")]
    with pytest.raises(NotFoundError, match="no story 'story-e1-en-0'"):
        story(corpus, "story-e1-en-0")


def test_a_merged_story_answers_under_its_old_id(filled: Fill) -> None:
    """Two stories that have nothing in common until a document tells both, and that part when it goes."""
    corpus = filled(ALL[:8])
    stories = StoryStore(corpus.store)
    update_stories(corpus)
    ids = {each.id for each in find_stories(corpus)}
    assert ids == {"story-e0-en-0", "story-e1-en-0"}
    pairs = {(a.id, b.id): 9.0 for a in coverage(0) for b in coverage(1)}
    with corpus.store.transaction(derived=True) as connection:
        stories.insert_pairs(connection, pairs)
    list(corpus.add([replace(coverage(0)[0], title="Changed")]))
    (merged,) = find_stories(corpus)
    gone = (ids - {merged.id}).pop()
    assert [(e.change.change, e.change.story, e.change.others) for e in story_log(corpus)] == [
        ("merged", gone, (merged.id,))
    ]
    assert story(corpus, gone) == story(corpus, merged.id) == merged
    assert story_log(corpus, id=merged.id) == story_log(corpus)
