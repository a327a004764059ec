"""How probable it is that two documents tell of the same event.

What their paragraphs have in common one to one, their vectors, and the names and places that both name make up a
logistic regression, one for documents of one language and one for documents of two. Nothing in it depends on other
documents, so that a pair is scored once, whatever arrives later.
"""

from __future__ import annotations

import contextlib
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from aligner.arrays import Vectors
from aligner.documents import Document
from aligner.evidence.dates import published_day
from aligner.evidence.names import skeleton
from aligner.evidence.readings import read
from aligner.features import Side, features
from aligner.languages import primary
from aligner.paragraphs import Paragraph
from aligner.scoring import PLAIN_SCORERS, TOKEN_SCORERS, Scorer
from aligner.tokens import Tokens

__all__ = [
    "AGAINST",
    "FAR_LOG_ODDS",
    "MAX_DAYS",
    "PLAIN_STORY_SCORER",
    "STORY_FEATURES",
    "TOKEN_STORY_SCORER",
    "Named",
    "StoryScorer",
    "Telling",
    "dated",
    "days_apart",
    "joint",
    "named",
    "story_features",
]

STORY_FEATURES = (
    "best",
    "level",
    "matches",
    "lead",
    "told",
    "rare",
    "names",
    "who",
    "where",
    "nothing",
    "stranger",
    "strangers",
    "other_places",
)
AGAINST = ("nothing", "stranger", "strangers", "other_places")  # what lowers the odds; all else raises them
LEAD_PARAGRAPHS = 2
MAX_MATCHES = 8.0  # what is told in common beyond that says nothing more
MIN_NAME_CHARS = 4  # of a word of a name
MIN_SOUND = 4  # consonants of a word that is known by its sound; a shorter one is known by its letters
COMMON = 0.3  # weight of a name that is one word piece, beside a rare one's 1
QUIET_DAYS = 3  # the first days of an event are all told alike
SAME_DAYS = 1.0  # log-odds; an assumption, not fitted: few documents of other events are so near in time
HALVING_DAYS = 7.0  # an assumption too: each further week between two reports halves the odds
MAX_DAYS = 90  # documents further apart are not compared: by then the odds are down to 1/5000
FAR_LOG_ODDS = -20.0  # of those: no other pair of two groups makes up for it
DATING = (
    "dateline",
    "embed",
)  # dropped blocks that tell when a text was published: a post is no older than its quotation

Values = npt.NDArray[np.float64]
"""Shape (len(STORY_FEATURES),), in that order."""


@dataclass(frozen=True, slots=True)
class Named:
    """Whom and what a text names, and in how many paragraphs: words of names, countries and bodies.

    `rare` are words of several word pieces, such as Valparda; the vocabulary has Twitter in one, as it is common.
    """

    rare: Mapping[str, int]
    names: Mapping[str, int]
    places: Mapping[str, int]

    @classmethod
    def union(cls, parts: Iterable[Named]) -> Named:
        """Return what the parts name together."""
        rare, names, places = Counter[str](), Counter[str](), Counter[str]()
        for part in parts:
            rare.update(part.rare)
            names.update(part.names)
            places.update(part.places)
        for both in rare.keys() & names.keys():  # "Facebook's" may fall into more pieces than "Facebook"
            names[both] += rare.pop(both)
        return cls(dict(rare), dict(names), dict(places))

    def record(self) -> dict[str, Mapping[str, int]]:
        """Return what is stored."""
        return {of: dict(sorted(getattr(self, of).items())) for of in ("rare", "names", "places")}

    @classmethod
    def from_record(cls, record: Mapping[str, Mapping[str, int]]) -> Named:
        """Return what `record` gave."""
        return cls(record["rare"], record["names"], record["places"])

    def weights(self) -> dict[str, float]:
        """Return how much each name counts."""
        common = {name: COMMON * math.log1p(count) for name, count in self.names.items()}
        return common | {name: math.log1p(count) for name, count in self.rare.items()}


@dataclass(frozen=True, slots=True)
class Telling:
    """One document as grouping sees it. `mean` is the mean of its paragraphs' vectors, at unit length."""

    id: str
    base: str
    published: str | None
    mean: Vectors
    sides: Sequence[Side]
    named: Named


@dataclass(frozen=True, slots=True)
class StoryScorer:
    """Logistic regressions over STORY_FEATURES, the intercept last; from the log-odds `cut` on two stories are one.

    `near` is the cosine of two documents' means, in one language and across, below which they are not compared.
    """

    pair: Scorer
    same: tuple[float, ...]
    across: tuple[float, ...]
    near_same: float
    near_across: float
    cut: float

    @classmethod
    def from_record(cls, record: Mapping[str, Any], pair: Scorer) -> StoryScorer:
        """Return the scorer of a record as training writes it. Raises KeyError, TypeError, ValueError."""
        same, across = (
            tuple(float(record[kind][name]) for name in (*STORY_FEATURES, "intercept")) for kind in ("same", "across")
        )
        near = record["near"]
        return cls(pair, same, across, float(near["same"]), float(near["across"]), float(record["cut"]))

    def near(self, first: str, second: str) -> float:
        """Return the least cosine of documents of these languages that are compared."""
        return self.near_same if first == second else self.near_across

    def log_odds(self, first: Telling, second: Telling) -> float:
        """Return how probable it is that both tell of the same event; rounded, so that no batch changes it."""
        one, other = (first, second) if first.id < second.id else (second, first)
        weights = np.array(self.same if one.base == other.base else self.across)
        told = float(story_features(one, other, self.pair) @ weights[:-1] + weights[-1])
        return round(told + _in_time(one.published, other.published), 4)


