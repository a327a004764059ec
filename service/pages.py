"""Pages to search, to browse the documents, and to read one beside what others report of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from flask import Response, request, send_from_directory

from aligner.filters import Filters
from aligner.findings import Finding
from aligner.languages import identify
from aligner.matches import Match, find_matches, search
from aligner.stories import story_of
from service.access import OPEN, scope
from service.pages_base import create_blueprint, page
from service.pages_marks import Piece, finding_marks, pieces
from service.pages_text import openings
from service.schemas_base import Reading
from service.schemas_search import DEFAULT_K, SearchQuery
from service.views import API, asked_for, runtime

__all__ = ["pages"]

STATIC = Path(__file__).with_name("static")
STATIC_SECONDS = 3600
PAGE_DOCUMENTS = 50
MATCHES_SHOWN = 200
NEAREST = 3  # shown of what is no match
FORM = ("to", "outlet", "published_from", "published_to")

pages = create_blueprint("pages")


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding with both its texts cut at the marks."""

    finding: Finding
    left: Sequence[Piece]
    right: Sequence[Piece]


@pages.get("/static/<path:filename>")
@scope(OPEN)
def static(filename: str) -> Response:
    """Answer with a file that belongs to the pages."""
    return send_from_directory(STATIC, filename, max_age=STATIC_SECONDS)


@pages.get("/search")
def search_page() -> Response:
    """Answer with the search box and, where the URL holds a text, what reports the same."""
    corpus, settings = runtime().corpus, runtime().settings
    text = request.args.get("q", "").strip()
    given = {name: request.args[name] for name in FORM if request.args.get(name, "").strip()}
    languages = sorted(corpus.store.languages())
    if not text:
        return page("search.html", q="", given=given, languages=languages, asked=False)
    asked = SearchQuery.model_validate({"q": text, **given}, context=Reading(settings, literal=False))
    lang = asked.lang or identify(asked.q, among=corpus.languages).lang
    hits = search(
        corpus,
        asked.q,
        language=lang,
        target_languages=asked.to,
        k=min(DEFAULT_K, settings.max_k),
        filters=asked.filters(),
        turn=runtime().turns.next(),
    )
    shown = [(hit, _shown(hit.finding, asked.q, hit.target.text)) for hit in hits]
    return page(
        "search.html",
        q=asked.q,
        given=given,
        languages=languages,
        asked=True,
        lang=lang,
        threshold=corpus.scorers.texts.threshold,
        found=[each for each in shown if each[0].is_match],
        nearest=[each for each in shown if not each[0].is_match][:NEAREST],
        json_url=f"{API}/search?{urlencode({'q': asked.q, **given})}",
    )


def _shown(finding: Finding, left: str, right: str) -> Shown:
    marks = finding_marks(finding, left, right)
    return Shown(finding, pieces(left, marks[0]), pieces(right, marks[1]))


@pages.get("/documents")
def documents_page() -> Response:
    """Answer with the documents, a page at a time."""
    store = runtime().corpus.store
    lang, outlet = request.args.get("lang", ""), request.args.get("outlet", "").strip()
    filters = Filters(outlets=(outlet,) if outlet else None, languages=(lang,) if lang else None)
    found = store.documents(filters, after=request.args.get("after", ""), limit=PAGE_DOCUMENTS + 1, texts=False)
    shown = found[:PAGE_DOCUMENTS]
    return page(
        "documents.html",
        documents=shown,
        openings=openings(store, [each.id for each in shown if not each.title]),
        lang=lang,
        outlet=outlet,
        languages=sorted(store.languages()),
        count=store.counts()["documents"],
        after=shown[-1].id if len(found) > PAGE_DOCUMENTS else None,
        first=not request.args.get("after"),
    )


@pages.get("/documents/<document>")
def document_page(document: str) -> Response:
    """Answer with a document, what was dropped of it, and the paragraphs elsewhere that report the same."""
    corpus = runtime().corpus
    with asked_for(f"document {document!r}"):
        stored = corpus.store.document(document)
    matches = find_matches(corpus, sources=corpus.store.keys(documents=[document]))
    return page(
        "document.html",
        document=stored.document,
        paragraphs=stored.paragraphs,
        article=sum(paragraph.dropped is None for paragraph in stored.paragraphs),
        matches=_by_paragraph(matches[:MATCHES_SHOWN]),
        story=story_of(corpus, document),
    )


def _by_paragraph(matches: Sequence[Match]) -> Mapping[str, list[tuple[Match, Shown]]]:
    found: dict[str, list[tuple[Match, Shown]]] = {}
    for match in matches:
        shown = _shown(match.finding, match.source.text, match.target.text)
        found.setdefault(match.source.id, []).append((match, shown))
    return found
