"""A text, and the stored paragraphs that report the same."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from aligner.filters import Filters
from service.schemas_base import Body, Output, filters_of
from service.schemas_matches import Cosine, Evidence, Paragraph, Probability, Shared, Span
from service.schemas_types import Between, Chars, Day, Tag, Tags, Text, Texts, Whole

__all__ = ["SearchAnswer", "SearchRequest"]

DEFAULT_K = 10


class SearchRequest(Body):
    """A text to search for."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "A painting was stolen in Luxembourg", "to": "fr", "k": 3}]}
    )

    text: Annotated[Text, Chars("max_text_chars")] = Field(description="what is to be found in other words")
    lang: Tag | None = Field(None, description="its language, BCP 47; identified where none is given")
    to: Tags | None = Field(None, description="languages to find it in; all others where none is given")
    k: Annotated[int, Whole("max_k")] | None = Field(None, description=f"the most results; {DEFAULT_K} by default")
    min_probability: Annotated[float, Between(0, 1)] = Field(0.0, description="the least probability of a result")
    min_score: Annotated[float, Between(-1, 1)] = Field(-1.0, description="the least cosine of a result")
    outlet: Texts | None = Field(None, description="outlets of the results")
    published_from: Day | None = Field(None, description="first day of publication")
    published_to: Day | None = Field(None, description="last day of publication")

    def filters(self) -> Filters | None:
        """Return what documents must be to count; None where nothing is asked."""
        return filters_of(self.outlet, self.published_from, self.published_to)


class Asked(Output):
    """How the text was understood."""

    lang: str | None = Field(description="given or identified")
    to: list[str]


class HitSpans(Output):
    """What tells the same best, in both texts."""

    text: Span
    paragraph: Span


class Hit(Output):
    """A stored paragraph near to the text."""

    rank: int = Field(ge=1)
    match: bool = Field(description="whether the probability reaches the threshold")
    probability: Probability
    score: Cosine
    similarities: dict[str, Cosine] = Field(description="the cosine that each model gives")
    spans: HitSpans | None
    shared: Shared
    evidence: Evidence
    paragraph: Paragraph


class SearchAnswer(Output):
    """The nearest paragraphs, most probable first; none of them need be a match."""

    query: Asked
    threshold: Probability = Field(description="the probability from which on a result counts as a match")
    results: list[Hit]
