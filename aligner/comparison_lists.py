"""What a comparison holds beside its cells, as rows: conflicts, quotations with verbs of speech, who told first."""

from __future__ import annotations

from collections.abc import Mapping

from aligner.comparison import Comparison

__all__ = [
    "CONFLICT_COLUMNS",
    "QUOTATION_COLUMNS",
    "TIMELINE_COLUMNS",
    "Row",
    "conflict_rows",
    "quotation_rows",
    "timeline_rows",
]

CONFLICT_COLUMNS = (
    "story",
    "fact",
    "fact_text",
    "conflict",
    "kind",
    "relation",
    "outlet",
    "agency",
    "document",
    "lang",
    "published",
    "value",
    "text",
    "passage",
    "sentence",
    "start",
    "end",
)
QUOTATION_COLUMNS = (
    "story",
    "outlet",
    "langs",
    "documents",
    "sentences",
    "quoted",
    "kind",
    "name",
    "count",
    "characters",
)
TIMELINE_COLUMNS = ("story", "fact", "fact_text", "published", "outlet", "agency", "document", "lang", "reprint_of")

Row = Mapping[str, str | int | float | bool | None]


def conflict_rows(comparison: Comparison, *, story: str = "") -> list[Row]:
    """Return a row of CONFLICT_COLUMNS for each version of each conflict; versions of one share its number."""
    texts = _fact_texts(comparison)
    passages = comparison.passages
    return [
        {
            "story": story,
            "fact": conflict.fact,
            "fact_text": texts[conflict.fact],
            "conflict": number,
            "kind": conflict.kind,
            "relation": conflict.relation,
            "outlet": version.outlet,
            "agency": comparison.agencies.get(version.document),
            "document": version.document,
            "lang": passages[version.passage].lang,
            "published": version.published,
            "value": version.value,
            "text": version.text,
            "passage": version.passage,
            "sentence": passages[version.passage].text,
            "start": version.start,
            "end": version.end,
        }
        for number, conflict in enumerate(comparison.conflicts, start=1)
        for version in conflict.versions
    ]


def quotation_rows(comparison: Comparison, *, story: str = "") -> list[Row]:
    """Return a row of QUOTATION_COLUMNS for each voice and each verb of speech of an outlet.

    An outlet whose language has no word lists has one row, of the kind "not evaluable".
    """
    rows: list[Row] = []
    for outlet in comparison.outlets:
        usage = comparison.usages[outlet.name]
        own: dict[str, str | int | float | None] = {
            "story": story,
            "outlet": outlet.name,
            "langs": " ".join(outlet.languages),
            "documents": " ".join(outlet.documents),
            "sentences": sum(usage.sentences) if usage.evaluable else None,
            "quoted": usage.quoted if usage.evaluable else None,
        }
        if not usage.evaluable:
            rows.append({**own, "kind": "not evaluable", "name": None, "count": None, "characters": None})
        for voice in usage.voices:
            said = {"name": voice.name or None, "count": voice.quotations, "characters": voice.characters}
            rows.append({**own, "kind": "voice", **said})
        for verb, count in usage.verbs.items():
            rows.append({**own, "kind": "verb", "name": verb, "count": count, "characters": None})
    return rows


def timeline_rows(comparison: Comparison, *, story: str = "") -> list[Row]:
    """Return a row of TIMELINE_COLUMNS for each document that was among the first with a fact, by time."""
    texts = _fact_texts(comparison)
    documents = {document.id: document for document in comparison.documents}
    return [
        {
            "story": story,
            "fact": first.fact,
            "fact_text": texts[first.fact],
            "published": documents[id].published,
            "outlet": documents[id].outlet or id,
            "agency": first.agencies.get(id),
            "document": id,
            "lang": documents[id].lang,
            "reprint_of": comparison.reprints.get(id),
        }
        for first in comparison.timeline
        for id in first.documents
    ]


def _fact_texts(comparison: Comparison) -> dict[str, str]:
    return {fact.id: next(iter(fact.witnesses.values())).text for fact in comparison.facts}
