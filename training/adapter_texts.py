"""Our invented stories as tensors: paragraphs cut into pieces, and which facts each of their tokens asserts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from marked import Telling, inside
from torch.nn.utils.rnn import pad_sequence

from aligner.pieces import Pieces
from aligner.tokens import NO_PIECE

__all__ = ["Texts"]


@dataclass(frozen=True)
class Texts:
    """Paragraphs by their place, all of them padded: P of them, of at most T pieces and N content tokens."""

    tellings: Sequence[Telling]
    ids: torch.Tensor
    """Shape (P, T)."""
    lengths: torch.Tensor
    """Shape (P,): how many of these are pieces."""
    content: torch.Tensor
    """Shape (P, N): where content tokens stand among the pieces, 0 beyond the last."""
    counts: torch.Tensor
    """Shape (P,): how many content tokens there are."""
    pieces: torch.Tensor
    """Shape (P, N)."""
    told: torch.Tensor
    """Shape (P, N): the facts that a token asserts, a bit each."""
    facts: torch.Tensor
    """Shape (P,): the facts that are told, a bit each."""
    is_marked: torch.Tensor
    """Shape (P,): whether it is known which tokens assert them."""

    @classmethod
    def of(cls, tellings: Sequence[Telling], folder: Path) -> Texts:
        """Return the paragraphs as they are read by the model of this folder; what it cannot read in one go is cut."""
        cut = Pieces(folder)
        bits: dict[str, dict[str, int]] = defaultdict(dict)
        columns: tuple[list[torch.Tensor], ...] = ([], [], [], [])
        facts, marked = [], []
        for number, telling in enumerate(tellings):
            window = next(cut.windows(number, telling.text))
            content = cut.content(window)
            known = bits[telling.event]
            told = np.zeros(len(content.pieces), np.int64)
            for start, end, asserted in telling.spans or ():
                told[inside(content.offsets, start, end)] |= _bits(asserted, known)
            parts = np.array(window.ids), np.flatnonzero(content.wanted), content.pieces, told
            for column, part in zip(columns, parts, strict=True):
                column.append(torch.from_numpy(np.asarray(part, np.int64)))
            facts.append(_bits(telling.facts or frozenset(), known))
            marked.append(telling.spans is not None)
        ids, places, pieces, own = (
            pad_sequence(column, batch_first=True, padding_value=filling)
            for column, filling in zip(columns, (cut.padding, 0, NO_PIECE, 0), strict=True)
        )
        lengths, counts = (torch.tensor([len(part) for part in column]) for column in columns[:2])
        both = torch.tensor(facts), torch.tensor(marked)
        return cls(tellings, ids, lengths, places, counts, pieces, own, *both)

    @cached_property
    def stories(self) -> dict[str, list[int]]:
        """The paragraphs of each story, those without content tokens left out."""
        return self._by("event")

    @cached_property
    def documents(self) -> dict[str, list[int]]:
        """The paragraphs of each document, those without content tokens left out."""
        return self._by("document")

    def _by(self, name: str) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for place, (telling, count) in enumerate(zip(self.tellings, self.counts.tolist(), strict=True)):
            if count:
                found[getattr(telling, name)].append(place)
        return found


def _bits(facts: frozenset[str], known: dict[str, int]) -> int:
    """Return these facts of a story as bits; `known` are those that were met before."""
    return sum(1 << known.setdefault(fact, len(known)) for fact in facts)
