"""Our invented stories as training data: paragraphs, what facts they tell and, in stories3/ and 4/, in which words.

A line of their stories.jsonl is a story: its facts by letter, its documents, and in their paragraphs each span that
asserts facts as [[letters|words]].
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from aligner.gold import read_links

__all__ = ["FOLDERS", "MARKED", "Span", "Telling", "held_out", "inside", "label", "read_tellings", "unmarked"]

ROOT = Path(__file__).parents[1]
FOLDERS = (ROOT / "seeds", ROOT / "training" / "stories", ROOT / "training" / "stories2")
MARKED = tuple(ROOT / "training" / name / "stories.jsonl" for name in ("stories3", "stories4"))
HELD_OUT = 5  # each fifth story is not shown to the reader, nor is any of seeds/
MARK = re.compile(r"\[\[([^|\]]*)\|(.*?)\]\]")

Span = tuple[int, int, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Telling:
    """One paragraph. `facts` are those it tells, None where only links are known; `spans` those that assert them."""

    id: str
    event: str
    group: str
    document: str
    lang: str
    published: str | None
    text: str
    facts: frozenset[str] | None
    spans: tuple[Span, ...] | None
    links: frozenset[str]
    """The paragraphs of the other language that are linked with it, where facts are not known."""
    doubtful: frozenset[str]


def unmarked(text: str) -> tuple[str, tuple[Span, ...]]:
    """Return a text without its marks, and what they marked."""
    plain, spans, at = "", [], 0
    for mark in MARK.finditer(text):
        plain += text[at : mark.start()]
        spans.append((len(plain), len(plain) + len(mark[2]), frozenset(mark[1])))
        plain += mark[2]
        at = mark.end()
    return plain + text[at:], tuple(spans)


def read_tellings() -> list[Telling]:
    """Return the paragraphs of all our stories, story by story."""
    linked = (telling for folder in FOLDERS for telling in _linked(folder))
    return [*linked, *(telling for path in MARKED for telling in _marked(path))]


def _linked(folder: Path) -> Iterator[Telling]:
    links = read_links(folder / "links.tsv")
    linked: dict[str, set[str]] = {}
    doubtful: dict[str, set[str]] = {}
    for pairs, found in ((links.sure, linked), (links.doubtful, doubtful)):
        for one, other in pairs:
            found.setdefault(one, set()).add(other)
            found.setdefault(other, set()).add(one)
    facts: dict[str, frozenset[str]] = {}
    if (table := folder / "facts.tsv").exists():
        for line in table.read_text("utf-8").splitlines()[1:]:
            _, paragraph, told = line.split("\t")
            facts[paragraph] = frozenset(told.split()) - {"-"}
    for record in map(json.loads, (folder / "documents.jsonl").read_text("utf-8").splitlines()):
        for number, text in enumerate(record["paragraphs"]):
            id = f"{record['id']}#{number}"
            yield Telling(
                id,
                record["event"],
                folder.name,
                record["id"],
                record["lang"][:2],
                record.get("published"),
                text,
                facts.get(id),
                None,
                frozenset(linked.get(id, ())),
                frozenset(doubtful.get(id, ())),
            )


def _marked(path: Path) -> Iterator[Telling]:
    for story in map(json.loads, path.read_text("utf-8").splitlines()):
        for document in story["documents"]:
            for number, marked in enumerate(document["paragraphs"]):
                text, spans = unmarked(marked)
                yield Telling(
                    f"{document['id']}#{number}",
                    story["event"],
                    path.parent.name,
                    document["id"],
                    document["lang"][:2],
                    document["published"],
                    text,
                    frozenset[str]().union(*(facts for _, _, facts in spans)),
                    spans,
                    frozenset(),
                    frozenset(),
                )


def label(one: Telling, other: Telling) -> int:
    """Return 1 for two paragraphs of one story that share a fact, 0 for such that do not, -1 where it is not known."""
    if one.spans is None and one.lang != other.lang:
        return -1 if other.id in one.doubtful else int(other.id in one.links)
    if one.facts is None or other.facts is None:
        return -1
    return int(bool(one.facts & other.facts))


def inside(offsets: npt.NDArray[np.int32], start: int, end: int) -> npt.NDArray[np.bool_]:
    """Return which tokens with these character ranges, shape (n, 2), a span holds; a space beside it counts to it."""
    return np.asarray((offsets[:, 0] >= start - 1) & (offsets[:, 1] <= end + 1))


def held_out(tellings: list[Telling]) -> frozenset[str]:
    """Return the stories that the reader is not shown: those of seeds/ and each fifth of the others."""
    seeds = {telling.event for telling in tellings if telling.group == FOLDERS[0].name}
    others = sorted({telling.event for telling in tellings} - seeds)
    return frozenset(seeds | set(others[::HELD_OUT]))
