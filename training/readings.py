"""Fit what joins the reader's word to the other numbers of a pair: the part "read" of aligner/scorer.json.

    python training/readings.py

Run after training/scorer.py and training/reader.py, on the stories that the reader was not shown. Every figure that it
prints is of stories held out from this fit too, in folds. Seeded.
"""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from marked import FOLDERS, MARKED, Telling, held_out, label, read_tellings
from scorer import SEEDS_WEIGHT, TARGET, Labels, Numbers, cut, fit, of_dates, report
from scorer import threshold as best_threshold

from aligner.candidates import READ_LOGIT, Pool, pool, readings
from aligner.clues import days_apart
from aligner.corpus import Corpus
from aligner.encoders import load_encoder
from aligner.features import Side, features
from aligner.readers import read_documents
from aligner.scoring import CONTEXT, TOKEN_SCORERS, Scorer, context

FOLDS = 6
CUTS = 2  # draws of documents cut to a few paragraphs, as scraped ones are
NEAREST_STORIES = 2  # other stories whose pairs are shown as wrong
VOTES = {"seeds": 3.0, "stories": 1.0, "stories2": 1.0, "stories3": 1.0}  # half for links drawn as on the press
TIE = 0.005  # in F1, as noise goes: of thresholds as good as that, the highest, since a wrong match costs a desk more


@dataclass(frozen=True, slots=True)
class Block:
    """All pairs of two documents: the first regression's logits, the reader's and the labels, each of shape (a, b)."""

    story: str
    group: str
    same_story: bool
    apart: float
    logits: Numbers
    readings: Numbers
    labels: Labels

    @property
    def weight(self) -> float:
        """Of each of its pairs."""
        return SEEDS_WEIGHT if self.group == FOLDERS[0].name else 1.0


def collect() -> tuple[list[Block], list[Block]]:
    """Return the blocks of documents, and those of the English paragraphs by themselves, as in a search."""
    everything = read_tellings()
    hidden = held_out(everything)
    tellings = {telling.id: telling for telling in everything if telling.event in hidden}
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
    whole = [_block(TOKEN_SCORERS.documents, known, known.sides, tellings, stories, *pair) for pair in pairs]
    lines_of = [([row], columns) for rows, columns in pairs for row in rows]
    return whole, [_block(TOKEN_SCORERS.texts, known, alone, tellings, stories, *pair) for pair in lines_of]


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
    known: Pool,
    sides: Mapping[int, Side],
    tellings: Mapping[str, Telling],
    stories: Mapping[str, tuple[str, str]],
    rows: Sequence[int],
    columns: Sequence[int],
) -> Block:
    sources, targets = ([sides[key] for key in keys] for keys in (rows, columns))
    logits = np.array([scorer.logits(features(source, targets)) for source in sources])
    read = readings(sources, targets, logits)
    first, second = ([tellings[known.paragraphs[key].id] for key in keys] for keys in (rows, columns))
    (event, group), (partner, _) = stories[first[0].document], stories[second[0].document]
    labels = [[label(one, other) if event == partner else 0 for other in second] for one in first]
    apart = days_apart(sides[rows[0]].day, targets[0].day) or 0.0
    return Block(event, group, event == partner, apart, logits, read, np.array(labels, np.int8))


def _first(blocks: Sequence[Block]) -> Numbers:
    """Return weights of the first regression's logit and of the reading, and the intercept, of pairs that are read."""
    values = np.concatenate([np.stack([b.logits, b.readings], -1).reshape(-1, 2) for b in blocks])
    labels = np.concatenate([block.labels.ravel() for block in blocks])
    weights = np.concatenate([np.full(block.labels.size, block.weight) for block in blocks])
    read = values[:, 0] >= READ_LOGIT
    return fit(values[read], labels[read], weights[read])


def _joined(weights: Numbers, block: Block) -> Numbers:
    return np.asarray(weights[0] * block.logits + weights[1] * block.readings + weights[2], np.float64)


def _second(blocks: Sequence[Block], said: Sequence[Numbers]) -> tuple[Numbers, Numbers]:
    """Return the regression over CONTEXT, and the one of pairs alone."""
    rng = np.random.default_rng(0)
    rows, alone, labels, weights = [], [], [], []
    for block, matrix in zip(blocks, said, strict=True):
        for draw in range(1 + CUTS * block.same_story):
            a, b = (cut(size, rng) if draw else slice(None) for size in matrix.shape)
            part, own = matrix[a, b], block.labels[a, b]
            if part.size > 1:
                rows.append(context(part).reshape(-1, len(CONTEXT)))
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
                several = context(matrix) @ second[:-1] + second[-1] if matrix.size > 1 else matrix * lone[0] + lone[1]
                raised[number] = several.ravel()
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
    beside = [round(float(number), 4) for number in second * slope + [*[0.0] * len(CONTEXT), shift]]
    near, far = (round(float(number), 4) for number in days)
    return replace(
        unread,
        reading=(own, read, intercept),
        context=tuple(beside[:-1]),
        context_intercept=beside[-1],
        days=(near, far),
        undated=near,  # a collection without dates is of one time as a rule
        threshold=limit,
    )


def main() -> None:
    """Fit, print what held-out stories say, and write that part of the file."""
    documents, texts = collect()
    print(f"{len({block.story for block in documents})} stories, {MARKED.parent.name} among them")
    fitted = {
        "documents": fit_and_report("documents", documents, TOKEN_SCORERS.documents, dated=True),
        "texts": fit_and_report("texts", texts, TOKEN_SCORERS.texts, dated=False),
    }
    record = json.loads(TARGET.read_text("utf-8"))
    record["read"] = {name: scorer.to_record() for name, scorer in fitted.items()}
    TARGET.write_text(json.dumps(record, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
