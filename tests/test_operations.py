"""What goes around every request: limits, ids and logs, numbers, and the time that an answer may take."""

from __future__ import annotations

import json
import logging
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from served import SlowEncoder, serving
from tiny import TinyEncoder, make_document

from aligner.api_keys import add_key
from aligner.corpus import Corpus
from aligner.deadline import check_time, limit_time
from aligner.errors import TooSlowError
from aligner.store_jobs import JOB_STATES
from service import Settings, create_app
from service.limits import RateLimit
from service.logs import JsonFormatter, NoRequestText

BRIDGE = "The council closed the old bridge on Tuesday."
PONT = "La mairie a fermé le vieux pont mardi."


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus(tmp_path / "corpus", encoder=TinyEncoder(), create=True) as corpus:
        list(corpus.add([make_document("gazette", BRIDGE), make_document("jour", PONT, lang="fr")]))
        yield corpus


@pytest.fixture
def client(corpus: Corpus) -> FlaskClient:
    return create_app(corpus, settings=Settings()).test_client()


# -- how often ----------------------------------------------------------------------------------------------------


def test_a_limit_lets_through_what_it_says_and_then_one_by_one() -> None:
    limit = RateLimit(60)
    found = [limit.take("a", now=1000.0) for _ in range(62)]
    assert [decision.allowed for decision in found] == [True] * 60 + [False] * 2
    assert [decision.remaining for decision in found[:3]] == [59, 58, 57]
    assert (found[59].remaining, found[59].reset, found[60].retry) == (0, 60, 1)
    assert limit.take("b", now=1000.0).remaining == 59  # another client
    assert not limit.take("a", now=1000.9).allowed
    assert limit.take("a", now=1001.0).allowed
    assert not limit.take("a", now=1001.0).allowed
    assert limit.take("a", now=1031.0).remaining == 29
    assert limit.take("a", now=2000.0).remaining == 59
    assert not limit.take("a", now=500.0).allowed  # a clock that was set back
    assert limit.take("a", now=501.0).allowed


def test_processes_that_share_a_file_share_a_limit(tmp_path: Path) -> None:
    limits = [RateLimit(10, file=tmp_path / "rates") for _ in range(2)]
    found = [limits[number % 2].take("a", now=7.0).allowed for number in range(12)]
    assert found == [True] * 10 + [False] * 2


def test_many_clients_do_not_push_out_a_busy_one() -> None:
    limit = RateLimit(5)
    for _ in range(5):
        limit.take("busy", now=100.0)
    for number in range(20_000):
        limit.take(f"other {number}", now=100.0)
    assert not limit.take("busy", now=100.0).allowed


