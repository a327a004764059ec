"""What a field of a request may hold: types that check as they read, and tell OpenAPI the same.

Each raises InputError, naming its field, at the first thing that is wrong; null is absent. Texts come out in the form
in which texts are stored.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from aligner.documents import canonical_date
from aligner.errors import InputError
from aligner.languages import canonical_tag
from aligner.text import normalise
from service.schemas_base import LIMIT, MAX_QUOTED_CHARS, Reading, shown

__all__ = [
    "Between",
    "Chars",
    "Choice",
    "Day",
    "Flag",
    "Several",
    "Tag",
    "Tags",
    "Text",
    "Texts",
    "Whole",
]

WHOLE = re.compile(r"-?[0-9]{1,18}")
FLAGS = {"true": True, "1": True, "false": False, "0": False}


# -- texts ------------------------------------------------------------------------------------------------------


def _text(value: object, info: ValidationInfo) -> str:
    return _checked_text(value, info.field_name or "")


def _checked_text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise InputError(f"expected text, found {shown(value)}", field=name)
    if (at := value.find("\0")) >= 0:
        raise InputError(f"NUL at character {at}", field=name)
    try:
        text = normalise(value).strip()
    except InputError as error:
        raise InputError(error.reason, field=name) from None
    if not text:
        raise InputError("empty", field=name)
    return text


def _texts(value: object, info: ValidationInfo) -> tuple[str, ...]:
    name = info.field_name or ""
    values = value if isinstance(value, list) else [value]
    if not values:
        raise InputError("empty list", field=name)
    return tuple(dict.fromkeys(_checked_text(one, name) for one in values))


def _tag(value: object, info: ValidationInfo) -> str:
    return _canonical(_text(value, info), info.field_name or "")


def _tags(value: object, info: ValidationInfo) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_canonical(one, info.field_name or "") for one in _texts(value, info)))


def _canonical(value: str, name: str) -> str:
    try:
        if len(value) <= MAX_QUOTED_CHARS:
            return canonical_tag(value)
    except InputError as error:
        raise InputError(error.reason, field=name) from None
    raise InputError(f"{shown(value)} is no BCP 47 language tag", field=name)


def _day(value: object, info: ValidationInfo) -> str:
    text = _text(value, info)
    try:
        return canonical_date(text)
    except InputError as error:
        raise InputError(error.reason, field=info.field_name or "") from None


def _flag(value: object, info: ValidationInfo) -> bool:
    if isinstance(value, str) and not _reading(info).literal:
        value = FLAGS.get(value, value)
    if not isinstance(value, bool):
        raise InputError(f"expected true or false, found {shown(value)}", field=info.field_name or "")
    return value


def _reading(info: ValidationInfo) -> Reading:
    reading: Reading = info.context  # type: ignore[assignment]
    return reading


def _limit(most: int | str, info: ValidationInfo) -> int:
    limit: int = most if isinstance(most, int) else getattr(_reading(info).settings, most)
    return limit


def _one_or_more(schema: dict[str, Any]) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [schema, {"type": "array", "items": schema, "minItems": 1}]})


Text = Annotated[str, BeforeValidator(_text), Field(min_length=1)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_texts), _one_or_more({"type": "string", "minLength": 1})]
"""One text or several, each once."""
Tag = Annotated[str, BeforeValidator(_tag), Field(min_length=1, max_length=MAX_QUOTED_CHARS)]
Tags = Annotated[
    tuple[str, ...],
    BeforeValidator(_tags),
    _one_or_more({"type": "string", "minLength": 1, "maxLength": MAX_QUOTED_CHARS}),
]
"""One BCP 47 language tag or several, each once."""
Day = Annotated[str, BeforeValidator(_day), Field(min_length=1)]
"""A date or time in ISO 8601."""
Flag = Annotated[bool, BeforeValidator(_flag)]


@dataclass(frozen=True, slots=True)
class Chars:
    """A text of at most so many characters; the name of a setting stands for its value."""

    most: int | str

    def _check(self, value: str, info: ValidationInfo) -> str:
        most = _limit(self.most, info)
        if len(value) > most:
            reason = f"{len(value):,} characters; at most {most:,} are taken"
            raise InputError(reason, field=info.field_name or "")
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check what the type lets pass."""
        return core_schema.with_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return the schema with its limit."""
        return {**handler(schema), **({"maxLength": self.most} if isinstance(self.most, int) else {LIMIT: self.most})}


@dataclass(frozen=True, slots=True)
class Several:
    """A list of up to `most` texts of up to `chars` characters each; they stay in order, repeated or not."""

    most: str
    chars: str

    def _check(self, value: object, info: ValidationInfo) -> object:
        name, most, chars = info.field_name or "", _limit(self.most, info), _limit(self.chars, info)
        if not isinstance(value, list):
            raise InputError(f"expected a list of texts, found {shown(value)}", field=name)
        if not value:
            raise InputError("empty list", field=name)
        if len(value) > most:
            raise InputError(f"{len(value):,} texts; at most {most:,} are taken", field=name)
        found = tuple(_checked_text(one, f"{name}[{at}]") for at, one in enumerate(value))
        for at, text in enumerate(found):
            if len(text) > chars:
                raise InputError(f"{len(text):,} characters; at most {chars:,} are taken", field=f"{name}[{at}]")
        return found

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check before pydantic does."""
        return _before(self._check, source, handler)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return the schema with its limits."""
        items = {"type": "string", "minLength": 1, LIMIT: self.chars}
        return {"type": "array", "items": items, "minItems": 1, LIMIT: self.most}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some words or, with `several`, one or more of them, each once."""

    options: tuple[str, ...]
    several: bool = False

    def _check(self, value: object, info: ValidationInfo) -> object:
        values = value if isinstance(value, list) and self.several else [value]
        for one in values or [None]:
            if not isinstance(one, str) or one not in self.options:
                expected = " or ".join(self.options)
                raise InputError(f"expected {expected}, found {shown(one)}", field=info.field_name or "")
        return tuple(dict.fromkeys(values)) if self.several else value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check before pydantic does."""
        return _before(self._check, source, handler)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return the schema with its words."""
        one = {"type": "string", "enum": list(self.options)}
        return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]} if self.several else one


