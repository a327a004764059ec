"""Confirmed translations out of a request: TMX, XLIFF, or JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from aligner.errors import InputError
from aligner.exchange_read import ReadPair, read_pairs
from aligner.store_memory import confirmed_pair
from service.parsing import JSON, media_type, read_body, read_json
from service.schemas_base import shown

__all__ = ["Upload", "read_import"]

Upload = Iterable[ReadPair | InputError]
TEXTS = ("source", "target", "source_lang", "target_lang")
NOTES = ("context", "origin")


def read_import(xml: Sequence[str]) -> Upload:
    """Return what the request holds; `xml` are the media types of files."""
    if media_type(JSON, *xml) != JSON:
        return read_pairs([read_body()], place="body")
    value = read_json()
    if not isinstance(value, list):
        raise InputError(f"expected a list, found {shown(value)}")
    return _pairs(value)


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
