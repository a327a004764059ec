"""How outlets tell a story."""

from __future__ import annotations

from collections.abc import Sequence

from aligner.comparison_frames import estimate_frames, frames_record
from aligner.stories import story
from service.access import scope
from service.schemas_comparison import ComparisonAnswer, ComparisonQuery, StoryComparisonQuery
from service.validation import Blueprint
from service.views import API, Record, asked_for, comparisons, runtime

__all__ = ["comparing"]

comparing = Blueprint("comparing", __name__, url_prefix=API, tag="comparison")


@comparing.get("/comparison")
@comparing.input(ComparisonQuery, location="query", arg_name="query")
@comparing.output(ComparisonAnswer)
@comparing.doc(responses={404: "There is no such document."})
@scope("read")
def comparison(query: ComparisonQuery) -> Record:
    """Answer with which outlets tell which facts of these documents, where, with which figures and in whose words."""
    with asked_for(f"such documents: {', '.join(query.document)[:200]}"):
        return _compared(query.document, query)


@comparing.get("/stories/<story_id>/comparison")
@comparing.input(StoryComparisonQuery, location="query", arg_name="query")
@comparing.output(ComparisonAnswer)
@scope("read")
def story_comparison(story_id: str, query: StoryComparisonQuery) -> Record:
    """Answer with how the outlets of a story tell it."""
    corpus = runtime().corpus
    with asked_for(f"story {story_id!r}"):
        documents = story(corpus, story_id).documents
    return _compared(documents, query)


def _compared(documents: Sequence[str], query: StoryComparisonQuery) -> Record:
    corpus = runtime().corpus
    record = dict(comparisons().of(corpus, documents, min_others=query.min_others).record())
    return record | ({"frames": frames_record(estimate_frames(corpus, documents))} if query.frames else {})
