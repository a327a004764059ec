"""What a document's page says of each paragraph: only what is known, and no more of it than can be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from tiny import TinyEncoder, make_document
from viewing import ALONE, BRIDGE, PONT, text, tree

import service.matches_kept as matches_kept
import service.pages_matches as pages_matches
from aligner.comparison import compare_documents
from aligner.corpus import Corpus
from aligner.deadline import remaining_seconds
from aligner.documents import Document
from aligner.errors import TooSlowError
from aligner.stories_update import update_stories
from service import Settings, create_app

PONT_AGAIN = "Le vieux pont fermé mardi par la mairie : 21 personnes blessées après la crue."
NO_MATCH = "No match in another language."
COPIES = 7


def served(folder: Path, documents: Sequence[Document]) -> Iterator[FlaskClient]:
    with Corpus(folder, encoder=TinyEncoder(), create=True) as corpus:
        list(corpus.add(documents))
        update_stories(corpus)
        yield create_app(corpus, settings=Settings()).test_client()


@pytest.fixture
def french(tmp_path: Path) -> Iterator[FlaskClient]:
    yield from served(
        tmp_path,
        [
            make_document("jour", PONT, "Le budget du port est voté.", lang="fr", outlet="Le Jour"),
            make_document("soir", PONT_AGAIN, lang="fr", outlet="Le Soir"),
        ],
    )


@pytest.fixture
def many(tmp_path: Path) -> Iterator[FlaskClient]:
    told = [f"{PONT} Le rapport numéro {number} du maire." for number in range(COPIES)]
    french = [make_document(f"fr{n}", each, lang="fr", outlet=f"Jour {n}") for n, each in enumerate(told)]
    yield from served(tmp_path, [make_document("en", BRIDGE, ALONE, outlet="Gazette"), *french])


def told(page: Any) -> list[list[str]]:
    return [[text(each) for each in p.cssselect(".alone")] for p in page.cssselect("div.paragraph")]


def test_another_outlet_of_the_same_language_is_named(french: FlaskClient) -> None:
    corpus = french.application.extensions["runtime"].corpus
    facts = compare_documents(corpus, ["jour", "soir"]).facts
    assert [fact.documents for fact in facts if len(fact.documents) > 1] == [("jour", "soir")]
    assert told(tree(french, "/documents/jour", ui="en")) == [
        [NO_MATCH, "In the same language also told by: Le Soir"],
        [NO_MATCH],
    ]
    assert told(tree(french, "/documents/soir", ui="en")) == [[NO_MATCH, "In the same language also told by: Le Jour"]]


def test_a_large_story_is_compared_for_its_own_page_only(french: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages_matches, "CHEAP_PARAGRAPHS", 2)
    assert told(tree(french, "/documents/jour", ui="en")) == [[NO_MATCH], [NO_MATCH]]
    corpus = french.application.extensions["runtime"].corpus
    french.application.extensions["comparisons"].of(corpus, ["jour", "soir"], min_others=2)
    assert told(tree(french, "/documents/jour", ui="en"))[0][1:] == ["In the same language also told by: Le Soir"]


def test_reprints_of_one_paragraph_are_one_match(many: FlaskClient) -> None:
    first, second = tree(many, "/documents/en", ui="en").cssselect("div.paragraph")
    (pair,) = first.cssselect(".pair")
    others = ", ".join(f"Jour {number}" for number in range(1, COPIES))
    assert text(pair.cssselect(".head")[0]).endswith(f"also, as a copy, in {others}")
    assert not first.cssselect(".alone")
    assert [text(each) for each in second.cssselect(".alone")] == [NO_MATCH]


def test_a_paragraph_whose_matches_are_cut_is_not_said_to_have_none(
    many: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages_matches, "collapsed_matches", lambda matches: matches)
    monkeypatch.setattr(pages_matches, "EACH", 3)
    first, _ = tree(many, "/documents/en", ui="en").cssselect("div.paragraph")
    assert len(first.cssselect(".pair")) == 3
    assert text(first.cssselect("summary")[0]) == f"Matches ({COPIES})"
    (more,) = [link for link in first.cssselect("a") if "every=yes" in link.get("href")]
    assert text(more) == f"{COPIES - 3} more"
    assert more.get("href").endswith("#p0")
    assert not first.cssselect(".alone")
    every, _ = tree(many, more.get("href")).cssselect("div.paragraph")
    assert len(every.cssselect(".pair")) == COPIES
    assert "more" not in text(every.cssselect("details")[0]).split()[-3:]


def test_a_document_is_matched_once_until_something_is_written(
    many: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[float | None] = []
    find = matches_kept.find_matches

    def counted(*given: Any, **named: Any) -> Any:
        made.append(remaining_seconds())
        return find(*given, **named)

    monkeypatch.setattr(matches_kept, "find_matches", counted)
    pages = [tree(many, "/documents/en", ui=ui) for ui in ("en", "en", "fr")]
    assert text(pages[0].cssselect("section")[0]) == text(pages[1].cssselect("section")[0])
    assert len(made) == 1
    list(many.application.extensions["runtime"].corpus.add([make_document("new", PONT, lang="fr", outlet="Neuf")]))
    assert "Neuf" in text(tree(many, "/documents/en", every="yes"))
    assert len(made) == 2
    assert all(left is not None and left <= pages_matches.PAGE_SECONDS for left in made)


def test_a_document_can_be_read_while_its_matches_take_too_long(
    many: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: object, **__: object) -> None:
        asked.append(remaining_seconds() or 0.0)
        raise TooSlowError("the answer takes longer than is allowed")

    asked: list[float] = []
    monkeypatch.setattr(matches_kept, "find_matches", slow)
    page = tree(many, "/documents/en", ui="en")
    assert ALONE in text(page)
    assert NO_MATCH not in text(page)
    (wait,) = [link for link in page.cssselect("a") if "wait=yes" in link.get("href")]
    tree(many, wait.get("href"))
    assert asked[0] <= pages_matches.PAGE_SECONDS < asked[1]
