"""A translation memory over a corpus: confirmed translations first, then what the stored news offers."""

from __future__ import annotations

from aligner.confirmed import MAX_FUZZY, MIN_LIKENESS, Confirmed
from aligner.corpus import Corpus
from aligner.counterparts import Counterparts
from aligner.grades import SAME_FACT
from aligner.languages import primary
from aligner.matches import search
from aligner.store_memory import ConfirmedPair, MemoryStore
from aligner.suggestions import CONFIRMED, Suggestion, capped, direct
from aligner.text import normalise
from aligner.vectors import encode_with_tokens

__all__ = ["DEFAULT_LIMIT", "LEAST_QUALITY", "MAX_LIMIT", "Memory"]

DEFAULT_LIMIT = 5
MAX_LIMIT = 50
NEAR_HITS = 8  # paragraphs that are looked at, however few are asked for
LEAST_QUALITY = 10.0  # below it Weblate does not even show a result of a search


class Memory:
    """The translation memory of one corpus. Safe to use from several threads."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self.store = MemoryStore(corpus.store)
        self._confirmed = Confirmed(self.store)
        self._counterparts = Counterparts(corpus)

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
        pairs = self._confirmed.nearest(asked, source, target, limit=limit, min_quality=like, cut=cut)
        found = [Suggestion(pair.source, pair.target, quality, CONFIRMED, pair=pair) for pair, quality in pairs]
        if phrase:
            held = self.store.holding(asked, primary(source), primary(target), limit=limit)
            found += [
                Suggestion(pair.source, pair.target, _phrase_quality(asked, pair), CONFIRMED, pair=pair)
                for pair in held
            ]
        if not confirmed_only and primary(target) in self._corpus.indexes and any(c.isalnum() for c in asked):
            found += self._news(asked, source, target, limit=limit, cut=cut)
        least = LEAST_QUALITY if min_quality is None else min_quality
        best: dict[str, Suggestion] = {}
        for each in sorted(found, key=_order):
            best.setdefault(each.target, each)
        return [each for each in best.values() if each.quality >= least][:limit]

    def _news(self, text: str, source: str, target: str, *, limit: int, cut: int | None) -> list[Suggestion]:
        corpus = self._corpus
        encoded = encode_with_tokens(corpus.encoder, [text])
        hits = search(
            corpus,
            text,
            language=source,
            target_languages=[target],
            k=max(limit, NEAR_HITS),
            min_probability=corpus.scorers.texts.threshold,
            encoded=encoded,
        )
        paired = self._counterparts.suggestions(text, encoded[0][0], hits, source, cut=cut)
        return paired + [direct(text, hit) for hit in hits]


def _phrase_quality(text: str, pair: ConfirmedPair) -> float:
    """Return how much of a source text a phrase is: it shows how the phrase was rendered, not a translation of it."""
    return capped(100.0 * len(text) / len(pair.source), grade=SAME_FACT, most=MAX_FUZZY)


def _order(each: Suggestion) -> tuple[float, float, str, str, str]:
    place = each.pair.id if each.pair else each.paragraph.id if each.paragraph else ""
    return -each.quality, -(each.probability or 1.0), place, each.source, each.target
