"""Weblate's look-up in a translation memory: many strings at once, the best match of each."""

from __future__ import annotations

import hashlib

from aligner.confirmed import ASSURED
from aligner.errors import InputError
from aligner.suggestions import PASSES, Suggestion
from service.schemas_lookup import LookupAnswer, LookupRequest
from service.translation import memory, tag_or_none
from service.validation import Blueprint
from service.views import Record

__all__ = ["weblate_memory"]

weblate_memory = Blueprint("weblate_memory", __name__, tag="translation tools")


@weblate_memory.post("/api/memory/lookup/")
@weblate_memory.input(LookupRequest, arg_name="asked")
@weblate_memory.output(LookupAnswer)
def lookup_memory(asked: LookupRequest) -> list[Record]:
    """Answer with the best match of each string that passes for a translation, null where there is none."""
    tags = tag_or_none(asked.source_language), tag_or_none(asked.target_language)
    return [{"query": string, "match": _best(string, tags, exact=asked.exact)} for string in asked.strings]


def _best(string: str, tags: tuple[str | None, str | None], *, exact: bool) -> Record | None:
    if tags[0] is None or tags[1] is None:
        return None
    least = ASSURED if exact else PASSES
    try:
        found = memory().suggest(string, tags[0], tags[1], limit=1, min_quality=least, confirmed_only=exact)
    except InputError:  # half of a surrogate pair: there is no match for it
        found = []
    return _record(found[0]) if found else None


def _record(suggestion: Suggestion) -> Record:
    place = suggestion.pair or suggestion.paragraph
    return {
        "id": _number(place.id if place else ""),
        "source": suggestion.source,
        "target": suggestion.target,
        "origin": _origin(suggestion),
        "exact": suggestion.quality == ASSURED,
        "quality": int(suggestion.quality),
    }


def _number(id: str) -> int:
    """Return a number that stands for an id: Weblate's are numbers, and JavaScript knows those up to 2**53."""
    return int.from_bytes(hashlib.sha256(id.encode()).digest()[:6], "big")


def _origin(suggestion: Suggestion) -> str:
    if suggestion.pair is not None:
        return suggestion.pair.origin or suggestion.kind
    outlet = suggestion.document.outlet if suggestion.document else None
    return " ".join(part for part in (suggestion.paragraph.id if suggestion.paragraph else "", outlet) if part)
