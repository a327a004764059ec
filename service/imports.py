"""Confirmed translations out of a request: TMX, XLIFF, or JSON."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from aligner.errors import InputError
from aligner.exchange_import import Imported, import_pairs
from aligner.exchange_read import ReadPair, read_pairs
from aligner.store_memory import MemoryStore, confirmed_pair
from service.parsing import JSON, json_value, media_type, read_body
from service.schemas_base import shown

__all__ = ["Upload", "import_report", "read_import"]

TEXTS = ("source", "target", "source_lang", "target_lang")
NOTES = ("context", "origin")
STATUSES = ("created", "replaced", "unchanged", "refused")
MAX_RESULTS = 1_000  # refusals that are told one by one


@dataclass(frozen=True, slots=True)
class Upload:
    """What a request holds, as it came: a file, or JSON and the list that it is."""

    raw: bytes
    records: Sequence[object] | None = None

    def items(self) -> Iterable[ReadPair | InputError]:
        """Return the pairs and what is wrong, as they are read."""
        return read_pairs([self.raw], place="body") if self.records is None else _pairs(self.records)

    def record(self) -> Mapping[str, object]:
        """Return it for a job."""
        return {"json": self.records is not None, "body": base64.b64encode(self.raw).decode()}

    @classmethod
    def from_record(cls, record: Mapping[str, object]) -> Upload:
        """Return what `record` gave."""
        raw = base64.b64decode(str(record["body"]))
        return _of_json(raw) if record["json"] else cls(raw)


def read_import(xml: Sequence[str]) -> Upload:
    """Return what the request holds; `xml` are the media types of files. Raises InputError for JSON that is no list."""
    kind = media_type(JSON, *xml)
    raw = read_body()
    return _of_json(raw) if kind == JSON else Upload(raw)


def import_report(store: MemoryStore, upload: Upload) -> dict[str, object]:
    """Store what an upload holds; return how often what became of a unit, and the first that were refused."""
    counts: Counter[str] = Counter()
    refused: list[Imported] = []
    for outcome in import_pairs(store, upload.items()):
        counts[outcome.status] += 1
        if outcome.status == "refused" and len(refused) < MAX_RESULTS:
            refused.append(outcome)
    return {**{status: counts[status] for status in STATUSES}, "results": [asdict(outcome) for outcome in refused]}


def _of_json(raw: bytes) -> Upload:
    value = json_value(raw)
    if not isinstance(value, list):
        raise InputError(f"expected a list, found {shown(value)}")
    return Upload(raw, value)


def _pairs(records: Sequence[object]) -> Iterator[ReadPair | InputError]:
    for index, record in enumerate(records):
        try:
            yield _pair(record)
        except InputError as error:
            yield InputError(error.reason, place=f"pairs[{index}]", field=error.field)


def _pair(record: object) -> ReadPair:
    """Return a pair of JSON. Raises InputError."""
    if not isinstance(record, dict):
        raise InputError(f"expected an object, found {shown(record)}")
    for name, value in record.items():
        if name not in (*TEXTS, *NOTES):
            raise InputError(f"unknown field {shown(name)}; known are {', '.join((*TEXTS, *NOTES))}")
        if not isinstance(value, str) and not (name in NOTES and value is None):
            raise InputError(f"expected text, found {shown(value)}", field=name)
    for name in TEXTS:
        if name not in record:
            raise InputError("missing", field=name)
    return ReadPair(confirmed_pair(**record), None)
