"""A translation beside its source, and what an editor should look at in it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from aligner.align_documents import UNITS
from aligner.review import RULES
from service.schemas_align import Bead, Told
from service.schemas_base import Body, Output
from service.schemas_documents import DocumentMeta
from service.schemas_matches import Offset
from service.schemas_types import Choice

__all__ = ["ReviewAnswer", "ReviewRequest"]


class ReviewRequest(Body):
    """A document and its translation, of which nothing is stored."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "source": {"lang": "en", "text": "The museum is closed until 3 June."},
                    "translation": {"lang": "fr", "text": "Le musée est fermé jusqu'au 3 juillet."},
                }
            ]
        }
    )

    source: Told = Field(description="the text")
    translation: Told = Field(description="its translation")
    unit: Annotated[str, Choice(UNITS)] = Field(
        "paragraph", description="what is aligned; with sentences, one that was left out of a paragraph is found too"
    )


class Place(Output):
    """Where on one side; offsets count characters of the document's text."""

    position: int = Field(ge=0, description="of the paragraph or sentence")
    start: Offset
    end: Offset
    text: str


class ReviewFinding(Output):
    """One thing to look at."""

    rule: str = Field(description=f"one of {', '.join(RULES)}")
    severity: Literal["error", "warning", "note"]
    message: str
    bead: int = Field(ge=0, description="its place in `beads`")
    source: list[Place]
    translation: list[Place]


class Counts(Output):
    """How many findings there are of each severity."""

    error: int = Field(ge=0)
    warning: int = Field(ge=0)
    note: int = Field(ge=0)


class ReviewAnswer(Output):
    """What was found, in the order of the source, and how both texts are aligned."""

    source: DocumentMeta
    translation: DocumentMeta
    unit: str
    counts: Counts
    findings: list[ReviewFinding]
    beads: list[Bead]
