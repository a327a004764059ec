"""What is handed to translation tools and taken from them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, RootModel

from aligner.align_documents import UNITS
from aligner.exchange import WIDTHS
from aligner.exchange_write import FORMATS
from aligner.filters import Filters
from aligner.grades import NEAR_EQUIVALENT
from service.imports import Upload, read_import
from service.schemas_base import Output, Query, filters_of
from service.schemas_matches import MAX_PAGE
from service.schemas_search import DEFAULT_K
from service.schemas_types import Chars, Day, Flag, Tag, Tags, Text, Texts, Whole

__all__ = [
    "XML_BODIES",
    "AlignmentExport",
    "CorpusExport",
    "DocumentsExport",
    "ImportBody",
    "ImportReport",
    "MatchesExport",
    "PairList",
    "PairsQuery",
    "RemovedPair",
    "SearchExport",
]

DEFAULT_PAGE = 100
XML = {"schema": {"type": "string", "description": "TMX 1.x or XLIFF 1.x; the root element tells which"}}
XML_BODIES = dict.fromkeys(("application/xml", "text/xml", "application/x-tmx+xml", "application/x-xliff+xml"), XML)
GRADE = "the least of what is exported: same-fact adds comparable text, marked as such and under a quality of 80"

Format = Literal[FORMATS]  # type: ignore[valid-type]
Grade = Literal[WIDTHS]  # type: ignore[valid-type]


class _Export(Query):
    """How units are written, and which."""

    format: Format = Field("tmx", description="TMX 1.4b, XLIFF 1.2, CSV or JSON Lines")
    grade: Grade = Field(NEAR_EQUIVALENT, description=GRADE)


class CorpusExport(_Export):
    """Confirmed pairs and matches of the whole corpus."""

    lang: Tag | None = Field(None, description="language to translate from; each where none is given")
    to: Tag | None = Field(None, description="language to translate to; each where none is given")
    confirmed: Flag = Field(True, description="whether confirmed pairs come too")
    outlet: Texts | None = Field(None, description="outlets of the targets")
    published_from: Day | None = Field(None, description="first day of publication of the targets")
    published_to: Day | None = Field(None, description="last day of publication of the targets")

    def filters(self) -> Filters | None:
        """Return what documents must be to count; None where nothing is asked."""
        return filters_of(self.outlet, self.published_from, self.published_to)


class DocumentsExport(Query):
    """Which documents are exported."""

    lang: Tags | None = Field(None, description="their languages; fr takes fr-CA too")
    outlet: Texts | None = Field(None, description="their outlets")
    published_from: Day | None = Field(None, description="first day of publication")
    published_to: Day | None = Field(None, description="last day of publication")

    def filters(self) -> Filters | None:
        """Return what documents must be to count; None where nothing is asked."""
        return filters_of(self.outlet, self.published_from, self.published_to, languages=self.lang)


class MatchesExport(_Export):
    """Matches of one document."""

    document: Text = Field(description="its id")
    to: Tags | None = Field(None, description="languages of the other paragraphs; all where none is given")


class SearchExport(_Export):
    """What is found for a text."""

    text: Annotated[Text, Chars("max_text_chars")] = Field(description="what is to be found in other words")
    lang: Tag | None = Field(None, description="its language; identified where none is given")
    to: Tags | None = Field(None, description="languages to find it in; all others where none is given")
    k: Annotated[int, Whole("max_k")] | None = Field(None, description=f"the most results; {DEFAULT_K} by default")


class AlignmentExport(_Export):
    """Two stored documents, aligned."""

    source: Text = Field(description="id of the source document")
    target: Text = Field(description="id of the target document")
    unit: Literal[UNITS] = Field("paragraph", description="what is aligned")  # type: ignore[valid-type]


class PairRecord(Output):
    """A translation that a person has confirmed, as it is sent."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"source": "Good evening.", "target": "Bonsoir.", "source_lang": "en", "target_lang": "fr"},
            ]
        },
    )

    source: str = Field(min_length=1)
    target: str = Field(min_length=1)
    source_lang: str = Field(min_length=1, description="BCP 47")
    target_lang: str = Field(min_length=1, description="BCP 47")
    context: str | None = Field(None, description="what the tool says of the place")
    origin: str | None = Field(None, description="where it comes from: a file, a project")


class ImportBody(RootModel[list[PairRecord]]):
    """Confirmed translations."""

    @classmethod
    def from_request(cls) -> Upload:
        """Return what the request holds."""
        return read_import(tuple(XML_BODIES))


class ImportResult(Output):
    """What became of one unit."""

    id: str | None = Field(description="null for one that was refused")
    status: Literal["created", "replaced", "unchanged", "refused"]
    line: int | None = Field(description="where its unit starts, in a file")
    reason: str | None = Field(description="why it was refused, and in which line")


class ImportReport(Output):
    """How many units were taken, and what is wrong with those that were not."""

    created: int = Field(ge=0)
    replaced: int = Field(ge=0)
    unchanged: int = Field(ge=0)
    refused: int = Field(ge=0)
    results: list[ImportResult] = Field(description="the first 1,000 that were refused")


class Pair(Output):
    """A confirmed translation."""

    id: str
    source_lang: str
    target_lang: str
    source: str
    target: str
    context: str | None
    origin: str | None
    author: str | None = Field(description="the key that wrote it, or who the file names")
    created: str
    changed: str


class PairsQuery(Query):
    """Which pairs are listed, and from where on."""

    lang: Tag | None = Field(None, description="language of the sources")
    to: Tag | None = Field(None, description="language of the targets")
    after: Text | None = Field(None, description="the `next` of the page before")
    limit: Annotated[int, Whole(MAX_PAGE)] = Field(DEFAULT_PAGE, description="the most pairs of a page")


class PairList(Output):
    """A page of confirmed translations, by id."""

    pairs: list[Pair]
    next: str | None = Field(description="what to give as `after` for the next page; null on the last")


class RemovedPair(Output):
    """What was removed."""

    id: str
    status: Literal["removed"]