def test_over_the_limit_is_429_and_says_when(corpus: Corpus, tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    first, second = (add_key(keys, name=name) for name in ("first", "second"))
    settings = Settings(keys=keys, open_read=True, rate_limit=3)
    client = create_app(corpus, settings=settings).test_client()
    for left in (2, 1, 0):
        response = client.get("/api/v1/documents", headers={"X-API-Key": first})
        assert response.status_code == 200
        assert response.headers["RateLimit-Policy"] == '"requests";q=3;w=60'
        assert re.fullmatch(rf'"requests";r={left};t=\d+', response.headers["RateLimit"])
    response = client.get("/api/v1/documents", headers={"X-API-Key": first})
    assert (response.status_code, response.content_type) == (429, "application/problem+json")
    assert response.get_json()["detail"] == "more than 3 requests a minute; the next one in 20 s"
    assert response.headers["Retry-After"] == "20"
    assert client.get("/api/v1/documents", headers={"X-API-Key": second}).status_code == 200
    for address in ("10.0.0.1", "10.0.0.2"):
        for status in (200, 200, 200, 429):
            found = client.get("/api/v1/documents", environ_overrides={"REMOTE_ADDR": address}).status_code
            assert found == status
    assert client.get("/api/v1/health", headers={"X-API-Key": first}).status_code == 200


def test_the_operators_own_machine_is_not_limited_without_keys(corpus: Corpus) -> None:
    client = create_app(corpus, settings=Settings(rate_limit=2)).test_client()
    assert [client.get("/api/v1/documents").status_code for _ in range(4)] == [200] * 4
    open_client = create_app(corpus, settings=Settings(rate_limit=2, without_keys=True)).test_client()
    far = {"REMOTE_ADDR": "10.0.0.1"}
    found = [open_client.get("/api/v1/documents", environ_overrides=far).status_code for _ in range(3)]
    assert found == [200, 200, 429]


def test_addresses_behind_proxies(corpus: Corpus) -> None:
    settings = Settings(rate_limit=1, without_keys=True, proxies=1)
    client = create_app(corpus, settings=settings).test_client()
    for given, status in (("1.1.1.1", 200), ("2.2.2.2", 200), ("9.9.9.9, 1.1.1.1", 429)):  # the proxy adds the last
        response = client.get("/api/v1/documents", headers={"X-Forwarded-For": given})
        assert response.status_code == status


# -- how long -----------------------------------------------------------------------------------------------------


def test_what_takes_too_long_ends() -> None:
    check_time()
    with limit_time(60):
        check_time()
        with limit_time(0), pytest.raises(TooSlowError, match=r"^the answer takes longer than is allowed$"):
            check_time()
        check_time()
    check_time()


def test_an_answer_that_takes_too_long_is_503_and_a_write_is_not_cut_off(tmp_path: Path) -> None:
    with Corpus(tmp_path / "slow", encoder=SlowEncoder(), create=True) as corpus:
        client = create_app(corpus, settings=Settings(query_seconds=1)).test_client()
        document = {"id": "a", "lang": "en", "paragraphs": [BRIDGE]}
        assert client.post("/api/v1/documents", json=document).status_code == 201
        response = client.post("/api/v1/search", json={"text": "the old bridge", "to": "en"})
        assert response.status_code == 503
        assert response.get_json()["detail"] == "the answer takes longer than is allowed; ask for less, or later"
        assert response.headers["Retry-After"] == "5"
        assert client.get("/api/v1/documents/a").status_code == 200
        check_time()  # the limit went with the request


# -- ids and logs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("abc-1.2_3", True),
        ("x" * 64, True),
        ("x" * 65, False),
        ("a b", False),
        ("é", False),
        ("", False),
        ("a;b", False),
    ],
)
def test_a_request_has_an_id(client: FlaskClient, given: str, taken: bool) -> None:
    for path in ("/api/v1/health", "/none", "/api/v1/documents?limit=x"):
        found = client.get(path, headers={"X-Request-ID": given}).headers["X-Request-ID"]
        assert found == given if taken else re.fullmatch("[0-9a-f]{32}", found)


