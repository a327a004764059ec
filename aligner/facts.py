"""The facts of a story: passages of its documents that report the same, across languages and outlets.

A passage is a sentence of a paragraph: a paragraph may tell several facts, and a fact be told by many. Passages are
grouped by average linkage over the probabilities of all their pairs (Sokal and Michener 1958), across languages and
within one: one likely pair between two groups does not join them, as a chain of them would.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import numpy.typing as npt

from aligner.candidates import Candidate, Pool
from aligner.clues import numbers_of
from aligner.deadline import check_time
from aligner.errors import InputError
from aligner.features import Side
from aligner.languages import primary
from aligner.pairs import pair_logits
from aligner.paragraphs import Paragraph
from aligner.probabilities import probability_parts
from aligner.scoring import Scorer
from aligner.sentences import split_sentences
from aligner.wordlists import opens_with_pronoun

__all__ = ["MAX_PASSAGES", "SUREST", "Fact", "Passage", "Story", "find_facts", "nearest_pairs", "read_story"]

MAX_PASSAGES = 4000  # of one story: each two have a chance, 128 MB for so many
NEAREST = 3  # of a paragraph in each other document: these say whether two documents are compared in full
MIN_CHARS = 25  # a shorter sentence ("Not so.") belongs to the one before it
FLOOR = 0.05  # pairs of paragraphs below it are not looked into
GROUPED = 0.35  # mean probability between two groups that are one fact; see docs/framing.md
RIVAL = 10.0  # odds of a rival by which a pair's chance is halved
SUREST = 0.9999  # what the scorer rounds to 1 is not beyond doubt
# The scorer was fitted across languages; within one, words that both texts share make pairs likelier. These bring their
# log-odds to the quantiles that pairs across languages have in the same stories (training/same_language.py).
SAME_SLOPE, SAME_SHIFT = 1.46, -0.6
POINTS_BACK = 0.8  # a passage that opens with "he" or "it" is a poorer witness

Chances = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of a paragraph, or more: characters [start, end) of its text. `paragraph` is the paragraph's id."""

    document: str
    paragraph: str
    position: int
    number: int
    lang: str
    text: str
    start: int
    end: int

    @property
    def id(self) -> str:
        """Return the paragraph's id and the number of the passage in it: 'lemonde-0412#3.0'."""
        return f"{self.paragraph}.{self.number}"


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


@dataclass(frozen=True, slots=True)
class Story:
    """The passages of some documents, by id, and how probable it is that two of them report a fact in common.

    `chances` is of shape (n, n), symmetric; nan where both are of one document.
    """

    passages: tuple[Passage, ...]
    chances: Chances
    numbers: Mapping[str, int]
    """The place of each passage in `passages`, by id."""

    def chance(self, one: Passage, other: Passage) -> float:
        """Return how probable it is that two passages of different documents report a fact in common."""
        return float(self.chances[self.numbers[one.id], self.numbers[other.id]])


def read_story(scorer: Scorer, known: Pool) -> Story:
    """Return the passages of all paragraphs of a pool and their chances.

    Each two paragraphs get the scorer's probability. Where both are of one sentence that is the passages' as well;
    else it is the best told pair of sentences', and others have as much less as the scorer's first regression gives
    them less. Raises InputError for more than MAX_PASSAGES, TooSlowError.
    """
    keys = sorted(known.paragraphs, key=lambda key: _place(known.paragraphs[key]))
    split = {key: _passages(known.paragraphs[key], whole=known.sides[key].tokens is None) for key in keys}
    starts = dict(zip(keys, np.cumsum([0, *(len(split[key]) for key in keys)]).tolist(), strict=False))
    passages = tuple(passage for key in keys for passage in split[key])
    if len(passages) > MAX_PASSAGES:
        raise InputError(f"{len(passages)} sentences in these documents; at most {MAX_PASSAGES} are compared")
    sides = {key: _sides(known.sides[key], split[key]) for key in keys}
    chances = np.zeros((len(passages), len(passages)))
    parts = probability_parts(scorer, nearest_pairs(known), known)
    for (first, second), probability in (entry for part in parts for entry in part.items()):
        check_time()
        if known.group(first)[1] == known.group(second)[1]:
            probability = _within_language(probability)
        rows, columns = (slice(starts[key], starts[key] + len(split[key])) for key in (first, second))
        block = _shared_out(scorer, probability, sides[first], sides[second])
        chances[rows, columns], chances[columns, rows] = block, block.T
    documents = np.array([passage.document for passage in passages])
    _compete(chances, documents)
    chances[documents[:, None] == documents[None]] = np.nan
    return Story(passages, chances, {passage.id: at for at, passage in enumerate(passages)})


