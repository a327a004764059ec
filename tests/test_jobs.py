"""Long work behind an answer: followed, cancelled, taken on by whoever comes next."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from answers import checked_client
from flask.testing import FlaskClient
from served import Served, serving
from tiny import TinyEncoder

from aligner.arrays import Vectors
from aligner.corpus import BATCH_DOCUMENTS, Corpus
from aligner.errors import NotFoundError
from aligner.processes import is_alive, own_mark
from aligner.store_jobs import MAX_ATTEMPTS, JobItem, Jobs
from aligner.store_ledger import Ledger
from aligner.vectors import Progress
from service import Settings, create_app

PONT = "La mairie a fermé le vieux pont mardi."
SETTINGS = Settings(async_documents=100)
API = "/api/v1"


class GatedEncoder(TinyEncoder):
    """Encodes when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.gate.set()
        self.waiting = threading.Event()

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        self.waiting.set()
        assert self.gate.wait(30)
        return super().encode(texts, progress=progress)


@pytest.fixture
def encoder() -> GatedEncoder:
    return GatedEncoder()


@pytest.fixture
def client(tmp_path: Path, encoder: GatedEncoder) -> Iterator[FlaskClient]:
    with Corpus(tmp_path, encoder=encoder, create=True) as corpus:
        client = checked_client(corpus, settings=SETTINGS)
        yield client
        encoder.gate.set()
        client.application.extensions["jobs"].end()


def records(count: int, *, start: int = 0) -> list[dict[str, object]]:
    return [{"id": f"d{n:04}", "lang": "fr", "paragraphs": [f"{PONT} {n}"]} for n in range(start, start + count)]


def until(found: Callable[[], Any]) -> Any:
    limit = time.monotonic() + 30
    while time.monotonic() < limit:
        if value := found():
            return value
        time.sleep(0.01)
    raise AssertionError("it never came")


def job_of(client: FlaskClient, id: str, **query: int) -> Any:
    return client.get(f"{API}/jobs/{id}", query_string=query).get_json()


def ended(client: FlaskClient, id: str) -> Any:
    return until(lambda: (job := job_of(client, id))["finished"] and job)


def post(client: FlaskClient, body: object, query: str = "", **headers: str) -> Any:
    return client.post(f"{API}/documents{query}", json=body, headers=headers)


@pytest.mark.parametrize(
    ("count", "query", "headers", "status"),
    [
        (99, "", {}, 201),
        (100, "", {}, 202),
        (100, "?async=false", {}, 201),
        (1, "?async=true", {}, 202),
        (1, "", {"Prefer": "respond-async"}, 202),
        (1, "", {"Prefer": "wait=10, Respond-Async;x=1"}, 202),
        (1, "", {"Prefer": "return=minimal"}, 201),
        (1, "?async=false", {"Prefer": "respond-async"}, 201),
    ],
)
def test_who_is_answered_with_a_job(
    client: FlaskClient, count: int, query: str, headers: dict[str, str], status: int
) -> None:
    assert post(client, records(count), query, **headers).status_code == status


def test_a_job_stores_what_a_request_would(client: FlaskClient) -> None:
    body = [*records(70), 3, records(1)[0], {"id": "x", "text": ""}, {"id": "d0000", "text": "Autre"}]
    response = post(client, body, "?async=true")
    job = response.get_json()
    assert response.headers["Location"] == f"{API}/jobs/{job['id']}"
    assert (job["kind"], job["progress"]["total"], job["counts"]["refused"]) == ("documents", 74, 3)
    job = ended(client, job["id"])
    assert (job["state"], job["progress"], job["reason"]) == ("done", {"total": 74, "done": 74}, None)
    assert job["counts"] == {"created": 70, "refused": 3, "unchanged": 1}
    at_once = post(client, body, "?async=false").get_json()
    by_job = [{name: value for name, value in result.items() if name != "position"} for result in job["results"]]
    assert [r | {"status": 0, "paragraphs": 0} for r in by_job] == [
        r | {"status": 0, "paragraphs": 0} for r in at_once["results"]
    ]
    assert at_once["unchanged"] == 71
    first = job_of(client, job["id"], limit=72)
    rest = job_of(client, job["id"], offset=first["next"])
    assert ([r["position"] for r in rest["results"]], rest["next"]) == ([72, 73], None)