def test_a_request_is_one_line_without_texts(corpus: Corpus, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    keys = tmp_path / "keys.json"
    secret = add_key(keys, name="desk", scope="write")
    client = create_app(corpus, settings=Settings(keys=keys)).test_client()
    caplog.set_level(logging.INFO)
    headers = {"X-API-Key": secret, "X-Request-ID": "mine"}
    client.post("/api/v1/search", json={"text": "secret words", "to": "fr"}, headers=headers)
    client.get("/api/v1/documents/secret-words?lang=secret", headers=headers)
    client.get("/secret/words", headers=headers)
    client.open("/api/v1/documents", method="SECRET", headers=headers)
    client.get("/api/v1/documents", headers={"X-API-Key": "secret"})
    lines = [json.loads(JsonFormatter().format(record)) for record in caplog.records]
    requests = [line for line in lines if line["logger"] == "service.requests"]
    expected = [
        ("POST", "/api/v1/search", 200, "desk"),
        ("GET", "/api/v1/documents/<document>", 404, "desk"),
        (None, None, 404, None),
        (None, None, 405, None),
        ("GET", "/api/v1/documents", 401, None),
    ]
    found = [(line["method"], line["route"], line["status"], line["key"]) for line in requests]
    assert [(a, b and re.sub("<.*?>", "<document>", b), c, d) for a, b, c, d in found] == expected
    assert all(line["milliseconds"] >= 0 and line["level"] == "info" for line in requests)
    assert "secret" not in json.dumps(lines)


def test_a_line_is_one_line() -> None:
    record = logging.LogRecord("a", logging.INFO, "", 0, "one\ntwo \u2028 %s", ("é",), None)
    line = JsonFormatter().format(record)
    assert line.isascii()
    assert "\n" not in line
    assert json.loads(line)["message"] == "one\ntwo \u2028 é"


# -- numbers --------------------------------------------------------------------------------------------------------


def numbers(text: str) -> dict[str, dict[tuple[str, ...], float]]:
    """Return the samples of the text format: for each name, by label values, in the order of the labels' names."""
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = tuple(value for _, value in sorted(sample.labels.items()))
            found.setdefault(sample.name, {})[labels] = sample.value
    return found


def test_numbers_of_one_process(client: FlaskClient) -> None:
    before = numbers(client.get("/metrics").text).get("aligner_requests_total", {})
    client.get("/api/v1/documents")
    client.get("/none")
    response = client.get("/metrics")
    assert response.content_type.startswith("text/plain; version=")
    found = numbers(response.text)
    for labels in (("GET", "/api/v1/documents", "200"), ("none", "none", "404")):
        assert found["aligner_requests_total"][labels] == before.get(labels, 0) + 1
    assert found["aligner_corpus_documents"][()] == 2
    assert found["aligner_corpus_paragraphs"][()] == 2
    assert found["aligner_index_vectors"] == {("en",): 1, ("fr",): 1}
    assert found["aligner_corpus_bytes"][()] > 0
    assert found["aligner_jobs"] == {(state,): 0 for state in JOB_STATES}
    assert found["aligner_ready"][()] == 1
    assert found["aligner_request_seconds_count"][("/api/v1/documents",)] >= 1


def test_numbers_may_be_open_to_the_same_machine(corpus: Corpus, tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    add_key(keys, name="desk")
    client = create_app(corpus, settings=Settings(keys=keys, open_metrics=True)).test_client()
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", environ_overrides={"REMOTE_ADDR": "10.0.0.1"}).status_code == 401
    assert client.get("/metrics", headers={"Host": "news.example.org"}).status_code == 401


def test_two_workers_share_corpus_limit_and_numbers(tmp_path: Path) -> None:
    """What one worker acknowledges, the other one finds; stopped, it ends in good order and the indexes are saved."""
    keys = tmp_path / "keys.json"
    secret = {"X-API-Key": add_key(keys, name="desk", scope="admin")}
    with serving(tmp_path, workers=2, keys=keys, rate_limit=100) as served:
        assert len(served.workers()) == 2
        remaining, started = [], time.monotonic()
        for number in range(30):
            text = f"La mairie a fermé le pont numéro {number}."
            document = {"id": f"d-{number}", "lang": "fr", "paragraphs": [text]}
            assert served.ask("/api/v1/documents", document, headers=secret)[0] == 201
            for _ in range(2):
                status, answer, headers = served.ask(
                    "/api/v1/search", {"text": text, "to": "fr", "k": 1}, headers=secret
                )
                assert (status, answer["results"][0]["paragraph"]["id"]) == (200, f"d-{number}#0")
                remaining.append(int(re.findall(r"r=(\d+)", headers["RateLimit"])[0]))
        refilled = 100 / 60 * (time.monotonic() - started)
        assert remaining[-1] <= 100 - 90 + refilled + 1
        status, text, _ = served.ask("/metrics", headers=secret)
        assert status == 200
        found = numbers(text)
        assert found["aligner_requests_total"][("POST", "/api/v1/search", "200")] == 60
        assert found["aligner_encoder_wait_seconds_count"][()] == 90
        assert found["aligner_corpus_documents"][()] == 30
        assert "aligner_encoder_queue" in found
        assert served.ask("/api/v1/documents?after=secret", headers=secret)[0] == 200
        assert served.stop() == 0
    lines = served.lines()
    processes = {line["process"] for line in lines if line["message"] == "request" and line["route"]}
    assert len(processes) == 2, "one worker had all requests"
    assert not any("error" in line or line["level"] == "error" for line in lines)
    assert "pont num" not in served.log.read_text()
    assert "secret" not in served.log.read_text()


def test_requests_that_run_may_end_when_the_service_is_stopped(tmp_path: Path) -> None:
    answers: list[Any] = []
    with serving(tmp_path, app="served:slow_app()") as served:
        document = {"id": "a", "lang": "fr", "paragraphs": [PONT]}
        asking = threading.Thread(target=lambda: answers.append(served.ask("/api/v1/documents", document)))
        asking.start()
        time.sleep(0.5)
        assert served.stop() == 0
        asking.join()
    assert answers[0][0] == 201
    with Corpus(tmp_path / "corpus", encoder=TinyEncoder()) as corpus:
        assert corpus.store.counts()["documents"] == 1


@pytest.mark.parametrize(
    ("message", "arguments", "expected"),
    [
        ("Invalid request from ip=::1: Invalid HTTP Version: 'words HTTP/1.1'", (), "Invalid request from ip=::1"),
        ("Error handling request %s %s", ("GET", "/search?q=words"), "Error handling request"),
        ("Booting worker with pid: %s", (7,), "Booting worker with pid: 7"),
    ],
)
def test_gunicorns_warnings_quote_no_client(message: str, arguments: tuple[object, ...], expected: str) -> None:
    record = logging.LogRecord("gunicorn.error", logging.WARNING, "", 0, message, arguments, None)
    assert NoRequestText().filter(record)
    assert record.getMessage() == expected
