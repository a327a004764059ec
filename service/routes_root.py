"""What the service is, where things are, and whether it is ready."""

from __future__ import annotations

import re
from http import HTTPStatus

from flask import current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from aligner.version import PACKAGE, version
from service.access import OPEN, scope
from service.schemas_root import Health, Index, Ready
from service.validation import Blueprint
from service.views import API, Record, runtime

__all__ = ["root"]

JSON, HTML = "application/json", "text/html"
NAMED = {f"{API}/memory/{{id}}": "confirmed_pair", f"{API}/stories/{{id}}": "story"}
UNNAMED = ("tm_", "pages.")  # what tmserver serves under either base, and pages for people
PARAMETER = re.compile(r"<[^<>]*>")

root = Blueprint("root", __name__, tag="service")


@root.get("/")
@scope(OPEN)
@root.output(Index)
@root.doc(responses={303: "A browser is led to the pages."})
def index() -> Record | Response:
    """Say what this is and where things are; lead a browser to the pages."""
    if request.accept_mimetypes.best_match([JSON, HTML], JSON) == HTML:
        return redirect(url_for("pages.search_page"), HTTPStatus.SEE_OTHER)
    return {"name": PACKAGE, "version": version(), "links": _links()}


@root.get(f"{API}/health")
@scope(OPEN)
@root.output(Health)
def health() -> Record:
    """Say that the process lives."""
    return {"status": "ok"}


@root.get(f"{API}/ready")
@scope(OPEN)
@root.output(Ready)
def ready() -> Record:
    """Say that the encoder is loaded and the corpus can be read."""
    corpus = runtime().corpus
    return {"status": "ready", "model": corpus.encoder.name, **corpus.store.counts()}


def _links() -> dict[str, str]:
    """Return each path of the service by a name that is made of it."""
    own = (rule for rule in current_app.url_map.iter_rules() if not rule.endpoint.startswith(UNNAMED))
    rules = {rule.rule for rule in own} - {"/", "/docs/<asset>"}
    paths = sorted(PARAMETER.sub("{id}", rule) for rule in rules)
    return {NAMED.get(path) or _name(path): path for path in paths}


def _name(path: str) -> str:
    """Return the words of a path, those before an id in the singular: document_matches."""
    words = path.removeprefix(API).removesuffix(".json").replace("s/{id}", "").replace("/{id}", "").split("/")
    return "_".join(word for word in words if word)
