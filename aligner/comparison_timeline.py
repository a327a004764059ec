"""Who had which fact first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from aligner.agencies import agency_of
from aligner.facts import Fact
from aligner.published import surely_before
from aligner.store import StoredDocument

__all__ = ["First", "timeline"]


@dataclass(frozen=True, slots=True)
class First:
    """Who told a fact first: the documents that none was surely before, and their outlets.

    `published` is as the first of them gives it: a day, or a day and a time. `agencies` has, for those documents that
    credit one, the agency whose copy they are.
    """

    fact: str
    published: str
    documents: tuple[str, ...]
    outlets: tuple[str, ...]
    agencies: Mapping[str, str]

    def record(self) -> Mapping[str, object]:
        """Return the entry for JSON."""
        return asdict(self)

    def credits(self, outlets: Mapping[str, str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return each outlet with the agencies whose copies its own documents are; `outlets` are those of documents."""
        own: dict[str, list[str]] = {outlet: [] for outlet in self.outlets}
        for id in self.documents:
            if id in self.agencies:
                own[outlets[id]].append(self.agencies[id])
        return tuple((outlet, tuple(dict.fromkeys(agencies))) for outlet, agencies in own.items())


def timeline(facts: Sequence[Fact], stored: Mapping[str, StoredDocument]) -> list[First]:
    """Return who was first with each fact that two documents or more tell, by time; undated documents are left out."""
    found = []
    agencies = {id: agency for id, each in stored.items() if (agency := agency_of(each))}
    for fact in facts:
        dated = {id: published for id in fact.documents if (published := stored[id].document.published)}
        if len(fact.documents) < 2 or not dated:
            continue
        first = sorted(id for id, own in dated.items() if not any(surely_before(o, own) for o in dated.values()))
        outlets = tuple(dict.fromkeys(stored[id].document.outlet or id for id in first))
        credited = {id: agencies[id] for id in first if id in agencies}
        found.append(First(fact.id, min(dated[id] for id in first), tuple(first), outlets, credited))
    return sorted(found, key=lambda each: (each.published, each.fact))
