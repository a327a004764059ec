"""The one shape of all errors: application/problem+json (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge

from aligner.errors import (
    AlignerError,
    ChangedError,
    CorpusError,
    EncoderError,
    InputError,
    ModelMismatchError,
    NotFoundError,
    ReadOnlyError,
    StorageFullError,
    TooSlowError,
)
from service.runtime import NotReadyError

__all__ = ["classified", "http_problem", "logged", "problem", "register"]

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = "5"

# What the library says of these names files of the server: it goes to the log, and this to the client.
FAILURES: tuple[tuple[type[Exception], HTTPStatus, str], ...] = (
    (ReadOnlyError, HTTPStatus.SERVICE_UNAVAILABLE, "the corpus may be read and not written"),
    (StorageFullError, HTTPStatus.INSUFFICIENT_STORAGE, "no room on the server's disk; send the request again later"),
    (ModelMismatchError, HTTPStatus.INTERNAL_SERVER_ERROR, "the corpus was built with another model"),
    (CorpusError, HTTPStatus.SERVICE_UNAVAILABLE, "the corpus cannot be read or written now"),
    (TooSlowError, HTTPStatus.SERVICE_UNAVAILABLE, "the answer takes longer than is allowed; ask for less, or later"),
    (EncoderError, HTTPStatus.SERVICE_UNAVAILABLE, "the model cannot be used"),
    (NotFoundError, HTTPStatus.SERVICE_UNAVAILABLE, "the corpus is gone or has just changed; send the request again"),
    (Exception, HTTPStatus.INTERNAL_SERVER_ERROR, "an error of the service; it is in the log"),
)


def register(app: Flask) -> None:
    """Have every error of an app answered as a problem."""
    app.register_error_handler(HTTPException, http_problem)
    app.register_error_handler(InputError, _input)
    app.register_error_handler(ChangedError, _changed)
    app.register_error_handler(NotReadyError, _not_ready)
    app.register_error_handler(Exception, _failure)


def problem(status: int, detail: str, *, field: str = "") -> Response:
    """Return a problem as a response; `field` is what was wrong in the request, where it is one field."""
    fields: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        "instance": quote(request.path),
    }
    if field:
        fields["field"] = field
    # A name out of the request may hold half of a surrogate pair, which UTF-8 cannot.
    body = current_app.json.dumps(fields).encode("utf-8", "backslashreplace")
    response = Response(body + b"\n", status=status, content_type=MEDIA_TYPE)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = RETRY_SECONDS
    return response


def http_problem(error: HTTPException) -> Response:
    """Return what Werkzeug raises, as a problem."""
    response = problem(error.code or HTTPStatus.INTERNAL_SERVER_ERROR, _detail(error))
    for name, value in error.get_headers(request.environ):
        if name.lower() != "content-type":  # such as Allow
            response.headers[name] = value
    return response


def _detail(error: HTTPException) -> str:
    """Return an error's own text, or ours in place of Werkzeug's general ones."""
    if error.description and error.description != type(error).description:
        return error.description
    if isinstance(error, NotFound):
        return "no such route; GET / names the routes"
    if isinstance(error, MethodNotAllowed):
        return f"expected {' or '.join(sorted(error.valid_methods or ()))}, found {request.method}"
    if isinstance(error, RequestEntityTooLarge):
        return f"the body has more than {(request.max_content_length or 0) - 1:,} bytes"
    return error.description or error.name


def _input(error: InputError) -> Response:
    detail = f"{error.field}: {error.reason}" if error.field else error.reason
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, field=error.field)


def _changed(error: ChangedError) -> Response:
    return problem(HTTPStatus.PRECONDITION_FAILED, str(error))


def _not_ready(error: NotReadyError) -> Response:
    if error.__cause__ is None:
        detail = "the model is still loading"
    else:
        detail = f"{classified(error.__cause__)[1]}; restart the service when that is mended"
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, detail)


def _failure(error: Exception) -> Response:
    return problem(*logged(error))


def logged(error: Exception) -> tuple[HTTPStatus, str]:
    """Return what `classified` does of a failure that ends a request, and write it to the log."""
    route = request.url_rule or "no route"  # the path may hold a text of a user
    if isinstance(error, AlignerError):
        current_app.logger.error("%s %s: %s", request.method, route, error)
    else:
        current_app.logger.exception("%s %s", request.method, route, exc_info=error)
    return classified(error)


def classified(error: BaseException) -> tuple[HTTPStatus, str]:
    """Return the status of what the library raises, and what a client is told of it."""
    return next((status, detail) for kind, status, detail in FAILURES if isinstance(error, kind))
