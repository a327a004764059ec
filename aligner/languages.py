"""BCP 47 tags, and the language that a text reads as; offline.

Identification is by py3langid, a naive Bayes model over byte sequences (Lui and Baldwin 2012,
https://aclanthology.org/P12-3005/). Its probabilities are a softmax over log-posteriors divided by the
square root of the text's length in bytes; here they are worked out over the languages asked for.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from aligner.errors import InputError

__all__ = [
    "Guess",
    "canonical_tag",
    "document_language",
    "identify",
    "identify_any",
    "locale_tag",
    "paragraph_language",
    "primary",
    "same_language",
]

MAX_IDENTIFIED_CHARS = 10_000  # more text does not change the answer, and costs time
MIN_SURE_LETTER_BYTES = 40  # UTF-8 bytes of letters below which no text is refused and no paragraph switched
MAX_SERVED_PROBABILITY = 1e-3  # a text is refused when all served languages together have less
MIN_SWITCH_PROBABILITY = 0.99  # of a paragraph's other language, among the served ones
MIN_SWITCH_PROBABILITY_ANY = 0.5  # of the same among all languages: a text in neither is left alone

SCRIPTS = {"latin": "Latn", "cyrillic": "Cyrl", "devanagari": "Deva"}  # modifiers of POSIX locales
NO_LANGUAGE = frozenset({"mis", "mul", "und", "x", "zxx"})  # valid BCP 47 tags that name no single language


@dataclass(frozen=True, slots=True)
class Guess:
    """A primary language subtag and its probability; None and 0.0 where there is nothing to go by."""

    lang: str | None
    probability: float


@lru_cache(maxsize=1024)
def canonical_tag(tag: str) -> str:
    """Return the canonical form of a BCP 47 tag: 'EN_us' -> 'en-US'.

    Raises InputError for what is no valid tag of one language.
    """
    import langcodes

    try:
        canonical = langcodes.standardize_tag(tag)
        valid = langcodes.tag_is_valid(tag) and canonical.partition("-")[0] not in NO_LANGUAGE
    except ValueError:  # langcodes.LanguageTagError is one
        valid = False
    if not valid:
        raise InputError(f"{tag!r} is no BCP 47 language tag, as in en, fr-CA or zh-Hant")
    return canonical


@lru_cache(maxsize=1024)
def primary(tag: str) -> str:
    """Return what index a paragraph of this tag belongs to: 'fr-CA' -> 'fr', 'cmn-Hans' -> 'zh'."""
    import langcodes

    return langcodes.standardize_tag(canonical_tag(tag), macro=True).partition("-")[0]


@lru_cache(maxsize=1024)
def same_language(tag: str) -> tuple[str, ...]:
    """Return the tags that say the same: 'zh-Hant' -> 'cmn-Hant', 'zh-Hant'; that of one language alone is itself."""
    from langcodes.data_dicts import NORMALIZED_MACROLANGUAGES

    own, hyphen, rest = tag.partition("-")
    whole = NORMALIZED_MACROLANGUAGES.get(own, own)
    parts = {part for part, language in NORMALIZED_MACROLANGUAGES.items() if language == whole}
    return tuple(sorted(f"{each}{hyphen}{rest}" for each in parts | {own, whole}))


def locale_tag(name: str) -> str:
    """Return the tag that a tool's locale means: 'fr_FR.UTF-8' -> 'fr-FR', 'sr@latin' -> 'sr-Latn', 'en_us' -> 'en-US'.

    Of a locale that no tag fits in full the language counts: 'fr_x1' -> 'fr'. Raises InputError.
    """
    bare, _, modifier = name.strip().partition("@")
    tag = bare.partition(".")[0].replace("_", "-")
    scripted = f"{tag}-{SCRIPTS[modifier.lower()]}" if modifier.lower() in SCRIPTS and "-" not in tag else tag
    try:
        return canonical_tag(scripted)
    except InputError:
        return canonical_tag(tag.partition("-")[0])


def identify(text: str, *, among: Sequence[str]) -> Guess:
    """Return the best of the languages `among` for a text; on equal scores the one named first.

    The language is None where the text has no letters or the identifier knows none of the languages.
    """
    scores = _scores(text)
    langs = dict.fromkeys(primary(tag) for tag in among)
    return _best(_probabilities({lang: scores[lang] for lang in langs if lang in scores}))


def identify_any(text: str) -> Guess:
    """Return the best of all languages that the identifier knows; None where the text has no letters."""
    return _best(_probabilities(_scores(text)))


def document_language(text: str, *, served: Sequence[str]) -> str:
    """Return the tag in `served` that fits a document whose sender named no language.

    Raises InputError when the text is long enough to tell and in none of them, or has no letters.
    """
    guess = identify(text, among=served)
    if guess.lang is None:
        raise InputError('text has no letters to tell its language by; give "lang"', field="lang")
    anywhere = _probabilities(_scores(text))
    best = _best(anywhere).lang
    served_probability = sum(anywhere.get(lang, 0.0) for lang in {primary(tag) for tag in served})
    if _letter_bytes(text) >= MIN_SURE_LETTER_BYTES and served_probability < MAX_SERVED_PROBABILITY:
        expected = ", ".join(served)
        raise InputError(
            f'text reads as {best}; expected one of {expected}; give "lang" to add it all the same', field="lang"
        )
    return next(tag for tag in served if primary(tag) == guess.lang)


def paragraph_language(text: str, *, document_lang: str, served: Sequence[str]) -> str:
    """Return the language of a paragraph: its document's tag, unless it is surely in another served language."""
    own = primary(document_lang)
    others = {primary(tag): tag for tag in reversed(served) if primary(tag) != own}
    if not others or _letter_bytes(text) < MIN_SURE_LETTER_BYTES:
        return document_lang
    scores = _scores(text)
    if own not in scores:  # a language that the identifier does not know cannot be told from the others
        return document_lang
    guess = _best(_probabilities({lang: scores[lang] for lang in (own, *others) if lang in scores}))
    if guess.lang is None or guess.lang == own or guess.probability < MIN_SWITCH_PROBABILITY:
        return document_lang
    if _probabilities(scores)[guess.lang] < MIN_SWITCH_PROBABILITY_ANY:
        return document_lang
    return others[guess.lang]


