"""Which of the beads that may be are chosen: the set of the greatest gain, and which of it keeps the order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["Candidate", "Order", "Run", "best_set", "in_order"]

Run = tuple[int, ...]
"""Positions of one side, ascending."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A bead that may be, and what is gained by it."""

    source: Run
    target: Run
    similarity: float
    gain: float


def best_set(candidates: Sequence[Candidate], gains: Sequence[float]) -> list[Candidate]:
    """Return the candidates of the greatest sum of gains, each position in one at most: a set packing."""
    open_ = [(each, gain) for each, gain in zip(candidates, gains, strict=True) if gain > 0]
    if not open_:
        return []
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array

    targets = 1 + max(each.source[-1] for each, _ in open_)
    places = [
        (row, column)
        for column, (each, _) in enumerate(open_)
        for row in (*each.source, *(targets + j for j in each.target))
    ]
    rows, columns = zip(*places, strict=True)
    uses = coo_array((np.ones(len(places)), (rows, columns))).tocsr()
    found = milp(
        [-gain for _, gain in open_],
        constraints=LinearConstraint(uses, ub=1),
        bounds=Bounds(0, 1),
        integrality=np.ones(len(open_)),
    )
    return [each for (each, _), share in zip(open_, found.x, strict=True) if share > 0.5]


class Order:
    """Where the beads of a choice lie, for candidates to be asked whether they fit in between."""

    def __init__(self, chosen: Sequence[Candidate], sources: int, targets: int) -> None:
        self._beads = chosen
        self._of_source: list[int | None] = [None] * sources
        self._of_target: list[int | None] = [None] * targets
        for number, bead in enumerate(chosen):
            for i in bead.source:
                self._of_source[i] = number
            for j in bead.target:
                self._of_target[j] = number

    def neighbours(self, candidate: Candidate) -> int:
        """Return 0, 1 or 2: on how many sides the candidate's neighbours on both texts render each other.

        Beads that the candidate would replace are passed over, and so are passages in no bead. Both ends of the
        texts count as neighbours that do.
        """
        own = {self._of_source[i] for i in candidate.source} | {self._of_target[j] for j in candidate.target}
        before = self._next(self._of_source, candidate.source[0], -1, own) == self._next(
            self._of_target, candidate.target[0], -1, own
        )
        after = self._next(self._of_source, candidate.source[-1], 1, own) == self._next(
            self._of_target, candidate.target[-1], 1, own
        )
        return before + after

    @staticmethod
    def _next(beads: Sequence[int | None], place: int, step: int, own: set[int | None]) -> int | None:
        place += step
        while 0 <= place < len(beads):
            if (bead := beads[place]) is not None and bead not in own:
                return bead
            place += step
        return None


def in_order(chosen: Sequence[Candidate]) -> set[Candidate]:
    """Return the largest set of beads of one order in both texts, weighed by their passages; the others have moved."""
    ordered = sorted(chosen, key=lambda bead: bead.source)
    best: list[tuple[int, int]] = []  # weight of the best chain that ends here, and the bead before
    for number, bead in enumerate(ordered):
        before = max(
            (
                (best[other][0], -other)
                for other in range(number)
                if ordered[other].source[-1] < bead.source[0] and ordered[other].target[-1] < bead.target[0]
            ),
            default=(0, 1),
        )
        best.append((before[0] + len(bead.source) + len(bead.target), -before[1]))
    kept: set[Candidate] = set()
    number = max(range(len(best)), key=lambda at: best[at][0], default=-1)
    while number >= 0:
        kept.add(ordered[number])
        number = best[number][1]
    return kept
