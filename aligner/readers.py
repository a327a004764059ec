"""Documents out of files, folders and standard input; what is wrong comes out as a value and the rest goes on."""

from __future__ import annotations

import codecs
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from aligner.documents import MAX_ID_CHARS, Document, document_from_record
from aligner.errors import DocumentError, InputError
from aligner.json_lines import MAX_LINE_BYTES, bounded_lines, parse_json
from aligner.text import binary_kind, decode
from aligner.webpages import decode_page, page_record

__all__ = ["MAX_FILE_BYTES", "STDIN", "Record", "is_repeat", "line_records", "read_documents"]

MAX_FILE_BYTES = 64_000_000  # of a file that is read whole; .jsonl has no limit
STDIN = "-"
LINES_SUFFIXES = frozenset({".jsonl", ".ndjson"})
PAGE_SUFFIXES = frozenset({".html", ".htm"})
SUFFIXES = LINES_SUFFIXES | PAGE_SUFFIXES | {".json", ".txt"}
TAKEN = ".jsonl, .ndjson, .json, .txt, .html, .htm"
HEAD_BYTES = 4096  # enough to tell a binary file
UNFIT_FOR_ID = re.compile(r"[\s#/]+")

Record = tuple[str, object]
"""Where a record was found ("news.jsonl:12"), and the record."""


def read_documents(
    paths: Iterable[Path | str], *, served: Sequence[str], stdin: BinaryIO | None = None
) -> Iterator[Document | InputError]:
    """Yield the documents of files, folders of files and standard input ("-"), in order.

    Taken are .jsonl and .ndjson (one record a line), .json (a record or a list of them), .txt and .html or .htm.
    What is refused is yielded as an InputError that names its place. A document that is given twice with the same
    content is yielded once.
    """
    seen: dict[str, tuple[str, str]] = {}
    for found in _records(paths, served=served, stdin=stdin):
        if isinstance(found, InputError):
            yield found
            continue
        place, record = found
        try:
            document = document_from_record(record, served=served, place=place)
            repeat = is_repeat(document, place, seen=seen)
        except DocumentError as error:
            yield error
            continue
        if not repeat:
            yield document


def is_repeat(document: Document, place: str, *, seen: dict[str, tuple[str, str]]) -> bool:
    """Tell whether `seen` holds the document, by id its content hash and first place; it is put there.

    Raises DocumentError where the id was given with other content.
    """
    if document.id not in seen:
        seen[document.id] = document.content_hash, place
        return False
    digest, first = seen[document.id]
    if digest != document.content_hash:
        raise DocumentError(f"id {document.id!r} was given already at {first} with other content", place=place)
    return True


def _records(
    paths: Iterable[Path | str], *, served: Sequence[str], stdin: BinaryIO | None
) -> Iterator[Record | InputError]:
    for path in paths:
        if str(path) == STDIN:
            yield from _placed("stdin", _stream_records(stdin or sys.stdin.buffer))
        else:
            yield from _placed(_shown(Path(path)), _path_records(Path(path), served=served))


def _path_records(path: Path, *, served: Sequence[str]) -> Iterator[Record | InputError]:
    for file in _files(path):
        if isinstance(file, InputError):
            yield file
        else:
            yield from _placed(_shown(file), _file_records(file, served=served))


def _placed(place: str, records: Iterator[Record | InputError]) -> Iterator[Record | InputError]:
    """Pass on what is found at `place`; an error that ends it is yielded with the place."""
    try:
        yield from records
    except InputError as error:
        yield InputError(error.reason, place=error.place or place, field=error.field)
    except OSError as error:
        yield InputError(_os_reason(error), place=place)


def _files(path: Path) -> Iterator[Path | InputError]:
    """Yield the files that a path stands for: itself, or those of a folder that are of a kind that is taken."""
    if not path.is_dir():
        yield path
        return
    errors: list[OSError] = []
    empty = True
    for folder, subfolders, names in os.walk(path, onerror=errors.append):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(names):
            file = Path(folder, name)
            if not name.startswith(".") and file.suffix.lower() in SUFFIXES:
                empty = False
                yield file
    for error in errors:
        empty = False
        yield InputError(_os_reason(error), place=_shown(Path(error.filename)))
    if empty:
        yield InputError(f"holds no file of a kind that is taken: {TAKEN}", place=_shown(path))


