"""Comparisons as a table, a row for each fact and outlet: for CSV, and for a notebook to go on from."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, TextIO

from aligner.comparison import Comparison
from aligner.comparison_conflicts import RELATIONS
from aligner.errors import SettingsError
from aligner.export import cell

if TYPE_CHECKING:
    import pandas

__all__ = ["COLUMNS", "comparison_rows", "to_dataframe", "write_comparisons"]

COLUMNS = (
    "story",
    "fact",
    "fact_text",
    "fact_lang",
    "fact_probability",
    "fact_weakest",
    "told_by",
    "outlet",
    "langs",
    "documents",
    "published",
    "status",
    "probability",
    "reason",
    "position",
    "relative",
    "place",
    "share",
    "passages",
    "text",
    "first",
    "contradictions",
    "updates",
    "order_unknown",
)

Row = dict[str, str | int | float | bool | None]


def comparison_rows(comparison: Comparison, *, story: str = "") -> list[Row]:
    """Return a row of COLUMNS for each fact and outlet; `first` says whether the outlet was among the first to tell."""
    published = {document.id: document.published for document in comparison.documents}
    firsts = {entry.fact: entry.outlets for entry in comparison.timeline}
    disputes: dict[str, Counter[tuple[str, str]]] = {relation: Counter() for relation in RELATIONS}
    for conflict in comparison.conflicts:
        disputes[conflict.relation].update({(conflict.fact, version.outlet) for version in conflict.versions})
    rows: list[Row] = []
    for fact, cells in zip(comparison.facts, comparison.cells, strict=True):
        lang, witness = next(iter(fact.witnesses.items()))
        texts = {passage.id: passage.text for passage in fact.passages}
        told_by = sum(each.status == "told" for each in cells)
        for outlet, each in zip(comparison.outlets, cells, strict=True):
            days = sorted(day for id in outlet.documents if (day := published[id]))
            rows.append(
                {
                    "story": story,
                    "fact": fact.id,
                    "fact_text": witness.text,
                    "fact_lang": lang,
                    "fact_probability": fact.probability,
                    "fact_weakest": fact.weakest,
                    "told_by": told_by,
                    "outlet": outlet.name,
                    "langs": " ".join(outlet.languages),
                    "documents": " ".join(outlet.documents),
                    "published": days[0] if days else None,
                    "status": each.status,
                    "probability": each.probability,
                    "reason": each.reason,
                    "position": each.position,
                    "relative": each.relative,
                    "place": each.place,
                    "share": each.share,
                    "passages": " ".join(each.passages),
                    "text": " ".join(texts[id] for id in each.passages),
                    "first": outlet.name in firsts.get(fact.id, ()),
                    "contradictions": disputes["contradiction"][fact.id, outlet.name],
                    "updates": disputes["update"][fact.id, outlet.name],
                    "order_unknown": disputes["order unknown"][fact.id, outlet.name],
                }
            )
    return rows


def write_comparisons(comparisons: Mapping[str, Comparison], out: TextIO) -> None:
    """Write the rows of comparisons, by story, as CSV; what a spreadsheet would run is made harmless."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for story, comparison in comparisons.items():
        for row in comparison_rows(comparison, story=story):
            writer.writerow([cell(row[column]) for column in COLUMNS])


def to_dataframe(comparisons: Comparison | Mapping[str, Comparison]) -> pandas.DataFrame:
    """Return the rows of a comparison, or of several by story, as a pandas table with COLUMNS.

    Raises SettingsError where pandas is not installed.
    """
    try:
        import pandas
    except ModuleNotFoundError as error:
        raise SettingsError("a table needs pandas: pip install 'story-aligner[pandas]'") from error
    named = {"": comparisons} if isinstance(comparisons, Comparison) else comparisons
    rows = [row for story, each in named.items() for row in comparison_rows(each, story=story)]
    return pandas.DataFrame(rows, columns=list(COLUMNS)).astype({"position": "Int64"})
