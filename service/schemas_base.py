"""What all schemas have in common: how objects of requests are read, and filters."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from aligner.errors import InputError
from aligner.filters import Filters
from service.settings import Settings

__all__ = ["LIMIT", "MAX_QUOTED_CHARS", "Body", "Output", "Query", "Reading", "filters_of", "shown"]

LIMIT = "x-limit"  # in a schema, the setting that is a number's maximum; service/openapi.py puts in its value
MAX_QUOTED_CHARS = 80  # of a wrong value, in the message on it; also of a language tag
OUTSIDE = ("description", "default", "examples", "title")  # what describes a value rather than limits it
JSON_TYPES = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object"}


@dataclass(frozen=True, slots=True)
class Reading:
    """How a request is read: what the operator set, and whether numbers come as they are or, as in a URL, as text."""

    settings: Settings
    literal: bool


class Body(BaseModel):
    """A JSON object of a request. Null is absent, and what is unknown is refused with what it may have meant."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _known(cls, values: Any) -> object:
        if not isinstance(values, dict):
            raise InputError(f"expected an object, found {shown(values)}")
        known = {field.alias or name: field for name, field in cls.model_fields.items()}
        _check_names(values, tuple(known))
        given = {name: value for name, value in values.items() if value is not None}
        for name, field in known.items():
            if field.is_required() and name not in given:
                raise InputError("missing", field=name)
        return given

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return the schema, null allowed wherever a field may be missing."""
        found = handler(schema)
        own = handler.resolve_ref_schema(found)
        required = own.get("required", ())
        for name, value in own.get("properties", {}).items():
            if name not in required:
                own["properties"][name] = _nullable(value)
        return found


class Query(Body):
    """The parameters of a query string."""


class Output(BaseModel):
    """A JSON object of an answer."""

    model_config = ConfigDict(frozen=True)


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a value or null, with what describes it outside."""
    outside: dict[str, Any] = {name: schema[name] for name in OUTSIDE if name in schema}
    inside = {name: value for name, value in schema.items() if name not in outside}
    options = [option for option in inside.get("anyOf", [inside]) if option != {"type": "null"}]
    return {"anyOf": [*options, {"type": "null"}], **outside}


def _check_names(values: Mapping[str, object], known: Sequence[str]) -> None:
    for name in values:
        if name not in known:
            close = difflib.get_close_matches(name[:MAX_QUOTED_CHARS], known, n=1)
            hint = f"did you mean {close[0]!r}? " if close else ""
            raise InputError(f"unknown field {shown(name)}; {hint}known are {', '.join(known)}")


def filters_of(
    outlets: tuple[str, ...] | None,
    start: str | None,
    end: str | None,
    *,
    languages: tuple[str, ...] | None = None,
) -> Filters | None:
    """Return what documents must be to count; None where nothing is asked. Raises InputError for days in disorder."""
    if start and end and start[:10] > end[:10]:
        raise InputError(f"after published_to, {end}", field="published_from")
    filters = Filters(outlets, languages, start, end)
    return None if filters == Filters() else filters


def shown(value: object) -> str:
    """Return a text as a short quotation, and of anything else its kind."""
    if isinstance(value, str):
        return repr(value if len(value) <= MAX_QUOTED_CHARS else value[:MAX_QUOTED_CHARS] + "\u2026")
    return "null" if value is None else JSON_TYPES.get(type(value), type(value).__name__)
