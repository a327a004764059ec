"""Bodies of requests: their media type, their bytes within the limit, their JSON."""

from __future__ import annotations

from flask import request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from aligner.errors import InputError
from aligner.json_lines import parse_json
from service.schemas_base import shown

__all__ = ["JSON", "media_type", "read_body", "read_json"]

JSON = "application/json"


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
    """Return the body. Raises RequestEntityTooLarge."""
    raw = request.get_data(cache=False)
    if len(raw) == request.max_content_length:
        raise RequestEntityTooLarge
    return raw


def read_json() -> object:
    """Return the body's JSON value. Raises BadRequest, with line and column, for what is none."""
    media_type(JSON)
    raw = read_body()
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
