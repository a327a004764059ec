"""What is found by searching and in the list of documents, as the pages show it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from lxml import html
from tiny import TinyEncoder, make_document
from viewing import ALONE, BRIDGE, DOCUMENTS, PONT, text, tree

from aligner.corpus import Corpus
from aligner.findings import Hit
from aligner.matches import search
from service import Settings, create_app


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with Corpus(tmp_path_factory.mktemp("corpus"), encoder=TinyEncoder(), create=True) as corpus:
        list(corpus.add(DOCUMENTS))
        yield create_app(corpus, settings=Settings()).test_client()


def test_search_shows_the_match_and_marks_the_conflict(client: FlaskClient) -> None:
    found = tree(client, "/search", q=BRIDGE)
    (hit,) = found.cssselect("ol.hits > li")
    assert "Le Jour" in text(hit)
    assert text(hit.cssselect("p.text")[0]).startswith("La mairie a fermé le vieux pont mardi")
    assert hit.cssselect("p.text")[0].get("lang") == "fr"
    assert [text(mark) for mark in hit.cssselect("p.text .conflict")] == ["in conflict with the other text: ≠21"]
    assert found.cssselect("textarea")[0].text == BRIDGE


@pytest.mark.parametrize(
    ("probability", "expected"), [(0.26, "perhaps the same fact"), (0.49, "perhaps the same fact"), (0.5, "same fact")]
)
def test_a_match_that_is_more_likely_none_is_said_to_be_unsure(
    client: FlaskClient, probability: float, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found(*_: object, **options: object) -> list[Hit]:
        return [replace(hit, finding=replace(hit.finding, probability=probability)) for hit in hits]

    hits = search(client.application.extensions["runtime"].corpus, BRIDGE, language="en", k=1)
    assert [hit.finding.grade for hit in hits] == ["same-fact"]
    monkeypatch.setattr(sys.modules["service.pages"], "search", found)
    (grade,) = tree(client, "/search", q=BRIDGE, ui="en").cssselect(".grade")
    assert grade.text_content() == expected


def test_nothing_reports_it_is_an_answer(client: FlaskClient) -> None:
    found = tree(client, "/search", q=ALONE)
    assert "No match: nothing reaches the probability" in text(found)
    assert [text(heading) for heading in found.cssselect("h3")] == ["Nearest paragraphs, which report something else"]


def test_a_document_beside_what_others_report(client: FlaskClient) -> None:
    found = tree(client, "/documents/gazette-1")
    first, second = found.cssselect("div.paragraph")
    left, right = first.cssselect(".sides p.text")
    assert (left.get("lang"), right.get("lang")) == ("en", "fr")
    assert "≠12" in text(left.cssselect(".conflict")[0])
    assert text(second.cssselect(".alone")[0]) == "No match in another language."
    assert first.get("id") == "p0"


def test_documents_are_listed_and_filtered(client: FlaskClient) -> None:
    assert len(tree(client, "/documents").cssselect("ul.documents > li")) == 2
    (only,) = tree(client, "/documents", lang="fr").cssselect("ul.documents > li")
    assert "Le Jour" in text(only)
    assert "No document fits." in text(tree(client, "/documents", lang="fr", outlet="Gazette"))
    assert "No stored document has an outlet like “nobody”" in text(tree(client, "/documents", outlet="nobody"))


def test_what_is_listed_is_counted(client: FlaskClient) -> None:
    for asked, count in (({}, 2), ({"lang": "fr"}, 1), ({"outlet": "gazette"}, 1), ({"outlet": "nobody"}, 0)):
        assert f"{count} document{'' if count == 1 else 's'}" in text(
            tree(client, "/documents", ui="en", **asked).cssselect("main")[0]
        )


@pytest.mark.parametrize("path", ["/documents", "/search", "/stories"])
def test_outlets_are_offered_and_found_whatever_the_case(client: FlaskClient, path: str) -> None:
    page = tree(client, path)
    (field,) = page.cssselect("input[name=outlet]")
    (offered,) = page.cssselect(f"datalist#{field.get('list')}")
    assert [option.get("value") for option in offered] == ["Gazette", "Le Jour"]
    (only,) = tree(client, "/documents", outlet=" LE  jour").cssselect("ul.documents > li")
    assert "Le Jour" in text(only)


def test_a_search_in_an_outlet_that_is_not_there_does_not_say_that_it_looked(client: FlaskClient) -> None:
    said = text(tree(client, "/search", q=BRIDGE, outlet="Nobody", ui="en"))
    assert "No stored document has an outlet like “Nobody”" in said
    assert "nothing reaches the probability" not in said
    (hit,) = tree(client, "/search", q=BRIDGE, outlet="jour").cssselect("ol.hits > li")
    assert "Le Jour" in text(hit)


def test_reprints_are_one_hit(tmp_path: Path) -> None:
    paper = [
        make_document(f"jour-{n}", PONT, lang="fr", outlet=f"Jour <{n}>", published=f"2024-02-1{n}") for n in "123"
    ]
    with Corpus(tmp_path, encoder=TinyEncoder(), create=True) as corpus:
        list(corpus.add(paper))
        page = tree(create_app(corpus, settings=Settings()).test_client(), "/search", q=BRIDGE, ui="en")
    (hit,) = page.cssselect("ol.hits > li")
    assert "Jour <1>" in text(hit)
    assert text(hit).count("also, as a copy, in Jour <2>, Jour <3>") == 1


def test_a_text_that_is_too_long_for_a_url_is_searched_all_the_same(client: FlaskClient) -> None:
    (form,) = tree(client, "/search").cssselect("form[role=search]")
    assert (form.get("method"), form.cssselect("textarea")[0].get("maxlength")) == ("post", "20000")
    assert "At most 20000 characters." in text(form)
    short = client.post("/search", data={"q": PONT, "to": "en", "outlet": "", "ui": "fr"})
    assert (short.status_code, short.headers["Location"]) == (
        303,
        f"/search?{urlencode({'ui': 'fr', 'q': PONT, 'to': 'en'})}",
    )
    long = f"{PONT} {'é' * 5000}"
    answer = client.post("/search", data={"q": long, "ui": "fr", "to": "en"})
    assert answer.status_code == 200
    page = html.fromstring(answer.get_data())
    assert page.cssselect("textarea")[0].text == long
    assert page.cssselect("#results")
    too_long = client.post("/search?ui=en", data={"q": "é" * 20_001})
    assert (too_long.status_code, too_long.content_type) == (422, "text/html; charset=utf-8")
    assert "20,000" in too_long.text
