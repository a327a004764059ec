"""A small bilingual encoder, so that tests of everything behind the encoder take no time."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Mapping, Sequence

import numpy as np

from aligner.arrays import Vectors
from aligner.documents import Document
from aligner.tokens import NO_PIECE, STEPS, Tokens
from aligner.vectors import Progress

__all__ = ["TOKEN_DIMENSION", "TinyEncoder", "make_document", "random_tokens"]

TOKEN_DIMENSION = 8

FRENCH = {
    "army": "armée",
    "attack": "attaque",
    "bank": "banque",
    "bridge": "pont",
    "budget": "budget",
    "city": "ville",
    "closed": "fermé",
    "company": "entreprise",
    "council": "mairie",
    "court": "tribunal",
    "crisis": "crise",
    "dead": "morts",
    "doctors": "médecins",
    "election": "élection",
    "euros": "euros",
    "factory": "usine",
    "farmers": "agriculteurs",
    "fire": "incendie",
    "flood": "inondation",
    "forest": "forêt",
    "government": "gouvernement",
    "harbour": "port",
    "hospital": "hôpital",
    "judge": "juge",
    "law": "loi",
    "mayor": "maire",
    "million": "millions",
    "minister": "ministre",
    "monday": "lundi",
    "museum": "musée",
    "old": "vieux",
    "parliament": "parlement",
    "peace": "paix",
    "people": "personnes",
    "police": "police",
    "president": "président",
    "price": "prix",
    "river": "rivière",
    "road": "route",
    "school": "école",
    "stolen": "volé",
    "storm": "tempête",
    "strike": "grève",
    "teachers": "enseignants",
    "thief": "voleur",
    "train": "train",
    "treaty": "traité",
    "tuesday": "mardi",
    "vote": "vote",
    "war": "guerre",
    "water": "eau",
    "workers": "ouvriers",
}
WORD = re.compile(r"[^\W_]+")
WORD_WEIGHT = 2.0  # beside a trigram's 1


class TinyEncoder:
    """Hashed words and character trigrams, English words of the dictionary taken for their French ones."""

    dimension = 256

    def __init__(self, name: str = "tiny@1") -> None:
        self.name = name
        self.views: Mapping[str, slice] = {"tiny": slice(0, self.dimension)}

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Return one vector a text, in order."""
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in WORD.findall(text.casefold()) or [text]:
                plain = _plain(FRENCH.get(word, word))
                row[_place(plain)] += WORD_WEIGHT
                for at in range(len(plain) - 2):
                    row[_place(f"#{plain[at : at + 3]}")] += 1
        if progress and texts:
            progress(len(texts))
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def _plain(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _place(gram: str) -> int:
    return zlib.crc32(gram.encode()) % TinyEncoder.dimension


def make_document(
    id: str, *paragraphs: str, lang: str = "en", outlet: str | None = None, published: str | None = None
) -> Document:
    """Return a document of these paragraphs."""
    blocks, start = [], 0
    for paragraph in paragraphs:
        blocks.append((start, start + len(paragraph)))
        start += len(paragraph) + 2
    text = "\n\n".join(paragraphs)
    return Document(id=id, lang=lang, text=text, outlet=outlet, published=published, blocks=tuple(blocks))


def random_tokens(rng: np.random.Generator, count: int) -> Tokens:
    """Return so many tokens of no text."""
    vectors = rng.standard_normal((count, TOKEN_DIMENSION))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Tokens(
        vectors=np.clip(np.rint(vectors * STEPS), -127, 127).astype(np.int8),
        expected=rng.uniform(0.1, 0.5, count).astype(np.float16),
        pieces=rng.integers(NO_PIECE, 6, count).astype(np.int32),
        offsets=np.zeros((count, 2), np.int32),
    )
