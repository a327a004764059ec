"""What is read of the paragraphs of one language, and that nothing is read twice or unasked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np
import numpy.typing as npt

from aligner.contrast import Both
from aligner.features import Side
from aligner.reader import Readers
from aligner.readings import UNREAD, Lines
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


def test_each_paragraph_of_a_document_is_read_once_and_only_when_asked_for() -> None:
    readers = Counting()
    inside = Lines(cast(Readers, readers), sides(2, None, 5, 0, 3))
    assert readers.asked == []
    for _ in range(2):
        assert inside.line(2).tolist() == [-3.0, UNREAD, np.inf, UNREAD, -2.0]
    assert readers.asked == [5]
    assert not readers.contrasted  # in its own document a fact is told elsewhere as well
    assert inside.line(1).tolist() == [UNREAD, np.inf, UNREAD, UNREAD, UNREAD]
    assert inside.line(3).tolist() == [UNREAD, UNREAD, UNREAD, np.inf, UNREAD]
    assert readers.asked == [5]


def test_paragraphs_of_two_documents_are_read_beside_the_others_there() -> None:
    readers = Counting()
    lines = Lines(cast(Readers, readers), sides(2, None, 5), sides(3, 0, 4))
    for _ in range(2):
        assert lines.line(2).tolist() == [-2.0, UNREAD, -1.0]
    assert readers.asked == [5]
    assert readers.contrasted
    assert lines.line(1).tolist() == [UNREAD, UNREAD, UNREAD]
    assert Lines(cast(Readers, readers), sides(2), sides(None, 0)).line(0).tolist() == [UNREAD, UNREAD]
    assert readers.asked == [5]
