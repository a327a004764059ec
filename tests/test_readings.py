"""Which pairs are read, and beside what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np
import numpy.typing as npt

from aligner.contrast import Both
from aligner.features import Side
from aligner.reader import Readers
from aligner.readings import READ_LOGIT, UNREAD, readings
from aligner.tokens import Tokens

Numbers = npt.NDArray[np.float64]


@dataclass
class Counting:
    """Says of two texts how much longer the second is, and notes what it was asked."""

    asked: list[int] = field(default_factory=list)
    contrasted: bool = False

    def readings(self, source: Tokens, targets: Sequence[Tokens], elsewhere: Sequence[Both]) -> Numbers:
        self.asked.append(len(source))
        self.contrasted = any(each is not None for both in elsewhere for each in both)
        return np.array([float(len(target) - len(source)) for target in targets])


def tokens(count: int) -> Tokens:
    return Tokens(
        np.ones((count, 4), np.int8),
        np.zeros(count, np.float16),
        np.zeros(count, np.int32),
        np.zeros((count, 2), np.int32),
    )


def sides(*counts: int | None) -> list[Side]:
    vector = np.ones(4, np.float32)
    return [Side(vector, vector, None if count is None else tokens(count), frozenset()) for count in counts]


def test_pairs_above_the_limit_are_read_beside_the_others_there() -> None:
    readers = Counting()
    logits = np.array([[READ_LOGIT, READ_LOGIT - 0.1, 0.0], [0.0] * 3, [READ_LOGIT - 0.1] * 3, [1.0, 1.0, 1.0]])
    found = readings(cast(Readers, readers), sides(2, None, 5, 4), sides(3, 0, 6), logits)
    assert found.tolist() == [[1.0, UNREAD, 4.0], [UNREAD] * 3, [UNREAD] * 3, [-1.0, UNREAD, 2.0]]
    assert readers.asked == [2, 4]
    assert readers.contrasted


def test_a_document_is_read_with_itself_uncontrasted() -> None:
    readers = Counting()
    own = sides(2, 3, None)
    found = readings(cast(Readers, readers), own, own, np.zeros((3, 3)), contrasted=False)
    assert found.tolist() == [[0.0, 1.0, UNREAD], [-1.0, 0.0, UNREAD], [UNREAD] * 3]
    assert not readers.contrasted


def test_nothing_is_read_where_nothing_is_likely() -> None:
    readers = Counting()
    assert (readings(cast(Readers, readers), sides(2), sides(3, 4), np.full((1, 2), -20.0)) == UNREAD).all()
    assert (readings(cast(Readers, readers), sides(None), sides(0), np.zeros((1, 1))) == UNREAD).all()
    assert readers.asked == []
