"""Units as a file: TMX, XLIFF, CSV or JSON Lines, a piece at a time, so that whole corpora pass in little memory."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from itertools import chain

from aligner.exchange import Unit
from aligner.exchange_tmx import write_tmx
from aligner.exchange_xliff import write_xliff
from aligner.export import cell

__all__ = ["COLUMNS", "FORMATS", "MEDIA_TYPES", "unit_record", "write_units"]

COLUMNS = ("id", "grade", "quality", "source_lang", "target_lang", "source", "target", "origin", "note")
MEDIA_TYPES = {
    "tmx": "application/x-tmx+xml",
    "xliff": "application/x-xliff+xml",
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson",
}
FORMATS = tuple(MEDIA_TYPES)
PIECE_BYTES = 16_384


def write_units(
    units: Iterable[Unit], *, kind: str, source_lang: str | None = None, version: str = "0", segment: str = "paragraph"
) -> Iterator[bytes]:
    """Yield a file of units in UTF-8; `kind` is one of FORMATS.

    `source_lang` is the language of all sources, None where they have several; `segment` is what a unit holds,
    "paragraph" or "sentence".
    """
    if kind == "tmx":
        pieces = write_tmx(units, source_lang=source_lang, version=version, segment=segment)
    elif kind == "xliff":
        pieces = write_xliff(units, version=version)
    else:
        pieces = _csv(units) if kind == "csv" else chain([b""], map(_json_line, units))
    waiting = bytearray()
    for number, piece in enumerate(pieces):
        if number == 0:  # what stands before all units: a reader need not wait for the first of them
            yield piece
            continue
        waiting += piece
        if len(waiting) >= PIECE_BYTES:
            yield bytes(waiting)
            waiting.clear()
    yield bytes(waiting)


def unit_record(unit: Unit) -> dict[str, object]:
    """Return a unit with all that is known of it."""
    record: dict[str, object] = {name: getattr(unit, name) for name in COLUMNS}
    return record | {"author": unit.author, "created": unit.created, "changed": unit.changed, "told": dict(unit.told)}


def _json_line(unit: Unit) -> bytes:
    return (json.dumps(unit_record(unit), ensure_ascii=False) + "\n").encode()


def _csv(units: Iterable[Unit]) -> Iterator[bytes]:
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\n")
    writer.writerow(COLUMNS)
    yield line.getvalue().encode()
    for unit in units:
        line.seek(0)
        line.truncate()
        writer.writerow([cell(getattr(unit, name)) for name in COLUMNS])
        yield line.getvalue().encode()
