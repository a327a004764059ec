"""Pairs of paragraphs of two languages that FAISS proposes, and what the scorer asks of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from aligner.arrays import Vectors, unit
from aligner.clues import day_of, numbers_of
from aligner.corpus import Corpus
from aligner.features import Side
from aligner.index import LanguageIndex
from aligner.languages import primary
from aligner.paragraphs import Paragraph
from aligner.store import Keys
from aligner.store_selection import published

__all__ = ["CANDIDATES", "Candidate", "Group", "Pool", "article_pool", "candidates", "pool"]

CANDIDATES = 48  # neighbours asked for a paragraph and direction; a story has fewer tellings of one fact

Group = tuple[str, str]
"""A document's id and a language (primary subtag): its paragraphs in that language belong together."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Paragraphs by key, and what the scorer asks of them; `groups` holds those of a document in a language."""

    paragraphs: Mapping[int, Paragraph]
    sides: Mapping[int, Side]
    groups: Mapping[Group, Sequence[int]]

    def group(self, key: int) -> Group:
        """Return where a paragraph belongs: its document and its language (primary subtag)."""
        paragraph = self.paragraphs[key]
        return paragraph.document, primary(paragraph.lang)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pair that FAISS proposes. A rank counts from 1; None is beyond the neighbours asked for."""

    source: int
    target: int
    score: float
    rank_forward: int | None
    rank_backward: int | None


def candidates(
    corpus: Corpus, source: str, target: str, *, sources: Keys | None = None, among: Keys | None = None
) -> list[Candidate]:
    """Return the pairs between two languages (primary subtags) that are neighbours, in either direction.

    `sources` limits the pairs to these paragraphs of the source language, `among` to these of the target's.
    """
    indexes = corpus.indexes  # in step with the store when asked for; what is removed meanwhile is left out below
    if source not in indexes or target not in indexes or source == target:
        return []
    with corpus.store.snapshot():
        there, others = corpus.store.keys(base=source), corpus.store.keys(base=target)
        chosen = there if sources is None else np.intersect1d(sources, there)
        forward = _neighbours(indexes[target], chosen, corpus.store.vectors(chosen), among=among)
        if sources is not None or among is not None:  # only who was found is asked back
            others = np.intersect1d(others, np.array([neighbour for _, neighbour in forward], np.int64))
        back_found = _neighbours(indexes[source], others, corpus.store.vectors(others))
    backward = {(b, a): found for (a, b), found in back_found.items()}
    wanted = set(chosen.tolist())
    pairs = sorted(pair for pair in forward.keys() | backward.keys() if pair[0] in wanted)
    found = []
    for pair in pairs:
        ahead, back = forward.get(pair), backward.get(pair)
        score = ahead[1] if ahead else back[1] if back else 0.0
        found.append(Candidate(*pair, score, ahead and ahead[0], back and back[0]))
    return found


def _neighbours(
    index: LanguageIndex, keys: Keys, vectors: Vectors, *, among: Keys | None = None
) -> dict[tuple[int, int], tuple[int, float]]:
    """Return rank and cosine for each (paragraph, neighbour)."""
    found = index.search(vectors.reshape(len(keys), index.dimension), k=CANDIDATES, among=among)
    return {
        (int(key), int(neighbour)): (rank, float(similarity))
        for key, neighbours in zip(keys, found, strict=True)
        for rank, (neighbour, similarity) in enumerate(
            zip(neighbours.keys, neighbours.similarities, strict=True), start=1
        )
    }


def pool(corpus: Corpus, keys: Iterable[int], *, headlines: bool = True) -> Pool:
    """Return what the scorer asks of these paragraphs and of all others of their documents.

    Paragraphs that are gone are left out, without `headlines` these too.
    """
    with corpus.store.snapshot():
        asked = corpus.store.paragraphs(sorted(set(keys)))
        members = corpus.store.document_keys((paragraph.document for paragraph in asked.values()), headlines=headlines)
        everything = np.concatenate([np.empty(0, np.int64), *members.values()])
        paragraphs = corpus.store.paragraphs(everything)
        tokens = corpus.store.tokens(everything)
        vectors = dict(zip(everything.tolist(), corpus.store.vectors(everything), strict=True))
        days = {id: day_of(day) for id, day in published(corpus.store, members).items()}
    means = {id: unit(np.mean([vectors[key] for key in found.tolist()], axis=0)) for id, found in members.items()}
    known = {
        key: Side(vectors[key], means[p.document], tokens.get(key), numbers_of(p.text), days[p.document])
        for key, p in paragraphs.items()
    }
    groups: dict[Group, list[int]] = {}
    for key in everything.tolist():  # in the order of the documents
        groups.setdefault((paragraphs[key].document, primary(paragraphs[key].lang)), []).append(key)
    return Pool(paragraphs, known, groups)


def article_pool(corpus: Corpus, documents: Sequence[str]) -> Pool:
    """Return what the scorer asks of the article paragraphs of these documents."""
    keys = corpus.store.keys(documents=documents, headlines=False)
    return pool(corpus, keys.tolist(), headlines=False)
