"""What the stored news offers a translator: texts of the target language that tell what a text tells.

How good each one is follows one rule: only what is near-equivalent to the text, or to a source text much like it, may
pass for a translation (PASSES and above). What reports the same fact in other words stays below, however sure it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from aligner.documents import Document
from aligner.grades import NEAR_EQUIVALENT, SAME_FACT
from aligner.matches import Hit
from aligner.paragraphs import Paragraph
from aligner.store_memory import ConfirmedPair

__all__ = ["CONFIRMED", "MAX_COMPARABLE", "MAX_DIRECT", "MAX_PAIRED", "PASSES", "Suggestion", "capped", "direct"]

CONFIRMED = "confirmed"
PASSES = 80.0  # quality from which translation tools offer a text as a translation (Weblate's and Pootle's default)
MAX_COMPARABLE = 79.0
MAX_PAIRED = 95.0  # of the near-equivalent of a source text that is the text itself: no person has confirmed it
MAX_DIRECT = 90.0  # of what is near-equivalent to the text itself: nobody is known to have written that text
DIGITS = 1


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A target text for a text, best read as: `target` renders `source`, and `source` is like the text by `quality`.

    `kind` is CONFIRMED or a grade, NEAR_EQUIVALENT or SAME_FACT. `source` is the text that `target` was found to
    render; where that is not known it is the text asked for. `pair` is what a person confirmed; else `paragraph` and
    `document` say where the target stands, `origin` where the source does, and `probability` how sure the match is.
    """

    source: str
    target: str
    quality: float
    kind: str
    probability: float | None = None
    pair: ConfirmedPair | None = None
    paragraph: Paragraph | None = None
    document: Document | None = None
    origin: Paragraph | None = None


def capped(quality: float, *, grade: str, most: float) -> float:
    """Return a quality as it may be shown for a grade; a grade that is not near-equivalent does not pass."""
    return round(min(quality, most if grade == NEAR_EQUIVALENT else MAX_COMPARABLE), DIGITS)


def direct(text: str, hit: Hit) -> Suggestion:
    """Return a hit as it stands for a text, without a source text in between.

    The quality of a near-equivalent runs from PASSES to MAX_DIRECT with its probability, that of others up to
    MAX_COMPARABLE.
    """
    same = hit.finding.grade == NEAR_EQUIVALENT
    sure = hit.finding.probability
    quality = PASSES + (MAX_DIRECT - PASSES) * sure if same else MAX_COMPARABLE * sure
    return Suggestion(
        source=text,
        target=hit.target.text,
        quality=capped(quality, grade=hit.finding.grade, most=MAX_DIRECT),
        kind=NEAR_EQUIVALENT if same else SAME_FACT,
        probability=sure,
        paragraph=hit.target,
        document=hit.target_document,
    )
