"""Stories of translations, disturbed by a seeded rule: an outlet has lost some paragraphs, a value was altered."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from aligner.arrays import unit
from aligner.candidates import Pool, article_pool
from aligner.clues import numbers_of
from aligner.conflicts import Alteration, alterations
from aligner.corpus import Corpus
from aligner.languages import primary
from aligner.store import StoredDocument
from aligner.vectors import encode_with_tokens

__all__ = ["Told", "altered_stories", "dropped", "read_told", "without"]

DROP = 0.2  # share of the paragraphs that one outlet loses
EVERY = 4  # rows of which one is altered


@dataclass(frozen=True, slots=True)
class Told:
    """A story's documents in the order of its outlets, and its pool."""

    stored: tuple[StoredDocument, ...]
    known: Pool


def read_told(corpus: Corpus, ids: Sequence[str]) -> Told:
    stored = tuple(corpus.store.document(id) for id in ids)
    return Told(stored, article_pool(corpus, ids))


def dropped(told: Told, outlet: int, *, seed: str) -> set[int]:
    """Return the keys of the paragraphs that an outlet loses."""
    id = told.stored[outlet].document.id
    own = sorted(
        (key for key, each in told.known.paragraphs.items() if each.document == id),
        key=lambda key: told.known.paragraphs[key].position,
    )
    return set(random.Random(seed).sample(own, round(DROP * len(own))))


def without(told: Told, gone: set[int]) -> Told:
    """Return a story without some paragraphs, as if they had never been."""
    ids = {told.known.paragraphs[key].id for key in gone}
    stored = tuple(
        replace(each, paragraphs=tuple(p for p in each.paragraphs if p.id not in ids)) for each in told.stored
    )
    return Told(stored, _pool(told.known, {key: told.known.sides[key].vector for key in told.known.sides}, gone))


def _pool(known: Pool, vectors: Mapping[int, np.ndarray], gone: set[int]) -> Pool:
    """Return a pool without some paragraphs; the others' documents have other means then."""
    groups = {group: [key for key in keys if key not in gone] for group, keys in known.groups.items()}
    members: dict[str, list[int]] = defaultdict(list)
    for (document, _), keys in groups.items():
        members[document] += keys
    means = {id: unit(np.mean([vectors[key] for key in keys], axis=0)) for id, keys in members.items() if keys}
    paragraphs = {key: each for key, each in known.paragraphs.items() if key not in gone}
    sides = {key: replace(known.sides[key], document=means[each.document]) for key, each in paragraphs.items()}
    return Pool(paragraphs, sides, {group: keys for group, keys in groups.items() if keys})


def altered_stories(corpus: Corpus, told: Sequence[Told], seed: int) -> list[tuple[Told, list[tuple[str, Alteration]]]]:
    """Return stories with a value altered in every EVERYth row, on the first outlet or the second."""
    firsts, seconds, places = [], [], []
    for number, each in enumerate(told):
        by_place = {(p.document, p.position): key for key, p in each.known.paragraphs.items()}
        one, other = (stored.document.id for stored in each.stored[:2])
        for position in range(len(each.stored[0].paragraphs)):
            keys = by_place.get((one, position)), by_place.get((other, position))
            if keys[0] is not None and keys[1] is not None:
                firsts.append(each.known.paragraphs[keys[0]].text)
                seconds.append(each.known.paragraphs[keys[1]].text)
                places.append((number, keys))
    languages = tuple(primary(each.document.lang) for each in told[0].stored[:2])
    changes: dict[int, list[tuple[int, Alteration]]] = defaultdict(list)
    last: dict[int, int] = {}
    for row, side, alteration in alterations(firsts, seconds, languages=(languages[0], languages[1]), seed=seed):
        number, keys = places[row]
        if row - last.get(number, -EVERY) >= EVERY:
            last[number] = row
            changes[number].append((int(keys[side] or 0), alteration))
    texts = [alteration.text for own in changes.values() for _, alteration in own]
    vectors, tokens = encode_with_tokens(corpus.encoder, texts)
    found = []
    at = 0
    for number, own in changes.items():
        known = told[number].known
        paragraphs, sides = dict(known.paragraphs), dict(known.sides)
        for key, alteration in own:
            paragraphs[key] = replace(paragraphs[key], text=alteration.text)
            side_tokens = tokens[at] if tokens else None
            sides[key] = replace(
                sides[key], vector=vectors[at], tokens=side_tokens, numbers=numbers_of(alteration.text)
            )
            at += 1
        story = Told(told[number].stored, Pool(paragraphs, sides, known.groups))
        found.append((story, [(paragraphs[key].id, alteration) for key, alteration in own]))
    return found
