"""What a reader can check on a page: where a cell's passage stands, whose language a text is, what a word means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from lxml import html
from tiny import TinyEncoder, make_document
from viewing import text, tree

from aligner.comparison import Comparison
from aligner.corpus import Corpus
from aligner.stories import StoryFilters, find_stories
from service import Settings, create_app
from service.comparisons import Comparisons
from service.pages_comparison import view_of

BRIDGE = "The council closed the old bridge on Tuesday after 12 people were hurt in the storm."
PONT = "La mairie a fermé le vieux pont mardi après que 21 personnes ont été blessées dans la tempête."
STRIKE = "Teachers and doctors are on strike against the budget of the government."
GREVE = "Les enseignants et les médecins sont en grève contre le budget du gouvernement."
REPRINT = "The old bridge over the river was closed by the council on Tuesday, said the mayor of the city."
HARBOUR = "A fire in the harbour factory was seen from the hospital and the school."
ARABIC = "الجريدة"
ISOLATE = "Pos\u2067t"
IDS = ("arabic", "gazette", "herald", "jour", "reprint")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    documents = [
        make_document("gazette", BRIDGE, STRIKE, REPRINT, HARBOUR, outlet="Gazette", published="2024-02-14"),
        make_document("herald", BRIDGE, HARBOUR, outlet=ISOLATE, published="2024-02-14T10:00:00+01:00"),
        make_document("jour", PONT, GREVE, lang="fr", outlet="Le Jour", published="2024-02-13"),
        make_document("arabic", GREVE, lang="fr", outlet=ARABIC, published="2024-02-16"),
        make_document("reprint", BRIDGE, STRIKE, REPRINT, outlet="Courier", published="2024-02-15"),
        make_document("alone", "The museum was stolen by a thief.", outlet="Gazette"),
    ]
    documents[2] = replace(documents[2], title="Le vieux pont est fermé")
    with Corpus(tmp_path_factory.mktemp("corpus"), encoder=TinyEncoder(), create=True) as corpus:
        list(corpus.add(documents))
        yield create_app(corpus, settings=Settings()).test_client()


def compared(client: FlaskClient) -> Comparison:
    with client.application.test_request_context():
        return Comparisons().of(client.application.extensions["runtime"].corpus, IDS, min_others=2)


def page_of(client: FlaskClient, **more: str) -> Any:
    asked = [*(f"id={id}" for id in IDS), *(f"{name}={value}" for name, value in more.items())]
    return tree(client, "/compare?" + "&".join(asked))


def targets(page: Any) -> dict[str, Any]:
    return {each.get("id"): each for each in page.iter() if isinstance(each.tag, str) and each.get("id")}


def test_each_telling_leads_to_its_passage(client: FlaskClient) -> None:
    page, comparison = page_of(client), compared(client)
    names = [outlet.name for outlet in comparison.outlets]
    ids = targets(page)
    seen = 0
    for row in page.cssselect("table.matrix tbody tr"):
        for name, cell in zip(names, row.cssselect("td"), strict=True):
            links = cell.cssselect("a")
            assert bool(links) == (not {"not-told", "not-evaluable"} & set(cell.get("class").split()))
            for link in links:
                passage = ids[unquote(link.get("href")[1:])]
                heads = passage.getparent().cssselect("h4 bdi") or passage.cssselect("a bdi")
                assert [each.text_content() for each in heads] == [name]
                assert text(cell.cssselect(".place")[0]) == text(passage.cssselect(".place")[0])
                seen += 1
    assert seen > 5


def test_paragraphs_are_counted_from_one(client: FlaskClient) -> None:
    document = tree(client, "/documents/jour")
    assert [text(number) for number in document.cssselect(".paragraph .number")] == ["1", "2"]
    assert [each.get("id") for each in document.cssselect(".paragraph")] == ["p0", "p1"]  # ids are the API's
    shown = tree(client, "/search", q=BRIDGE).cssselect("ol.hits .place")
    assert "¶ 1" in [text(each) for each in shown]
    assert "¶ 0" not in text(page_of(client))


def test_what_is_told_in_part_leads_to_the_nearest_passage(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cell that names a passage of another fact leads there, whatever its status is called."""
    comparison = compared(client)
    nearest = comparison.facts[-1].passages[-1]
    row = next(each for each in comparison.cells if sum(cell.status == "told" for cell in each) > 1)
    changed = (replace(row[0], status="partly", passages=(nearest.id,), reason=None), *row[1:])
    cells = tuple(changed if each is row else each for each in comparison.cells)
    monkeypatch.setattr(Comparisons, "of", lambda *_, **__: replace(comparison, cells=cells))
    page = page_of(client)
    cell = page.cssselect("table.matrix tbody tr:first-child td")[0]
    assert "partly" in cell.get("class").split()
    (link,) = cell.cssselect("a")
    passage = targets(page)[link.get("href")[1:]]
    assert nearest.text in text(passage)
    assert f"¶ {nearest.position + 1}" in text(cell)


