"""Pages of stories and of how outlets tell them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from flask import Response, redirect, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as BaseResponse

from aligner.comparison_frames import ACCURACY, FrameEstimate, estimate_frames
from aligner.errors import InputError
from aligner.stories import find_stories, story
from service.pages_base import create_blueprint, interface, page
from service.pages_comparison import view_of
from service.pages_exports import EXPORTS, Taken, exported, known_units
from service.pages_text import openings
from service.schemas_base import Reading
from service.schemas_comparison import StoryComparisonQuery
from service.schemas_stories import StoriesQuery
from service.views import asked_for, comparisons, outlets, runtime

__all__ = ["story_pages"]

FILTERS = ("lang", "outlet", "published_from", "published_to", "min_documents", "min_languages", "after")
SEVERAL = 2  # documents: a story that one alone tells has nothing to compare
PAGE_STORIES = 30

story_pages = create_blueprint("story_pages")


@story_pages.get("/stories")
def stories_page() -> Response:
    """Answer with the stories, the newest first, a page at a time; at first those that several documents tell."""
    corpus = runtime().corpus
    given = {name: request.args[name] for name in FILTERS if request.args.get(name, "").strip()}
    meant = outlets().like(corpus, given["outlet"]) if "outlet" in given else ()
    named = {"outlet": list(meant)} if meant else {}
    values = {"min_documents": str(SEVERAL), **given, **named, "limit": str(PAGE_STORIES)}
    query = StoriesQuery.model_validate(values, context=Reading(runtime().settings, literal=False))
    found = find_stories(corpus, query.filters(), after=query.after, limit=PAGE_STORIES + 1)
    shown = found[:PAGE_STORIES]
    return page(
        "stories.html",
        stories=shown,
        given={**given, "min_documents": values["min_documents"]},
        languages=sorted(corpus.store.languages()),
        outlets=outlets().offered(corpus),
        unknown=None if meant else given.get("outlet"),
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
    return _answer(Taken(comparison, found.id, found.headlines))


@story_pages.get("/compare")
def compare_page() -> Response:
    """Answer with a comparison of the documents that the URL names, as a page or in one of EXPORTS."""
    ids = request.args.getlist("id")
    if len(set(ids)) < 2:
        raise BadRequest("expected the ids of two documents or more, as in /compare?id=one&id=other")
    with asked_for("such document"):
        comparison = comparisons().of(runtime().corpus, ids, min_others=_asked().min_others)
    return _answer(Taken(comparison, "comparison", {}))


def _asked() -> StoryComparisonQuery:
    """Return how the URL has a story compared. Raises InputError."""
    given = {name: request.args[name] for name in ("min_others", "frames") if request.args.get(name, "").strip()}
    return StoryComparisonQuery.model_validate(given, context=Reading(runtime().settings, literal=False))


def _answer(taken: Taken) -> Response:
    """Return the comparison as the URL asks for it."""
    kind = request.args.get("format", "")
    if kind in EXPORTS:
        return exported(kind, taken)
    if kind:
        raise BadRequest(f"format: expected {', '.join(EXPORTS)}, found {kind[:80]!r}")
    asked = [(key, value) for key, value in request.args.items(multi=True) if key != "format"]
    exports = {each: f"{request.path}?{urlencode([*asked, ('format', each)], errors='replace')}" for each in EXPORTS}
    return page(
        "comparison.html",
        view=view_of(taken.comparison, ui=interface()),
        frames=_by_document(estimate_frames(runtime().corpus, taken.ids)) if _asked().frames else None,
        accuracy=ACCURACY,
        headlines=taken.headlines,
        exports=exports,
        units=known_units(taken),
        kept=[(key, value) for key, value in asked if key not in {"min_others", "frames", "ui"}],
        linked=True,
    )


def _by_document(estimates: Sequence[FrameEstimate]) -> Mapping[str, list[FrameEstimate]]:
    found: dict[str, list[FrameEstimate]] = {}
    for estimate in estimates:
        found.setdefault(estimate.document, []).append(estimate)
    return found
