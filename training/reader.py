"""Make training/plain_reader.npz: what reads the tokens of two paragraphs together, before anything is adapted.

    python training/reader.py DATA [--epochs 4] [--threads 2]

Fitted on the pairs of reader_pairs.py: each token's label says whether it stands in a span that asserts a shared fact,
where spans are marked; each pair's whether it shares one. Seeded.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from plain import READER
from reader_model import Padded, Reader
from reader_pairs import Material, Pair
from torch import nn
from torch.nn import functional

from aligner.reader import load_reader

RATE, DECAY, WARMING = 2e-3, 0.02, 100
SEED = 1
AVERAGED = 0.998  # of the weights so far, in the running mean that is kept


def _padded(batch: Sequence[Pair]) -> tuple[Padded, Padded]:
    return (
        Padded.of([pair.one for pair in batch], [pair.elsewhere[0] for pair in batch]),
        Padded.of([pair.other for pair in batch], [pair.elsewhere[1] for pair in batch]),
    )


def _loss(model: Reader, batch: Sequence[Pair]) -> torch.Tensor:
    sides = _padded(batch)
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
    torch.manual_seed(SEED)
    material.start(SEED)
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
    np.savez_compressed(READER, allow_pickle=False, **numbers)
    saved = load_reader(READER)
    with torch.no_grad():
        expected = model(*_padded(batch))[2].numpy()
    found = np.array([float(saved.readings(pair.one, [pair.other], [pair.elsewhere])[0]) for pair in batch])
    apart = float(np.abs(found - expected).max())
    print(
        f"{sum(value.size for value in numbers.values())} numbers; the package's readings differ by up to {apart:.3f}"
    )


def main() -> None:
    """Fit and write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--epochs", type=int, default=4)  # with twice as many, held-out stories fare worse
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    material = Material(args.data, threads=args.threads)
    torch.set_num_threads(args.threads)
    _save(_fitted(material, epochs=args.epochs), material.epoch()[0])


if __name__ == "__main__":
    main()
