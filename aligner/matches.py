"""Paragraphs of other languages that report the same facts.

The score of a pair is the cosine of the two paragraphs' vectors. With the default model these are centred: 0 is
what two unrelated paragraphs have, 1 what a text has with itself. Nothing forces a one-to-one assignment: a fact
that three outlets tell gives three matches, one that nobody else tells gives none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from aligner.corpus import Corpus
from aligner.documents import Document
from aligner.encoders import Vectors
from aligner.errors import InputError
from aligner.evidence import Evidence, shared_evidence
from aligner.index import LanguageIndex
from aligner.languages import identify, primary
from aligner.paragraphs import Paragraph
from aligner.store import Filters, Keys

__all__ = ["DEFAULT_MIN_SCORE", "Candidate", "Hit", "Match", "candidates", "find_matches", "search"]

DEFAULT_MIN_SCORE = 0.40  # precision and recall about equal on comparable coverage: see the README's table
CANDIDATES = 64  # neighbours asked for a paragraph and direction; a story has fewer tellings of one fact
SIMILARITY_DIGITS = 6  # what FAISS gives differs behind that with the size of a batch


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pair that FAISS proposes. A rank counts from 1; None is beyond the neighbours asked for."""

    source: int
    target: int
    score: float
    rank_forward: int | None
    rank_backward: int | None


@dataclass(frozen=True, slots=True)
class Match:
    """Two paragraphs of different languages that report the same facts, and why.

    `similarities` holds the cosine that each model gives; `rank_forward` is the target's place among the source's
    neighbours, `rank_backward` the source's among the target's.
    """

    source: Paragraph
    target: Paragraph
    source_document: Document
    target_document: Document
    score: float
    similarities: Mapping[str, float]
    rank_forward: int | None
    rank_backward: int | None
    shared: Evidence


@dataclass(frozen=True, slots=True)
class Hit:
    """A stored paragraph near to a text. `is_match` says whether its score reaches the default threshold."""

    target: Paragraph
    target_document: Document
    score: float
    similarities: Mapping[str, float]
    rank: int
    shared: Evidence
    is_match: bool


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


def find_matches(
    corpus: Corpus,
    *,
    sources: Keys | None = None,
    source_languages: Sequence[str] | None = None,
    target_languages: Sequence[str] | None = None,
    filters: Filters | None = None,
    min_score: float = DEFAULT_MIN_SCORE,
) -> list[Match]:
    """Return the matches of a corpus, best first; equal ones by id.

    Without `sources` each pair comes once, from the alphabetically first language; with them, each match starts
    from one of these paragraphs. `filters` apply to the targets' documents.
    """
    languages = sorted(corpus.indexes)
    froms = _bases(source_languages) if source_languages else languages
    tos = _bases(target_languages) if target_languages else languages
    both_ways = sources is not None or source_languages is not None
    good: list[Candidate] = []
    for source in froms:
        own = None if sources is None else np.intersect1d(sources, corpus.store.keys(base=source))
        for target in tos:
            if source == target or (source > target and not both_ways and source in tos and target in froms):
                continue
            among = corpus.store.keys(base=target, filters=filters) if filters else None
            found = candidates(corpus, source, target, sources=own, among=among)
            good += [candidate for candidate in found if candidate.score >= min_score]
    return _matches(corpus, good)


def _bases(languages: Iterable[str]) -> list[str]:
    return sorted({primary(language) for language in languages})


def _matches(corpus: Corpus, found: Sequence[Candidate]) -> list[Match]:
    with corpus.store.snapshot():
        paragraphs = corpus.store.paragraphs([key for c in found for key in (c.source, c.target)])
        documents = corpus.store.documents_by_id(paragraph.document for paragraph in paragraphs.values())
        vectors = dict(zip(paragraphs, corpus.store.vectors(list(paragraphs)), strict=True))
    matches = []
    for candidate in found:
        if candidate.source not in paragraphs or candidate.target not in paragraphs:
            continue  # removed since it was found
        source, target = paragraphs[candidate.source], paragraphs[candidate.target]
        if source.document == target.document:
            continue
        matches.append(
            Match(
                source=source,
                target=target,
                source_document=documents[source.document],
                target_document=documents[target.document],
                score=candidate.score,
                similarities=_similarities(corpus, vectors[candidate.source], vectors[candidate.target]),
                rank_forward=candidate.rank_forward,
                rank_backward=candidate.rank_backward,
                shared=shared_evidence(source.text, target.text),
            )
        )
    return sorted(matches, key=lambda match: (-match.score, match.source.id, match.target.id))


def _similarities(corpus: Corpus, first: Vectors, second: Vectors) -> dict[str, float]:
    """Return the cosine in each model's part of the vectors."""
    result = {}
    for view, part in corpus.views.items():
        a, b = first[part], second[part]
        lengths = float(np.linalg.norm(a) * np.linalg.norm(b))
        result[view] = round(float(a @ b) / lengths, SIMILARITY_DIGITS) if lengths else 0.0
    return result


def search(
    corpus: Corpus,
    text: str,
    *,
    language: str | None = None,
    target_languages: Sequence[str] | None = None,
    k: int = 10,
    min_score: float | None = None,
    filters: Filters | None = None,
) -> list[Hit]:
    """Return the k stored paragraphs that are nearest to a text, in other languages unless told which.

    Raises InputError for a text without letters.
    """
    if not text.strip():
        raise InputError("empty", field="text")
    own = primary(language) if language else identify(text, among=corpus.languages).lang
    if own is None and not target_languages:
        raise InputError("no letters to tell its language by; give its language, or the target's", field="text")
    indexes = corpus.indexes
    tos = _bases(target_languages) if target_languages else sorted(set(indexes) - {own})
    vector = corpus.encoder.encode([text])
    scored: dict[int, float] = defaultdict(float)
    for target in tos:
        if target in indexes:
            among = corpus.store.keys(base=target, filters=filters) if filters else None
            (found,) = indexes[target].search(vector, k=k, among=among)
            scored.update(zip(found.keys.tolist(), found.similarities.tolist(), strict=True))
    with corpus.store.snapshot():
        paragraphs = corpus.store.paragraphs(list(scored))
        best = sorted(paragraphs, key=lambda key: (-scored[key], paragraphs[key].id))[:k]
        if min_score is not None:
            best = [key for key in best if scored[key] >= min_score]
        documents = corpus.store.documents_by_id(paragraphs[key].document for key in best)
        vectors = corpus.store.vectors(best)
    return [
        Hit(
            target=paragraphs[key],
            target_document=documents[paragraphs[key].document],
            score=scored[key],
            similarities=_similarities(corpus, vector[0], stored),
            rank=rank,
            shared=shared_evidence(paragraphs[key].text, text),
            is_match=scored[key] >= DEFAULT_MIN_SCORE,
        )
        for rank, (key, stored) in enumerate(zip(best, vectors, strict=True), start=1)
    ]
