"""What every page has: words in the reader's language, one policy for the browser, and errors a person can read.

Pages are written by the server, hold no script, and take nothing from elsewhere.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from babel import Locale, UnknownLocaleError
from flask import Flask, Response, make_response, render_template, request
from werkzeug.exceptions import HTTPException, NotFound

from aligner.errors import InputError, TooSlowError
from service.problems import http_problem, logged
from service.runtime import NotReadyError
from service.validation import Blueprint

__all__ = ["Words", "create_blueprint", "interface", "interfaces", "language_name", "page", "register"]

FOLDER = Path(__file__).with_name("interface")
DEFAULT = "en"
MENU = (
    ("pages.search_page", "search"),
    ("pages.story_pages.stories_page", "stories"),
    ("pages.documents_page", "documents"),
)
PARAMETER = "ui"  # of the URL, so that a link keeps its language
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
RETRY_SECONDS = 5
MACHINES = "/api/"  # what is not there is a problem for whoever asks

Words = Mapping[str, Any]
"""What the pages say in one language: texts by name, in groups."""


@lru_cache
def interfaces() -> Mapping[str, Words]:
    """Return the words of each language that the pages speak: one file each in interface/."""
    found = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.toml"))}
    return dict(sorted(found.items(), key=lambda entry: (entry[0] != DEFAULT, entry[0])))


def interface() -> str:
    """Return the language of the page: the one that the URL names, else the browser's, else English."""
    known = interfaces()
    asked = request.args.get(PARAMETER, "")
    return asked if asked in known else request.accept_languages.best_match(known, DEFAULT) or DEFAULT


def language_name(tag: str | None) -> str:
    """Return what a language is called in the language of the page; a tag that CLDR does not know as it is."""
    try:
        return Locale.parse(tag or "", sep="-").get_display_name(interface()) or str(tag)
    except (UnknownLocaleError, ValueError):
        return tag or "?"


def page(template: str, *, status: int = HTTPStatus.OK, **values: object) -> Response:
    """Return a page as a response; the template has `words` and `ui` beside the values."""
    ui = interface()
    asked = {name: found for name, found in request.args.lists() if name != PARAMETER}
    body = render_template(
        template,
        words=interfaces()[ui],
        ui=ui,
        interfaces=interfaces(),
        menu=MENU,
        language_name=language_name,
        same={lang: _here(asked, lang) for lang in interfaces()},
        **values,
    )
    response = make_response(body, status)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Vary"] = "Accept-Language"
    return response


def _here(asked: Mapping[str, list[str]], lang: str) -> str:
    """Return this page's URL in another language."""
    pairs = [(name, value) for name, values in asked.items() for value in values]
    return f"{quote(request.path)}?{urlencode([*pairs, (PARAMETER, lang)], errors='replace')}"


def create_blueprint(name: str) -> Blueprint:
    """Return a blueprint of pages, whose errors are pages too."""
    blueprint = Blueprint(name, __name__, template_folder="templates", enable_openapi=False)
    blueprint.register_error_handler(HTTPException, _http)
    blueprint.register_error_handler(InputError, _input)
    blueprint.register_error_handler(NotReadyError, _not_ready)
    blueprint.register_error_handler(TooSlowError, _too_slow)
    blueprint.register_error_handler(Exception, _failure)
    return blueprint


def register(app: Flask) -> None:
    """Have a browser that asks for what is nowhere answered with a page; after problems.register, whose it is else."""
    app.register_error_handler(HTTPException, _unrouted)


def _unrouted(error: HTTPException) -> Response:
    wants = request.accept_mimetypes.best_match(["application/json", "text/html"], "application/json")
    is_page = request.endpoint is None and wants == "text/html" and not request.path.startswith(MACHINES)
    return _http(error) if is_page else http_problem(error)


def _http(error: HTTPException) -> Response:
    words = interfaces()[interface()]
    ours = isinstance(error, NotFound) and error.description == NotFound.description
    detail = words["error"]["missing"] if ours else error.description or error.name
    response = page("error.html", status=error.code or HTTPStatus.INTERNAL_SERVER_ERROR, detail=detail)
    for name, value in error.get_headers(request.environ):
        if name.lower() != "content-type":
            response.headers[name] = value
    return response


def _input(error: InputError) -> Response:
    return page("error.html", status=HTTPStatus.UNPROCESSABLE_ENTITY, detail=str(error))


def _not_ready(error: NotReadyError) -> Response:
    words = interfaces()[interface()]
    response = page("error.html", status=HTTPStatus.SERVICE_UNAVAILABLE, detail=words["error"]["loading"])
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _too_slow(error: TooSlowError) -> Response:
    words = interfaces()[interface()]
    response = page("error.html", status=logged(error)[0], detail=words["error"]["slow"])
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _failure(error: Exception) -> Response:
    status, detail = logged(error)
    return page("error.html", status=status, detail=detail)
