"""Generated requests over the whole OpenAPI document: never a 5xx, never an answer that it does not tell of.

FUZZ_EXAMPLES sets how many for each operation; `make fuzz` sends many.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks
from tiny import TinyEncoder, make_document

from aligner.corpus import Corpus
from service import Settings, create_app

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "4"))
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
SEED = int(os.environ.get("FUZZ_SEED", "1"))
REFUSED = ["400", "404", "405", "409", "412", "413", "414", "415", "422"]
RESULT_FOR_EACH = {"POST /api/v1/documents", "POST /api/v1/import"}  # of a list, what is wrong is refused by itself


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """A service with two documents, all of it opened."""
    with Corpus(tmp_path, encoder=TinyEncoder(), create=True) as corpus:
        documents = [
            make_document("a", "The council closed the old bridge on Tuesday.", outlet="Gazette"),
            make_document("b", "La mairie a fermé le vieux pont mardi.", lang="fr", published="2024-02-14"),
        ]
        list(corpus.add(documents))
        app = create_app(corpus, settings=Settings(memory_writes=True, max_text_chars=2_000))
        yield app
        app.extensions["jobs"].end()


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.name.lower())
def test_every_answer_is_one_that_is_told_of(app: Flask, mode: GenerationMode) -> None:
    wrong: list[str] = []
    sent: dict[str, int] = {}

    def check(case: Case) -> None:
        label = case.operation.label
        sent[label] = sent.get(label, 0) + 1
        response = case.call(headers={"Accept-Encoding": "identity"})
        try:
            each = label in RESULT_FOR_EACH
            case.validate_response(response, checks=CHECKS if each else [*CHECKS, checks.negative_data_rejection])
        except (AssertionError, BaseExceptionGroup) as failure:
            wrong.append(str(failure))

    schema = schemathesis.openapi.from_wsgi("/openapi.json", app)
    schema.config.checks.negative_data_rejection.expected_statuses = REFUSED
    for result in schema.get_all_operations():
        operation = result.ok()
        run = settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )(given(case=operation.as_strategy(generation_mode=mode))(check))
        try:
            seed(SEED)(run)()
        except Unsatisfiable:  # nothing can be wrong in a request without parameters
            assert mode is GenerationMode.NEGATIVE, operation.label
    assert not wrong, "\n\n".join(wrong[:5])
    assert len(sent) > 20