def named(paragraph: Paragraph, tokens: Tokens | None, published: str | None) -> Named:
    """Return whom and what a paragraph names; without tokens every name counts as rare."""
    rare: set[str] = set()
    names: set[str] = set()
    places: set[str] = set()
    reading = read(paragraph.text, primary(paragraph.lang), published)
    for mention in reading.mentions:
        if mention.kind != "name":
            continue
        places |= mention.keys
        if mention.keys or mention.weak:
            continue
        for word in reading.tokens[mention.first : mention.last]:
            if word.word in mention.words and len(word.word) >= MIN_NAME_CHARS:
                sound = skeleton(word.word)
                name = sound if len(sound) >= MIN_SOUND else word.word
                (rare if tokens is None or _pieces(tokens, word.start, word.end) > 1 else names).add(name)
    return Named(dict.fromkeys(rare, 1), dict.fromkeys(names - rare, 1), dict.fromkeys(places, 1))


def _pieces(tokens: Tokens, start: int, end: int) -> int:
    return int(((tokens.offsets[:, 0] < end) & (tokens.offsets[:, 1] > start)).sum())


def story_features(first: Telling, second: Telling, scorer: Scorer) -> Values:
    """Return what two documents have in common, all zeros where one has no text."""
    if not first.sides or not second.sides:
        return np.zeros(len(STORY_FEATURES))
    found = np.array([features(side, second.sides) for side in first.sides])
    return joint(first, second, scorer.logits(found), scorer)


def joint(first: Telling, second: Telling, logits: npt.NDArray[np.float64], scorer: Scorer) -> Values:
    """Return the features of two documents whose pairs of paragraphs have these logits, shape (a, b)."""
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(-logits)
    one_to_one = np.sort(logits[rows, columns])[::-1]
    chances = scorer.probabilities(logits)[rows, columns]
    one, other = first.named, second.named
    mine, theirs = one.weights(), other.weights()
    shared = mine.keys() & theirs.keys()
    rare = one.rare.keys() & other.rare.keys()
    strange = (_stranger(one, other, logits.shape[0]), _stranger(other, one, logits.shape[1]))
    return np.array(
        [
            one_to_one[0],
            one_to_one.mean(),
            math.log1p(min(MAX_MATCHES, float(chances.sum()))),
            logits[:LEAD_PARAGRAPHS, :LEAD_PARAGRAPHS].max(),
            min(logits[:LEAD_PARAGRAPHS].max(), logits[:, :LEAD_PARAGRAPHS].max()),
            math.log1p(len(rare)),
            math.log1p(len(shared - rare)),
            _cosine(mine, theirs),
            _cosine(*({place: math.log1p(n) for place, n in each.places.items()} for each in (one, other))),
            float(not shared and not one.places.keys() & other.places.keys()),
            max(strange),
            min(strange),
            float(bool(one.places) and bool(other.places) and not one.places.keys() & other.places.keys()),
        ]
    )


def _stranger(own: Named, other: Named, paragraphs: int) -> float:
    """Return the share of paragraphs that name whom the text names most among those that the other does not name."""
    known = {skeleton(name) for name in (*other.rare, *other.names)}
    counts = [count for name, count in own.rare.items() if count > 1 and skeleton(name) not in known]
    return max(counts, default=0) / paragraphs


def _cosine(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    dot = sum(weight * second[name] for name, weight in sorted(first.items()) if name in second)
    lengths = [math.sqrt(sum(weight * weight for _, weight in sorted(each.items()))) for each in (first, second)]
    return dot / (lengths[0] * lengths[1]) if dot else 0.0


def days_apart(first: str | None, second: str | None) -> int | None:
    """Return the days between two dates of publication, None where one is unknown."""
    one, other = published_day(first), published_day(second)
    return None if one is None or other is None else abs((date(*one) - date(*other)).days)


def dated(document: Document, paragraphs: Iterable[Paragraph]) -> str | None:
    """Return when a document was published: as it says, or the latest day of its datelines, or of posts it quotes."""
    if document.published:
        return document.published
    known = list(paragraphs)
    for kind in DATING:
        texts = [(p.text, primary(p.lang)) for p in known if p.dropped == kind]
        days = [m.day[:3] for text, base in texts for m in read(text, base, None).mentions if m.kind == "date"]
        whole = [day for day in days if all(day)]
        for year, month, day in sorted(whole, reverse=True):
            with contextlib.suppress(ValueError):  # the 31st of June
                return date(year, month, day).isoformat()
    return None


def _in_time(first: str | None, second: str | None) -> float:
    """Return by how much the days between two reports change the log-odds."""
    days = days_apart(first, second)
    return 0.0 if days is None else SAME_DAYS - math.log(2) * max(0, days - QUIET_DAYS) / HALVING_DAYS


_FITTED = json.loads(Path(__file__).with_name("stories.json").read_text("utf-8"))  # made by training/stories_pairs.py
TOKEN_STORY_SCORER = StoryScorer.from_record(_FITTED["tokens"], TOKEN_SCORERS.documents)
PLAIN_STORY_SCORER = StoryScorer.from_record(_FITTED["plain"], PLAIN_SCORERS.documents)
