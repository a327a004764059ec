"""Pairs of paragraphs of two languages that FAISS proposes, and what the scorer asks of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from aligner.arrays import Vectors, unit
from aligner.clues import day_of, numbers_of
from aligner.contrast import Contrast
from aligner.corpus import Corpus
from aligner.deadline import check_time
from aligner.features import FEATURES, Features, Side, features
from aligner.index import LanguageIndex
from aligner.languages import primary
from aligner.paragraphs import Paragraph
from aligner.reader import Readers, shipped_readers
from aligner.retold import UNREAD, Inside, retold
from aligner.scoring import Numbers, Scorer
from aligner.store import Keys
from aligner.store_selection import published

__all__ = [
    "CANDIDATES",
    "Candidate",
    "Pool",
    "candidates",
    "pair_features",
    "pair_logits",
    "pool",
    "probabilities",
    "probability_parts",
    "readings",
    "text_probabilities",
]

CANDIDATES = 48  # neighbours asked for a paragraph and direction; a story has fewer tellings of one fact
MIN_LOGIT = -4.0  # of a pair by itself: below, no other pairs of its documents are looked at
READ_LOGIT = -10.0  # of a pair by itself: below, it is not read
BLOCK = 32  # pairs of one paragraph that are compared at a time: their tokens stay in the processor's cache


@dataclass(frozen=True, slots=True)
class Pool:
    """Paragraphs by key, and what the scorer asks of them; `groups` holds those of a document in a language."""

    paragraphs: Mapping[int, Paragraph]
    sides: Mapping[int, Side]
    groups: Mapping[tuple[str, str], Sequence[int]]

    def group(self, key: int) -> tuple[str, str]:
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


def pool(corpus: Corpus, keys: Iterable[int]) -> Pool:
    """Return what the scorer asks of these paragraphs and of all others of their documents.

    Paragraphs that are gone are left out.
    """
    with corpus.store.snapshot():
        asked = corpus.store.paragraphs(sorted(set(keys)))
        members = corpus.store.document_keys(paragraph.document for paragraph in asked.values())
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
    groups: dict[tuple[str, str], list[int]] = {}
    for key in everything.tolist():  # in the order of the documents
        groups.setdefault((paragraphs[key].document, primary(paragraphs[key].lang)), []).append(key)
    return Pool(paragraphs, known, groups)


def pair_features(found: Sequence[Candidate], known: Mapping[int, Side]) -> Features:
    """Return the features of candidates, a row each; they are to be in the order of their sources."""
    parts = [features(known[part[0].source], [known[c.target] for c in part]) for part in _by_source(found)]
    return np.concatenate([np.empty((0, len(FEATURES))), *parts])


def _by_source(found: Sequence[Candidate]) -> Iterator[Sequence[Candidate]]:
    """Yield candidates of one source, not too many at a time. Raises TooSlowError."""
    start = 0
    while start < len(found):
        check_time()
        end = start + 1
        while end < len(found) and end - start < BLOCK and found[end].source == found[start].source:
            end += 1
        yield found[start:end]
        start = end


def probabilities(scorer: Scorer, found: Sequence[Candidate], known: Pool) -> dict[tuple[int, int], float]:
    """Return the probability of each candidate, and of the other pairs of two documents that have a likely one.

    Raises TooSlowError.
    """
    result: dict[tuple[int, int], float] = {}
    for part in probability_parts(scorer, found, known):
        result |= part
    return result


def probability_parts(
    scorer: Scorer, found: Sequence[Candidate], known: Pool
) -> Iterator[Mapping[tuple[int, int], float]]:
    """Yield what `probabilities` returns a part at a time, a later one being right: all of it may be millions."""
    there = [c for c in found if c.source in known.sides and c.target in known.sides]
    logits = scorer.logits(pair_features(there, known.sides))
    shifts = np.array([scorer.dated(known.sides[c.source], known.sides[c.target], alone=True) for c in there])
    alone = scorer.alone_probabilities(logits, shift=shifts).tolist()
    yield dict(zip(((c.source, c.target) for c in there), alone, strict=True))
    likely = (c for c, logit in zip(there, logits, strict=True) if logit >= MIN_LOGIT)
    insides: dict[tuple[str, str], Inside] = {}
    for first, second in dict.fromkeys((known.group(c.source), known.group(c.target)) for c in likely):
        rows, columns = known.groups[first], known.groups[second]
        if len(rows) == len(columns) == 1:  # a pair by itself, as above
            continue
        sources, targets = ([known.sides[key] for key in keys] for keys in (rows, columns))
        shift = scorer.dated(sources[0], targets[0])
        said = pair_logits(scorer, sources, targets)
        chains = None
        if scorer.reading is not None and _are_read(shipped_readers(), sources):
            for group, sides in ((first, sources), (second, targets)):
                insides.setdefault(group, Inside(shipped_readers(), [side.tokens for side in sides]))
            chains = retold(said, insides[first].line, insides[second].line)
        matrix = scorer.probabilities(said, retold=chains, shift=shift)
        for row, line in zip(rows, matrix, strict=True):
            yield dict(zip(((row, column) for column in columns), line.tolist(), strict=True))


def pair_logits(scorer: Scorer, sources: Sequence[Side], targets: Sequence[Side]) -> Numbers:
    """Return what is said of each pair of two documents' paragraphs by itself, read where it may be a match.

    Of shape (len(sources), len(targets)). Raises TooSlowError.
    """
    lines = []
    for source in sources:
        check_time()
        lines.append(scorer.logits(features(source, targets)))
    return _read(scorer, shipped_readers(), sources, targets, np.array(lines))


def _read(
    scorer: Scorer, readers: Readers, sources: Sequence[Side], targets: Sequence[Side], logits: Numbers
) -> Numbers:
    """Return these logits of pairs by themselves with what the readers say, where they read such tokens."""
    if scorer.reading is None or not _are_read(readers, sources):
        return logits
    return scorer.joined(logits, readings(readers, sources, targets, logits))


def _are_read(readers: Readers, sides: Iterable[Side]) -> bool:
    """Return whether the readers are made for these paragraphs' tokens."""
    return all(side.tokens is not None and readers.reads(side.tokens) for side in sides)


