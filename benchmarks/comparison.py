"""How long a comparison takes by the number of documents in the story; encoding is not counted.

    python benchmarks/comparison.py [--sizes 2,5,10,20,40,60] [--threads 1] [--seed 0]

Documents are made of one of our own stories: each has eight paragraphs of its tellings in one language, drawn by the
seed, so that everything is told by many. Times are of one run, in seconds.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from pathlib import Path

from aligner.comparison import compare_documents
from aligner.corpus import Corpus
from aligner.documents import Document, document_from_record
from aligner.encoders import load_encoder

STORIES = Path(__file__).parents[1] / "training" / "stories" / "documents.jsonl"
PARAGRAPHS = 8
SIZES = "2,5,10,20,40,60"


def main() -> None:
    """Print a line for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=SIZES)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    sizes = sorted(int(size) for size in args.sizes.split(","))
    documents = drawn(max(sizes), seed=args.seed)
    encoder = load_encoder(threads=args.threads)
    with tempfile.TemporaryDirectory() as place, Corpus(Path(place), encoder=encoder, create=True) as corpus:
        list(corpus.add(documents))
        compare_documents(corpus, [documents[0].id])  # what is read once
        print("documents  paragraphs  passages in facts  conflicts  seconds")
        for size in sizes:
            ids = [document.id for document in documents[:size]]
            start = time.perf_counter()
            found = compare_documents(corpus, ids)
            seconds = time.perf_counter() - start
            passages = sum(len(fact.passages) for fact in found.facts)
            paragraphs = len(corpus.store.keys(documents=ids))
            print(f"{size:9}  {paragraphs:10}  {passages:17}  {len(found.conflicts):9}  {seconds:7.2f}", flush=True)


def drawn(count: int, *, seed: int) -> list[Document]:
    """Return so many documents, each of PARAGRAPHS of the first story's in one language."""
    records = [json.loads(line) for line in STORIES.read_text("utf-8").splitlines()]
    tellings = [record for record in records if record["event"] == records[0]["event"]]
    rng = random.Random(seed)
    documents = []
    for number in range(count):
        telling = tellings[number % len(tellings)]
        there = [text for each in tellings if each["lang"] == telling["lang"] for text in each["paragraphs"]]
        record = {
            "id": f"d{number:02}",
            "lang": telling["lang"],
            "outlet": f"Outlet {number:02}",
            "published": telling["published"],
            "paragraphs": rng.sample(there, PARAGRAPHS),
        }
        documents.append(document_from_record(record, served=("en", "fr")))
    return documents


if __name__ == "__main__":
    main()
