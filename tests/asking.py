"""Questions to the service over four documents: what tests of its routes have in common."""

from __future__ import annotations

import json
from typing import Any

from flask.testing import FlaskClient
from tiny import make_document
from werkzeug.test import TestResponse

from aligner.corpus import Corpus
from service import Settings

__all__ = ["BRIDGE", "DOCUMENTS", "FIRE", "INCENDIE", "PONT", "SETTINGS", "ask", "corpus_of", "found", "post"]

BRIDGE = "The council closed the old bridge on Tuesday."
PONT = "La mairie a fermé le vieux pont mardi."
FIRE = "Police: 12 people dead in a fire at a factory."
INCENDIE = "Police : 12 personnes mortes, morts dans un incendie à l'usine."

DOCUMENTS = [
    make_document("gazette-1", BRIDGE, FIRE, outlet="Gazette", published="2024-02-14"),
    make_document("herald-1", BRIDGE, outlet="Herald", published="2024-03-01T08:00:00+00:00"),
    make_document("jour-1", PONT, lang="fr", outlet="Le Jour", published="2024-02-14T22:10:00"),
    make_document("midi-été", INCENDIE, lang="fr-CA", outlet="Midi", published="2024-02-20"),
]
SETTINGS = Settings(max_documents=50)


def corpus_of(client: FlaskClient) -> Corpus:
    corpus: Corpus = client.application.extensions["runtime"].corpus
    return corpus


def ask(client: FlaskClient, text: str = BRIDGE, **fields: object) -> Any:
    response = client.post("/api/v1/search", json={"text": text} | fields)
    assert response.status_code == 200, response.text
    return response.get_json()


def found(answer: Any) -> list[str]:
    return [hit["paragraph"]["id"] for hit in answer["results"]]


def post(client: FlaskClient, *records: object) -> TestResponse:
    body = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    return client.post("/api/v1/documents", data=body.encode(), content_type="application/x-ndjson")
