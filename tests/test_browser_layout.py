"""How the pages fit: wide tables, narrow screens, long words, paper, and the ring that shows where the keyboard is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from browsing import CHROMIUM, NARROW, keep, opened, served_pages
from tiny import TinyEncoder, make_document

from aligner.corpus import Corpus
from aligner.documents import Document

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium")

OUTLETS = 16
FACTS = (
    "The council closed the old bridge over the river on Tuesday after the storm hurt people in the city.",
    "Teachers and doctors are on strike against the budget of the government and of the parliament.",
    "The minister said on Monday that the factory of the company would pay the workers of the harbour.",
    "A thief has stolen the train of the president, and the police closed the road to the forest.",
    "The judge of the court read the law about the price of water for farmers before the vote.",
    "The army and the mayor spoke of peace, a treaty, the war, the crisis and the election.",
)
LOW = 200  # pixels: less than six rows take
FERRY = """Ferries return to Port Ellis

By Ann Carrow

The ferry to the islands sails again after the storm, the harbour company of Port Ellis said on Monday.

Photo: Ann Carrow

Read also: What the storm cost the islands

The council had closed the old bridge and the road to the hospital when the water of the river rose.

Sign up for our newsletter

Follow us on Facebook and Twitter
"""
LONG = "unbroken" * 60
NARROW_SHARE = 0.5  # of the box, for the first column
FOCUS = "rgb(184, 92, 0)"

FITS = "document.documentElement.scrollWidth <= window.innerWidth"
BOX = """() => {
  const box = document.querySelector('.breakout'), at = box.getBoundingClientRect();
  box.scrollTop = 400; box.scrollLeft = 300;
  const head = box.querySelector('thead th:nth-child(9)').getBoundingClientRect();
  const row = box.querySelector('tbody tr:last-child th').getBoundingClientRect();
  return {height: at.height, width: at.width, content: box.scrollWidth, tall: box.scrollHeight > box.clientHeight,
          top: head.top - at.top, left: row.left - at.left, first: row.width};
}"""


def written() -> Iterator[Document]:
    for number in range(OUTLETS):
        yield make_document(f"d{number:02}", *FACTS, outlet=f"The Daily Outlet {number:02}", published="2024-02-14")
    yield Document("ferry", "en", FERRY, outlet="The Daily Outlet 00", title="Ferries return to Port Ellis")
    url = f"https://example.org/{'segment/' * 80}"
    yield Document("long", "en", f"{FACTS[0]}\n\n{LONG[:80]}", outlet=LONG, title=LONG, url=url)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with Corpus(tmp_path_factory.mktemp("corpus"), encoder=TinyEncoder(), create=True) as corpus:
        list(corpus.add(written()))
        with served_pages(corpus) as url:
            yield url


def compared(*ids: str) -> str:
    return "/compare?" + "&".join(f"id={id}" for id in ids or [f"d{number:02}" for number in range(OUTLETS)])


@pytest.mark.parametrize("width", [NARROW, 1200, 1920])
def test_the_matrix_stays_in_its_box_with_its_heads_in_sight(browser: Any, address: str, width: int) -> None:
    with opened(browser, width=width, height=LOW) as page:
        page.goto(address + compared())
        assert page.locator("table.matrix thead th").count() == OUTLETS + 1
        assert page.evaluate(FITS)
        found = page.evaluate(BOX)
    assert found["tall"]
    assert found["height"] <= 0.85 * LOW + 1
    assert abs(found["top"]) <= 2  # the heads stay above
    assert abs(found["left"]) <= 2  # and the facts at the left
    if width == NARROW:
        assert found["first"] <= NARROW_SHARE * found["width"]
    if width == 1920:
        assert found["content"] <= found["width"]  # all sixteen are seen at once


@pytest.mark.parametrize(
    "path", ["/stories?min_documents=1", "/documents", "/documents/long", "/search?q=bridge", compared("d00", "long")]
)
@pytest.mark.parametrize("width", [NARROW, 1200])
def test_long_words_do_not_widen_a_page(browser: Any, address: str, path: str, width: int) -> None:
    with opened(browser, width=width) as page:
        page.goto(address + path)
        assert page.evaluate(FITS)


def test_paper_has_all_outlets_their_colours_and_what_was_folded(browser: Any, address: str) -> None:
    with opened(browser, width=1000) as page:
        page.goto(address + compared())
        page.emulate_media(media="print")
        assert page.evaluate(FITS)
        edges = page.locator("table.matrix thead th").evaluate_all(
            "heads => heads.map(head => head.getBoundingClientRect().right)"
        )
        assert len(edges) == OUTLETS + 1
        assert max(edges) <= 1000
        told = page.locator("table.matrix td.told").first
        assert told.evaluate("e => getComputedStyle(e).printColorAdjust") == "exact"
        for hidden in ("header", "main form", ".toc", ".export"):
            assert not page.locator(hidden).first.is_visible(), hidden
        assert page.locator(".breakout").evaluate("e => getComputedStyle(e).overflow") == "visible"


def test_what_is_folded_is_printed(browser: Any, address: str) -> None:
    seen = "e => e.checkVisibility()"
    with opened(browser) as page:
        page.goto(f"{address}/documents/d00")
        page.set_content(page.content().replace("</main>", "<details><summary>A</summary><p>B</p></details></main>"))
        assert not page.locator("details > p").evaluate(seen)
        page.emulate_media(media="print")
        assert page.locator("details > p").evaluate(seen)


def test_the_ring_follows_the_keyboard_into_a_date(browser: Any, address: str) -> None:
    """A date has several stops, its calendar the last: at each the field shows that the keyboard is there."""
    ring = "e => [getComputedStyle(e).outlineStyle, getComputedStyle(e).outlineColor]"
    with opened(browser) as page:
        page.goto(f"{address}/stories")
        page.locator("#outlet").focus()
        stops = 0
        page.keyboard.press("Tab")
        while page.evaluate("document.activeElement.id") == "from":
            assert page.locator("#from").evaluate(ring) == ["solid", FOCUS]
            stops += 1
            page.keyboard.press("Tab")
    assert stops == 4


def test_what_was_dropped_stands_there_with_its_reason(browser: Any, address: str) -> None:
    with opened(browser) as page:
        page.goto(f"{address}/documents/ferry")
        shown = page.locator(".dropped").all_inner_texts()
        assert page.locator("#p0").inner_text().startswith("Headline: compared with other texts")
        assert "Not article text: byline\n\n2 By Ann Carrow" in shown
        assert len(shown) > 3
        keep(page, "dropped")


@pytest.mark.parametrize("path", ["/stories", "/documents"])
def test_fields_stand_in_line(browser: Any, address: str, path: str) -> None:
    with opened(browser) as page:
        page.goto(address + path)
        boxes = page.locator(".filter input:not([type=hidden]), .filter select, .filter button").evaluate_all(
            "all => all.map(each => [each.getBoundingClientRect().top, each.getBoundingClientRect().height])"
        )
    rows = {top for top, _ in boxes}
    assert len(rows) <= 2
    assert len({height for _, height in boxes}) == 1


def test_a_cell_leads_to_its_passage(browser: Any, address: str) -> None:
    with opened(browser) as page:
        page.goto(address + compared())
        link = page.locator("table.matrix td.told a").first
        link.click()
        assert page.url.endswith(str(link.get_attribute("href")))
        assert page.locator(":target").evaluate("e => e.getBoundingClientRect().top") >= 0
        assert page.locator(":target").is_visible()
