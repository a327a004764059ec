"""Two tellings of one text, bead by bead: which passages render which, in order and out of it.

Every bead that may be is scored by the similarity of its two sides, what is joined encoded as joined; the beads of
the greatest sum are chosen, each passage in one at most. Deletions, merges and scores follow Gale and Church (1993),
https://aclanthology.org/J93-1004/, and Vecalign (Thompson and Koehn 2019, https://aclanthology.org/D19-1136/); in
place of their monotone path, a bead gains where its neighbours are rendered next to it, so that order counts and
moves are free to be found.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from aligner.alignment_choice import Candidate, Order, Run, best_set, in_order
from aligner.arrays import Vectors, unit

__all__ = ["Bead", "Run", "Side", "align"]

MAX_SPAN = 3  # passages of one side in a bead
CANDIDATES = 6  # of each passage on the other side, by similarity: parts of a bead that lie apart are among these
MIN_GAIN = 0.34  # what a bead's similarity must exceed what is typical by, less what follows
TYPICAL_SHARE = 0.5  # of the similarity that the passages of the bead have to the other document on the whole
LENGTH_PENALTY = 0.08  # for a ratio of lengths off by a factor e: translations keep it
EVEN_CHARS = 15  # added to lengths, so that the ratio of two short ones counts less
MERGE_PENALTY = 0.02  # for each passage beyond 1-1, so that a bead is merged only for a gain
HELD_GAIN = 0.28  # in place of this, where sentences are known: times how near a joined passage comes to one
HELD_MIN = 0.40  # less this
HELD_MAX = 0.6  # and no more: a passage told twice is held twice
BOTH_PENALTY = 0.05  # for several on both sides
APART_PENALTY = 0.06  # for a side whose passages are not consecutive
ORDER_GAIN = 0.05  # for each neighbour that is rendered next to it
MAX_BOTH = 2  # passages of a side where both sides have several
MIN_SIMILARITY = 0.2  # below, a bead is not considered
SLACK = 0.02  # by which the mean of vectors may underrate what is joined
ROUNDS = 2  # of choosing with the neighbours of the last choice

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bead:
    """Positions that render each other; one side is empty for a deletion or an insertion.

    `moved` says that its place differs between the two texts.
    """

    source: Run
    target: Run
    similarity: float
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    """One text's passages: a vector and a length in characters each.

    `parts` are the vectors of each passage's sentences, where it is known to have some. `joined` gives a vector for
    each run of passages taken as one text; None stands for the mean of their vectors, weighted by length.
    """

    vectors: Vectors
    sizes: Sequence[int]
    parts: Sequence[Vectors] | None = None
    joined: Callable[[Sequence[Run]], Vectors] | None = None


Pair = tuple[Run, Run]


def align(source: Side, target: Side) -> list[Bead]:
    """Return beads that cover both sides, in the order of the source; insertions come where the target has them."""
    sources, targets = len(source.vectors), len(target.vectors)
    if not sources or not targets:
        return _complete([], sources, targets)
    candidates = _candidates(source, target)
    chosen = best_set(candidates, [candidate.gain for candidate in candidates])
    for _ in range(ROUNDS):
        order = Order(chosen, sources, targets)
        chosen = best_set(candidates, [each.gain + ORDER_GAIN * order.neighbours(each) for each in candidates])
    kept = in_order(chosen)
    beads = [Bead(each.source, each.target, each.similarity, moved=each not in kept) for each in chosen]
    return _complete(beads, sources, targets)


def _candidates(source: Side, target: Side) -> list[Candidate]:
    """Return the beads that could be chosen, in the order of their positions."""
    similarity = source.vectors @ target.vectors.T
    costs = _Costs(source, target, similarity)
    near = _promising(_near(source, target, similarity), costs)
    first, second = _encoded(source, {a for a, _ in near}), _encoded(target, {b for _, b in near})
    found = []
    for a, b in sorted(near):
        value = float(first[a] @ second[b])
        gain = value - costs.of(a, b)
        if gain > -2 * ORDER_GAIN:
            found.append(Candidate(a, b, value, gain))
    return found


def _promising(near: Mapping[Pair, float], costs: _Costs) -> list[Pair]:
    """Return the pairs that may be worth it once encoded: what they gain is near what the best two passages do."""
    gains = {pair: value - costs.of(*pair) for pair, value in near.items()}
    found = []
    for (a, b), gain in gains.items():
        alone = max(gains.get(((i,), (j,)), -1.0) for i in a for j in b) if len(a) + len(b) > 2 else gain
        if gain >= max(alone, -2 * ORDER_GAIN) - SLACK * (len(a) + len(b) > 2):
            found.append((a, b))
    return found


def _near(source: Side, target: Side, similarity: Vectors) -> dict[Pair, float]:
    """Return the pairs of runs whose mean vectors are about as near as their parts', and how near these are."""
    near: dict[Pair, float] = {}
    firsts, seconds = _spans(source), _spans(target)
    for a, (first, _) in enumerate(firsts, start=1):
        for b, (second, _) in enumerate(seconds, start=1):
            if min(a, b) > 1 and max(a, b) > MAX_BOTH:
                continue
            values = first @ second.T
            parts = sliding_window_view(similarity, (a, b)).max(axis=(2, 3))
            enough = (values >= MIN_SIMILARITY) & ((values >= parts - SLACK) | (a + b == 2))
            for i, j in np.argwhere(enough).tolist():
                near[tuple(range(i, i + a)), tuple(range(j, j + b))] = float(values[i, j])
    if source.parts is not None and target.parts is not None:  # only what is held by a sentence may lie apart
        near |= {(a, b): value for a, b, value in _apart(source.vectors, target, similarity)}
        near |= {(a, b): value for b, a, value in _apart(target.vectors, source, similarity.T)}
    return near


