"""Which confirmed source texts a text equals or resembles, as translation memories measure it."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Mapping

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from aligner.languages import primary
from aligner.store_file import corpus_of
from aligner.store_memory import ConfirmedPair, MemoryStore

__all__ = ["ASSURED", "MAX_FUZZY", "MIN_LIKENESS", "Confirmed", "likeness"]

ASSURED = 100.0  # quality of a text that a person has confirmed a translation for, and of nothing else
MAX_FUZZY = 99.0  # of a text that differs, be it by one character of a thousand
MIN_LIKENESS = 60.0  # of a source text to the text asked for; below it the two say different things
DIGITS = 1
SHORT_CHARS = 64  # a text of no more is compared with all others at once: the edits to 64 characters fit in one word
SCANNED_TEXTS = 5_000  # texts that are compared one by one with a longer text
LIKELY_TEXTS = 500  # of more, those that are: they share the most of its rare words
RARE_WORDS = 16
WORD = re.compile("[^\\W\u3040-\u9fff]+|[\u3040-\u9fff]")  # Chinese and Japanese by characters


def likeness(text: str, other: str, *, least: float = 0.0) -> float:
    """Return how alike two texts are, 0 to 100; 0 for what does not reach `least`.

    One less the edits from one to the other (Levenshtein 1966) over the length of the longer.
    """
    return 100.0 * Levenshtein.normalized_similarity(text, other, score_cutoff=least / 100)


class _Texts:
    """The source texts of two languages by key, as they were at a state of the store, and by the words in them."""

    def __init__(self) -> None:
        self.state = ""
        self.by_key: dict[int, str] = {}
        self._words: dict[str, list[int]] = {}

    def add(self, texts: Mapping[int, str]) -> None:
        """Take texts in whose keys are greater than all before."""
        self.by_key = {**self.by_key, **texts}  # a new one: others may be reading the old one
        for key, text in texts.items():
            for word in _words(text):
                self._words.setdefault(word, []).append(key)

    def likely(self, text: str) -> dict[int, str]:
        """Return the texts that may be like a text: all where that is quick, else those with most of its rare words."""
        known = self.by_key
        if len(text) <= SHORT_CHARS or len(known) <= SCANNED_TEXTS:
            return known
        rarest = sorted((len(keys), word, keys) for word in _words(text) if (keys := self._words.get(word)))
        shared = Counter(key for _, _, keys in rarest[:RARE_WORDS] for key in list(keys))
        best = sorted(shared, key=lambda key: (-shared[key], key))[:LIKELY_TEXTS]
        return {key: known[key] for key in best if key in known}


def _words(text: str) -> set[str]:
    return set(WORD.findall(text.casefold()))


class Confirmed:
    """The confirmed pairs of a corpus, their source texts held in memory and in step with the store."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._texts: dict[tuple[str, str], _Texts] = {}
        self._guard = threading.Lock()

    def nearest(
        self, text: str, source: str, target: str, *, limit: int, min_quality: float, cut: int | None = None
    ) -> list[tuple[ConfirmedPair, float]]:
        """Return pairs with their quality, the best first; 100.0 is a source text that is the text to the letter.

        `cut` is the length at which the asker cut the text off: beginnings are compared then, and none is the text.
        """
        texts = self._current(primary(source), primary(target)).likely(text)
        choices = {key: other[:cut] for key, other in texts.items()} if cut else texts
        found = process.extract(
            text,
            choices,
            scorer=Levenshtein.normalized_similarity,
            score_cutoff=min_quality / 100,
            limit=None,
        )
        scored = sorted((-score, int(key)) for _, score, key in found)
        equal = sum(score == -1.0 for score, _ in scored)  # all are looked at: those of another region sink
        pairs = self._store.by_key([key for _, key in scored[: max(equal, 4 * limit)]])
        result = [
            (pair, self._quality(pair, text, cut=cut, source=source, target=target)) for pair in pairs.values()
        ]  # of the pair itself: the keys may be those of a restored backup by now
        result.sort(key=lambda each: (-each[1], each[0].id))
        return [each for each in result if each[1] >= min_quality][:limit]

    @staticmethod
    def _quality(pair: ConfirmedPair, text: str, *, cut: int | None, source: str, target: str) -> float:
        same_region = _fits(pair.source_lang, source) and _fits(pair.target_lang, target)
        if pair.source == text and same_region:
            return ASSURED
        return min(MAX_FUZZY, round(likeness(text, pair.source[:cut]), DIGITS))

    def _current(self, source: str, target: str) -> _Texts:
        """Return the texts of two languages; what was written since is read, the rest is at hand."""
        with self._guard, self._store.snapshot():
            state = self._store.state
            known = self._texts.setdefault((source, target), _Texts())
            if corpus_of(known.state) != corpus_of(state):  # a backup was restored: keys mean something else now
                known = self._texts[source, target] = _Texts()
            if known.state != state:
                count = self._store.counts().get((source, target), 0)
                known.add(self._store.sources(source, target, after=max(known.by_key, default=0)))
                if len(known.by_key) != count:  # some were removed
                    known = self._texts[source, target] = _Texts()
                    known.add(self._store.sources(source, target))
                known.state = state
            return known


def _fits(stored: str, asked: str) -> bool:
    """Say whether a text of one tag is one of the other: fr serves fr-CA and the other way round, fr-FR does not."""
    return stored == asked or "-" not in stored or "-" not in asked
