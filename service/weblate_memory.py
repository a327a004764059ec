"""Weblate's look-up in a translation memory: many strings at once, the best match of each."""

from __future__ import annotations

import hashlib

from aligner.confirmed import ASSURED
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
    source, target = tag_or_none(asked.source_language), tag_or_none(asked.target_language)
    if source is None or target is None:
        return [{"query": string, "match": None} for string in asked.strings]
    least = ASSURED if asked.exact else PASSES
    found = memory().look_up(asked.strings, source, target, min_quality=least, confirmed_only=asked.exact)
    return [
        {"query": string, "match": _record(best) if best else None}
        for string, best in zip(asked.strings, found, strict=True)
    ]


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
