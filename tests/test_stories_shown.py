"""Stories as they are shown: their headlines, filters and pages, the command line and the routes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from answers import checked_client
from events import coverage
from tiny import TinyEncoder, make_document
from words import Fill

from aligner.cli import main
from aligner.corpus import Corpus
from aligner.store_stories import StoryStore
from aligner.stories import StoryFilters, find_stories
from aligner.vectors import Encoder
from service import Settings


@pytest.fixture
def encoder() -> Encoder:
    """The one without tokens alone."""
    return TinyEncoder()


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
    client = checked_client(corpus, settings=Settings())
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
