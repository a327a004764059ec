"""How good the stories are: B-cubed, document by document, on a user's own data."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from aligner.corpus import Corpus
from aligner.documents import Document
from aligner.errors import InputError
from aligner.gold import Links, read_distractors
from aligner.stories import find_stories
from aligner.stories_groups import components
from aligner.vectors import Encoder, Progress

__all__ = ["BCubed", "StoryScores", "b_cubed", "evaluate_stories", "events_of"]

DISTRACTORS = 1000


@dataclass(frozen=True, slots=True)
class BCubed:
    """Means over documents, in 0..1."""

    precision: float
    recall: float
    f1: float
    documents: int


@dataclass(frozen=True, slots=True)
class StoryScores:
    """B-cubed over the documents asked about; `f1_all` is over the distractors too, each taken for an event of its own.

    `f1_all` is too low where some distractors do belong together, as some do.
    """

    precision: float
    recall: float
    f1: float
    f1_all: float
    documents: int
    events: int
    stories: int


def b_cubed(
    groups: Iterable[Sequence[str]], events: Mapping[str, str], *, asked: Iterable[str] | None = None
) -> BCubed:
    """Return B-cubed precision and recall of groups, and F1 of the two means.

    Bagga and Baldwin (1998), https://aclanthology.org/P98-1012/: for each document the share of its group that is of
    its event, and the share of its event that is in its group. `asked` limits the documents that are averaged.
    """
    group = {id: frozenset(members) for members in groups for id in members}
    event: dict[str, set[str]] = {}
    for id, name in events.items():
        event.setdefault(name, set()).add(id)
    wanted = sorted(events if asked is None else asked)
    right = [len(group[id] & event[events[id]]) for id in wanted]
    count = max(1, len(wanted))
    precision = sum(n / len(group[id]) for n, id in zip(right, wanted, strict=True)) / count
    recall = sum(n / len(event[events[id]]) for n, id in zip(right, wanted, strict=True)) / count
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return BCubed(precision, recall, f1, len(wanted))


def events_of(documents: Iterable[str], links: Iterable[Links]) -> dict[str, str]:
    """Return the event of each document: those that same-fact links connect are of one, another is of its own."""
    known = set(documents)
    pairs = {
        (source.rpartition("#")[0], target.rpartition("#")[0]): 1.0 for each in links for source, target in each.sure
    }
    if missing := sorted({id for pair in pairs for id in pair} - known):
        raise InputError(f"{len(missing)} linked documents are not among the documents; the first: {missing[0]}")
    return {id: members[0] for members in components(known, pairs, cut=0.5) for id in members}


def evaluate_stories(
    documents: Iterable[Document | InputError],
    links: Iterable[Links],
    *,
    encoder: Encoder,
    distractors: Path | None = None,
    count: int = DISTRACTORS,
    seed: int = 0,
    undated: bool = False,
    progress: Progress | None = None,
) -> StoryScores:
    """Group documents mixed with unrelated paragraphs, each a document, and compare with the events of links.

    `undated` leaves out the dates of publication. Raises InputError for a document that is refused.
    """
    asked: list[Document] = []
    for each in documents:
        if isinstance(each, InputError):
            raise each
        asked.append(replace(each, published=None) if undated else each)
    links = list(links)
    languages = dict.fromkeys(name for each in links for name in (each.source_language, each.target_language))
    strangers = [
        document
        for language in (languages if distractors else ())
        for document in read_distractors(distractors or Path(), language, count=count, seed=seed)
    ]
    events = events_of([document.id for document in asked], links)
    with (
        tempfile.TemporaryDirectory(prefix="aligner-evaluate-") as folder,
        Corpus(Path(folder), encoder=encoder, create=True, languages=tuple(languages)) as corpus,
    ):
        list(corpus.add([*asked, *strangers], progress=progress))
        groups = [story.documents for story in find_stories(corpus)]
    own = b_cubed(groups, events | {d.id: d.id for d in strangers}, asked=events)
    everything = b_cubed(groups, events | {d.id: d.id for d in strangers})
    stories = sum(any(id in events for id in group) for group in groups)
    return StoryScores(own.precision, own.recall, own.f1, everything.f1, len(asked), len(set(events.values())), stories)
