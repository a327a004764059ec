"""Make aligner/stories.json: how probable it is that two documents tell of the same event.

    python training/stories_pairs.py [PART ...] [--corpus DIR]

Fitted on our own invented stories alone (seeds/, training/stories/ and training/stories2/), documents whole and cut
to a few paragraphs; two cuts of one story that share no linked fact are left out, since nobody could tell.
Dates of publication are left out: invented ones would tell stories apart too well. Every figure it prints is of
stories held out. Seeded. `--corpus` names a folder that keeps the encoded stories for the next run. A part is
"tokens" or, for encoders without them and fitted with plain.py's, "plain".
"""

from __future__ import annotations

import argparse
import itertools
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from plain import plain_encoder

from aligner.arrays import Numbers, unit
from aligner.candidates import pool
from aligner.corpus import Corpus
from aligner.encoders import load_encoder
from aligner.evaluation_stories import BCubed, b_cubed
from aligner.features import FEATURES, Features, Side, features
from aligner.gold import read_links
from aligner.readers import read_documents
from aligner.scoring import PLAIN_SCORERS, TOKEN_SCORERS, Scorer
from aligner.stories_groups import group
from aligner.stories_pairs import AGAINST, STORY_FEATURES, Named, Telling, joint, named

ROOT = Path(__file__).parents[1]
FOLDERS = (ROOT / "seeds", ROOT / "training" / "stories", ROOT / "training" / "stories2")
TARGET = ROOT / "aligner" / "stories.json"
STRENGTH = 10.0  # of the penalty, on standardised features
FOLDS = 5
CUTS = 2  # draws of both documents cut to a few paragraphs, as scraped ones are
CUT_PARAGRAPHS = (1, 6)
NEAR = {"same": 0.45, "across": 0.28}  # cosines of documents that are compared: all pairs of one story and a third more
CUT = 0.0  # even odds
CUT_CHOICES = np.arange(-2.0, 1.01, 0.25)
DOCUMENT = FEATURES.index("document")


@dataclass(frozen=True, slots=True)
class Read:
    """A document, and whom and what each of its paragraphs names."""

    telling: Telling
    named: Sequence[Named]
    ids: Sequence[str]

    def cut(self, part: Sequence[int]) -> Telling:
        """Return the document as if it had these paragraphs alone."""
        sides = [self.telling.sides[place] for place in part]
        return Telling(
            self.telling.id,
            self.telling.base,
            None,
            unit(np.mean([side.vector for side in sides], axis=0)),
            sides,
            Named.union(self.named[place] for place in part),
        )


@dataclass(frozen=True, slots=True)
class Sample:
    """Document pairs, whole ones first: features, whether they are of one story and of one language, and their ids."""

    values: Numbers
    right: npt.NDArray[np.bool_]
    same: npt.NDArray[np.bool_]
    whole: npt.NDArray[np.bool_]
    pairs: Sequence[tuple[str, str]]


def collect(place: Path, *, tokens: bool) -> tuple[dict[str, Read], dict[str, str]]:
    """Encode all our stories; return the documents and their events. Names are rare or not by the `tokens`."""
    paths = [folder / "documents.jsonl" for folder in FOLDERS]
    events = {
        record["id"]: record["event"]
        for path in paths
        for record in map(json.loads, path.read_text("utf-8").splitlines())
    }
    encoder = load_encoder() if tokens else plain_encoder()
    with Corpus(place / encoder.name, encoder=encoder, create=True) as corpus:
        list(corpus.add(read_documents(paths, served=("en", "fr"))))
        known = pool(corpus, corpus.store.keys().tolist())
    found = {}
    for (id, base), keys in known.groups.items():
        sides: list[Side] = [known.sides[key] for key in keys]
        told = [named(known.paragraphs[key], known.sides[key].tokens if tokens else None, None) for key in keys]
        whole = Telling(id, base, None, sides[0].document, sides, Named.union(told))
        found[id] = Read(whole, told, [known.paragraphs[key].id for key in keys])
    return found, events


def linked() -> set[frozenset[str]]:
    """Return the pairs of paragraphs that share a fact: linked ones, and two that link one of the other language."""
    beside: dict[str, set[str]] = {}
    for folder in FOLDERS:
        for source, target in read_links(folder / "links.tsv").sure:
            beside.setdefault(source, set()).add(target)
            beside.setdefault(target, set()).add(source)
    pairs = {frozenset((id, other)) for id, others in beside.items() for other in others}
    return pairs | {frozenset(pair) for others in beside.values() for pair in itertools.combinations(others, 2)}


def sample(documents: Mapping[str, Read], events: Mapping[str, str], pair: Scorer, mask: Numbers) -> Sample:
    """Return the pairs of documents that are near enough, whole and cut."""
    rng = np.random.default_rng(0)
    links = linked()
    values, right, same, whole, pairs = [], [], [], [], []
    for first, second in itertools.combinations(sorted(documents), 2):
        one, other = documents[first], documents[second]
        alike = one.telling.base == other.telling.base
        least = NEAR["same" if alike else "across"]
        if float(one.telling.mean @ other.telling.mean) < least:
            continue
        matrix = np.array([features(side, other.telling.sides) for side in one.telling.sides]) * mask
        one_story = events[first] == events[second]
        for draw, (a, b) in enumerate(_parts(one, other, rng)):
            left, there = one.cut(a), other.cut(b)
            cosine = float(left.mean @ there.mean)
            told = draw == 0 or not one_story or _share(one, a, other, b, links)
            if cosine >= least and told:
                part: Features = matrix[np.ix_(a, b)].copy()
                part[..., DOCUMENT] = cosine
                values.append(joint(left, there, pair.logits(part), pair))
                right.append(one_story)
                same.append(alike)
                whole.append(draw == 0)
                pairs.append((first, second))
    return Sample(np.array(values), np.array(right), np.array(same), np.array(whole), pairs)


