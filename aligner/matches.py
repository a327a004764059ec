"""Paragraphs of other languages that report the same facts.

Candidates are FAISS neighbours in both directions; `probability` says how sure it is that two paragraphs have a fact
in common, and decides. Nothing forces a one-to-one assignment: a fact that three outlets tell gives three matches,
one that nobody else tells gives none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

import numpy as np

from aligner.arrays import Vectors
from aligner.candidates import CANDIDATES, Candidate, Group, Pool, candidates, pool
from aligner.clues import numbers_of
from aligner.collapsed import collapsed_hits, collapsed_matches
from aligner.corpus import Corpus
from aligner.deadline import check_time
from aligner.errors import InputError
from aligner.evidence import Evidence
from aligner.features import Side
from aligner.filters import Filters
from aligner.findings import SIMILARITY_DIGITS, Hit, Judge, Match
from aligner.grades import NEAR_EQUIVALENT, grader
from aligner.languages import identify, primary
from aligner.nearby import Nearby
from aligner.probabilities import Wanted, probabilities, text_probabilities
from aligner.readings import WasRead
from aligner.store import Keys
from aligner.tokens import Tokens
from aligner.vectors import encode_with_tokens

__all__ = ["Encoded", "Hit", "Match", "find_matches", "search"]

UNKNOWN = "und"  # the language of a text without letters

Encoded = tuple[Vectors, list[Tokens]]
"""What `encode_with_tokens` makes of one text."""


def find_matches(
    corpus: Corpus,
    *,
    sources: Keys | None = None,
    within: Keys | None = None,
    source_languages: Sequence[str] | None = None,
    target_languages: Sequence[str] | None = None,
    filters: Filters | None = None,
    min_probability: float | None = None,
    min_score: float = -1.0,
    grades: Collection[str] | None = None,
    collapse: bool = False,
    was_read: WasRead | None = None,
) -> list[Match]:
    """Return the matches of a corpus, most probable first; equal ones by id.

    Without `sources` each pair comes once, from the alphabetically first language; with them, each match starts
    from one of these paragraphs. `within` keeps the pairs of which both are among these. `filters` apply to the
    targets' documents. What is less probable than `min_probability` (by default the scorer's own threshold) is none.
    `grades` keeps matches of these only. `collapse` makes one match of those of reprints (see aligner/duplicates.py).
    `was_read` holds what was read before, and is given what is read now.
    """
    languages = sorted(corpus.indexes)
    froms = _bases(source_languages) if source_languages else languages
    tos = _bases(target_languages) if target_languages else languages
    both_ways = sources is not None or source_languages is not None
    least = corpus.scorers.documents.threshold if min_probability is None else min_probability
    chosen = sources if within is None else within if sources is None else np.intersect1d(sources, within)
    equivalents = grades is not None and set(grades) <= {NEAR_EQUIVALENT}
    matches: list[Match] = []
    for source in froms:
        own = None if chosen is None else np.intersect1d(chosen, corpus.store.keys(base=source))
        for target in tos:
            if source == target or (source > target and not both_ways and source in tos and target in froms):
                continue
            among = corpus.store.keys(base=target, filters=filters) if filters else None
            found = candidates(corpus, source, target, sources=own, among=among)
            if within is not None:
                among = within if among is None else np.intersect1d(among, within)
                found = _towards(found, among)
            known = pool(corpus, (key for c in found for key in (c.source, c.target)))
            nearby = Nearby(corpus, known, was_read=was_read)
            wanted = _may_have_equivalents(corpus, known, nearby) if equivalents else None
            chances = probabilities(corpus.scorers.documents, found, known, nearby, wanted=wanted)
            matches += _matches(corpus, found, known, chances, least, min_score, sources=own, among=among)
    matches.sort(key=_order)
    if grades is not None:
        matches = [match for match in matches if match.finding.grade in grades]
    return sorted(collapsed_matches(matches), key=_order) if collapse else matches


def _order(match: Match) -> tuple[float, float, str, str]:
    return -match.finding.probability, -match.finding.score, match.source.id, match.target.id


def _bases(languages: Iterable[str]) -> list[str]:
    return sorted({primary(language) for language in languages})


def _towards(found: Sequence[Candidate], keys: Keys) -> list[Candidate]:
    wanted = set(keys.tolist())
    return [candidate for candidate in found if candidate.target in wanted]


def _may_have_equivalents(corpus: Corpus, known: Pool, nearby: Nearby) -> Wanted:
    """Return what says of two documents whether some of their paragraphs may be near-equivalent.

    Evidence only speaks against that, so that without any each one is found; other documents need not be read together.
    """
    judge = grader(corpus.cosines)

    def may_be(first: int, second: int) -> bool:
        lengths = len(known.paragraphs[first].text), len(known.paragraphs[second].text)
        return judge.is_equivalent(known.sides[first], known.sides[second], Evidence(), lengths=lengths)

    def wanted(first: Group, second: Group) -> bool:
        def have_one() -> bool:
            check_time()
            return any(may_be(one, other) for one in known.groups[first] for other in known.groups[second])

        return nearby.was_read.of(("equivalents", judge, nearby.mark(first), nearby.mark(second)), have_one, numbers=1)

    return wanted


def _matches(
    corpus: Corpus,
    found: Sequence[Candidate],
    known: Pool,
    chances: Mapping[tuple[int, int], float],
    min_probability: float,
    min_score: float,
    *,
    sources: Keys | None,
    among: Keys | None,
) -> list[Match]:
    """Return the matches among candidates and the other pairs of their documents, of these paragraphs only."""
    firsts, seconds = (None if keys is None else set(keys.tolist()) for keys in (sources, among))
    judge = Judge(corpus.views, corpus.scorers.documents.threshold, grader(corpus.cosines))
    by_pair = {(c.source, c.target): c for c in found}
    with corpus.store.snapshot():
        documents = corpus.store.documents_by_id(paragraph.document for paragraph in known.paragraphs.values())
    matches = []
    for (first, second), probability in chances.items():
        source, target = known.paragraphs[first], known.paragraphs[second]
        if probability < min_probability or source.document == target.document:
            continue
        if (firsts is not None and first not in firsts) or (seconds is not None and second not in seconds):
            continue
        check_time()
        left, right = documents.get(source.document), documents.get(target.document)
        score = round(float(known.sides[first].vector @ known.sides[second].vector), SIMILARITY_DIGITS)
        if left is None or right is None or score < min_score:
            continue
        candidate = by_pair.get((first, second))
        finding = judge.finding(
            (source.text, primary(source.lang), left.published, known.sides[first]),
            (target.text, primary(target.lang), right.published, known.sides[second]),
            probability=probability,
            score=score,
        )
        ranks = (candidate.rank_forward, candidate.rank_backward) if candidate else (None, None)
        matches.append(Match(source, target, left, right, *ranks, finding))
    return matches


def search(
    corpus: Corpus,
    text: str,
    *,
    language: str | None = None,
    target_languages: Sequence[str] | None = None,
    k: int = 10,
    min_probability: float = 0.0,
    min_score: float = -1.0,
    filters: Filters | None = None,
    grades: Collection[str] | None = None,
    collapse: bool = False,
    encoded: Encoded | None = None,
    turn: AbstractContextManager[None] | None = None,
) -> list[Hit]:
    """Return the k stored paragraphs that most probably report what a text does, in other languages unless told which.

    `grades` keeps hits of these only; `collapse` makes one hit of those that are reprints of each other; `encoded` is
    what the corpus's encoder makes of the text, for who has it at hand. `turn` is entered once the text is encoded.
    Raises InputError for a text without letters.
    """
    if not text.strip():
        raise InputError("empty", field="text")
    own = primary(language) if language else identify(text, among=corpus.languages).lang
    if own is None and not target_languages:
        raise InputError("no letters to tell its language by; give its language, or the target's", field="text")
    (vector,), tokens = encode_with_tokens(corpus.encoder, [text]) if encoded is None else encoded
    with turn or nullcontext():
        indexes = corpus.indexes
        tos = _bases(target_languages) if target_languages else sorted(set(indexes) - {own})
        asked = Side(vector, vector, tokens[0] if tokens else None, numbers_of(text))
        scores: dict[int, float] = {}
        for target in tos:
            if target in indexes:
                among = corpus.store.keys(base=target, filters=filters) if filters else None
                (found,) = indexes[target].search(vector[None], k=max(k, CANDIDATES), among=among)
                scores.update(zip(found.keys.tolist(), found.similarities.tolist(), strict=True))
        known = pool(corpus, scores)
        near = [key for key, score in scores.items() if key in known.sides and score >= min_score]
        chances = text_probabilities(corpus.scorers.texts, asked, near, known)
        probable = {key: p for key, p in chances.items() if p >= min_probability}
        with corpus.store.snapshot():
            paragraphs = corpus.store.paragraphs(list(probable))
            order = sorted(paragraphs, key=lambda key: (-probable[key], -scores[key], paragraphs[key].id))
            best = order if collapse or grades is not None else order[:k]
            documents = corpus.store.documents_by_id(paragraphs[key].document for key in best)
        scorer = corpus.scorers.texts
        judge = Judge(corpus.views, scorer.threshold, grader(corpus.cosines))
        hits: list[Hit] = []
        for key in best:
            paragraph = paragraphs[key]
            document = documents[paragraph.document]
            finding = judge.finding(
                (text, own or UNKNOWN, None, asked),
                (paragraph.text, primary(paragraph.lang), document.published, known.sides[key]),
                probability=probable[key],
                score=scores[key],
            )
            if grades is None or finding.grade in grades:
                hits.append(Hit(paragraph, document, len(hits) + 1, probable[key] >= scorer.threshold, finding))
        if collapse:
            hits = sorted(
                collapsed_hits(hits), key=lambda hit: (-hit.finding.probability, -hit.finding.score, hit.target.id)
            )
        return [replace(hit, rank=rank) for rank, hit in enumerate(hits[:k], start=1)]
