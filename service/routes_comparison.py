"""How outlets tell a story."""

from __future__ import annotations

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
        return dict(comparisons().of(runtime().corpus, query.document, min_others=query.min_others).record())


@comparing.get("/stories/<story_id>/comparison")
@comparing.input(StoryComparisonQuery, location="query", arg_name="query")
@comparing.output(ComparisonAnswer)
@scope("read")
def story_comparison(story_id: str, query: StoryComparisonQuery) -> Record:
    """Answer with how the outlets of a story tell it."""
    corpus = runtime().corpus
    with asked_for(f"story {story_id!r}"):
        documents = story(corpus, story_id).documents
    return dict(comparisons().of(corpus, documents, min_others=query.min_others).record())
