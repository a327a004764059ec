"""An encoder whose tokens are words, and news made of these words in two languages."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from tiny import FRENCH, TinyEncoder, make_document

from aligner.arrays import Vectors, unit
from aligner.corpus import Corpus
from aligner.documents import Document
from aligner.tokens import NO_PIECE, STEPS, Tokens
from aligner.vectors import Progress

Fill = Callable[[Iterable[Document]], Corpus]
"""Makes a corpus of documents, in their order, each time a new one."""

TOKEN_DIMENSION = 128  # as of the tokens that the shipped readers read
WORD = re.compile(r"[^\W_]+")
STORIES = [
    ["mayor", "closed", "old", "bridge", "flood", "river", "tuesday", "water"],
    ["doctors", "teachers", "strike", "hospital", "school", "monday", "workers"],
    ["police", "thief", "museum", "stolen", "court", "judge", "law"],
    ["parliament", "vote", "budget", "minister", "government", "election", "euros"],
    ["fire", "forest", "storm", "factory", "dead", "people", "city"],
    ["army", "attack", "war", "peace", "treaty", "president", "crisis"],
]
ENGLISH = "The mayor closed the old bridge on Tuesday because of the flood and 1200 people."
OWN_TRANSLATION = "Le maire fermé le vieux pont mardi inondation et 1200 personnes."


class WordEncoder:
    """TinyEncoder, and a token for each word: the same vector for a word and for its translation."""

    def __init__(self) -> None:
        self._texts = TinyEncoder()
        self.name, self.dimension = "words@1", self._texts.dimension
        self.views: Mapping[str, slice] = self._texts.views
        words = dict.fromkeys([*FRENCH.values(), *FRENCH])
        self._pieces = {word: piece for piece, word in enumerate(words)}
        rng = np.random.default_rng(1)
        self._vectors = unit(rng.standard_normal((len(words), TOKEN_DIMENSION)).astype(np.float32))

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Return one vector a text, in order."""
        return self._texts.encode(texts, progress=progress)

    def encode_tokens(self, texts: Sequence[str], *, progress: Progress | None = None) -> tuple[Vectors, list[Tokens]]:
        """Return one vector a text, and the tokens of the words that the dictionary has, and of the numbers."""
        return self.encode(texts, progress=progress), [self._tokens(text) for text in texts]

    def _tokens(self, text: str) -> Tokens:
        found = [(match.group().casefold(), match.span()) for match in WORD.finditer(text)]
        found = [(word, span) for word, span in found if word in self._pieces or word.isdigit()]
        words = [FRENCH.get(word, word) for word, _ in found]
        vectors = [self._vectors[self._pieces.get(word, sum(map(ord, word)) % len(self._pieces))] for word in words]
        floats = np.array(vectors, np.float32).reshape(len(found), TOKEN_DIMENSION)
        return Tokens(
            vectors=np.clip(np.rint(floats * STEPS), -127, 127).astype(np.int8),
            expected=np.full(len(found), 0.3, np.float16),
            pieces=np.array([self._pieces.get(word, NO_PIECE) for word, _ in found], np.int32),
            offsets=np.array([span for _, span in found], np.int32).reshape(len(found), 2),
        )


def news(seed: int, *, documents: int = 12, longest: int = 5) -> list[Document]:
    """Return documents of either language about a few stories, of which some paragraphs tell the same."""
    rng = random.Random(seed)
    result = []
    for number in range(documents):
        story, french = rng.randrange(len(STORIES)), number % 2 == 1
        paragraphs = []
        for place in range(rng.randint(1, longest)):
            words = [*rng.sample(STORIES[story], 5), rng.choice(STORIES[(story + place) % len(STORIES)])]
            told = [FRENCH[word] if french else word for word in words]
            paragraphs.append(f"{' '.join(told)} {rng.choice(['', 12, 340, '1,5'])} n{rng.randrange(40)}.")
        result.append(make_document(f"d{number:02}", *paragraphs, lang="fr" if french else "en"))
    return result


def sorted_keys(corpus: Corpus, language: str) -> list[int]:
    """Return the paragraphs of a language, by key."""
    return [int(key) for key in corpus.store.keys(base=language)]
