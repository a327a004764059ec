"""What renders what in a story: there, what one text has in place of the other's is told differently.

That two passages report one fact says little: a person here and a company there, each left over, need not rival. Where
one could serve as a translation of the other (aligner/grades.py) whatever is left over on both sides does. Two
documents render each other where a third of the shorter one's passages have such a counterpart in the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from aligner.candidates import Pool
from aligner.deadline import check_time
from aligner.evidence import Evidence
from aligner.features import Side
from aligner.grades import Grader
from aligner.passage_chances import Story
from aligner.passages import Passage, passage_side

__all__ = ["Renderings", "renderings"]

SURE = 0.8  # chance that two passages report the same, to ask whether one renders the other
LONG = 5  # passages of either document, from which what is not rendered is not told
RENDERED = 1 / 3  # share of the shorter document: translations have 0.44 or more, others 0.29 or less


@dataclass(frozen=True, slots=True)
class Renderings:
    """What the grader asks of the passages of a story: `sides` are those of their paragraphs, by id."""

    story: Story
    sides: Mapping[str, Side]
    grader: Grader
    places: Mapping[str, list[int]]
    """The places of each document's passages in the story."""
    known: dict[tuple[str, str], bool] = field(default_factory=dict)

    def of_passages(self, one: Passage, other: Passage, literal: Evidence) -> bool:
        """Say whether one passage could serve as a translation of the other, but for what it tells differently.

        `literal` is their evidence as if they were: there what one side has alone counts.
        """
        if self.story.chance(one, other) < SURE:
            return False
        left, right = (passage_side(self.sides[each.paragraph], each) for each in (one, other))
        told = replace(literal, conflicting=())
        return self.grader.is_equivalent(left, right, told, lengths=(len(one.text), len(other.text)))

    def of_documents(self, one: str, other: str) -> bool:
        """Say whether one document renders the other, or so much of it as it tells; their ids."""
        if one not in self.places or other not in self.places:
            return False  # nothing is left of it
        shorter, longer = sorted((one, other), key=lambda id: (len(self.places[id]), id))
        if (shorter, longer) not in self.known:
            rendered = sum(self._is_rendered(at, longer) for at in self.places[shorter])
            self.known[shorter, longer] = rendered >= RENDERED * len(self.places[shorter])
        return self.known[shorter, longer]

    def of_long_documents(self, one: str, other: str) -> bool:
        """Say the same of two that are long enough for what one of them does not render to count as untold by it."""
        return all(len(self.places.get(id, ())) >= LONG for id in (one, other)) and self.of_documents(one, other)

    def _is_rendered(self, at: int, document: str) -> bool:
        """Say whether a document has a passage's translation, by the tokens alone: they are quicker than evidence."""
        check_time()
        places = self.places[document]
        best = places[int(np.argmax(self.story.chances[at, places]))]
        return self.of_passages(self.story.passages[at], self.story.passages[best], Evidence())


def renderings(story: Story, known: Pool, grader: Grader) -> Renderings:
    """Return what tells which passages and documents of a story, whose paragraphs are in a pool, render each other."""
    places: dict[str, list[int]] = {}
    for at, passage in enumerate(story.passages):
        places.setdefault(passage.document, []).append(at)
    sides = {paragraph.id: known.sides[key] for key, paragraph in known.paragraphs.items()}
    return Renderings(story, sides, grader, places)
