"""The pages served and opened in a real browser, for the tests that look at them there."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import make_server

from aligner.corpus import Corpus
from service import Settings, create_app

__all__ = ["CHROMIUM", "NARROW", "chromium", "opened", "served_pages"]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
NARROW = 390  # pixels, as telephones have


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
    context = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB", accept_downloads=True)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    yield page
    context.close()
    assert complaints == []
