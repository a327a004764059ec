"""The protocol of tmserver and amaGama, which Weblate, Virtaal, Okapi and Pootle speak.

A client shows a wrong status to its translators, and some stop asking for half an hour after 401, 403, 429 or 503. So
what cannot be answered is answered with an empty list wherever that is true: there is no suggestion.
"""

from __future__ import annotations

import re
from http import HTTPStatus

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import BadRequest

from aligner.errors import CorpusError, EncoderError, InputError, TooSlowError
from aligner.languages import locale_tag
from aligner.memory import DEFAULT_LIMIT, MAX_LIMIT
from aligner.store_memory import ConfirmedPair, confirmed_pair
from aligner.suggestions import Suggestion
from service.access import Access, caller, scope
from service.parsing import read_json
from service.problems import problem
from service.runtime import NotReadyError
from service.translation import CUT_CHARS, memory, permit_writes, tag_or_none, whole

__all__ = ["BASES", "blueprints"]

BASES = ("/tmserver", "/api/v1/tm")
CALLBACK = re.compile(r"[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*", re.ASCII)
MAX_CALLBACK_CHARS = 100
MAX_UNITS = 1_000  # in one request

Record = dict[str, object]


def blueprints() -> list[Blueprint]:
    """Return the routes under each of the base paths."""
    return [_blueprint(base) for base in BASES]


def _blueprint(base: str) -> Blueprint:
    found = Blueprint(f"tm{base.replace('/', '_')}", __name__, url_prefix=base)
    found.get("/languages/")(languages)
    found.get("/<source>/<target>/unit/", strict_slashes=True)(unit_of_query)  # the text "/" is a unit's
    found.get("/<source>/<target>/unit/<anytext:text>")(unit)
    found.put("/<source>/<target>/unit/<anytext:text>")(put_unit)
    found.post("/<source>/<target>/unit/<anytext:text>")(put_unit)
    found.post("/<source>/<target>/store/<anytext:store>")(post_store)
    found.register_error_handler(NotReadyError, _late)
    found.register_error_handler(TooSlowError, _late)
    found.register_error_handler(CorpusError, _failed)
    found.register_error_handler(EncoderError, _failed)
    return found


def languages() -> Response:
    """Answer with the languages that there are suggestions for."""
    found = memory().languages()
    return _answer({"sourceLanguages": found, "targetLanguages": found})


def unit_of_query(source: str, target: str) -> Response:
    """Answer with suggestions for the text of ?source=, as Pootle asks."""
    return unit(source, target, request.args.get("source", ""))


def unit(source: str, target: str, text: str) -> Response:
    """Answer with suggestions for a text, the best first; with none for languages that are not served."""
    tags = tag_or_none(source), tag_or_none(target)
    if tags[0] is None or tags[1] is None or "\0" in text:
        return _answer([])
    settings = current_app.extensions["runtime"].settings
    try:
        found = memory().suggest(
            text[: settings.max_text_chars],
            tags[0],
            tags[1],
            limit=whole("max_candidates", least=1, most=MAX_LIMIT) or DEFAULT_LIMIT,
            min_quality=whole("min_similarity", least=0, most=100),
            cut=CUT_CHARS if len(text) == CUT_CHARS else None,
        )
    except InputError:  # half of a surrogate pair, say: there is no suggestion for it
        found = []
    return _answer([_record(suggestion) for suggestion in found])


def _record(suggestion: Suggestion) -> Record:
    sure = 1.0 if suggestion.probability is None else suggestion.probability
    return {
        "source": suggestion.source,
        "target": suggestion.target,
        "quality": float(suggestion.quality),
        "rank": round(100.0 * sure, 2),
    }


@scope("write")
def put_unit(source: str, target: str, text: str) -> Record:
    """Store the translation that a user has confirmed."""
    permit_writes("GET")
    record = read_json()
    pair = _pair({"source": text} | record if isinstance(record, dict) else record, source, target)
    (status,) = memory().store.put([pair])
    return {"id": pair.id, "status": status}


@scope("write")
def post_store(source: str, target: str, store: str) -> Record:
    """Store the translations of a file; a wrong one is named, and the others are stored."""
    permit_writes("GET")
    records = read_json()
    if not isinstance(records, list):
        raise InputError("expected a list of units")
    if len(records) > MAX_UNITS:
        raise InputError(f"{len(records):,} units; at most {MAX_UNITS:,} are taken")
    pairs, refused = [], []
    for index, record in enumerate(records):
        try:
            pairs.append(_pair(record, source, target, origin=store))
        except InputError as error:
            refused.append({"unit": index, "field": error.field or None, "reason": error.reason})
    outcomes = memory().store.put(pairs)
    counts = {status: outcomes.count(status) for status in ("created", "replaced", "unchanged")}
    return {"store": store, **counts, "refused": len(refused), "refusals": refused}


def _pair(record: object, source: str, target: str, *, origin: str | None = None) -> ConfirmedPair:
    """Return the pair of a unit. Raises InputError."""
    if not isinstance(record, dict):
        raise InputError("expected an object with source and target")
    texts = {name: record.get(name) for name in ("source", "target", "context")}
    for name, text in texts.items():
        if not isinstance(text, str) and not (name == "context" and text is None):
            raise InputError("missing" if text is None else "expected text", field=name)
    return confirmed_pair(
        texts["source"] or "",
        texts["target"] or "",
        source_lang=locale_tag(source[:40]),
        target_lang=locale_tag(target[:40]),
        context=texts["context"],
        origin=origin,
        author=caller().name,
    )


def _answer(value: object) -> Response:
    """Return JSON, or a call of the function that ?jsoncallback= names."""
    body = current_app.json.dumps(value)
    callback = request.args.get("jsoncallback")
    if callback is None:
        return Response(body + "\n", content_type="application/json")
    access: Access = current_app.extensions["access"]
    if access.is_foreign():  # a script is run whatever its origin, and the browser sends what credentials it has
        raise BadRequest("jsoncallback: a page of another site asks; name it in ALIGNER_CORS_ORIGINS if it may")
    if len(callback) > MAX_CALLBACK_CHARS or not CALLBACK.fullmatch(callback):
        raise BadRequest("jsoncallback: expected the name of a function")
    script = body.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("</", "<\\/")
    response = Response(f"/**/{callback}({script});\n", content_type="application/javascript; charset=utf-8")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _late(error: NotReadyError | TooSlowError) -> Response:
    """Answer that it takes longer: 503 would have Weblate stop asking for half an hour."""
    reason = (
        "the model is still loading" if isinstance(error, NotReadyError) else "the answer takes longer than is allowed"
    )
    return problem(HTTPStatus.GATEWAY_TIMEOUT, reason)


def _failed(error: CorpusError | EncoderError) -> Response:
    """Answer as `_late` does, for the same reason; what is wrong is in the log."""
    current_app.logger.error("%s: %s", request.endpoint, error)
    return problem(HTTPStatus.GATEWAY_TIMEOUT, "the corpus or the model cannot be used now")
