"""The pages in a real browser: search, open a document and a comparison, export; and axe finds nothing serious.

Needs Chromium (Debian's package `chromium`), which `make test` installs where it may. With ALIGNER_SCREENSHOTS set to
a folder, a picture of each page is left there.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from aligner.corpus import Corpus
from aligner.encoders import load_encoder
from aligner.readers import read_documents
from service import Settings, create_app
from service.runtime import shared

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
SEEDS = Path(__file__).parent.parent / "seeds"
STORIES = ("s01", "s07")
QUESTION = "A painting was stolen in Luxembourg during the night from Sunday to Monday"
SERIOUS = {"serious", "critical"}

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium"),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    encoder = shared(load_encoder(threads=1))
    with Corpus(tmp_path_factory.mktemp("corpus"), encoder=encoder, create=True) as corpus:
        found = read_documents([SEEDS / "documents.jsonl"], served=corpus.languages)
        list(corpus.add(each for each in found if getattr(each, "id", "").startswith(STORIES)))
        server = make_server("127.0.0.1", 0, create_app(corpus, settings=Settings()), threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page whose every complaint fails the test, a breach of the policy among them."""
    context = browser.new_context(viewport={"width": 1200, "height": 900}, locale="en-GB", accept_downloads=True)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("dialog", lambda dialog: complaints.append(dialog.message))
    yield opened
    context.close()
    assert complaints == []


def keep(page: Any, name: str) -> None:
    if folder := os.environ.get("ALIGNER_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_search_and_open_what_was_found(page: Any, address: str) -> None:
    page.goto(address)  # the root leads a browser to the search
    page.get_by_label("Text").fill(QUESTION)
    page.get_by_role("button", name="Search").click()
    first = page.locator("ol.hits > li").first
    assert "volé dans la nuit de dimanche à lundi" in first.inner_text()
    assert "q=A+painting" in page.url
    keep(page, "search")
    first.get_by_role("link").first.click()
    assert "#p0" in page.url
    page.get_by_text("Matches (").first.click()
    assert page.locator(".sides").first.is_visible()
    keep(page, "document")


def test_the_link_of_another_tool(page: Any, address: str) -> None:
    """OmegaT's ExternalFinder opens such a URL."""
    page.goto(f"{address}/search?q=Un%20tableau%20a%20%C3%A9t%C3%A9%20vol%C3%A9&ui=fr")
    assert page.get_by_label("Texte").input_value() == "Un tableau a été volé"
    assert page.locator("html").get_attribute("lang") == "fr"


def test_open_a_story_read_the_matrix_and_export(page: Any, address: str) -> None:
    page.goto(f"{address}/search")
    page.get_by_role("link", name="Stories").click()
    assert page.locator("ol.hits > li").count() == len(STORIES)
    keep(page, "stories")
    page.get_by_role("link", name="Chile").first.click()
    assert page.locator("table.matrix tbody tr").count() >= 5
    assert page.locator("table.matrix td.told").count() >= 10
    assert page.locator("table.matrix td.not-told").count() >= 1
    keep(page, "story")
    page.locator("table.matrix tbody th a").first.click()
    assert page.url.endswith("#fact-1")
    for kind, start in (
        ("Table (CSV)", b"\xef\xbb\xbfstory,fact"),
        ("Data (JSON)", b"{"),
        ("Report (HTML)", b"<!doctype html>"),
    ):
        with page.expect_download() as waiting:
            page.get_by_role("link", name=kind).click()
        assert Path(waiting.value.path()).read_bytes().strip().startswith(start)
    page.get_by_role("link", name="français").click()
    assert "rapporté" in page.locator("table.matrix td").first.inner_text()
    keep(page, "story-fr")


def test_by_keyboard_alone(page: Any, address: str) -> None:
    page.goto(f"{address}/search")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type(QUESTION)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**q=A+painting**")


@pytest.mark.parametrize(
    "path",
    [
        "/search",
        "/search?q=A+painting+was+stolen+in+Luxembourg",
        "/search?q=Nothing+of+the+kind+happened+here&ui=fr",
        "/documents",
        "/docs",
        "/nothing",
        "/documents/s07-fr_feuille_du_soir",
        "/documents/none",
        "/stories",
        "/stories?lang=fr&min_documents=90&ui=fr",
        "/stories/none",
        "/compare?id=s01-en_harbour_post&id=s01-fr_le_belvedere&id=s01-fr_courrier_du_large",
    ],
)
def test_axe_finds_nothing_serious(browser: Any, address: str, path: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(bypass_csp=True)  # axe is a script, and the pages allow none
    opened = context.new_page()
    opened.goto(address + path)
    opened.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    found = Axe().run(opened).response["violations"]
    context.close()
    assert [(each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in SERIOUS] == []
