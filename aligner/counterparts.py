"""Source texts of the corpus that a text equals or resembles, and which of its hits render them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from aligner.align_documents import align_documents
from aligner.arrays import Vectors
from aligner.clues import numbers_of
from aligner.confirmed import MIN_LIKENESS, likeness
from aligner.corpus import Corpus
from aligner.documents import Document
from aligner.evidence import compare
from aligner.features import Side
from aligner.graded import near_equivalent
from aligner.grades import NEAR_EQUIVALENT, SAME_FACT, Grader, grader
from aligner.languages import primary
from aligner.matches import Hit
from aligner.paragraphs import Paragraph
from aligner.sentences import split_sentences
from aligner.suggestions import MAX_PAIRED, Suggestion, capped

__all__ = ["Counterparts"]

NEAR_SOURCES = 12  # source paragraphs that are compared letter by letter
MAX_SOURCES = 3  # of those, that are compared with each hit
MAX_RUN = 3  # sentences in a row that a segment is compared with
REMEMBERED = 2048  # pairs of paragraphs whose sentences are held in memory

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class _Segment:
    """A sentence or some of a source paragraph, what renders it, and how well."""

    source: str
    target: str
    grade: str


class Counterparts:
    """Pairs of stored paragraphs that render each other, and their sentences that do, worked out once."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._segments: OrderedDict[tuple[str, str], list[_Segment]] = OrderedDict()
        self._guard = threading.Lock()

    def suggestions(
        self, text: str, vector: Vectors, hits: Sequence[Hit], source: str, *, cut: int | None = None
    ) -> list[Suggestion]:
        """Return hits that render stored source texts which are like the text, by its vector and then letter by letter.

        A hit counts where it is near-equivalent to such a paragraph; its quality is the likeness, times MAX_PAIRED in
        a hundred. Of paragraphs of several sentences those come by themselves that are like the text, below PASSES
        where they are not near-equivalent. `cut` is the length at which the asker cut the text off.
        """
        corpus = self._corpus
        index = corpus.indexes.get(primary(source))
        if index is None or not hits:
            return []
        (near,) = index.search(vector[None], k=NEAR_SOURCES)
        line = " ".join(text.split())
        alike = _alike(line, corpus.store.paragraphs(near.keys), cut)
        if not alike:
            return []
        sides = self._sides([*alike.values(), *(hit.target for hit in hits)])
        judge = grader(corpus.cosines)
        found = []
        for paragraph in alike.values():
            for hit in hits:
                if not _renders(paragraph, hit, sides, judge):
                    continue
                if like := likeness(line, paragraph.text[:cut], least=MIN_LIKENESS):
                    found.append(
                        _suggestion(_Segment(paragraph.text, hit.target.text, NEAR_EQUIVALENT), like, paragraph, hit)
                    )
                for segment in self._aligned(paragraph, hit.target):
                    if like := likeness(line, segment.source[:cut], least=MIN_LIKENESS):
                        found.append(_suggestion(segment, like, paragraph, hit))
        return found

    def _sides(self, paragraphs: Sequence[Paragraph]) -> dict[str, Side]:
        """Return what the grader asks of these paragraphs, by id; those that are gone are left out."""
        store = self._corpus.store
        with store.snapshot():
            keys = store.keys_by_id([paragraph.id for paragraph in paragraphs])
            vectors = dict(zip(keys, store.vectors(list(keys.values())), strict=True)) if keys else {}
            tokens = store.tokens(list(keys.values()))
        return {
            paragraph.id: Side(
                vectors[paragraph.id],
                vectors[paragraph.id],
                tokens.get(keys[paragraph.id]),
                numbers_of(paragraph.text),
            )
            for paragraph in paragraphs
            if paragraph.id in vectors
        }

    def _aligned(self, source: Paragraph, target: Paragraph) -> list[_Segment]:
        """Return the sentences of both paragraphs that render each other; none where one has but one."""
        pair = (source.text, target.text)
        with self._guard:
            known = self._segments.get(pair)
        if known is None:
            known = _segments(self._corpus, source, target)
            with self._guard:
                _remember(self._segments, pair, known)
        return known


def _alike(text: str, paragraphs: Mapping[int, Paragraph], cut: int | None) -> dict[int, Paragraph]:
    """Return the paragraphs by key that are likest to a text, be it in some of their sentences."""
    scored = []
    for key, paragraph in paragraphs.items():
        runs = [paragraph.text[:cut], *_runs(paragraph.text, len(text))]
        if like := max(likeness(text, run, least=MIN_LIKENESS) for run in runs):
            scored.append((-like, paragraph.id, key))
    return {key: paragraphs[key] for _, _, key in sorted(scored)[:MAX_SOURCES]}


def _runs(text: str, length: int) -> list[str]:
    """Return the sentences in a row that could be a segment of this length."""
    spans = split_sentences(text)
    runs = (text[a[0] : b[1]] for i, a in enumerate(spans) for b in spans[i : i + MAX_RUN])
    shortest, longest = length * MIN_LIKENESS / 100, length * 100 / MIN_LIKENESS
    return [run for run in runs if shortest <= len(run) <= longest]


def _renders(source: Paragraph, hit: Hit, sides: Mapping[str, Side], judge: Grader) -> bool:
    """Say whether a hit is near-equivalent to a source paragraph of another document."""
    target = hit.target
    if source.id not in sides or target.id not in sides or source.document == target.document:
        return False
    languages = primary(source.lang), primary(target.lang)
    evidence = compare(source.text, target.text, left_language=languages[0], right_language=languages[1])
    lengths = len(source.text), len(target.text)
    return judge.is_equivalent(sides[source.id], sides[target.id], evidence, lengths=lengths)


def _segments(corpus: Corpus, source: Paragraph, target: Paragraph) -> list[_Segment]:
    if min(len(split_sentences(side.text)) for side in (source, target)) < 2:
        return []
    first, second = (
        Document(id=side.id, lang=side.lang, text=side.text, blocks=((0, len(side.text)),)) for side in (source, target)
    )
    encoder, served = corpus.encoder, (source.lang, target.lang)
    beads = align_documents(first, second, encoder=encoder, served=served, unit="sentence")
    joined = [[" ".join(passage.text for passage in side) for side in (bead.source, bead.target)] for bead in beads]
    pairs = [(left, right) for left, right in joined if left and right]
    languages = primary(source.lang), primary(target.lang)
    alike = near_equivalent(pairs, languages=languages, encoder=encoder, judge=grader(corpus.cosines))
    return [
        _Segment(left, right, NEAR_EQUIVALENT if same else SAME_FACT)
        for (left, right), same in zip(pairs, alike, strict=True)
    ]


def _suggestion(segment: _Segment, like: float, paragraph: Paragraph, hit: Hit) -> Suggestion:
    sure = 1.0 if segment.grade == NEAR_EQUIVALENT else hit.finding.probability
    return Suggestion(
        source=segment.source,
        target=segment.target,
        quality=capped(like * sure * MAX_PAIRED / 100, grade=segment.grade, most=MAX_PAIRED),
        kind=segment.grade,
        probability=hit.finding.probability,
        paragraph=hit.target,
        document=hit.target_document,
        origin=paragraph,
    )


def _remember(kept: OrderedDict[K, V], key: K, value: V) -> None:
    kept[key] = value
    while len(kept) > REMEMBERED:
        kept.popitem(last=False)
