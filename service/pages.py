"""Pages to search, to browse the documents, and to read one beside what others report of it."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Response, redirect, request, send_from_directory, url_for
from werkzeug.wrappers import Response as BaseResponse

from aligner.filters import Filters
from aligner.languages import identify
from aligner.matches import search
from aligner.store_selection import counted
from aligner.stories import story_of
from service.access import OPEN, scope
from service.pages_base import create_blueprint, page
from service.pages_matches import matches_found, shown, told_in_its_language
from service.pages_text import openings
from service.schemas_base import Reading, filters_of
from service.schemas_search import DEFAULT_K, SearchQuery
from service.views import API, asked_for, comparisons, matches_kept, outlets, runtime

__all__ = ["pages"]

STATIC = Path(__file__).with_name("static")
STATIC_SECONDS = 3600
PAGE_DOCUMENTS = 50
LINK_CHARS = 4000  # of a URL that is made: gunicorn takes twice as many, what stands before it not always
NEAREST = 3  # shown of what is no match
FORM = ("to", "outlet", "published_from", "published_to")

pages = create_blueprint("pages")


@pages.get("/static/<path:filename>")
@scope(OPEN)
def static(filename: str) -> Response:
    """Answer with a file that belongs to the pages."""
    return send_from_directory(STATIC, filename, max_age=STATIC_SECONDS)


@pages.get("/search")
def search_page() -> Response:
    """Answer with the search box and, where the URL holds a text, what reports the same."""
    return _searched(request.args)


@pages.post("/search")
def send_search() -> BaseResponse:
    """Lead to the URL of a search; answer at once where the text is too long for one."""
    given = [(name, request.form[name]) for name in ("ui", "q", *FORM) if request.form.get(name, "").strip()]
    url = f"{url_for('.search_page')}?{urlencode(given, errors='replace')}"
    return redirect(url, HTTPStatus.SEE_OTHER) if len(url) <= LINK_CHARS else _searched(request.form)


def _searched(asked_with: Mapping[str, str]) -> Response:
    corpus, settings = runtime().corpus, runtime().settings
    text = asked_with.get("q", "").strip()
    given = {name: asked_with[name] for name in FORM if asked_with.get(name, "").strip()}
    form: dict[str, Any] = {
        "given": given,
        "languages": sorted(corpus.store.languages()),
        "outlets": outlets().offered(corpus),
        "most": settings.max_text_chars,
    }
    if not text:
        return page("search.html", q="", asked=False, **form)
    asked = SearchQuery.model_validate({"q": text, **given}, context=Reading(settings, literal=False))
    meant = outlets().like(corpus, given["outlet"]) if "outlet" in given else None
    if meant == ():
        return page("search.html", q=asked.q, asked=True, unknown=given["outlet"], **form)
    lang = asked.lang or identify(asked.q, among=corpus.languages).lang
    hits = search(
        corpus,
        asked.q,
        language=lang,
        target_languages=asked.to,
        k=min(DEFAULT_K, settings.max_k),
        filters=filters_of(meant, asked.published_from, asked.published_to),
        collapse=True,
        turn=runtime().turns.next(),
    )
    found = [(hit, shown(hit.finding, asked.q, hit.target.text)) for hit in hits]
    others = {name: value for name, value in given.items() if name != "outlet"}
    same = urlencode({"q": asked.q, **others, "outlet": meant or (), "collapse": "true"}, doseq=True, errors="replace")
    return page(
        "search.html",
        q=asked.q,
        asked=True,
        lang=lang,
        threshold=corpus.scorers.texts.threshold,
        found=[each for each in found if each[0].is_match],
        nearest=[each for each in found if not each[0].is_match][:NEAREST],
        json_url=f"{API}/search?{same}" if len(same) <= LINK_CHARS else None,
        **form,
    )


@pages.get("/documents")
def documents_page() -> Response:
    """Answer with the documents, a page at a time."""
    corpus = runtime().corpus
    store = corpus.store
    lang, outlet = request.args.get("lang", ""), request.args.get("outlet", "").strip()
    meant = outlets().like(corpus, outlet) if outlet else None
    filters = Filters(outlets=meant, languages=(lang,) if lang else None)
    found = store.documents(filters, after=request.args.get("after", ""), limit=PAGE_DOCUMENTS + 1, texts=False)
    listed = found[:PAGE_DOCUMENTS]
    return page(
        "documents.html",
        documents=listed,
        openings=openings(store, [each.id for each in listed if not each.title]),
        lang=lang,
        outlet=outlet,
        outlets=outlets().offered(corpus),
        unknown=outlet if meant == () else None,
        languages=sorted(store.languages()),
        count=counted(store, filters),
        after=listed[-1].id if len(found) > PAGE_DOCUMENTS else None,
        first=not request.args.get("after"),
    )


@pages.get("/documents/<document>")
def document_page(document: str) -> Response:
    """Answer with a document, what was dropped of it, and the paragraphs elsewhere that report the same."""
    corpus = runtime().corpus
    with asked_for(f"document {document!r}"):
        stored = corpus.store.document(document)
    every, wait = (request.args.get(name) == "yes" for name in ("every", "wait"))
    story = story_of(corpus, document)
    several = story is not None and story.documents > 1
    return page(
        "document.html",
        document=stored.document,
        paragraphs=stored.paragraphs,
        article=sum(paragraph.dropped is None for paragraph in stored.paragraphs),
        matches=matches_found(matches_kept(), corpus, document, every=every, wait=wait),
        told=told_in_its_language(comparisons(), corpus, stored.document, story.id) if story and several else {},
        story=story,
    )