def test_every_anchor_of_the_page_is_there(client: FlaskClient) -> None:
    for page in (page_of(client), report(client)):
        wanted = {unquote(link.get("href")[1:]) for link in page.cssselect("a") if link.get("href").startswith("#")}
        assert {"coverage", "conflicts", "omissions", "timeline", "words", "facts"} <= wanted
        assert wanted <= set(targets(page))


def report(client: FlaskClient, **more: str) -> Any:
    asked = "&".join([*(f"id={id}" for id in IDS), "format=report", *(f"{k}={v}" for k, v in more.items())])
    return html.fromstring(client.get(f"/compare?{asked}").get_data())


def test_the_report_hides_nothing_but_places_of_words(client: FlaskClient) -> None:
    for each in report(client).cssselect("details"):
        assert each.xpath("ancestor::section[@aria-labelledby='words']")


def test_a_reprint_names_what_it_copies(client: FlaskClient) -> None:
    (item,) = [each for each in page_of(client).cssselect("ul.documents li") if "Courier" in text(each)]
    assert "reprint of Gazette" in text(item)
    assert item.cssselect(".meta a")[0].get("href").startswith("/documents/gazette")
    assert "A reprint counts as one source" in text(page_of(client))
    assert "une seule source" in text(page_of(client, ui="fr"))


def test_a_fact_in_doubt_says_perhaps(client: FlaskClient) -> None:
    comparison = compared(client)
    fact = next(each for each in comparison.facts if each.weakest is not None)
    for weakest, doubtful in ((0.49, True), (0.5, False)):
        facts = tuple(replace(each, weakest=weakest) if each is fact else each for each in comparison.facts)
        rows = view_of(replace(comparison, facts=facts), ui="en").rows
        assert rows[fact.id].is_doubtful == doubtful


def test_a_fact_of_one_language_stands_side_by_side_by_outlet(client: FlaskClient) -> None:
    view = view_of(compared(client), ui="en")
    both = [row for row in view.shared if len(row.passages) > 1]
    one = [row for row in view.shared if len(row.passages) == 1]
    assert both
    assert one
    assert all([side.outlet for side in row.sides] == [None, None] for row in both)
    for row in one:
        names = [side.outlet for side in row.sides]
        assert names == sorted({document.outlet for _, document, _ in next(iter(row.passages.values()))})


def test_texts_bear_their_own_language(client: FlaskClient) -> None:
    (found,) = [each for each in find_stories(corpus(client), StoryFilters(min_documents=2)) if "fr" in each.headlines]
    for path in (f"/stories/{found.id}", f"/stories/{found.id}?format=report"):
        page = html.fromstring(client.get(f"{path}{'&' if '?' in path else '?'}ui=fr").get_data())
        heading = page.cssselect("h1")[0]
        assert (heading.get("lang"), text(heading)) == ("fr", "Le vieux pont est fermé")
        assert page.cssselect("p.lead[lang=en]")
    # what the interface adds inside another language's text, names of outlets, and ids
    marks = tree(client, "/documents/gazette", ui="fr").cssselect(".text[lang=en] .unseen")
    assert marks
    assert {mark.get("lang") for mark in marks} == {"fr"}
    for name in page_of(client).cssselect("bdi"):
        if text(name) in {"Gazette", "Le Jour", "Courier", "gazette", "jour"}:
            assert name.get("lang") is None
            assert not name.xpath("ancestor::*[@lang][not(self::html)]")


