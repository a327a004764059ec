"""Reviews of translations that are not stored."""

from __future__ import annotations

from aligner.export_review import review_record
from aligner.review import review
from service.schemas_review import ReviewAnswer, ReviewRequest
from service.validation import Blueprint
from service.views import API, Record, runtime

__all__ = ["reviewing"]

reviewing = Blueprint("reviewing", __name__, url_prefix=API, tag="review")


@reviewing.post("/review")
@reviewing.input(ReviewRequest, arg_name="asked")
@reviewing.output(ReviewAnswer)
def review_translation(asked: ReviewRequest) -> Record:
    """Answer with what an editor should look at in a translation; nothing is stored."""
    corpus = runtime().corpus
    served = tuple(dict.fromkeys((*corpus.languages, asked.source.lang, asked.translation.lang)))
    found = review(asked.source, asked.translation, encoder=corpus.encoder, served=served, unit=asked.unit)
    return review_record(found)
