"""How right the cells of comparisons are on our stories that no reader was shown, across languages and within them.

    python training/cells.py [--every 2]

Prints what `aligner evaluate cells` does; the press's links are between languages alone, these are not.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from dataclasses import asdict
from itertools import combinations
from pathlib import Path

from marked import Telling, held_out, label, read_tellings

from aligner.corpus import Corpus
from aligner.documents import Document, document_from_record
from aligner.encoders import load_encoder
from aligner.evaluation_cells import evaluate_cells
from aligner.gold import Links

Story = dict[str, list[Telling]]
"""The paragraphs of each document, by id."""


def _stories() -> dict[str, list[Story]]:
    """Return the held-out stories whose facts are marked, by folder."""
    everything = read_tellings()
    hidden = held_out(everything)
    found: dict[str, dict[str, Story]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for telling in everything:
        if telling.event in hidden and telling.spans is not None:
            found[telling.group][telling.event][telling.document].append(telling)
    return {group: list(stories.values()) for group, stories in found.items()}


def _links(stories: list[Story]) -> Links:
    """Return which paragraphs of one story and two documents share a fact, in one language or in two."""
    sure = set()
    for story in stories:
        for one, other in combinations(story.values(), 2):
            sure |= {(a.id, b.id) for a in one for b in other if label(a, b) == 1}
    return Links("en", "fr", frozenset(sure), frozenset())


def main() -> None:
    """Print the scores of each folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, help="take every so many-th story only")
    every = parser.parse_args().every
    encoder = load_encoder(threads=1)
    for group, known in _stories().items():
        stories = known[::every]
        with tempfile.TemporaryDirectory() as place, Corpus(Path(place), encoder=encoder, create=True) as corpus:
            list(corpus.add(_document(id, own) for story in stories for id, own in story.items()))
            links, ids = _links(stories), [list(story) for story in stories]
            for title, of_one in (("across languages", False), ("within languages", True)):
                scores = asdict(evaluate_cells(corpus, ids, links, of_one_language=of_one))
                print(f"{group}, {len(stories)} stories, {title}: {scores}")


def _document(id: str, own: list[Telling]) -> Document:
    record = {"id": id, "lang": own[0].lang, "published": own[0].published, "paragraphs": [each.text for each in own]}
    return document_from_record(record, served=[own[0].lang])


if __name__ == "__main__":
    main()
