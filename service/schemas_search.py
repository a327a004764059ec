"""A text, and the stored paragraphs that report the same."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import ConfigDict, Field, RootModel, model_validator

from aligner.errors import InputError
from aligner.filters import Filters
from service.schemas_base import Body, Output, Query, filters_of
from service.schemas_matches import (
    COLLAPSE,
    EXPLAIN,
    GRADE,
    Cosine,
    Evidence,
    Grade,
    Paragraph,
    Probability,
    Reprint,
    Shared,
    Span,
)
from service.schemas_types import Between, Chars, Day, Flag, Several, Tag, Tags, Text, Texts, Whole

__all__ = ["AnySearchAnswer", "Search", "SearchAnswer", "SearchQuery", "SearchRequest"]

DEFAULT_K = 10


class Search(Body):
    """What a search may ask besides its text."""

    lang: Tag | None = Field(None, description="the text's language, BCP 47; identified where none is given")
    to: Tags | None = Field(None, description="languages to find it in; all others where none is given")
    k: Annotated[int, Whole("max_k")] | None = Field(None, description=f"the most results; {DEFAULT_K} by default")
    offset: Annotated[int, Whole("max_k", least=0)] = Field(0, description="results to leave out: `next`")
    min_probability: Annotated[float, Between(0, 1)] = Field(0.0, description="the least probability of a result")
    min_score: Annotated[float, Between(-1, 1)] = Field(-1.0, description="the least cosine of a result")
    grade: Annotated[tuple[str, ...], GRADE] | None = Field(None, description="grades of the results; all if none")
    explain: Flag = Field(False, description=EXPLAIN)
    collapse: Flag = Field(False, description=COLLAPSE)
    outlet: Texts | None = Field(None, description="outlets of the results")
    published_from: Day | None = Field(None, description="first day of publication")
    published_to: Day | None = Field(None, description="last day of publication")

    def filters(self) -> Filters | None:
        """Return what documents must be to count; None where nothing is asked."""
        return filters_of(self.outlet, self.published_from, self.published_to)

    def page(self, most: int) -> tuple[int, int]:
        """Return the results wanted, from and to. Raises InputError where they reach beyond `most`."""
        end = self.offset + (self.k or min(DEFAULT_K, most - self.offset))
        if end > most or end == self.offset:
            raise InputError(f"offset and k together: expected up to {most}, found {end}", field="offset")
        return self.offset, end


class SearchRequest(Search):
    """A text to search for, or several."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"text": "A painting was stolen in Luxembourg", "to": "fr", "k": 3},
                {"texts": ["A painting was stolen", "The old bridge is closed"], "to": ["fr", "de"], "explain": True},
            ],
            "oneOf": [{"required": ["text"]}, {"required": ["texts"]}],
        }
    )

    text: Annotated[Text, Chars("max_text_chars")] | None = Field(
        None, description="what is to be found in other words"
    )
    texts: Annotated[tuple[str, ...], Several("max_texts", "max_text_chars")] | None = Field(
        None, description="several of them, in place of `text`"
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.text is None and self.texts is None:
            raise InputError("missing", field="text")
        if self.text is not None and self.texts is not None:
            raise InputError("expected either 'text' or 'texts', found both")
        return self


class SearchQuery(Search, Query):
    """A text to search for, in a URL."""

    q: Annotated[Text, Chars("max_text_chars")] = Field(description="what is to be found in other words")


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
    grade: Grade
    score: Cosine
    shared: Shared
    paragraph: Paragraph
    also: list[Reprint] = Field(description="reprints that are told with it, with `collapse`")
    similarities: dict[str, Cosine] = Field({}, description="the cosine that each model gives; with `explain`")
    spans: HitSpans | None = Field(None, description="with `explain`, where the model tells")
    evidence: Evidence | None = Field(None, description="with `explain`")


class SearchAnswer(Output):
    """The nearest paragraphs, most probable first; none of them need be a match."""

    query: Asked
    threshold: Probability = Field(description="the probability from which on a result counts as a match")
    results: list[Hit]
    next: int | None = Field(description="what to give as `offset` for the next page; null on the last")


class SearchAnswers(Output):
    """An answer for each of several texts, in their order."""

    searches: list[SearchAnswer]


class AnySearchAnswer(RootModel[SearchAnswer | SearchAnswers]):
    """One answer for `text`, several for `texts`."""
