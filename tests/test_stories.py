"""Stories in step with their documents: in any order, at little cost, under ids that last."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from answers import CheckedClient
from tiny import FRENCH, TinyEncoder, make_document

import aligner.stories_update as updating
from aligner.cli import main
from aligner.corpus import Corpus
from aligner.documents import Document
from aligner.errors import NotFoundError
from aligner.paragraphs import Paragraph
from aligner.store_stories import StoryStore
from aligner.stories import StoryFilters, find_stories, story, story_log
from aligner.stories_pairs import dated
from aligner.stories_update import Work, update_stories
from service import Settings, create_app

PLACES = ("Valparda", "Orsova", "Lissen", "Marvane", "Remerbach")
PEOPLE = ("Olmedo", "Montalba", "Verhelm", "Halberg", "Stoops")
Fill = Callable[[Iterable[Document]], Corpus]


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


def coverage(event: int, count: int = 4, *, seed: int = 0, published: str | None = None) -> list[Document]:
    """Return what some outlets of both languages tell of one event, in words of their own."""
    rng = random.Random(100 * seed + event)
    words = rng.sample(sorted(FRENCH), 12)
    documents = []
    for number in range(count):
        lang = "en" if number % 2 == 0 else "fr"
        paragraphs = []
        for at in range(3):
            told = words[4 * at : 4 * at + 4] + rng.sample(words, 2)
            told = [FRENCH[word] for word in told] if lang == "fr" else told
            paragraphs.append(f"{told[0]} {PLACES[event]} {' '.join(told[1:])} {PEOPLE[event]} {100 * event + at}.")
        day = published and f"{published}T{10 + number}:00:00+00:00"
        documents.append(
            make_document(f"e{event}-{lang}-{number}", *paragraphs, lang=lang, outlet=f"O{number}", published=day)
        )
    return documents


def groups(corpus: Corpus) -> list[tuple[str, ...]]:
    return sorted(tuple(sorted(each.documents)) for each in find_stories(corpus))


ALL = [document for event in range(5) for document in coverage(event)]


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


# -- what is shown --------------------------------------------------------------------------------------------------


def test_the_headline_is_the_title_of_the_most_central_document(filled: Fill) -> None:
    documents = [replace(d, title=f"Title {d.id}") for d in coverage(0, 6)]
    corpus = filled(documents)
    (found,) = find_stories(corpus)
    pairs = StoryStore(corpus.store).pairs([d.id for d in documents])
    for lang in ("en", "fr"):
        totals = {d.id: sum(v for p, v in pairs.items() if d.id in p) for d in documents if d.lang == lang}
        assert found.headlines[lang] == f"Title {max(totals, key=lambda id: totals[id])}"


def test_without_titles_the_text_begins_the_headline(filled: Fill) -> None:
    (found,) = find_stories(filled([make_document("a", "The council closed the old bridge. " * 9)]))
    assert found.headlines == {"en": "The council closed the old bridge. " * 3 + "The council\u2026"}


def listed(corpus: Corpus, **filters: object) -> set[str]:
    return {each.id for each in find_stories(corpus, StoryFilters(**filters))}  # type: ignore[arg-type]


def test_filters_and_pages(filled: Fill) -> None:
    lone = make_document("lone", "Nothing else tells of this treaty.", outlet="Lone")
    corpus = filled([*coverage(0, published="2024-02-14"), *coverage(1, 2, published="2024-03-01"), lone])
    first, second, third = "story-e0-en-0", "story-e1-en-0", "story-lone"
    assert [each.id for each in find_stories(corpus)] == [second, first, third]
    assert listed(corpus, min_documents=2) == {first, second}
    assert listed(corpus, min_documents=3) == {first}
    assert listed(corpus, min_outlets=3) == {first}
    assert listed(corpus, min_languages=2) == {first, second}
    assert listed(corpus, languages=("fr-CA",)) == {first, second}
    assert listed(corpus, outlets=("Lone",)) == {third}
    assert listed(corpus, published_from="2024-02-15") == {second}
    assert listed(corpus, published_to="2024-02-14") == {first}
    assert [each.id for each in find_stories(corpus, limit=1)] == [second]
    at = {each.id: each.cursor for each in find_stories(corpus)}
    assert [each.id for each in find_stories(corpus, after=at[second], limit=1)] == [first]
    assert [each.id for each in find_stories(corpus, after=at[first])] == [third]


def test_a_document_without_text_is_a_story_of_its_own(filled: Fill) -> None:
    corpus = filled([Document(id="blank", lang="en", text="Share this on Facebook", blocks=None), *coverage(0)])
    assert ("blank",) in groups(corpus)


# -- command line and service ---------------------------------------------------------------------------------------


def test_commands(filled: Fill, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = filled(coverage(0, published="2024-02-14"))
    options = ["--corpus", str(corpus.folder)]
    assert main(["stories", "list", *options]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("story-e0-en-0\t2024-02-14\t4 documents, 4 outlets\t")
    assert main(["stories", "show", "story-e0-en-0", *options]) == 0
    assert [line.split("\t")[0] for line in capsys.readouterr().out.splitlines()[1:]] == [
        f"  {id}" for id in ("e0-en-0", "e0-fr-1", "e0-en-2", "e0-fr-3")
    ]
    assert main(["stories", "log", *options]) == 0
    assert capsys.readouterr().out == ""
    for action in ("show", "log"):
        assert main(["stories", action, "story-x", *options]) == 4
        assert "no story 'story-x'" in capsys.readouterr().err
    assert main(["stories", "log", "story-e0-en-0", *options]) == 0
    assert main(["stories", *options]) == 0
    assert line in capsys.readouterr().out
    assert main(["stories", "--json", *options]) == 0
    assert capsys.readouterr().out.startswith("[\n")


def test_one_is_no_plural(filled: Fill, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = filled([make_document("a", "The council closed the old bridge.", outlet="Post")])
    assert main(["stories", "list", "--corpus", str(corpus.folder)]) == 0
    assert "\t1 document, 1 outlet\t" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["list", "--min-documents", "-3"], "'-3' is no number from 0"),
        (["--min-outlets", "x"], "'x' is no number from 0"),
        (["list", "--limit", "0"], "'0' is no number from 1"),
        (["forget"], "invalid choice: 'forget'"),
    ],
)
def test_what_the_command_refuses(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["stories", *arguments])
    assert message in capsys.readouterr().err


def test_routes(filled: Fill) -> None:
    corpus = filled([*coverage(0, published="2024-02-14"), *coverage(1, published="2024-03-01")])
    app = create_app(corpus, settings=Settings())
    app.test_client_class = CheckedClient
    client = app.test_client()
    page = client.get("/api/v1/stories?limit=1&min_documents=2").get_json()
    at = "2024-03-01T13:00:00+00:00~story-e1-en-0"
    assert ([each["id"] for each in page["stories"]], page["next"]) == (["story-e1-en-0"], at)
    rest = client.get("/api/v1/stories", query_string={"after": page["next"]}).get_json()
    assert ([each["id"] for each in rest["stories"]], rest["next"]) == (["story-e0-en-0"], None)
    one = client.get("/api/v1/stories/story-e0-en-0").get_json()
    assert one == rest["stories"][0]
    assert [each["id"] for each in one["documents"]] == ["e0-en-0", "e0-fr-1", "e0-en-2", "e0-fr-3"]
    assert client.get("/api/v1/story-log").get_json() == {"changes": [], "next": None}
    assert client.get("/api/v1/story-log?story=story-e0-en-0").get_json() == {"changes": [], "next": None}
    for path, status in (
        ("stories/x", 404),
        ("stories?after=x", 422),
        ("stories?min_outlets=-1", 422),
        ("story-log?story=nope", 404),
    ):
        assert client.get(f"/api/v1/{path}").status_code == status
    client.post("/api/v1/documents", json={"id": "new", "lang": "en", "text": "Nobody else tells of this treaty."})
    assert [each["id"] for each in client.get("/api/v1/stories?lang=en").get_json()["stories"]][-1] == "story-new"
