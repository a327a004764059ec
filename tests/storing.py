"""Documents put into a store under vectors of no text: what tests of the store have in common."""

from __future__ import annotations

import numpy as np

from aligner.documents import Document
from aligner.paragraphs import Paragraph
from aligner.store import Store

__all__ = ["paragraphs", "put"]

DIMENSION = 8


def paragraphs(document: Document, *, dropped: dict[int, str] | None = None) -> list[Paragraph]:
    return [
        Paragraph(document.id, at, document.lang, start, end, document.text[start:end], (dropped or {}).get(at))
        for at, (start, end) in enumerate(document.blocks or ())
    ]


def put(store: Store, document: Document, *, seed: int = 0, dropped: dict[int, str] | None = None) -> np.ndarray:
    found = paragraphs(document, dropped=dropped)
    article = sum(p.dropped is None for p in found)
    vectors = np.random.default_rng(seed).standard_normal((article, DIMENSION)).astype(np.float32)
    store.put([(document, found, vectors)])
    return vectors
