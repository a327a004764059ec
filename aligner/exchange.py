"""Units to hand to translation tools: a source, a target, how good the target is, and where both come from."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from aligner.align_documents import DocumentBead, Passage
from aligner.corpus import Corpus
from aligner.documents import Document
from aligner.filters import Filters
from aligner.findings import Finding
from aligner.graded import near_equivalent
from aligner.grades import NEAR_EQUIVALENT, SAME_FACT, Grader
from aligner.languages import primary
from aligner.matches import Hit, Match, find_matches
from aligner.store_memory import ConfirmedPair, MemoryStore
from aligner.store_selection import selected
from aligner.suggestions import CONFIRMED, MAX_COMPARABLE, MAX_DIRECT, PASSES, capped
from aligner.vectors import Encoder

__all__ = [
    "TOOL",
    "WIDTHS",
    "Unit",
    "corpus_units",
    "drained",
    "units_of_beads",
    "units_of_hits",
    "units_of_matches",
    "units_of_pairs",
    "xml_text",
]

TOOL = "story-aligner"
WIDTHS = (NEAR_EQUIVALENT, SAME_FACT)  # what may be exported besides confirmed pairs: alone, or with the next
BATCH_DOCUMENTS = 16  # whose matches are held at a time
BATCH_PAIRS = 1000
NO_TRANSLATION = "reports the same fact in other words; not a translation"
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2
REPLACEMENT = "\ufffd"


@dataclass(frozen=True, slots=True)
class Unit:
    """A source and a target text.

    `grade` is CONFIRMED, NEAR_EQUIVALENT or SAME_FACT; `quality` is from 0 to 100 and follows the rule of
    aligner.suggestions. `origin` names where the target stands; `told` is what else is known, by name.
    """

    id: str
    source_lang: str
    target_lang: str
    source: str
    target: str
    quality: float
    grade: str
    origin: str
    source_id: str  # of the source text: units of one source come one after the other
    source_place: str  # the document or other whole that the source is part of
    told: tuple[tuple[str, str], ...] = ()
    note: str | None = None
    author: str | None = None
    created: str | None = None
    changed: str | None = None


def units_of_pairs(pairs: Iterable[ConfirmedPair]) -> Iterator[Unit]:
    """Yield confirmed pairs."""
    for pair in pairs:
        told = {"context": pair.context, "origin": pair.origin}
        yield Unit(
            id=pair.id,
            source_lang=pair.source_lang,
            target_lang=pair.target_lang,
            source=pair.source,
            target=pair.target,
            quality=100.0,
            grade=CONFIRMED,
            origin=pair.origin or CONFIRMED,
            source_id=pair.id,
            source_place=CONFIRMED,
            told=_told(told),
            author=pair.author,
            created=pair.created,
            changed=pair.changed,
        )


def units_of_matches(matches: Iterable[Match], *, grade: str = NEAR_EQUIVALENT) -> Iterator[Unit]:
    """Yield matches that reach a grade, in their order."""
    for match in matches:
        if match.finding.grade not in _wide(grade):
            continue
        yield Unit(
            id=f"{match.source.id}|{match.target.id}",
            source_lang=match.source.lang,
            target_lang=match.target.lang,
            source=match.source.text,
            target=match.target.text,
            quality=_quality(match.finding.grade, match.finding.probability),
            grade=match.finding.grade,
            origin=match.target_document.outlet or match.target.document,
            source_id=match.source.id,
            source_place=match.source.document,
            told=_told(
                _found(match.finding)
                | _side("source", match.source.id, match.source_document)
                | _side("target", match.target.id, match.target_document)
            ),
            note=_note(match.finding.grade),
        )


def units_of_hits(text: str, lang: str, hits: Iterable[Hit], *, grade: str = NEAR_EQUIVALENT) -> Iterator[Unit]:
    """Yield the results of a search that reach a grade; the source is the text that was searched for."""
    for hit in hits:
        if not hit.is_match or hit.finding.grade not in _wide(grade):
            continue
        yield Unit(
            id=hit.target.id,
            source_lang=lang,
            target_lang=hit.target.lang,
            source=text,
            target=hit.target.text,
            quality=_quality(hit.finding.grade, hit.finding.probability),
            grade=hit.finding.grade,
            origin=hit.target_document.outlet or hit.target.document,
            source_id="query",
            source_place="query",
            told=_told(_found(hit.finding) | _side("target", hit.target.id, hit.target_document)),
            note=_note(hit.finding.grade),
        )


def units_of_beads(
    source: Document,
    target: Document,
    beads: Sequence[DocumentBead],
    *,
    encoder: Encoder,
    judge: Grader,
    grade: str = NEAR_EQUIVALENT,
) -> Iterator[Unit]:
    """Yield the beads of an alignment that have both sides and reach a grade."""
    whole = [(number, bead) for number, bead in enumerate(beads) if bead.similarity is not None]
    texts = [(_joined(bead.source), _joined(bead.target)) for _, bead in whole]
    languages = (primary(source.lang), primary(target.lang))
    alike = near_equivalent(texts, languages=languages, encoder=encoder, judge=judge)
    for (number, bead), (first, second), passes in zip(whole, texts, alike, strict=True):
        found = NEAR_EQUIVALENT if passes else SAME_FACT
        if found not in _wide(grade):
            continue
        similarity = max(0.0, min(1.0, bead.similarity or 0.0))
        positions = ["+".join(str(passage.position) for passage in side) for side in (bead.source, bead.target)]
        told: dict[str, str | None] = {"similarity": f"{similarity:.4f}", "bead": bead.kind}
        yield Unit(
            id=f"{source.id}#{positions[0]}|{target.id}#{positions[1]}",
            source_lang=source.lang,
            target_lang=target.lang,
            source=first,
            target=second,
            quality=_quality(found, similarity),
            grade=found,
            origin=target.outlet or target.id,
            source_id=f"{source.id}#{number}",
            source_place=source.id,
            told=_told(told | _side("source", source.id, source) | _side("target", target.id, target)),
            note=_note(found),
        )


def _joined(passages: Sequence[Passage]) -> str:
    return " ".join(passage.text for passage in passages)


def corpus_units(
    corpus: Corpus,
    *,
    source: str | None = None,
    target: str | None = None,
    grade: str = NEAR_EQUIVALENT,
    filters: Filters | None = None,
    confirmed: bool = True,
) -> Iterator[Unit]:
    """Yield all confirmed pairs and matches of a corpus, some documents at a time.

    `filters` apply to the documents of the targets, and not to confirmed pairs, which stand in none. Without languages
    each match comes once, from the alphabetically first one where it can.
    """
    if confirmed:
        yield from units_of_pairs(_pairs(MemoryStore(corpus.store), source, target))
    targets = None if filters is None else set(selected(corpus.store, filters))
    languages = sorted(corpus.indexes)
    for first in [primary(source)] if source else languages:
        others = [primary(target)] if target else languages
        wanted = [each for each in others if each != first and (source or target or targets or each > first)]
        after = ""
        while documents := corpus.store.documents(after=after, limit=BATCH_DOCUMENTS):
            after = documents[-1].id
            keys = corpus.store.keys(base=first, documents=[document.id for document in documents])
            if len(keys) and wanted:
                found = find_matches(corpus, sources=keys, target_languages=wanted, filters=filters)
                if not source and not target and targets is not None:  # the other way round it comes by itself
                    found = [m for m in found if _is_first(m) or m.source.document not in targets]
                found.sort(key=_by_place)
                yield from units_of_matches(found, grade=grade)


def _is_first(match: Match) -> bool:
    return primary(match.source.lang) < primary(match.target.lang)


def _pairs(store: MemoryStore, source: str | None, target: str | None) -> Iterator[ConfirmedPair]:
    after = ""
    bases = {"source": source and primary(source), "target": target and primary(target)}
    while pairs := store.pairs(source=bases["source"], target=bases["target"], after=after, limit=BATCH_PAIRS):
        yield from pairs
        after = pairs[-1].id


def xml_text(text: str) -> str:
    """Return a text with a replacement character for what XML cannot hold."""
    return NOT_XML.sub(REPLACEMENT, text)


def drained(buffer: io.BytesIO) -> bytes:
    """Return what was written to a buffer since, and empty it."""
    piece = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return piece


def _by_place(match: Match) -> tuple[str, str, int, str]:
    return match.source.document, primary(match.target.lang), match.source.position, match.target.id


def _wide(grade: str) -> tuple[str, ...]:
    return WIDTHS[: WIDTHS.index(grade) + 1]


def _quality(grade: str, sure: float) -> float:
    quality = PASSES + (MAX_DIRECT - PASSES) * sure if grade == NEAR_EQUIVALENT else MAX_COMPARABLE * sure
    return capped(quality, grade=grade, most=MAX_DIRECT)


def _note(grade: str) -> str | None:
    return None if grade == NEAR_EQUIVALENT else NO_TRANSLATION


def _found(finding: Finding) -> dict[str, str | None]:
    return {"probability": f"{finding.probability:.4f}"}


def _side(side: str, id: str, document: Document) -> dict[str, str | None]:
    names = {"outlet": document.outlet, "published": document.published, "url": document.url}
    return {side: id} | {f"{side}-{name}": value for name, value in names.items()}


def _told(facts: dict[str, str | None]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in facts.items() if value)
