"""Paragraphs of a document, in order; those that are no article text say why they are dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aligner.boilerplate import headline, judge
from aligner.documents import Document
from aligner.languages import paragraph_language
from aligner.layout import all_words, one_line, split_blocks

__all__ = ["Paragraph", "split_paragraphs"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A block of a document's text.

    `position` counts from 0 all blocks of the document, dropped ones too. `start` and `end` are offsets into
    the document's text; `text` is that range as one line. `dropped` is None for article text, else one of
    `aligner.boilerplate.KINDS`. A `headline` is a "title", and yet matched as article text is: it tells the news.
    """

    document: str
    position: int
    lang: str
    start: int
    end: int
    text: str
    dropped: str | None
    headline: bool = False

    @property
    def id(self) -> str:
        """Return the document's id and the position: 'lemonde-0412#3'."""
        return f"{self.document}#{self.position}"

    @property
    def is_matched(self) -> bool:
        """Say whether it is looked for in other documents: article text, and the headline above it."""
        return self.dropped is None or self.headline


def split_paragraphs(document: Document, *, served: Sequence[str]) -> tuple[Paragraph, ...]:
    """Return all blocks of a document in order; () for one of whitespace only.

    Blocks that the sender gave are taken as they are, and only lines that cannot be news are dropped.
    `served` are the languages among which a paragraph's own is found.
    """
    given = document.blocks is not None
    ranges = split_blocks(document.text) if document.blocks is None else document.blocks
    trimmed = [(position, *_trimmed(document.text, *block)) for position, block in enumerate(ranges)]
    blocks = [(position, start, end) for position, start, end in trimmed if start < end]
    known = all_words([document.text])
    texts = [one_line(document.text[start:end], words=known) for _, start, end in blocks]
    kinds = judge(texts, given=given, title=document.title)
    head = headline(texts, kinds)
    return tuple(
        Paragraph(
            document=document.id,
            position=position,
            lang=document.lang if kind else paragraph_language(text, document_lang=document.lang, served=served),
            start=start,
            end=end,
            text=text,
            dropped=kind,
            headline=number == head,
        )
        for number, ((position, start, end), text, kind) in enumerate(zip(blocks, texts, kinds, strict=True))
    )


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    block = text[start:end]
    return end - len(block.lstrip()), start + len(block.rstrip())
