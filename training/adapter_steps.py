"""One story at a time through the adapted layers and the reader: vectors, contrasts, logits, loss."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from adapter_model import Adapter
from adapter_texts import Texts
from drawn import Drawn, Places, hidden
from reader_model import Padded, Reader
from torch import nn
from torch.nn import functional

__all__ = ["Before", "Run", "Said", "shown"]

DOCUMENTS = 4  # of a story that are shown in a step
ELSEWHERE_PAIRS = 12  # with a document of another story
READ_TOKENS = 1024  # padded pieces of paragraphs that go through the layers at a time
READ_PAIRS = 32  # pairs that the reader is given at a time
FOUND_TEXTS = 8  # paragraphs whose tokens are looked for at a time


@dataclass(frozen=True, slots=True)
class Said:
    """Token logits of both sides, and a logit of each pair; the pairs' order."""

    first: torch.Tensor
    second: torch.Tensor
    logits: torch.Tensor
    order: torch.Tensor


@dataclass(frozen=True, slots=True)
class _Read:
    """The content tokens of some paragraphs, padded, and what each finds in each of these, shape (p, n, p)."""

    where: dict[int, int]
    vectors: torch.Tensor
    mask: torch.Tensor
    expected: torch.Tensor
    pieces: torch.Tensor
    found: torch.Tensor
    documents: torch.Tensor


