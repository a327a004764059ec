"""Make aligner/reader.npz: what reads the tokens of two paragraphs together.

    python training/reader.py DATA [--epochs 5] [--threads 2]

Fitted on pairs of paragraphs of our own invented stories, of one language or of two, each fifth story and seeds/ held
out, and on composites of parallel sentences of DATA/parallel (NTREX and FLORES, CC BY-SA 4.0): some shared, the rest of
the same article. Each token's label says whether it stands in a span that asserts a shared fact, where spans are
marked; each pair's whether it shares one. Marked clauses are also asked by themselves, as a search does. Seeded.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from marked import Span, Telling, held_out, label, read_tellings
from reader_model import Padded, Reader
from torch import nn
from torch.nn import functional

from aligner.encoders import load_encoder
from aligner.reader import WEIGHTS, TokenReader
from aligner.tokens import Tokens
from aligner.vectors import encode_with_tokens

BATCH = 64
CHUNK = 2048  # pairs among which those of about one length go together
RATE, DECAY, WARMING = 2e-3, 0.02, 100
AVERAGED = 0.998  # of the weights so far, in the running mean that is kept
NEGATIVES = 3  # a positive pair; near ones are drawn more often
NEARNESS = 5.0
UNLIKE = 0.1  # taken off the cosine of a pair of one language, which is higher
ELSEWHERE = 6  # pairs with a near other story, for each story and epoch
NEAREST_STORIES = 5
COMPOSITES, SHOWN_COMPOSITES = 2000, 1000
CLAUSES = 8  # pairs of a marked clause by itself, as one searches, with a paragraph, for each story and epoch
MIN_CLAUSE = 15  # characters


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts, whether they share a fact, and for each token whether it tells one (None where that is not known)."""

    one: Tokens
    other: Tokens
    shared: bool
    told: tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]] | None


def _told(tokens: Tokens, spans: Sequence[Span], shared: frozenset[str]) -> npt.NDArray[np.float32]:
    found = np.zeros(len(tokens), np.float32)
    for start, end, facts in spans:
        if facts & shared:
            found[(tokens.offsets[:, 0] >= start - 1) & (tokens.offsets[:, 1] <= end + 1)] = 1
    return found


def _composites(data: Path, chance: random.Random) -> Iterator[tuple[list[Telling], bool]]:
    """Yield an English and a French text of one to three sentences of one article, of which some may be the same."""
    articles: dict[str, list[tuple[str, list[str]]]] = defaultdict(list)
    for name, versions in (("ntrex_en_fr", ("fr", "fr_ca")), ("flores_dev_en_fr", ("fr",))):
        for record in map(json.loads, (data / "parallel" / f"{name}.jsonl").read_text("utf-8").splitlines()):
            articles[name + record["doc"]].append((record["en"], [record[version] for version in versions]))
    long = [sentences for sentences in articles.values() if len(sentences) >= 3]
    for _ in range(COMPOSITES):
        article = chance.choices(long, [len(sentences) for sentences in long])[0]
        sizes = [chance.choice((1, 1, 2, 2, 3)) for _ in range(2)]
        shared = min(chance.choice((0, 0, 0, 0, 1, 1, 1, 2)), *sizes)
        while sum(sizes) - shared > len(article):
            sizes[sizes.index(max(sizes))] -= 1
            shared = min(shared, *sizes)
        places = chance.sample(range(len(article)), sum(sizes) - shared)
        sides = sorted(places[: sizes[0]]), sorted(places[:shared] + places[sizes[0] :])
        common = set(places[:shared])
        tellings = []
        for side, own in enumerate(sides):
            text, spans = "", []
            for place in own:
                sentence = chance.choice(article[place][1]) if side else article[place][0]
                start = len(text) + bool(text)
                text = f"{text} {sentence}".strip()
                if place in common:
                    spans.append((start, len(text), frozenset({str(place)})))
            facts = frozenset(map(str, common))
            lang = ("en", "fr")[side]
            tellings.append(Telling("", "", "", "", lang, None, text, facts, tuple(spans), frozenset(), frozenset()))
        yield tellings, bool(common)


