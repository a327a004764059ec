"""Grouping that follows the documents: what is new is compared, what it touches is grouped anew, nothing else.

Which pairs are compared, and how probable each is, depends on the two documents alone, and the groups on the set of
pairs: so any order of adding gives the same groups.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from aligner.arrays import Vectors
from aligner.candidates import Pool, pool
from aligner.corpus import Corpus
from aligner.database import Connection
from aligner.documents import Document
from aligner.duplicates import document_groups
from aligner.languages import primary
from aligner.store import Keys
from aligner.store_stories import Grouped, StoryRow, StoryStore
from aligner.stories_groups import MIN_LOG_ODDS, Pair, far_pairs, group
from aligner.stories_names import founder, name_groups
from aligner.stories_pairs import (
    MAX_DAYS,
    PLAIN_STORY_SCORER,
    TOKEN_STORY_SCORER,
    Named,
    StoryScorer,
    Telling,
    dated,
    days_apart,
    named,
)

__all__ = ["Work", "update_stories"]

BATCH = 64  # documents that are compared and grouped in one step
ATTEMPTS = 3  # to compare while others may write; after that they wait
DIGITS = 6  # of a cosine; those behind differ with the number of vectors that are multiplied together


@dataclass(frozen=True, slots=True)
class Work:
    """What an update did: documents that were compared, pairs that were, and documents that were grouped anew."""

    documents: int = 0
    pairs: int = 0
    regrouped: int = 0


@dataclass(frozen=True, slots=True)
class _Step:
    """What was found out about waiting documents at one round of the store."""

    round: str
    waiting: Mapping[str, str]
    grouped: Sequence[Grouped]
    pairs: Mapping[Pair, float]
    compared: int


def update_stories(corpus: Corpus) -> Work:
    """Bring the stories in step with the documents, and return what it took; nothing where nothing changed.

    Several processes may do so at once: who finds that another has written meanwhile compares again. Raises
    ReadOnlyError.
    """
    stories = StoryStore(corpus.store)
    done = Work()
    if not stories.is_current:
        with corpus.store.transaction(derived=True):
            pass  # what cannot be written is not worked out
    while not stories.is_current:
        for _ in range(ATTEMPTS):
            step = _compare(corpus, stories)
            with corpus.store.transaction(derived=True) as connection:
                if _is_fresh(stories, step):
                    regrouped = _write(corpus, stories, connection, step)
                    break
        else:
            with corpus.store.transaction(derived=True) as connection:
                step = _compare(corpus, stories)
                regrouped = _write(corpus, stories, connection, step)
        done = Work(done.documents + len(step.waiting), done.pairs + step.compared, done.regrouped + regrouped)
    return done


def _is_fresh(stories: StoryStore, step: _Step) -> bool:
    return stories.round() == step.round and stories.waiting(limit=BATCH) == dict(step.waiting)


def _compare(corpus: Corpus, stories: StoryStore) -> _Step:
    """Return how probable the pairs of waiting documents with each other and with all grouped ones are."""
    scorer = TOKEN_STORY_SCORER if corpus.store.meta("tokens") else PLAIN_STORY_SCORER
    with corpus.store.snapshot():
        round_, waiting = stories.round(), stories.waiting(limit=BATCH)
        documents = corpus.store.documents_by_id(waiting)
        new, tellings = _read(corpus, documents)
        there = stories.grouped(_in_time(stories.days(), {each.dated for each in new})) if new else []
        days = {each.document: each.dated for each in (*there, *new)}
        near = _near([*there, *new], {each.document for each in new}, scorer)
        near = [(a, b) for a, b in near if not _far_apart(days[a], days[b])]
        others = {id for pair in near for id in pair} - tellings.keys()
        tellings |= _tellings(corpus, [each for each in there if each.document in others])
    odds = {(a, b): scorer.log_odds(tellings[a], tellings[b]) for a, b in near}
    kept = {pair: value for pair, value in odds.items() if value >= MIN_LOG_ODDS}
    return _Step(round_, waiting, new, kept, len(odds))


def _read(corpus: Corpus, documents: Mapping[str, Document]) -> tuple[list[Grouped], dict[str, Telling]]:
    """Return waiting documents as they are stored, and as they are compared."""
    keys, known = _article(corpus, documents)
    dimension = int(corpus.store.meta("dimension") or 0)
    new, tellings = [], {}
    for id, document in sorted(documents.items()):
        own = keys[id].tolist() if id in keys else []
        told = Named.union(named(known.paragraphs[key], known.sides[key].tokens, document.published) for key in own)
        sides = [known.sides[key] for key in own]
        mean: Vectors = sides[0].document if sides else np.zeros(dimension, np.float32)
        base, day = primary(document.lang), dated(document, corpus.store.document(id).paragraphs)
        new.append(Grouped(id, base, day, mean, json.dumps(told.record(), ensure_ascii=False)))
        tellings[id] = Telling(id, base, day, mean, sides, told)
    return new, tellings


def _tellings(corpus: Corpus, documents: Sequence[Grouped]) -> dict[str, Telling]:
    keys, known = _article(corpus, [each.document for each in documents])
    return {
        each.document: Telling(
            each.document,
            each.base,
            each.dated,
            each.mean,
            [known.sides[key] for key in keys[each.document].tolist()],
            Named.from_record(json.loads(each.named)),
        )
        for each in documents
    }


def _article(corpus: Corpus, documents: Iterable[str]) -> tuple[dict[str, Keys], Pool]:
    """Return the article paragraphs of these documents, by document and in their order, and what is known of them."""
    keys = corpus.store.document_keys(documents, headlines=False)
    return keys, pool(corpus, [key for own in keys.values() for key in own.tolist()], headlines=False)


def _near(documents: Sequence[Grouped], new: set[str], scorer: StoryScorer) -> list[Pair]:
    """Return the pairs of a new document and any other that are near enough to be compared."""
    found = set()
    by_base: dict[str, list[Grouped]] = {}
    for each in documents:
        by_base.setdefault(each.base, []).append(each)
    asked = [each for each in documents if each.document in new]
    for base, others in sorted(by_base.items()):
        means = np.array([other.mean for other in others], np.float32)
        for each in asked:
            cosines = np.round((means @ each.mean.astype(np.float32)).astype(float), DIGITS)
            for place in np.flatnonzero(cosines >= scorer.near(each.base, base)).tolist():
                if (other := others[place].document) != each.document:
                    found.add((min(each.document, other), max(each.document, other)))
    return sorted(found)


def _in_time(days: Mapping[str, str | None], asked: Collection[str | None]) -> list[str]:
    """Return the documents that some asked day is not too far from: no others need be read."""
    own = {day and day[:10] for day in asked}
    near = {day: not all(_far_apart(day, each) for each in own) for day in {day and day[:10] for day in days.values()}}
    return [id for id, day in days.items() if near[day and day[:10]]]


def _far_apart(first: str | None, second: str | None) -> bool:
    days = days_apart(first, second)
    return days is not None and days > MAX_DAYS


def _write(corpus: Corpus, stories: StoryStore, connection: Connection, step: _Step) -> int:
    """Store what was compared, group what it touches, and return how many documents that are."""
    cut = (TOKEN_STORY_SCORER if corpus.store.meta("tokens") else PLAIN_STORY_SCORER).cut
    stories.insert(connection, step.grouped)
    stories.insert_pairs(connection, step.pairs)
    shrunken = stories.members(lost := stories.shrunken())
    touched = {*step.waiting, *(id for members in shrunken.values() for id in members)}
    around = stories.neighbourhood(touched, cut=cut)
    groups = group(around, stories.pairs(around) | far_pairs(stories.days(around)), cut=cut)
    before: dict[str, list[str]] = {name: [] for name in lost}
    for id, name in stories.stories_of(around).items():
        before.setdefault(name, []).append(id)
    documents = corpus.store.documents_by_id(around)
    published = {id: document.published for id, document in documents.items()}
    earliest = {each: founder(each, published) for each in groups}
    names, changes = name_groups(
        groups,
        before=before,
        founders=stories.founders(before),
        published=published,
        is_taken=stories.is_known,
    )
    copied = {each: _reprints(corpus, each) for each in groups}
    stories.write(
        connection,
        names,
        [_row(names[each], [documents[id] for id in each], reprints=len(copied[each])) for each in groups],
        founders={names[each]: earliest[each] for each in groups},
        originals={id: original for own in copied.values() for id, original in own.items()},
        changes=changes,
    )
    if not stories.waiting(limit=1):
        stories.mark_current(connection)
    return len(around)


def _reprints(corpus: Corpus, documents: Sequence[str]) -> dict[str, str]:
    """Return the documents that print another one's text, by id, with the earliest of them."""
    first = document_groups(corpus, documents) if len(documents) > 1 else {}
    return {id: original for id, original in first.items() if id != original}


def _row(name: str, documents: Sequence[Document], *, reprints: int) -> StoryRow:
    days = sorted(document.published for document in documents if document.published)
    return StoryRow(
        name,
        len(documents),
        len(documents) - reprints,
        len({document.outlet for document in documents if document.outlet}),
        len({primary(document.lang) for document in documents}),
        days[0] if days else None,
        days[-1] if days else None,
    )
