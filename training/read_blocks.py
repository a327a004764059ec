"""Pairs of documents with what is read of them, and pairs by themselves, on which training/readings.py fits."""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from document_pairs import document_pairs
from marked import FOLDERS, Telling, held_out, label, read_tellings
from reporting import Labels

from aligner.arrays import Numbers
from aligner.candidates import Candidate, Group, Pool, candidates, pool
from aligner.clues import days_apart
from aligner.corpus import Corpus
from aligner.encoders import load_encoder
from aligner.features import Features
from aligner.nearby import Nearby
from aligner.pairs import pair_features, pair_logits
from aligner.reader import shipped_reader
from aligner.readers import read_documents
from aligner.readings import readings
from aligner.scoring import TOKEN_SCORERS
from aligner.tellings import Tellings

__all__ = ["Block", "Lone", "Others", "collect"]

SEEDS = FOLDERS[0].name
WEIGHTS = {"seeds": 3.0, "stories": 1.0, "stories2": 1.0, "stories3": 1.0, "stories4": 0.4}
"""Of each pair: stories4/ have twice as many links as all others together, and so count as many as stories3/."""


@dataclass(frozen=True, slots=True)
class Others:
    """What chains may be made of besides: links in each document, (a, a) and (b, b), chains by third ones, (a, b)."""

    rows: Numbers
    columns: Numbers
    through: Numbers

    def cut(self, rows: slice | Labels, columns: slice | Labels) -> Others:
        """Return those of some of the paragraphs."""
        return Others(self.rows[rows][:, rows], self.columns[columns][:, columns], self.through[rows][:, columns])


@dataclass(frozen=True, slots=True)
class Block:
    """All pairs of two documents: the first regression's logits, the reader's and the labels, each of shape (a, b).

    `others` is None where one side is a text by itself.
    """

    story: str
    group: str
    same_story: bool
    apart: float
    logits: Numbers
    readings: Numbers
    others: Others | None
    labels: Labels

    @property
    def weight(self) -> float:
        """Of each of its pairs."""
        return WEIGHTS[self.group]


@dataclass(frozen=True, slots=True)
class Lone:
    """Pairs that FAISS proposes for seeds/ among all stories, each paragraph a document of its own, without a date."""

    features: Features
    """Shape (n, len(FEATURES))."""
    labels: Labels


@dataclass(frozen=True, slots=True)
class _Stories:
    """Marked paragraphs by id, those of each document in a corpus, and event and folder of each document."""

    tellings: Mapping[str, Telling]
    known: Pool
    events: Mapping[str, tuple[str, str]]


def collect() -> tuple[list[Block], list[Block], Lone]:
    """Return the blocks of documents, those of English paragraphs by themselves, as in a search, and pairs alone."""
    everything = read_tellings()
    hidden = held_out(everything)
    chosen = (telling for telling in everything if telling.event in hidden and telling.group in WEIGHTS)
    tellings = {telling.id: telling for telling in chosen}
    documents: dict[str, list[Telling]] = defaultdict(list)
    for telling in tellings.values():
        documents[telling.document].append(telling)
    events = {id: (own[0].event, own[0].group) for id, own in documents.items()}
    with tempfile.TemporaryDirectory() as place:
        lines = Path(place) / "documents.jsonl"
        lines.write_text("\n".join(json.dumps(_record(id, own)) for id, own in documents.items()), "utf-8")
        with Corpus(Path(place) / "corpus", encoder=load_encoder(), create=True) as corpus:
            list(corpus.add(read_documents([lines], served=("en", "fr"))))
            stories = _Stories(tellings, pool(corpus, corpus.store.keys().tolist()), events)
            read = Tellings(TOKEN_SCORERS.documents, shipped_reader(), Nearby(corpus, stories.known))
            pairs = list(document_pairs(stories.known, {id: event for id, (event, _) in events.items()}))
            blocks = [_block(stories, *pair, *read.logits(*pair), _others(read, *pair)) for pair in pairs]
            lone = _lone(stories, candidates(corpus, "en", "fr"))
    texts = [block for pair in pairs for block in _lines(stories, *pair)]
    whole, alone = ([block for block in some if block.labels.size > 1] for some in (blocks, texts))
    return whole, alone, lone


def _record(id: str, own: Sequence[Telling]) -> dict[str, object]:
    paragraphs = [telling.text for telling in own]
    return {"id": id, "lang": own[0].lang, "published": own[0].published, "paragraphs": paragraphs}


def _others(read: Tellings, first: Group, second: Group) -> Others:
    by_others = read.through(first, second)
    rows, columns = (
        np.stack([read.inside(group)(number) for number in range(size)])
        for group, size in zip((first, second), by_others.shape, strict=True)
    )
    return Others(rows, columns, by_others)


def _block(
    stories: _Stories, first: Group, second: Group, logits: Numbers, read: Numbers, others: Others | None
) -> Block:
    known = stories.known
    rows, columns = (
        [stories.tellings[known.paragraphs[key].id] for key in known.groups[group]] for group in (first, second)
    )
    (event, folder), (partner, _) = stories.events[first[0]], stories.events[second[0]]
    labels = [[label(one, other) if event == partner else 0 for other in columns] for one in rows]
    days = [known.sides[known.groups[group][0]].day for group in (first, second)]
    apart = days_apart(*days) or 0.0
    return Block(event, folder, event == partner, apart, logits, read, others, np.array(labels, np.int8))


def _lone(stories: _Stories, found: Sequence[Candidate]) -> Lone:
    known = stories.known
    own = [c for c in found if stories.events[known.paragraphs[c.source].document][1] == SEEDS]
    sides = {key: replace(side, document=side.vector, day=None) for key, side in known.sides.items()}
    pairs = [[stories.tellings[known.paragraphs[key].id] for key in (c.source, c.target)] for c in own]
    labels = [label(one, other) if one.event == other.event else 0 for one, other in pairs]
    return Lone(pair_features(own, sides), np.array(labels, np.int8))


def _lines(stories: _Stories, first: Group, second: Group) -> Iterator[Block]:
    """Yield a block of one row for each paragraph of the first document: as a text that somebody asks for."""
    scorer, reader = TOKEN_SCORERS.texts, shipped_reader()
    known = stories.known
    targets = [known.sides[key] for key in known.groups[second]]
    whole = _block(stories, first, second, np.empty(0), np.empty(0), None)
    for key, labels in zip(known.groups[first], whole.labels, strict=True):
        asked = replace(known.sides[key], document=known.sides[key].vector, day=None)
        logits = pair_logits(scorer, [asked], targets)
        read = readings(reader, [asked], targets, logits)
        yield replace(whole, apart=0.0, logits=logits, readings=read, labels=labels[None])