def _file_records(file: Path, *, served: Sequence[str]) -> Iterator[Record | InputError]:
    suffix, place = file.suffix.lower(), _shown(file)
    if not file.is_file():
        raise InputError("neither a file nor a folder" if file.exists() else "no such file or folder")
    if suffix not in SUFFIXES:
        raise InputError(f"expected {TAKEN}, a folder of these or {STDIN!r}")
    with file.open("rb") as stream:
        if suffix in LINES_SUFFIXES:
            yield from line_records(bounded_lines(stream), place=place)
            return
        raw = _read_whole(stream)
    if suffix == ".json":
        yield from _json_records(decode(raw), place=place)
    elif suffix in PAGE_SUFFIXES:
        yield place, {"id": _file_id(file)} | page_record(decode_page(raw), served=served)
    else:
        yield place, {"id": _file_id(file), "text": decode(raw)}


def _read_whole(stream: BinaryIO, *, begun: bytes = b"") -> bytes:
    raw = begun + stream.read(MAX_FILE_BYTES + 1 - len(begun))
    if len(raw) > MAX_FILE_BYTES:
        raise InputError(f"more than {MAX_FILE_BYTES // 1_000_000} MB; give such a size as .jsonl")
    if not raw.strip():
        raise InputError("empty file")
    return raw


def _stream_records(stream: BinaryIO) -> Iterator[Record | InputError]:
    """Yield what standard input holds: JSON Lines if it begins with "{", else one plain text."""
    lines = bounded_lines(stream)
    first = next(lines, None)
    if first is None:
        raise InputError("empty file")
    number, line = first
    if line is None or line.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{"):
        yield from line_records(chain([(number, line)], lines), place="stdin")
    else:
        yield "stdin", {"text": decode(_read_whole(stream, begun=line))}


def line_records(lines: Iterable[tuple[int, bytes | None]], *, place: str) -> Iterator[Record | InputError]:
    """Yield the record of each line, or what is wrong with the line. Raises InputError for what is no text at all."""
    empty = True
    for number, line in lines:
        here = f"{place}:{number}"
        if line is None:
            yield InputError(f"line of more than {MAX_LINE_BYTES // 1_000_000} MB", place=here)
        else:
            if empty:
                _check_utf8_head(line[:HEAD_BYTES])
            try:
                yield here, parse_json(line.decode("utf-8-sig"), place=place, line=number)
            except UnicodeDecodeError as error:
                byte = f"0x{line[error.start]:02X}"
                yield InputError(f"expected UTF-8, found byte {byte} at offset {error.start} of the line", place=here)
            except InputError as error:
                yield error
        empty = False
    if empty:
        raise InputError("empty file")


def _check_utf8_head(head: bytes) -> None:
    if found := binary_kind(head):
        raise InputError(f"expected text; {found}")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise InputError("expected UTF-8, found UTF-16")


def _json_records(text: str, *, place: str) -> Iterator[Record]:
    value = parse_json(text, place=place)
    if value == []:
        raise InputError("empty list")
    if isinstance(value, list):
        yield from ((f"{place}[{index}]", record) for index, record in enumerate(value))
    else:
        yield place, value


def _file_id(file: Path) -> str | None:
    """Return the name of a file without its ending, made fit for an id; None where nothing is left of it."""
    printable = "".join(char if char.isprintable() else " " for char in file.stem)
    name = UNFIT_FOR_ID.sub("_", printable)[:MAX_ID_CHARS].strip("_")
    return None if name in {"", ".", ".."} else name


def _shown(path: Path) -> str:
    """Return a path fit to be printed, whatever the bytes of its name."""
    return os.fsencode(path).decode("utf-8", "replace")


def _os_reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
