"""Two documents that tell the same, aligned: which paragraphs or sentences of one render which of the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from aligner.alignment import Run, Side, align
from aligner.arrays import Vectors
from aligner.documents import Document
from aligner.errors import InputError
from aligner.paragraphs import split_paragraphs
from aligner.sentences import split_sentences
from aligner.vectors import Encoder, Progress

__all__ = ["UNITS", "DocumentBead", "Passage", "align_documents"]

UNITS = ("paragraph", "sentence")
MAX_PASSAGES = 3000  # of a document: all are compared with all


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph or a sentence: `position` counts those of its kind in the document from 0.

    `paragraph` is the position of its paragraph; `start` and `end` are offsets into the document's text; `dropped`
    is None for article text, else one of `aligner.boilerplate.KINDS`.
    """

    position: int
    paragraph: int
    start: int
    end: int
    text: str
    dropped: str | None


@dataclass(frozen=True, slots=True)
class DocumentBead:
    """Passages that render each other; `similarity` is their cosine, None where one side is empty.

    `moved` says that the order of the two documents differs here.
    """

    source: tuple[Passage, ...]
    target: tuple[Passage, ...]
    similarity: float | None
    moved: bool

    @property
    def kind(self) -> str:
        """Return "deletion", "insertion", or the numbers of passages, as in "1-2"."""
        if not self.target:
            return "deletion"
        return f"{len(self.source)}-{len(self.target)}" if self.source else "insertion"


def align_documents(
    source: Document,
    target: Document,
    *,
    encoder: Encoder,
    served: Sequence[str],
    unit: str = "paragraph",
    progress: Progress | None = None,
) -> list[DocumentBead]:
    """Return beads that cover both documents, in the order of the source; insertions come where the target has them.

    What is no article text is aligned too: a headline may be known for one where its translation is not. `served`
    are the languages among which a paragraph's own is found. Raises InputError for a unit that is none of UNITS and
    for a document of more than MAX_PASSAGES of them.
    """
    if unit not in UNITS:
        raise InputError(f"expected {' or '.join(UNITS)}, found {unit!r}", field="unit")
    firsts, seconds = (_passages(document, unit, served) for document in (source, target))
    for document, passages in ((source, firsts), (target, seconds)):
        if len(passages) > MAX_PASSAGES:
            raise InputError(f"{document.id}: {len(passages)} {unit}s; at most {MAX_PASSAGES} are aligned")
    split = unit == "paragraph"
    beads = align(_side(firsts, encoder, progress, split=split), _side(seconds, encoder, progress, split=split))
    return [
        DocumentBead(
            source=tuple(firsts[i] for i in bead.source),
            target=tuple(seconds[j] for j in bead.target),
            similarity=bead.similarity if bead.source and bead.target else None,
            moved=bead.moved,
        )
        for bead in beads
    ]


def _side(passages: Sequence[Passage], encoder: Encoder, progress: Progress | None, *, split: bool) -> Side:
    texts = [passage.text for passage in passages]
    parts = [[text[start:end] for start, end in split_sentences(text)] if split else [] for text in texts]
    sentences = list(dict.fromkeys(sentence for part in parts for sentence in part))
    known = dict(zip(sentences, encoder.encode(sentences, progress=progress), strict=True)) if sentences else {}
    others = [text for text in texts if text not in known]  # a passage of one sentence is encoded once
    known |= dict(zip(others, encoder.encode(others, progress=progress), strict=True)) if others else {}
    vectors = np.array([known[text] for text in texts], np.float32)

    def joined(runs: Sequence[Run]) -> Vectors:
        return encoder.encode([" ".join(texts[at] for at in run) for run in runs], progress=progress)

    return Side(
        vectors.reshape(len(texts), encoder.dimension),
        [len(text) for text in texts],
        parts=[np.array([known[sentence] for sentence in part], np.float32) for part in parts] if split else None,
        joined=joined,
    )


def _passages(document: Document, unit: str, served: Sequence[str]) -> list[Passage]:
    paragraphs = split_paragraphs(document, served=served)
    if unit == "paragraph":
        return [Passage(p.position, p.position, p.start, p.end, p.text, p.dropped) for p in paragraphs]
    found: list[Passage] = []
    for paragraph in paragraphs:
        text = document.text[paragraph.start : paragraph.end]
        for start, end in split_sentences(text):
            place = (paragraph.position, paragraph.start + start, paragraph.start + end)
            found.append(Passage(len(found), *place, " ".join(text[start:end].split()), paragraph.dropped))
    return found
