"""Stories and their log as records for JSON."""

from __future__ import annotations

from dataclasses import asdict

from aligner.store_stories import Logged
from aligner.stories import Member, Story

__all__ = ["logged_record", "story_record"]


def story_record(story: Story) -> dict[str, object]:
    """Return a story with its documents, the earliest first."""
    return {
        "id": story.id,
        "headlines": dict(story.headlines),
        "languages": list(story.languages),
        "outlets": list(story.outlets),
        "sources": story.sources,
        "first_published": story.first,
        "last_published": story.last,
        "documents": [_member_record(member) for member in story.members],
    }


def _member_record(member: Member) -> dict[str, object]:
    record = asdict(member)
    return {"id": record.pop("document"), **record}


def logged_record(entry: Logged) -> dict[str, object]:
    """Return an entry of the log."""
    change = entry.change
    return {
        "number": entry.number,
        "at": entry.at,
        "change": change.change,
        "story": change.story,
        "others": list(change.others),
    }
