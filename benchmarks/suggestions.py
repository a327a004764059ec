"""How many sentences get their own translation out of the translation memory, and how many get a wrong one.

    python benchmarks/suggestions.py ../shared/data/parallel/wmt_newstest_en_fr.jsonl [--count 400] [--skip 0]

The corpus holds the French sentences of the rows, ten to a document, each a paragraph, and nothing in English. The
English ones are asked for. A suggestion passes from a quality of 80 on.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from aligner.corpus import Corpus
from aligner.documents import document_from_record
from aligner.encoders import load_encoder
from aligner.gold import read_pairs
from aligner.memory import Memory
from aligner.suggestions import PASSES

TOGETHER = 10


def main() -> int:
    """Print the counts, and each wrong suggestion that passes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--skip", type=int, default=0)
    args = parser.parse_args()
    sources, targets, _ = (side[args.skip : args.skip + args.count] for side in read_pairs(args.pairs))
    records = [
        {"id": f"d{at}", "lang": "fr", "paragraphs": list(targets[at : at + TOGETHER])}
        for at in range(0, len(targets), TOGETHER)
    ]
    counts = dict.fromkeys(("right", "another", "below", "nothing"), 0)
    with (
        tempfile.TemporaryDirectory() as folder,
        Corpus(Path(folder) / "corpus", encoder=load_encoder(threads=1), create=True) as corpus,
    ):
        list(corpus.add(document_from_record(record, served=("en", "fr")) for record in records))
        memory = Memory(corpus)
        for source, target in zip(sources, targets, strict=True):
            best = next(iter(memory.suggest(source, "en", "fr")), None)
            if best is None:
                counts["nothing"] += 1
            elif best.quality < PASSES:
                counts["below"] += 1
            elif best.target.split() == target.split():
                counts["right"] += 1
            else:
                counts["another"] += 1
                print(f"{best.quality}\t{source}\t{best.target}", file=sys.stderr)
    print(
        f"{len(sources)} sentences: {counts['right']} got their own translation, {counts['another']} another sentence,"
        f" {counts['below']} nothing from {PASSES:.0f} on, {counts['nothing']} nothing at all"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
