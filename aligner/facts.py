"""The facts of a story: passages of its documents that report the same, across languages and outlets.

Passages are grouped by average linkage over the probabilities of all their pairs (Sokal and Michener 1958), across
languages and within one: one likely pair between two groups does not join them, as a chain of them would.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from aligner.deadline import check_time
from aligner.languages import primary
from aligner.passage_chances import Chances, Story
from aligner.passages import Passage
from aligner.wordlists import opens_with_pronoun

__all__ = ["GROUPED", "Fact", "find_facts"]

GROUPED = 0.25  # mean probability between two groups that are one fact; see docs/framing.md
POINTS_BACK = 0.8  # a passage that opens with "he" or "it" is a poorer witness


@dataclass(frozen=True, slots=True)
class Fact:
    """Passages that report the same, by id. `id` is the first one's.

    `probability` is the mean over all pairs of different documents that two of them report a fact in common,
    `weakest` the least: None for a fact that one document and its reprints tell. `witnesses` has the passage of each
    language that stands for it best.
    """

    id: str
    passages: tuple[Passage, ...]
    probability: float | None
    weakest: float | None
    witnesses: Mapping[str, Passage]

    @property
    def documents(self) -> tuple[str, ...]:
        """The documents that tell it, by id."""
        return tuple(sorted({passage.document for passage in self.passages}))


def find_facts(story: Story, *, least: float = GROUPED, reprints: Mapping[str, str] | None = None) -> list[Fact]:
    """Return the facts of a story, those that most documents tell first; each passage is in one of them.

    Two groups are joined while the mean of the chances between them is `least` or more; two passages of one document
    count as 0, so that a text tells a fact twice only where others bear it out. `reprints` are documents by the one
    that each is a copy of: that two copies agree says nothing of how sure a fact is.
    """
    facts = [_fact(story, group, reprints or {}) for group in _groups(story.chances, least)]
    facts.sort(key=lambda fact: (-len(fact.documents), -len(fact.passages), _order(fact.passages[0])))
    return facts


def _order(passage: Passage) -> tuple[int, str, int]:
    return passage.position, passage.document, passage.number


def _groups(chances: Chances, least: float) -> list[list[int]]:
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial.distance import squareform

    likely = csr_array(chances >= least)  # of a dense one SciPy makes several copies
    count, component = connected_components(likely, directed=False)
    groups: list[list[int]] = []
    for number in range(count):
        check_time()
        members = np.flatnonzero(component == number)
        if len(members) == 1:
            groups.append(members.tolist())
            continue
        part = chances[np.ix_(members, members)]
        np.nan_to_num(part, copy=False, nan=0.0)
        np.subtract(1, np.round(part, 6, out=part), out=part)
        np.fill_diagonal(part, 0.0)
        labels = fcluster(linkage(squareform(part), "average"), 1 - least, "distance")
        groups += [members[labels == label].tolist() for label in np.unique(labels)]
    return groups


def _fact(story: Story, members: Sequence[int], reprints: Mapping[str, str]) -> Fact:
    passages = [story.passages[at] for at in members]
    sources = np.array([reprints.get(passage.document, passage.document) for passage in passages])
    among = story.chances[np.ix_(members, members)]
    known = among[np.triu(~np.isnan(among) & (sources[:, None] != sources[None]), 1)]
    central = np.nan_to_num(np.where(np.isnan(among), 0.0, among)).sum(axis=1)
    witnesses: dict[str, Passage] = {}
    for lang in sorted({primary(passage.lang) for passage in passages}):
        own = [at for at, passage in enumerate(passages) if primary(passage.lang) == lang]
        witnesses[lang] = passages[min(own, key=lambda at: (-_worth(passages[at], central[at]), _order(passages[at])))]
    return Fact(
        id=passages[0].id,
        passages=tuple(passages),
        probability=round(float(known.mean()), 4) if known.size else None,
        weakest=round(float(known.min()), 4) if known.size else None,
        witnesses=witnesses,
    )


def _worth(passage: Passage, central: float) -> float:
    """Return how well a passage stands for a fact: near to the others, and understood by itself."""
    points_back = opens_with_pronoun(passage.text, passage.lang)
    return round((central or 1.0) * (POINTS_BACK if points_back else 1.0), 6)
