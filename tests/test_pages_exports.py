"""What a comparison is taken away as: the translations, the table, and a report that says where it comes from."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html
from test_pages_stories import BRIDGE, GREVE, IDS, PONT, STRIKE, asked
from tiny import make_document
from viewing import text, tree
from words import ENGLISH, OWN_TRANSLATION, WordEncoder

import service.matches_kept as matches_kept
from aligner.comparison import compare_documents
from aligner.corpus import Corpus
from aligner.errors import TooSlowError
from aligner.grades import NEAR_EQUIVALENT
from aligner.matches import find_matches
from aligner.stories import StoryFilters, find_stories
from aligner.version import version
from service import Settings, create_app
from service.pages_exports import EXPORTS

DOCUMENTS = [
    replace(
        make_document("gazette", BRIDGE, STRIKE, "The museum was stolen.", outlet="Gazette", published="2024-02-14"),
        url="https://example.org/bridge?a=1&b=2",
        title="The old bridge is closed",
    ),
    replace(make_document("herald", BRIDGE, outlet="Herald", published="2024-02-14"), url="javascript:alert(1)"),
    replace(
        make_document("jour", PONT, GREVE, lang="fr", outlet="Le Jour", published="2024-02-13"),
        title="Le vieux pont est fermé",
    ),
    make_document("left", ENGLISH, outlet="Left", published="2024-02-14"),
    make_document("gauche", OWN_TRANSLATION, lang="fr", outlet="Gauche", published="2024-02-14"),
    make_document("droite", OWN_TRANSLATION, lang="fr", outlet="Droite", published="2024-02-14"),
]
TRANSLATED = ("left", "gauche")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    with Corpus(tmp_path_factory.mktemp("corpus"), encoder=WordEncoder(), create=True) as corpus:
        list(corpus.add(DOCUMENTS))
        yield corpus


@pytest.fixture
def client(corpus: Corpus) -> FlaskClient:
    return create_app(corpus, settings=Settings()).test_client()


def report(client: FlaskClient, ids: tuple[str, ...] = IDS, **more: str) -> Any:
    return html.fromstring(client.get(asked(ids, format="report", **more)).get_data())


def test_exports(client: FlaskClient, corpus: Corpus) -> None:
    links = [link.get("href") for link in tree(client, asked()).cssselect("p.export a")]
    assert len(links) == len(EXPORTS)
    found: dict[str, Any] = {link.rpartition("=")[2]: client.get(link) for link in links}
    assert {kind: response.status_code for kind, response in found.items()} == dict.fromkeys(EXPORTS, 200)
    for response in found.values():
        assert "attachment" in response.headers["Content-Disposition"]
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    comparison = compare_documents(corpus, IDS)
    assert found["json"].get_json()["facts"][0]["id"] == comparison.facts[0].id
    assert found["tmx"].data.startswith(b"<?xml")
    rows = list(csv.DictReader(io.StringIO(found["csv"].data.decode("utf-8-sig"))))
    assert len(rows) == len(comparison.facts) * len(comparison.outlets)
    assert rows[0]["story"] == "comparison"


def test_excel_is_told_that_the_table_is_utf_8(client: FlaskClient) -> None:
    assert client.get(asked(format="csv")).data.startswith(b"\xef\xbb\xbfstory,")


def test_the_translations_are_those_of_a_listing_between_these_documents(client: FlaskClient, corpus: Corpus) -> None:
    listed = [
        (match.source.text, match.target.text)
        for match in find_matches(corpus, sources=corpus.store.keys(documents=["left"]), grades=[NEAR_EQUIVALENT])
        if match.target.document == "gauche"
    ]
    assert listed == [(ENGLISH, OWN_TRANSLATION)]
    found = html.fromstring(client.get(asked(TRANSLATED, format="tmx")).get_data())
    assert [tuple(each.text for each in unit.cssselect("seg")) for unit in found.cssselect("tu")] == listed


def test_the_translations_are_worked_out_once(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get(asked(TRANSLATED, format="tmx")).get_data()
    monkeypatch.setattr(matches_kept, "find_matches", None)
    again = client.get(asked((*reversed(TRANSLATED),), format="tmx")).get_data()
    assert (
        html.fromstring(again).cssselect("tu")[0].text_content()
        == html.fromstring(first).cssselect("tu")[0].text_content()
    )


def test_how_many_translations_there_are_is_said_once_it_is_known(client: FlaskClient) -> None:
    (link,) = [each for each in tree(client, asked(TRANSLATED)).cssselect("p.export a") if "tmx" in each.get("href")]
    assert link.get("title") == "paragraphs that could serve as translations of each other; there may be none"
    client.get(link.get("href"))
    assert "Translations (TMX) (paragraphs: 1)" in text(tree(client, asked(TRANSLATED)).cssselect("p.export")[0])
    client.get(asked(("gazette", "gauche"), format="tmx"))
    none = text(tree(client, asked(("gazette", "gauche"))).cssselect("p.export")[0])
    assert "Translations (TMX) (no near-equivalent paragraphs: an empty file)" in none


def test_what_takes_too_long_is_a_page(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object, **__: object) -> None:
        raise TooSlowError("the answer takes longer than is allowed")

    monkeypatch.setattr(matches_kept, "find_matches", slow)
    path = asked(("left", "droite"), format="tmx")
    assert "The answer takes longer than is allowed." in text(tree(client, path, status=503))
    assert client.get(path).headers["Retry-After"] == "5"


def test_the_report_needs_nothing_beside_it_and_allows_nothing(client: FlaskClient) -> None:
    response = client.get(asked(format="report"))
    found = html.fromstring(response.get_data())
    (style,) = found.cssselect("style")
    digest = base64.b64encode(hashlib.sha256(style.text_content().encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert response.headers["Content-Security-Policy"] == policy
    (meta,) = found.cssselect("meta[http-equiv='Content-Security-Policy']")
    assert meta.get("content") == policy
    assert not found.cssselect("link, script, img, form")
    assert not found.xpath("//@style")
    assert found.cssselect("svg rect")


def test_the_report_says_what_it_was_made_of(client: FlaskClient) -> None:
    found = report(client, min_others="3")
    (section,) = found.cssselect("section[aria-labelledby=provenance]")
    said = text(section)
    assert f"by Story aligner {version()}; a fact counts as left out where at least 3 other outlets tell it." in said
    assert "some of what is shown will be wrong" in said
    assert [(each.get("href"), each.get("rel")) for each in section.cssselect("a")] == [
        ("https://example.org/bridge?a=1&b=2", "noreferrer")
    ]
    assert "javascript:alert(1)" in said
    assert said.count("no address known") == 1
    outside = [link.get("href") for link in found.cssselect("a") if not link.get("href").startswith("#")]
    assert outside == ["https://example.org/bridge?a=1&b=2"]
    assert found.cssselect("h2#provenance")


def test_the_report_of_a_story_has_its_headline_in_both_languages(client: FlaskClient, corpus: Corpus) -> None:
    (story,) = [each for each in find_stories(corpus, StoryFilters(min_documents=2)) if "gazette" in each.documents]
    found = html.fromstring(client.get(f"/stories/{story.id}?format=report&ui=en").get_data())
    assert text(found.cssselect("h1")[0]) == story.headlines["en"]
    assert [(each.get("lang"), text(each)) for each in found.cssselect("p.lead[lang]")] == [
        ("fr", story.headlines["fr"])
    ]
