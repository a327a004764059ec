"""Weblate's look-up in a translation memory."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, RootModel, ValidationInfo, WithJsonSchema

from aligner.errors import InputError
from service.schemas_base import Body, Output, shown
from service.schemas_types import Flag, Text

__all__ = ["LookupAnswer", "LookupRequest"]

MAX_STRINGS = 100
MAX_STRING_CHARS = 2_000


def _strings(value: object, info: ValidationInfo) -> tuple[str, ...]:
    """Return the strings as they are: each is a query, be it empty."""
    field = info.field_name or ""
    if not isinstance(value, list):
        raise InputError(f"expected a list of texts, found {shown(value)}", field=field)
    if len(value) > MAX_STRINGS:
        raise InputError(f"{len(value):,} texts; at most {MAX_STRINGS} are taken", field=field)
    for index, string in enumerate(value):
        if not isinstance(string, str):
            raise InputError(f"expected a list of texts, found {shown(string)} at {index}", field=field)
        if len(string) > MAX_STRING_CHARS:
            reason = f"text {index} has {len(string):,} characters; at most {MAX_STRING_CHARS:,} are taken"
            raise InputError(reason, field=field)
    return tuple(value)


Strings = Annotated[
    tuple[str, ...],
    BeforeValidator(_strings),
    WithJsonSchema(
        {"type": "array", "maxItems": MAX_STRINGS, "items": {"type": "string", "maxLength": MAX_STRING_CHARS}}
    ),
]


class LookupRequest(Body):
    """Texts to look up, each by itself."""

    strings: Strings = Field(description="the texts")
    source_language: Text = Field(description="their language, as Weblate writes it: en, fr_CA, pt-BR")
    target_language: Text = Field(description="the language to translate to")
    project: Text | None = Field(None, description="taken and not used: there is one memory")
    exact: Flag = Field(False, description="only what was confirmed for the very text")


class LookupMatch(Output):
    """The best suggestion for a text that passes for a translation."""

    id: int = Field(ge=0, description="stands for the confirmed pair or the paragraph")
    source: str
    target: str
    origin: str
    exact: bool
    quality: int = Field(ge=0, le=100)


class LookupResult(Output):
    """A text, and what there is for it."""

    query: str
    match: LookupMatch | None


class LookupAnswer(RootModel[list[LookupResult]]):
    """One result a text, in the order of the request."""
