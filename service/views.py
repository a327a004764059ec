"""What every view needs: the runtime, and the 404 of what was asked for."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import ParamSpec, TypeVar

from flask import current_app, request
from werkzeug.exceptions import NotFound

from aligner.errors import NotFoundError
from service.comparisons import Comparisons
from service.matches_kept import MatchesKept
from service.outlets import Outlets
from service.runtime import Runtime

__all__ = [
    "API",
    "Record",
    "also_takes",
    "asked_for",
    "comparisons",
    "matches_kept",
    "outlets",
    "prefers_async",
    "runtime",
    "told",
]

API = "/api/v1"

Record = dict[str, object]
EXPLAINING = {"similarities", "spans", "evidence"}  # fields of a match that `explain` asks for
P = ParamSpec("P")
R = TypeVar("R")


def runtime() -> Runtime:
    """Return what this worker holds."""
    found: Runtime = current_app.extensions["runtime"]
    return found


def comparisons() -> Comparisons:
    """Return the comparisons that this worker made last."""
    found: Comparisons = current_app.extensions["comparisons"]
    return found


def matches_kept() -> MatchesKept:
    """Return the matches that this worker found last."""
    found: MatchesKept = current_app.extensions["matches_kept"]
    return found


def outlets() -> Outlets:
    """Return the outlets that this worker knows."""
    found: Outlets = current_app.extensions["outlets"]
    return found


@contextlib.contextmanager
def asked_for(what: str) -> Iterator[None]:
    """Answer 404 where the library does not find what was asked for; elsewhere its NotFoundError is a failure."""
    try:
        yield
    except NotFoundError:
        raise NotFound(f"no {what}") from None


def prefers_async() -> bool:
    """Say whether the request prefers an answer before the work is done (RFC 7240)."""
    preferences = ",".join(request.headers.getlist("Prefer")).lower().split(",")
    return any(each.partition(";")[0].strip() == "respond-async" for each in preferences)


def told(record: Record, *, explain: bool) -> Record:
    """Return a match as it is answered: with all that explains it, or in short."""
    return record if explain else {name: value for name, value in record.items() if name not in EXPLAINING}


def also_takes(bodies: Mapping[str, object]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return a decorator that tells OpenAPI of bodies other than JSON, by media type."""

    def marked(view: Callable[P, R]) -> Callable[P, R]:
        view.more_bodies = bodies  # type: ignore[attr-defined]
        return view

    return marked
