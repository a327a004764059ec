"""Matches of what is stored."""

from __future__ import annotations

import numpy as np

from aligner.export import match_record
from aligner.matches import find_matches
from aligner.store import Keys
from service.schemas_matches import MatchesQuery, MatchList
from service.validation import Blueprint
from service.views import API, Record, asked_for, runtime

__all__ = ["matching"]

matching = Blueprint("matching", __name__, url_prefix=API, tag="matches")


@matching.get("/documents/<document>/matches")
@matching.input(MatchesQuery, location="query", arg_name="query")
@matching.output(MatchList)
def document_matches(document: str, query: MatchesQuery) -> Record:
    """Answer with the matches of all paragraphs of a document."""
    store = runtime().corpus.store
    with asked_for(f"document {document!r}"):
        store.document(document)  # one that is missing is not one without matches
    return _matches(store.keys(documents=[document]), query)


@matching.get("/paragraphs/<paragraph>/matches")
@matching.input(MatchesQuery, location="query", arg_name="query")
@matching.output(MatchList)
def paragraph_matches(paragraph: str, query: MatchesQuery) -> Record:
    """Answer with the matches of a paragraph; `#` in its id is written %23."""
    store = runtime().corpus.store
    with asked_for(f"article paragraph {paragraph!r}"):
        key = store.key(paragraph)
    return _matches(np.array([key], np.int64), query)


def _matches(sources: Keys, query: MatchesQuery) -> Record:
    corpus = runtime().corpus
    least = query.min_probability
    threshold = corpus.scorers.documents.threshold if least is None else least
    found = find_matches(
        corpus,
        sources=sources,
        target_languages=query.to,
        filters=query.filters(),
        min_probability=threshold,
        min_score=query.min_score,
    )
    shown = found[: query.limit]
    return {"threshold": threshold, "total": len(found), "matches": [match_record(match) for match in shown]}
