"""Documents out of a request, and what became of each, in the order in which they were sent."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from aligner.corpus import Outcome
from aligner.documents import Document, document_from_record
from aligner.errors import InputError
from aligner.json_lines import bounded_lines
from aligner.readers import Record, is_repeat, line_records
from aligner.store_jobs import JobItem
from service.parsing import JSON, media_type, read_body, read_json

__all__ = ["LINES", "STATUSES", "Upload", "outcome_record", "read_upload"]

LINES = "application/x-ndjson"
STATUSES = ("created", "replaced", "unchanged", "refused")


@dataclass(frozen=True, slots=True)
class Upload:
    """What a request holds, in order; `repeats` are the positions of documents that it holds already."""

    items: Sequence[Document | InputError]
    repeats: frozenset[int]

    @property
    def documents(self) -> list[Document]:
        """The documents to store."""
        return [
            item
            for position, item in enumerate(self.items)
            if isinstance(item, Document) and position not in self.repeats
        ]

    def job_items(self) -> list[JobItem]:
        """Return what is to be done, and what is known already of what is refused or repeated."""
        items = []
        for position, item in enumerate(self.items):
            if isinstance(item, Document) and position not in self.repeats:
                items.append(JobItem(record=asdict(item)))
            else:
                items.append(JobItem(result=self._known(item)))
        return items

    def _known(self, item: Document | InputError) -> dict[str, object]:
        if isinstance(item, Document):
            return outcome_record(Outcome(item.id, "unchanged", reason="given twice in this request"))
        reason = f"{item.place}: {item.reason}" if item.place else item.reason
        return outcome_record(Outcome(None, "refused", reason=reason), field=item.field)

    def report(self, outcomes: Iterable[Outcome]) -> dict[str, object]:
        """Return what became of each item, and how often; `outcomes` are those of `documents`."""
        stored = iter(outcomes)
        results = []
        for position, item in enumerate(self.items):
            is_new = isinstance(item, Document) and position not in self.repeats
            results.append(outcome_record(next(stored)) if is_new else self._known(item))
        counts = Counter(result["status"] for result in results)
        return {"results": results, **{status: counts[status] for status in STATUSES}}


def read_upload(*, served: Sequence[str], most: int) -> Upload:
    """Return the documents of the request: a JSON object, a list of them, or JSON Lines.

    Nothing is stored of a request that is refused as a whole. Raises InputError where it holds one document alone
    and that is refused, RequestEntityTooLarge for more than `most` documents.
    """
    items: list[Document | InputError] = []
    repeats: set[int] = set()
    seen: dict[str, tuple[str, str]] = {}
    records, alone = _records()
    for found in records:
        if len(items) == most:
            raise RequestEntityTooLarge(f"more than {most:,} documents; send them in several requests")
        try:
            if isinstance(found, InputError):
                raise found
            place, record = found
            document = document_from_record(record, served=served, place=place)
            if is_repeat(document, place, seen=seen):
                repeats.add(len(items))
            items.append(document)
        except InputError as error:
            if alone:
                raise
            items.append(error)
    return Upload(items, frozenset(repeats))


def _records() -> tuple[Iterator[Record | InputError], bool]:
    """Return the records of the body, and whether it is one alone."""
    if media_type(JSON, LINES) == LINES:
        return _lines(), False
    value = read_json()
    if not isinstance(value, list):
        return iter([("", value)]), True
    if not value:
        raise InputError("empty list")
    return ((f"documents[{index}]", record) for index, record in enumerate(value)), False


def _lines() -> Iterator[Record | InputError]:
    """Yield the records of JSON Lines, parsed one by one. Raises BadRequest for a body that is none at all."""
    try:
        yield from line_records(bounded_lines(io.BytesIO(read_body())), place="line")
    except InputError as error:
        raise BadRequest("empty body" if error.reason == "empty file" else error.reason) from None


def outcome_record(outcome: Outcome, *, field: str = "") -> dict[str, object]:
    """Return what became of a document, for JSON."""
    return {
        "id": outcome.id,
        "status": outcome.status,
        "paragraphs": outcome.paragraphs,
        "dropped": outcome.dropped,
        "field": field or None,
        "reason": outcome.reason,
    }
