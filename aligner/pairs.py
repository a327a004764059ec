"""What the first regression says of pairs of paragraphs by themselves, some at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from aligner.arrays import Numbers
from aligner.candidates import Candidate
from aligner.deadline import check_time
from aligner.features import FEATURES, Features, Side, features
from aligner.scoring import Scorer

__all__ = ["pair_features", "pair_logits"]

BLOCK = 32  # pairs of one paragraph that are compared at a time: their tokens stay in the processor's cache


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


def pair_logits(scorer: Scorer, sources: Sequence[Side], targets: Sequence[Side]) -> Numbers:
    """Return what is said of each pair of two documents' paragraphs by itself, shape (sources, targets), unread.

    Raises TooSlowError.
    """
    lines = []
    for source in sources:
        check_time()
        lines.append(scorer.logits(features(source, targets)))
    return np.array(lines)
