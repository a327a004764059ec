"""How probable it is that proposed pairs of paragraphs report a fact in common."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np

from aligner.candidates import Candidate, Group, Pool
from aligner.features import Side, features
from aligner.nearby import Nearby
from aligner.pairs import pair_features, pair_logits
from aligner.reader import shipped_reader
from aligner.readings import are_read, readings
from aligner.scoring import Scorer
from aligner.tellings import Tellings

__all__ = ["Wanted", "probabilities", "probability_parts", "text_probabilities"]

Wanted = Callable[[Group, Group], bool]
"""Says of two documents whether to look at all their pairs together."""

MIN_LOGIT = -4.0  # of a pair by itself: below, no other pairs of its documents are looked at


def probabilities(
    scorer: Scorer,
    found: Sequence[Candidate],
    known: Pool,
    nearby: Nearby | None = None,
    *,
    wanted: Wanted | None = None,
) -> dict[tuple[int, int], float]:
    """Return the probability of each candidate, and of the other pairs of two documents that have a likely one.

    `nearby` is needed by a scorer that reads: which other documents may tell of the same. Of two documents that are not
    `wanted` it is only what the candidates have by themselves. Raises TooSlowError.
    """
    result: dict[tuple[int, int], float] = {}
    for part in probability_parts(scorer, found, known, nearby, wanted=wanted):
        result |= part
    return result


def probability_parts(
    scorer: Scorer,
    found: Sequence[Candidate],
    known: Pool,
    nearby: Nearby | None = None,
    *,
    wanted: Wanted | None = None,
) -> Iterator[Mapping[tuple[int, int], float]]:
    """Yield what `probabilities` returns a part at a time, a later one being right: all of it may be millions."""
    there = [c for c in found if c.source in known.sides and c.target in known.sides]
    logits = scorer.logits(pair_features(there, known.sides))
    shifts = np.array([scorer.dated(known.sides[c.source], known.sides[c.target], alone=True) for c in there])
    alone = scorer.alone_probabilities(logits, shift=shifts).tolist()
    yield dict(zip(((c.source, c.target) for c in there), alone, strict=True))
    likely = (c for c, logit in zip(there, logits, strict=True) if logit >= MIN_LOGIT)
    pairs = dict.fromkeys((known.group(c.source), known.group(c.target)) for c in likely)
    several = [pair for pair in pairs if any(len(known.groups[group]) > 1 for group in pair)]  # one is as above
    several = [pair for pair in several if wanted is None or wanted(*pair)]
    tellings = None
    if scorer.reading:
        if nearby is None:
            raise ValueError("a scorer that reads is to know what is near")
        tellings = Tellings(scorer, shipped_reader(), nearby)
        _look_up(nearby, several)
    for first, second in several:
        rows, columns = known.groups[first], known.groups[second]
        sources, targets = ([known.sides[key] for key in keys] for keys in (rows, columns))
        shift = scorer.dated(sources[0], targets[0])
        if tellings and are_read(shipped_reader(), [*sources, *targets]):
            said, chains = tellings.joined(first, second)
            matrix = scorer.probabilities(said, retold=chains, shift=shift)
        else:
            matrix = scorer.probabilities(pair_logits(scorer, sources, targets), shift=shift)
        for row, line in zip(rows, matrix, strict=True):
            yield dict(zip(((row, column) for column in columns), line.tolist(), strict=True))


def _look_up(nearby: Nearby, pairs: Iterable[tuple[Group, Group]]) -> None:
    """Look up what is near the documents of all pairs that are read together. Raises TooSlowError."""
    asked: dict[str, list[Group]] = defaultdict(list)
    for first, second in pairs:
        asked[second[1]].append(first)
        asked[first[1]].append(second)
    for language, groups in asked.items():
        nearby.look_up(groups, language)


def text_probabilities(scorer: Scorer, asked: Side, keys: Sequence[int], known: Pool) -> dict[int, float]:
    """Return the probability of each of these paragraphs for a text that is no document of the corpus."""
    logits = dict(zip(keys, scorer.logits(features(asked, [known.sides[key] for key in keys])).tolist(), strict=True))
    result = dict(zip(keys, scorer.alone_probabilities(np.array(list(logits.values()))).tolist(), strict=True))
    likely = dict.fromkeys(known.group(key) for key, logit in logits.items() if logit >= MIN_LOGIT)
    several = [members for group in likely if len(members := known.groups[group]) > 1]  # one is a pair by itself
    rest = [key for members in several for key in members if key not in logits]
    logits |= dict(zip(rest, scorer.logits(features(asked, [known.sides[key] for key in rest])).tolist(), strict=True))
    for members in several:
        line = np.array([[logits[key] for key in members]])
        sides = [known.sides[key] for key in members]
        if scorer.reading and are_read(reader := shipped_reader(), [asked, *sides]):
            line = scorer.joined(line, readings(reader, [asked], sides, line))
        chances = scorer.probabilities(line)[0].tolist()
        result |= {key: chance for key, chance in zip(members, chances, strict=True) if key in result}
    return result
