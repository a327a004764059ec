"""Stories: listed, read, and what merged and split."""

from __future__ import annotations

from aligner.export_stories import logged_record, story_record
from aligner.stories import find_stories, story, story_log
from service.schemas_stories import LogQuery, StoriesQuery, StoryList, StoryLog, StoryRecord
from service.validation import Blueprint
from service.views import API, Record, asked_for, runtime

__all__ = ["stories"]

stories = Blueprint("stories", __name__, url_prefix=API, tag="stories")


@stories.get("/stories")
@stories.input(StoriesQuery, location="query", arg_name="query")
@stories.output(StoryList)
def list_stories(query: StoriesQuery) -> Record:
    """Answer with a page of stories, the newest first."""
    found = find_stories(runtime().corpus, query.filters(), after=query.after, limit=query.limit + 1)
    page = found[: query.limit]
    return {
        "stories": [story_record(each) for each in page],
        "next": page[-1].cursor if len(found) > query.limit else None,
    }


@stories.get("/stories/<story_id>")
@stories.output(StoryRecord)
def get_story(story_id: str) -> Record:
    """Answer with a story; one that was merged into another answers with that one, whose id it then bears."""
    with asked_for(f"story {story_id!r}"):
        return story_record(story(runtime().corpus, story_id))


@stories.get("/story-log")
@stories.input(LogQuery, location="query", arg_name="query")
@stories.output(StoryLog)
@stories.doc(responses={404: "There is no such story, and never was."})
def list_changes(query: LogQuery) -> Record:
    """Answer with a page of what was merged, split and ended, the oldest first; 404 for a story that never was."""
    with asked_for(f"story {query.story!r}"):
        found = story_log(runtime().corpus, id=query.story, after=query.after, limit=query.limit + 1)
    page = found[: query.limit]
    return {
        "changes": [logged_record(entry) for entry in page],
        "next": page[-1].number if len(found) > query.limit else None,
    }