def corpus(client: FlaskClient) -> Corpus:
    found: Corpus = client.application.extensions["runtime"].corpus
    return found


def test_stories_show_the_readers_headline_first(client: FlaskClient) -> None:
    for ui in ("en", "fr"):
        (first, *_) = tree(client, "/stories", ui=ui).cssselect("ol.hits > li:first-child .headline [lang]")
        assert first.get("lang") == ui


def test_names_of_any_script_keep_their_line_in_order(client: FlaskClient) -> None:
    """Right-to-left names and stray controls are isolated, so that what stands beside them stays there."""
    story = next(each for each in find_stories(corpus(client)) if len(each.documents) > 1)
    pages = [
        page_of(client),
        report(client),
        tree(client, "/documents"),
        tree(client, "/stories"),
        tree(client, f"/stories/{story.id}"),
        tree(client, "/search", q=BRIDGE, to="en"),
    ]
    for page in pages:
        for found in page.xpath("//text()[contains(., $a) or contains(., $b)]", a=ARABIC, b=ISOLATE):
            inside = found.getparent()
            if inside.tag != "title":
                assert inside.tag == "bdi" or inside.get("dir") == "auto", html.tostring(inside)
    assert ARABIC in text(pages[0])
    assert text(pages[2]).count(ISOLATE) == 1


def test_what_has_no_title_shows_its_first_words(client: FlaskClient) -> None:
    listed = [text(link) for link in tree(client, "/documents").cssselect("ul.documents a")]
    assert "The museum was stolen by a thief." in listed
    assert "Le vieux pont est fermé" in listed
    assert not set(IDS) & set(listed)
    assert text(tree(client, "/documents/alone").cssselect("h1")[0]) == "The museum was stolen by a thief."
    assert set(IDS).isdisjoint(text(link) for link in page_of(client).cssselect("ul.documents a"))


def test_one_is_singular(client: FlaskClient) -> None:
    shown = text(tree(client, "/stories", min_documents="1"))
    assert "1 document, 1 source" in shown
    assert "1 documents" not in shown
    assert "6 documents" in text(tree(client, "/documents"))


def test_an_error_has_the_language_that_it_is_in(client: FlaskClient, tmp_path: Path) -> None:
    for path, lang in (("/documents/none", "en"), ("/stories/none", "en"), ("/compare", "en")):
        status = 400 if path == "/compare" else 404
        (note,) = tree(client, path, status=status, ui="fr").cssselect("p.note")
        assert note.get("lang") == lang
    app = create_app(settings=Settings(corpus=tmp_path / "c", model="bundled-e5@none"))  # its model is not there yet
    (note,) = tree(app.test_client(), "/search", status=503, ui="fr").cssselect("p.note")
    assert note.get("lang") is None
    assert "en cours de chargement" in text(note)


def test_french_numbers_and_days(client: FlaskClient) -> None:
    page = page_of(client, ui="fr")
    assert "14 février 2024" in text(page)
    assert not page.xpath("//section[not(@aria-labelledby='words')]//text()[contains(., '0.')]")
    assert "14 février 2024, 10:00 UTC+01:00" in text(tree(client, "/documents/herald", ui="fr"))


def test_the_chart_is_a_table_of_counts(client: FlaskClient) -> None:
    page, comparison = page_of(client), compared(client)
    view = view_of(comparison, ui="en")
    rows = page.cssselect("table.chart tbody tr")
    assert [[int(text(cell)) for cell in row.cssselect("td.count")] for row in rows] == [
        list(each.counts.values()) for each in view.shares
    ]
    for row, each in zip(rows, view.shares, strict=True):
        bars = [int(bar.get("width")) for bar in row.cssselect("rect")]
        assert bars == [count for count in each.counts.values() if count]
        assert sum(bars) == len(view.shared)
