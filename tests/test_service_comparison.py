"""Comparisons over HTTP: what the library says, for a story and for named documents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from answers import serving
from flask.testing import FlaskClient
from test_passage_chances import ENGLISH, FRENCH
from tiny import make_document

from aligner.comparison import compare_documents
from aligner.stories import find_stories
from service import Settings

DOCUMENTS = [
    make_document("a", *ENGLISH, outlet="Post", published="2024-02-14"),
    make_document("b", *FRENCH, outlet="Le Fleuve", lang="fr"),
    make_document("c", *ENGLISH[:2], outlet="Herald"),
]


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    with serving(tmp_path / "corpus", DOCUMENTS, settings=Settings()) as client:
        yield client


def test_named_documents(client: FlaskClient) -> None:
    corpus = client.application.extensions["runtime"].corpus
    response = client.get("/api/v1/comparison?document=a&document=b&document=c&min_others=1")
    expected = compare_documents(corpus, ["a", "b", "c"], min_others=1).record()
    assert response.get_json() == json.loads(json.dumps(expected))


def test_a_story(client: FlaskClient) -> None:
    corpus = client.application.extensions["runtime"].corpus
    story = next(each for each in find_stories(corpus) if "a" in each.documents)
    response = client.get(f"/api/v1/stories/{story.id}/comparison")
    expected = compare_documents(corpus, story.documents).record()
    assert response.get_json() == json.loads(json.dumps(expected))


@pytest.mark.parametrize(
    ("url", "status", "detail"),
    [
        ("/api/v1/comparison?document=a&document=z", 404, "no such documents: a, z"),
        ("/api/v1/stories/nothing/comparison", 404, "no story 'nothing'"),
        ("/api/v1/comparison", 422, "document: missing"),
        ("/api/v1/comparison?document=a&min_others=0", 422, "min_others: expected 1 to 200, found 0"),
    ],
)
def test_refusals(client: FlaskClient, url: str, status: int, detail: str) -> None:
    response = client.get(url)
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert detail in f"{response.get_json().get('field', '')}: {response.get_json()['detail']}"