def test_jobs_are_listed_and_followed(client: FlaskClient, encoder: GatedEncoder) -> None:
    encoder.gate.clear()
    ids = [post(client, records(1, start=n), "?async=true").get_json()["id"] for n in range(3)]
    encoder.waiting.wait(30)
    assert [job["id"] for job in client.get(f"{API}/jobs").get_json()["jobs"]] == ids[::-1]
    page = client.get(f"{API}/jobs?limit=2").get_json()
    assert page["next"] == ids[1]
    assert [job["id"] for job in client.get(f"{API}/jobs?after={page['next']}").get_json()["jobs"]] == ids[:1]
    assert [job["id"] for job in client.get(f"{API}/jobs?state=running").get_json()["jobs"]] == ids[:1]
    assert client.get(f"{API}/jobs?state=lost").get_json()["field"] == "state"
    encoder.gate.set()
    assert [ended(client, id)["state"] for id in ids] == ["done"] * 3
    assert client.get(f"{API}/jobs?state=queued&state=running").get_json() == {"jobs": [], "next": None}
    numbers = client.get("/metrics").text.splitlines()
    assert 'aligner_jobs{state="done"} 3.0' in numbers
    assert 'aligner_jobs{state="running"} 0.0' in numbers
    assert client.get(f"{API}/jobs/none").status_code == 404


def test_a_job_is_cancelled_between_batches_and_what_is_done_stays(client: FlaskClient, encoder: GatedEncoder) -> None:
    encoder.gate.clear()
    running = post(client, records(3 * BATCH_DOCUMENTS), "?async=true").get_json()["id"]
    queued = post(client, records(1, start=900), "?async=true").get_json()["id"]
    encoder.waiting.wait(30)
    answer = client.delete(f"{API}/jobs/{queued}")
    assert (answer.status_code, answer.get_json()["state"]) == (200, "cancelled")
    answer = client.delete(f"{API}/jobs/{running}")
    assert (answer.status_code, answer.get_json()["state"], answer.get_json()["cancelling"]) == (202, "running", True)
    encoder.gate.set()
    job = ended(client, running)
    assert (job["state"], job["progress"]["done"]) == ("cancelled", BATCH_DOCUMENTS)
    listed = client.get(f"{API}/documents?limit=1000").get_json()["documents"]
    assert [one["id"] for one in listed] == [f"d{n:04}" for n in range(BATCH_DOCUMENTS)]
    again = client.delete(f"{API}/jobs/{running}")
    assert (again.status_code, again.get_json()["detail"]) == (409, "the job has ended already: cancelled")
    assert client.delete(f"{API}/jobs/none").status_code == 404


def test_a_job_that_fails_says_why(client: FlaskClient, tmp_path: Path) -> None:
    corpus: Corpus = client.application.extensions["runtime"].corpus
    corpus.store.rows("CREATE TRIGGER t BEFORE INSERT ON documents BEGIN SELECT raise(ABORT, 'no'); END")
    job = ended(client, post(client, records(2), "?async=true").get_json()["id"])
    assert (job["state"], job["reason"]) == ("failed", "the corpus cannot be read or written now")
    assert str(tmp_path) not in json.dumps(job)


def test_indexes_are_made_anew(client: FlaskClient, tmp_path: Path) -> None:
    assert ended(client, client.post(f"{API}/indexes/rebuild").get_json()["id"])["results"][0]["paragraphs"] == {}
    post(client, [*records(3), {"id": "e", "lang": "en", "paragraphs": ["The old bridge is closed."]}])
    response = client.post(f"{API}/indexes/rebuild")
    job = ended(client, response.get_json()["id"])
    assert (response.status_code, job["kind"], job["state"]) == (202, "indexes", "done")
    assert job["results"] == [{"position": 0, "status": "done", "paragraphs": {"en": 1, "fr": 3}}]
    assert sorted(path.name for path in tmp_path.glob("*.faiss")) == ["en.faiss", "fr.faiss"]
    hits = client.post(f"{API}/search", json={"text": "The old bridge", "to": "fr"}).get_json()["results"]
    assert len(hits) == 3


