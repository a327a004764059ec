"""Make aligner/scorer.json: the two logistic regressions that say how probable a match is.

    python training/scorer.py [PART ...]

A part is "tokens", for what the default encoder finds, or "plain" or "strict", for encoders without tokens: these are
fitted with plain.py's, which stands for them.

Fitted on our own invented stories alone: the first regression on seeds/, the second on seeds/ and training/stories/;
the probability, what dates add and the threshold on these and training/stories2/; for the part "strict" probability and
dates on seeds/ alone. Every figure it prints is of stories held out from the second one. Seeded.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from document_pairs import document_pairs
from plain import plain_encoder
from reporting import Labels, report, threshold

from aligner.arrays import Numbers
from aligner.candidates import candidates, pool
from aligner.clues import days_apart
from aligner.corpus import Corpus
from aligner.encoders import load_encoder
from aligner.features import FEATURES, Features, features
from aligner.gold import read_links
from aligner.pairs import pair_features
from aligner.readers import read_documents
from aligner.scoring import CONTEXT, Cosines, Scorer, context
from aligner.vectors import Encoder

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "seeds"
FOLDERS = (SEEDS, ROOT / "training" / "stories", ROOT / "training" / "stories2")
CONTEXT_GROUPS = ("seeds", "stories")  # with stories2 as well, nothing was gained
TARGET = ROOT / "aligner" / "scorer.json"
STRENGTH = 0.1  # scikit-learn's C on standardised features: few weights, kept small
SEEDS_WEIGHT = 3.0  # of a pair of seeds/, whose stories are a quarter as many and annotated as the press would be
CUTS = 3  # draws of documents cut to a few paragraphs, as scraped ones are
CUT_PARAGRAPHS = (2, 9)
RIDGE = 1.0  # on what dates add
VOTES = {"seeds": 2.0, "stories": 1.0, "stories2": 1.0}  # of a group's F1 in the choice of the threshold
TIE = 0.003  # in F1: of thresholds as good as that, the highest is taken, since a wrong match costs a desk more


@dataclass(frozen=True, slots=True)
class Block:
    """All pairs of two documents: their features, shape (a, b, len(FEATURES)), and labels, shape (a, b)."""

    story: str
    group: str
    same_story: bool
    apart: float  # days, as days_apart() puts them
    features: Features
    labels: Labels


@dataclass(frozen=True, slots=True)
class Sample:
    """What is fitted on: candidate pairs of seeds/, document pairs of all stories, cosines of unrelated paragraphs."""

    pairs: Features
    labels: Labels
    stories: npt.NDArray[np.str_]
    blocks: Sequence[Block]
    cosines: Cosines


def collect(encoder: Encoder) -> tuple[Sample, Sample]:
    """Encode all our stories and compare them: paragraphs of documents, and English texts by themselves."""
    sure: set[tuple[str, str]] = set()
    doubtful: set[tuple[str, str]] = set()
    events: dict[str, str] = {}
    group: dict[str, str] = {}
    for folder in FOLDERS:
        links = read_links(folder / "links.tsv")
        sure |= links.sure
        doubtful |= links.doubtful
        records = map(json.loads, (folder / "documents.jsonl").read_text("utf-8").splitlines())
        told = {record["id"]: record["event"] for record in records}
        events |= told
        group |= dict.fromkeys(told.values(), folder.name)
    paths = [folder / "documents.jsonl" for folder in FOLDERS]
    with tempfile.TemporaryDirectory() as place, Corpus(Path(place), encoder=encoder, create=True) as corpus:
        list(corpus.add(read_documents(paths, served=("en", "fr"))))
        known = pool(corpus, corpus.store.keys().tolist())
        found = candidates(corpus, "en", "fr")
        cosines = corpus.unrelated_cosines()
        if cosines is None:
            raise ValueError("too few stories to say what unrelated paragraphs have in common")

    def label(source: int, target: int) -> int:
        pair = known.paragraphs[source].id, known.paragraphs[target].id
        return -1 if pair in doubtful else int(pair in sure)

    own = [c for c in found if group[events[known.paragraphs[c.source].document]] == SEEDS.name]
    documents = [
        (first[0], second[0], known.groups[first], known.groups[second])
        for first, second in document_pairs(known, events)
    ]
    texts = [(first, second, [row], columns) for first, second, rows, columns in documents for row in rows]
    alone = {
        key: replace(side, document=side.vector, day=None) if known.paragraphs[key].lang.startswith("en") else side
        for key, side in known.sides.items()
    }
    samples = []
    for sides, pairs in ((known.sides, documents), (alone, texts)):
        blocks = [
            Block(
                events[first],
                group[events[first]],
                events[first] == events[second],
                days_apart(sides[rows[0]].day, sides[columns[0]].day) or 0.0,
                np.array([features(sides[a], [sides[b] for b in columns]) for a in rows]),
                np.array([[label(a, b) for b in columns] for a in rows], np.int8),
            )
            for first, second, rows, columns in pairs
        ]
        labels = np.array([label(c.source, c.target) for c in own], np.int8)
        stories = np.array([events[known.paragraphs[c.source].document] for c in own])
        samples.append(Sample(pair_features(own, sides), labels, stories, blocks, cosines))
    return samples[0], samples[1]


def fit(values: Features, labels: Labels, weights: Numbers | None = None, *, strength: float = STRENGTH) -> Numbers:
    """Return coefficients, and the intercept last, of values as they are; doubtful rows are left out."""
    from sklearn.linear_model import LogisticRegression

    sure = labels >= 0
    spread = values[sure].std(axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    model = LogisticRegression(C=strength, max_iter=5000)
    model.fit(values[sure] / scale, labels[sure], None if weights is None else weights[sure])
    return np.append(np.where(spread > 0, model.coef_[0] / scale, 0.0), model.intercept_[0])


def logits(sample: Sample, mask: Numbers) -> tuple[Numbers, list[Numbers]]:
    """Return the first regression, and what it says of each block; a seed story's blocks are held out from it."""
    values = sample.pairs * mask
    everything = fit(values, sample.labels)
    by_story = {s: fit(values[sample.stories != s], sample.labels[sample.stories != s]) for s in set(sample.stories)}
    found = []
    for block in sample.blocks:
        weights = by_story.get(block.story, everything)
        found.append(block.features * mask @ weights[:-1] + weights[-1])
    return everything, found