class Material:
    """The pairs that are shown, an epoch at a time."""

    def __init__(self, data: Path, *, threads: int) -> None:
        self._chance, self._draw = random.Random(1), np.random.default_rng(1)
        everything = read_tellings()
        hidden = held_out(everything)
        self._tellings = [telling for telling in everything if telling.event not in hidden]
        encoder = load_encoder(threads=threads)
        vectors, self._tokens = encode_with_tokens(encoder, [telling.text for telling in self._tellings])
        members: dict[str, list[int]] = defaultdict(list)
        for place, telling in enumerate(self._tellings):
            if len(self._tokens[place]):
                members[telling.event].append(place)
        self._members = members
        self.dimension = self._tokens[0].vectors.shape[1]
        self._right: list[tuple[int, int]] = []
        self._wrong: list[tuple[int, int]] = []
        near = []
        for own in members.values():
            for at, first in enumerate(own):
                for second in own[at + 1 :]:
                    one, other = self._tellings[first], self._tellings[second]
                    found = -1 if one.document == other.document else label(one, other)
                    if found == 1:
                        self._right.append((first, second))
                    elif found == 0:
                        self._wrong.append((first, second))
                        near.append(float(vectors[first] @ vectors[second]) - UNLIKE * (one.lang == other.lang))
        weights = np.exp(NEARNESS * np.array(near))
        self._weights = weights / weights.sum()
        means = {event: vectors[own].mean(axis=0) for event, own in members.items()}
        self._near = {
            event: sorted((o for o in means if o != event), key=lambda o: -float(mean @ means[o]))[:NEAREST_STORIES]
            for event, mean in means.items()
        }
        self._clauses = {event: self._clauses_of(own) for event, own in members.items()}
        clauses = [clause for own in self._clauses.values() for clause in own]
        _, clause_tokens = encode_with_tokens(encoder, [clause.text for clause in clauses])
        self._clause_tokens = {clause.id: tokens for clause, tokens in zip(clauses, clause_tokens, strict=True)}
        made = list(_composites(data, self._chance))
        _, first_tokens = encode_with_tokens(encoder, [tellings[0].text for tellings, _ in made])
        _, second_tokens = encode_with_tokens(encoder, [tellings[1].text for tellings, _ in made])
        self._made = [
            self._pair(tellings[0], tellings[1], one, other, shared)
            for (tellings, shared), one, other in zip(made, first_tokens, second_tokens, strict=True)
        ]
        print(f"{len(members)} stories, {len(self._right)} pairs that share a fact, {len(self._wrong)} that do not")

    def _clauses_of(self, places: Sequence[int]) -> list[Telling]:
        """Return the marked clauses of these paragraphs, each as a text of its own."""
        return [
            replace(telling, id=f"{telling.id}:{start}", text=text, facts=facts, spans=((0, len(text), facts),))
            for telling in (self._tellings[place] for place in places)
            for start, end, facts in telling.spans or ()
            if len(text := telling.text[start:end]) >= MIN_CLAUSE
        ]

    def _asked(self, event: str) -> Pair | None:
        """Return a clause of a story and a paragraph of another document, which tells it as often as not."""
        if not self._clauses[event]:
            return None
        clause = self._chance.choice(self._clauses[event])
        tokens, shared = self._clause_tokens[clause.id], self._chance.random() < 0.5
        there = [
            place
            for place in self._members[event]
            if (other := self._tellings[place]).document != clause.document and label(clause, other) == int(shared)
        ]
        if not there or not len(tokens):
            return None
        place = self._chance.choice(there)
        return self._pair(clause, self._tellings[place], tokens, self._tokens[place], shared)

    @staticmethod
    def _pair(one: Telling, other: Telling, first: Tokens, second: Tokens, shared: bool) -> Pair:
        if not shared:
            told = np.zeros(len(first), np.float32), np.zeros(len(second), np.float32)
        elif one.spans is None or other.spans is None:
            return Pair(first, second, shared, None)
        else:
            common = (one.facts or frozenset()) & (other.facts or frozenset())
            told = _told(first, one.spans, common), _told(second, other.spans, common)
        return Pair(first, second, shared, told)

    def _of(self, places: tuple[int, int], shared: bool) -> Pair:
        first, second = places
        tokens = self._tokens[first], self._tokens[second]
        return self._pair(self._tellings[first], self._tellings[second], *tokens, shared)

    def epoch(self) -> list[list[Pair]]:
        """Return batches of pairs of about one length, in any order."""
        pairs = [self._of(pair, True) for pair in self._right]
        drawn = self._draw.choice(len(self._wrong), NEGATIVES * len(self._right), p=self._weights)
        pairs += [self._of(self._wrong[number], False) for number in drawn]
        for event, own in self._members.items():
            for _ in range(ELSEWHERE):
                there = self._members[self._chance.choice(self._near[event])]
                pairs.append(self._of((self._chance.choice(own), self._chance.choice(there)), False))
            pairs += [pair for _ in range(CLAUSES) if (pair := self._asked(event))]
        pairs += self._chance.sample(self._made, SHOWN_COMPOSITES)
        self._chance.shuffle(pairs)
        batches = []
        for at in range(0, len(pairs), CHUNK):
            chunk = sorted(pairs[at : at + CHUNK], key=lambda pair: len(pair.one) + len(pair.other))
            batches += [chunk[start : start + BATCH] for start in range(0, len(chunk), BATCH)]
        self._chance.shuffle(batches)
        return batches


