"""Copies inside one language: wire copy and reprints, which are one source however many outlets print them.

Two paragraphs are copies where most runs of three words of the shorter one stand in the longer one (containment after
Broder 1997, https://doi.org/10.1109/SEQUEN.1997.666900), edited and shortened ones too. A quotation that both give is
none: what both say outside quotation marks must be alike as well. A group has one representative, the earliest
published; all others are copies of that one, so that no chain of likenesses grows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from aligner.corpus import Corpus
from aligner.documents import Document
from aligner.languages import primary
from aligner.paragraphs import Paragraph

__all__ = ["document_groups", "earliest_first", "paragraph_groups"]

RUN = 3  # words
CONTAINED = 0.7  # of the runs of the shorter one: an edit of one word costs three
MIN_RUNS = 6  # of eight words: less is a phrase that anyone may write
MIN_OWN = 4  # outside quotation marks
COPIED = 0.6  # of a document's words
MIN_COPIED_WORDS = 25
WORD_BITS = 21  # three numbers of words make up one of 63 bits
WORD = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]|[^\W_]+")  # a character where no blanks part words
ACCENTS = re.compile("[\u0300-\u036f]+")
QUOTED = re.compile(r"\u00ab[^\u00ab\u00bb]*\u00bb|\u201c[^\u201c\u201d]*\u201d|\"[^\"]*\"")

Runs = npt.NDArray[np.int64]
"""Shape (n,); each once, in order."""
Pairs = npt.NDArray[np.int64]
"""Shape (n, 2): places of two texts, the smaller one first."""


def earliest_first(document: Document) -> tuple[datetime, str]:
    """Return what orders documents by publication; undated ones come last, equal ones by id."""
    moment = datetime.max.replace(tzinfo=UTC)
    if document.published:
        found = datetime.fromisoformat(document.published)
        moment = found if found.tzinfo else found.replace(tzinfo=UTC)
    return moment, document.id


def paragraph_groups(paragraphs: Iterable[Paragraph], documents: Mapping[str, Document]) -> dict[str, str]:
    """Return the representative of each paragraph, by id; that of one without copies is itself.

    `documents` holds those of the paragraphs. Copies are of one language (primary subtag) and different documents.
    """
    known = _ordered(paragraphs, documents)
    return _representatives([p.id for p in known], _copies(known))


def document_groups(corpus: Corpus, ids: Collection[str] | None = None) -> dict[str, str]:
    """Return the representative of each document, by id; that of one without reprints is itself.

    A reprint shares most words of the shorter of both documents. `ids` limits the documents (default: all).
    """
    store = corpus.store
    with store.snapshot():
        documents = {d.id: d for d in (store.documents() if ids is None else store.documents_by_id(ids).values())}
        keys = store.document_keys(documents, headlines=False)
        found = store.paragraphs(np.concatenate([np.empty(0, np.int64), *keys.values()]))
    known = _ordered(found.values(), documents)
    order = sorted(documents, key=lambda id: earliest_first(documents[id]))
    return _representatives(order, _reprints(known, order))


def _ordered(paragraphs: Iterable[Paragraph], documents: Mapping[str, Document]) -> list[Paragraph]:
    """Return paragraphs by publication, whatever the order that they come in."""
    return sorted(paragraphs, key=lambda p: (*earliest_first(documents[p.document]), p.position))


def _representatives(ids: Sequence[str], pairs: Pairs) -> dict[str, str]:
    """Let each, in order, stand for itself or for the first representative that it is a copy of."""
    earlier: dict[int, list[int]] = {}
    for first, second in pairs.tolist():
        earlier.setdefault(second, []).append(first)
    chosen: dict[int, int] = {}
    for place in range(len(ids)):
        own = [other for other in earlier.get(place, ()) if chosen[other] == other]
        chosen[place] = min(own, default=place)
    return {ids[place]: ids[other] for place, other in chosen.items()}


def _copies(paragraphs: Sequence[Paragraph]) -> Pairs:
    """Return the pairs of places that are copies."""
    numbers: dict[str, int] = {}
    runs = [_runs(paragraph.text, numbers) for paragraph in paragraphs]
    found = [
        (first, second)
        for first, second in _candidates(runs).tolist()
        if paragraphs[first].document != paragraphs[second].document
        and primary(paragraphs[first].lang) == primary(paragraphs[second].lang)
        and _is_contained(runs[first], runs[second], least=MIN_RUNS)
        and _is_contained(_own(paragraphs[first], numbers), _own(paragraphs[second], numbers), least=MIN_OWN)
    ]
    return np.array(found, np.int64).reshape(-1, 2)


def _own(paragraph: Paragraph, numbers: dict[str, int]) -> Runs:
    return _runs(QUOTED.sub(" ", paragraph.text), numbers)


def _words(text: str) -> list[str]:
    small = text.casefold()
    return WORD.findall(small if small.isascii() else ACCENTS.sub("", unicodedata.normalize("NFKD", small)))


def _runs(text: str, numbers: dict[str, int]) -> Runs:
    ids = np.array([numbers.setdefault(word, len(numbers)) for word in _words(text)], np.int64)
    return np.unique((ids[:-2] << 2 * WORD_BITS) | (ids[1:-1] << WORD_BITS) | ids[2:])


def _candidates(texts: Sequence[Runs]) -> Pairs:
    """Return the pairs of which one has at least one of the other's rarest runs of words.

    No copy is missed: of a text's n runs a copy lacks so few that it has one of any n - CONTAINED * n + 1.
    """
    lengths = np.array([len(text) for text in texts], np.int64)
    runs = np.concatenate([np.empty(0, np.int64), *texts])
    owners = np.repeat(np.arange(len(texts)), lengths)
    order = np.argsort(runs, kind="stable")
    _, groups, sizes = np.unique(runs, return_inverse=True, return_counts=True)
    firsts = np.cumsum(sizes) - sizes  # of each group of one run, in `order`
    rarest = np.lexsort((runs, sizes[groups], owners))
    ranks = np.arange(len(runs)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    asked = rarest[ranks < np.repeat(lengths - np.ceil(CONTAINED * lengths).astype(np.int64) + 1, lengths)]
    asked = asked[sizes[groups[asked]] > 1]
    counts = sizes[groups[asked]]
    inside = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    others = owners[order[np.repeat(firsts[groups[asked]], counts) + inside]]
    pairs = np.sort(np.stack([np.repeat(owners[asked], counts), others], axis=1), axis=1)
    codes = np.unique(pairs[:, 0] * len(texts) + pairs[:, 1])
    found = np.stack(np.divmod(codes, max(1, len(texts))), axis=1)
    return found[found[:, 0] < found[:, 1]]


def _is_contained(first: Runs, second: Runs, *, least: int) -> bool:
    shorter = min(len(first), len(second))
    return shorter >= least and len(np.intersect1d(first, second, assume_unique=True)) >= CONTAINED * shorter


def _reprints(paragraphs: Sequence[Paragraph], ids: Sequence[str]) -> Pairs:
    """Return the pairs of documents, by their places in `ids`, of which the shorter is mostly copied."""
    place = {id: number for number, id in enumerate(ids)}
    owners = [place[paragraph.document] for paragraph in paragraphs]
    lengths = [len(_words(paragraph.text)) for paragraph in paragraphs]
    words = [0] * len(ids)
    for owner, length in zip(owners, lengths, strict=True):
        words[owner] += length
    copied: dict[tuple[int, int], set[int]] = {}
    for first, second in _copies(paragraphs).tolist():
        both = owners[first], owners[second]
        copied.setdefault((min(both), max(both)), set()).update((first, second))
    found = []
    for (a, b), members in sorted(copied.items()):
        shorter = min((a, b), key=lambda id: (words[id], id))
        shared = sum(lengths[member] for member in members if owners[member] == shorter)
        if shared >= max(COPIED * words[shorter], MIN_COPIED_WORDS):
            found.append((a, b))
    return np.array(found, np.int64).reshape(-1, 2)
