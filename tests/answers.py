"""A client that holds every answer against the OpenAPI document that the service gives out."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from tiny import TinyEncoder
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from aligner.corpus import Corpus
from aligner.documents import Document
from service import Settings, create_app

__all__ = ["checked_client", "described", "serving"]

SPECS: dict[Any, Any] = {}
VALIDATORS: dict[tuple[Any, str], Draft202012Validator] = {}


def described(client: FlaskClient) -> Any:
    """Return the service's OpenAPI document."""
    app: Any = client.application
    settings = app.extensions["runtime"].settings
    if settings not in SPECS:  # it takes longer to make than most answers
        SPECS[settings] = app.spec
    return SPECS[settings]


class CheckedClient(FlaskClient):
    """Fails where an answer has a status, a media type or a body that the document does not tell of."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        self._check(response)
        return response

    def _check(self, response: TestResponse) -> None:
        request = response.request
        spec = described(self)
        path = self._template(request.environ)
        operation = spec["paths"].get(path, {}).get(request.method.lower())
        if operation is None:
            return
        told = operation["responses"].get(str(response.status_code))
        assert told is not None, f"{request.method} {path} tells of no {response.status_code}: {response.text}"
        if "$ref" in told:
            told = spec["components"]["responses"][told["$ref"].rpartition("/")[2]]
        if not (content := told.get("content")):
            assert not response.data or response.status_code < 400, (
                f"{request.method} {path} {response.status_code} tells of no body"
            )
            return
        assert response.mimetype in content, f"{request.method} {path} tells of no {response.mimetype}"
        if response.is_json:
            schema = content[response.mimetype]["schema"]
            self._validator(str(schema["$ref"])).validate(response.get_json())

    def _template(self, environ: Any) -> str | None:
        """Return the path of the route as the document writes it."""
        try:
            path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
            adapter = self.application.url_map.bind("localhost")
            rule, _ = adapter.match(path, environ["REQUEST_METHOD"], return_rule=True)
        except (HTTPException, RequestRedirect):
            return None
        found: str = rule.rule
        for name in rule.arguments:
            converter = found.partition(f"{name}>")[0].rpartition("<")[2]
            found = found.replace(f"<{converter}{name}>", f"{{{name}}}")
        return found

    def _validator(self, reference: str) -> Draft202012Validator:
        """Return what checks a body; what the document does not tell of is wrong here, though clients must bear it."""
        key = self.application.extensions["runtime"].settings, reference
        if key not in VALIDATORS:
            components = copy.deepcopy(described(self)["components"])
            for schema in components["schemas"].values():
                if "properties" in schema:
                    schema.setdefault("additionalProperties", False)
            VALIDATORS[key] = Draft202012Validator({"$ref": reference, "components": components})
        return VALIDATORS[key]


def checked_client(corpus: Corpus, *, settings: Settings) -> FlaskClient:
    """Return such a client of the service over this corpus."""
    app = create_app(corpus, settings=settings)
    app.test_client_class = CheckedClient
    return app.test_client()


@contextmanager
def serving(folder: Path, documents: Iterable[Document] = (), *, settings: Settings) -> Iterator[FlaskClient]:
    """Yield such a client of the service over a new corpus of these documents, whose encoder takes no time."""
    with Corpus(folder, encoder=TinyEncoder(), create=True) as corpus:
        list(corpus.add(documents))
        yield checked_client(corpus, settings=settings)
