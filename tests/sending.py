"""Requests to the service over two documents: what tests of how they travel have in common."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from answers import checked_client
from flask.testing import FlaskClient
from tiny import TinyEncoder, make_document

from aligner.corpus import Corpus
from service import Settings

__all__ = ["API", "BRIDGE", "DOCUMENTS", "PONT", "SETTINGS", "client_of", "corpus_in", "said"]

BRIDGE = "The council closed the old bridge on Tuesday."
PONT = "La mairie a fermé le vieux pont mardi."
API = "/api/v1"
SETTINGS = Settings(max_body_bytes=20_000)
DOCUMENTS = [make_document("a", BRIDGE), make_document("b", PONT, lang="fr")]


@contextmanager
def corpus_in(folder: Path) -> Iterator[Corpus]:
    """Yield a new corpus of DOCUMENTS."""
    with Corpus(folder, encoder=TinyEncoder(), create=True) as corpus:
        list(corpus.add(DOCUMENTS))
        yield corpus


def client_of(corpus: Corpus, settings: Settings = SETTINGS) -> FlaskClient:
    return checked_client(corpus, settings=settings)


def said(response: Any, status: int) -> str:
    assert (response.status_code, response.content_type) == (status, "application/problem+json"), response.text
    detail: str = response.get_json()["detail"]
    return detail
