"""The pages: what a person reads, in two interface languages, whatever the documents hold."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html
from tiny import TinyEncoder, make_document
from viewing import BRIDGE, DOCUMENTS, HOSTILE, PONT, text, tree

from aligner.boilerplate import KINDS as DROPPED
from aligner.corpus import Corpus
from aligner.errors import CorpusError
from aligner.evidence import KINDS
from aligner.grades import GRADES
from service import Settings, create_app, pages_base
from service.pages_base import interfaces
from service.pages_exports import EXPORTS
from service.pages_marks import Mark, pieces


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with Corpus(tmp_path_factory.mktemp("corpus"), encoder=TinyEncoder(), create=True) as corpus:
        list(corpus.add(DOCUMENTS))
        yield create_app(corpus, settings=Settings()).test_client()


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


def test_the_interface_follows_the_url_then_the_browser(client: FlaskClient) -> None:
    assert tree(client, "/search", ui="fr").get("lang") == "fr"
    assert tree(client, "/search").get("lang") == "en"
    asked = client.get("/search", headers={"Accept-Language": "fr-CA,fr;q=0.9,en;q=0.5"})
    assert html.fromstring(asked.get_data()).get("lang") == "fr"
    assert "Accept-Language" in asked.headers["Vary"]
    switch = tree(client, "/search", ui="fr", q="un pont").cssselect("nav.languages a")
    assert [link.get("href") for link in switch] == ["/search?q=un+pont&ui=en", "/search?q=un+pont&ui=fr"]


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
