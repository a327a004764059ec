"""Paragraphs that report the same facts, and what explains it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from aligner.evidence import KINDS
from aligner.filters import Filters
from aligner.grades import GRADES
from service.schemas_base import Output, Query, filters_of
from service.schemas_types import Between, Choice, Day, Flag, Tags, Text, Texts, Whole

__all__ = [
    "COLLAPSE",
    "EXPLAIN",
    "GRADE",
    "MAX_PAGE",
    "CorpusMatchList",
    "CorpusMatchesQuery",
    "Evidence",
    "MatchList",
    "MatchesQuery",
    "Paragraph",
    "Shared",
]

MAX_PAGE = 1_000
MAX_OFFSET = 1_000_000
DEFAULT_DOCUMENTS = 20  # of a page of the whole corpus: each takes about as long as a search a paragraph
MAX_DOCUMENTS = 100

Probability = Annotated[float, Field(ge=0, le=1)]
Cosine = Annotated[float, Field(ge=-1.001, le=1.001, description="1 for the same text, about 0 for unrelated ones")]
Grade = Annotated[Literal[GRADES], Field(description="how much alike they are")]  # type: ignore[valid-type]
Offset = Annotated[int, Field(ge=0, description="in characters of the text")]
Span = Annotated[list[int], Field(min_length=2, max_length=2, description="[start, end) in characters of the text")]


GRADE = Choice(GRADES, several=True)
COLLAPSE = "tell reprints of each other once, with the others in `also`"
EXPLAIN = "also tell similarities, spans and the full evidence"


class _WantedMatches(Query):
    """Which matches are wanted, wherever they start from."""

    to: Tags | None = Field(None, description="languages of the targets; all others where none is given")
    min_probability: Annotated[float, Between(0, 1)] | None = Field(
        None, description="the least probability of a match; the scorer's own threshold where none is given"
    )
    min_score: Annotated[float, Between(-1, 1)] = Field(-1.0, description="the least cosine of a match")
    grade: Annotated[tuple[str, ...], GRADE] | None = Field(None, description="grades of the matches; all if none")
    explain: Flag = Field(False, description=EXPLAIN)
    collapse: Flag = Field(False, description=COLLAPSE)


class MatchesQuery(_WantedMatches):
    """Which matches of a document or a paragraph are wanted."""

    offset: Annotated[int, Whole(MAX_OFFSET, least=0)] = Field(0, description="matches to leave out: `next`")
    limit: Annotated[int, Whole(MAX_PAGE)] = Field(MAX_PAGE, description="the most matches of a page")
    outlet: Texts | None = Field(None, description="outlets of the targets")
    published_from: Day | None = Field(None, description="first day of publication of the targets")
    published_to: Day | None = Field(None, description="last day of publication of the targets")

    def filters(self) -> Filters | None:
        """Return what documents must be to count; None where nothing is asked."""
        return filters_of(self.outlet, self.published_from, self.published_to)


class Paragraph(Output):
    """A stored paragraph and whence it comes."""

    id: str = Field(description="document#position")
    document: str
    position: int = Field(ge=0, description="counts dropped blocks too")
    lang: str
    start: Offset
    end: Offset
    text: str
    headline: bool = Field(description="whether it is its document's headline, which is no article text")
    outlet: str | None
    published: str | None
    title: str | None
    url: str | None


class Shared(Output):
    """What both texts hold, in short."""

    numbers: list[str]
    names: list[str]


class Item(Output):
    """A number, date, time, name, quotation or denial of a text."""

    kind: Literal[KINDS]  # type: ignore[valid-type]
    value: str = Field(description="its normal form")
    text: str = Field(description="as the text puts it")
    start: Offset
    end: Offset
    other_start: int | None = Field(None, ge=0, description="where the other text has it, for a shared one")
    other_end: int | None = Field(None, ge=0)


Pair = Annotated[list[Item], Field(min_length=2, max_length=2)]


class Evidence(Output):
    """What both texts tell, what one tells alone, and what they tell differently."""

    shared: list[Item]
    only_source: list[Item]
    only_target: list[Item]
    conflicting: list[Pair]


class Reprint(Output):
    """Another outlet's print of the same paragraph, whose match is told with this one."""

    side: Literal["source", "target"]
    id: str
    document: str
    outlet: str | None
    published: str | None


class MatchSpans(Output):
    """What tells the same best, in both texts."""

    source: Span
    target: Span


class Ranks(Output):
    """The places of the two paragraphs among each other's neighbours; null is beyond those asked for."""

    forward: int | None = Field(ge=1)
    backward: int | None = Field(ge=1)


class Match(Output):
    """Two paragraphs of different languages that report a fact in common."""

    source: Paragraph
    target: Paragraph
    probability: Probability
    grade: Grade
    score: Cosine
    shared: Shared
    ranks: Ranks
    also: list[Reprint] = Field(description="reprints that are told with it, with `collapse`")
    similarities: dict[str, Cosine] = Field({}, description="the cosine that each model gives; with `explain`")
    spans: MatchSpans | None = Field(None, description="with `explain`, where the model tells")
    evidence: Evidence | None = Field(None, description="with `explain`")


class MatchList(Output):
    """The matches, most probable first."""

    threshold: Probability = Field(description="the least probability that was asked for")
    total: int = Field(ge=0, description="how many there are, shown or not")
    matches: list[Match]
    next: int | None = Field(description="what to give as `offset` for the next page; null on the last")


class CorpusMatchesQuery(_WantedMatches):
    """Which matches of the whole corpus are wanted, and from where on."""

    lang: Tags | None = Field(None, description="languages that matches start from; all where none is given")
    after: Text | None = Field(None, description="the `next` of the page before")
    limit: Annotated[int, Whole(MAX_DOCUMENTS)] = Field(DEFAULT_DOCUMENTS, description="documents of a page")
    outlet: Texts | None = Field(None, description="outlets of the documents that matches start from")
    published_from: Day | None = Field(None, description="first day of publication of these documents")
    published_to: Day | None = Field(None, description="last day of publication of these documents")

    def filters(self) -> Filters | None:
        """Return what documents must be for matches to start from them; None where nothing is asked."""
        return filters_of(self.outlet, self.published_from, self.published_to, languages=self.lang)


class CorpusMatchList(Output):
    """The matches of some documents, document by document, most probable first within each."""

    threshold: Probability = Field(description="the least probability that was asked for")
    documents: int = Field(ge=0, description="of which these are all the matches")
    matches: list[Match]
    next: str | None = Field(description="what to give as `after` for the next page; null on the last")
