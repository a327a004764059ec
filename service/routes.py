"""The routes: each parses, calls the library once and answers."""

from __future__ import annotations

import contextlib
import importlib.metadata
from collections.abc import Iterator

import numpy as np
from flask import Blueprint, current_app
from werkzeug.exceptions import NotFound

from aligner.errors import NotFoundError
from aligner.export import document_record, hit_record, match_record, stored_document_record
from aligner.languages import identify, primary
from aligner.matches import find_matches, search
from aligner.store import Keys
from service.access import OPEN, scope
from service.parsing import query_fields, search_query
from service.runtime import Runtime
from service.uploads import read_upload

__all__ = ["API", "api", "root"]

API = "/api/v1"
PACKAGE = "story-aligner"
DEFAULT_PAGE = 100
MAX_PAGE = 1_000

Record = dict[str, object]

api = Blueprint("api", __name__, url_prefix=API)
root = Blueprint("root", __name__)


def _runtime() -> Runtime:
    runtime: Runtime = current_app.extensions["runtime"]
    return runtime


def _version() -> str:
    try:
        return importlib.metadata.version(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"  # run from a folder, not installed


@contextlib.contextmanager
def _asked_for(what: str) -> Iterator[None]:
    """Answer 404 where the library does not find what was asked for; elsewhere its NotFoundError is a failure."""
    try:
        yield
    except NotFoundError:
        raise NotFound(f"no {what}") from None


@root.get("/")
@scope(OPEN)
def index() -> Record:
    """Say what this is and where things are."""
    links = {
        "search": f"{API}/search",
        "documents": f"{API}/documents",
        "document": f"{API}/documents/{{id}}",
        "document_matches": f"{API}/documents/{{id}}/matches",
        "paragraph_matches": f"{API}/paragraphs/{{id}}/matches",
        "health": f"{API}/health",
        "ready": f"{API}/ready",
    }
    return {"name": PACKAGE, "version": _version(), "links": links}


@api.get("/health")
@scope(OPEN)
def health() -> Record:
    """Say that the process lives."""
    return {"status": "ok"}


@api.get("/ready")
@scope(OPEN)
def ready() -> Record:
    """Say that the encoder is loaded and the corpus can be read."""
    corpus = _runtime().corpus
    return {"status": "ready", "model": corpus.encoder.name, **corpus.store.counts()}


@api.post("/search")
def search_paragraphs() -> Record:
    """Answer with the stored paragraphs nearest to a text."""
    corpus, settings = _runtime().corpus, _runtime().settings
    query = search_query(max_text_chars=settings.max_text_chars, max_k=settings.max_k)
    lang = query.lang or identify(query.text, among=corpus.languages).lang
    hits = search(
        corpus,
        query.text,
        language=lang,
        target_languages=query.to,
        k=query.k,
        min_probability=query.min_probability,
        min_score=query.min_score,
        filters=query.filters,
    )
    to = query.to or sorted(set(corpus.indexes) - {lang and primary(lang)})
    return {
        "query": {"lang": lang, "to": list(to)},
        "threshold": corpus.scorers.texts.threshold,
        "results": [hit_record(hit) for hit in hits],
    }


@api.post("/documents")
@scope("write")
def post_documents() -> tuple[Record, int]:
    """Store documents, and answer with what became of each."""
    runtime = _runtime()
    upload = read_upload(served=runtime.corpus.languages, most=runtime.settings.max_documents)
    report = upload.report(runtime.add(upload.documents))
    return report, 201 if report["created"] else 200


@api.get("/documents")
def list_documents() -> Record:
    """Answer with a page of documents, by id."""
    corpus = _runtime().corpus
    query = query_fields("lang", "after", "limit")
    limit = query.whole("limit", default=DEFAULT_PAGE, most=MAX_PAGE)
    filters = query.filters(languages=query.tags("lang"))
    found = corpus.store.documents(filters, after=query.text("after") or "", limit=limit + 1)
    page = found[:limit]
    return {
        "documents": [document_record(document) for document in page],
        "next": page[-1].id if len(found) > limit else None,
    }


@api.get("/documents/<document>")
def get_document(document: str) -> Record:
    """Answer with a document and its paragraphs."""
    store = _runtime().corpus.store
    with _asked_for(f"document {document!r}"):
        return stored_document_record(store.document(document))


@api.delete("/documents/<document>")
@scope("write")
def delete_document(document: str) -> Record:
    """Remove a document."""
    outcome = _runtime().remove(document)
    if outcome.status == "missing":
        raise NotFound(f"no document {document!r}")
    return {"id": outcome.id, "status": outcome.status}


@api.get("/documents/<document>/matches")
def document_matches(document: str) -> Record:
    """Answer with the matches of all paragraphs of a document."""
    store = _runtime().corpus.store
    with _asked_for(f"document {document!r}"):
        store.document(document)  # one that is missing is not one without matches
    return _matches(store.keys(documents=[document]))


@api.get("/paragraphs/<paragraph>/matches")
def paragraph_matches(paragraph: str) -> Record:
    """Answer with the matches of a paragraph."""
    store = _runtime().corpus.store
    with _asked_for(f"article paragraph {paragraph!r}"):
        key = store.key(paragraph)
    return _matches(np.array([key], np.int64))


def _matches(sources: Keys) -> Record:
    corpus = _runtime().corpus
    query = query_fields("to", "min_probability", "min_score", "limit")
    limit = query.whole("limit", default=MAX_PAGE, most=MAX_PAGE)
    asked = query.probability("min_probability")
    threshold = corpus.scorers.documents.threshold if asked is None else asked
    found = find_matches(
        corpus,
        sources=sources,
        target_languages=query.tags("to"),
        filters=query.filters(),
        min_probability=threshold,
        min_score=query.score("min_score"),
    )
    return {"threshold": threshold, "total": len(found), "matches": [match_record(match) for match in found[:limit]]}
