"""Units as TMX 1.4b (https://www.gala-global.org/tmx-14b), a piece at a time."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from aligner.exchange import TOOL, Unit, drained, xml_text

__all__ = ["CONTEXT_PROP", "GRADE_PROP", "ORIGIN_PROP", "write_tmx"]

PROP = f"x-{TOOL}-"
GRADE_PROP = f"{PROP}grade"
ORIGIN_PROP = f"{PROP}origin"
CONTEXT_PROP = "x-context"  # where translate-toolkit keeps it too
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def write_tmx(
    units: Iterable[Unit], *, source_lang: str | None = None, version: str = "0", segment: str = "paragraph"
) -> Iterator[bytes]:
    """Yield a TMX file. `source_lang` is the language of all sources, None where they have several."""
    from lxml import etree

    buffer = io.BytesIO()
    header = {
        "creationtool": TOOL,
        "creationtoolversion": version,
        "segtype": segment,
        "o-tmf": TOOL,
        "adminlang": "en",
        "srclang": source_lang or "*all*",
        "datatype": "plaintext",
    }
    with etree.xmlfile(buffer, encoding="utf-8", buffered=False) as out:
        out.write_declaration()
        with out.element("tmx", version="1.4"):
            out.write("\n", etree.Element("header", header), "\n")
            with out.element("body"):
                yield drained(buffer)
                for unit in units:
                    out.write("\n", _tu(unit))
                    yield drained(buffer)
                out.write("\n")
    yield drained(buffer)


def _tu(unit: Unit) -> Any:
    """Return the element of a unit: notes, then props, then the two texts, as the DTD wants them."""
    from lxml import etree

    told = {"creationdate": _date(unit.created), "changedate": _date(unit.changed), "creationid": unit.author}
    facts = {"tuid": unit.id, "srclang": unit.source_lang} | {name: value for name, value in told.items() if value}
    element = etree.Element("tu", {name: xml_text(value) for name, value in facts.items()})
    if unit.note:
        etree.SubElement(element, "note").text = xml_text(unit.note)
    props = {GRADE_PROP: unit.grade, f"{PROP}quality": str(unit.quality)}
    props |= {CONTEXT_PROP if name == "context" else PROP + name: value for name, value in unit.told}
    for name, value in props.items():
        etree.SubElement(element, "prop", {"type": name}).text = xml_text(value)
    for language, text in ((unit.source_lang, unit.source), (unit.target_lang, unit.target)):
        variant = etree.SubElement(element, "tuv", {XML_LANG: language})
        etree.SubElement(variant, "seg").text = xml_text(text)
    return element


def _date(date: str | None) -> str | None:
    """Return an ISO date as TMX writes it: 20261125T143800Z."""
    return None if date is None else datetime.fromisoformat(date).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
