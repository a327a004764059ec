"""How good the matches are, by the field's measures, on a user's own data."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from aligner.arrays import Vectors
from aligner.calibration import Reliability, reliability
from aligner.candidates import Candidate, candidates, pool
from aligner.corpus import Corpus
from aligner.documents import Document
from aligner.errors import InputError
from aligner.gold import Links, read_distractors
from aligner.languages import primary
from aligner.nearby import Nearby
from aligner.probabilities import probabilities
from aligner.vectors import Encoder, Progress

__all__ = [
    "METHODS",
    "RETRIEVALS",
    "LinkScores",
    "MiningScores",
    "PairScores",
    "evaluate_links",
    "evaluate_mining",
    "evaluate_pairs",
]

MARGIN_NEIGHBOURS = 4
RETRIEVALS = ("margin", "cosine")  # how evaluate_pairs may ask
RETRIEVAL_BLOCK = 1024  # texts compared with all of the other side at a time
MARGIN_THRESHOLD = 1.06  # of CCMatrix, Schwenk et al. (2021), https://aclanthology.org/2021.acl-long.507/
LIKELY = 0.05  # below, a pair is never looked at
COSINE_THRESHOLD = 0.40  # of centred vectors: precision and recall about equal
DISTRACTORS = 1000

Pair = tuple[str, str]
Scores = dict[tuple[int, int], float]
Method = Callable[[Corpus, Sequence[Candidate]], tuple[Scores, float]]
"""Scores candidates, and names the score from which they count as matches."""


@dataclass(frozen=True, slots=True)
class LinkScores:
    """Average precision and best F1 over all pairs; precision, recall and F1 at the default threshold."""

    average_precision: float
    best_f1: float
    threshold: float
    precision: float
    recall: float
    f1: float
    links: int
    pairs: int
    calibration: Reliability | None = None
    """Over all pairs that were scored; None for scores that are no probabilities."""
    likely_calibration: Reliability | None = None
    """The same over pairs with a probability of at least LIKELY."""


@dataclass(frozen=True, slots=True)
class PairScores:
    """Share of texts whose nearest text in the other language is their translation, each way, in 0..1."""

    accuracy_forward: float
    accuracy_backward: float
    pairs: int


@dataclass(frozen=True, slots=True)
class MiningScores:
    """What the default settings find of pairs hidden among unrelated paragraphs."""

    precision: float
    recall: float
    f1: float
    threshold: float
    pairs: int
    distractors: int


def _by_probability(corpus: Corpus, found: Sequence[Candidate]) -> tuple[Scores, float]:
    known, scorer = pool(corpus, _keys(found)), corpus.scorers.documents
    return probabilities(scorer, found, known, Nearby(corpus, known)), scorer.threshold


def _by_cosine(corpus: Corpus, found: Sequence[Candidate]) -> tuple[Scores, float]:
    return {(candidate.source, candidate.target): candidate.score for candidate in found}, COSINE_THRESHOLD


def _by_margin(corpus: Corpus, found: Sequence[Candidate]) -> tuple[Scores, float]:
    """Ratio margin of Artetxe and Schwenk (2019), https://aclanthology.org/P19-1309/, with four neighbours."""
    ahead, back = _mean_of_nearest(found, "source"), _mean_of_nearest(found, "target")
    scores = {(c.source, c.target): c.score / max(1e-6, (ahead[c.source] + back[c.target]) / 2) for c in found}
    return scores, MARGIN_THRESHOLD


def _mean_of_nearest(found: Sequence[Candidate], side: str) -> dict[int, float]:
    scores: dict[int, list[float]] = {}
    for candidate in found:
        scores.setdefault(getattr(candidate, side), []).append(candidate.score)
    return {key: float(np.mean(sorted(values)[-MARGIN_NEIGHBOURS:])) for key, values in scores.items()}


METHODS: Mapping[str, Method] = {"default": _by_probability, "cosine": _by_cosine, "margin": _by_margin}


def _scored_pairs(
    documents: Iterable[Document | InputError],
    *,
    source: str,
    target: str,
    encoder: Encoder,
    method: Method,
    progress: Progress | None,
) -> tuple[dict[Pair, float], float]:
    """Return the score of each pair by paragraph ids, and the default threshold, through a corpus of its own."""
    with tempfile.TemporaryDirectory(prefix="aligner-evaluate-") as folder:
        languages = (primary(source), primary(target))
        with Corpus(Path(folder), encoder=encoder, create=True, languages=languages) as corpus:
            refused = [o.reason for o in corpus.add(documents, progress=progress) if o.status == "refused"]
            if refused:
                raise InputError(f"{len(refused)} documents were refused; the first: {refused[0]}")
            found = candidates(corpus, *languages)
            scores, threshold = method(corpus, found)
            ids = {key: p.id for key, p in corpus.store.paragraphs([key for pair in scores for key in pair]).items()}
    return {(ids[source], ids[target]): score for (source, target), score in scores.items()}, threshold


def _keys(found: Sequence[Candidate]) -> list[int]:
    return sorted({key for candidate in found for key in (candidate.source, candidate.target)})


