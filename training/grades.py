"""Make aligner/grades.json: what tells a near-equivalent from a paragraph that shares a fact only.

    python training/grades.py ../shared/data

Fitted on NTREX and the FLORES development set (both CC BY-SA 4.0), Digital Canada blog posts (MIT) and our own invented
stories. Every figure it prints is of documents and stories held out. Seeded.
"""

from __future__ import annotations

import json
import sys
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from plain import plain_encoder

from aligner.arrays import Numbers
from aligner.conflicts import alterations
from aligner.encoders import load_encoder
from aligner.equivalents import composites
from aligner.evidence import Evidence, compare
from aligner.features import Side
from aligner.grades import GRADE_FEATURES, Grader, grade_features
from aligner.vectors import Encoder, TokenEncoder

ROOT = Path(__file__).parents[1]
STORIES = (ROOT / "seeds", ROOT / "training" / "stories")
TARGET = ROOT / "aligner" / "grades.json"
PRECISION = 0.97  # among held-out pairs, most of which are made to be hard
FOLDS = 5
STRENGTH = 0.1  # scikit-learn's C on standardised features
RIDGE = 3.0
LINK_WEIGHT = 10.0  # near-equivalent links are few, and what a desk sees
BLOG_PARAGRAPHS = 8  # of a post
BLOG_CHARS = 60
FLORES_STEP = 3  # every third sentence
ALTERED = 350
TELLING = frozenset({"translation", "blog", "link 3"})
MEASURED_ONLY = frozenset({"negated", "altered number", "altered date", "altered name"})  # words alike, facts not


@dataclass(frozen=True, slots=True)
class Example:
    """Two texts, how they came about, and the document or story that is held out with them."""

    kind: str
    group: str
    source: str
    target: str


def examples(data: Path) -> Iterator[Example]:
    """Yield all pairs."""
    rng = np.random.default_rng(0)
    rows = _rows(data / "parallel" / "ntrex_en_fr.jsonl")
    for number, doc in enumerate(dict.fromkeys(row["doc"] for row in rows)):
        own = [row for row in rows if row["doc"] == doc]
        french = ("fr", "fr_ca")[number % 2]  # two independent translations
        for made in composites([row["en"] for row in own], [row[french] for row in own], seed=number):
            yield Example(made.kind, f"ntrex {doc}", made.source, made.target)
    texts = [[row[lang] for row in rows] for lang in ("en", "fr")]
    altered = list(alterations(texts[0], texts[1], languages=("en", "fr")))
    for place in rng.choice(len(altered), ALTERED, replace=False):
        row, side, change = altered[place]
        both = [texts[0][row], texts[1][row]]
        both[side] = change.text
        yield Example(f"altered {change.kind}", f"ntrex {rows[row]['doc']}", *both)
    for row in _rows(data / "parallel" / "flores_dev_en_fr.jsonl")[::FLORES_STEP]:
        yield Example("translation", f"flores {row['doc']}", row["en"], row["fr"])
    for row in _rows(data / "parallel" / "digital_canada_docs.jsonl"):
        sides = [row[lang]["paragraphs"] for lang in ("en", "fr")]
        long = [place for place, text in enumerate(sides[0]) if len(text) >= BLOG_CHARS]
        if len(sides[0]) == len(sides[1]):  # else which paragraphs belong together is not certain
            for place in rng.choice(long, min(len(long), BLOG_PARAGRAPHS), replace=False):
                yield Example("blog", f"blog {row['id']}", sides[0][place], sides[1][place])
    for folder in STORIES:
        paragraphs = {
            f"{row['id']}#{place}": text
            for row in _rows(folder / "documents.jsonl")
            for place, text in enumerate(row["paragraphs"])
        }
        header, *lines = (folder / "links.tsv").read_text("utf-8").splitlines()
        for line in lines:
            link = dict(zip(header.split("\t"), line.split("\t"), strict=True))
            if link["agreement"] == "both":
                yield Example(f"link {link['grade']}", link["event"], paragraphs[link["en"]], paragraphs[link["fr"]])


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@dataclass(frozen=True, slots=True)
class Sample:
    """All pairs with what is asked of them."""

    pairs: Sequence[Example]
    sides: Mapping[str, Side]
    evidence: Sequence[Evidence]

    @property
    def kinds(self) -> npt.NDArray[np.str_]:
        return np.array([pair.kind for pair in self.pairs])

    @property
    def folds(self) -> npt.NDArray[np.int64]:
        return np.array([zlib.crc32(pair.group.encode()) % FOLDS for pair in self.pairs])

    def features(self, told: Numbers) -> Numbers:
        """Return the features of all pairs, shape (n, len(GRADE_FEATURES))."""
        rows = [
            grade_features(
                self.sides[pair.source],
                self.sides[pair.target],
                found,
                lengths=(len(pair.source), len(pair.target)),
                told=told,
            )
            for pair, found in zip(self.pairs, self.evidence, strict=True)
        ]
        return np.array(rows)


