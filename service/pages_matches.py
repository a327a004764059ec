"""What a document's page says under each paragraph: matches in other languages, and who tells it in the same one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from aligner.collapsed import collapsed_matches
from aligner.comparison import MIN_OTHERS, Comparison
from aligner.corpus import Corpus
from aligner.deadline import limit_time, remaining_seconds
from aligner.documents import Document
from aligner.errors import InputError, NotFoundError, TooSlowError
from aligner.findings import Finding
from aligner.languages import primary
from aligner.matches import Match
from aligner.store_stories import StoryStore
from service.comparisons import Comparisons
from service.matches_kept import MatchesKept
from service.pages_marks import Piece, finding_marks, pieces

__all__ = ["PAGE_SECONDS", "Found", "Shown", "matches_found", "shown", "told_in_its_language"]

PAGE_SECONDS = 5.0  # that a reader waits for a page, unless all of it is asked for
REST_SECONDS = 2.0  # that are left for all else on the page
EACH = 5  # matches of a paragraph that are shown at first
EACH_AT_MOST = 100
CHEAP_PARAGRAPHS = 100  # of a story that is compared for a document's page: under a second


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding with both its texts cut at the marks."""

    finding: Finding
    left: Sequence[Piece]
    right: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Found:
    """The matches of a paragraph, reprints made one: those that are shown, and how many more there are."""

    matches: Sequence[tuple[Match, Shown]]
    more: int


def shown(finding: Finding, left: str, right: str) -> Shown:
    """Return a finding with the two texts that it is about."""
    marks = finding_marks(finding, left, right)
    return Shown(finding, pieces(left, marks[0]), pieces(right, marks[1]))


def matches_found(
    kept: MatchesKept, corpus: Corpus, document: str, *, every: bool, wait: bool
) -> Mapping[str, Found] | None:
    """Return the matches of each paragraph that has some, by its id; None where there is no time to find out.

    `every` shows more of them, `wait` takes all the time that there is.
    """
    left = remaining_seconds()
    seconds = PAGE_SECONDS
    if left is not None:
        seconds = max(0.0, left - REST_SECONDS if wait else min(seconds, left - REST_SECONDS))
    try:
        with limit_time(seconds):
            found = kept.of_document(corpus, document)
    except TooSlowError:
        return None
    by: dict[str, list[Match]] = {}
    for match in found:
        by.setdefault(match.source.id, []).append(match)
    return {id: _found(own, EACH_AT_MOST if every else EACH) for id, own in by.items()}


def _found(matches: Sequence[Match], most: int) -> Found:
    once = sorted(collapsed_matches(matches), key=lambda m: (-m.finding.probability, -m.finding.score, m.target.id))
    first = [(match, shown(match.finding, match.source.text, match.target.text)) for match in once[:most]]
    return Found(first, len(once) - len(first))


def told_in_its_language(
    kept: Comparisons, corpus: Corpus, document: Document, story: str
) -> Mapping[str, Sequence[str]]:
    """Return who else tells what a paragraph does, in the same language, by the paragraph's id.

    By the comparison of its story, where that is at hand or made in no time; nothing where it is not.
    """
    members = StoryStore(corpus.store).member_rows([story]).get(story, ())
    ids = [member.document for member in members]
    try:
        comparison = kept.known(corpus, ids, min_others=MIN_OTHERS)
        if comparison is None and len(corpus.store.keys(documents=ids, headlines=False)) <= CHEAP_PARAGRAPHS:
            comparison = kept.of(corpus, ids, min_others=MIN_OTHERS)
    except (InputError, NotFoundError, TooSlowError):
        return {}
    return {} if comparison is None else _told(comparison, document)


def _told(comparison: Comparison, document: Document) -> dict[str, list[str]]:
    names = {each.id: each.outlet or each.id for each in comparison.documents}
    own = names.get(document.id, document.id)
    found: dict[str, set[str]] = {}
    for fact in comparison.facts:
        told: Collection[str] = {
            names[p.document] for p in fact.passages if primary(p.lang) == primary(document.lang)
        } - {own}
        for passage in fact.passages:
            if passage.document == document.id:
                found.setdefault(passage.paragraph, set()).update(told)
    return {id: sorted(others) for id, others in found.items() if others}
