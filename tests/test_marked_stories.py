"""The invented stories whose facts are marked in the text: marks are whole, letters known, ids each their own."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

TRAINING = Path(__file__).parents[1] / "training"
MARK = re.compile(r"\[\[([^|\[\]]+)\|([^|\[\]]+)\]\]")


@pytest.mark.parametrize(("folder", "count"), [("stories3", 813), ("stories4", 497)])
def test_marked_stories_are_whole(folder: str, count: int) -> None:
    stories = [json.loads(line) for line in (TRAINING / folder / "stories.jsonl").read_text("utf-8").splitlines()]
    assert len({story["event"] for story in stories}) == len(stories) == count
    ids = [document["id"] for story in stories for document in story["documents"]]
    assert len(set(ids)) == len(ids)
    for story in stories:
        assert {document["lang"] for document in story["documents"]} >= {"en", "fr"}, story["event"]
        for document in story["documents"]:
            for number, paragraph in enumerate(document["paragraphs"]):
                place = f"{document['id']}#{number}"
                assert {letter for letters, _ in MARK.findall(paragraph) for letter in letters} <= set(
                    story["facts"]
                ), place
                plain = MARK.sub(r"\2", paragraph)
                assert plain.strip(), place
                assert not re.search(r"\[\[|\]\]|\|", plain), place
