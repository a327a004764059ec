"""Who had which fact first, and which texts are an agency's."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from aligner.facts import Fact
from aligner.published import surely_before
from aligner.store import StoredDocument
from aligner.wordlists import word_lists

__all__ = ["First", "agency_of", "timeline"]

CREDIT = re.compile(r"\(([^()]{2,60})\)|^[^.]{0,60}?[\u2013\u2014-]\s|^[^.]{2,60}$|\b(?:with|avec)\s+.{2,40}$")
CREDIT_KINDS = frozenset({"byline", "dateline", "contact", "boilerplate"})  # dropped blocks that may name an agency


@dataclass(frozen=True, slots=True)
class First:
    """Who told a fact first: the documents that none was surely before. `agency` is whose copy they are, if any.

    `published` is as the first of them gives it: a day, or a day and a time.
    """

    fact: str
    published: str
    documents: tuple[str, ...]
    outlets: tuple[str, ...]
    agency: str | None

    def record(self) -> Mapping[str, object]:
        """Return the entry for JSON."""
        return asdict(self)


def timeline(facts: Sequence[Fact], stored: Mapping[str, StoredDocument]) -> list[First]:
    """Return who was first with each fact that two documents or more tell, by time; undated documents are left out."""
    found = []
    agencies = {id: agency_of(each) for id, each in stored.items()}
    for fact in facts:
        dated = {id: published for id in fact.documents if (published := stored[id].document.published)}
        if len(fact.documents) < 2 or not dated:
            continue
        first = sorted(id for id, own in dated.items() if not any(surely_before(o, own) for o in dated.values()))
        outlets = tuple(dict.fromkeys(stored[id].document.outlet or id for id in first))
        agency = next((agencies[id] for id in first if agencies[id]), None)
        found.append(First(fact.id, min(dated[id] for id in first), tuple(first), outlets, agency))
    return sorted(found, key=lambda each: (each.published, each.fact))


def agency_of(stored: StoredDocument) -> str | None:
    """Return the agency that a document credits, in brackets or in a line that is no article text; None for none.

    An agency that is merely quoted in a sentence ("told Reuters") does not count.
    """
    lists = word_lists(stored.document.lang)
    if lists is None:
        return None
    outlet = stored.document.outlet or ""
    if found := lists.find("agency", outlet):
        return outlet[found[0].start : found[0].end]
    article = [paragraph for paragraph in stored.paragraphs if paragraph.dropped is None]
    ends = [paragraph.text for paragraph in (*article[:1], *article[-1:])]
    spots = [match.group(1) or match.group() for text in ends for match in CREDIT.finditer(text)]
    spots += [p.text for p in stored.paragraphs if p.dropped in CREDIT_KINDS and len(p.text) <= 200]
    for spot in spots:
        if found := lists.find("agency", spot):
            return spot[found[0].start : found[0].end].strip()
    return None