def readings(readers: Readers, sources: Sequence[Side], targets: Sequence[Side], logits: Numbers) -> Numbers:
    """Return what reading both texts together says of each pair with these logits by itself, of their shape.

    Raises TooSlowError.
    """
    found = np.full(logits.shape, UNREAD)
    rows, columns = (
        [(at, s.tokens) for at, s in enumerate(sides) if s.tokens is not None and s.has_tokens]
        for sides in (sources, targets)
    )
    near = logits >= READ_LOGIT
    if not near.any():
        return found
    contrast = Contrast.of([tokens for _, tokens in rows], [tokens for _, tokens in columns])
    for row, (source, tokens) in enumerate(rows):
        check_time()
        chosen = [(column, target) for column, (target, _) in enumerate(columns) if near[source, target]]
        if chosen:
            found[source, [target for _, target in chosen]] = readers.readings(
                tokens,
                [columns[column][1] for column, _ in chosen],
                [contrast.elsewhere(row, column) for column, _ in chosen],
            )
    return found


def text_probabilities(scorer: Scorer, asked: Side, keys: Sequence[int], known: Pool) -> dict[int, float]:
    """Return the probability of each of these paragraphs for a text that is no document of the corpus.

    One reader reads: somebody waits.
    """
    logits = dict(zip(keys, scorer.logits(features(asked, [known.sides[key] for key in keys])).tolist(), strict=True))
    result = dict(zip(keys, scorer.alone_probabilities(np.array(list(logits.values()))).tolist(), strict=True))
    likely = dict.fromkeys(known.group(key) for key, logit in logits.items() if logit >= MIN_LOGIT)
    several = [members for group in likely if len(members := known.groups[group]) > 1]  # one is a pair by itself
    rest = [key for members in several for key in members if key not in logits]
    logits |= dict(zip(rest, scorer.logits(features(asked, [known.sides[key] for key in rest])).tolist(), strict=True))
    for members in several:
        line = np.array([[logits[key] for key in members]])
        said = _read(scorer, shipped_readers().first(), [asked], [known.sides[key] for key in members], line)
        chances = scorer.probabilities(said)[0].tolist()
        result |= {key: chance for key, chance in zip(members, chances, strict=True) if key in result}
    return result
