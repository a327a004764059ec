"""Pages of stories and of how outlets tell them."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote, urlencode

from flask import Response, current_app, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as BaseResponse

from aligner.comparison import Comparison
from aligner.comparison_frames import ACCURACY, FrameEstimate, estimate_frames
from aligner.comparison_table import write_comparisons
from aligner.errors import InputError
from aligner.exchange import units_of_matches
from aligner.exchange_write import write_units
from aligner.grades import NEAR_EQUIVALENT
from aligner.languages import primary
from aligner.matches import find_matches
from aligner.stories import find_stories, story
from aligner.version import version
from service.pages_base import create_blueprint, interface, interfaces, language_name, page
from service.pages_comparison import view_of
from service.pages_text import openings
from service.schemas_base import Reading
from service.schemas_comparison import StoryComparisonQuery
from service.schemas_stories import StoriesQuery
from service.views import asked_for, comparisons, runtime

__all__ = ["story_pages"]

FILTERS = ("lang", "outlet", "published_from", "published_to", "min_documents", "min_languages", "after")
SEVERAL = 2  # documents: a story that one alone tells has nothing to compare
PAGE_STORIES = 30
STYLE = Path(__file__).with_name("static") / "style.css"

story_pages = create_blueprint("story_pages")


@story_pages.get("/stories")
def stories_page() -> Response:
    """Answer with the stories, the newest first, a page at a time; at first those that several documents tell."""
    corpus = runtime().corpus
    given = {name: request.args[name] for name in FILTERS if request.args.get(name, "").strip()}
    values = {"min_documents": str(SEVERAL), **given, "limit": str(PAGE_STORIES)}
    query = StoriesQuery.model_validate(values, context=Reading(runtime().settings, literal=False))
    found = find_stories(corpus, query.filters(), after=query.after, limit=PAGE_STORIES + 1)
    shown = found[:PAGE_STORIES]
    return page(
        "stories.html",
        stories=shown,
        given={**given, "min_documents": values["min_documents"]},
        languages=sorted(corpus.store.languages()),
        after=shown[-1].cursor if len(found) > PAGE_STORIES else None,
    )


@story_pages.get("/stories/<story_id>")
def story_page(story_id: str) -> BaseResponse:
    """Answer with a story and how its outlets tell it, as a page or in one of EXPORTS."""
    corpus = runtime().corpus
    with asked_for(f"story {story_id!r}"):
        found = story(corpus, story_id)
    if found.id != story_id:  # it was merged into that one
        asked = urlencode(list(request.args.items(multi=True)), errors="replace")
        return redirect(f"{url_for('.story_page', story_id=found.id)}?{asked}")
    least = _asked().min_others
    try:
        with asked_for("document of it any more"):
            comparison = comparisons().of(corpus, found.documents, min_others=least)
    except InputError as error:  # it is too large; its documents can be read all the same
        if request.args.get("format"):
            raise
        own = openings(corpus.store, [each.document for each in found.members if not each.title])
        return page("story.html", story=found, headlines=found.headlines, openings=own, reason=str(error))
    return _answer(comparison, name=found.id, headlines=found.headlines)


@story_pages.get("/compare")
def compare_page() -> Response:
    """Answer with a comparison of the documents that the URL names, as a page or in one of EXPORTS."""
    ids = request.args.getlist("id")
    if len(set(ids)) < 2:
        raise BadRequest("expected the ids of two documents or more, as in /compare?id=one&id=other")
    with asked_for("such document"):
        comparison = comparisons().of(runtime().corpus, ids, min_others=_asked().min_others)
    return _answer(comparison, name="comparison", headlines={})


def _asked() -> StoryComparisonQuery:
    """Return how the URL has a story compared. Raises InputError."""
    given = {name: request.args[name] for name in ("min_others", "frames") if request.args.get(name, "").strip()}
    return StoryComparisonQuery.model_validate(given, context=Reading(runtime().settings, literal=False))


def _answer(comparison: Comparison, *, name: str, headlines: Mapping[str, str]) -> Response:
    """Return the comparison as the URL asks for it."""
    kind = request.args.get("format", "")
    if kind in EXPORTS:
        response = EXPORTS[kind](comparison, name, headlines)
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response
    if kind:
        raise BadRequest(f"format: expected {', '.join(EXPORTS)}, found {kind[:80]!r}")
    asked = [(key, value) for key, value in request.args.items(multi=True) if key != "format"]
    exports = {each: f"{request.path}?{urlencode([*asked, ('format', each)], errors='replace')}" for each in EXPORTS}
    ids = [document.id for document in comparison.documents]
    return page(
        "comparison.html",
        view=view_of(comparison, ui=interface()),
        frames=_by_document(estimate_frames(runtime().corpus, ids)) if _asked().frames else None,
        accuracy=ACCURACY,
        headlines=headlines,
        exports=exports,
        kept=[(key, value) for key, value in asked if key not in {"min_others", "frames", "ui"}],
        linked=True,
    )


def _by_document(estimates: Sequence[FrameEstimate]) -> Mapping[str, list[FrameEstimate]]:
    found: dict[str, list[FrameEstimate]] = {}
    for estimate in estimates:
        found.setdefault(estimate.document, []).append(estimate)
    return found


def _csv(comparison: Comparison, name: str, headlines: Mapping[str, str]) -> Response:
    out = io.StringIO()
    write_comparisons({name: comparison}, out)
    return _attached(out.getvalue(), "text/csv", f"{name}.csv")


def _json(comparison: Comparison, name: str, headlines: Mapping[str, str]) -> Response:
    return _attached(current_app.json.dumps(comparison.record()), "application/json", f"{name}.json")


def _tmx(comparison: Comparison, name: str, headlines: Mapping[str, str]) -> Response:
    """Return the near-equivalent paragraphs of the documents: nothing else may pass for a translation."""
    corpus = runtime().corpus
    ids = [document.id for document in comparison.documents]
    matches = find_matches(corpus, sources=corpus.store.keys(documents=ids), grades=[NEAR_EQUIVALENT])
    once = [m for m in matches if m.target.document in ids and primary(m.source.lang) < primary(m.target.lang)]
    body = b"".join(write_units(units_of_matches(once), kind="tmx", version=version()))
    return _attached(body.decode(), "application/x-tmx+xml", f"{name}.tmx")


def _report(comparison: Comparison, name: str, headlines: Mapping[str, str]) -> Response:
    """Return a page that needs nothing beside it, to be kept or sent on."""
    ui = interface()
    body = render_template(
        "report.html",
        view=view_of(comparison, ui=ui),
        headlines=headlines,
        words=interfaces()[ui],
        ui=ui,
        language_name=language_name,
        linked=False,
        style=Markup(STYLE.read_text("utf-8")),  # our own file
    )
    return _attached(body, "text/html", f"{name}.html")


def _attached(body: str, kind: str, file: str) -> Response:
    response = Response(body, content_type=f"{kind}; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file, safe='')}"  # RFC 6266
    return response


EXPORTS: Mapping[str, Callable[[Comparison, str, Mapping[str, str]], Response]] = {
    "csv": _csv,
    "json": _json,
    "tmx": _tmx,
    "report": _report,
}
