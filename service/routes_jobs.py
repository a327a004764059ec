"""Jobs: listed, followed, cancelled; and the work that is always one."""

from __future__ import annotations

from flask import url_for
from werkzeug.exceptions import Conflict

from aligner.store_jobs import ENDED, JOB_STATES, Job, JobItem
from service.access import scope
from service.jobs import INDEXES, runner
from service.schemas_jobs import JobDetails, JobList, JobQuery, JobRecord, JobsQuery
from service.validation import Blueprint
from service.views import API, Record, asked_for, runtime

__all__ = ["JOB", "Accepted", "accepted", "job_record", "working"]

JOB = {"application/json": {"schema": {"$ref": "#/components/schemas/JobRecord"}}}

working = Blueprint("working", __name__, url_prefix=API, tag="jobs")

Accepted = tuple[Record, int, dict[str, str]]


def job_record(job: Job) -> Record:
    """Return a job for JSON."""
    names = ("id", "kind", "state", "cancelling", "created", "started", "finished", "reason")
    progress = {"total": job.total, "done": job.done}
    return {name: getattr(job, name) for name in names} | {"progress": progress, "counts": dict(job.counts)}


def accepted(job: Job) -> Accepted:
    """Return the answer to work that goes on behind it: 202, and where the job is."""
    return job_record(job), 202, {"Location": url_for("working.get_job", job=job.id)}


@working.get("/jobs")
@working.input(JobsQuery, location="query", arg_name="query")
@working.output(JobList)
def list_jobs(query: JobsQuery) -> Record:
    """Answer with a page of jobs, the latest first."""
    found = runner().jobs.latest(states=query.state or JOB_STATES, before=query.after, limit=query.limit + 1)
    page = found[: query.limit]
    return {"jobs": [job_record(job) for job in page], "next": page[-1].id if len(found) > query.limit else None}


@working.get("/jobs/<job>")
@working.input(JobQuery, location="query", arg_name="query")
@working.output(JobDetails)
def get_job(job: str, query: JobQuery) -> Record:
    """Answer with how far a job is, and what became of its items."""
    jobs = runner().jobs
    with asked_for(f"job {job!r}"):
        found = jobs.get(job)
    results = jobs.results(job, start=query.offset, limit=query.limit + 1)
    page = results[: query.limit]
    return {
        **job_record(found),
        "results": [{"position": at, **result} for at, result in page],
        "next": page[-1][0] + 1 if len(results) > query.limit else None,
    }


@working.delete("/jobs/<job>")
@scope("write")
@working.output(JobRecord)
@working.doc(responses={202: "It ends before its next batch.", 409: "It has ended already."})
def cancel_job(job: str) -> tuple[Record, int]:
    """Cancel a job: at once, or before its next batch; what is done of it stays."""
    jobs = runner().jobs
    with asked_for(f"job {job!r}"):
        before = jobs.get(job)
    if before.state in ENDED:
        raise Conflict(f"the job has ended already: {before.state}")
    found = jobs.cancel(job)
    return job_record(found), 200 if found.state in ENDED else 202


@working.post("/indexes/rebuild")
@scope("admin")
@working.output(JobRecord, status_code=202, description="A job makes them.")
def rebuild_indexes() -> Accepted:
    """Make the indexes anew from what is stored, and save them."""
    _ = runtime().corpus  # one that is not ready has nothing to rebuild
    return accepted(runner().submit(INDEXES, [JobItem(record={})]))
