"""Units as XLIFF 1.2 (https://docs.oasis-open.org/xliff/v1.2/os/xliff-core.html), a piece at a time.

What a person confirmed is a unit's target; what was found is an <alt-trans> beside it, for the translator to judge.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from aligner.exchange import TOOL, Unit, drained, xml_text
from aligner.suggestions import CONFIRMED

__all__ = ["XLIFF", "write_xliff"]

XLIFF = "urn:oasis:names:tc:xliff:document:1.2"
XML = "{http://www.w3.org/XML/1998/namespace}"


def write_xliff(units: Iterable[Unit], *, version: str = "0") -> Iterator[bytes]:
    """Yield an XLIFF file: a <file> for each source document and target language, units of one source together."""
    from lxml import etree

    buffer = io.BytesIO()
    with etree.xmlfile(buffer, encoding="utf-8", buffered=False) as out:
        out.write_declaration()
        with out.element(f"{{{XLIFF}}}xliff", {"version": "1.2"}, nsmap={None: XLIFF}):
            yield drained(buffer)
            for (source, target, place), inside in groupby(units, key=_place):
                languages = {"source-language": source, "target-language": target}
                facts = {"original": xml_text(place), **languages, "datatype": "plaintext"}
                out.write("\n")
                with out.element(f"{{{XLIFF}}}file", facts):
                    out.write(_header(version))
                    with out.element(f"{{{XLIFF}}}body"):
                        for _, alike in groupby(inside, key=lambda unit: unit.source_id):
                            out.write("\n", _trans_unit(list(alike)))
                            yield drained(buffer)
                        out.write("\n")
            out.write("\n")
    yield drained(buffer)


def _place(unit: Unit) -> tuple[str, str, str]:
    return unit.source_lang, unit.target_lang, unit.source_place


def _header(version: str) -> Any:
    from lxml import etree

    header = etree.Element("header")  # elements without a namespace take the one that is open
    etree.SubElement(header, "tool", {"tool-id": TOOL, "tool-name": TOOL, "tool-version": version})
    return header


def _trans_unit(units: Sequence[Unit]) -> Any:
    """Return the element of one source text and what there is for it."""
    from lxml import etree

    first = units[0]
    element = etree.Element("trans-unit", {"id": xml_text(first.source_id)} | {f"{XML}space": "preserve"})
    etree.SubElement(element, "source", {f"{XML}lang": first.source_lang}).text = xml_text(first.source)
    if first.grade == CONFIRMED:
        element.set("approved", "yes")
        target = etree.SubElement(element, "target", {"state": "final", f"{XML}lang": first.target_lang})
        target.text = xml_text(first.target)
        _notes(element, first)
        return element
    for unit in units:
        facts = {"match-quality": str(int(unit.quality)), "origin": unit.origin, "tool-id": TOOL}
        found = etree.SubElement(element, "alt-trans", {name: xml_text(value) for name, value in facts.items()})
        etree.SubElement(found, "source", {f"{XML}lang": unit.source_lang}).text = xml_text(unit.source)
        etree.SubElement(found, "target", {f"{XML}lang": unit.target_lang}).text = xml_text(unit.target)
        _notes(found, unit)
    return element


def _notes(element: Any, unit: Unit) -> None:
    from lxml import etree

    known = {"note": unit.note, "author": unit.author, "created": unit.created, "changed": unit.changed}
    for name, value in (*unit.told, *((name, value) for name, value in known.items() if value)):
        etree.SubElement(element, "note", {"from": TOOL}).text = xml_text(f"{name}: {value}")
