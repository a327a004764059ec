"""Long work that is answered before it is done."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from aligner.store_jobs import JOB_STATES
from service.schemas_base import Output, Query
from service.schemas_exchange import ImportReport
from service.schemas_matches import MAX_PAGE
from service.schemas_types import Choice, Text, Whole

__all__ = ["JobDetails", "JobList", "JobQuery", "JobRecord", "JobsQuery"]

DEFAULT_PAGE = 100
MAX_ITEMS = 1_000_000


class JobsQuery(Query):
    """Which jobs are listed, and from where on."""

    state: Annotated[tuple[str, ...], Choice(JOB_STATES, several=True)] | None = Field(None, description="their states")
    after: Text | None = Field(None, description="the `next` of the page before")
    limit: Annotated[int, Whole(MAX_PAGE)] = Field(DEFAULT_PAGE, description="the most jobs of a page")


class JobQuery(Query):
    """Which results of a job are told."""

    offset: Annotated[int, Whole(MAX_ITEMS, least=0)] = Field(0, description="the position to start from: `next`")
    limit: Annotated[int, Whole(MAX_PAGE)] = Field(DEFAULT_PAGE, description="the most results of a page")


class Progress(Output):
    """How far a job is."""

    total: int = Field(ge=0)
    done: int = Field(ge=0)


class JobRecord(Output):
    """A job as it stands. What is done of it stays, however it ends."""

    id: str
    kind: Literal["documents", "indexes", "import"]
    state: Literal[JOB_STATES] = Field(  # type: ignore[valid-type]
        description="interrupted: the processes that worked on it kept dying; failed: `reason` says why"
    )
    cancelling: bool = Field(description="it ends before its next batch")
    created: str
    started: str | None
    finished: str | None
    reason: str | None
    progress: Progress
    counts: dict[str, int] = Field(description="how many items came to each status")


class JobResult(Output):
    """What became of one item: of a document, or all translations of an import, as when it is stored at once."""

    position: int = Field(ge=0)
    status: str
    id: str | None = None
    paragraphs: int | dict[str, int] = 0
    dropped: int = 0
    field: str | None = None
    reason: str | None = None
    report: ImportReport | None = Field(None, description="of an import")


class JobDetails(JobRecord):
    """A job with a page of its results, in the order in which the items were sent."""

    results: list[JobResult]
    next: int | None = Field(description="what to give as `offset` for the next page; null where no more is done yet")


class JobList(Output):
    """A page of jobs, the latest first."""

    jobs: list[JobRecord]
    next: str | None = Field(description="what to give as `after` for the next page; null on the last")
