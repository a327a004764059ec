"""Problems as the service answers them: what tests of its refusals have in common."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

from answers import serving
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service import Settings

__all__ = ["GOOD", "SETTINGS", "TAG", "checked", "said", "serving_one"]

SETTINGS = Settings(max_body_bytes=20_000, max_text_chars=1_000, max_k=50, max_documents=3)
GOOD = {"id": "a", "lang": "fr", "paragraphs": ["La mairie a fermé le vieux pont mardi."]}
TAG = "is no BCP 47 language tag"


def checked(response: TestResponse, status: int) -> Any:
    """Return a problem, its shape checked."""
    assert response.status_code == status, response.text
    assert response.content_type == "application/problem+json"
    answer = json.loads(response.data.decode("utf-8"))
    assert [name for name in answer if name != "field"] == ["type", "title", "status", "detail", "instance"]
    assert (answer["type"], answer["status"]) == ("about:blank", status)
    assert answer["title"] == HTTPStatus(status).phrase
    assert answer["detail"]
    assert answer["detail"][-1] not in " :"
    assert answer["instance"].startswith("/")
    assert "<" not in answer["detail"]
    assert "Traceback" not in response.text
    return answer


def said(response: TestResponse, status: int) -> tuple[str, str | None]:
    answer = checked(response, status)
    return answer["detail"], answer.get("field")


@contextmanager
def serving_one(folder: Path) -> Iterator[FlaskClient]:
    """Yield a client of a service with one document."""
    with serving(folder, settings=SETTINGS) as client:
        assert client.post("/api/v1/documents", json=GOOD).status_code == 201
        yield client
