"""Jobs one after the other: of several workers, behind a disk that was full, and of the corpus that they are for."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from answers import serving
from children import command, environment
from flask.testing import FlaskClient
from test_jobs import API, ended, post, records, until

from aligner.backup import back_up, restore
from aligner.store_jobs import JobItem, Jobs
from aligner.store_ledger import Ledger
from service import Settings
from service import jobs as service_jobs

NO_ROOM = """
CREATE TRIGGER full_items BEFORE UPDATE ON job_items BEGIN SELECT raise(ABORT, 'no room'); END;
CREATE TRIGGER full_jobs BEFORE UPDATE OF finished ON jobs BEGIN SELECT raise(ABORT, 'no room'); END;
"""
CLAIMS = """
import sys
from pathlib import Path
from aligner.store_jobs import Jobs
from aligner.store_ledger import Ledger
job = Jobs(Ledger(Path(sys.argv[1]))).claim()
print(job and job.id, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    monkeypatch.setattr(service_jobs, "RETRY_SECONDS", 0.05)
    with serving(tmp_path / "corpus", settings=Settings()) as client:
        yield client
        client.application.extensions["jobs"].end()


def test_no_worker_takes_a_job_on_while_another_works(tmp_path: Path) -> None:
    """Else the batch of an older job might take the place of what a newer one stored."""
    ledger = Ledger(tmp_path / "service.sqlite")
    jobs = Jobs(ledger)
    ids = [jobs.add("documents", [JobItem(record={})]).id for _ in range(2)]
    with subprocess.Popen(
        command(CLAIMS, ledger.path), env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == ids[0]
        assert jobs.claim() is None
        other.communicate()
    claimed = jobs.claim()  # of a process that is no more
    assert claimed is not None
    assert claimed.id == ids[0]
    jobs.end(claimed.id, "done")
    claimed = jobs.claim()
    assert claimed is not None
    assert claimed.id == ids[1]


def test_a_job_goes_on_when_there_is_room_again(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    runner = client.application.extensions["jobs"]
    path = client.application.extensions["ledger"].path
    first = ended(client, post(client, records(1), "?async=true").get_json()["id"])
    with Ledger(path).transaction() as connection:
        for statement in NO_ROOM.strip().splitlines():
            connection.execute(statement)
    id = post(client, records(3, start=1), "?async=true").get_json()["id"]
    until(lambda: "the jobs cannot be worked on; the next try is in 0.05 s" in caplog.text)
    assert runner.jobs.get(id).state == "running"  # stored, and that cannot be put down
    with Ledger(path).transaction() as connection:
        connection.execute("DROP TRIGGER full_items")
        connection.execute("DROP TRIGGER full_jobs")
    job = ended(client, id)
    assert (first["state"], job["state"], job["counts"]) == ("done", "done", {"unchanged": 3})


def test_a_restored_backup_ends_the_jobs_and_answers_of_the_corpus_before(client: FlaskClient, tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    jobs: Jobs = client.application.extensions["jobs"].jobs
    back_up(folder, tmp_path / "backup")
    keyed = {"Idempotency-Key": "k"}
    assert post(client, records(1), **keyed).status_code == 201
    assert post(client, records(1), **keyed).headers["Idempotency-Replayed"] == "true"
    left = jobs.add("documents", [JobItem(record={"id": "left", "lang": "fr", "text": "Le port.", "blocks": None})]).id
    restore(tmp_path / "backup", folder, replace=True)
    again = post(client, records(1), **keyed)
    assert (again.status_code, again.get_json()["created"]) == (201, 1)
    assert "Idempotency-Replayed" not in again.headers
    job = ended(client, post(client, records(1, start=1), "?async=true").get_json()["id"])
    assert job["state"] == "done"
    assert jobs.get(left).state == "interrupted"
    assert jobs.get(left).reason == "a backup was put in the place of the corpus that it was for"
    assert [each["id"] for each in client.get(f"{API}/documents").get_json()["documents"]] == ["d0000", "d0001"]
