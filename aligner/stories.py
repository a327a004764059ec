"""Stories: documents of all languages that tell of one event, brought in step with the corpus when asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aligner.corpus import Corpus
from aligner.documents import Document
from aligner.duplicates import document_groups
from aligner.errors import InputError, NotFoundError
from aligner.languages import primary
from aligner.paragraphs import Paragraph
from aligner.store_stories import Logged, StoryRow, StoryStore
from aligner.stories_groups import MIN_LOG_ODDS
from aligner.stories_update import update_stories

__all__ = ["Member", "Story", "StoryFilters", "find_stories", "story", "story_log"]

HEADLINE_CHARS = 120  # of a first paragraph that stands in for a title
DIGITS = 4


@dataclass(frozen=True, slots=True)
class Member:
    """A document of a story. `centrality` is its mean log-odds with the others, None where there are none.

    `reprint_of` is the earliest document that prints the same text, None where it is that one itself.
    """

    document: str
    lang: str
    outlet: str | None
    title: str | None
    url: str | None
    published: str | None
    centrality: float | None
    reprint_of: str | None


@dataclass(frozen=True, slots=True)
class Story:
    """Documents that tell of one event, the earliest first.

    `headlines` holds the title of the most central document of each language (primary subtag); where none has one, a
    title that stands in the text, or the text's beginning. `sources` counts reprints of one text once.
    """

    id: str
    headlines: Mapping[str, str]
    sources: int
    outlets: tuple[str, ...]
    first: str | None
    last: str | None
    members: tuple[Member, ...]

    @property
    def documents(self) -> tuple[str, ...]:
        """The ids of its documents."""
        return tuple(member.document for member in self.members)

    @property
    def languages(self) -> tuple[str, ...]:
        """Its languages."""
        return tuple(sorted(self.headlines))


@dataclass(frozen=True, slots=True)
class StoryFilters:
    """What a story must be to be listed. A document in one of the languages, or of one of the outlets, is enough.

    Dates are ISO 8601 and inclusive: some document must have been published between them.
    """

    languages: tuple[str, ...] | None = None
    outlets: tuple[str, ...] | None = None
    published_from: str | None = None
    published_to: str | None = None
    min_documents: int = 1
    min_outlets: int = 0
    min_languages: int = 1

    def conditions(self) -> tuple[str, list[object]]:
        """Return the SQL over `stories AS s` and its values."""
        parts = ["s.documents >= ? AND s.outlets >= ? AND s.languages >= ?"]
        values: list[object] = [self.min_documents, self.min_outlets, self.min_languages]
        joined = "story_documents AS m JOIN documents AS d ON d.id = m.document"
        own = f"EXISTS (SELECT 1 FROM {joined} WHERE m.story = s.id AND {{}})"
        if self.languages is not None:
            parts.append(own.format("m.base IN (SELECT value FROM json_each(?))"))
            values.append(json.dumps(sorted({primary(language) for language in self.languages})))
        if self.outlets is not None:
            parts.append(own.format("d.outlet IN (SELECT value FROM json_each(?))"))
            values.append(json.dumps(self.outlets))
        if self.published_from is not None or self.published_to is not None:
            start, end = self.published_from or "", self.published_to or "9999"
            parts.append(own.format("d.published >= ? AND (d.published <= ? OR substr(d.published, 1, length(?)) = ?)"))
            values += [start, end, end, end]
        return " AND ".join(parts), values


def find_stories(
    corpus: Corpus, filters: StoryFilters | None = None, *, after: str | None = None, limit: int = -1
) -> list[Story]:
    """Return the stories that pass, the newest first, from the one behind `after` on; -1 is no limit.

    Raises InputError where `after` is no story.
    """
    update_stories(corpus)
    with corpus.store.snapshot():
        stories = StoryStore(corpus.store)
        condition, values = (filters or StoryFilters()).conditions()
        if after is not None:
            row = _row(stories, after)
            if row is None:
                raise InputError(f"no story {after!r}", field="after")
            last = row.last or ""
            condition += " AND (coalesce(s.last, '') < ? OR (coalesce(s.last, '') = ? AND s.id > ?))"
            values = [*values, last, last, row.id]
        return _stories(corpus, stories, stories.rows(condition, values, limit=limit))


def story(corpus: Corpus, id: str) -> Story:
    """Return the story of that id, or the one that it was merged into. Raises NotFoundError."""
    update_stories(corpus)
    with corpus.store.snapshot():
        stories = StoryStore(corpus.store)
        row = _row(stories, id)
        if row is None:
            raise NotFoundError(f"no story {id!r} in {corpus.folder}")
        (found,) = _stories(corpus, stories, [row])
        return found


def story_log(corpus: Corpus, *, id: str | None = None, after: int = 0, limit: int = -1) -> list[Logged]:
    """Return which stories were merged, split and ended, the oldest first, from the entry behind `after` on."""
    update_stories(corpus)
    return StoryStore(corpus.store).log(story=id, after=after, limit=limit)


def _row(stories: StoryStore, id: str) -> StoryRow | None:
    row = stories.row(id)
    if row is None and (other := stories.moved_to(id)):
        row = stories.row(other)
    return row


def _stories(corpus: Corpus, stories: StoryStore, rows: Sequence[StoryRow]) -> list[Story]:
    members = stories.members(row.id for row in rows)
    documents = corpus.store.documents_by_id(id for ids in members.values() for id in ids)
    pairs = stories.pairs(documents)
    titles = {d.id: d.title or _title(corpus.store.document(d.id).paragraphs) for d in documents.values()}
    found = []
    for row in rows:
        own = members[row.id]
        first = document_groups(corpus, own) if row.sources < row.documents else {}
        found.append(_story(row, [documents[id] for id in own], pairs, titles, first))
    return found


def _story(
    row: StoryRow,
    documents: Sequence[Document],
    pairs: Mapping[tuple[str, str], float],
    titles: Mapping[str, str],
    first: Mapping[str, str],
) -> Story:
    members = []
    for each in sorted(documents, key=lambda d: (d.published is None, d.published or "", d.id)):
        others = [
            pairs.get((min(each.id, other.id), max(each.id, other.id)), MIN_LOG_ODDS)
            for other in documents
            if other.id != each.id
        ]
        original = first[each.id] if first.get(each.id, each.id) != each.id else None
        centrality = round(sum(others) / len(others), DIGITS) if others else None
        members.append(
            Member(each.id, each.lang, each.outlet, each.title, each.url, each.published, centrality, original)
        )
    headlines: dict[str, str] = {}
    for member in sorted(members, key=lambda m: (m.title is None, -(m.centrality or 0.0), m.document)):
        headlines.setdefault(primary(member.lang), titles[member.document])
    return Story(
        row.id,
        dict(sorted(headlines.items())),
        row.sources,
        tuple(sorted({member.outlet for member in members if member.outlet})),
        row.first,
        row.last,
        tuple(members),
    )


def _title(paragraphs: Sequence[Paragraph]) -> str:
    """Return the title that stands in a text, or the beginning of its article, cut at a word."""
    found = [p for kind in ("title", None) for p in paragraphs if p.dropped == kind]
    line = " ".join((found or paragraphs)[0].text.split()) if paragraphs else ""
    if len(line) <= HEADLINE_CHARS:
        return line
    return line[:HEADLINE_CHARS].rsplit(" ", 1)[0].rstrip(" ,;:") + "\u2026"
