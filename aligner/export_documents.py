"""The documents of a corpus as JSON Lines that `aligner add` reads back to the letter."""

from __future__ import annotations

import json
from collections.abc import Iterator

from aligner.documents import Document
from aligner.filters import Filters
from aligner.store import Store

__all__ = ["document_lines", "sent_record"]

BATCH_DOCUMENTS = 100


def document_lines(store: Store, filters: Filters | None = None) -> Iterator[bytes]:
    """Yield a line for each document that passes, by id, a batch at a time."""
    after = ""
    while documents := store.documents(filters, after=after, limit=BATCH_DOCUMENTS):
        lines = (json.dumps(sent_record(document), ensure_ascii=False) + "\n" for document in documents)
        yield "".join(lines).encode()
        after = documents[-1].id


def sent_record(document: Document) -> dict[str, object]:
    """Return a document as it could have been sent: paragraphs where its sender gave them, else the text."""
    names = ("id", "lang", "outlet", "title", "url", "published")
    record: dict[str, object] = {name: value for name in names if (value := getattr(document, name)) is not None}
    if document.blocks is None:
        return record | {"text": document.text}
    return record | {"paragraphs": [document.text[start:end] for start, end in document.blocks]}
