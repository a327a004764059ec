"""The routes of the API on a page that everybody can read, made of its OpenAPI document; and one to try them.

What tries them is Swagger UI out of a package, with nothing from elsewhere: it needs scripts, and speaks English.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from flask import Response, current_app, send_from_directory
from werkzeug.exceptions import NotFound

from service.access import OPEN, scope
from service.pages_base import create_blueprint
from service.pages_base import page as rendered

__all__ = ["docs"]

ASSETS = ("swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png")
POLICY = (  # Swagger UI draws its arrows from data: URLs
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Story aligner: try the API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="favicon-32x32.png">
<link rel="stylesheet" href="swagger-ui.css">
<nav><a href="../docs">Back to the list of routes</a></nav>
<main id="swagger-ui"><noscript>This page needs scripts; the list of routes does not.</noscript></main>
<script src="swagger-ui-bundle.js"></script>
<script src="start.js"></script>
</html>
"""
START = """SwaggerUIBundle({url: "../openapi.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null});
"""

docs = create_blueprint("docs")


@dataclass(frozen=True, slots=True)
class Field:
    """What an operation takes: a parameter, or a field of its body; `place` is "path", "query", "header" or "body"."""

    name: str
    place: str
    kind: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation as it is shown: what it takes, and what it answers by status, its own failures only."""

    method: str
    path: str
    record: Mapping[str, Any]
    fields: Sequence[Field]
    answers: Mapping[str, str]


@docs.get("/docs")
@scope(OPEN)
def page() -> Response:
    """Answer with the routes by subject."""
    spec: Mapping[str, Any] = current_app.spec  # type: ignore[attr-defined]  # APIFlask's
    found = [*_operations(spec)]
    subjects = [(tag, [each for each in found if tag["name"] in each.record["tags"]]) for tag in spec["tags"]]
    return rendered("docs.html", subjects=subjects, about=spec["info"])


def _operations(spec: Mapping[str, Any]) -> Iterator[Operation]:
    schemas = spec["components"]["schemas"]
    for path, methods in spec["paths"].items():
        for method, record in methods.items():
            fields = [
                Field(each["name"], each["in"], _kind(each["schema"]), each["required"], each.get("description", ""))
                for each in record["parameters"]
            ]
            own = {status: each for status, each in record["responses"].items() if "$ref" not in each}
            answers = {status: each["description"] for status, each in own.items()}
            yield Operation(method.upper(), path, record, [*fields, *_body(record, schemas)], answers)


def _body(record: Mapping[str, Any], schemas: Mapping[str, Any]) -> Iterator[Field]:
    for media, content in record.get("requestBody", {}).get("content", {}).items():
        schema = _resolved(content.get("schema", {}), schemas)
        if not schema.get("properties"):
            yield Field(media, "body", _kind(schema), True, schema.get("description", ""))
        for name, each in schema.get("properties", {}).items():
            yield Field(name, "body", _kind(each), name in schema.get("required", ()), each.get("description", ""))


def _resolved(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref")
    found: Mapping[str, Any] = schemas[reference.rpartition("/")[2]] if reference else schema
    return found


def _kind(schema: Mapping[str, Any]) -> str:
    """Return in a few words what a value is."""
    options = [_kind(each) for each in schema.get("anyOf", schema.get("oneOf", ())) if each.get("type") != "null"]
    if options:
        return " or ".join(dict.fromkeys(options))
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    kind = str(schema.get("type", "any"))
    return f"{kind} of {_kind(schema['items'])}" if "items" in schema else kind


@docs.get("/docs/try")
@scope(OPEN)
def try_out() -> Response:
    """Answer with the page on which to try the operations."""
    return _guarded(Response(PAGE, content_type="text/html; charset=utf-8"))


@docs.get("/docs/<asset>")
@scope(OPEN)
def asset(asset: str) -> Response:
    """Answer with a part of that page."""
    if asset == "start.js":
        return _guarded(Response(START, content_type="text/javascript; charset=utf-8"))
    if asset not in ASSETS:
        raise NotFound(f"no part {asset!r} of the page")
    folder = files("flask_swagger_ui") / "dist"
    return _guarded(send_from_directory(Path(str(folder)), asset, max_age=86_400))


def _guarded(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
