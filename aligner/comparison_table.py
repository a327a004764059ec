"""Comparisons as tables, for CSV and for a notebook to go on from: cells, a row for each fact and outlet, and lists."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TextIO

from aligner.comparison import Comparison
from aligner.comparison_conflicts import RELATIONS
from aligner.comparison_lists import (
    CONFLICT_COLUMNS,
    QUOTATION_COLUMNS,
    TIMELINE_COLUMNS,
    Row,
    conflict_rows,
    quotation_rows,
    timeline_rows,
)
from aligner.comparison_omissions import tellers_of
from aligner.errors import InputError, SettingsError
from aligner.export import cell

if TYPE_CHECKING:
    import pandas

__all__ = ["COLUMNS", "TABLES", "comparison_rows", "to_dataframe", "write_comparisons"]

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
    "copies",
    "agency",
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
TABLES: Mapping[str, Sequence[str]] = {
    "cells": COLUMNS,
    "conflicts": CONFLICT_COLUMNS,
    "quotations": QUOTATION_COLUMNS,
    "timeline": TIMELINE_COLUMNS,
}
WITH_GAPS = ("position", "sentences", "count", "characters")  # whole numbers that may be missing


def comparison_rows(comparison: Comparison, *, story: str = "") -> list[Row]:
    """Return a row of COLUMNS for each fact and outlet; docs/framing.md says what each column is.

    `told_by` counts reprints with what they copy as one.
    """
    published = {document.id: document.published for document in comparison.documents}
    firsts = {entry.fact: entry.outlets for entry in comparison.timeline}
    disputes: dict[str, Counter[tuple[str, str]]] = {relation: Counter() for relation in RELATIONS}
    for conflict in comparison.conflicts:
        disputes[conflict.relation].update({(conflict.fact, version.outlet) for version in conflict.versions})
    rows: list[Row] = []
    passages = comparison.passages
    for fact, cells in zip(comparison.facts, comparison.cells, strict=True):
        lang, witness = next(iter(fact.witnesses.items()))
        told_by = len(tellers_of(cells, comparison.outlets))
        for outlet, each in zip(comparison.outlets, cells, strict=True):
            agencies = [comparison.agencies[id] for id in outlet.documents if id in comparison.agencies]
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
                    "copies": outlet.copies,
                    "agency": "; ".join(dict.fromkeys(agencies)) or None,
                    "published": days[0] if days else None,
                    "status": each.status,
                    "probability": each.probability,
                    "reason": each.reason,
                    "position": each.position,
                    "relative": each.relative,
                    "place": each.place,
                    "share": each.share,
                    "passages": " ".join(each.passages),
                    "text": " ".join(passages[id].text for id in each.passages),
                    "first": outlet.name in firsts.get(fact.id, ()),
                    "contradictions": disputes["contradiction"][fact.id, outlet.name],
                    "updates": disputes["update"][fact.id, outlet.name],
                    "order_unknown": disputes["order unknown"][fact.id, outlet.name],
                }
            )
    return rows


def _maker(table: str) -> Callable[..., list[Row]]:
    """Return what makes the rows of one of TABLES. Raises InputError for another."""
    makers = {"cells": comparison_rows, "conflicts": conflict_rows, "quotations": quotation_rows}
    makers["timeline"] = timeline_rows
    if table not in makers:
        raise InputError(f"there is no table {table!r}; there are {', '.join(TABLES)}", field="table")
    return makers[table]


def write_comparisons(comparisons: Mapping[str, Comparison], out: TextIO, *, table: str = "cells") -> None:
    """Write one of TABLES of comparisons, by story, as CSV; what a spreadsheet would run is made harmless.

    Raises InputError for a table that there is not.
    """
    rows = _maker(table)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(TABLES[table])
    for story, comparison in comparisons.items():
        for row in rows(comparison, story=story):
            writer.writerow([cell(row[column]) for column in TABLES[table]])


def to_dataframe(comparisons: Comparison | Mapping[str, Comparison], table: str = "cells") -> pandas.DataFrame:
    """Return one of TABLES of a comparison, or of several by story, as a pandas table with its columns.

    Raises SettingsError where pandas is not installed, InputError for a table that there is not.
    """
    try:
        import pandas
    except ModuleNotFoundError as error:
        raise SettingsError("a table needs pandas: pip install 'story-aligner[pandas]'") from error
    named = {"": comparisons} if isinstance(comparisons, Comparison) else comparisons
    maker = _maker(table)
    rows = [row for story, each in named.items() for row in maker(each, story=story)]
    columns = list(TABLES[table])
    return pandas.DataFrame(rows, columns=columns).astype({name: "Int64" for name in WITH_GAPS if name in columns})
