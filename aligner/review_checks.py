"""What of a translated passage an editor should look at: figures, dates, names, quotations, negation, language.

The counts behind the severities are in docs/review.md: how often each rule speaks up on professional translations,
where it should be silent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aligner.evidence import Item, compare
from aligner.evidence.items import NUMBER_KINDS
from aligner.evidence.lexicon import lexicon
from aligner.languages import paragraph_language, primary
from aligner.sentences import split_sentences
from aligner.text import fold

__all__ = ["Concern", "Texts", "check"]

KINDS = {
    **dict.fromkeys(NUMBER_KINDS, "number"),
    "date": "date",
    "time": "date",
    "name": "name",
    "quotation": "quotation",
    "denial": "negation",
}
MIN_UNTRANSLATED_WORDS = 4  # small-letter words: fewer are a title or a name that stays as it is
NEARLY_ALL = 0.9  # of a translation's characters: blanks between sentences are not counted
MIN_CHARS = 80  # of a source passage whose translation may be too short
SHORTEST = 0.45  # a translation's length by its source's


@dataclass(frozen=True, slots=True)
class Texts:
    """The two sides of a bead, with their languages and days of publication (ISO or None)."""

    source: str
    translation: str
    source_lang: str
    translation_lang: str
    source_published: str | None = None
    translation_published: str | None = None


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing to look at: the rule, what to say, and the characters [start, end) concerned on each side."""

    rule: str
    message: str
    source: tuple[int, int] | None
    translation: tuple[int, int] | None


def check(texts: Texts) -> list[Concern]:
    """Return what differs between a passage and its translation, in the order of the source."""
    untranslated = list(_untranslated(texts))
    if any(concern.rule == "untranslated" and _whole(concern, texts) for concern in untranslated):
        return untranslated  # all else is the same on both sides
    found = [*untranslated, *_evidence(texts), *_negation(texts), *_length(texts)]
    return sorted(found, key=lambda concern: (concern.source or concern.translation or (0, 0), concern.rule))


def _whole(concern: Concern, texts: Texts) -> bool:
    return concern.translation == (0, len(texts.translation))


def _untranslated(texts: Texts) -> Iterator[Concern]:
    """Yield sentences of the translation that stand in the source, or the whole where it reads as its language."""
    if primary(texts.source_lang) == primary(texts.translation_lang):
        return
    whole = (0, len(texts.translation))
    known = fold(texts.source)
    spans = [
        (start, end)
        for start, end in split_sentences(texts.translation)
        if _small_words(texts.translation[start:end]) and fold(texts.translation[start:end]) in known
    ]
    if spans and sum(end - start for start, end in spans) < NEARLY_ALL * whole[1]:
        for span in spans:
            yield Concern("untranslated", "a sentence stands as it does in the source", None, span)
        return
    served = (texts.source_lang, texts.translation_lang)
    read = paragraph_language(texts.translation, document_lang=texts.translation_lang, served=served)
    if spans or primary(read) == primary(texts.source_lang):
        yield Concern("untranslated", f"still in the source's language ({texts.source_lang})", None, whole)


def _small_words(text: str) -> bool:
    return sum(word[:1].islower() for word in text.split()) >= MIN_UNTRANSLATED_WORDS


def _evidence(texts: Texts) -> Iterator[Concern]:
    found = compare(
        texts.source,
        texts.translation,
        left_language=primary(texts.source_lang),
        right_language=primary(texts.translation_lang),
        left_published=texts.source_published,
        right_published=texts.translation_published,
    )
    for left, right in found.conflicting:
        message = f"the source has {_said(left)}, the translation {_said(right)}"
        yield Concern(f"{KINDS[left.kind]}-differs", message, (left.start, left.end), (right.start, right.end))
    for item in found.only_left:
        yield Concern(
            f"{KINDS[item.kind]}-omitted", f"{_said(item)} is not in the translation", (item.start, item.end), None
        )
    for item in found.only_right:
        yield Concern(f"{KINDS[item.kind]}-added", f"{_said(item)} is not in the source", None, (item.start, item.end))


def _said(item: Item) -> str:
    return f"{item.text!r} ({item.value})" if item.kind in NUMBER_KINDS and item.value != item.text else repr(item.text)


def _negation(texts: Texts) -> Iterator[Concern]:
    """Yield the negation of one side where nothing on the other can render one."""
    sides = (texts.source, texts.translation)
    words = [lexicon(primary(lang)) for lang in (texts.source_lang, texts.translation_lang)]
    for own, other in ((0, 1), (1, 0)):
        denials, negatives = words[own].denials, words[other].negatives
        if denials is None or negatives is None or negatives.search(sides[other]):
            continue
        match = denials.search(sides[own])
        if match is None:
            continue
        place, name = match.span(), ("source", "translation")
        message = f"the {name[own]} negates ({match.group()!r}), the {name[other]} does not"
        yield Concern("negation-differs", message, place if own == 0 else None, place if own == 1 else None)


def _length(texts: Texts) -> Iterator[Concern]:
    size = len(texts.source)
    if size >= MIN_CHARS and len(texts.translation) < SHORTEST * size:
        share = f"{len(texts.translation)} characters for {size}"
        yield Concern("shortened", f"much shorter than the source: {share}", (0, size), (0, len(texts.translation)))
