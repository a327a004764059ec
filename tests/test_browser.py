"""The pages in a real browser: search, open a document and a comparison, export; and axe finds nothing serious.

Needs Chromium (Debian's package `chromium`), which `make test` installs where it may. With ALIGNER_SCREENSHOTS set to
a folder, a picture of each page is left there.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import CHROMIUM, NARROW, keep, opened, served_pages

from aligner.corpus import Corpus
from aligner.encoders import load_encoder
from aligner.readers import read_documents
from service.runtime import shared

SEEDS = Path(__file__).parent.parent / "seeds"
STORIES = ("s01", "s07")
QUESTION = "A painting was stolen in Luxembourg during the night from Sunday to Monday"
FAULTS = {"moderate", "serious", "critical"}
BACKGROUND = "cell => getComputedStyle(cell).backgroundColor"

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
        with served_pages(corpus) as url:
            yield url


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    with opened(browser) as found:
        yield found


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


@pytest.fixture(scope="module")
def stories(browser: Any, address: str) -> list[str]:
    """The paths of the stories, the newest first."""
    with opened(browser) as page:
        page.goto(f"{address}/stories")
        links = page.locator("ol.hits > li").evaluate_all("items => items.map(item => item.querySelector('a').href)")
    return [link.removeprefix(address).partition("?")[0] for link in links]


def test_pictures_of_the_other_pages(browser: Any, address: str, stories: list[str]) -> None:
    """What each shows is tested elsewhere; here, that it opens, and how it looks."""
    with opened(browser) as page:
        page.goto(f"{address}/documents")
        assert page.locator("ul.documents > li").count() > len(STORIES)
        keep(page, "documents")
        page.goto(f"{address}{stories[0]}")
        assert page.locator("ul.conflicts > li").count() >= 1
        keep(page, "contradictions", part="section[aria-labelledby=conflicts]")
    with opened(browser) as page:  # a kept file is under no policy of ours
        page.set_content(page.request.get(f"{address}{stories[0]}?format=report").text())
        assert page.locator("table.matrix td.told").count() >= 10
        assert page.locator("table.matrix td.told").first.evaluate(BACKGROUND) == "rgb(227, 241, 231)"
        keep(page, "report")
    with opened(browser, width=NARROW) as page:
        page.goto(f"{address}{stories[0]}")
        assert page.locator("table.matrix").is_visible()
        keep(page, "narrow", part="section[aria-labelledby=coverage]", height=1200)


PAGES = (
    "/search",
    "/search?q=A+painting+was+stolen+in+Luxembourg",
    "/search?q=Nothing+of+the+kind+happened+here",
    "/documents",
    "/docs",
    "/nothing",
    "/documents/s07-fr_feuille_du_soir",
    "/documents/none",
    "/stories",
    "/stories?lang=fr&min_documents=90",
    "/stories/none",
    "STORY",
    "STORY?frames=true",
    "STORY?format=report",
    "/compare?id=s01-en_harbour_post&id=s01-fr_le_belvedere&id=s01-fr_courrier_du_large",
)


@pytest.mark.parametrize("ui", ["en", "fr"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_serious(browser: Any, address: str, stories: list[str], path: str, ui: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    asked = path.replace("STORY", stories[0])
    asked += f"{'&' if '?' in asked else '?'}ui={ui}"
    context = browser.new_context(bypass_csp=True)  # axe is a script, and the pages allow none
    page = context.new_page()
    if "format=report" in asked:
        page.set_content(page.request.get(address + asked).text())
    else:
        page.goto(address + asked)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.locator("html").get_attribute("lang") == ui
    found = Axe().run(page).response["violations"]
    context.close()
    faults = {(each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in FAULTS}
    assert faults == set()
