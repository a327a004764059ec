"""The headers that requests may carry and answers bear, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from service.conditional import DERIVED
from service.idempotency import HEADER

__all__ = ["PARAMETERS", "add_headers"]

TEXT = {"type": "string"}
PARAMETERS = {
    HEADER: "the same key with the same request is answered once and repeated from then on, for a day",
    "If-None-Match": "ETags that the client holds: 304 where nothing changed; to write, `*`: only what is new",
    "If-Match": "the ETag that the document was read with: 412 where it has changed since",
    "Prefer": "`respond-async`: to be answered with a job",
}
READ = {*DERIVED, "documents.get_document"}  # whose answers have an ETag
WRITTEN = {"documents.put_document": ("If-Match", "If-None-Match"), "documents.delete_document": ("If-Match",)}
UNCHANGED = "What the client holds is what the answer would be."


def add_headers(operation: dict[str, Any], *, endpoint: str, wanted: str) -> set[str]:
    """Add the headers of an operation; return the statuses of errors that come with them."""
    names = list(WRITTEN.get(endpoint, ()))
    statuses: set[str] = set()
    responses = operation["responses"]
    if wanted in {"write", "admin"}:
        names.append(HEADER)
        statuses |= {"400", "409"}
    if endpoint == "documents.post_documents":
        names.append("Prefer")
    if endpoint in READ:
        names.append("If-None-Match")
        responses["304"] = {"description": UNCHANGED}
        responses["200"]["headers"] = {"ETag": {"schema": TEXT}}
    if "202" in responses:
        responses["202"]["headers"] = {"Location": {"schema": TEXT, "description": "where the job is"}}
    operation["parameters"] += [
        {"name": name, "in": "header", "required": False, "schema": TEXT, "description": PARAMETERS[name]}
        for name in names
    ]
    return statuses