DIES = """
import sys, threading
from pathlib import Path
sys.path.insert(0, "tests")
from test_jobs import GatedEncoder, records
from aligner.corpus import Corpus
from service import Settings, create_app
encoder = GatedEncoder()
corpus = Corpus(Path(sys.argv[1]), encoder=encoder, create=True)
client = create_app(corpus, settings=Settings()).test_client()
encoder.gate.clear()
print(client.post("/api/v1/documents?async=true", json=records(100)).get_json()["id"], flush=True)
encoder.waiting.wait(30)
if sys.argv[2] == "batch":
    encoder.gate.set()
    import time
    while not corpus.store.counts()["documents"]: time.sleep(0.001)
import os
os._exit(9)
"""


@pytest.mark.parametrize("when", ["at once", "batch"])
def test_a_job_is_taken_on_after_its_process_died(tmp_path: Path, when: str) -> None:
    died = subprocess.run(
        [sys.executable, "-c", DIES, str(tmp_path), when], capture_output=True, text=True, check=False
    )
    assert died.returncode == 9, died.stderr
    id = died.stdout.strip()
    with Corpus(tmp_path, encoder=TinyEncoder(), create=True) as corpus:
        app = create_app(corpus, settings=SETTINGS)  # starts with what was left behind
        job = ended(app.test_client(), id)
        app.extensions["jobs"].end()
        assert (job["state"], job["progress"]) == ("done", {"total": 100, "done": 100})
        assert corpus.store.counts()["documents"] == 100
    assert [result["position"] for result in job["results"]] == list(range(100))


def test_workers_share_a_job_and_take_it_on_from_each_other(tmp_path: Path) -> None:
    with serving(tmp_path, app="served:slow_app()", workers=2) as served:
        count = 2 * BATCH_DOCUMENTS  # a second and a half for each batch
        status, job, _ = served.ask(f"{API}/documents?async=true", records(count), headers={"Idempotency-Key": "k"})
        assert status == 202
        path = f"{API}/jobs/{job['id']}"
        assert {served.ask(path)[1]["id"] for _ in range(20)} == {job["id"]}
        until(lambda: served.ask(path)[1]["progress"]["done"])
        for worker in served.workers():
            os.kill(worker, signal.SIGKILL)
        job = until(lambda: (found := answer(served, path)) and found["finished"] and found)
        assert (job["state"], job["progress"]) == ("done", {"total": count, "done": count})
        assert served.ask(f"{API}/ready")[1]["documents"] == count
        again = served.ask(f"{API}/documents?async=true", records(count), headers={"Idempotency-Key": "k"})
        assert (again[0], again[1]["id"], again[2]["Idempotency-Replayed"]) == (202, job["id"], "true")


def answer(served: Served, path: str) -> Any:
    """Return what is answered; None while no worker is there or none is ready."""
    try:
        status, found, _ = served.ask(path)
    except OSError:
        return None
    return found if status == 200 else None


def test_a_job_whose_processes_keep_dying_is_interrupted(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "service.sqlite")
    jobs = Jobs(ledger)
    assert jobs.latest() == []
    assert not ledger.path.exists()
    id = jobs.add("documents", [JobItem(record={"a": 1}), JobItem(result={"status": "refused"})]).id
    for _ in range(MAX_ATTEMPTS):
        claimed = jobs.claim()
        assert claimed is not None
        assert (claimed.id, claimed.state) == (id, "running")
        again = jobs.claim()  # what this process left: no work on it was lost by a death
        assert again is not None
        assert again.id == id
        with ledger.transaction() as connection:
            connection.execute("UPDATE jobs SET owner = '999999999-1-x'")
    assert jobs.claim() is None
    job = jobs.get(id)
    assert (job.state, job.total, job.done) == ("interrupted", 2, 1)
    assert job.reason == "the process that worked on it ended 3 times without getting on"
    with pytest.raises(NotFoundError, match="no job 'x'"):
        jobs.cancel("x")


def test_who_lives() -> None:
    assert is_alive(own_mark())
    assert not is_alive(own_mark().replace("-", "-9", 1))  # its number was given to another process
    assert not is_alive("")
    child = subprocess.Popen([sys.executable, "-c", "import aligner.processes as p; print(p.own_mark())"], stdout=-1)
    mark = child.communicate()[0].decode().strip()
    assert mark.startswith(f"{child.pid}-")
    assert not is_alive(mark)