def _spans(side: Side) -> list[tuple[Vectors, Floats]]:
    """Return mean vectors and lengths of the spans of 1, 2, ... MAX_SPAN consecutive passages."""
    sizes = np.asarray(side.sizes, np.float64)
    weighted = side.vectors * sizes[:, None].astype(np.float32)
    found = []
    for span in range(1, min(MAX_SPAN, len(sizes)) + 1):
        windows = sliding_window_view(weighted, span, axis=0).sum(axis=-1)
        found.append((unit(windows), sliding_window_view(sizes, span).sum(axis=-1)))
    return found


def _apart(vectors: Vectors, others: Side, similarity: Vectors) -> Iterator[tuple[Run, Run, float]]:
    """Yield passage, run and similarity, for runs that are not consecutive, out of the nearest of each passage."""
    count = min(CANDIDATES, similarity.shape[1])
    nearest = np.argsort(-similarity, axis=1, kind="stable")[:, :count]
    for passage, columns in enumerate(nearest.tolist()):
        for size in range(2, MAX_SPAN + 1):
            for run in combinations(sorted(columns), size):
                if not _consecutive(run):
                    value = float(vectors[passage] @ _mean(others, run))
                    best = float(similarity[passage, list(run)].max())
                    if value >= max(MIN_SIMILARITY, best - SLACK):
                        yield (passage,), run, value


def _mean(side: Side, run: Run) -> Vectors:
    rows = list(run)
    weights = np.asarray([side.sizes[row] for row in rows], np.float32)
    return np.asarray(unit((side.vectors[rows] * weights[:, None]).sum(axis=0, keepdims=True))[0])


def _consecutive(run: Run) -> bool:
    return run[-1] - run[0] == len(run) - 1


def _encoded(side: Side, runs: set[Run]) -> Mapping[Run, Vectors]:
    """Return the vector of each run."""
    found: dict[Run, Vectors] = {run: side.vectors[run[0]] for run in runs if len(run) == 1}
    several = sorted(run for run in runs if len(run) > 1)
    if side.joined is None:
        return found | {run: _mean(side, run) for run in several}
    return found | dict(zip(several, side.joined(several), strict=True)) if several else found


class _Costs:
    """What a bead's similarity must exceed."""

    def __init__(self, source: Side, target: Side, similarity: Vectors) -> None:
        self._sizes = (source.sizes, target.sizes)
        self._typical = (np.median(similarity, axis=1), np.median(similarity, axis=0))
        self._ratio = sum(target.sizes) / max(1, sum(source.sizes))
        self._held_in_source, self._held_in_target = _held(target, source), _held(source, target)

    def of(self, source: Run, target: Run) -> float:
        """Return the cost of a bead."""
        lengths = [sum(sizes[at] for at in run) for sizes, run in zip(self._sizes, (source, target), strict=True)]
        typical = sum(
            sum(float(typical[at]) * sizes[at] for at in run) / max(1, length)
            for typical, sizes, run, length in zip(self._typical, self._sizes, (source, target), lengths, strict=True)
        )
        ratio = (lengths[1] + EVEN_CHARS) / (lengths[0] + EVEN_CHARS) / self._ratio
        return (
            MIN_GAIN
            + TYPICAL_SHARE * typical / 2
            + LENGTH_PENALTY * abs(math.log(ratio))
            - self._support(source, target)
            + BOTH_PENALTY * (min(len(source), len(target)) > 1)
            + APART_PENALTY * (not _consecutive(source) + (not _consecutive(target)))
        )

    def _support(self, source: Run, target: Run) -> float:
        """Return the gain from what is joined: 0 for 1-1, more where all but the longest are held by one sentence."""
        if len(source) == 1 and self._held_in_source is not None:
            pieces, sizes = [(self._held_in_source[j, source[0]], j) for j in target], self._sizes[1]
        elif len(target) == 1 and self._held_in_target is not None:
            pieces, sizes = [(self._held_in_target[i, target[0]], i) for i in source], self._sizes[0]
        else:
            return -MERGE_PENALTY * (len(source) + len(target) - 2)
        longest = max((at for _, at in pieces), key=lambda at: (sizes[at], -at))
        return sum(HELD_GAIN * (min(HELD_MAX, float(held)) - HELD_MIN) for held, at in pieces if at != longest)


def _held(pieces: Side, whole: Side) -> Floats | None:
    """Return how near each piece comes to the nearest sentence of each whole, of shape (pieces, wholes)."""
    if whole.parts is None:
        return None
    starts = np.cumsum([0, *(len(part) for part in whole.parts)])[:-1]
    return np.asarray(np.maximum.reduceat(pieces.vectors @ np.vstack(list(whole.parts)).T, starts, axis=1), np.float64)


def _complete(found: Sequence[Bead], sources: int, targets: int) -> list[Bead]:
    """Return the beads with deletions and insertions, so that each position is in exactly one."""
    used_source = {i for bead in found for i in bead.source}
    used_target = {j for bead in found for j in bead.target}
    beads = [*found, *(Bead((i,), (), 0.0) for i in range(sources) if i not in used_source)]
    ordered = sorted(beads, key=lambda bead: bead.source)
    by_target = {bead.target[-1]: bead for bead in found}
    for j in range(targets):
        if j not in used_target:
            insertion = Bead((), (j,), 0.0)
            before = by_target.get(j - 1)
            ordered.insert(ordered.index(before) + 1 if before else 0, insertion)
            by_target[j] = insertion
    return ordered
