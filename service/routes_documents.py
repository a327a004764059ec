"""Documents: stored, read, listed, removed."""

from __future__ import annotations

from typing import Any

from werkzeug.exceptions import NotFound
from werkzeug.http import quote_etag

from aligner.documents import Document
from aligner.export import document_record, stored_document_record
from service.access import scope
from service.conditional import document_tag, expected
from service.jobs import DOCUMENTS, runner
from service.routes_jobs import JOB, Accepted, accepted
from service.schemas_documents import (
    LINES_BODY,
    DeleteQuery,
    DocumentBody,
    DocumentList,
    DocumentResult,
    DocumentsBody,
    DocumentsQuery,
    DocumentsReport,
    PostQuery,
    Removed,
    RemovedMany,
    StoredDocument,
)
from service.schemas_matches import MAX_PAGE
from service.uploads import Upload, outcome_record
from service.validation import Blueprint
from service.views import API, Record, also_takes, asked_for, runtime

__all__ = ["documents"]

CHANGED = "The document is not what `If-Match` or `If-None-Match` says."
RESPONSES: dict[int | str, dict[str, Any]] = {
    201: {"description": "At least one document is new."},
    202: {"description": "A job stores them.", "content": JOB},
}

documents = Blueprint("documents", __name__, url_prefix=f"{API}/documents", tag="documents")


@documents.post("")
@also_takes(LINES_BODY)
@scope("write")
@documents.input(PostQuery, location="query", arg_name="query")
@documents.input(DocumentsBody, arg_name="upload")
@documents.output(DocumentsReport)
@documents.doc(responses=RESPONSES)
def post_documents(query: PostQuery, upload: Upload) -> tuple[Record, int] | Accepted:
    """Store documents, and answer with what became of each.

    Many of them are answered with a job, as is any number with `async=true` or `Prefer: respond-async`.
    """
    if query.is_async(len(upload.items), least=runtime().settings.async_documents):
        return accepted(runner().submit(DOCUMENTS, upload.job_items()))
    report = upload.report(runtime().add(upload.documents))
    return report, 201 if report["created"] else 200


@documents.get("")
@documents.input(DocumentsQuery, location="query", arg_name="query")
@documents.output(DocumentList)
def list_documents(query: DocumentsQuery) -> Record:
    """Answer with a page of documents, by id."""
    store = runtime().corpus.store
    found = store.documents(query.filters(), after=query.after or "", limit=query.limit + 1, texts=False)
    page = found[: query.limit]
    return {
        "documents": [document_record(document) for document in page],
        "next": page[-1].id if len(found) > query.limit else None,
    }


@documents.get("/<document>")
@documents.output(StoredDocument)
def get_document(document: str) -> tuple[Record, int, dict[str, str]]:
    """Answer with a document and its paragraphs."""
    store = runtime().corpus.store
    with asked_for(f"document {document!r}"):
        stored = store.document(document)
    tag = quote_etag(document_tag(stored.document.content_hash))
    return stored_document_record(stored), 200, {"ETag": tag}


@documents.put("/<document>")
@scope("write")
@documents.input(DocumentBody, arg_name="sent")
@documents.output(DocumentResult)
@documents.doc(responses={201: "The document is new.", 412: CHANGED})
def put_document(document: str, sent: Document) -> tuple[Record, int, dict[str, str]]:
    """Store a document under this id; with `If-Match` or `If-None-Match`, only in place of what that says."""
    (outcome,) = runtime().add([sent], expected=expected(document))
    tag = quote_etag(document_tag(sent.content_hash))
    return outcome_record(outcome), 201 if outcome.status == "created" else 200, {"ETag": tag}


@documents.delete("")
@scope("write")
@documents.input(DeleteQuery, location="query", arg_name="query")
@documents.output(RemovedMany)
def delete_documents(query: DeleteQuery) -> Record:
    """Remove the documents that pass all filters; at least one is to be given."""
    ids = runtime().remove_matching(query.filters(), dry_run=query.dry_run)
    return {"dry_run": query.dry_run, "removed": len(ids), "ids": ids[:MAX_PAGE]}


@documents.delete("/<document>")
@scope("write")
@documents.output(Removed)
@documents.doc(responses={412: CHANGED})
def delete_document(document: str) -> Record:
    """Remove a document; with `If-Match`, only as it was read."""
    outcome = runtime().remove(document, expected=expected(document))
    if outcome.status == "missing":
        raise NotFound(f"no document {document!r}")
    return {"id": outcome.id, "status": outcome.status}
