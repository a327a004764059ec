"""Which pairs are read, and beside what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np
import pytest

from aligner.arrays import Numbers
from aligner.contrast import Both
from aligner.deadline import limit_time
from aligner.errors import TooSlowError
from aligner.features import Side
from aligner.reader import TokenReader
from aligner.readings import READ_LOGIT, UNREAD, Lines, readings
from aligner.tokens import Tokens


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
    reader = Counting()
    logits = np.array([[READ_LOGIT, READ_LOGIT - 0.1, 0.0], [0.0] * 3, [READ_LOGIT - 0.1] * 3, [1.0, 1.0, 1.0]])
    found = readings(cast(TokenReader, reader), sides(2, None, 5, 4), sides(3, 0, 6), logits)
    assert found.tolist() == [[1.0, UNREAD, 4.0], [UNREAD] * 3, [UNREAD] * 3, [-1.0, UNREAD, 2.0]]
    assert reader.asked == [2, 4]
    assert reader.contrasted


def test_a_document_is_read_with_itself_line_by_line_once_and_uncontrasted() -> None:
    reader, own = Counting(), sides(2, None, 5, 0, 3)
    logits = np.zeros((5, 5))
    logits[2, 4] = READ_LOGIT - 0.1
    inside = Lines(cast(TokenReader, reader), own, own, logits, inside=True)
    assert reader.asked == []
    for _ in range(2):
        assert inside.line(2).tolist() == [-3.0, UNREAD, np.inf, UNREAD, UNREAD]
    assert reader.asked == [5]
    assert not reader.contrasted
    assert inside.line(1).tolist() == [UNREAD, np.inf, UNREAD, UNREAD, UNREAD]
    assert inside.line(3).tolist() == [UNREAD, UNREAD, UNREAD, np.inf, UNREAD]
    assert reader.asked == [5]


def test_lines_of_two_documents_are_read_beside_the_others_there() -> None:
    reader = Counting()
    lines = Lines(cast(TokenReader, reader), sides(2, None, 5), sides(3, 0, 4), np.zeros((3, 3)))
    for _ in range(2):
        assert lines.line(2).tolist() == [-2.0, UNREAD, -1.0]
    assert reader.asked == [5]
    assert reader.contrasted
    assert lines.line(1).tolist() == [UNREAD, UNREAD, UNREAD]


def test_lines_end_when_the_time_is_up() -> None:
    lines = Lines(cast(TokenReader, Counting()), sides(2), sides(3), np.zeros((1, 1)))
    with limit_time(0.0), pytest.raises(TooSlowError):
        lines.line(0)


def test_nothing_is_read_where_nothing_is_likely() -> None:
    reader = Counting()
    assert (readings(cast(TokenReader, reader), sides(2), sides(3, 4), np.full((1, 2), -20.0)) == UNREAD).all()
    assert (readings(cast(TokenReader, reader), sides(None), sides(0), np.zeros((1, 1))) == UNREAD).all()
    assert reader.asked == []
