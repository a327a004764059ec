"""Requests to values: bodies, fields and query strings, each checked, and errors that name the field."""

from __future__ import annotations

import contextlib
import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from aligner.documents import canonical_date
from aligner.errors import InputError
from aligner.filters import Filters
from aligner.json_lines import parse_json
from aligner.languages import canonical_tag
from aligner.text import normalise

__all__ = ["Fields", "SearchQuery", "media_type", "query_fields", "read_body", "read_json", "search_query"]

JSON = "application/json"
MAX_QUOTED_CHARS = 80  # of a wrong value, in the message on it; also of a language tag
DEFAULT_K = 10
FILTERS = ("outlet", "published_from", "published_to")
SEARCH = ("text", "lang", "to", "k", "min_probability", "min_score", *FILTERS)

WHOLE = re.compile(r"-?[0-9]{1,18}")
JSON_TYPES = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object"}


def media_type(*expected: str) -> str:
    """Return the media type of the body. Raises UnsupportedMediaType for one that is not expected."""
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in {"utf-8", "utf8"}:
        raise UnsupportedMediaType(f"expected UTF-8, found charset {_shown(charset)}")
    if request.mimetype not in expected:
        found = _shown(request.mimetype) if request.mimetype else "none"
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


class Fields:
    """The fields of one JSON object or query string, by name; null is absent. All methods raise InputError."""

    def __init__(self, values: Mapping[str, object], *, known: Sequence[str], literal: bool = True) -> None:
        for name in values:
            if name not in known:
                close = difflib.get_close_matches(name[:MAX_QUOTED_CHARS], known, n=1)
                hint = f"did you mean {close[0]!r}? " if close else ""
                raise InputError(f"unknown field {_shown(name)}; {hint}known are {', '.join(known)}")
        self._values = values
        self._literal = literal

    def text(self, name: str) -> str | None:
        """Return a text in the form in which texts are stored."""
        value = self._values.get(name)
        return None if value is None else _text(value, name)

    def texts(self, name: str) -> tuple[str, ...] | None:
        """Return one text or a list of them."""
        value = self._values.get(name)
        if value is None:
            return None
        values = value if isinstance(value, list) else [value]
        if not values:
            raise InputError("empty list", field=name)
        return tuple(dict.fromkeys(_text(one, name) for one in values))

    def tag(self, name: str) -> str | None:
        """Return a language tag in its canonical form."""
        value = self.text(name)
        return None if value is None else _tag(value, name)

    def tags(self, name: str) -> tuple[str, ...] | None:
        """Return one language tag or a list of them."""
        values = self.texts(name)
        return None if values is None else tuple(dict.fromkeys(_tag(value, name) for value in values))

    def whole(self, name: str, *, default: int, most: int) -> int:
        """Return a whole number from 1 to `most`."""
        value = self._values.get(name)
        if value is None:
            return default
        if not self._literal and isinstance(value, str) and WHOLE.fullmatch(value):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise InputError(f"expected a whole number from 1 to {most}, found {_shown(value)}", field=name)
        if not 1 <= value <= most:
            raise InputError(f"expected 1 to {most}, found {_shown(str(value))[1:-1]}", field=name)
        return value

    def score(self, name: str) -> float:
        """Return a cosine, the least where none is given."""
        value = self._number(name, least=-1)
        return -1.0 if value is None else value

    def probability(self, name: str) -> float | None:
        """Return a probability."""
        return self._number(name, least=0)

    def _number(self, name: str, *, least: int) -> float | None:
        value = self._values.get(name)
        if value is None:
            return None
        if not self._literal and isinstance(value, str):
            with contextlib.suppress(ValueError):
                value = float(value)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise InputError(f"expected a number from {least} to 1, found {_shown(value)}", field=name)
        if not least <= value <= 1:  # false for NaN too
            raise InputError(f"expected {least} to 1, found {_shown(str(value))[1:-1]}", field=name)
        return float(value)

    def filters(self, *, languages: tuple[str, ...] | None = None) -> Filters | None:
        """Return what documents must be to count; None where nothing is asked."""
        start, end = self._date("published_from"), self._date("published_to")
        if start and end and start[:10] > end[:10]:
            raise InputError(f"after published_to, {end}", field="published_from")
        filters = Filters(self.texts("outlet"), languages, start, end)
        return None if filters == Filters() else filters

    def _date(self, name: str) -> str | None:
        value = self.text(name)
        try:
            return None if value is None else canonical_date(value)
        except InputError as error:
            raise InputError(error.reason, field=name) from None


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What a search asks for."""

    text: str
    lang: str | None
    to: tuple[str, ...] | None
    k: int
    min_probability: float
    min_score: float
    filters: Filters | None


def search_query(*, max_text_chars: int, max_k: int) -> SearchQuery:
    """Return the search that the body asks for."""
    value = read_json()
    if not isinstance(value, dict):
        raise InputError(f"expected an object, found {_shown(value)}")
    fields = Fields(value, known=SEARCH)
    text = fields.text("text")
    if text is None:
        raise InputError("missing", field="text")
    if len(text) > max_text_chars:
        raise InputError(f"{len(text):,} characters; at most {max_text_chars:,} are taken", field="text")
    return SearchQuery(
        text=text,
        lang=fields.tag("lang"),
        to=fields.tags("to"),
        k=fields.whole("k", default=min(DEFAULT_K, max_k), most=max_k),
        min_probability=fields.probability("min_probability") or 0.0,
        min_score=fields.score("min_score"),
        filters=fields.filters(),
    )


def query_fields(*known: str) -> Fields:
    """Return the fields of the query string; a name that is given several times holds a list."""
    values = {name: found[0] if len(found) == 1 else found for name, found in request.args.lists()}
    return Fields(values, known=(*known, *FILTERS), literal=False)


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise InputError(f"expected text, found {_shown(value)}", field=name)
    if (at := value.find("\0")) >= 0:
        raise InputError(f"NUL at character {at}", field=name)
    try:
        text = normalise(value).strip()
    except InputError as error:
        raise InputError(error.reason, field=name) from None
    if not text:
        raise InputError("empty", field=name)
    return text


def _tag(value: str, name: str) -> str:
    try:
        if len(value) <= MAX_QUOTED_CHARS:
            return canonical_tag(value)
    except InputError as error:
        raise InputError(error.reason, field=name) from None
    raise InputError(f"{_shown(value)} is no BCP 47 language tag", field=name)


def _shown(value: object) -> str:
    """Return a text as a short quotation, and of anything else its kind."""
    if isinstance(value, str):
        return repr(value if len(value) <= MAX_QUOTED_CHARS else value[:MAX_QUOTED_CHARS] + "\u2026")
    return "null" if value is None else JSON_TYPES.get(type(value), type(value).__name__)
