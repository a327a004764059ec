"""How pairs of one language are to be rescaled to look like pairs of two: prints SAME_SLOPE and SAME_SHIFT of facts.py.

    python training/same_language.py

In a story told by independent outlets, paragraphs of one language share a fact about as often as those of two. So the
log-odds within a language are brought to the quantiles of those across, by a line through them. No labels are used.
"""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from pathlib import Path

import numpy as np
import numpy.typing as npt

from aligner.candidates import pool
from aligner.corpus import Corpus
from aligner.encoders import load_encoder
from aligner.facts import SUREST, nearest_pairs
from aligner.probabilities import probabilities
from aligner.readers import read_documents

ROOT = Path(__file__).parents[1]
PATHS = [ROOT / "seeds" / "documents.jsonl", ROOT / "training" / "stories" / "documents.jsonl"]
QUANTILES = (0.5, 0.75, 0.9, 0.95, 0.99)


def main() -> None:
    """Print the line and both sets of quantiles."""
    records = [json.loads(line) for path in PATHS for line in path.read_text("utf-8").splitlines()]
    stories: dict[str, list[str]] = defaultdict(list)
    for record in records:
        stories[record["event"]].append(record["id"])
    found: dict[bool, list[float]] = {True: [], False: []}
    with tempfile.TemporaryDirectory() as place, Corpus(Path(place), encoder=load_encoder(), create=True) as corpus:
        list(corpus.add(read_documents(PATHS, served=("en", "fr"))))
        for ids in stories.values():
            known = pool(corpus, corpus.store.keys(documents=ids).tolist())
            for (first, second), chance in probabilities(
                corpus.unread_scorers.documents, nearest_pairs(known), known
            ).items():
                found[known.group(first)[1] == known.group(second)[1]].append(chance)
    within, across = (_quantiles(found[same]) for same in (True, False))
    slope, shift = np.polyfit(within, across, 1)
    print(f"within {within.round(2)}, across {across.round(2)}")
    print(f"SAME_SLOPE, SAME_SHIFT = {slope:.2f}, {shift:.2f}")


def _quantiles(chances: list[float]) -> npt.NDArray[np.float64]:
    sure = np.clip(chances, 1 - SUREST, SUREST)
    return np.asarray(np.quantile(np.log(sure / (1 - sure)), QUANTILES), np.float64)


if __name__ == "__main__":
    main()
