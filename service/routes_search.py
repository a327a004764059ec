"""Search: the stored paragraphs nearest to a text."""

from __future__ import annotations

from aligner.candidates import CANDIDATES
from aligner.errors import InputError
from aligner.export import hit_record
from aligner.languages import identify, primary
from aligner.matches import Encoded, search
from aligner.vectors import encode_with_tokens
from service.schemas_search import AnySearchAnswer, Search, SearchAnswer, SearchQuery, SearchRequest
from service.validation import Blueprint
from service.views import API, Record, runtime, told

__all__ = ["searching"]

searching = Blueprint("searching", __name__, url_prefix=API, tag="search")


@searching.post("/search")
@searching.input(SearchRequest, arg_name="asked")
@searching.output(AnySearchAnswer)
def search_paragraphs(asked: SearchRequest) -> Record:
    """Answer with the stored paragraphs nearest to a text, or to each of several."""
    if asked.texts is not None:
        vectors, tokens = encode_with_tokens(runtime().corpus.encoder, asked.texts)
        return {
            "searches": [
                _answer(text, asked, f"texts[{at}]", encoded=(vectors[at : at + 1], tokens[at : at + 1]))
                for at, text in enumerate(asked.texts)
            ]
        }
    return _answer(asked.text or "", asked, "text")


@searching.get("/search")
@searching.input(SearchQuery, location="query", arg_name="asked")
@searching.output(SearchAnswer)
def search_by_url(asked: SearchQuery) -> Record:
    """Answer with the stored paragraphs nearest to a text that the URL holds."""
    return _answer(asked.q, asked, "q")


def _answer(text: str, asked: Search, field: str, *, encoded: Encoded | None = None) -> Record:
    corpus, settings = runtime().corpus, runtime().settings
    start, end = asked.page(settings.max_k)
    filters = asked.filters()
    lang = asked.lang or identify(text, among=corpus.languages).lang
    try:
        hits = search(
            corpus,
            text,
            language=lang,
            target_languages=asked.to,
            k=end + 1,  # whether there is a next page
            min_probability=asked.min_probability,
            min_score=asked.min_score,
            filters=filters,
            grades=asked.grade,
            collapse=asked.collapse,
            encoded=encoded,
            turn=runtime().turns.next(),
        )
    except InputError as error:
        raise InputError(error.reason, field=field) from None
    to = asked.to or sorted(set(corpus.indexes) - {lang and primary(lang)})
    return {
        "query": {"lang": lang, "to": list(to)},
        "threshold": corpus.scorers.texts.threshold,
        "results": [told(hit_record(hit), explain=asked.explain) for hit in hits[start:end]],
        "next": end if len(hits) > end and end < min(settings.max_k, CANDIDATES) else None,
    }
