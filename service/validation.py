"""Blueprints whose requests are read into schemas by our reader, with our words."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from apiflask.schema_adapters import registry
from apiflask.schema_adapters.pydantic import PydanticAdapter
from flask import Request
from pydantic import BaseModel, ValidationError

from aligner.errors import InputError
from service.parsing import read_json
from service.schemas_base import Reading
from service.views import runtime

__all__ = ["Blueprint"]

QUERY = "query"


class Blueprint(APIBlueprint):
    """Routes of one subject. To be imported from here, so that APIFlask reads as we do before it meets a schema."""


class _Adapter(PydanticAdapter):
    """Reads with our limits and messages. A schema that has a method `from_request` reads its body by that."""

    def validate_input(self, request: Request, location: str, **kwargs: Any) -> Any:
        """Return what the schema makes of the request. Raises InputError and HTTPException."""
        if reader := getattr(self.model_class, "from_request", None):
            return reader()
        if location == QUERY:
            return _read(self.model_class, _query_values(request), literal=False)
        return _read(self.model_class, read_json(), literal=True)

    def serialize_output(self, data: Any, many: bool = False) -> Any:
        """Return the record as it is: tests hold it against the schema."""
        return data


registry.register("pydantic", _Adapter)


def _query_values(request: Request) -> dict[str, object]:
    """Return the parameters of the query string; one that is given several times holds a list."""
    return {name: found[0] if len(found) == 1 else found for name, found in request.args.lists()}


def _read(schema: type[BaseModel], values: object, *, literal: bool) -> BaseModel:
    try:
        return schema.model_validate(values, context=Reading(runtime().settings, literal=literal))
    except ValidationError as error:  # what our own types let pass, and pydantic does not
        first = error.errors(include_url=False)[0]
        raise InputError(first["msg"], field=".".join(map(str, first["loc"]))) from None
