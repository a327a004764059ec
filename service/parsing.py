"""Bodies of requests: their media type, their bytes within the limit, their JSON."""

from __future__ import annotations

import zlib

from flask import request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from aligner.errors import InputError
from aligner.json_lines import parse_json
from service.schemas_base import shown

__all__ = ["JSON", "json_value", "media_type", "read_body", "read_json"]

JSON = "application/json"
GZIP = "gzip"
GZIP_FORMAT = 16  # added to zlib's window bits: gzip, and no other format


def media_type(*expected: str) -> str:
    """Return the media type of the body. Raises UnsupportedMediaType for one that is not expected."""
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in {"utf-8", "utf8"}:
        raise UnsupportedMediaType(f"expected UTF-8, found charset {shown(charset)}")
    if request.mimetype not in expected:
        found = shown(request.mimetype) if request.mimetype else "none"
        raise UnsupportedMediaType(f"expected Content-Type {' or '.join(expected)}, found {found}")
    return request.mimetype


def read_body() -> bytes:
    """Return the body, unpacked. Raises RequestEntityTooLarge, BadRequest, UnsupportedMediaType."""
    raw = request.get_data(cache=False)
    if len(raw) == request.max_content_length:
        raise RequestEntityTooLarge
    coding = request.headers.get("Content-Encoding", "").strip().lower()
    if coding in {"", "identity"}:
        return raw
    if coding != GZIP:
        error = UnsupportedMediaType(f"expected Content-Encoding {GZIP}, found {shown(coding)}")
        error.get_headers = lambda *_, **__: [("Accept-Encoding", GZIP)]  # type: ignore[method-assign]
        raise error
    return _unpacked(raw, most=(request.max_content_length or 0) - 1)


def _unpacked(raw: bytes, *, most: int) -> bytes:
    """Return what gzip packed; never more than `most` bytes and one are unpacked."""
    found = bytearray()
    while raw:
        member = zlib.decompressobj(zlib.MAX_WBITS | GZIP_FORMAT)
        try:
            found += member.decompress(raw, most + 1 - len(found))
        except zlib.error as error:
            raise BadRequest(f"no valid gzip data: {error}") from None
        if len(found) > most:
            raise RequestEntityTooLarge
        if not member.eof:
            raise BadRequest("no valid gzip data: it ends too early")
        raw = member.unused_data  # there may be several in a row
    return bytes(found)


def read_json() -> object:
    """Return the body's JSON value. Raises BadRequest, with line and column, for what is none."""
    media_type(JSON)
    return json_value(read_body())


def json_value(raw: bytes) -> object:
    """Return the JSON value of a body. Raises BadRequest, with line and column, for what is none."""
    if not raw.strip():
        raise BadRequest("empty body")
    try:
        return parse_json(raw.decode("utf-8-sig"), place="body")
    except UnicodeDecodeError as error:
        byte = f"0x{raw[error.start]:02X}"
        raise BadRequest(f"expected UTF-8, found byte {byte} at offset {error.start}") from None
    except InputError as error:
        line = error.place.rpartition(":")[2]
        raise BadRequest(f"line {line}: {error.reason}") from None
