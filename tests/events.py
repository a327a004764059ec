"""Events that outlets of both languages tell, each in words of its own: what tests of stories have in common."""

from __future__ import annotations

import random

from tiny import FRENCH, make_document

from aligner.corpus import Corpus
from aligner.documents import Document
from aligner.stories import find_stories

__all__ = ["PLACES", "coverage", "groups"]

PLACES = ("Valparda", "Orsova", "Lissen", "Marvane", "Remerbach")
PEOPLE = ("Olmedo", "Montalba", "Verhelm", "Halberg", "Stoops")


def coverage(event: int, count: int = 4, *, seed: int = 0, published: str | None = None) -> list[Document]:
    """Return what some outlets of both languages tell of one event, in words of their own."""
    rng = random.Random(100 * seed + event)
    words = rng.sample(sorted(FRENCH), 12)
    documents = []
    for number in range(count):
        lang = "en" if number % 2 == 0 else "fr"
        paragraphs = []
        for at in range(3):
            told = words[4 * at : 4 * at + 4] + rng.sample(words, 2)
            told = [FRENCH[word] for word in told] if lang == "fr" else told
            paragraphs.append(f"{told[0]} {PLACES[event]} {' '.join(told[1:])} {PEOPLE[event]} {100 * event + at}.")
        day = published and f"{published}T{10 + number}:00:00+00:00"
        documents.append(
            make_document(f"e{event}-{lang}-{number}", *paragraphs, lang=lang, outlet=f"O{number}", published=day)
        )
    return documents


def groups(corpus: Corpus) -> list[tuple[str, ...]]:
    return sorted(tuple(sorted(each.documents)) for each in find_stories(corpus))
