"""The comparison of documents as a page, and what it can be taken away as."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from lxml import html
from tiny import TinyEncoder, make_document
from viewing import HOSTILE, text, tree

from aligner.comparison import compare_documents
from aligner.comparison_frames import ACCURACY, FRAMES, MEASURED_ON
from aligner.comparison_table import comparison_rows
from aligner.corpus import Corpus
from aligner.stories import StoryFilters, find_stories
from service import Settings, create_app
from service.pages_base import interfaces

BRIDGE = "The council closed the old bridge on Tuesday after 12 people were hurt in the storm."
PONT = "La mairie a fermé le vieux pont mardi après que 21 personnes ont été blessées dans la tempête."
STRIKE = "Teachers and doctors are on strike against the budget of the government."
GREVE = "Les enseignants et les médecins sont en grève contre le budget du gouvernement."
IDS = ("gazette", "herald", "jour")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    documents = [
        make_document("gazette", BRIDGE, STRIKE, "The museum was stolen.", outlet="Gazette", published="2024-02-14"),
        make_document("herald", BRIDGE, outlet="Herald", published="2024-02-14"),
        make_document("jour", PONT, GREVE, lang="fr", outlet="Le Jour", published="2024-02-13"),
    ]
    with Corpus(tmp_path_factory.mktemp("corpus"), encoder=TinyEncoder(), create=True) as corpus:
        list(corpus.add(documents))
        yield create_app(corpus, settings=Settings()).test_client()


def asked(ids: tuple[str, ...] = IDS, **more: str) -> str:
    return "/compare?" + "&".join([*(f"id={id}" for id in ids), *(f"{name}={value}" for name, value in more.items())])


def test_the_matrix_has_the_librarys_cells(client: FlaskClient) -> None:
    page = tree(client, asked())
    comparison = compare_documents(client.application.extensions["runtime"].corpus, IDS)
    shared = [row for row in comparison.cells if sum(cell.status == "told" for cell in row) > 1]
    rows = page.cssselect("table.matrix tbody tr")
    assert shared
    assert [[text(cell.cssselect(".status")[0]) for cell in row.cssselect("td")] for row in rows] == [
        [cell.status for cell in row] for row in shared
    ]
    assert [text(head) for head in page.cssselect("table.matrix thead th bdi")] == [
        "Gazette",
        "Herald",
        "Le Jour",
    ]
    links = [link.get("href").removeprefix("#") for link in page.cssselect("table.matrix tbody th a")]
    assert links == [f"fact-{number}" for number in range(1, len(shared) + 1)]
    for anchor in links:
        (article,) = page.cssselect(f"article#{anchor}")
        assert article.cssselect("p.text")


def test_a_conflict_is_shown_with_who_says_what(client: FlaskClient) -> None:
    page = tree(client, asked())
    (table,) = page.cssselect("ul.conflicts table")
    said = [
        (text(row.cssselect("th")[0]), text(row.cssselect("td.conflict")[0])) for row in table.cssselect("tbody tr")
    ]
    assert said == [("Le Jour", "21"), ("Gazette", "12"), ("Herald", "12")]
    assert page.cssselect("article.fact .conflict")
    sentences = [row.cssselect("td.text span")[0] for row in table.cssselect("tbody tr")]
    assert [(each.get("lang"), text(each), text(each.cssselect("mark.conflict")[0])) for each in sentences] == [
        ("fr", PONT, "21"),
        ("en", BRIDGE, "12"),
        ("en", BRIDGE, "12"),
    ]


def test_the_order_of_two_counts_is_said_to_be_unknown(tmp_path: Path) -> None:
    documents = [
        make_document("gazette", BRIDGE, outlet="Gazette", published="2024-02-14"),
        make_document("jour", PONT, lang="fr", outlet="Le Jour"),
    ]
    with Corpus(tmp_path, encoder=TinyEncoder(), create=True) as corpus:
        list(corpus.add(documents))
        client = create_app(corpus, settings=Settings()).test_client()
        for ui, said in (("en", "Order unknown"), ("fr", "Ordre inconnu")):
            page = tree(client, asked(("gazette", "jour"), ui=ui))
            relations = page.cssselect("ul.conflicts .relation")
            assert [text(each) for each in relations] == [said]
            assert [each.get("class") for each in relations] == ["relation order-unknown"]
        answer = client.get("/api/v1/comparison?document=gazette&document=jour").get_json()
        rows = comparison_rows(compare_documents(corpus, ["gazette", "jour"]))
    assert [each["relation"] for each in answer["conflicts"]] == ["order unknown"]
    counted = {(row["outlet"], row["order_unknown"], row["contradictions"]) for row in rows if row["order_unknown"]}
    assert counted == {("Gazette", 1, 0), ("Le Jour", 1, 0)}


def test_what_cannot_be_judged_is_said(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aligner.comparison_coverage.UNTOLD", 1.0)  # the tiny encoder finds everything somewhat alike
    page = tree(client, asked(min_others="4"))
    assert "Too little text to call anything a difference." in text(page)
    assert "the text is too short" in text(page)


def test_a_story_has_the_page_of_its_documents(client: FlaskClient) -> None:
    corpus = client.application.extensions["runtime"].corpus
    (found,) = find_stories(corpus, StoryFilters(min_documents=2))
    (item,) = tree(client, "/stories").cssselect("ol.hits > li")
    link = item.cssselect("a")[0].get("href")
    assert link.startswith(f"/stories/{found.id}")
    page = tree(client, link)
    shown = [text(name) for name in page.cssselect("table.matrix thead th bdi")]
    assert shown == [outlet.name for outlet in compare_documents(corpus, found.documents).outlets]
    assert len(tree(client, "/stories?min_documents=1").cssselect("ol.hits > li")) == len(find_stories(corpus))
    assert "No story fits." in text(tree(client, "/stories?min_documents=90"))
    assert "No stored document has an outlet like “nobody”" in text(tree(client, "/stories?outlet=nobody"))
    assert len(tree(client, "/stories?outlet=gazette").cssselect("ol.hits > li")) == 1
    assert "no story 'none'" in text(tree(client, "/stories/none", status=404))
    assert "min_documents: expected" in text(tree(client, "/stories?min_documents=x", status=422))


def fields(element: Any) -> list[tuple[str, str]]:
    return [(field.get("name"), field.get("value")) for field in element.cssselect("form input")]


def test_the_url_says_how_many_others_must_tell(client: FlaskClient) -> None:
    page = tree(client, asked(min_others="1"))
    (section,) = page.cssselect("section[aria-labelledby=omissions]")
    assert "where at least 1 other outlet tells it" in text(section)
    own = [("ui", "en"), *(("id", id) for id in IDS), ("min_others", "1")]
    assert fields(section) == own
    assert section.cssselect("form")[0].get("action") == "/compare#omissions"
    assert fields(page.cssselect("section[aria-labelledby=frames]")[0]) == [*own, ("frames", "true")]
    framed = tree(client, asked(min_others="1", frames="true")).cssselect("section[aria-labelledby=omissions]")[0]
    assert sorted(fields(framed)) == sorted([*own, ("frames", "true")])
    assert "min_others=1" in page.cssselect("p.export a")[0].get("href")
    assert "min_others: expected 1 to 200, found 0" in text(tree(client, asked(min_others="0"), status=422))


def test_cells_show_the_share_of_text(client: FlaskClient) -> None:
    comparison = compare_documents(client.application.extensions["runtime"].corpus, IDS)
    shares = [cell.share for row in comparison.cells[:2] for cell in row if cell.share is not None]
    shown = text(tree(client, asked()).cssselect("table.matrix tbody")[0])
    assert shares
    assert all(f"{round(100 * share)}%" in shown for share in shares)


def test_a_document_leads_to_its_story(client: FlaskClient) -> None:
    corpus = client.application.extensions["runtime"].corpus
    (found,) = find_stories(corpus, StoryFilters(min_documents=2))
    page = tree(client, f"/documents/{found.documents[0]}")
    links = [text(link) for link in page.cssselect("main a") if f"/stories/{found.id}" in link.get("href")]
    assert links == [f"How others tell this story ({len(found.documents) - 1} more)"]
    for alone in set(IDS) - set(found.documents):
        assert "How others tell" not in text(tree(client, f"/documents/{alone}"))


def test_a_story_that_is_too_large_lists_its_documents(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = find_stories(client.application.extensions["runtime"].corpus, StoryFilters(min_documents=2))
    monkeypatch.setattr("aligner.comparison.MAX_DOCUMENTS", 1)
    page = tree(client, f"/stories/{found.id}?min_others=3")
    assert f"{len(found.documents)} documents; at most 1 are compared" in text(page)
    assert len(page.cssselect("ul.documents a")) == len(found.documents)
    choices = [box.get("value") for box in page.cssselect("form[action^='/compare'] input[type=checkbox]")]
    assert sorted(choices) == sorted(found.documents)
    assert client.get(f"/stories/{found.id}?format=csv&min_others=3").status_code == 422


def test_it_speaks_french(client: FlaskClient) -> None:
    page = tree(client, asked(ui="fr"))
    assert page.get("lang") == "fr"
    assert "rapporté" in text(page.cssselect("table.matrix")[0])
    first = page.cssselect("table.matrix tbody th a span[lang]")[0]
    assert first.get("lang") == "fr"  # a fact is told in the reader's language where it can be


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("/compare", 400, "expected the ids of two documents or more"),
        ("/compare?id=gazette&id=gazette", 400, "expected the ids of two documents or more"),
        ("/compare?id=gazette&id=nobody", 404, "no such document"),
        (asked(format="pdf"), 400, "format: expected csv, json, tmx, report, found 'pdf'"),
    ],
)
def test_wrong_questions(client: FlaskClient, path: str, status: int, message: str) -> None:
    assert message in text(tree(client, path, status=status))


@pytest.mark.parametrize("evil", HOSTILE)
def test_nothing_of_a_document_is_markup(evil: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    with Corpus(tmp_path_factory.mktemp("evil"), encoder=TinyEncoder(), create=True) as corpus:
        list(
            corpus.add(
                [
                    make_document("one", f"{BRIDGE} {evil}", outlet=evil, published="2024-02-14"),
                    make_document("two", f"{PONT} {evil}", lang="fr", outlet=f"B{evil}", published="2024-02-15"),
                ]
            )
        )
        client = create_app(corpus, settings=Settings()).test_client()
        found = [
            tree(client, asked(("one", "two"))),
            html.fromstring(client.get(asked(("one", "two"), format="report")).text),
        ]
    for page in found:
        assert not page.cssselect("script, img, b, svg svg")
        assert not any(name.startswith("on") for element in page.iter() for name in getattr(element, "attrib", {}))
        assert "".join(evil.split()) in "".join(page.text_content().split())


def test_a_file_has_the_name_of_its_story_in_any_script(tmp_path_factory: pytest.TempPathFactory) -> None:
    with Corpus(tmp_path_factory.mktemp("names"), encoder=TinyEncoder(), create=True) as corpus:
        list(corpus.add([make_document("Ωμέγα", BRIDGE), make_document("жук", PONT, lang="fr")]))
        client = create_app(corpus, settings=Settings()).test_client()
        (found,) = find_stories(corpus, StoryFilters(min_documents=2))
        response = client.get(f"/stories/{found.id}?format=json")
    name = response.headers["Content-Disposition"]
    assert name.isascii()
    assert unquote(name).endswith(f"{found.id}.json")


def test_frames_are_an_estimate_that_must_be_asked_for(client: FlaskClient) -> None:
    assert not tree(client, asked()).cssselect("section[aria-labelledby=frames] li")
    page = tree(client, asked(frames="true"))
    (section,) = page.cssselect("section[aria-labelledby=frames]")
    assert "A rough, secondary estimate" in text(section)
    assert f"{ACCURACY * 100:.0f}% of" in text(section)
    assert [text(item).partition(":")[0] for item in section.cssselect("li")] == ["Gazette", "Herald", "Le Jour"]
    assert set(interfaces()["en"]["frames"]) == set(FRAMES)
    answer = client.get("/api/v1/comparison?document=gazette&document=jour&frames=true").get_json()
    assert [each["document"] for each in answer["frames"]["estimates"]] == ["gazette"] * 3 + ["jour"] * 3
    assert answer["frames"]["first_right"] == ACCURACY
    assert answer["frames"]["measured_on"] == MEASURED_ON


def test_an_agency_stands_beside_its_own_outlet_only(tmp_path_factory: pytest.TempPathFactory) -> None:
    documents = [
        make_document("mail", BRIDGE, outlet="PA via Mail", published="2024-02-14"),
        make_document("minutes", PONT, lang="fr", outlet="Minutes", published="2024-02-14"),
        make_document("afp", PONT, lang="fr", outlet="AFP", published="2024-02-14"),
    ]
    with Corpus(tmp_path_factory.mktemp("agencies"), encoder=TinyEncoder(), create=True) as corpus:
        list(corpus.add(documents))
        client = create_app(corpus, settings=Settings()).test_client()
        page = tree(client, asked(("mail", "minutes", "afp")))
        answer = client.get("/api/v1/comparison?document=mail&document=minutes&document=afp").get_json()
    firsts = [text(head) for head in page.cssselect("section[aria-labelledby=timeline] tbody th")]
    assert firsts == ["AFP, PA via Mail agency credited: PA, Minutes"]
    assert answer["timeline"][0]["agencies"] == answer["agencies"] == {"afp": "AFP", "mail": "PA"}
