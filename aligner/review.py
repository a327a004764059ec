"""A translation beside its source: what was left out, added, moved, split or left as it was, and what differs.

It is for a person who signs a translation off: every finding names its rule, how grave it is, and the characters on
each side, so that a tool can underline them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aligner.align_documents import DocumentBead, Passage, align_documents
from aligner.documents import Document
from aligner.review_checks import Texts, check
from aligner.vectors import Encoder, Progress

__all__ = ["RULES", "SEVERITIES", "Place", "Review", "ReviewFinding", "Rule", "review"]

SEVERITIES = ("error", "warning", "note")  # gravest first; the levels of SARIF


@dataclass(frozen=True, slots=True)
class Rule:
    """What is looked for, and how grave it is."""

    severity: str
    title: str


RULES: Mapping[str, Rule] = {
    "omitted": Rule("error", "a passage of the source is not in the translation"),
    "untranslated": Rule("error", "a passage is still in the language of the source"),
    "number-differs": Rule("error", "a number, percentage, amount or measure differs"),
    "date-differs": Rule("error", "a date or time differs"),
    "name-differs": Rule("warning", "a name differs"),
    "quotation-differs": Rule("error", "a quotation has another speaker"),
    "negation-differs": Rule("warning", "one side negates or denies what the other does not"),
    "added": Rule("warning", "a passage of the translation is not in the source"),
    "shortened": Rule("warning", "the translation of a passage is much shorter than it"),
    "number-omitted": Rule("warning", "a number, percentage, amount or measure is missing"),
    "number-added": Rule("warning", "a number, percentage, amount or measure is not in the source"),
    "date-omitted": Rule("warning", "a date or time is missing"),
    "date-added": Rule("warning", "a date or time is not in the source"),
    "quotation-omitted": Rule("note", "a quotation is missing, or not set as one"),
    "quotation-added": Rule("note", "a quotation is not in the source, or not set as one there"),
    "name-omitted": Rule("note", "a name is missing"),
    "name-added": Rule("note", "a name is not in the source"),
    "negation-omitted": Rule("note", "a refusal or denial is missing"),
    "negation-added": Rule("note", "a refusal or denial is not in the source"),
    "moved": Rule("note", "a passage stands elsewhere in the translation"),
    "split": Rule("note", "a passage was split"),
    "merged": Rule("note", "passages were merged"),
    "regrouped": Rule("note", "passages were cut otherwise"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where on one side: the passage's position, the characters [start, end) of the document, and their text."""

    position: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class ReviewFinding:
    """One thing to look at. `bead` counts the beads from 0; a side that has nothing to show is empty."""

    rule: str
    severity: str
    message: str
    bead: int
    source: tuple[Place, ...]
    translation: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """A translation reviewed: how both texts are aligned, and what was found, in the order of the source."""

    source: Document
    translation: Document
    unit: str
    beads: tuple[DocumentBead, ...]
    findings: tuple[ReviewFinding, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many findings there are of each severity."""
        found = Counter(finding.severity for finding in self.findings)
        return {severity: found[severity] for severity in SEVERITIES}


def review(
    source: Document,
    translation: Document,
    *,
    encoder: Encoder,
    served: Sequence[str],
    unit: str = "paragraph",
    progress: Progress | None = None,
) -> Review:
    """Return what an editor should look at in a translation.

    `unit` is what is aligned; with "sentence", a sentence that was left out is found too. What is no article text
    (captions, bylines, boilerplate) is a note at most where it is missing. Raises InputError as `align_documents` does.
    """
    beads = align_documents(source, translation, encoder=encoder, served=served, unit=unit, progress=progress)
    found = [each for at, bead in enumerate(beads) for each in _of_bead(at, bead, source, translation)]
    return Review(source, translation, unit, tuple(beads), tuple(found))


def _of_bead(at: int, bead: DocumentBead, source: Document, translation: Document) -> Iterator[ReviewFinding]:
    for rule in _structure(bead):
        article = any(passage.dropped is None for passage in (*bead.source, *bead.target))
        yield ReviewFinding(
            rule,
            RULES[rule].severity if article else "note",
            RULES[rule].title,
            at,
            tuple(_place(passage) for passage in bead.source),
            tuple(_place(passage) for passage in bead.target),
        )
    if not (bead.source and bead.target):
        return
    texts = Texts(
        _joined(bead.source),
        _joined(bead.target),
        source.lang,
        translation.lang,
        source.published,
        translation.published,
    )
    for concern in check(texts):
        yield ReviewFinding(
            concern.rule,
            RULES[concern.rule].severity,
            concern.message,
            at,
            _places(source, bead.source, concern.source),
            _places(translation, bead.target, concern.translation),
        )


def _structure(bead: DocumentBead) -> Iterator[str]:
    if not bead.target:
        yield "omitted"
    elif not bead.source:
        yield "added"
    elif len(bead.source) > 1 and len(bead.target) > 1:
        yield "regrouped"
    elif len(bead.target) > 1:
        yield "split"
    elif len(bead.source) > 1:
        yield "merged"
    if bead.moved and bead.source and bead.target:
        yield "moved"


def _joined(side: Sequence[Passage]) -> str:
    return " ".join(passage.text for passage in side)


def _place(passage: Passage) -> Place:
    return Place(passage.position, passage.start, passage.end, passage.text)


def _places(document: Document, side: Sequence[Passage], span: tuple[int, int] | None) -> tuple[Place, ...]:
    """Return where the characters [start, end) of the joined passages stand in the document."""
    if span is None:
        return ()
    found, offset = [], 0
    for passage in side:
        start, end = max(0, span[0] - offset), min(len(passage.text), span[1] - offset)
        if start < end:
            first, last = _in_document(document.text, passage, start, end)
            found.append(Place(passage.position, first, last, document.text[first:last]))
        offset += len(passage.text) + 1
    return tuple(found)


def _in_document(text: str, passage: Passage, start: int, end: int) -> tuple[int, int]:
    """Return the characters of the document that a passage's [start, end) came from.

    A passage is its range as one line: runs of blanks are one, and a word parted at a line's end may be whole.
    """
    raw = text[passage.start : passage.end]
    origins, at = [], 0
    for char in passage.text:
        found = at if char == " " else raw.find(char, at)
        origins.append(max(found, at))
        at = origins[-1] + (char != " ")
    return passage.start + origins[start], passage.start + origins[end - 1] + 1
