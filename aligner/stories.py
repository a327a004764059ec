"""Stories: documents of all languages that tell of one event, brought in step with the corpus when asked for."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aligner.corpus import Corpus
from aligner.errors import InputError, NotFoundError, ReadOnlyError
from aligner.languages import primary
from aligner.store_stories import Logged, MemberRow, StoryRow, StoryStore
from aligner.stories_groups import MIN_LOG_ODDS, far_pairs
from aligner.stories_update import update_stories

__all__ = ["Member", "Story", "StoryFilters", "bring_in_step", "find_stories", "story", "story_log", "story_of"]

HEADLINE_CHARS = 120  # of a first paragraph that stands in for a title
READ_CHARS = 1000  # of a paragraph, which may hold more blanks than words
DIGITS = 4
MARK = "~"  # in a cursor, between a date and an id


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

    @property
    def cursor(self) -> str:
        """Where it stands in a list: what comes behind it can be asked for whatever becomes of the story meanwhile."""
        return f"{self.last or ''}{MARK}{self.id}"


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
    """Return the stories that pass, the newest first, from behind the cursor `after` on; -1 is no limit.

    Raises InputError where `after` is no cursor.
    """
    bring_in_step(corpus)
    with corpus.store.snapshot():
        stories = StoryStore(corpus.store)
        condition, values = (filters or StoryFilters()).conditions()
        if after is not None:
            last, mark, id = after.partition(MARK)
            if not mark:
                raise InputError(f"{after!r} is no place in a list of stories", field="after")
            condition += " AND (coalesce(s.last, '') < ? OR (coalesce(s.last, '') = ? AND s.id > ?))"
            values = [*values, last, last, id]
        return _stories(stories, stories.rows(condition, values, limit=limit))


def story(corpus: Corpus, id: str) -> Story:
    """Return the story of that id, or the one that it was merged into. Raises NotFoundError."""
    bring_in_step(corpus)
    with corpus.store.snapshot():
        stories = StoryStore(corpus.store)
        row = _row(stories, id)
        if row is None:
            raise NotFoundError(f"no story {id!r} in {corpus.folder}")
        found = _stories(stories, [row])
        if not found:
            raise NotFoundError(f"no document of story {id!r} is left in {corpus.folder}")
        return found[0]


def story_of(corpus: Corpus, document: str) -> StoryRow | None:
    """Return the story that a document was grouped into, None where it waits to be grouped."""
    stories = StoryStore(corpus.store)
    with corpus.store.snapshot():
        found = stories.stories_of([document])
        return stories.row(found[document]) if found else None


def story_log(corpus: Corpus, *, id: str | None = None, after: int = 0, limit: int = -1) -> list[Logged]:
    """Return which stories were merged, split and ended, the oldest first, from the entry behind `after` on.

    Raises NotFoundError where no story bears the `id` or ever bore it.
    """
    bring_in_step(corpus)
    with corpus.store.snapshot():
        stories = StoryStore(corpus.store)
        if id is not None and not stories.is_known(id):
            raise NotFoundError(f"no story {id!r} in {corpus.folder}")
        return stories.log(story=id, after=after, limit=limit)


def bring_in_step(corpus: Corpus) -> None:
    """Group what waits; a corpus that cannot be written is shown as far as it is grouped."""
    with contextlib.suppress(ReadOnlyError):
        update_stories(corpus)


def _row(stories: StoryStore, id: str) -> StoryRow | None:
    row = stories.row(id)
    if row is None and (other := stories.moved_to(id)):
        row = stories.row(other)
    return row


def _stories(stories: StoryStore, rows: Sequence[StoryRow]) -> list[Story]:
    """Return stories; one whose documents are gone, and that is not yet grouped anew, is left out."""
    members = stories.member_rows(row.id for row in rows)
    pairs = stories.pairs([member.document for own in members.values() for member in own])
    untitled = [member.document for own in members.values() for member in own if not member.title]
    titles = {id: _cut(text) for id, text in stories.openings(untitled, chars=READ_CHARS).items()}
    return [_story(row, members[row.id], pairs, titles) for row in rows if row.id in members]


def _story(
    row: StoryRow, own: Sequence[MemberRow], pairs: Mapping[tuple[str, str], float], titles: Mapping[str, str]
) -> Story:
    members = []
    ids = [each.document for each in own]
    odds = {**pairs, **far_pairs({each.document: each.dated for each in own})}
    for each in sorted(own, key=lambda d: (d.published is None, d.published or "", d.document)):
        id = each.document
        others = [odds.get((min(id, other), max(id, other)), MIN_LOG_ODDS) for other in ids if other != id]
        members.append(
            Member(
                document=id,
                lang=each.lang,
                outlet=each.outlet,
                title=each.title,
                url=each.url,
                published=each.published,
                centrality=round(sum(others) / len(others), DIGITS) if others else None,
                reprint_of=each.original if each.original in ids else None,
            )
        )
    headlines: dict[str, str] = {}
    for member in sorted(members, key=lambda m: (m.title is None, -(m.centrality or 0.0), m.document)):
        headlines.setdefault(primary(member.lang), member.title or titles[member.document])
    return Story(
        row.id,
        dict(sorted(headlines.items())),
        row.sources,
        tuple(sorted({member.outlet for member in members if member.outlet})),
        row.first,
        row.last,
        tuple(members),
    )


def _cut(text: str) -> str:
    """Return the beginning of a text, cut at a word."""
    line = " ".join(text.split())
    if len(line) <= HEADLINE_CHARS:
        return line
    return line[:HEADLINE_CHARS].rsplit(" ", 1)[0].rstrip(" ,;:") + "\u2026"