def _within_language(probability: float) -> float:
    """Return a probability of two paragraphs of one language as if they were of two."""
    sure = min(max(probability, 1 - SUREST), SUREST)
    return 1 / (1 + math.exp(-(SAME_SLOPE * math.log(sure / (1 - sure)) + SAME_SHIFT)))


def _place(paragraph: Paragraph) -> tuple[str, int]:
    return paragraph.document, paragraph.position


def nearest_pairs(known: Pool) -> list[Candidate]:
    """Return each paragraph's nearest ones in each other document; of two documents, from the first by id."""
    groups = sorted(known.groups.items())
    vectors = {group: np.array([known.sides[key].vector for key in keys]) for group, keys in groups}
    found = []
    for (first, rows), (second, columns) in combinations(groups, 2):
        check_time()
        if first[0] == second[0]:
            continue
        cosines = vectors[first] @ vectors[second].T
        nearest = np.argsort(-cosines, axis=1, kind="stable")[:, :NEAREST]
        for row, places in enumerate(nearest):
            found += [Candidate(rows[row], columns[at], float(cosines[row, at]), None, None) for at in places.tolist()]
    return found


def _passages(paragraph: Paragraph, *, whole: bool) -> list[Passage]:
    """Return the sentences of a paragraph; all of it as one where an encoder without tokens cannot tell them apart."""
    spans: list[tuple[int, int]] = []
    for start, end in () if whole else split_sentences(paragraph.text):
        if spans and (end - start < MIN_CHARS or spans[-1][1] - spans[-1][0] < MIN_CHARS):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    text, where = paragraph.text, (paragraph.document, paragraph.id, paragraph.position)
    spans = spans or [(0, len(text))]
    return [Passage(*where, number, paragraph.lang, text[a:b], a, b) for number, (a, b) in enumerate(spans)]


def _sides(side: Side, passages: Sequence[Passage]) -> list[Side]:
    """Return what the scorer asks of each passage; its vector is the paragraph's, its tokens are its own."""
    tokens = side.tokens
    if len(passages) == 1 or tokens is None:
        return [side]
    found = []
    for passage in passages:
        own = (tokens.offsets[:, 0] >= passage.start) & (tokens.offsets[:, 0] < passage.end)
        part = replace(
            tokens,
            vectors=tokens.vectors[own],
            expected=tokens.expected[own],
            pieces=tokens.pieces[own],
            offsets=tokens.offsets[own],
        )
        found.append(replace(side, tokens=part, numbers=numbers_of(passage.text)))
    return found


def _shared_out(scorer: Scorer, probability: float, firsts: Sequence[Side], seconds: Sequence[Side]) -> Chances:
    """Return the chances of the passages of two paragraphs; the best pair has the paragraphs' own."""
    if probability < FLOOR or len(firsts) == len(seconds) == 1:
        return np.full((len(firsts), len(seconds)), probability)
    told = scorer.alone_probabilities(pair_logits(scorer, firsts, seconds))
    return np.asarray(probability * told / max(told.max(), 1e-9), np.float64)


def _compete(chances: Chances, documents: npt.NDArray[np.str_]) -> None:
    """Lower the chance of each pair of passages of which one is told far better by another of the same document.

    Neighbouring sentences of one text share actors and words, so that both look like the sentence that one of them
    renders. Where the rival's odds are r times a pair's own, its chance is multiplied by some 1 / (1 + r / RIVAL).
    """
    places = {id: np.flatnonzero(documents == id) for id in dict.fromkeys(documents.tolist())}
    for first, second in combinations(places.values(), 2):
        check_time()
        block = chances[np.ix_(first, second)]
        sure = np.minimum(block, SUREST)
        odds = np.maximum(sure, 1e-9) / (1 - sure)
        shares = [(1 + 1 / RIVAL) / (1 + odds.max(axis=axis, keepdims=True) / odds / RIVAL) for axis in (0, 1)]
        block = np.round(block * shares[0] * shares[1], 4)
        chances[np.ix_(first, second)], chances[np.ix_(second, first)] = block, block.T


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
