"""Fit what joins the reader's word to the other numbers of a pair: the part "read" of aligner/scorer.json.

    python training/readings.py

Run after training/interpolate.py, centres.py and scorer.py, on the stories that the reader was not shown. What to make
of the numbers is learned from all of them; what probability comes out, and what dates add, is laid over seeds/ alone:
there links are drawn as strictly as on the press, and no writer avoided another one's words. Pairs by themselves, which
have no documents beside them, have a line of their own, laid over what FAISS proposes for seeds/.
Every figure that it prints is of stories held out from both regressions, in folds; the line, the dates and the
threshold (five numbers) are fitted on what it prints. Seeded.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from marked import FOLDERS
from read_blocks import Block, Lone, Others, collect
from reporting import Labels, report
from reporting import threshold as best_threshold
from scorer import TARGET, cut, fit, of_dates

from aligner.arrays import Numbers
from aligner.readings import READ_LOGIT
from aligner.retold import retold
from aligner.scoring import CONTEXT, TOKEN_SCORERS, Scorer, context

FOLDS = 6
STRENGTH = 0.005  # scikit-learn's C: of .001 to 10, probabilities of seeds/ held out lose least about here
CUTS = 2  # draws of documents cut to a few paragraphs, as scraped ones are
VOTES = {"seeds": 3.0, "stories": 1.0, "stories2": 1.0, "stories3": 1.0}  # half for links drawn as on the press
TIE = 0.02  # in F1: of thresholds as good as that, the highest, since a wrong match costs a desk more


def _first(blocks: Sequence[Block]) -> Numbers:
    """Return weights of the first regression's logit and of the reading, and the intercept, of pairs that are read."""
    values = np.concatenate([np.stack([b.logits, b.readings], -1).reshape(-1, 2) for b in blocks])
    labels = np.concatenate([block.labels.ravel() for block in blocks])
    weights = np.concatenate([np.full(block.labels.size, block.weight) for block in blocks])
    read = values[:, 0] >= READ_LOGIT
    return fit(values[read], labels[read], weights[read], strength=STRENGTH)


def _joined(weights: Numbers, block: Block) -> Numbers:
    return np.asarray(weights[0] * block.logits + weights[1] * block.readings + weights[2], np.float64)


def _beside(said: Numbers, others: Others | None) -> Numbers:
    """Return what the second regression sees of each pair, shape (a, b, features): CONTEXT, and the best chain."""
    found = context(said)
    if others is None:
        return found
    links = np.maximum(said, others.through)
    chains = retold(links, others.rows.__getitem__, others.columns.__getitem__)
    return np.concatenate([found, chains[..., None]], axis=-1)


def _second(blocks: Sequence[Block], said: Sequence[Numbers]) -> Numbers:
    """Return the regression over what stands beside a pair."""
    rng = np.random.default_rng(0)
    rows, labels, weights = [], [], []
    for block, matrix in zip(blocks, said, strict=True):
        for draw in range(1 + CUTS * block.same_story):
            a, b = (cut(size, rng) if draw else slice(None) for size in matrix.shape)
            part, own = matrix[a, b], block.labels[a, b]
            if part.size > 1:
                others = block.others and block.others.cut(a, b)
                rows.append(_beside(part, others).reshape(part.size, -1))
                labels.append(own.ravel())
                weights.append(np.full(own.size, block.weight))
    return fit(np.concatenate(rows), np.concatenate(labels), np.concatenate(weights), strength=STRENGTH)


def _held_out(blocks: Sequence[Block]) -> Numbers:
    """Return what both regressions say of the pairs of all blocks, one after the other, fitted on the other folds."""
    folds = {story: number % FOLDS for number, story in enumerate(sorted({block.story for block in blocks}))}
    said: dict[int, Numbers] = {}
    for fold in range(FOLDS):
        shown = [block for block in blocks if folds[block.story] != fold]
        first = _first(shown)
        second = _second(shown, [_joined(first, block) for block in shown])
        for number, block in enumerate(blocks):
            if folds[block.story] == fold:
                said[number] = (_beside(_joined(first, block), block.others) @ second[:-1] + second[-1]).ravel()
    return np.concatenate([said[number] for number in range(len(blocks))])


def _line(values: Numbers, labels: Labels) -> tuple[float, float]:
    """Return slope and intercept of the logits of links over these values, shape (n,): Platt (1999), without a penalty.

    One makes the line flatter: likely pairs are underrated, unlikely ones overrated.
    """
    slope, shift = fit(values[:, None], labels, strength=np.inf)
    return float(slope), float(shift)


def fit_and_report(name: str, blocks: Sequence[Block], lone: Lone, unread: Scorer, *, dated: bool) -> Scorer:
    """Return the scorer fitted on everything; print what it says of each story when fitted on the others."""
    labels = np.concatenate([block.labels.ravel() for block in blocks])
    sure = labels >= 0
    group = np.concatenate([np.full(block.labels.size, block.group) for block in blocks])[sure]
    apart = np.concatenate([np.full(block.labels.size, block.apart) for block in blocks])[sure]
    values, labels = _held_out(blocks)[sure], labels[sure]
    strict = group == FOLDERS[0].name
    slope, shift = _line(values[strict], labels[strict])
    alone = _line(unread.logits(lone.features), lone.labels)
    values = values * slope + shift
    every = np.ones(int(strict.sum()))
    days = of_dates(values[strict], labels[strict], every, apart[strict]) if dated else np.zeros(2)
    chances = 1 / (1 + np.exp(-(values + ((1 - apart) * days[0] + apart * days[1]) * dated)))
    groups = {called: group == called for called in VOTES}
    limit = best_threshold(chances, labels, groups, VOTES, TIE)
    print(f"{name}: threshold {limit}; dates add {days[0]:.2f} (near) to {days[1]:.2f} (far)")
    for title, said in (
        (("dated", chances), ("undated", 1 / (1 + np.exp(-values - days[0])))) if dated else (("", chances),)
    ):
        report(title, said, labels, groups, limit)
    first = _first(blocks)
    second = _second(blocks, [_joined(first, block) for block in blocks])
    *beside, last = _rounded(second * slope)
    near, far = _rounded(days)
    own, read, intercept = _rounded(first)
    return replace(
        unread,
        reading=(own, read, intercept),
        context=tuple(beside[: len(CONTEXT)]),
        context_intercept=round(last + shift, 4),
        retold=beside[len(CONTEXT)] if len(beside) > len(CONTEXT) else 0.0,
        alone=(round(alone[0], 4), round(alone[1], 4)),
        days=(near, far),
        undated=near,  # a collection without dates is of one time as a rule
        threshold=limit,
    )


def _rounded(numbers: Numbers) -> list[float]:
    return [round(float(number), 4) for number in numbers]


def main() -> None:
    """Fit, print what held-out stories say, and write that part of the file."""
    documents, texts, lone = collect()
    print(f"{len({block.story for block in documents})} stories, {FOLDERS[0].name} among them")
    fitted = {
        "documents": fit_and_report("documents", documents, lone, TOKEN_SCORERS.documents, dated=True),
        "texts": fit_and_report("texts", texts, lone, TOKEN_SCORERS.texts, dated=False),
    }
    record = json.loads(TARGET.read_text("utf-8"))
    record["read"] = {name: scorer.to_record() for name, scorer in fitted.items()}
    TARGET.write_text(json.dumps(record, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
