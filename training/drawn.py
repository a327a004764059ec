"""Which pairs of our stories' paragraphs are shown to what learns to tell whether they share a fact."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from marked import Telling, label

from aligner.arrays import Vectors

__all__ = ["Drawn", "hidden"]

POSITIVES = 30  # pairs of a story and epoch that share a fact, at most: a story that repeats itself has hundreds
REPEATED = 8  # such pairs of one document, which tells its main facts again and again
NEGATIVES = 2  # a positive pair; near ones are drawn more often
NEARNESS = 5.0
UNLIKE = 0.1  # taken off the cosine of a pair of one language, which is higher
ELSEWHERE = 4  # documents of near other stories, for each story and epoch: something there always stands out
ELSEWHERE_PAIRS = 6  # with each of them
ELSEWHERE_NEARNESS = 10.0
NEAREST_STORIES = 5
HIDDEN = 0.15  # of pairs show nothing of other paragraphs; as many of the rest hide them on one side

Places = tuple[int, int, bool]
"""Two paragraphs, and whether they share a fact."""
Among = frozenset[int] | None
"""The paragraphs of which pairs may be."""
_Known = tuple[list[tuple[int, int]], list[tuple[int, int]], list[float]]


class Drawn:
    """Draws pairs of paragraphs by their place, story by story; what it yields later depends on `chance` then."""

    def __init__(
        self,
        tellings: Sequence[Telling],
        vectors: Vectors,
        *,
        stories: Mapping[str, Sequence[int]],
        documents: Mapping[str, Sequence[int]],
    ) -> None:
        """`vectors` say what is near, shape (paragraphs, dimension)."""
        self._tellings, self._vectors, self._stories, self._documents = tellings, vectors, stories, documents
        self.chance = random.Random(0)
        self._across = {event: self._pairs_of(own, inside=False) for event, own in stories.items()}
        self._inside = {event: self._pairs_of(own, inside=True) for event, own in stories.items()}
        means = {event: vectors[list(own)].mean(axis=0) for event, own in stories.items()}
        self._near = {
            event: sorted((o for o in means if o != event), key=lambda o: -float(mean @ means[o]))[:NEAREST_STORIES]
            for event, mean in means.items()
        }
        every = [*self._across.values(), *self._inside.values()]
        right, wrong = (sum(len(known[kind]) for known in every) for kind in (0, 1))
        print(f"{len(stories)} stories, {right} pairs that share a fact, {wrong} that do not")

    def across(self, event: str, among: Among = None) -> Iterator[Places]:
        """Yield pairs of two documents of a story, of `among` where these are given."""
        return self._drawn(*_among(self._across[event], among), POSITIVES)

    def inside(self, event: str, among: Among = None) -> Iterator[Places]:
        """Yield pairs of one document."""
        return self._drawn(*_among(self._inside[event], among), REPEATED)

    def elsewhere(self, event: str, *, documents: int = ELSEWHERE, pairs: int = ELSEWHERE_PAIRS) -> Iterator[Places]:
        """Yield pairs with so many documents of stories that are near, so many with each."""
        for _ in range(documents):
            here, there = (
                self._documents[self._tellings[self.chance.choice(self._stories[story])].document]
                for story in (event, self.chance.choice(self._near[event]))
            )
            for first in self.chance.choices(here, k=pairs):
                nearness = np.exp(ELSEWHERE_NEARNESS * (self._vectors[list(there)] @ self._vectors[first]))
                yield first, self.chance.choices(there, nearness.tolist())[0], False

    def _drawn(
        self, right: Sequence[tuple[int, int]], wrong: Sequence[tuple[int, int]], often: Sequence[float], count: int
    ) -> Iterator[Places]:
        shown = self.chance.sample(right, min(count, len(right)))
        yield from ((first, second, True) for first, second in shown)
        if wrong:
            chosen = self.chance.choices(wrong, often, k=NEGATIVES * len(shown))
            yield from ((first, second, False) for first, second in chosen)

    def _pairs_of(self, own: Sequence[int], *, inside: bool) -> _Known:
        """Return a story's pairs that share a fact, those that do not, and how often each of these is drawn.

        They are of two documents, or of one.
        """
        right, wrong, often = [], [], []
        for at, first in enumerate(own):
            for second in own[at + 1 :]:
                one, other = self._tellings[first], self._tellings[second]
                found = label(one, other) if inside == (one.document == other.document) else -1
                if found == 1:
                    right.append((first, second))
                elif found == 0:
                    wrong.append((first, second))
                    near = float(self._vectors[first] @ self._vectors[second]) - UNLIKE * (one.lang == other.lang)
                    often.append(float(np.exp(NEARNESS * near)))
        return right, wrong, often


def _among(known: _Known, among: Among) -> _Known:
    """Return the pairs of these paragraphs alone."""
    if among is None:
        return known
    right, wrong, often = known
    kept = [at for at, pair in enumerate(wrong) if among.issuperset(pair)]
    return [pair for pair in right if among.issuperset(pair)], [wrong[at] for at in kept], [often[at] for at in kept]


def hidden(chance: random.Random) -> tuple[bool, bool]:
    """Return of which side of a pair nothing is shown of what it finds in other paragraphs."""
    neither, one_alone = (chance.random() < HIDDEN for _ in range(2))
    return neither or one_alone, neither
