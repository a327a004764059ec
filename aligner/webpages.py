"""The article of a web page, as the fields of a document; by trafilatura."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from typing import Any

from aligner.errors import InputError
from aligner.languages import canonical_tag, document_language, primary
from aligner.text import binary_kind, decode, normalise

__all__ = ["decode_page", "page_record"]

MAX_DECLARATION_BYTES = 4096  # browsers look for the charset in the first 1024
CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w-]+)|<\?xml[^>]*encoding\s*=\s*["']([\w-]+)""", re.IGNORECASE)
LATIN_1 = frozenset({"iso-8859-1", "latin1", "latin-1", "ascii", "us-ascii"})  # Windows-1252 to every browser

BLOCKS = frozenset({"ab", "body", "cell", "div", "head", "item", "list", "p", "quote", "row", "table"})
SOURCE_BLANKS = re.compile(r"[ \t\r\n]+")
EMPTY_LINES = re.compile(r"\n\s*\n")
# A date that the page states; the full search takes years out of the running text.
DATE_SEARCH = {"extensive_search": False, "original_date": True}


def decode_page(raw: bytes) -> str:
    """Return the text of a page: UTF-8, else what the page declares, else as for any other text."""
    try:
        return decode(raw) if binary_kind(raw) else raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if declared := CHARSET.search(raw[:MAX_DECLARATION_BYTES]):
        charset = (declared[1] or declared[2]).decode().lower()
        try:
            return raw.decode("cp1252" if charset in LATIN_1 else charset)
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(raw)


def page_record(page: str, *, served: Sequence[str]) -> dict[str, object]:
    """Return the fields of a document: its paragraphs and what the page says of title, address, date and outlet.

    Raises InputError where there is no article, or in none of the languages served.
    """
    for name in ("trafilatura", "htmldate"):  # they report to the console what is raised below
        logging.getLogger(name).addHandler(logging.NullHandler())
    from trafilatura import bare_extraction, load_html

    tree = load_html(page)
    if tree is None:
        raise InputError("no HTML page")
    stated_lang = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or tree.get("xml:lang")
    article: Any = bare_extraction(
        tree,
        favor_precision=True,
        include_comments=False,
        include_tables=False,
        with_metadata=True,
        date_extraction_params=DATE_SEARCH,
    )
    paragraphs = [] if article is None else list(_paragraphs(article.body))
    if paragraphs and paragraphs[0] == article.title:
        del paragraphs[0]
    if not paragraphs:
        raise InputError("no article text found in the page")
    return {
        "paragraphs": paragraphs,
        "lang": _lang(stated_lang, "\n".join(paragraphs), served=served),
        "title": article.title,
        "url": article.url if str(article.url).startswith(("http://", "https://")) else None,
        "published": article.date,
        "outlet": article.sitename,
    }


def _lang(stated: str | None, text: str, *, served: Sequence[str]) -> str:
    """Return the tag that the page states, where the text agrees: templates state a language they are not in."""
    found = document_language(text, served=served)
    try:
        return canonical_tag(stated) if stated and primary(stated) == primary(found) else found
    except InputError:
        return found


def _paragraphs(body: Any) -> Iterator[str]:
    for block in "".join(_pieces(body)).split("\0"):
        for paragraph in EMPTY_LINES.split(block):
            lines = (line.strip(" ") for line in normalise(paragraph).split("\n"))
            if text := "\n".join(line for line in lines if line):
                yield text


def _pieces(element: Any) -> Iterator[str]:
    """Yield the text of an element in order, with NUL at the borders of blocks and \\n at line breaks."""
    border = "\0" if element.tag in BLOCKS else "\n" if element.tag == "lb" else ""
    yield border
    yield SOURCE_BLANKS.sub(" ", element.text or "")
    for child in element:
        yield from _pieces(child)
        yield SOURCE_BLANKS.sub(" ", child.tail or "")
    yield "\0" if border == "\0" else ""
