"""Make aligner/scorer.json: the two logistic regressions that say how probable a match is.

    python training/scorer.py

Fitted on our own invented stories alone: the first regression on seeds/, the second and the probability on seeds/ and
training/stories/. Every figure it prints is of stories held out. Seeded.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from aligner.candidates import Pool, candidates, pair_features, pool
from aligner.corpus import Corpus
from aligner.encoders import load_encoder
from aligner.gold import read_links
from aligner.readers import read_documents
from aligner.scoring import CONTEXT, FEATURES, Cosines, Features, Scorer, context, features

ROOT = Path(__file__).parents[1]
SEEDS, STORIES = ROOT / "seeds", ROOT / "training" / "stories"
TARGET = ROOT / "aligner" / "scorer.json"
STRENGTH = 0.1  # scikit-learn's C on standardised features: few weights, kept small
SEEDS_WEIGHT = 3.0  # of a pair of seeds/, whose stories are a quarter as many and annotated as the press would be
CUTS = 3  # draws of documents cut to a few paragraphs, as scraped ones are
CUT_PARAGRAPHS = (2, 9)
NEAREST_STORIES = 2  # other stories whose pairs are shown as wrong

Numbers = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int8]
"""1 a link, 0 none, -1 doubtful."""


@dataclass(frozen=True, slots=True)
class Block:
    """All pairs of two documents: their features, shape (a, b, len(FEATURES)), and labels, shape (a, b)."""

    story: str
    own_seed: bool
    same_story: bool
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


def collect() -> tuple[Sample, Sample]:
    """Encode all our stories and compare them: paragraphs of documents, and English texts by themselves."""
    sure: set[tuple[str, str]] = set()
    doubtful: set[tuple[str, str]] = set()
    events: dict[str, str] = {}
    for folder in (SEEDS, STORIES):
        links = read_links(folder / "links.tsv")
        sure |= links.sure
        doubtful |= links.doubtful
        records = map(json.loads, (folder / "documents.jsonl").read_text("utf-8").splitlines())
        events |= {record["id"]: record["event"] for record in records}
    paths = [folder / "documents.jsonl" for folder in (SEEDS, STORIES)]
    with tempfile.TemporaryDirectory() as place, Corpus(Path(place), encoder=load_encoder(), create=True) as corpus:
        list(corpus.add(read_documents(paths, served=("en", "fr"))))
        known = pool(corpus, corpus.store.keys().tolist())
        found = candidates(corpus, "en", "fr")
        cosines = corpus.unrelated_cosines()
        if cosines is None:
            raise ValueError("too few stories to say what unrelated paragraphs have in common")

    def label(source: int, target: int) -> int:
        pair = known.paragraphs[source].id, known.paragraphs[target].id
        return -1 if pair in doubtful else int(pair in sure)

    own = [c for c in found if events[known.paragraphs[c.source].document].startswith("s")]
    documents = list(_document_pairs(known, events))
    texts = [(first, second, [row], columns) for first, second, rows, columns in documents for row in rows]
    alone = {
        key: replace(side, document=side.vector) if known.paragraphs[key].lang.startswith("en") else side
        for key, side in known.sides.items()
    }
    samples = []
    for sides, pairs in ((known.sides, documents), (alone, texts)):
        blocks = [
            Block(
                events[first],
                events[first].startswith("s"),
                events[first] == events[second],
                np.array([features(sides[a], [sides[b] for b in columns]) for a in rows]),
                np.array([[label(a, b) for b in columns] for a in rows], np.int8),
            )
            for first, second, rows, columns in pairs
        ]
        labels = np.array([label(c.source, c.target) for c in own], np.int8)
        stories = np.array([events[known.paragraphs[c.source].document] for c in own])
        samples.append(Sample(pair_features(own, sides), labels, stories, blocks, cosines))
    return samples[0], samples[1]


def _document_pairs(known: Pool, events: dict[str, str]) -> Iterator[tuple[str, str, Sequence[int], Sequence[int]]]:
    """Yield the document pairs of each story, and of each story with those that are nearest to it."""
    means = {
        event: np.mean(
            [known.sides[keys[0]].document for (id, _), keys in known.groups.items() if events[id] == event], 0
        )
        for event in sorted(set(events.values()))
    }
    for event, mean in means.items():
        others = sorted((other for other in means if other != event), key=lambda other: -float(mean @ means[other]))
        for partner in (event, *others[:NEAREST_STORIES]):
            for (first, source), rows in known.groups.items():
                for (second, target), columns in known.groups.items():
                    if (source, target, events[first], events[second]) == ("en", "fr", event, partner):
                        yield first, second, rows, columns


def fit(values: Features, labels: Labels, weights: Numbers | None = None) -> Numbers:
    """Return coefficients, and the intercept last, of values as they are; doubtful rows are left out."""
    from sklearn.linear_model import LogisticRegression

    sure = labels >= 0
    spread = values[sure].std(axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    model = LogisticRegression(C=STRENGTH, max_iter=5000)
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
        for cut in range(1 + CUTS * block.same_story):
            a, b = (_cut(size, rng) if cut else slice(None) for size in matrix.shape)
            part, own = matrix[a, b], block.labels[a, b]
            if block.story != leave and part.size > 1:
                rows.append(context(part).reshape(-1, len(CONTEXT)))
                alone.append(part.reshape(-1, 1))
                labels.append(own.ravel())
                weights.append(np.full(own.size, SEEDS_WEIGHT if block.own_seed else 1.0))
    label, weight = np.concatenate(labels), np.concatenate(weights)
    return fit(np.concatenate(rows), label, weight), fit(np.concatenate(alone), label, weight)


def _cut(size: int, rng: np.random.Generator) -> slice:
    length = min(size, int(rng.integers(*CUT_PARAGRAPHS)))
    start = int(rng.integers(0, size - length + 1))
    return slice(start, start + length)


def fit_and_report(name: str, sample: Sample, mask: Numbers) -> Scorer:
    """Return the scorer fitted on everything; print what it says of each story when fitted on the others."""
    first, said = logits(sample, mask)
    held_out = {story: second_stage(sample, said, story)[0] for story in {block.story for block in sample.blocks}}
    raised = [
        context(m) @ held_out[b.story][:-1] + held_out[b.story][-1] for b, m in zip(sample.blocks, said, strict=True)
    ]
    values = np.concatenate([r.ravel() for r in raised])
    labels = np.concatenate([b.labels.ravel() for b in sample.blocks])
    seed = np.concatenate([np.full(b.labels.size, b.own_seed) for b in sample.blocks])
    sure = labels >= 0
    values, labels, seed = values[sure], labels[sure], seed[sure]
    weights = (
        np.where(seed, 1 / labels[seed].sum(), 1 / labels[~seed].sum()) * labels.sum()
    )  # links of both count alike
    slope, shift = fit(values[:, None], labels, weights)
    chances = 1 / (1 + np.exp(-(values * slope + shift)))
    groups = {"seeds": seed, "stories": ~seed}
    best = (0.0, 0.5)
    for threshold in np.arange(0.2, 0.75, 0.02):
        scores = {group: _scores(chances[own] >= threshold, labels[own]) for group, own in groups.items()}
        best = max(best, (float(np.mean([f1 for *_, f1 in scores.values()])), round(float(threshold), 2)))
    print(f"{name}: threshold {best[1]}, the best mean F1 of both groups, {best[0]:.3f}")
    for group, own in groups.items():
        precision, recall, f1 = _scores(chances[own] >= best[1], labels[own])
        order = np.argsort(-chances[own], kind="stable")
        right = labels[own][order]
        average = float((np.cumsum(right) / np.arange(1, len(right) + 1) * right).sum() / right.sum())
        likely = own & (chances > 0.05)
        errors = calibration_error(chances[own], labels[own]), calibration_error(chances[likely], labels[likely])
        print(
            f"  {group}: average precision {average:.3f}, precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}"
        )
        print(f"    expected calibration error {errors[0]:.4f}; among those above 0.05: {errors[1]:.4f}")
    second, alone = second_stage(sample, said, None)
    pair, beside, lone = (
        tuple(round(float(number), 4) for number in numbers)
        for numbers in (first, second * slope + [*[0.0] * len(CONTEXT), shift], alone * slope + [0.0, shift])
    )
    return Scorer(pair[:-1], pair[-1], beside[:-1], beside[-1], (lone[0], lone[1]), best[1])


def _scores(chosen: npt.NDArray[np.bool_], labels: Labels) -> tuple[float, float, float]:
    hits = int(labels[chosen].sum())
    return hits / max(1, int(chosen.sum())), hits / int(labels.sum()), 2 * hits / int(chosen.sum() + labels.sum())


def calibration_error(chances: Numbers, right: Labels, bins: int = 10) -> float:
    """Return the expected calibration error of Naeini et al. (2015) over bins of equal width."""
    places = np.minimum((chances * bins).astype(int), bins - 1)
    found = [places == place for place in range(bins)]
    return sum(abs(float(chances[own].mean() - right[own].mean())) * float(own.mean()) for own in found if own.any())


def main() -> None:
    """Fit, print what held-out stories say, and write the file."""
    samples = dict(zip(("documents", "texts"), collect(), strict=True))
    without = np.array([name not in {"best", "run"} for name in FEATURES], np.float64)
    record: dict[str, object] = {"cosines": asdict(samples["documents"].cosines)}
    for kind, mask in (("tokens", np.ones(len(FEATURES))), ("plain", without)):
        fitted = {name: fit_and_report(f"{kind}, {name}", sample, mask) for name, sample in samples.items()}
        record[kind] = {name: scorer.to_record() for name, scorer in fitted.items()}
    TARGET.write_text(json.dumps(record, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
