"""What is said of two paragraphs: a probability, a grade, and what explains them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from aligner.arrays import Vectors
from aligner.documents import Document
from aligner.evidence import Evidence, compare
from aligner.features import Carried, Side, carried_spans
from aligner.grades import NEAR_EQUIVALENT, NO_MATCH, SAME_FACT, Grader
from aligner.paragraphs import Paragraph

__all__ = ["Copy", "Finding", "Hit", "Judge", "Match", "Told"]

SIMILARITY_DIGITS = 6  # what FAISS gives differs behind that with the size of a batch


@dataclass(frozen=True, slots=True)
class Finding:
    """How sure it is that two paragraphs report a fact in common, and why.

    `grade` is "near-equivalent" where one could serve as a translation of the other, "same-fact" where the probability
    reaches the threshold, else "none".
    `score` is the cosine of their vectors: with the default model about 0 for unrelated texts and 1 for a text and
    itself; `similarities` holds the one that each model gives. `carried` are the spans that tell the same best.
    """

    probability: float
    grade: str
    score: float
    similarities: Mapping[str, float]
    carried: Carried | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Copy:
    """A reprint of a paragraph of a match: on the side "source" or "target"."""

    side: str
    id: str
    document: str
    outlet: str | None
    published: str | None


@dataclass(frozen=True, slots=True)
class Match:
    """Two paragraphs of different languages.

    `rank_forward` is the target's place among the source's neighbours, `rank_backward` the source's among the
    target's; None is beyond the neighbours asked for. `also` are copies whose matches were made one with this one.
    """

    source: Paragraph
    target: Paragraph
    source_document: Document
    target_document: Document
    rank_forward: int | None
    rank_backward: int | None
    finding: Finding
    also: tuple[Copy, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A stored paragraph near to a text. `is_match` says whether its probability reaches the threshold.

    `also` are copies whose hits were made one with this one.
    """

    target: Paragraph
    target_document: Document
    rank: int
    is_match: bool
    finding: Finding
    also: tuple[Copy, ...] = ()


Told = tuple[str, str, str | None, Side]
"""A text, its language (primary subtag), its date, and what the scorer asks of it."""


@dataclass(frozen=True, slots=True)
class Judge:
    """What makes a finding of two texts and their probability."""

    views: Mapping[str, slice]
    threshold: float
    grader: Grader

    def finding(self, source: Told, target: Told, *, probability: float, score: float) -> Finding:
        evidence = _evidence(source, target, renders=False)
        grade = NO_MATCH if probability < self.threshold else SAME_FACT
        if grade == SAME_FACT:
            literal = _evidence(source, target, renders=True)  # there what one side has alone counts
            lengths = len(source[0]), len(target[0])
            told = replace(literal, conflicting=())
            if self.grader.is_equivalent(source[3], target[3], told, lengths=lengths):
                evidence = literal
                grade = SAME_FACT if literal.conflicting else NEAR_EQUIVALENT
        return Finding(
            probability=probability,
            grade=grade,
            score=score,
            similarities=_similarities(self.views, source[3].vector, target[3].vector),
            carried=_carried(source, target),
            evidence=evidence,
        )


def _evidence(source: Told, target: Told, *, renders: bool) -> Evidence:
    return compare(
        source[0],
        target[0],
        left_language=source[1],
        right_language=target[1],
        left_published=source[2],
        right_published=target[2],
        renders=renders,
    )


def _carried(source: Told, target: Told) -> Carried | None:
    """Return the spans that carry a match, widened to whole words."""
    found = carried_spans(source[3].tokens, target[3].tokens)
    return found and Carried(_whole_words(source[0], found.source), _whole_words(target[0], found.target))


def _whole_words(text: str, span: tuple[int, int]) -> tuple[int, int]:
    start, end = span
    while start and text[start - 1].isalnum() and text[start : start + 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    return start + len(text[start:end]) - len(text[start:end].lstrip()), end


def _similarities(views: Mapping[str, slice], first: Vectors, second: Vectors) -> dict[str, float]:
    """Return the cosine in each model's part of the vectors."""
    result = {}
    for view, part in views.items():
        a, b = first[part], second[part]
        lengths = float(np.linalg.norm(a) * np.linalg.norm(b))
        result[view] = round(float(a @ b) / lengths, SIMILARITY_DIGITS) if lengths else 0.0
    return result