Links = set[frozenset[str]]


def _parts(one: Read, other: Read, rng: np.random.Generator) -> Iterator[tuple[list[int], list[int]]]:
    """Yield both documents whole, and cut."""
    yield list(range(len(one.ids))), list(range(len(other.ids)))
    for _ in range(CUTS):
        yield _cut(len(one.ids), rng), _cut(len(other.ids), rng)


def _share(one: Read, a: Sequence[int], other: Read, b: Sequence[int], links: Links) -> bool:
    """Say whether these paragraphs share a fact."""
    return any(frozenset((one.ids[x], other.ids[y])) in links for x, y in itertools.product(a, b))


def _cut(size: int, rng: np.random.Generator) -> list[int]:
    length = min(size, int(rng.integers(*CUT_PARAGRAPHS)))
    start = int(rng.integers(0, size - length + 1)) * int(rng.integers(0, 2))  # every other one from its lead on
    return list(range(start, start + length))


def fit(values: Numbers, right: npt.NDArray[np.bool_]) -> Numbers:
    """Return coefficients, and the intercept last, of values as they are: none of AGAINST above 0, no other below.

    A penalised logistic regression. Without the signs, features that tell alike get opposite weights, and documents
    unlike those of the stories any odds.
    """
    from scipy.optimize import minimize

    spread = values.std(axis=0)
    scaled = values / np.where(spread > 0, spread, 1.0)

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        odds = scaled @ weights[:-1] + weights[-1]
        wrong = 1 / (1 + np.exp(-odds)) - right
        penalty = STRENGTH * weights[:-1]
        value = float((np.logaddexp(0, odds) - right * odds).sum() + penalty @ weights[:-1] / 2)
        return value, np.append(scaled.T @ wrong + penalty, wrong.sum())

    signs = [(None, 0.0) if name in AGAINST else (0.0, None) for name in STORY_FEATURES]
    found = minimize(loss, np.zeros(len(signs) + 1), jac=True, method="L-BFGS-B", bounds=[*signs, (None, None)]).x
    return np.append(np.where(spread > 0, found[:-1] / np.where(spread > 0, spread, 1.0), 0.0), found[-1])


def held_out(found: Sample, events: Mapping[str, str]) -> Numbers:
    """Return the log-odds of each pair, fitted without the stories of its documents."""
    stories = sorted(set(events.values()))
    folds = dict(zip(stories, np.random.default_rng(0).permutation(len(stories)) % FOLDS, strict=True))
    own = np.array([[folds[events[id]] for id in pair] for pair in found.pairs])
    said = np.zeros(len(found.pairs))
    for first, second in itertools.combinations_with_replacement(range(FOLDS), 2):
        asked = (np.sort(own, axis=1) == [first, second]).all(axis=1)
        rest = ~np.isin(own, [first, second]).any(axis=1)
        for alike in (True, False):
            kind = found.same == alike
            weights = fit(found.values[rest & kind], found.right[rest & kind])
            chosen = asked & kind
            said[chosen] = found.values[chosen] @ weights[:-1] + weights[-1]
    return said


def grouped(found: Sample, said: Numbers, events: Mapping[str, str], cut: float) -> BCubed:
    """Return how well the whole documents of all stories together are grouped."""
    pairs = {pair: float(v) for pair, v, whole in zip(found.pairs, said, found.whole, strict=True) if whole}
    return b_cubed(group(sorted(events), pairs, cut=cut), events)


def main() -> None:
    """Fit, print what held-out stories say, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART")
    parser.add_argument("--corpus", type=Path)
    args = parser.parse_args()
    plain = np.array([name not in {"best", "run"} for name in FEATURES], np.float64)
    parts = {
        "tokens": (TOKEN_SCORERS.documents, np.ones(len(FEATURES))),
        "plain": (PLAIN_SCORERS.documents, plain),
    }
    record = json.loads(TARGET.read_text("utf-8"))
    for kind in args.parts or parts:
        pair, mask = parts[kind]
        with tempfile.TemporaryDirectory() as place:
            documents, events = collect(args.corpus or Path(place), tokens=kind == "tokens")
        found = sample(documents, events, pair, mask)
        said = held_out(found, events)
        scores = {float(cut): grouped(found, said, events, float(cut)) for cut in CUT_CHOICES}
        stories = len(set(events.values()))
        print(f"{kind}: {len(found.pairs)} pairs, {int(found.right.sum())} of one story, {stories} stories")
        for cut, score in scores.items():
            mark = "*" if cut == CUT else " "
            print(
                f" {mark} cut {cut:5.2f}: precision {score.precision:.3f}, recall {score.recall:.3f}, F1 {score.f1:.3f}"
            )
        weights = {
            name: dict(
                zip((*STORY_FEATURES, "intercept"), np.round(fit(found.values[own], found.right[own]), 4), strict=True)
            )
            for name, own in (("same", found.same), ("across", ~found.same))
        }
        record[kind] = {**weights, "near": NEAR, "cut": CUT}
    TARGET.write_text(json.dumps(record, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
