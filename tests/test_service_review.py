"""Reviews over HTTP: the library's, and nothing stored."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from answers import serving
from flask.testing import FlaskClient
from tiny import TinyEncoder

from aligner.documents import document_from_record
from aligner.export_review import review_record
from aligner.review import review
from service import Settings

SOURCE = {
    "id": "s",
    "lang": "en",
    "text": "The mayor closed the old bridge on Monday.\n\nPolice saw 12 people in a school.\n\nThe museum is closed.",
}
TRANSLATION = {
    "id": "t",
    "lang": "fr",
    "text": "Le maire fermé le vieux pont lundi.\n\nLa police a trouvé 21 personnes dans l’école.",
}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    with serving(tmp_path / "corpus", settings=Settings(max_align_chars=500)) as client:
        yield client


@pytest.mark.parametrize("unit", [None, "paragraph", "sentence"])
def test_a_review_is_the_librarys(client: FlaskClient, unit: str | None) -> None:
    asked: dict[str, Any] = {"source": SOURCE, "translation": TRANSLATION} | ({"unit": unit} if unit else {})
    response = client.post("/api/v1/review", json=asked)
    assert response.status_code == 200, response.text
    served = ("en", "fr")
    documents = [document_from_record(record, served=served) for record in (SOURCE, TRANSLATION)]
    expected = review(*documents, encoder=TinyEncoder(), served=served, unit=unit or "paragraph")
    assert response.get_json() == review_record(expected)
    assert response.get_json()["counts"]["error"] == 2  # a number, a paragraph
    assert client.get("/api/v1/ready").get_json()["documents"] == 0


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"translation": None}, "translation", "missing"),
        ({"translation": {"lang": "fr"}}, "translation", "text"),
        ({"unit": "word"}, "unit", "paragraph"),
        ({"source": {"lang": "en", "text": "a" * 501}}, "source.text", "501 characters; at most 500"),
        ({"target": TRANSLATION}, None, "unknown field 'target'"),
    ],
)
def test_a_wrong_request(client: FlaskClient, fields: dict[str, object], field: str | None, message: str) -> None:
    response = client.post("/api/v1/review", json={"source": SOURCE, "translation": TRANSLATION} | fields)
    assert response.status_code == 422
    assert response.get_json().get("field", "").startswith(field or "")
    assert message in response.get_json()["detail"]
