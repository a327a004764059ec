"""How outlets tell a story: the answer of a comparison."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from aligner.comparison import MAX_DOCUMENTS, MIN_OTHERS
from aligner.comparison_conflicts import RELATIONS
from aligner.comparison_coverage import STATUSES
from aligner.comparison_differences import VERDICTS
from service.schemas_base import Output, Query
from service.schemas_types import Flag, Texts, Whole

__all__ = ["ComparisonAnswer", "ComparisonQuery", "StoryComparisonQuery"]

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]


class StoryComparisonQuery(Query):
    """How a story is compared."""

    min_others: Annotated[int, Whole(MAX_DOCUMENTS)] = Field(
        MIN_OTHERS, description="how many others must tell what an outlet omits"
    )
    frames: Flag = Field(False, description="estimate the policy frames of each document too: rough")


class ComparisonQuery(StoryComparisonQuery):
    """Which documents are compared."""

    document: Texts = Field(description="ids of the documents of one story; repeat it for each")


class ComparedDocument(Output):
    """A document of the story."""

    id: str
    outlet: str | None
    lang: str
    title: str | None
    url: str | None
    published: str | None


class ComparedOutlet(Output):
    """Who tells."""

    name: str
    languages: list[str]
    documents: list[str]
    doubt: str | None = Field(description="why its silence proves nothing; null where all its text can be judged")
    copies: str | None = Field(description="the outlet of which all its documents are reprints")


class PassageAnswer(Output):
    """A sentence of a paragraph, or more: characters [start, end) of the paragraph's text."""

    id: str
    document: str
    paragraph: str
    position: Count
    number: Count
    lang: str
    text: str
    start: Count
    end: Count


class CellAnswer(Output):
    """Whether an outlet tells a fact, and where."""

    fact: str
    outlet: str
    status: Literal[STATUSES]  # type: ignore[valid-type]
    probability: Share | None = Field(description="null where no other outlet tells the fact")
    passages: list[str]
    position: int | None
    relative: float | None
    place: Literal["lead", "middle", "buried"] | None
    share: float | None
    reason: str | None


class FactAnswer(Output):
    """A fact, with a cell for each outlet in their order."""

    id: str
    probability: float | None = Field(description="mean over pairs of documents; null for a fact that one tells")
    weakest: float | None
    witnesses: dict[str, PassageAnswer]
    passages: list[PassageAnswer]
    cells: list[CellAnswer]


class OmissionAnswer(Output):
    """A fact that an outlet or a language does not tell, and who does."""

    fact: str
    by: str
    told_by: list[str]


class VersionAnswer(Output):
    """What one passage says of a disputed item."""

    outlet: str
    document: str
    passage: str
    published: str | None
    value: str
    text: str
    start: Count
    end: Count


class ConflictAnswer(Output):
    """An item of a fact that outlets tell differently."""

    fact: str
    kind: str
    relation: Literal[RELATIONS]  # type: ignore[valid-type]
    versions: list[VersionAnswer]


class VoiceAnswer(Output):
    """Who is quoted, and how much; no name where the text names none near by."""

    name: str
    quotations: Count
    characters: Count


class FormAnswer(Output):
    """A listed verb or hedge as it stands in an outlet's texts of a language, and how often."""

    kind: str
    key: str
    text: str
    lang: str
    count: Count


class UsageAnswer(Output):
    """In whose words an outlet tells, as counts."""

    evaluable: bool
    quoted: Share
    voices: list[VoiceAnswer]
    verbs: dict[str, int]
    hedges: dict[str, int]
    terms: dict[str, dict[str, int]]
    forms: list[FormAnswer]
    sentences: Count
    counts: dict[str, int]
    agentless_share: Share = Field(description="of the sentences, those that leave out who acts")
    active_share: Share = Field(description="of the sentences, all others")


class DifferenceAnswer(Output):
    """Whether an outlet's words differ from the others' by more than chance; no numbers where there is little text."""

    outlet: str
    measure: str
    verdict: Literal[VERDICTS]  # type: ignore[valid-type]
    rate: float | None
    others: float | None
    p: float | None
    adjusted: float | None
    against: str


class LoadedAnswer(Output):
    """Where an outlet uses one of the words for a thing: characters [start, end) of a passage's text."""

    key: str = Field(description="the thing")
    sense: str = Field(description="what the word makes of it; words of one sense are no difference")
    outlet: str
    fact: str
    passage: str
    lang: str
    text: str
    start: Count
    end: Count


class FirstAnswer(Output):
    """Who told a fact first."""

    fact: str
    published: str
    documents: list[str]
    outlets: list[str]
    agencies: dict[str, str] = Field(description="the agency that a document credits, for those documents that do")


class FrameAnswer(Output):
    """A policy frame that a document is near to: a rough estimate."""

    document: str
    frame: str
    nearness: float = Field(description="cosine with the frame's description less the mean over all frames")


class FramesAnswer(Output):
    """The three nearest of the 14 policy frames of each document (Card et al. 2015): a rough, secondary estimate."""

    first_right: Share = Field(description="how often the first one was right where it was measured")
    measured_on: str = Field(description="the documents on which it was measured")
    estimates: list[FrameAnswer]


class ComparisonAnswer(Output):
    """How outlets tell a story; docs/framing.md says what each number is."""

    documents: list[ComparedDocument]
    outlets: list[ComparedOutlet]
    facts: list[FactAnswer]
    min_others: int
    omissions: list[OmissionAnswer]
    only: dict[str, list[str]]
    untold_by_language: list[OmissionAnswer]
    conflicts: list[ConflictAnswer]
    words: dict[str, UsageAnswer]
    differences: list[DifferenceAnswer]
    terms: dict[str, dict[str, list[str]]]
    loaded: list[LoadedAnswer]
    timeline: list[FirstAnswer]
    agencies: dict[str, str]
    reprints: dict[str, str]
    frames: FramesAnswer | None = Field(None, description="where `frames` asks for it")
