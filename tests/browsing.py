"""The pages served and opened in a real browser, for the tests that look at them there."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from werkzeug.serving import make_server

from aligner.corpus import Corpus
from service import Settings, create_app

__all__ = ["CHROMIUM", "NARROW", "chromium", "keep", "opened", "served_pages"]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
NARROW = 390  # pixels, as telephones have
TALL = 1400
SCREENSHOTS = os.environ.get("ALIGNER_SCREENSHOTS")  # a folder where pictures are left


@contextmanager
def served_pages(corpus: Corpus) -> Iterator[str]:
    """Serve a corpus; yield the address."""
    server = make_server("127.0.0.1", 0, create_app(corpus, settings=Settings()), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@contextmanager
def chromium() -> Iterator[Any]:
    """Start the browser; yield it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield started
        started.close()


@contextmanager
def opened(browser: Any, *, width: int = 1200, height: int = 900) -> Iterator[Any]:
    """Yield a page whose every complaint fails the test, a breach of the policy among them."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="en-GB",
        accept_downloads=True,
        device_scale_factor=0.75 if SCREENSHOTS else 1,
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    yield page
    context.close()
    assert complaints == []


def keep(page: Any, name: str, *, part: str = "body", height: int = 2700) -> None:
    """Leave a picture of a page, or of a part of it, down to so many pixels, where pictures are wanted."""
    if SCREENSHOTS:
        size = page.viewport_size
        page.set_viewport_size({**size, "height": TALL})  # tables that scroll in their box are seen whole
        page.evaluate("scrollTo(0, 0)")
        box = page.locator(part).bounding_box()
        clip = {**box, "height": min(box["height"], height)}
        if part == "body":
            clip.update(x=0, y=0, width=size["width"])
        page.screenshot(path=Path(SCREENSHOTS) / f"{name}.png", full_page=True, clip=clip)
        page.set_viewport_size(size)
