"""A translation memory over a corpus: confirmed translations first, then what the stored news offers."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

from aligner.confirmed import MAX_FUZZY, MIN_LIKENESS, Confirmed
from aligner.corpus import Corpus
from aligner.counterparts import Counterparts
from aligner.errors import InputError
from aligner.grades import SAME_FACT
from aligner.languages import primary
from aligner.matches import Encoded, search
from aligner.store_memory import ConfirmedPair, MemoryStore
from aligner.suggestions import CONFIRMED, MAX_PAIRED, Suggestion, capped, direct
from aligner.text import normalise
from aligner.vectors import encode_with_tokens

__all__ = ["DEFAULT_LIMIT", "LEAST_QUALITY", "MAX_LIMIT", "Memory"]

DEFAULT_LIMIT = 5
MAX_LIMIT = 50
NEAR_HITS = 8  # paragraphs that are looked at, however few are asked for
REMEMBERED = 512  # texts whose encoding is held in memory, about 10 KB each: a tool asks again when a unit is reopened
LEAST_QUALITY = 10.0  # below it Weblate does not even show a result of a search


class Memory:
    """The translation memory of one corpus. Safe to use from several threads.

    `turn` gives what is entered while something is searched for in the news, once it is encoded.
    """

    def __init__(self, corpus: Corpus, *, turn: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
        self._turn = turn
        self._corpus = corpus
        self.store = MemoryStore(corpus.store)
        self._confirmed = Confirmed(self.store)
        self._counterparts = Counterparts(corpus)
        self._lately: OrderedDict[str, Encoded] = OrderedDict()
        self._guard = threading.Lock()

    def languages(self) -> list[str]:
        """Return the languages (primary subtags) that there is any text in."""
        confirmed = {language for pair in self.store.counts() for language in pair}
        return sorted(confirmed | set(self._corpus.store.languages()))

    def suggest(
        self,
        text: str,
        source: str,
        target: str,
        *,
        limit: int = DEFAULT_LIMIT,
        min_quality: float | None = None,
        confirmed_only: bool = False,
        phrase: bool = False,
        cut: int | None = None,
    ) -> list[Suggestion]:
        """Return suggestions for a text, the best first; none for two languages of which there is no text.

        Each target text comes once. Without `min_quality`, a confirmed source text is to be like the text by
        MIN_LIKENESS. `cut` is the length at which the asker cut the text off, None where it is whole: nothing but the
        beginning of a stored text can be compared then. With `phrase`, confirmed pairs whose source holds the text come
        too (concordance). Raises InputError for a text with half of a surrogate pair.
        """
        asked = normalise(text).strip()
        if not asked or primary(source) == primary(target):
            return []
        like = MIN_LIKENESS if min_quality is None else min_quality
        least = LEAST_QUALITY if min_quality is None else min_quality
        pairs = self._confirmed.nearest(asked, source, target, limit=limit, min_quality=like, cut=cut)
        found = [Suggestion(pair.source, pair.target, quality, CONFIRMED, pair=pair) for pair, quality in pairs]
        if phrase:
            held = self.store.holding(asked, primary(source), primary(target), limit=limit)
            found += [
                Suggestion(pair.source, pair.target, _phrase_quality(asked, pair), CONFIRMED, pair=pair)
                for pair in held
            ]
        if not confirmed_only and self._may_help(asked, target, found, limit=limit, least=least):
            (encoded,) = self._encoded([asked], source)
            found += self._news(asked, source, target, encoded, limit=limit, cut=cut)
        return _best(found, limit=limit, least=least)

    def look_up(
        self, texts: Sequence[str], source: str, target: str, *, min_quality: float, confirmed_only: bool = False
    ) -> list[Suggestion | None]:
        """Return the best suggestion for each text, None where there is none of this quality; encoded together.

        A text with half of a surrogate pair has none.
        """
        asked = [_asked(text) if primary(source) != primary(target) else "" for text in texts]
        found: dict[str, list[Suggestion]] = {"": []}
        for text in asked:
            if text and text not in found:
                pairs = self._confirmed.nearest(text, source, target, limit=1, min_quality=min_quality)
                found[text] = [Suggestion(p.source, p.target, quality, CONFIRMED, pair=p) for p, quality in pairs]
        waiting = [
            text
            for text, known in found.items()
            if text and not confirmed_only and self._may_help(text, target, known, limit=1, least=min_quality)
        ]
        for text, encoded in zip(waiting, self._encoded(waiting, source), strict=True):
            found[text] += self._news(text, source, target, encoded, limit=1)
        best = {text: _best(known, limit=1, least=min_quality) for text, known in found.items()}
        return [best[text][0] if best[text] else None for text in asked]

    def _may_help(self, text: str, target: str, found: Sequence[Suggestion], *, limit: int, least: float) -> bool:
        """Say whether the news could add something to what is found: not where it is beaten by all that is wanted."""
        certain = sum(each.quality > MAX_PAIRED for each in found) >= limit
        return (
            not certain
            and least <= MAX_PAIRED
            and primary(target) in self._corpus.indexes
            and any(char.isalnum() for char in text)
        )

    def _encoded(self, texts: Sequence[str], source: str) -> list[Encoded]:
        """Return what the encoder makes of texts; of one that stands in the corpus or was just asked, it is known."""
        known = {text: found for text in texts if (found := self._known(text, source)) is not None}
        if missing := [text for text in dict.fromkeys(texts) if text not in known]:
            vectors, tokens = encode_with_tokens(self._corpus.encoder, missing)
            for at, text in enumerate(missing):
                known[text] = (vectors[at : at + 1], tokens[at : at + 1])
            with self._guard:
                for text in missing:
                    self._lately[text] = known[text]
                while len(self._lately) > REMEMBERED:
                    self._lately.popitem(last=False)
        return [known[text] for text in texts]

    def _known(self, text: str, source: str) -> Encoded | None:
        with self._guard:
            if (lately := self._lately.get(text)) is not None:
                self._lately.move_to_end(text)
                return lately
        store = self._corpus.store
        with store.snapshot():
            key = store.key_of_text(" ".join(text.split()), base=primary(source))
            if key is None:
                return None
            tokens = store.tokens([key])
            return store.vectors([key]), [tokens[key]] if key in tokens else []

    def _news(
        self, text: str, source: str, target: str, encoded: Encoded, *, limit: int, cut: int | None = None
    ) -> list[Suggestion]:
        corpus = self._corpus
        hits = search(
            corpus,
            text,
            language=source,
            target_languages=[target],
            k=max(limit, NEAR_HITS),
            min_probability=corpus.scorers.texts.threshold,
            encoded=encoded,
            turn=self._turn(),
        )
        paired = self._counterparts.suggestions(text, encoded[0][0], hits, source, cut=cut)
        return paired + [direct(text, hit) for hit in hits]


def _asked(text: str) -> str:
    """Return a text in the form in which texts are stored, "" for what is none."""
    try:
        return normalise(text).strip()
    except InputError:
        return ""


def _best(found: Sequence[Suggestion], *, limit: int, least: float) -> list[Suggestion]:
    best: dict[str, Suggestion] = {}
    for each in sorted(found, key=_order):
        best.setdefault(each.target, each)
    return [each for each in best.values() if each.quality >= least][:limit]


def _phrase_quality(text: str, pair: ConfirmedPair) -> float:
    """Return how much of a source text a phrase is: it shows how the phrase was rendered, not a translation of it."""
    return capped(100.0 * len(text) / len(pair.source), grade=SAME_FACT, most=MAX_FUZZY)


def _order(each: Suggestion) -> tuple[float, float, str, str, str]:
    place = each.pair.id if each.pair else each.paragraph.id if each.paragraph else ""
    return -each.quality, -(each.probability or 1.0), place, each.source, each.target