def _loss(model: Reader, batch: Sequence[Pair]) -> torch.Tensor:
    sides = Padded.of([pair.one for pair in batch]), Padded.of([pair.other for pair in batch])
    first, second, logits = model(*sides)
    loss = functional.binary_cross_entropy_with_logits(logits, torch.tensor([float(pair.shared) for pair in batch]))
    for number, said in enumerate((first, second)):
        wanted, weights = torch.zeros_like(said), torch.zeros_like(said)
        for row, pair in enumerate(batch):
            if pair.told is not None:
                wanted[row, : len(pair.told[number])] = torch.from_numpy(pair.told[number])
                weights[row] = sides[number].mask[row].float()
        each = functional.binary_cross_entropy_with_logits(said, wanted, reduction="none")
        loss = loss + (each * weights).sum() / weights.sum().clamp(min=1) / 2
    return loss


def _fitted(material: Material, *, epochs: int) -> Reader:
    """Return the running mean of the weights at the end."""
    torch.manual_seed(0)
    model, kept = Reader(material.dimension), Reader(material.dimension)
    kept.load_state_dict(model.state_dict())
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=DECAY)
    steps, total = 0, 0.0
    for epoch in range(epochs):
        batches = material.epoch()
        for place, batch in enumerate(batches):
            done = (epoch + place / len(batches)) / epochs
            for group in optimizer.param_groups:
                group["lr"] = RATE * min(1, (steps + 1) / WARMING) * (0.51 + 0.5 * math.cos(math.pi * done))
            loss = _loss(model.train(), batch)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            steps, total = steps + 1, total + loss.item()
            pace = min(AVERAGED, steps / (steps + 10))
            with torch.no_grad():
                for own, new in zip(kept.parameters(), model.parameters(), strict=True):
                    own.lerp_(new, 1 - pace)
            if steps % 500 == 0:
                print(f"step {steps}, epoch {epoch + 1}, {done:.0%}: loss {total / 500:.3f}", flush=True)
                total = 0.0
    return kept.eval()


def _save(model: Reader, batch: Sequence[Pair]) -> None:
    """Write the numbers, and see that the package computes from them what was fitted."""
    numbers = {name: value.detach().numpy().astype(np.float16) for name, value in model.state_dict().items()}
    np.savez_compressed(WEIGHTS, **numbers)
    shipped = TokenReader.load(WEIGHTS)
    with torch.no_grad():
        _, _, expected = model(Padded.of([pair.one for pair in batch]), Padded.of([pair.other for pair in batch]))
    found = [float(shipped.readings(pair.one, [pair.other])[0]) for pair in batch]
    apart = float(np.abs(np.array(found) - expected.numpy()).max())
    print(
        f"{sum(value.size for value in numbers.values())} numbers; the package's readings differ by at most {apart:.3f}"
    )


def main() -> None:
    """Fit and write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--epochs", type=int, default=5)  # with twice as many, held-out stories fare worse
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    material = Material(args.data, threads=args.threads)
    torch.set_num_threads(args.threads)
    _save(_fitted(material, epochs=args.epochs), material.epoch()[0])


if __name__ == "__main__":
    main()
