"""The OpenAPI document: APIFlask makes it of the schemas and views, and this adds what holds for all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from apiflask import APIFlask
from werkzeug.routing import Rule

from service.access import OPEN, wanted_scope
from service.openapi_headers import add_headers
from service.schemas_base import LIMIT
from service.schemas_problems import Problem
from service.settings import Settings

__all__ = ["configure"]

JSON = "application/json"
PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
FREE = {"example", "examples"}  # what they hold is data, not schema
REF = "#/components/schemas/"
LIMITS = {"string": "maxLength", "array": "maxItems"}  # what a setting limits; else a number's maximum
WRITES = {"post", "put", "patch", "delete"}
PARAMETER = re.compile(r"<(?:[^<>:]+:)?([^<>]+)>")

FAILURES = {
    "400": "The body is no JSON, or no text.",
    "401": "A key is wanted, or the one given is not known.",
    "403": "The key's scope does not reach so far.",
    "404": "It is not there.",
    "409": "The request with this `Idempotency-Key` is still being worked on.",
    "413": "The body is too large, or holds too many documents.",
    "414": "The URL is too long.",
    "415": "The body is of another media type.",
    "422": "A field is wrong; `field` names it.",
    "429": "Too many requests; `Retry-After` says when to come back.",
    "500": "An error of the service.",
    "503": "The model is still loading, or the corpus cannot be used now.",
    "507": "No room on the server's disk.",
}
ALWAYS = ("401", "403", "414", "422", "429", "500", "503")
KEYS = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "Authorization: Bearer KEY"},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "the same key, by itself"},
}

TAGS = (
    ("search", "A text, and the stored paragraphs that report the same."),
    ("documents", "What is stored."),
    ("matches", "Which paragraphs of other languages report the same facts."),
    ("align", "Two tellings of one text, aligned without being stored."),
    ("review", "What an editor should look at in a translation."),
    ("exchange", "Files for translation tools, and the translations that people confirmed."),
    ("translation tools", "What translation tools speak; docs/translation.md tells of all of it."),
    ("jobs", "Long work that is answered before it is done."),
    ("service", "What the service is and whether it is ready."),
)

DESCRIPTION = (
    "Which paragraphs of the news in different languages report the same facts, which one side leaves out, and where"
    " figures conflict. All errors are application/problem+json, of one shape."
)


def configure(app: APIFlask, settings: Settings) -> None:
    """Have an app's document tell the truth about it."""
    app.description = DESCRIPTION
    app.config.update(
        AUTO_404_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_AUTH_ERROR_RESPONSE=False,
        SERVERS=[{"url": "/"}],
        SUCCESS_DESCRIPTION="Done.",
    )

    @app.spec_processor
    def finish(spec: dict[str, Any] | str) -> dict[str, Any] | str:
        return _finished(spec, app, settings) if isinstance(spec, dict) else spec


def _finished(spec: dict[str, Any], app: APIFlask, settings: Settings) -> dict[str, Any]:
    endpoints = dict(_endpoints(app))
    used = set()
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            endpoint = endpoints[method, path]
            wanted = wanted_scope(app, endpoint, method.upper())
            statuses = add_headers(operation, endpoint=endpoint, wanted=wanted)
            statuses |= {"404"} if "{" in path else set()
            statuses |= {"507"} if method in WRITES else set()
            _finish_operation(operation, app.view_functions[endpoint], statuses)
            operation["security"] = _security(wanted, settings)
            used |= set(operation.get("tags", ()))
    described = dict(TAGS)
    known = {tag["name"]: tag.get("description") for tag in spec.get("tags", ())}
    spec["tags"] = [
        {"name": name, "description": known.get(name) or described.get(name) or name} for name in sorted(used)
    ]
    schemas = spec.setdefault("components", {}).setdefault("schemas", {})
    schemas.pop("HTTPError", None)  # APIFlask's own shape of errors, which is not ours
    schemas["Problem"] = Problem.model_json_schema()
    spec["components"]["securitySchemes"] = KEYS
    spec["components"]["responses"] = {
        status: {"description": description, "content": PROBLEM} for status, description in FAILURES.items()
    }
    plain = {_plain(name): schema for name, schema in schemas.items()}
    spec["components"]["schemas"] = {name: plain[name] for name in sorted(plain)}
    return _walked(spec, settings)  # type: ignore[return-value]


def _endpoints(app: APIFlask) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield the endpoint of each method and path."""
    rules: list[Rule] = sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
    for rule in rules:
        for method in sorted(rule.methods or ()):
            yield (method.lower(), PARAMETER.sub(r"{\1}", rule.rule)), rule.endpoint


def _security(wanted: str, settings: Settings) -> list[dict[str, list[str]]]:
    """Return the keys that an operation takes, with the scope that is wanted of them; {} is none at all."""
    if wanted == OPEN:
        return []
    is_open = settings.keys is None or (wanted == "read" and settings.open_read)
    return [{name: [wanted]} for name in KEYS] + ([{}] if is_open else [])


def _finish_operation(operation: dict[str, Any], view: Callable[..., Any], statuses: set[str]) -> None:
    operation["operationId"] = view.__name__
    operation["parameters"] = [_parameter(each) for each in operation.get("parameters", ())]
    statuses = statuses | set(ALWAYS)
    if body := operation.get("requestBody"):
        body["required"] = True
        body["content"] |= getattr(view, "more_bodies", {})
        statuses |= {"400", "413", "415"}
    responses = operation["responses"]
    for status in sorted(statuses | {status for status in responses if status >= "4"}):
        own = responses.get(status, {}).get("description")
        common = {"$ref": f"#/components/responses/{status}"}
        responses[status] = {"description": own, "content": PROBLEM} if own else common
    done = responses.get("200", {}).get("content")
    for status, response in responses.items():
        if status.startswith("3"):
            response.pop("content", None)
        if "200" < status < "300" and response.get("content") in ({}, {JSON: {"schema": {}}}):
            response["content"] = done
    operation["responses"] = dict(sorted(responses.items()))


def _parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    """Return a parameter as OpenAPI has it: without null, and "one or several" as several."""
    schema = dict(parameter["schema"])
    description = schema.pop("description", None)
    options = [option for option in schema.pop("anyOf", [schema]) if option != {"type": "null"}]
    arrays = [option for option in options if option.get("type") == "array"]
    outside = {name: schema[name] for name in ("default", "examples") if schema.get(name) is not None}
    schema = {**(arrays or options)[0], **outside}
    found = {"name": parameter["name"], "in": parameter["in"], "schema": schema}
    found["required"] = parameter["in"] == "path" or parameter.get("required", False)
    return found | ({"description": description} if description else {})


def _plain(name: str) -> str:
    """Return a schema's name without those that it is used in: each of ours has one of its own."""
    return name.rpartition(".")[2]


def _walked(value: object, settings: Settings) -> object:
    """Return the document with the operator's limits, plain names, and without titles that repeat the names."""
    if isinstance(value, list):
        return [_walked(each, settings) for each in value]
    if not isinstance(value, dict):
        return value
    found = {name: each if name in FREE else _walked(each, settings) for name, each in value.items()}
    if isinstance(reference := found.get("$ref"), str) and reference.startswith(REF):
        found["$ref"] = REF + _plain(reference.removeprefix(REF))
    if isinstance(limit := found.pop(LIMIT, None), str):
        found[LIMITS.get(str(found.get("type")), "maximum")] = getattr(settings, limit)
    if isinstance(found.get("title"), str) and ("type" in found or "anyOf" in found or "$ref" in found):
        del found["title"]
    if "default" in found and found["default"] is None:
        del found["default"]
    return found
