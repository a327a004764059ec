"""Fit what joins the reader's word to the other numbers of a pair: the part "read" of aligner/scorer.json.

    python training/readings.py

Run after training/scorer.py and training/reader.py, on the stories that the reader was not shown, but for those of
stories4/: their writers avoided each other's words more than desks do, so that what is fitted on them overrates others.
Every figure that it prints is of stories held out from this fit too, in folds. Seeded.
"""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from marked import FOLDERS, Telling, held_out, label, read_tellings
from scorer import SEEDS_WEIGHT, TARGET, Labels, Numbers, cut, fit, of_dates, report
from scorer import threshold as best_threshold

from aligner.candidates import READ_LOGIT, Pool, pool, readings
from aligner.clues import days_apart
from aligner.corpus import Corpus
from aligner.encoders import load_encoder
from aligner.features import Side, features
from aligner.reader import Readers, shipped_readers
from aligner.readers import read_documents
from aligner.retold import Inside, retold
from aligner.scoring import CONTEXT, TOKEN_SCORERS, Scorer, context

FOLDS = 6
CUTS = 2  # draws of documents cut to a few paragraphs, as scraped ones are
NEAREST_STORIES = 2  # other stories whose pairs are shown as wrong
VOTES = {"seeds": 3.0, "stories": 1.0, "stories2": 1.0, "stories3": 1.0}  # half for links drawn as on the press
TIE = 0.01  # in F1, as noise goes: of thresholds as good as that, the highest, since a wrong match costs a desk more


@dataclass(frozen=True, slots=True)
class Block:
    """All pairs of two documents: the first regression's logits, the readers' and the labels, each of shape (a, b).

    `inside` is what the readers say of the pairs of each document's own paragraphs, (a, a) and (b, b); None where one
    side is a text by itself.
    """

    story: str
    group: str
    same_story: bool
    apart: float
    logits: Numbers
    readings: Numbers
    inside: tuple[Numbers, Numbers] | None
    labels: Labels

    @property
    def weight(self) -> float:
        """Of each of its pairs."""
        return SEEDS_WEIGHT if self.group == FOLDERS[0].name else 1.0


def collect() -> tuple[list[Block], list[Block]]:
    """Return the blocks of documents, and those of the English paragraphs by themselves, as in a search."""
    everything = read_tellings()
    hidden = held_out(everything)
    chosen = (telling for telling in everything if telling.event in hidden and telling.group in VOTES)
    tellings = {telling.id: telling for telling in chosen}
    documents: dict[str, list[Telling]] = defaultdict(list)
    for telling in tellings.values():
        documents[telling.document].append(telling)
    with tempfile.TemporaryDirectory() as place:
        lines = Path(place) / "documents.jsonl"
        lines.write_text("\n".join(json.dumps(_record(id, own)) for id, own in documents.items()), "utf-8")
        with Corpus(Path(place) / "corpus", encoder=load_encoder(), create=True) as corpus:
            list(corpus.add(read_documents([lines], served=("en", "fr"))))
            known = pool(corpus, corpus.store.keys().tolist())
    stories = {id: (own[0].event, own[0].group) for id, own in documents.items()}
    pairs = list(_document_pairs(known, stories))
    alone = {
        key: replace(side, document=side.vector, day=None) if known.paragraphs[key].lang.startswith("en") else side
        for key, side in known.sides.items()
    }
    readers = shipped_readers()
    documents_of, texts_of = (
        partial(_block, scorer, some, known, tellings=tellings, stories=stories)
        for scorer, some in ((TOKEN_SCORERS.documents, readers), (TOKEN_SCORERS.texts, readers.first()))
    )
    inside = {tuple(keys): _inside(readers, [known.sides[key] for key in keys]) for keys in known.groups.values()}
    lines_of = [([row], columns) for rows, columns in pairs for row in rows]
    return (
        [documents_of(known.sides, *pair, inside=(inside[tuple(pair[0])], inside[tuple(pair[1])])) for pair in pairs],
        [texts_of(alone, *line, inside=None) for line in lines_of],
    )


