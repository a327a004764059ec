"""Make training/adapted.npz and adapted_reader.npz: e5's last layers fitted to coverage, and what reads their tokens.

    python training/adapter.py [--passes 1] [--threads 2]

What ships is half of the way there (interpolate.py). Fitted together on our own invented stories, those that stay
hidden left out (marked.held_out): pairs of paragraphs, of one language or of two, and which of their tokens assert what
both tell. Begins with e5 as it is, the projection of its tokens and their reader (projection.py, reader.py). Seeded.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from adapter_model import Adapter
from adapter_steps import Before, Run, shown
from adapter_texts import Texts
from drawn import Drawn
from marked import held_out, read_tellings
from plain import PROJECTION
from plain import READER as PLAIN_READER
from reader_model import Reader
from torch import nn

from aligner.bundled import bundled_model_folder
from aligner.reader import load_reader

HERE = Path(__file__).parent
ADAPTED, READER = HERE / "adapted.npz", HERE / "adapted_reader.npz"
SEED = 1
RATES = {"adapter.": 3e-4, "reader.": 5e-4}  # of learning
DECAY, WARMING = 0.01, 100
AVERAGED = 0.998  # of the weights so far, in the running mean that is kept


def begun(folder: Path, texts: Texts) -> Run:
    """Return the layers and the reader as they are before."""
    torch.manual_seed(SEED)
    with np.load(PROJECTION) as projection:
        adapter = Adapter(folder, projection)
    reader = Reader(adapter.dimension)
    numbers = load_reader(PLAIN_READER).numbers
    reader.load_state_dict({name: torch.from_numpy(value) for name, value in numbers.items()})
    return Run(adapter, reader, texts, Before.of(adapter, texts))


def fit(run: Run, drawn: Drawn, events: Sequence[str], *, passes: int) -> None:
    """Fit a run; at its end it is of the running mean of the weights."""
    chance = drawn.chance = random.Random(SEED)
    names = [name for name, parameter in run.named_parameters() if parameter.requires_grad]
    fitted: list[torch.Tensor] = [run.get_parameter(name) for name in names]
    groups = [[own for name, own in zip(names, fitted, strict=True) if name.startswith(part)] for part in RATES]
    optimizer = torch.optim.AdamW([{"params": own} for own in groups], weight_decay=DECAY)
    kept = [parameter.detach().clone() for parameter in fitted]
    run.reader.train()
    steps, total, count = 0, 0.0, passes * len(events)
    for _ in range(passes):
        for event in chance.sample(events, len(events)):
            part = min(1, (steps + 1) / WARMING) * (0.51 + 0.49 * math.cos(math.pi * steps / count))
            for group, rate in zip(optimizer.param_groups, RATES.values(), strict=True):
                group["lr"] = rate * part
            if pairs := shown(drawn, event, run.texts):
                loss = run.loss(pairs, chance)
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                nn.utils.clip_grad_norm_(fitted, 1.0)
                optimizer.step()
                total += loss.item()
            steps += 1
            with torch.no_grad():
                torch._foreach_lerp_(kept, fitted, 1 - min(AVERAGED, steps / (steps + 10)))
            if steps % 250 == 0:
                print(f"step {steps} of {count}: loss {total / 250:.3f}", flush=True)
                total = 0.0
    run.eval()
    with torch.no_grad():
        torch._foreach_copy_(fitted, kept)


def save(run: Run) -> None:
    """Write both files."""
    np.savez_compressed(ADAPTED, allow_pickle=False, **run.adapter.arrays())
    numbers = {name: value.detach().numpy().astype(np.float16) for name, value in run.reader.state_dict().items()}
    np.savez_compressed(READER, allow_pickle=False, **numbers)


def main() -> None:
    """Fit and write the files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passes", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    folder, everything = bundled_model_folder(), read_tellings()
    hidden = held_out(everything)
    texts = Texts.of([telling for telling in everything if telling.event not in hidden], folder)
    run = begun(folder, texts)
    drawn = Drawn(texts.tellings, run.before.means.numpy(), stories=texts.stories, documents=texts.documents)
    fit(run, drawn, sorted(texts.stories), passes=args.passes)
    save(run)


if __name__ == "__main__":
    main()
