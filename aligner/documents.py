"""Documents as their senders give them: one record checked, normalised and named."""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from aligner.errors import DocumentError, InputError
from aligner.languages import canonical_tag, document_language
from aligner.text import normalise

__all__ = ["FIELDS", "MAX_DOCUMENT_CHARS", "MAX_ID_CHARS", "Document", "Span", "canonical_date", "document_from_record"]

Span = tuple[int, int]
"""Character range [start, end) of one paragraph in its document's text."""

MAX_DOCUMENT_CHARS = 5_000_000  # a long book; more is a mistake
MAX_ID_CHARS = 200
MAX_QUOTED_CHARS = 80  # of a wrong value, in the message on it
PARAGRAPH_BREAK = "\n\n"
DERIVED_ID_CHARS = 16  # of the sha256: 64 bits, no clash among millions of documents

# `event` is taken and not stored: files made for evaluation carry it.
FIELDS = ("id", "outlet", "lang", "title", "url", "published", "text", "paragraphs", "event")

ISO_CHARACTERS = re.compile(r"[0-9WTZ:.,+\- ]+")
LINE_BREAKS = re.compile("\n+")
JSON_TYPES = {str: "text", bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object"}


@dataclass(frozen=True, slots=True)
class Document:
    """One text in one language. `blocks` are the sender's paragraphs, or None where the text is still to be split."""

    id: str
    lang: str
    text: str
    outlet: str | None = None
    title: str | None = None
    url: str | None = None
    published: str | None = None
    blocks: tuple[Span, ...] | None = None

    @property
    def content_hash(self) -> str:
        """The sha256 over all fields but the id, in hexadecimal."""
        fields = asdict(self)
        del fields["id"]
        return _sha256(fields)


def document_from_record(record: object, *, served: Sequence[str], place: str = "") -> Document:
    """Return the document that one JSON object gives; `served` are the languages that are identified.

    Raises DocumentError, naming `place` and the field, for anything that does not fit.
    """
    try:
        return _document(record, served=served)
    except InputError as error:
        raise DocumentError(error.reason, place=place, field=error.field) from None


def _document(record: object, *, served: Sequence[str]) -> Document:
    if not isinstance(record, dict):
        raise InputError(f"expected an object with the fields of a document, found {_kind(record)}")
    _check_names(record)
    text, blocks = _body(record)
    lang = _line(record, "lang")
    outlet, title = _line(record, "outlet"), _line(record, "title")
    url, published = _url(record), _published(record)
    lang = _tag(lang) if lang else document_language(text, served=served)
    given = _id(record)
    derived = {"text": text, "lang": lang} | ({"outlet": outlet} if outlet else {}) | ({"url": url} if url else {})
    return Document(
        id=given or _sha256(derived)[:DERIVED_ID_CHARS],
        lang=lang,
        text=text,
        outlet=outlet,
        title=title,
        url=url,
        published=published,
        blocks=blocks,
    )


def _sha256(fields: Mapping[str, object]) -> str:
    stable = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(stable.encode()).hexdigest()


def _kind(value: object) -> str:
    return "null" if value is None else JSON_TYPES.get(type(value), type(value).__name__)


def _quoted(value: object) -> str:
    text = str(value)
    return repr(text if len(text) <= MAX_QUOTED_CHARS else text[:MAX_QUOTED_CHARS] + "\u2026")


def _check_names(record: Mapping[object, object]) -> None:
    for name in record:
        if name in FIELDS:
            continue
        close = difflib.get_close_matches(str(name)[:MAX_QUOTED_CHARS], FIELDS, n=1)
        hint = f"did you mean {close[0]!r}? " if close else ""
        raise InputError(f"unknown field {_quoted(name)}; {hint}known are {', '.join(FIELDS)}")


def _string(record: Mapping[str, object], field: str) -> str | None:
    """Return a field as given, None where it is absent, null or empty."""
    value = record.get(field)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise InputError(f"expected text, found {_kind(value)}", field=field)
    return value


def _normalised(value: str, field: str) -> str:
    try:
        return normalise(value).strip()
    except InputError as error:
        raise InputError(error.reason, field=field) from None


def _line(record: Mapping[str, object], field: str) -> str | None:
    """Return a field as one line, None where it is absent, null or blank."""
    value = _string(record, field)
    return LINE_BREAKS.sub(" ", _normalised(value, field)) or None if value else None


def _body(record: Mapping[str, object]) -> tuple[str, tuple[Span, ...] | None]:
    """Return the text, and the ranges of its paragraphs where the sender gave them."""
    text, paragraphs = record.get("text"), record.get("paragraphs")
    if (text is None) == (paragraphs is None):
        found = "neither" if text is None else "both"
        raise InputError(f"expected either 'text' or 'paragraphs', found {found}")
    blocks: tuple[Span, ...] | None = None
    if text is not None:
        body = _text(text, "text")
    else:
        if not isinstance(paragraphs, list):
            raise InputError(f"expected a list of texts, found {_kind(paragraphs)}", field="paragraphs")
        if not paragraphs:
            raise InputError("empty", field="paragraphs")
        parts = [_text(part, f"paragraphs[{index}]") for index, part in enumerate(paragraphs)]
        body, blocks = PARAGRAPH_BREAK.join(parts), _spans(parts)
    if len(body) > MAX_DOCUMENT_CHARS:
        raise InputError(
            f"{len(body):,} characters; at most {MAX_DOCUMENT_CHARS:,} are taken",
            field="text" if blocks is None else "paragraphs",
        )
    return body, blocks


def _text(value: object, field: str) -> str:
    if not isinstance(value, str):
        raise InputError(f"expected text, found {_kind(value)}", field=field)
    if not (text := _normalised(value, field)):
        raise InputError("empty", field=field)
    return text


def _spans(parts: Sequence[str]) -> tuple[Span, ...]:
    spans: list[Span] = []
    start = 0
    for part in parts:
        spans.append((start, start + len(part)))
        start += len(part) + len(PARAGRAPH_BREAK)
    return tuple(spans)


def _tag(lang: str) -> str:
    """Return the sender's word on the language: any valid tag, served or not."""
    if len(lang) > MAX_QUOTED_CHARS:
        raise InputError(f"{_quoted(lang)} is no BCP 47 language tag", field="lang")
    try:
        return canonical_tag(lang)
    except InputError as error:
        raise InputError(error.reason, field="lang") from None


def _id(record: Mapping[str, object]) -> str | None:
    value = _string(record, "id")
    if value is None:
        return None
    if len(value) > MAX_ID_CHARS:
        raise InputError(f"{len(value)} characters; at most {MAX_ID_CHARS} are taken", field="id")
    for char in value:
        if char in "#/" or char.isspace() or not char.isprintable():
            raise InputError(
                f"{_quoted(value)} contains {char!r}; an id has no blanks, '#', '/' or control characters", field="id"
            )
    if value in {".", ".."}:
        raise InputError(f"{value!r} cannot be an id", field="id")
    return _normalised(value, "id")


def _url(record: Mapping[str, object]) -> str | None:
    value = _string(record, "url")
    if value is None or not value.strip():
        return None
    value = value.strip()
    try:
        parts = urlsplit(value)
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:  # urlsplit on a broken IPv6 address
        fits = False
    if not fits or any(char.isspace() or not char.isprintable() for char in value):
        raise InputError(f"{_quoted(value)} is no web address, as in https://example.org/news/1", field="url")
    return _normalised(value, "url")


def _published(record: Mapping[str, object]) -> str | None:
    value = _line(record, "published")
    try:
        return None if value is None else canonical_date(value)
    except InputError as error:
        raise InputError(error.reason, field="published") from None


def canonical_date(value: str) -> str:
    """Return a date as 'YYYY-MM-DD' or a date and time as datetime.isoformat() writes it. Raises InputError."""
    if ISO_CHARACTERS.fullmatch(value):
        for kind in (date, datetime):
            try:
                return kind.fromisoformat(value).isoformat()
            except ValueError:
                continue
    raise InputError(f"{_quoted(value)} is no ISO 8601 date or time, as in 2009-06-17 or 2009-06-17T07:27:00+08:00")
