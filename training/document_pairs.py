"""Which pairs of documents the regressions are shown: those of each story, and of it with the stories nearest to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

import numpy as np

from aligner.candidates import Group, Pool

__all__ = ["document_pairs"]

NEAREST_STORIES = 2  # other stories whose pairs are shown as wrong


def document_pairs(known: Pool, events: Mapping[str, str]) -> Iterator[tuple[Group, Group]]:
    """Yield an English and a French document each; `events` are the documents' stories."""
    groups: dict[str, list[Group]] = defaultdict(list)
    for group in known.groups:
        groups[events[group[0]]].append(group)
    means = {
        event: np.mean([known.sides[known.groups[group][0]].document for group in own], axis=0)
        for event, own in groups.items()
    }
    for event in sorted(means):
        others = sorted(
            (other for other in sorted(means) if other != event), key=lambda o: -float(means[event] @ means[o])
        )
        for partner in (event, *others[:NEAREST_STORIES]):
            for first in groups[event]:
                for second in groups[partner]:
                    if (first[1], second[1]) == ("en", "fr"):
                        yield first, second