def _inside(readers: Readers, sides: Sequence[Side]) -> Numbers:
    inside = Inside(readers, [side.tokens for side in sides])
    return np.stack([inside.line(number) for number in range(len(sides))])


def _record(id: str, own: Sequence[Telling]) -> dict[str, object]:
    paragraphs = [telling.text for telling in own]
    return {"id": id, "lang": own[0].lang, "published": own[0].published, "paragraphs": paragraphs}


def _document_pairs(
    known: Pool, stories: Mapping[str, tuple[str, str]]
) -> Iterator[tuple[Sequence[int], Sequence[int]]]:
    """Yield the document pairs of each story, and of each story with those that are nearest to it."""
    groups: dict[str, list[tuple[str, Sequence[int]]]] = defaultdict(list)
    for (id, language), keys in known.groups.items():
        groups[stories[id][0]].append((language, keys))
    means = {
        event: np.mean([known.sides[keys[0]].document for _, keys in own], axis=0) for event, own in groups.items()
    }
    for event in sorted(means):
        others = sorted((other for other in means if other != event), key=lambda o: -float(means[event] @ means[o]))
        for partner in (event, *others[:NEAREST_STORIES]):
            for source, rows in groups[event]:
                for target, columns in groups[partner]:
                    if (source, target) == ("en", "fr"):
                        yield rows, columns


def _block(
    scorer: Scorer,
    readers: Readers,
    known: Pool,
    sides: Mapping[int, Side],
    rows: Sequence[int],
    columns: Sequence[int],
    *,
    inside: tuple[Numbers, Numbers] | None,
    tellings: Mapping[str, Telling],
    stories: Mapping[str, tuple[str, str]],
) -> Block:
    sources, targets = ([sides[key] for key in keys] for keys in (rows, columns))
    logits = np.array([scorer.logits(features(source, targets)) for source in sources])
    read = readings(readers, sources, targets, logits)
    first, second = ([tellings[known.paragraphs[key].id] for key in keys] for keys in (rows, columns))
    (event, group), (partner, _) = stories[first[0].document], stories[second[0].document]
    labels = [[label(one, other) if event == partner else 0 for other in second] for one in first]
    apart = days_apart(sides[rows[0]].day, targets[0].day) or 0.0
    return Block(event, group, event == partner, apart, logits, read, inside, np.array(labels, np.int8))


def _first(blocks: Sequence[Block]) -> Numbers:
    """Return weights of the first regression's logit and of the reading, and the intercept, of pairs that are read."""
    values = np.concatenate([np.stack([b.logits, b.readings], -1).reshape(-1, 2) for b in blocks])
    labels = np.concatenate([block.labels.ravel() for block in blocks])
    weights = np.concatenate([np.full(block.labels.size, block.weight) for block in blocks])
    read = values[:, 0] >= READ_LOGIT
    return fit(values[read], labels[read], weights[read])


def _joined(weights: Numbers, block: Block) -> Numbers:
    return np.asarray(weights[0] * block.logits + weights[1] * block.readings + weights[2], np.float64)


def _beside(said: Numbers, inside: tuple[Numbers, Numbers] | None) -> Numbers:
    """Return what the second regression sees of each pair, shape (a, b, features): CONTEXT, and the best chain."""
    found = context(said)
    if inside is None:
        return found
    rows, columns = (matrix.__getitem__ for matrix in inside)
    return np.concatenate([found, retold(said, rows, columns)[..., None]], axis=-1)


