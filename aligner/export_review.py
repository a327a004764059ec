"""Reviews of translations as records for JSON, and in the forms that build pipelines read: SARIF and JUnit."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from aligner.documents import Document
from aligner.export import document_record
from aligner.export_alignment import bead_record
from aligner.review import RULES, SEVERITIES, Place, Review, ReviewFinding

__all__ = ["junit", "review_record", "sarif"]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
XML_CHARACTERS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))  # XML cannot hold them


def review_record(review: Review) -> dict[str, object]:
    """Return both documents' metadata, the beads, the findings and how many there are of each severity."""
    return {
        "source": document_record(review.source),
        "translation": document_record(review.translation),
        "unit": review.unit,
        "counts": dict(review.counts),
        "findings": [_finding_record(finding) for finding in review.findings],
        "beads": [bead_record(bead) for bead in review.beads],
    }


def _finding_record(finding: ReviewFinding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "bead": finding.bead,
        "source": [_place_record(place) for place in finding.source],
        "translation": [_place_record(place) for place in finding.translation],
    }


def _place_record(place: Place) -> dict[str, object]:
    """Return where; offsets count characters of the document's text."""
    return {"position": place.position, "start": place.start, "end": place.end, "text": place.text}


def sarif(review: Review, *, source_file: str | None = None, translation_file: str | None = None) -> dict[str, object]:
    """Return the review as a SARIF 2.1.0 log; places count lines and columns of the text, from 1.

    What the translation lacks is shown at the source's place. Without a file's name, a document is named by its id.
    """
    sides = {
        "source": (review.source, source_file),
        "translation": (review.translation, translation_file),
    }
    rules = [
        {
            "id": name,
            "shortDescription": {"text": rule.title},
            "defaultConfiguration": {"level": rule.severity},
        }
        for name, rule in RULES.items()
    ]
    driver = {"name": "story-aligner", "rules": rules}
    results = [_result(finding, sides) for finding in review.findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(finding: ReviewFinding, sides: Mapping[str, tuple[Document, str | None]]) -> dict[str, object]:
    own = [_location(place, *sides["translation"]) for place in finding.translation]
    other = [_location(place, *sides["source"]) for place in finding.source]
    result: dict[str, object] = {
        "ruleId": finding.rule,
        "ruleIndex": list(RULES).index(finding.rule),
        "level": finding.severity,
        "message": {"text": finding.message},
        "locations": own[:1] or other[:1],
    }
    related = [*own[1:], *(other if own else other[1:])]
    return result | ({"relatedLocations": related} if related else {})


def _location(place: Place, document: Document, file: str | None) -> dict[str, object]:
    (line, column), (end_line, end_column) = (_line_and_column(document.text, at) for at in (place.start, place.end))
    region = {
        "startLine": line,
        "startColumn": column,
        "endLine": end_line,
        "endColumn": end_column,
        "charOffset": place.start,
        "charLength": place.end - place.start,
        "snippet": {"text": place.text},
    }
    return {
        "physicalLocation": {"artifactLocation": {"uri": quote(file or document.id)}, "region": region},
        "logicalLocations": [{"fullyQualifiedName": f"{document.id}#{place.position}"}],
    }


def _line_and_column(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1


def junit(review: Review, *, failing: Sequence[str]) -> str:
    """Return the review as JUnit XML: a test case a bead, failed by findings of the `failing` severities."""
    by_bead: dict[int, list[ReviewFinding]] = {}
    for finding in review.findings:
        by_bead.setdefault(finding.bead, []).append(finding)
    failed = sum(any(each.severity in failing for each in found) for found in by_bead.values())
    counts = {"tests": str(len(review.beads)), "failures": str(failed)}
    name = f"{review.source.id} > {review.translation.id}"
    suites = ElementTree.Element("testsuites", counts)
    suite = ElementTree.SubElement(suites, "testsuite", {"name": _plain(name), **counts, "errors": "0"})
    for at, bead in enumerate(review.beads):
        positions = [" ".join(str(passage.position) for passage in side) or "-" for side in (bead.source, bead.target)]
        case = ElementTree.SubElement(
            suite, "testcase", {"classname": bead.kind, "name": f"{review.unit} {positions[0]} > {positions[1]}"}
        )
        found = sorted(by_bead.get(at, []), key=lambda each: SEVERITIES.index(each.severity))
        lines = "\n".join(f"{each.severity}: {each.rule}: {each.message}{_shown(each)}" for each in found)
        graves = [each for each in found if each.severity in failing]
        if graves:
            failure = ElementTree.SubElement(
                case, "failure", {"type": graves[0].rule, "message": _plain(graves[0].message)}
            )
            failure.text = _plain(lines)
        elif found:
            ElementTree.SubElement(case, "system-out").text = _plain(lines)
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _shown(finding: ReviewFinding) -> str:
    sides = (("<", finding.source), (">", finding.translation))
    return "".join(f"\n    {mark} #{place.position} {place.text}" for mark, side in sides for place in side)


def _plain(text: str) -> str:
    return text.translate(XML_CHARACTERS)