def _letter_bytes(text: str) -> int:
    """Return the UTF-8 bytes of the letters: a Chinese character tells more than a Latin letter."""
    return sum(len(char.encode()) for char in text[:MAX_IDENTIFIED_CHARS] if char.isalpha())


def _scores(text: str) -> dict[str, float]:
    """Return a log-score for each known language, to be put through a softmax; empty without letters."""
    sample = text[:MAX_IDENTIFIED_CHARS]
    if not any(char.isalpha() for char in sample):
        return {}
    temperature = math.sqrt(len(sample.encode()))
    scores: dict[str, float] = {}
    for label, score in _identifier().rank(sample):
        if label not in NO_LANGUAGE:
            scores.setdefault(primary(label), score / temperature)
    return scores


def _probabilities(scores: Mapping[str, float]) -> dict[str, float]:
    """Return the softmax of the scores."""
    highest = max(scores.values(), default=0.0)
    weights = {lang: math.exp(score - highest) for lang, score in scores.items()}
    total = sum(weights.values())
    return {lang: weight / total for lang, weight in weights.items()}


def _best(probabilities: Mapping[str, float]) -> Guess:
    if not probabilities:
        return Guess(None, 0.0)
    lang = max(probabilities, key=probabilities.__getitem__)
    return Guess(lang, probabilities[lang])


_loading = threading.Lock()
_loaded: list[Any] = []


def _identifier() -> Any:  # py3langid carries no types
    """Return the identifier, loaded on first use; it holds no state that a call changes."""
    with _loading:
        if not _loaded:
            from py3langid.langid import MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped]

            _loaded.append(LanguageIdentifier.from_model_file(MODEL_FILE))
    return _loaded[0]
