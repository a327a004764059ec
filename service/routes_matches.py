"""Matches of what is stored."""

from __future__ import annotations

import numpy as np

from aligner.export import match_record
from aligner.filters import Filters
from aligner.languages import primary
from aligner.matches import find_matches
from aligner.store import Keys
from aligner.store_selection import selected
from service.schemas_matches import CorpusMatchesQuery, CorpusMatchList, MatchesQuery, MatchList
from service.validation import Blueprint
from service.views import API, Record, asked_for, matches_kept, runtime, told

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


@matching.get("/matches")
@matching.input(CorpusMatchesQuery, location="query", arg_name="query")
@matching.output(CorpusMatchList)
def corpus_matches(query: CorpusMatchesQuery) -> Record:
    """Answer with a page of the matches of the whole corpus, each once.

    A page holds the matches that start from some documents, in the order of their ids; a match that may start from
    both its documents starts from the language that comes first in the alphabet.
    """
    corpus = runtime().corpus
    threshold = _threshold(query.min_probability)
    filters = query.filters()
    found = corpus.store.documents(filters, after=query.after or "", limit=query.limit + 1, texts=False)
    page = [document.id for document in found[: query.limit]]
    matches = find_matches(
        corpus,
        sources=corpus.store.keys(documents=page),
        target_languages=query.to,
        min_probability=threshold,
        min_score=query.min_score,
        grades=query.grade,
        collapse=query.collapse,
        was_read=matches_kept().was_read,
    )
    starts = set(selected(corpus.store, filters or Filters()))
    tos = None if query.to is None else {primary(language) for language in query.to}
    once = [
        match
        for match in matches
        if primary(match.source.lang) < primary(match.target.lang)
        or match.target.document not in starts
        or (tos is not None and primary(match.source.lang) not in tos)
    ]
    once.sort(key=lambda match: match.source.document)
    return {
        "threshold": threshold,
        "documents": len(page),
        "matches": [told(match_record(match), explain=query.explain) for match in once],
        "next": page[-1] if len(found) > query.limit else None,
    }


def _threshold(asked: float | None) -> float:
    return runtime().corpus.scorers.documents.threshold if asked is None else asked


def _matches(sources: Keys, query: MatchesQuery) -> Record:
    threshold = _threshold(query.min_probability)
    found = find_matches(
        runtime().corpus,
        sources=sources,
        target_languages=query.to,
        filters=query.filters(),
        min_probability=threshold,
        min_score=query.min_score,
        grades=query.grade,
        collapse=query.collapse,
        was_read=matches_kept().was_read,
    )
    end = query.offset + query.limit
    return {
        "threshold": threshold,
        "total": len(found),
        "matches": [told(match_record(match), explain=query.explain) for match in found[query.offset : end]],
        "next": end if end < len(found) else None,
    }
