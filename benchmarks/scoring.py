"""How much time scoring adds to encoding, from one run on the same cores.

    python benchmarks/scoring.py ../shared/data [--distractors 500] [--threads 1]

Documents are those of data/comparable with unrelated paragraphs on both sides. Encoding is what `aligner add` does
(tokens included), scoring what `aligner match` does before it shows anything.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from aligner.candidates import candidates, pool
from aligner.corpus import Corpus
from aligner.encoders import load_encoder
from aligner.gold import read_distractors
from aligner.nearby import Nearby
from aligner.probabilities import probabilities
from aligner.readers import read_documents

LANGUAGES = ("en", "fr")


def main() -> None:
    """Print seconds and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--distractors", type=int, default=500)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    encoder = load_encoder(threads=args.threads)
    encoder.encode(["warm up"])
    documents = list(read_documents([args.data / "comparable" / "documents.jsonl"], served=LANGUAGES))
    for language in LANGUAGES:
        documents += read_distractors(args.data / "distractors", language, count=args.distractors)
    with tempfile.TemporaryDirectory() as place, Corpus(Path(place), encoder=encoder, create=True) as corpus:
        start = time.perf_counter()
        list(corpus.add(documents))
        encoded = time.perf_counter()
        found = candidates(corpus, *LANGUAGES)
        known = pool(corpus, {key for c in found for key in (c.source, c.target)})
        chances = probabilities(corpus.scorers.documents, found, known, Nearby(corpus, known))
        scored = time.perf_counter()
        count = corpus.store.counts()["paragraphs"]
    encoding, scoring = encoded - start, scored - encoded
    print(f"{count} paragraphs, {len(found)} candidates, {len(chances)} pairs scored")
    print(f"encoding {encoding:.1f} s ({1000 * encoding / count:.1f} ms a paragraph), scoring {scoring:.1f} s")
    print(f"scoring / encoding = {scoring / encoding:.2f}")


if __name__ == "__main__":
    main()
