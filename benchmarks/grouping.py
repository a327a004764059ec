"""What one more document costs the stories, against the size of the corpus, from one run on the same cores.

    python benchmarks/grouping.py ../shared/data [--sizes 250,500,1000,2000] [--threads 1]

The documents are those of data/comparable among unrelated paragraphs of both languages, each a document. Encoding is
not counted: it is the same for any size.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from aligner.corpus import Corpus
from aligner.documents import Document
from aligner.encoders import load_encoder
from aligner.gold import read_distractors
from aligner.readers import read_documents
from aligner.stories_update import update_stories

LANGUAGES = ("en", "fr")
PROBES = 5


def main() -> None:
    """Print a line for each size: the whole corpus grouped at once, and the mean of a few more documents one by one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--sizes", default="250,500,1000,2000")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    sizes = [int(size) for size in args.sizes.split(",")]
    found = read_documents([args.data / "comparable" / "documents.jsonl"], served=LANGUAGES)
    told = [each for each in found if isinstance(each, Document)]
    sides = [read_distractors(args.data / "distractors", lang, count=max(sizes) // 2) for lang in LANGUAGES]
    encoder = load_encoder(threads=args.threads)
    print("documents  all at once: pairs  s      one more: pairs  regrouped  s")
    with tempfile.TemporaryDirectory() as place, Corpus(Path(place), encoder=encoder, create=True) as corpus:
        done, spent, pairs = 0, 0.0, 0
        list(corpus.add(told[PROBES:]))
        for size in sizes:
            list(corpus.add(document for side in sides for document in side[done // 2 : size // 2]))
            done = size
            start = time.perf_counter()
            work = update_stories(corpus)
            spent, pairs = spent + time.perf_counter() - start, pairs + work.pairs
            one = [_probe(corpus, document) for document in told[:PROBES]]
            means = [sum(values) / PROBES for values in zip(*one, strict=True)]
            print(f"{size:9}  {pairs:18}  {spent:5.1f}  {means[0]:15.1f}  {means[1]:9.1f}  {means[2]:.3f}", flush=True)


def _probe(corpus: Corpus, document: Document) -> tuple[int, int, float]:
    """Return the pairs, the documents that were grouped anew, and the seconds that one more document takes."""
    list(corpus.add([document]))
    start = time.perf_counter()
    work = update_stories(corpus)
    spent = time.perf_counter() - start
    corpus.remove([document.id])
    update_stories(corpus)
    return work.pairs, work.regrouped, spent


if __name__ == "__main__":
    main()