# -- numbers ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from `least` to `most`; the name of a setting stands for its value."""

    most: int | str
    least: int = 1

    def _check(self, value: object, info: ValidationInfo) -> object:
        name, reading = info.field_name or "", _reading(info)
        most = _limit(self.most, info)
        if not reading.literal and isinstance(value, str) and WHOLE.fullmatch(value):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise InputError(f"expected a whole number from {self.least} to {most}, found {shown(value)}", field=name)
        if not self.least <= value <= most:
            raise InputError(f"expected {self.least} to {most}, found {shown(str(value))[1:-1]}", field=name)
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check before pydantic does."""
        return _before(self._check, source, handler)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return the schema with its limits."""
        most = {"maximum": self.most} if isinstance(self.most, int) else {LIMIT: self.most}
        return {**handler(schema), "minimum": self.least, **most}


@dataclass(frozen=True, slots=True)
class Between:
    """A number from `least` to `most`."""

    least: float
    most: float

    def _check(self, value: object, info: ValidationInfo) -> object:
        name = info.field_name or ""
        if not _reading(info).literal and isinstance(value, str):
            with contextlib.suppress(ValueError):
                value = float(value)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise InputError(f"expected a number from {self.least} to {self.most}, found {shown(value)}", field=name)
        if not self.least <= value <= self.most:  # false for NaN too
            raise InputError(f"expected {self.least} to {self.most}, found {shown(str(value))[1:-1]}", field=name)
        return float(value)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check before pydantic does."""
        return _before(self._check, source, handler)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return the schema with its limits."""
        return {**handler(schema), "minimum": self.least, "maximum": self.most}


Check = Callable[[Any, ValidationInfo], object]


def _before(check: Check, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
    return core_schema.with_info_before_validator_function(check, handler(source))
