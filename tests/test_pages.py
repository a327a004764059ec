"""The pages: what a person reads, in two interface languages, whatever the documents hold."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from lxml import html
from tiny import TinyEncoder, make_document

from aligner.boilerplate import KINDS as DROPPED
from aligner.corpus import Corpus
from aligner.errors import CorpusError
from aligner.evidence import KINDS
from aligner.findings import Hit
from aligner.grades import GRADES
from aligner.matches import search
from service import Settings, create_app, pages_base
from service.pages_base import interfaces
from service.pages_exports import EXPORTS
from service.pages_marks import Mark, pieces

BRIDGE = "The council closed the old bridge on Tuesday after 12 people were hurt."
PONT = "La mairie a fermé le vieux pont mardi après que 21 personnes ont été blessées."
ALONE = "Teachers and doctors are on strike against the budget."

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "</title><script>alert(1)</script>",
    "<svg/onload=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u202e<b>gnp.exe",
    "</textarea><script>alert(1)</script>",
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    documents = [
        make_document("gazette-1", BRIDGE, ALONE, outlet="Gazette", published="2024-02-14"),
        make_document("jour-1", PONT, lang="fr", outlet="Le Jour", published="2024-02-15"),
    ]
    with Corpus(tmp_path_factory.mktemp("corpus"), encoder=TinyEncoder(), create=True) as corpus:
        list(corpus.add(documents))
        yield create_app(corpus, settings=Settings()).test_client()


def tree(client: FlaskClient, path: str, *, status: int = 200, **values: str) -> Any:
    response = client.get(path, query_string=values or None)
    assert response.status_code == status, response.text
    assert response.content_type == "text/html; charset=utf-8"
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    return html.fromstring(response.get_data())


def text(element: Any) -> str:
    return " ".join(element.text_content().split())


def test_both_interfaces_say_the_same_things() -> None:
    def names(words: Mapping[str, Any], prefix: str = "") -> set[str]:
        found = set()
        for name, value in words.items():
            deeper = isinstance(value, dict) and prefix != "counts."  # each language has its own forms of a count
            found |= names(value, f"{prefix}{name}.") if deeper else {prefix + name}
        return found

    def fields(words: Mapping[str, Any]) -> set[tuple[str, ...]]:
        flat = {n: v for n, v in words.items() if isinstance(v, str)}
        groups = [fields(v) for n, v in words.items() if isinstance(v, dict) and n != "counts"]
        return {(n, *sorted(re.findall(r"{(\w+)}", v))) for n, v in flat.items()}.union(*groups)

    english, *others = interfaces().values()
    assert others
    for other in others:
        assert names(other) == names(english)
        assert fields(other) == fields(english)
    for words in (english, *others):
        assert all("{n}" in form for forms in words["counts"].values() for form in (*forms.values(), forms["other"]))
    assert set(english["kinds"]) == set(KINDS)
    assert set(english["dropped"]) == set(DROPPED)


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


def test_the_interface_follows_the_url_then_the_browser(client: FlaskClient) -> None:
    assert tree(client, "/search", ui="fr").get("lang") == "fr"
    assert tree(client, "/search").get("lang") == "en"
    asked = client.get("/search", headers={"Accept-Language": "fr-CA,fr;q=0.9,en;q=0.5"})
    assert html.fromstring(asked.get_data()).get("lang") == "fr"
    assert "Accept-Language" in asked.headers["Vary"]
    switch = tree(client, "/search", ui="fr", q="un pont").cssselect("nav.languages a")
    assert [link.get("href") for link in switch] == ["/search?q=un+pont&ui=en", "/search?q=un+pont&ui=fr"]


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


@pytest.mark.parametrize("path", ["/nothing", "/documents/a%2Fb", "/stories/a/b"])
def test_what_is_nowhere_is_a_page_for_a_browser(client: FlaskClient, path: str) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "en"}
    found = client.get(path, headers=browser)
    assert (found.status_code, found.content_type) == (404, "text/html; charset=utf-8")
    assert "There is no such page." in found.text
    assert "default-src 'none'" in found.headers["Content-Security-Policy"]
    assert client.get(path).content_type == "application/problem+json"
    assert client.get(f"/api{path}", headers=browser).content_type == "application/problem+json"
    assert client.get("/api/v1/documents/none", headers=browser).content_type == "application/problem+json"


def test_a_failure_is_a_page_that_names_nothing_of_the_server(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object, **__: object) -> None:
        raise CorpusError("/srv/secret/corpus.sqlite: damaged")

    monkeypatch.setattr(sys.modules["service.pages"], "search", failing)
    said = text(tree(client, "/search", status=503, q=BRIDGE))
    assert "the corpus cannot be read or written now" in said
    assert "secret" not in said


def test_every_text_of_the_interface_is_used() -> None:
    """Texts of the groups below are asked for by name; those of the others by what they are called in the library."""
    folder = Path(pages_base.__file__).parent
    code = "\n".join(path.read_text("utf-8") for path in (*folder.glob("*.py"), *folder.glob("templates/*.html")))
    english = interfaces()["en"]
    groups = ("search_page", "match", "document", "documents_page", "docs_page", "error", "comparison", "stories_page")
    unused = [
        f"{group}.{name}"
        for group in groups
        for name in english[group]
        if not re.search(rf"words\.{group}\.{name}\b|\[\"{group}\"\]\[\"{name}\"\]", code)
    ]
    by_their_kind = {*GRADES, *EXPORTS}
    assert [each for each in unused if each.partition(".")[2] not in by_their_kind] == []


def test_errors_are_pages(client: FlaskClient) -> None:
    assert "no document 'none'" in text(tree(client, "/documents/none", status=404))
    assert "published_from: 'soon' is no ISO 8601 date" in text(
        tree(client, "/search", status=422, q="x", published_from="soon")
    )
    assert "Une erreur est survenue" in text(tree(client, "/documents/none", status=404, ui="fr"))


def test_while_the_model_loads(tmp_path: Path) -> None:
    app = create_app(settings=Settings(corpus=tmp_path / "c", model="bundled-e5@none"))
    response = app.test_client().get("/search")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"


def test_the_root_leads_a_browser_to_the_pages(client: FlaskClient) -> None:
    browser = client.get("/", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (browser.status_code, browser.headers["Location"]) == (303, "/search")
    assert client.get("/").get_json()["name"] == "story-aligner"


@pytest.mark.parametrize("evil", HOSTILE)
def test_nothing_of_a_document_is_markup(evil: str, tmp_path: Path) -> None:
    """Titles, outlets, ids, texts and questions are shown as they are, and do nothing."""
    id = re.sub(r"[\s#/]", "", evil)
    document = make_document(id, f"{BRIDGE} {evil}", outlet=evil)
    document = type(document)(
        id, "en", document.text, outlet=evil, title=evil, url=f"https://example.org/?{evil}", blocks=document.blocks
    )
    with Corpus(tmp_path, encoder=TinyEncoder(), create=True) as corpus:
        list(corpus.add([document, make_document("jour", f"{PONT} {evil}", lang="fr", outlet=evil)]))
        client = create_app(corpus, settings=Settings()).test_client()
        pages = [
            tree(client, "/search", q=f"{BRIDGE} {evil}", outlet=evil),
            tree(client, "/documents", outlet=evil),
            tree(client, f"/documents/{id}"),
            tree(client, "/search", q=evil, to="fr"),
        ]
    for page in pages:
        assert not page.cssselect("script, img, svg, b")
        assert not any(name.startswith("on") for element in page.iter() for name in getattr(element, "attrib", {}))
        assert not any(
            (link.get("href") or "").strip().lower().startswith("javascript") for link in page.cssselect("a")
        )
        assert "49" not in text(page)
    assert "".join(evil.split()) in "".join(pages[2].text_content().split())


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ((), [("abcdef", (), ())]),
        ([Mark(1, 3, "x")], [("a", (), ()), ("bc", ("x",), ("x",)), ("def", (), ())]),
        ([Mark(0, 4, "x"), Mark(2, 6, "y")], [("ab", ("x",), ("x",)), ("cd", ("x", "y"), ("y",)), ("ef", ("y",), ())]),
        ([Mark(4, 99, "x"), Mark(3, 3, "y"), Mark(7, 9, "z")], [("abcd", (), ()), ("ef", ("x",), ("x",))]),
    ],
)
def test_pieces(marks: list[Mark], expected: list[tuple[str, tuple[str, ...], tuple[str, ...]]]) -> None:
    assert [(piece.text, piece.kinds, piece.opens) for piece in pieces("abcdef", marks)] == expected
