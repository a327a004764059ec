"""MyMemory's `get`, which MateCat and many scripts speak."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus

from flask import Blueprint, current_app, request

from aligner.errors import InputError
from aligner.memory import MAX_LIMIT
from aligner.suggestions import PASSES, Suggestion
from service.translation import memory, tag_or_none, whole

__all__ = ["mymemory"]

DEFAULT_RESULTS = 3
UNKNOWN_DATE = "0000-00-00 00:00:00"  # as MyMemory writes it
SEPARATOR = "|"

Record = dict[str, object]

mymemory = Blueprint("mymemory", __name__)


@mymemory.get("/get")
def get() -> Record:
    """Answer with suggestions for a text; what is wrong is told in the answer, as the protocol has it."""
    settings = current_app.extensions["runtime"].settings
    text = request.args.get("q", "")
    source, _, target = request.args.get("langpair", "").partition(SEPARATOR)
    tags = tag_or_none(source), tag_or_none(target)
    if tags[0] is None or tags[1] is None:
        return _refusal("INVALID LANGUAGE PAIR SPECIFIED. EXAMPLE: LANGPAIR=EN|FR")
    if not text.strip():
        return _refusal("NO QUERY SPECIFIED. EXAMPLE REQUEST: GET?Q=HELLO&LANGPAIR=EN|FR")
    if len(text) > settings.max_text_chars:
        return _refusal(f"QUERY LENGTH LIMIT EXCEEDED. MAX ALLOWED QUERY : {settings.max_text_chars} CHARS")
    try:
        found = memory().suggest(
            text,
            tags[0],
            tags[1],
            limit=whole("numres", least=1, most=MAX_LIMIT) or DEFAULT_RESULTS,
            confirmed_only=request.args.get("onlyprivate") == "1",
            phrase=request.args.get("conc") == "true",
        )
    except InputError as error:
        return _refusal(str(error))
    return _answer([_match(suggestion, tags[0], tags[1]) for suggestion in found], found)


def _answer(matches: list[Record], found: list[Suggestion]) -> Record:
    """Return the answer. Scripts take `translatedText` for a translation: what does not pass for one is not there."""
    best = found[0] if found and found[0].quality >= PASSES else None
    return {
        "responseData": {"translatedText": best.target if best else "", "match": _share(best) if best else 0.0},
        "quotaFinished": False,
        "responseDetails": "",
        "responseStatus": HTTPStatus.OK.value,
        "matches": matches,
    }


def _refusal(details: str) -> Record:
    return {
        "responseData": {"translatedText": "", "match": 0.0},
        "quotaFinished": False,
        "responseDetails": details,
        "responseStatus": HTTPStatus.FORBIDDEN.value,
        "matches": [],
    }


def _match(suggestion: Suggestion, source: str, target: str) -> Record:
    pair, paragraph, document = suggestion.pair, suggestion.paragraph, suggestion.document
    author = (pair and pair.author) or (document and (document.outlet or document.id)) or ""
    created = pair.created if pair else document.published if document else None
    changed = pair.changed if pair else created
    return {
        "id": pair.id if pair else paragraph.id if paragraph else "",
        "segment": suggestion.source,
        "translation": suggestion.target,
        "source": pair.source_lang if pair else source,
        "target": pair.target_lang if pair else paragraph.lang if paragraph else target,
        "quality": str(int(suggestion.quality)),
        "reference": _reference(suggestion),
        "usage-count": 1,
        "subject": "All",
        "created-by": author,
        "last-updated-by": author,
        "create-date": _date(created),
        "last-update-date": _date(changed),
        "match": _share(suggestion),
    }


def _reference(suggestion: Suggestion) -> str | None:
    """Return where a suggestion comes from, for a person to read."""
    if suggestion.pair is not None:
        return suggestion.pair.origin
    if suggestion.paragraph is None or suggestion.document is None:
        return None
    told = [suggestion.kind, suggestion.paragraph.id, suggestion.document.outlet, suggestion.document.url]
    return ", ".join([*(part for part in told if part), f"probability {suggestion.probability:.2f}"])


def _share(suggestion: Suggestion) -> float:
    return round(suggestion.quality / 100, 3)


def _date(date: str | None) -> str:
    """Return a date as MyMemory writes it, in UTC where its offset is known."""
    if date is None:
        return UNKNOWN_DATE
    try:
        found = datetime.fromisoformat(date)
    except ValueError:
        return UNKNOWN_DATE
    return (found.astimezone(UTC) if found.tzinfo else found).strftime("%Y-%m-%d %H:%M:%S")
