"""Documents to stories: average-link clustering, a function of the set of pairs and of nothing else.

Average link as in Sokal and Michener (1958): two groups become one while the mean log-odds over all their pairs is at
least the cut. A chain of likely pairs alone does not make one story, as it would with single link.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date

import numpy as np

from aligner.evidence.dates import published_day
from aligner.stories_pairs import FAR_LOG_ODDS, MAX_DAYS

__all__ = ["MIN_LOG_ODDS", "Pair", "components", "far_pairs", "group"]

MIN_LOG_ODDS = -6.0  # of a pair that was not compared, or found less likely than that
ROUNDING = 1e-9  # of a mean that is exactly at the cut

Pair = tuple[str, str]


def far_pairs(days: Mapping[str, str | None]) -> dict[Pair, float]:
    """Return FAR_LOG_ODDS for each two of these documents that were published more than MAX_DAYS apart."""
    known = {id: date(*day).toordinal() for id, day in ((id, published_day(days[id])) for id in sorted(days)) if day}
    ids, numbers = [*known], np.array([*known.values()], np.int64)
    found: dict[Pair, float] = {}
    for at, id in enumerate(ids):
        others = np.flatnonzero(np.abs(numbers[at + 1 :] - numbers[at]) > MAX_DAYS) + at + 1
        found |= {(id, ids[other]): FAR_LOG_ODDS for other in others.tolist()}
    return found


def components(documents: Collection[str], log_odds: Mapping[Pair, float], *, cut: float) -> list[list[str]]:
    """Return the sets of documents that pairs of at least the cut connect, each sorted, by their first."""
    parent = {id: id for id in documents}

    def root(id: str) -> str:
        while parent[id] != id:
            parent[id] = parent[parent[id]]
            id = parent[id]
        return id

    for (first, second), value in log_odds.items():
        if value >= cut:
            one, other = sorted((root(first), root(second)))
            parent[other] = one
    found: dict[str, list[str]] = {}
    for id in sorted(documents):
        found.setdefault(root(id), []).append(id)
    return sorted(found.values())


def group(documents: Collection[str], log_odds: Mapping[Pair, float], *, cut: float) -> list[tuple[str, ...]]:
    """Return the groups of documents, each sorted, by their first; pairs that are missing have MIN_LOG_ODDS.

    Groups of two components never merge, since none of their pairs reaches the cut: so a document that comes
    changes nothing but its own component.
    """
    parts = components(documents, log_odds, cut=cut)
    part = {id: number for number, members in enumerate(parts) for id in members}
    inside: list[dict[Pair, float]] = [{} for _ in parts]
    for pair, value in log_odds.items():
        if part[pair[0]] == part[pair[1]]:
            inside[part[pair[0]]][pair] = value
    return sorted(found for members, own in zip(parts, inside, strict=True) for found in _linked(members, own, cut))


def _linked(members: list[str], log_odds: Mapping[Pair, float], cut: float) -> Iterable[tuple[str, ...]]:
    if len(members) <= 2:
        return [tuple(members)]
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    place = {id: number for number, id in enumerate(members)}
    distances = np.full((len(members), len(members)), -MIN_LOG_ODDS)
    for (first, second), value in log_odds.items():
        one, other = place[first], place[second]
        distances[one, other] = distances[other, one] = -(value if value <= FAR_LOG_ODDS else max(value, MIN_LOG_ODDS))
    shift = -float(distances.min())  # distances of scipy start at 0
    np.fill_diagonal(distances, -shift)
    tree = linkage(squareform(distances + shift, checks=False), "average")
    labels = fcluster(tree, shift - cut + ROUNDING, "distance")
    groups: dict[int, list[str]] = {}
    for id, label in zip(members, labels.tolist(), strict=True):
        groups.setdefault(label, []).append(id)
    return [tuple(ids) for ids in groups.values()]
