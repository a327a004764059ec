"""Long work behind an answer: one thread a worker takes on the jobs of the corpus, whoever they were given to."""

from __future__ import annotations

import atexit
import contextlib
import logging
import threading
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Flask, current_app

from aligner.corpus import BATCH_DOCUMENTS
from aligner.documents import Document
from aligner.errors import AlignerError
from aligner.store_jobs import Job, JobItem, Jobs
from aligner.store_ledger import Ledger
from aligner.store_memory import MemoryStore
from service.imports import Upload, import_report
from service.problems import classified
from service.runtime import NotReadyError, Runtime
from service.uploads import outcome_record

__all__ = ["DOCUMENTS", "FILE", "IMPORT", "INDEXES", "JobRunner", "init_app", "ledger", "runner"]

FILE = "service.sqlite"
DOCUMENTS, IMPORT, INDEXES = "documents", "import", "indexes"  # kinds of jobs
READY_SECONDS = 0.2  # between looks whether the worker ends
RETRY_SECONDS = 10  # after what kept the jobs from being worked on, a full disk say
END_SECONDS = 10  # that a batch may take when the worker ends

log = logging.getLogger(__name__)


class JobRunner:
    """Works on the jobs of a corpus, one after the other, in a thread that lives while there are any."""

    def __init__(self, runtime: Runtime, ledger: Ledger) -> None:
        self.jobs = Jobs(ledger)
        self._ledger = ledger
        self._runtime = runtime
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None
        self._wanted = False  # there may be a job that the thread has not seen
        self._ending = threading.Event()

    def submit(self, kind: str, items: Sequence[JobItem]) -> Job:
        """Put a job on the disk and have it worked on; return it. Raises NotReadyError."""
        self._ledger.follow(self._runtime.corpus.name)
        job = self.jobs.add(kind, items)
        self.wake()
        return job

    def wake(self) -> None:
        """Have the jobs looked at."""
        with self._guard:
            self._wanted = True
            if self._thread is None and not self._ending.is_set():
                self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)
                self._thread.start()

    def end(self) -> None:
        """Let the present batch end; what is left is taken on at the next start."""
        self._ending.set()
        if (thread := self._thread) is not None:
            thread.join(END_SECONDS)

    def _run(self) -> None:
        while True:
            with self._guard:
                if not self._wanted or self._ending.is_set():
                    self._thread = None
                    return
                self._wanted = False
            try:
                if not self._is_ready():
                    continue
                while not self._ending.is_set() and (job := self._next()):
                    self._work(job)
            except Exception:  # such as a full disk: the jobs stay as they are
                log.exception("the jobs cannot be worked on; the next try is in %s s", RETRY_SECONDS)
                self._ending.wait(RETRY_SECONDS)
                with self._guard:
                    self._wanted = True

    def _is_ready(self) -> bool:
        """Wait for the corpus; say whether there is one."""
        while not self._ending.is_set():
            if self._runtime.settled.wait(READY_SECONDS):
                with contextlib.suppress(NotReadyError):
                    return self._runtime.corpus is not None
                return False
        return False

    def _next(self) -> Job | None:
        self._ledger.follow(self._runtime.corpus.name)
        return self.jobs.claim()

    def _work(self, job: Job) -> None:
        try:
            while items := self.jobs.waiting(job.id, limit=BATCH_DOCUMENTS):
                if self._ending.is_set():
                    return
                self._ledger.follow(self._runtime.corpus.name)
                now = self.jobs.get(job.id)
                if now.finished is not None:  # with the corpus that it was for
                    return
                if now.cancelling:
                    self.jobs.end(job.id, "cancelled")
                    return
                results = self._batch(job.kind, [record for _, record in items])
                self.jobs.finish(job.id, [(at, result) for (at, _), result in zip(items, results, strict=True)])
            self.jobs.end(job.id, "done")
        except Exception as error:
            if self._ending.is_set():  # the corpus was closed under it
                return
            status, reason = classified(error)
            if isinstance(error, AlignerError) and status != HTTPStatus.INTERNAL_SERVER_ERROR:
                log.error("job %s: %s", job.id, error)
            else:
                log.exception("job %s", job.id)
            self.jobs.end(job.id, "failed", reason=reason)

    def _batch(self, kind: str, records: Sequence[Mapping[str, Any]]) -> list[dict[str, object]]:
        """Do what the records ask for; return what became of each."""
        if kind == INDEXES:
            counts = self._runtime.rebuild_indexes()
            return [{"status": "done", "paragraphs": dict(counts)} for _ in records]
        if kind == IMPORT:
            store = MemoryStore(self._runtime.corpus.store)
            uploads = [Upload.from_record(record) for record in records]
            return [{"status": "done", "report": import_report(store, upload)} for upload in uploads]
        outcomes = self._runtime.add([_document(record) for record in records])
        return [outcome_record(outcome) for outcome in outcomes]


def _document(record: Mapping[str, Any]) -> Document:
    blocks = record["blocks"]
    spans = None if blocks is None else tuple((start, end) for start, end in blocks)
    return Document(**{**record, "blocks": spans})


def init_app(app: Flask, runtime: Runtime, folder: Path) -> None:
    """Give an app its runner; jobs that were left behind are taken on."""
    app.extensions["ledger"] = Ledger(folder / FILE)
    found = JobRunner(runtime, app.extensions["ledger"])
    app.extensions["jobs"] = found
    atexit.register(found.end)
    if (folder / FILE).exists():
        found.wake()


def ledger() -> Ledger:
    """Return what is remembered of requests, by all workers."""
    found: Ledger = current_app.extensions["ledger"]
    return found


def runner() -> JobRunner:
    """Return the runner of this worker."""
    found: JobRunner = current_app.extensions["jobs"]
    return found
