"""Documents as they are sent and read, and what became of each."""

from __future__ import annotations

from typing import Annotated, Literal

from flask import request
from pydantic import ConfigDict, Field, RootModel

from aligner.boilerplate import KINDS
from aligner.documents import MAX_DOCUMENT_CHARS, MAX_ID_CHARS, Document, document_from_record
from aligner.errors import InputError
from aligner.filters import Filters
from service.parsing import read_json
from service.schemas_base import Output, Query, filters_of, shown
from service.schemas_matches import MAX_PAGE, Offset
from service.schemas_types import Day, Flag, Tags, Text, Texts, Whole
from service.uploads import LINES, STATUSES, Upload, read_upload
from service.views import prefers_async, runtime

__all__ = [
    "LINES_BODY",
    "DeleteQuery",
    "DocumentBody",
    "DocumentList",
    "DocumentRecord",
    "DocumentResult",
    "DocumentsBody",
    "DocumentsQuery",
    "DocumentsReport",
    "PostQuery",
    "Removed",
    "RemovedMany",
    "StoredDocument",
]

DEFAULT_PAGE = 100
LINES_BODY = {
    LINES: {
        "schema": {"type": "string", "description": "JSON Lines: a document a line, each as DocumentRecord"},
        "example": '{"id": "a", "text": "The old bridge is closed."}\n{"id": "b", "text": "Le pont est fermé."}\n',
    }
}


class DocumentRecord(Output):
    """A document as it is sent: `text`, or `paragraphs`; the rest may be missing, null or empty.

    This tells what is taken. `aligner.documents` does the reading, for files and requests alike.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "id": "gazette-1",
                    "lang": "en",
                    "outlet": "Gazette",
                    "published": "2024-02-14",
                    "text": "The council closed the old bridge on Tuesday.\n\nCracks had been found in two pillars.",
                }
            ]
        },
    )

    id: str | None = Field(None, max_length=MAX_ID_CHARS, description="derived from the content if missing")
    outlet: str | None = None
    lang: str | None = Field(None, description="BCP 47; identified if missing")
    title: str | None = None
    url: str | None = None
    published: str | None = Field(None, description="ISO 8601")
    text: Annotated[str, Field(min_length=1, max_length=MAX_DOCUMENT_CHARS)] | None = Field(
        None, description="the text, to be split into paragraphs"
    )
    paragraphs: Annotated[list[Annotated[str, Field(min_length=1)]], Field(min_length=1)] | None = Field(
        None, description="its paragraphs, taken as they are, in place of the text"
    )
    event: object | None = Field(None, description="taken and not stored: files made for evaluation carry it")


class DocumentsBody(RootModel[DocumentRecord | Annotated[list[DocumentRecord], Field(min_length=1)]]):
    """One document, or a list of them."""

    @classmethod
    def from_request(cls) -> Upload:
        """Return the documents of the request."""
        held = runtime()
        return read_upload(served=held.corpus.languages, most=held.settings.max_documents)


class PostQuery(Query):
    """How what is sent is stored."""

    respond_async: Flag | None = Field(None, alias="async", description="true: by a job; false: at once, however many")

    def is_async(self, size: int, *, least: int) -> bool:
        """Say whether this is answered with a job; by itself it is from the size `least` on."""
        return self.respond_async if self.respond_async is not None else size >= least or prefers_async()


class DocumentBody(DocumentRecord):
    """One document; its id, where it is given, is that of the path."""

    @classmethod
    def from_request(cls) -> Document:
        """Return the document of the request, by the id of the path. Raises InputError where the two differ."""
        name = (request.view_args or {})["document"]
        value = read_json()
        if isinstance(value, dict) and value.get("id") not in (None, "", name):
            raise InputError(f"expected {name!r} as in the path, found {shown(value['id'])}", field="id")
        record = value | {"id": name} if isinstance(value, dict) else value
        return document_from_record(record, served=runtime().corpus.languages)


class DeleteQuery(Query):
    """Which documents are removed; at least one filter is given."""

    lang: Tags | None = Field(None, description="their languages; fr takes fr-CA too")
    outlet: Texts | None = Field(None, description="their outlets")
    published_from: Day | None = Field(None, description="first day of publication")
    published_to: Day | None = Field(None, description="last day of publication")
    dry_run: Flag = Field(False, description="only tell what would be removed")

    def filters(self) -> Filters:
        """Return what documents must be to be removed. Raises InputError where nothing is asked."""
        found = filters_of(self.outlet, self.published_from, self.published_to, languages=self.lang)
        if found is None:
            raise InputError("expected at least one of lang, outlet, published_from, published_to")
        return found


class DocumentsQuery(Query):
    """Which documents are listed, and from where on."""

    lang: Tags | None = Field(None, description="their languages; fr takes fr-CA too")
    after: Text | None = Field(None, description="the `next` of the page before")
    limit: Annotated[int, Whole(MAX_PAGE)] = Field(DEFAULT_PAGE, description="the most documents of a page")
    outlet: Texts | None = Field(None, description="their outlets")
    published_from: Day | None = Field(None, description="first day of publication")
    published_to: Day | None = Field(None, description="last day of publication")

    def filters(self) -> Filters | None:
        """Return what documents must be to count; None where nothing is asked."""
        return filters_of(self.outlet, self.published_from, self.published_to, languages=self.lang)


class DocumentResult(Output):
    """What became of one document."""

    id: str | None = Field(description="null for one that was refused")
    status: Literal[STATUSES]  # type: ignore[valid-type]
    paragraphs: int = Field(ge=0, description="article paragraphs that were stored")
    dropped: int = Field(ge=0, description="blocks that are no article text")
    field: str | None = Field(description="the field that is wrong, where it is one")
    reason: str | None = Field(description="why it was refused, or what is remarkable about it")


class DocumentsReport(Output):
    """What became of each document, in the order in which they were sent, and how often."""

    results: list[DocumentResult]
    created: int = Field(ge=0)
    replaced: int = Field(ge=0)
    unchanged: int = Field(ge=0)
    refused: int = Field(ge=0)


class DocumentMeta(Output):
    """What is known about a document."""

    id: str
    outlet: str | None
    lang: str
    title: str | None
    url: str | None
    published: str | None


class DocumentList(Output):
    """A page of documents, by id."""

    documents: list[DocumentMeta]
    next: str | None = Field(description="what to give as `after` for the next page; null on the last")


class StoredParagraph(Output):
    """A paragraph of a document."""

    id: str
    position: int = Field(ge=0)
    lang: str
    start: Offset
    end: Offset
    text: str
    dropped: Literal[KINDS] | None = Field(description="why it is no article text; null if it is")  # type: ignore[valid-type]
    headline: bool = Field(description="whether it is the title that is matched all the same")


class StoredDocument(DocumentMeta):
    """A document with its text and all its paragraphs."""

    text: str
    paragraphs: list[StoredParagraph]


class RemovedMany(Output):
    """What was removed by a filter, or would be."""

    dry_run: bool
    removed: int = Field(ge=0, description="how many; in a dry run, how many would be")
    ids: list[str] = Field(description=f"the first {MAX_PAGE:,} of them")


class Removed(Output):
    """What was removed."""

    id: str
    status: Literal["removed"]
