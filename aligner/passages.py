"""The passages of a paragraph: its sentences, each of which may tell a fact of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace

from aligner.clues import numbers_of
from aligner.features import Side
from aligner.paragraphs import Paragraph
from aligner.sentences import split_sentences

__all__ = ["Passage", "passage_side", "split_passages"]

MIN_CHARS = 25  # a shorter sentence ("Not so.") belongs to the one before it


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


def split_passages(paragraph: Paragraph, *, whole: bool) -> list[Passage]:
    """Return the sentences of a paragraph; all of it as one where it is to stay `whole`."""
    spans: list[tuple[int, int]] = []
    for start, end in () if whole else split_sentences(paragraph.text):
        if spans and (end - start < MIN_CHARS or spans[-1][1] - spans[-1][0] < MIN_CHARS):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    text, where = paragraph.text, (paragraph.document, paragraph.id, paragraph.position)
    spans = spans or [(0, len(text))]
    return [Passage(*where, number, paragraph.lang, text[a:b], a, b) for number, (a, b) in enumerate(spans)]


def passage_side(side: Side, passage: Passage) -> Side:
    """Return what the scorer asks of a passage: its paragraph's vector, and tokens and numbers of its own."""
    tokens = side.tokens
    if tokens is None:
        return side
    own = (tokens.offsets[:, 0] >= passage.start) & (tokens.offsets[:, 0] < passage.end)
    part = replace(
        tokens,
        vectors=tokens.vectors[own],
        expected=tokens.expected[own],
        pieces=tokens.pieces[own],
        offsets=tokens.offsets[own],
    )
    return replace(side, tokens=part, numbers=numbers_of(passage.text))
