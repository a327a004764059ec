"""How probable it is that two passages of a story report a fact in common, across languages and within one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations

import numpy as np
import numpy.typing as npt

from aligner.arrays import Numbers
from aligner.candidates import Candidate, Pool
from aligner.deadline import check_time
from aligner.errors import InputError
from aligner.features import Side
from aligner.nearby import Nearby
from aligner.pairs import pair_logits
from aligner.paragraphs import Paragraph
from aligner.passages import Passage, passage_side, split_passages
from aligner.probabilities import probability_parts
from aligner.reader import shipped_reader
from aligner.readings import are_read, readings
from aligner.scoring import Scorer

__all__ = ["MAX_PASSAGES", "SUREST", "Chances", "Story", "read_story"]

MAX_PASSAGES = 4000  # of one story: each two have a chance, two matrices of 192 MB for so many
NEAREST = 3  # of a paragraph in each other document: these say whether two documents are compared in full
FLOOR = 0.05  # pairs of paragraphs below it are not looked into
SHARPNESS = 1.5  # of the log-odds by which a pair of sentences is told less than the best one of their paragraphs
RIVAL = 10.0  # odds of a rival by which a pair's chance is halved
SUREST = 0.9999  # what the scorer rounds to 1 is not beyond doubt

Chances = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Story:
    """The passages of some documents, by id, and how probable it is that two of them report a fact in common.

    Both matrices are of shape (n, n), symmetric, with nan where both are of one document. In `chances` a passage that
    is told far better by another one of a document gives way to that; in `uncontested` it does not.
    """

    passages: tuple[Passage, ...]
    chances: Chances
    uncontested: npt.NDArray[np.float32]
    numbers: Mapping[str, int]
    """The place of each passage in `passages`, by id."""

    def chance(self, one: Passage, other: Passage) -> float:
        """Return how probable it is that two passages of different documents report a fact in common."""
        return float(self.chances[self.numbers[one.id], self.numbers[other.id]])


def read_story(scorer: Scorer, known: Pool, nearby: Nearby) -> Story:
    """Return the passages of all paragraphs of a pool and their chances.

    Each two paragraphs get the scorer's probability, as a match has it, in one language too. Where both are of one
    sentence that is the passages' as well; else it is the best told pair of sentences', and others have the less the
    less is read of them. `nearby` knows which other documents may tell of the same. Raises InputError for more than
    MAX_PASSAGES, TooSlowError.
    """
    keys = sorted(known.paragraphs, key=lambda key: _place(known.paragraphs[key]))
    split = {key: split_passages(known.paragraphs[key], whole=known.sides[key].tokens is None) for key in keys}
    starts = dict(zip(keys, np.cumsum([0, *(len(split[key]) for key in keys)]).tolist(), strict=False))
    passages = tuple(passage for key in keys for passage in split[key])
    if len(passages) > MAX_PASSAGES:
        raise InputError(f"{len(passages)} sentences in these documents; at most {MAX_PASSAGES} are compared")
    chances = _expanded(_probabilities(scorer, keys, known, nearby), [len(split[key]) for key in keys])
    sides = {key: [passage_side(known.sides[key], passage) for passage in split[key]] for key in keys}
    for first, second in combinations(keys, 2):
        probability = chances[starts[first], starts[second]]
        if probability >= FLOOR and len(split[first]) * len(split[second]) > 1:
            check_time()
            mark = nearby.mark(known.group(first)), nearby.mark(known.group(second))
            told = nearby.was_read.of(
                ("passages", scorer, first, second, *mark),
                partial(_told, scorer, sides[first], sides[second]),
                numbers=len(split[first]) * len(split[second]),
            )
            rows, columns = (slice(starts[key], starts[key] + len(split[key])) for key in (first, second))
            chances[rows, columns] = _shared_out(probability, told)
            chances[columns, rows] = chances[rows, columns].T
    documents = np.array([passage.document for passage in passages])
    uncontested = chances.astype(np.float32)
    _compete(chances, documents)
    for matrix in (chances, uncontested):
        matrix[documents[:, None] == documents[None]] = np.nan
    return Story(passages, chances, uncontested, {passage.id: at for at, passage in enumerate(passages)})


def _place(paragraph: Paragraph) -> tuple[str, int]:
    return paragraph.document, paragraph.position


def _nearest_pairs(known: Pool) -> list[Candidate]:
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


def _probabilities(scorer: Scorer, keys: Sequence[int], known: Pool, nearby: Nearby) -> Chances:
    """Return the probability of each two paragraphs of different documents, shape (keys, keys)."""
    places = {key: place for place, key in enumerate(keys)}
    found = np.zeros((len(keys), len(keys)))
    for part in probability_parts(scorer, _nearest_pairs(known), known, nearby):
        check_time()
        for (first, second), probability in part.items():
            found[places[first], places[second]] = found[places[second], places[first]] = probability
    return found


def _expanded(probabilities: Chances, counts: Sequence[int]) -> Chances:
    """Return what paragraphs have for each of their passages, of which there are so many."""
    return np.asarray(np.repeat(np.repeat(probabilities, counts, axis=0), counts, axis=1))


def _shared_out(probability: float, told: Numbers) -> Chances:
    """Return the chances of the passages of two paragraphs; the best pair has the paragraphs' own."""
    sure = min(max(probability, 1 - SUREST), SUREST)
    return np.asarray(1 / (1 + (1 / sure - 1) * np.exp(SHARPNESS * (told.max() - told))), np.float64)


def _told(scorer: Scorer, firsts: Sequence[Side], seconds: Sequence[Side]) -> Numbers:
    """Return a logit for each pair of passages, shape (firsts, seconds)."""
    logits = pair_logits(scorer, firsts, seconds)
    reader = shipped_reader()
    if scorer.reading is None or not are_read(reader, [*firsts, *seconds]):
        return logits
    return scorer.joined(logits, readings(reader, firsts, seconds, logits))


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
