"""Stories as they are asked for and answered."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from aligner.stories import StoryFilters
from service.schemas_base import Output, Query, filters_of
from service.schemas_documents import DocumentMeta
from service.schemas_matches import MAX_PAGE
from service.schemas_types import Day, Tags, Text, Texts, Whole

__all__ = ["LogQuery", "StoriesQuery", "StoryList", "StoryLog", "StoryRecord"]

DEFAULT_PAGE = 100
MOST = 1_000_000  # documents, outlets or languages that a story may be asked to have; entries of the log


class StoriesQuery(Query):
    """Which stories are listed, and from where on."""

    lang: Tags | None = Field(None, description="some document is in one of these languages; fr takes fr-CA too")
    outlet: Texts | None = Field(None, description="some document is of one of these outlets")
    published_from: Day | None = Field(None, description="some document was published then or later")
    published_to: Day | None = Field(None, description="and not after this day")
    min_documents: Annotated[int, Whole(MOST)] = Field(1, description="the fewest documents")
    min_outlets: Annotated[int, Whole(MOST, least=0)] = Field(0, description="the fewest outlets")
    min_languages: Annotated[int, Whole(MOST)] = Field(1, description="the fewest languages")
    after: Text | None = Field(None, description="the `next` of the page before")
    limit: Annotated[int, Whole(MAX_PAGE)] = Field(DEFAULT_PAGE, description="the most stories of a page")

    def filters(self) -> StoryFilters:
        """Return what stories must be to count. Raises InputError for days in disorder."""
        filters_of(None, self.published_from, self.published_to)
        return StoryFilters(
            languages=self.lang,
            outlets=self.outlet,
            published_from=self.published_from,
            published_to=self.published_to,
            min_documents=self.min_documents,
            min_outlets=self.min_outlets,
            min_languages=self.min_languages,
        )


class StoryDocument(DocumentMeta):
    """A document of a story."""

    centrality: float | None = Field(description="mean log-odds with the others; null where there are none")
    reprint_of: str | None = Field(
        description="the earliest document that prints the same text; null if it is that one"
    )


class StoryRecord(Output):
    """Documents of all languages that tell of one event, the earliest first."""

    id: str
    headlines: dict[str, str] = Field(description="the title of the most central document of each language")
    languages: list[str]
    outlets: list[str]
    sources: int = Field(ge=1, description="its documents, reprints of one text counted once")
    first_published: str | None
    last_published: str | None
    documents: list[StoryDocument]


class StoryList(Output):
    """A page of stories, the newest first."""

    stories: list[StoryRecord]
    next: str | None = Field(description="what to give as `after` for the next page; null on the last")


class LogQuery(Query):
    """Which entries of the log are listed."""

    story: Text | None = Field(None, description="what concerns this story")
    after: Annotated[int, Whole(MOST, least=0)] = Field(0, description="the `next` of the page before")
    limit: Annotated[int, Whole(MAX_PAGE)] = Field(DEFAULT_PAGE, description="the most entries of a page")


class LoggedChange(Output):
    """What became of a story."""

    number: int = Field(ge=1)
    at: str
    change: Literal["merged", "split", "ended"]
    story: str
    others: list[str] = Field(description="the story that it was merged into, or those that it was split into")


class StoryLog(Output):
    """A page of the log, the oldest first."""

    changes: list[LoggedChange]
    next: int | None = Field(description="what to give as `after` for the next page; null on the last")
