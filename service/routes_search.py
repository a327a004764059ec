"""Search: the stored paragraphs nearest to a text."""

from __future__ import annotations

from aligner.export import hit_record
from aligner.languages import identify, primary
from aligner.matches import search
from service.schemas_search import DEFAULT_K, SearchAnswer, SearchRequest
from service.validation import Blueprint
from service.views import API, Record, runtime

__all__ = ["searching"]

searching = Blueprint("searching", __name__, url_prefix=API, tag="search")


@searching.post("/search")
@searching.input(SearchRequest, arg_name="asked")
@searching.output(SearchAnswer)
def search_paragraphs(asked: SearchRequest) -> Record:
    """Answer with the stored paragraphs nearest to a text."""
    corpus, settings = runtime().corpus, runtime().settings
    lang = asked.lang or identify(asked.text, among=corpus.languages).lang
    hits = search(
        corpus,
        asked.text,
        language=lang,
        target_languages=asked.to,
        k=asked.k or min(DEFAULT_K, settings.max_k),
        min_probability=asked.min_probability,
        min_score=asked.min_score,
        filters=asked.filters(),
    )
    to = asked.to or sorted(set(corpus.indexes) - {lang and primary(lang)})
    return {
        "query": {"lang": lang, "to": list(to)},
        "threshold": corpus.scorers.texts.threshold,
        "results": [hit_record(hit) for hit in hits],
    }