def evaluate_links(
    documents: Iterable[Document | InputError],
    links: Links,
    *,
    encoder: Encoder,
    distractors: Path | None = None,
    count: int = DISTRACTORS,
    seed: int = 0,
    method: str = "default",
    progress: Progress | None = None,
) -> LinkScores:
    """Score all cross-language pairs against exhaustive links.

    Doubtful links are left out. A distractor counts as wrong against a paragraph of the documents, never against
    another distractor. A link that is no candidate counts as missed.
    """
    unrelated = _distractors(distractors, (links.source_language, links.target_language), count=count, seed=seed)
    scored, threshold = _scored_pairs(
        [*documents, *unrelated],
        source=links.source_language,
        target=links.target_language,
        encoder=encoder,
        method=METHODS[method],
        progress=progress,
    )
    strangers = {document.id for document in unrelated}
    kept = {
        pair: value
        for pair, value in scored.items()
        if pair not in links.doubtful and not all(id.rpartition("#")[0] in strangers for id in pair)
    }
    scores = _link_scores(kept, links.sure, threshold)
    if method != "default":
        return scores
    right = np.array([pair in links.sure for pair in kept], bool)
    said = np.array(list(kept.values()), np.float64)
    likely = said >= LIKELY
    return replace(
        scores,
        calibration=reliability(said, right),
        likely_calibration=reliability(said[likely], right[likely]),
    )


def _distractors(folder: Path | None, languages: Sequence[str], *, count: int, seed: int) -> list[Document]:
    if folder is None:
        return []
    return [document for lang in languages for document in read_distractors(folder, lang, count=count, seed=seed)]


def _link_scores(scored: Mapping[Pair, float], sure: frozenset[Pair], threshold: float) -> LinkScores:
    order = sorted(scored, key=lambda pair: (-scored[pair], pair))
    right = np.array([pair in sure for pair in order], bool)
    hits = np.cumsum(right)
    places = np.arange(1, len(order) + 1)
    precisions = hits / places
    f1s = 2 * hits / (places + len(sure))
    chosen = sum(scored[pair] >= threshold for pair in order)
    precision, recall, f1 = _precision_recall_f1(int(hits[chosen - 1]) if chosen else 0, chosen, len(sure))
    return LinkScores(
        average_precision=float((precisions * right).sum() / len(sure)) if sure else 0.0,
        best_f1=float(f1s.max(initial=0.0)),
        threshold=threshold,
        precision=precision,
        recall=recall,
        f1=f1,
        links=len(sure),
        pairs=len(order),
    )


def _precision_recall_f1(right: int, chosen: int, wanted: int) -> tuple[float, float, float]:
    """Return 0 where a share is of nothing."""
    return right / chosen if chosen else 0.0, right / wanted if wanted else 0.0, 2 * right / max(1, chosen + wanted)


def evaluate_pairs(
    first: Sequence[str],
    second: Sequence[str],
    *,
    encoder: Encoder,
    method: str = "margin",
    progress: Progress | None = None,
) -> PairScores:
    """Ask each text for its translation among all texts of the other side, by `method`, one of RETRIEVALS.

    Each text has one translation here, so that the ratio margin is in its place: a text that is near to all is taken
    down. (Coverage is another matter: there several texts tell one fact.)
    """
    ahead, back = encoder.encode(first, progress=progress), encoder.encode(second, progress=progress)
    levels = (_level(ahead, back), _level(back, ahead)) if method == "margin" else None
    return PairScores(_accuracy(ahead, back, levels), _accuracy(back, ahead, levels and levels[::-1]), len(first))


def _accuracy(queries: Vectors, targets: Vectors, levels: tuple[Vectors, Vectors] | None) -> float:
    right = 0
    for at in range(0, len(queries), RETRIEVAL_BLOCK):
        similar = queries[at : at + RETRIEVAL_BLOCK] @ targets.T
        if levels is not None:  # the ratio margin of Artetxe and Schwenk (2019)
            own = levels[0][at : at + RETRIEVAL_BLOCK]
            similar /= np.maximum(1e-6, (own[:, None] + levels[1][None]) / 2)
        right += int(np.count_nonzero(similar.argmax(axis=1) == np.arange(at, at + len(similar))))
    return right / len(queries)


def _level(texts: Vectors, others: Vectors) -> Vectors:
    """Return the mean cosine of each text with its nearest ones of the other side."""
    count = min(MARGIN_NEIGHBOURS, len(others))
    levels = [
        np.partition(texts[at : at + RETRIEVAL_BLOCK] @ others.T, -count, axis=1)[:, -count:].mean(axis=1)
        for at in range(0, len(texts), RETRIEVAL_BLOCK)
    ]
    return np.asarray(np.concatenate(levels), np.float32)


def evaluate_mining(
    first: Sequence[str],
    second: Sequence[str],
    languages: tuple[str, str],
    *,
    encoder: Encoder,
    distractors: Path,
    count: int = 3 * DISTRACTORS,
    rate: float = 0.03,
    seed: int = 0,
    method: str = "default",
    progress: Progress | None = None,
) -> MiningScores:
    """Hide pairs among distractors, `rate` of each side, and see what the default settings find of them.

    A pair of two distractors counts neither as right nor as wrong. Raises InputError where there are too few pairs.
    """
    if not 0 < rate < 1:
        raise InputError(f"{rate} is no share between 0 and 1", field="rate")
    wanted = max(1, round(count * rate / (1 - rate)))
    if wanted > len(first):
        raise InputError(f"{len(first)} pairs, but {wanted} are wanted among {count} distractors", field="rate")
    chosen = sorted(np.random.default_rng(seed).choice(len(first), wanted, replace=False).tolist())
    hidden = [
        Document(id=f"hidden-{lang}-{row}", lang=lang, text=texts[row], blocks=((0, len(texts[row])),))
        for lang, texts in zip(languages, (first, second), strict=True)
        for row in chosen
    ]
    sure = frozenset((f"hidden-{languages[0]}-{row}#0", f"hidden-{languages[1]}-{row}#0") for row in chosen)
    links = Links(*languages, sure=sure, doubtful=frozenset())
    scores = evaluate_links(
        hidden,
        links,
        encoder=encoder,
        distractors=distractors,
        count=count,
        seed=seed,
        method=method,
        progress=progress,
    )
    return MiningScores(scores.precision, scores.recall, scores.f1, scores.threshold, wanted, count)