def _second(blocks: Sequence[Block], said: Sequence[Numbers]) -> tuple[Numbers, Numbers]:
    """Return the regression over what stands beside a pair, and the one of pairs alone."""
    rng = np.random.default_rng(0)
    rows, alone, labels, weights = [], [], [], []
    for block, matrix in zip(blocks, said, strict=True):
        for draw in range(1 + CUTS * block.same_story):
            a, b = (cut(size, rng) if draw else slice(None) for size in matrix.shape)
            part, own = matrix[a, b], block.labels[a, b]
            if part.size > 1:
                inside = block.inside and (block.inside[0][a][:, a], block.inside[1][b][:, b])
                rows.append(_beside(part, inside).reshape(part.size, -1))
                alone.append(part.reshape(-1, 1))
                labels.append(own.ravel())
                weights.append(np.full(own.size, block.weight))
    label_, weight = np.concatenate(labels), np.concatenate(weights)
    return fit(np.concatenate(rows), label_, weight), fit(np.concatenate(alone), label_, weight)


def fit_and_report(name: str, blocks: Sequence[Block], unread: Scorer, *, dated: bool) -> Scorer:
    """Return the scorer fitted on everything; print what it says of each story when fitted on the others."""
    folds = {story: number % FOLDS for number, story in enumerate(sorted({block.story for block in blocks}))}
    raised: dict[int, Numbers] = {}
    for fold in range(FOLDS):
        shown = [block for block in blocks if folds[block.story] != fold]
        first = _first(shown)
        second, lone = _second(shown, [_joined(first, block) for block in shown])
        for number, block in enumerate(blocks):
            if folds[block.story] == fold:
                matrix = _joined(first, block)
                if matrix.size > 1:
                    raised[number] = (_beside(matrix, block.inside) @ second[:-1] + second[-1]).ravel()
                else:
                    raised[number] = (matrix * lone[0] + lone[1]).ravel()
    values = np.concatenate([raised[number] for number in range(len(blocks))])
    labels = np.concatenate([block.labels.ravel() for block in blocks])
    group = np.concatenate([np.full(block.labels.size, block.group) for block in blocks])
    apart = np.concatenate([np.full(block.labels.size, block.apart) for block in blocks])
    sure = labels >= 0
    values, labels, group, apart = values[sure], labels[sure], group[sure], apart[sure]
    groups = {called: group == called for called in VOTES}
    weights = np.where(groups[FOLDERS[0].name], SEEDS_WEIGHT, 1.0)
    slope, shift = fit(values[:, None], labels, weights)
    values = values * slope + shift
    days = of_dates(values, labels, weights, apart) if dated else np.zeros(2)
    chances = 1 / (1 + np.exp(-(values + ((1 - apart) * days[0] + apart * days[1]) * dated)))
    limit = best_threshold(chances, labels, groups, VOTES, TIE)
    print(f"{name}: threshold {limit}; dates add {days[0]:.2f} (near) to {days[1]:.2f} (far)")
    for title, said in (
        (("dated", chances), ("undated", 1 / (1 + np.exp(-values - days[0])))) if dated else (("", chances),)
    ):
        report(title, said, labels, groups, limit)
    first = _first(blocks)
    second, _ = _second(blocks, [_joined(first, block) for block in blocks])
    own, read, intercept = (round(float(number), 4) for number in first)
    *beside, last = (round(float(number), 4) for number in second * slope)
    near, far = (round(float(number), 4) for number in days)
    return replace(
        unread,
        reading=(own, read, intercept),
        context=tuple(beside[: len(CONTEXT)]),
        context_intercept=round(last + float(shift), 4),
        retold=beside[len(CONTEXT)] if len(beside) > len(CONTEXT) else 0.0,
        days=(near, far),
        undated=near,  # a collection without dates is of one time as a rule
        threshold=limit,
    )


def main() -> None:
    """Fit, print what held-out stories say, and write that part of the file."""
    documents, texts = collect()
    print(f"{len({block.story for block in documents})} stories, {FOLDERS[0].name} among them")
    fitted = {
        "documents": fit_and_report("documents", documents, TOKEN_SCORERS.documents, dated=True),
        "texts": fit_and_report("texts", texts, TOKEN_SCORERS.texts, dated=False),
    }
    record = json.loads(TARGET.read_text("utf-8"))
    record["read"] = {name: scorer.to_record() for name, scorer in fitted.items()}
    TARGET.write_text(json.dumps(record, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