def second_stage(sample: Sample, said: Sequence[Numbers], leave: str | None) -> tuple[Numbers, Numbers]:
    """Return the regression over CONTEXT, and the one of pairs alone, fitted without one story."""
    rng = np.random.default_rng(0)
    rows, alone, labels, weights = [], [], [], []
    for block, matrix in zip(sample.blocks, said, strict=True):
        for draw in range(1 + CUTS * block.same_story):
            a, b = (cut(size, rng) if draw else slice(None) for size in matrix.shape)
            part, own = matrix[a, b], block.labels[a, b]
            if block.group in CONTEXT_GROUPS and block.story != leave and part.size > 1:
                rows.append(context(part).reshape(-1, len(CONTEXT)))
                alone.append(part.reshape(-1, 1))
                labels.append(own.ravel())
                weights.append(np.full(own.size, SEEDS_WEIGHT if block.group == SEEDS.name else 1.0))
    label, weight = np.concatenate(labels), np.concatenate(weights)
    return fit(np.concatenate(rows), label, weight), fit(np.concatenate(alone), label, weight)


def cut(size: int, rng: np.random.Generator) -> slice:
    length = min(size, int(rng.integers(*CUT_PARAGRAPHS)))
    start = int(rng.integers(0, size - length + 1))
    return slice(start, start + length)


def of_dates(values: Numbers, labels: Labels, weights: Numbers, apart: Numbers) -> Numbers:
    """Return what near dates and far ones add to these logits, fitted on top of them by Newton's method."""
    inputs = np.stack([1 - apart, apart], axis=1)
    added = np.zeros(2)
    for _ in range(50):
        chances = 1 / (1 + np.exp(-(values + inputs @ added)))
        slope = inputs.T @ (weights * (labels - chances)) - RIDGE * added
        curve = (inputs * (weights * chances * (1 - chances))[:, None]).T @ inputs + RIDGE * np.eye(2)
        added += np.clip(np.linalg.solve(curve, slope), -1, 1)
    return added