def collect(data: Path, encoder: Encoder) -> Sample:
    """Encode all pairs and compare their evidence."""
    pairs = list(examples(data))
    texts = sorted({text for pair in pairs for text in (pair.source, pair.target)}, key=lambda text: (len(text), text))
    if not isinstance(encoder, TokenEncoder):
        raise TypeError(f"{encoder.name} gives no tokens")
    vectors, tokens = encoder.encode_tokens(texts)
    sides = {t: Side(v, v, own, frozenset()) for t, v, own in zip(texts, vectors, tokens, strict=True)}
    evidence = [compare(p.source, p.target, left_language="en", right_language="fr") for p in pairs]
    return Sample(pairs, sides, evidence)


def told_by_translations(sample: Sample, chosen: npt.NDArray[np.bool_]) -> Numbers:
    """Return the ridge regression of a token's best cosine in the text's translation."""
    inputs, found = [], []
    for pair, use in zip(sample.pairs, chosen, strict=True):
        source, target = sample.sides[pair.source].tokens, sample.sides[pair.target].tokens
        if use and pair.kind in TELLING and source and target:
            cosines = source.floats() @ target.floats().T
            inputs += [source.floats(), target.floats()]
            found += [cosines.max(axis=1), cosines.max(axis=0)]
    x = np.concatenate(inputs).astype(np.float64)
    x = np.hstack([x, np.ones((len(x), 1))])
    weights = np.linalg.solve(x.T @ x + RIDGE * np.eye(x.shape[1]), x.T @ np.concatenate(found))
    return np.asarray(np.round(weights, 4), np.float64)


def fit(sample: Sample, chosen: npt.NDArray[np.bool_], mask: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return what translations tell of each token, and the weights and the intercept of the regression."""
    from sklearn.linear_model import LogisticRegression

    told = told_by_translations(sample, chosen) if mask[0] else np.empty(0)
    values = sample.features(told) * mask
    usable = chosen & ~np.isin(sample.kinds, list(MEASURED_ONLY))
    spread = values[usable].std(axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    model = LogisticRegression(C=STRENGTH, max_iter=5000)
    weight = np.where(sample.kinds == "link 3", LINK_WEIGHT, 1.0)
    model.fit(values[usable] / scale, np.isin(sample.kinds, list(TELLING))[usable], weight[usable])
    return told, np.where(spread > 0, model.coef_[0] / scale, 0.0), model.intercept_


def fit_and_report(name: str, sample: Sample, mask: Numbers) -> Grader:
    """Return the grader fitted on everything; print what those that did not see a pair's document say of it."""
    said = np.zeros(len(sample.pairs))
    for fold in range(FOLDS):
        told, weights, intercept = fit(sample, sample.folds != fold, mask)
        own = sample.folds == fold
        said[own] = (sample.features(told) * mask @ weights + intercept)[own]
    said[[bool(found.conflicting) or found.negates_alone for found in sample.evidence]] = -np.inf
    judged = ~np.isin(sample.kinds, list(MEASURED_ONLY))
    order = np.argsort(-said[judged], kind="stable")
    right = np.isin(sample.kinds, list(TELLING))[judged][order]
    precisions = np.cumsum(right) / np.arange(1, len(right) + 1)
    last = int(np.nonzero(precisions >= PRECISION)[0][-1])
    threshold = round(float(said[judged][order][last]), 2)
    print(f"{name}: near-equivalent from {threshold}; precision {precisions[last]:.3f}")
    for kind, count in sorted(Counter(sample.kinds.tolist()).items()):
        passed = said[sample.kinds == kind] >= threshold
        print(f"  {kind:16}{count:6} of which near-equivalent {passed.sum():5}, {passed.mean():.3f}")
    told, weights, intercept = fit(sample, np.ones(len(said), bool), mask)
    rounded = tuple(round(float(weight), 4) for weight in weights)
    return Grader(rounded, round(float(intercept[0]), 4), threshold, tuple(told.tolist()))


def main(data: Path) -> None:
    """Fit, print what held-out documents say, and write the file."""
    with_tokens = np.array([name != "similarity" for name in GRADE_FEATURES], np.float64)
    without = np.array([name != "gap" for name in GRADE_FEATURES], np.float64)
    parts = (("tokens", load_encoder(), with_tokens), ("plain", plain_encoder(), without))  # for other models
    graders = {name: fit_and_report(name, collect(data, encoder), mask) for name, encoder, mask in parts}
    TARGET.write_text(json.dumps({name: found.to_record() for name, found in graders.items()}, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
