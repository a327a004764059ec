"""Writes that may be sent twice: with the same Idempotency-Key the answer is given again and nothing is done again.

After https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/: the same key with another request
is 422, one that is still being worked on 409. Keys belong to the API key that sent them, and are kept for a day, or
until a backup is restored.
"""

from __future__ import annotations

import hashlib
import re

from flask import Flask, Response, g, request
from werkzeug.exceptions import BadRequest, Conflict, UnprocessableEntity

from aligner.store_replies import Replies
from service.access import caller, wanted_scope
from service.jobs import ledger
from service.views import runtime

__all__ = ["HEADER", "init_app"]

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEY = re.compile(r'"([\x20-\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x5b\x5d-\x7e]{1,255})')
METHODS = {"POST", "PUT", "PATCH", "DELETE"}
KEPT_HEADERS = ("Content-Type", "Location", "ETag")
PASSING = {401, 403, 408, 425, 429}  # answers that say nothing of the request, beside those of 500 and above


def init_app(app: Flask) -> None:
    """Have an app heed the keys; after access.init_app."""

    def begin() -> Response | None:
        if HEADER not in request.headers or request.method not in METHODS or request.endpoint is None:
            return None
        if wanted_scope(app, request.endpoint, request.method) not in {"write", "admin"}:
            return None
        return _begin()

    app.before_request(begin)
    app.after_request(_keep)
    app.teardown_request(_let_go)


def _begin() -> Response | None:
    found = KEY.fullmatch(request.headers[HEADER].strip())
    if found is None:
        raise BadRequest(f"{HEADER}: expected 1 to 255 printable ASCII characters, quoted or without blanks")
    key, owner = found[1] or found[2], caller().name or ""
    parts = (request.method, request.full_path, request.headers.get("Content-Type", ""))
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass") + b"\0" + request.get_data(cache=True))
    replies = Replies(ledger())
    ledger().follow(runtime().corpus.name)  # a restored one is another, of which no answer was given yet
    reply = replies.begin(owner, key, digest.hexdigest())
    if reply is None:
        g.idempotent = owner, key
        return None
    if reply.fingerprint != digest.hexdigest():
        raise UnprocessableEntity(f"{HEADER}: this key was given with another request")
    if reply.status is None:
        raise Conflict(f"{HEADER}: the request with this key is still being worked on")
    response = Response(reply.body, status=reply.status, headers=dict(reply.headers or {}))
    response.headers[REPLAYED] = "true"
    return response


def _keep(response: Response) -> Response:
    if (taken := g.pop("idempotent", None)) is None:
        return response
    replies = Replies(ledger())
    if response.status_code >= 500 or response.status_code in PASSING or response.is_streamed:
        replies.forget(*taken)
    else:
        headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
        replies.finish(*taken, status=response.status_code, headers=headers, body=response.get_data())
    return response


def _let_go(error: BaseException | None) -> None:
    """Let a key be new again whose request never came to an answer."""
    if (taken := g.pop("idempotent", None)) is not None:
        Replies(ledger()).forget(*taken)