@dataclass(frozen=True, slots=True)
class Before:
    """What the adapted layers are given, of all texts, and what they made of them before they were fitted."""

    states: torch.Tensor
    """Shape (pieces of all texts, width), in half precision."""
    starts: torch.Tensor
    lengths: torch.Tensor
    means: torch.Tensor
    """Shape (texts, width): the mean of the last layer's states, the mean of all texts taken off, at unit length."""

    @classmethod
    @torch.no_grad()
    def of(cls, adapter: Adapter, texts: Texts) -> Before:
        """Return them, of an adapter that was not fitted yet."""
        starts = texts.lengths.cumsum(0) - texts.lengths
        states = torch.empty(int(texts.lengths.sum()), adapter.width, dtype=torch.half)
        means = torch.empty(len(starts), adapter.width)
        for part in _batches(texts.lengths):
            lengths = texts.lengths[part]
            mask = torch.arange(int(lengths.max())) < lengths[:, None]
            first, last = adapter.before(texts.ids[part, : mask.shape[1]], mask.long())
            places = starts[part, None] + torch.arange(mask.shape[1])
            states[places[mask]] = first[mask].half()
            means[part] = (last * mask[..., None]).sum(1) / lengths[:, None]
        return cls(states, starts, texts.lengths, functional.normalize(means - means.mean(0)))

    def padded(self, rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the states of some texts, shape (texts, longest, width), and which of them are no filling."""
        lengths = self.lengths[rows]
        mask = torch.arange(int(lengths.max())) < lengths[:, None]
        places = (self.starts[rows, None] + torch.arange(mask.shape[1])) * mask
        return self.states[places].float(), mask


class Run(nn.Module):
    """The adapted layers and a reader of their tokens."""

    def __init__(self, adapter: Adapter, reader: Reader, texts: Texts, before: Before) -> None:
        super().__init__()
        self.adapter, self.reader = adapter, reader
        self.texts, self.before = texts, before
        self._number = {id: number for number, id in enumerate(texts.documents)}

    def said(self, pairs: Sequence[Places], *, chance: random.Random | None = None) -> list[Said]:
        """Return what is said of pairs of paragraphs, in parts of about one length.

        With a `chance`, what tokens find in other paragraphs is now and then hidden.
        """
        texts = self.texts
        names = {texts.tellings[place].document for pair in pairs for place in pair[:2]}
        read = self._read(sorted(place for name in names for place in texts.documents[name]))
        rows, columns = (torch.tensor([read.where[pair[side]] for pair in pairs]) for side in (0, 1))
        counts = read.mask.sum(1)
        ordered = (counts[rows] + counts[columns]).argsort()
        unseen = torch.tensor([hidden(chance) if chance else (False, False) for _ in pairs])
        parts = []
        for order in torch.split(ordered, READ_PAIRS):
            one, other = (
                _padded(read, own[order], beside[order], unseen[order, side], int(counts[own[order]].max()))
                for side, (own, beside) in enumerate(((rows, columns), (columns, rows)))
            )
            first, second, logits = self.reader(one, other)
            parts.append(Said(first, second, logits, order))
        return parts

    def loss(self, pairs: Sequence[Places], chance: random.Random) -> torch.Tensor:
        """Return the mean over pairs of what the logit lacks, and the mean over tokens of what theirs lack."""
        texts = self.texts
        places = torch.tensor([pair[:2] for pair in pairs])
        wanted = torch.tensor([float(pair[2]) for pair in pairs])
        common = texts.facts[places[:, 0]] & texts.facts[places[:, 1]]
        marked = texts.is_marked[places].all(1) | (wanted == 0)
        total = torch.zeros(())
        sums, numbers = torch.zeros(2), torch.zeros(2)
        for part in self.said(pairs, chance=chance):
            order = part.order
            total = total + functional.binary_cross_entropy_with_logits(part.logits, wanted[order], reduction="sum")
            for side, said in enumerate((part.first, part.second)):
                own, width = places[order, side], said.shape[1]
                told = (texts.told[own, :width] & common[order, None]) != 0
                told &= wanted[order, None] > 0
                mask = torch.arange(width) < texts.counts[own, None]
                weights = (mask & marked[order, None]).float()
                each = functional.binary_cross_entropy_with_logits(said, told.float(), reduction="none")
                place = functional.one_hot(torch.tensor(side), 2)
                sums = sums + place * (each * weights).sum()
                numbers = numbers + place * weights.sum()
        return total / len(pairs) + (sums / (2 * numbers).clamp(min=1)).sum()

    def _read(self, places: Sequence[int]) -> _Read:
        texts = self.texts
        chosen = torch.tensor(places)
        counts, lengths = texts.counts[chosen], texts.lengths[chosen]
        width = int(counts.max())
        vectors = torch.zeros(len(places), width, self.adapter.dimension)
        expected = torch.zeros(len(places), width)
        for part in _batches(lengths):
            rows, own = chosen[part], int(counts[part].max())
            at = texts.content[rows, :own, None]
            states = [
                state.gather(1, at.expand(-1, -1, state.shape[2]))
                for state in self.adapter.states(*self.before.padded(rows))
            ]
            vectors[part, :own], expected[part, :own] = self.adapter.tokens(*states)
        mask = torch.arange(width) < counts[:, None]
        documents = torch.tensor([self._number[texts.tellings[place].document] for place in places])
        with torch.no_grad():
            found = _found(vectors.detach(), mask)
        where = {place: row for row, place in enumerate(places)}
        return _Read(where, vectors, mask, expected, texts.pieces[chosen, :width], found, documents)


def shown(drawn: Drawn, event: str, texts: Texts) -> list[Places]:
    """Return pairs of some of a story's documents, and of one with a document of another story."""
    names = sorted({texts.tellings[place].document for place in texts.stories[event]})
    chosen = drawn.chance.sample(names, min(DOCUMENTS, len(names)))
    among = frozenset(place for name in chosen for place in texts.documents[name])
    pairs = [*drawn.across(event, among), *drawn.inside(event, among)]
    return pairs + list(drawn.elsewhere(event, documents=1, pairs=ELSEWHERE_PAIRS))


def _batches(lengths: torch.Tensor) -> Iterator[torch.Tensor]:
    """Yield rows of about one length together."""
    ordered = lengths.argsort(descending=True)
    while len(ordered):
        count = max(1, READ_TOKENS // int(lengths[ordered[0]]))
        yield ordered[:count]
        ordered = ordered[count:]


def _found(vectors: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Return the best cosine of each token in each paragraph, shape (p, n, p)."""
    count, width, dimension = vectors.shape
    there = vectors.reshape(-1, dimension).T
    beyond = ~mask[None, None]
    rows = []
    for own in torch.split(vectors, FOUND_TEXTS):
        cosines = (own.reshape(-1, dimension) @ there).reshape(len(own), width, count, width)
        rows.append(cosines.masked_fill(beyond, -1.0).amax(3))
    return torch.cat(rows)


def _padded(read: _Read, own: torch.Tensor, beside: torch.Tensor, unseen: torch.Tensor, width: int) -> Padded:
    """Return some paragraphs, and what their tokens find in the others of the document of those beside them."""
    others = read.documents[beside][:, None] == read.documents[None]
    others &= torch.arange(len(read.documents))[None] != beside[:, None]
    inside = read.documents[own] == read.documents[beside]  # beside itself, everything in a document is told elsewhere
    known = others.any(1) & ~unseen & ~inside
    found = read.found[own, :width]
    mean = (found * others[:, None]).sum(2) / others.sum(1).clamp(min=1)[:, None]
    best = found.masked_fill(~others[:, None], -1.0).amax(2)
    mask = read.mask[own, :width]
    known_here = known[:, None] & mask
    return Padded(
        read.vectors[own, :width],
        mask,
        read.expected[own, :width],
        read.pieces[own, :width],
        torch.stack([mean, best], -1) * known_here[..., None],
        known_here.float(),
    )
