"""The OpenAPI document tells all of the service, and the page to try it needs nothing from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from answers import described
from flask.testing import FlaskClient
from lxml import html
from openapi_spec_validator import OpenAPIV31SpecValidator
from tiny import TinyEncoder

from aligner.corpus import Corpus
from aligner.documents import FIELDS
from service import Settings, create_app

ROOT = Path(__file__).parents[1]
UNTOLD = ("docs.", "openapi.", "pages.", "metrics.")  # they show the others, or are no JSON
TOOLS = ("tm_", "mymemory.")  # protocols of others, told of in docs/translation.md
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    """A client of a service with nothing stored."""
    with Corpus(tmp_path / "corpus", encoder=TinyEncoder(), create=True) as corpus:
        yield create_app(corpus, settings=Settings(max_k=7, max_text_chars=123)).test_client()


@pytest.fixture
def spec(client: FlaskClient) -> Any:
    """The document, as it is given out."""
    response = client.get("/openapi.json")
    assert (response.status_code, response.content_type) == (200, "application/json")
    return response.get_json()


def operations(spec: Any) -> Iterator[tuple[str, str, Any]]:
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def test_the_document_is_openapi_3_1(spec: Any) -> None:
    assert spec["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(spec).validate()


def test_every_route_is_told_of(client: FlaskClient, spec: Any) -> None:
    rules = {
        (method, re.sub(r"<(?:[^<>:]+:)?([^<>]+)>", r"{\1}", rule.rule))
        for rule in client.application.url_map.iter_rules()
        if not rule.endpoint.startswith((*UNTOLD, *TOOLS))
        for method in (rule.methods or set()) & METHODS
    }
    assert {(method, path) for method, path, _ in operations(spec)} == rules


def test_every_operation_has_a_name_a_tag_a_summary_and_its_errors(spec: Any) -> None:
    names = [operation["operationId"] for _, _, operation in operations(spec)]
    assert len(set(names)) == len(names)
    tags = {tag["name"] for tag in spec["tags"]}
    for method, path, operation in operations(spec):
        assert operation["summary"].endswith("."), path
        assert set(operation["tags"]) <= tags, path
        assert any("200" <= status < "300" for status in operation["responses"]), path
        assert {"422", "500", "503"} <= operation["responses"].keys(), path
        assert ("404" in operation["responses"]) or "{" not in path, path
        assert ("415" in operation["responses"]) == ("requestBody" in operation), path
        told = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "path"}
        assert told == set(re.findall(r"{(\w+)}", path)), (method, path)
    for response in spec["components"]["responses"].values():
        assert list(response["content"]) == ["application/problem+json"]


def test_limits_are_those_of_the_settings(spec: Any) -> None:
    fields = spec["components"]["schemas"]["SearchRequest"]["properties"]
    assert fields["k"]["anyOf"][0] == {"type": "integer", "minimum": 1, "maximum": 7}
    assert fields["text"]["anyOf"][0] == {"type": "string", "minLength": 1, "maxLength": 123}
    assert fields["texts"]["anyOf"][0]["maxItems"] == 32
    assert "x-limit" not in str(spec)


def test_scopes_are_those_that_are_asked_for(client: FlaskClient, spec: Any) -> None:
    asked = {(method, path): operation["security"] for method, path, operation in operations(spec)}
    assert asked["GET", "/api/v1/health"] == []
    assert asked["POST", "/api/v1/search"] == [{"bearer": ["read"]}, {"header": ["read"]}, {}]
    assert asked["DELETE", "/api/v1/documents/{document}"][0] == {"bearer": ["write"]}
    assert set(spec["components"]["securitySchemes"]) == {"bearer", "header"}


def test_names_of_schemas_are_plain(spec: Any) -> None:
    names = spec["components"]["schemas"]
    assert all(re.fullmatch(r"[A-Z][A-Za-z]+", name) for name in names), list(names)
    assert {"Problem", "SearchRequest", "Hit", "Paragraph"} <= names.keys()


def test_the_record_of_a_document_has_the_fields_that_are_read(spec: Any) -> None:
    assert list(spec["components"]["schemas"]["DocumentRecord"]["properties"]) == list(FIELDS)
    body = spec["paths"]["/api/v1/documents"]["post"]["requestBody"]["content"]
    assert list(body) == ["application/json", "application/x-ndjson"]


def test_the_routes_can_be_read_without_scripts(client: FlaskClient, spec: Any) -> None:
    page = html.fromstring(client.get("/docs?ui=fr").get_data())
    assert page.get("lang") == "fr"
    assert not page.cssselect("script")
    assert [link.get("href") for link in page.cssselect("nav a[aria-current=page]")] == ["/docs?ui=fr"]
    shown = {code.text: code.getparent().getparent() for code in page.cssselect("summary > code")}
    assert shown.keys() == {f"{method} {path}" for method, path, _ in operations(spec)}
    assert all(each.xpath("ancestor::*[@lang='en']") for each in shown.values())
    search = " ".join(shown["POST /api/v1/search"].text_content().split())
    assert "k body, integer: the most results; 10 by default" in search
    assert "grade body, near-equivalent | same-fact | none or array of near-equivalent | same-fact | none" in search
    assert "document path, string, required" in " ".join(
        shown["DELETE /api/v1/documents/{document}"].text_content().split()
    )
    links = {link.get("href") for link in page.cssselect("main a")}
    assert links == {"/openapi.json", "/docs/try"}
    assert 'href="../docs"' in client.get("/docs/try").text


def test_the_page_needs_nothing_from_elsewhere(client: FlaskClient) -> None:
    page = client.get("/docs/try")
    assert page.content_type == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "unsafe-eval" not in page.headers["Content-Security-Policy"]
    assert re.findall(r"<script>|https?:|style=| on\w+=", page.text) == []
    links = re.findall(r'(?:href|src)="([^"]+)"', page.text)
    assert len(links) == 5
    for link in links:
        part = client.get(urljoin("/docs/try", link))
        assert (part.status_code, part.headers["X-Content-Type-Options"]) == (200, "nosniff")
    assert client.get("/docs/index.html").status_code == 404
    assert client.get("/docs/..%2f..%2fsetup.cfg").status_code == 404
    assert 'url: "../openapi.json"' in client.get("/docs/start.js").text


def test_the_readme_names_every_path(client: FlaskClient) -> None:
    text = "\n".join(path.read_text("utf-8") for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")))
    for path in described(client)["paths"]:
        assert re.sub(r"{\w+}", "<id>", path) in text, path
