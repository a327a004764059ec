"""Answers that need not be given again: ETags of what is read, and writes that hold only for what was read.

What is made of the whole corpus is tagged by the corpus's state and the question, before any work is done; a document
by its content.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import PreconditionFailed
from werkzeug.http import quote_etag

from aligner.store_stories import StoryStore
from aligner.stories import bring_in_step
from aligner.version import version
from service.access import caller
from service.runtime import NotReadyError
from service.views import runtime

__all__ = ["DERIVED", "document_tag", "expected", "init_app"]

GROUPED = {  # endpoints whose answer depends on when what was grouped too: ids of stories, and the log
    "stories.list_stories",
    "stories.get_story",
    "stories.list_changes",
    "comparing.story_comparison",
}
DERIVED = {  # endpoints whose answer follows from the corpus and the URL alone
    "documents.list_documents",
    "searching.search_by_url",
    "matching.document_matches",
    "matching.paragraph_matches",
    "matching.corpus_matches",
    "comparing.comparison",
    *GROUPED,
}
DOCUMENT = "documents.get_document"
CACHING = "private, no-cache"  # keys see different things: ask each time, and hear 304
PACKED_MARK = ":gzip"  # what the packed form's tag ends with


def init_app(app: Flask) -> None:
    """Have all of it done for an app."""
    app.before_request(_answer_unchanged)
    app.after_request(_tag)


def document_tag(digest: str) -> str:
    """Return the tag of a document with this content hash."""
    return digest[:32]


def expected(id: str) -> Mapping[str, str | None]:
    """Return the content that a document must have for a write to hold, by If-Match and If-None-Match.

    Raises PreconditionFailed where it is another already.
    """
    if "If-Match" not in request.headers and "If-None-Match" not in request.headers:
        return {}
    digest = runtime().corpus.store.content_hashes([id]).get(id)
    wanted, unwanted = request.if_match, request.if_none_match
    if "If-Match" in request.headers:
        tags = {tag.removesuffix(PACKED_MARK) for tag in wanted if tag}  # Werkzeug takes "" for None
        if digest is None or not (wanted.star_tag or document_tag(digest) in tags):
            found = f"its ETag is {quote_etag(document_tag(digest))}" if digest else "there is no such document"
            raise PreconditionFailed(f"If-Match: {found}")
    if "If-None-Match" in request.headers and digest is not None:
        tags = {tag.removesuffix(PACKED_MARK) for tag in unwanted if tag}
        if unwanted.star_tag or document_tag(digest) in tags:
            raise PreconditionFailed("If-None-Match: there is such a document")
    return {id: digest}


def _answer_unchanged() -> Response | None:
    """Answer 304 where the client holds what the answer would be."""
    if request.endpoint not in DERIVED or request.method not in {"GET", "HEAD"}:
        return None
    try:
        corpus = runtime().corpus
    except NotReadyError:
        return None
    settings = str(runtime().settings.max_k), ",".join(corpus.languages)
    round_ = ""
    if request.endpoint in GROUPED:
        bring_in_step(corpus)  # before the tag, else it would be that of the answer before
        round_ = StoryStore(corpus.store).round()
    parts = (version(), corpus.store.state, caller().scope, *settings, request.full_path, round_)
    g.tag = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    held = request.if_none_match
    if held.contains_weak(g.tag) and not held.star_tag:  # "*" is no tag that was ever given with an answer
        return current_app.response_class(status=304)
    return None


def _tag(response: Response) -> Response:
    tag = g.get("tag")
    if tag and response.status_code in {200, 304}:
        response.set_etag(tag, weak=True)
    elif request.endpoint == DOCUMENT and response.status_code == 200:
        own, _ = response.get_etag()
        held = next((each for each in request.if_none_match if each.removesuffix(PACKED_MARK) == own), None)
        if held := held or (own if request.if_none_match.star_tag else None):
            response.status_code = 304
            response.set_data(b"")
            response.set_etag(held)
    if response.headers.get("ETag") and request.method in {"GET", "HEAD"} and request.endpoint != "docs.asset":
        response.headers.setdefault("Cache-Control", CACHING)
    return response
