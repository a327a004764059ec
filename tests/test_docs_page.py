"""The page to try the API, in a real browser: it shows every operation, runs one, and needs nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from served import serving

CHROMIUM = Path("/usr/bin/chromium")


@pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Chromium at /usr/bin/chromium")
def test_a_browser_shows_and_runs_the_operations(tmp_path: Path) -> None:
    with serving(tmp_path) as served, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = browser.new_page()
        complaints: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{served.address}/docs/try")
        page.wait_for_selector(".opblock")
        _, spec, _ = served.ask("/openapi.json")
        assert page.locator(".opblock").count() == sum(len(methods) for methods in spec["paths"].values())
        for name in ("service-health", "search-search_paragraphs"):  # with the example that the schema gives
            block = page.locator(f"#operations-{name}")
            block.click()
            block.get_by_role("button", name="Try it out").click()
            block.get_by_role("button", name="Execute").click()
            block.locator(".live-responses-table .response-col_status").get_by_text("200").wait_for()
        browser.close()
    assert complaints == []
    assert {url.split("/")[2] for url in asked if not url.startswith("data:")} == {served.address.split("/")[2]}