def fit_and_report(name: str, sample: Sample, mask: Numbers, laid: Mapping[str, float]) -> Scorer:
    """Return the scorer fitted on everything; print what it says of each story when fitted on the others.

    `laid` are the groups over whose pairs the probabilities are laid, and what a pair of each counts.
    """
    first, said = logits(sample, mask)
    stories = {block.story for block in sample.blocks if block.group in CONTEXT_GROUPS}
    everything, alone = second_stage(sample, said, None)
    held_out = {story: second_stage(sample, said, story)[0] for story in stories}
    second = [held_out.get(block.story, everything) for block in sample.blocks]
    raised = [context(matrix) @ own[:-1] + own[-1] for own, matrix in zip(second, said, strict=True)]
    values = np.concatenate([matrix.ravel() for matrix in raised])
    labels = np.concatenate([block.labels.ravel() for block in sample.blocks])
    group = np.concatenate([np.full(block.labels.size, block.group) for block in sample.blocks])
    apart = np.concatenate([np.full(block.labels.size, block.apart) for block in sample.blocks])
    sure = labels >= 0
    values, labels, group, apart = values[sure], labels[sure], group[sure], apart[sure]
    groups = {folder.name: group == folder.name for folder in FOLDERS}
    weights = np.array([laid.get(called, 0.0) for called in group])
    used = weights > 0
    slope, shift = fit(values[used, None], labels[used], weights[used])
    values = values * slope + shift
    days = np.zeros(2)
    if "documents" in name:
        days = of_dates(values[used], labels[used], weights[used], apart[used])
    dated = 1 / (1 + np.exp(-(values + (1 - apart) * days[0] + apart * days[1])))
    undated = 1 / (1 + np.exp(-values))
    limit = threshold(dated, labels, groups, VOTES, TIE)
    print(f"{name}: threshold {limit}; dates add {days[0]:.2f} (near) to {days[1]:.2f} (far)")
    for title, chances in (("dated", dated), ("undated", undated)) if days.any() else (("undated", undated),):
        report(title, chances, labels, groups, limit)
    pair, beside, lone = (
        tuple(round(float(number), 4) for number in numbers)
        for numbers in (first, everything * slope + [*[0.0] * len(CONTEXT), shift], alone * slope + [0.0, shift])
    )
    near, far = (round(float(number), 4) for number in days)
    return Scorer(pair[:-1], pair[-1], None, beside[:-1], beside[-1], 0.0, (lone[0], lone[1]), (near, far), 0.0, limit)


def main() -> None:
    """Fit, print what held-out stories say, and write the file; other parts than those asked for stay as they are."""
    without = np.array([name not in {"best", "run"} for name in FEATURES], np.float64)
    everywhere = {folder.name: SEEDS_WEIGHT if folder == SEEDS else 1.0 for folder in FOLDERS}
    strictly = {SEEDS.name: 1.0}  # as what is read: its links were drawn as on the press
    parts = {
        "tokens": (load_encoder, np.ones(len(FEATURES)), everywhere),
        "plain": (plain_encoder, without, everywhere),
        "strict": (plain_encoder, without, strictly),
    }
    record = json.loads(TARGET.read_text("utf-8"))  # its part "read" is training/readings.py's
    found = cache(lambda load: dict(zip(("documents", "texts"), collect(load()), strict=True)))
    for kind in sys.argv[1:] or parts:
        load, mask, laid = parts[kind]
        samples = found(load)
        if load is plain_encoder:
            record["cosines"] = asdict(samples["documents"].cosines)
        fitted = {name: fit_and_report(f"{kind}, {name}", sample, mask, laid) for name, sample in samples.items()}
        record[kind] = {name: scorer.to_record() for name, scorer in fitted.items()}
    TARGET.write_text(json.dumps(record, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
