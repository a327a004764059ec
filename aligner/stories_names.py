"""Which id a story bears: the one that it had, as long as it can be told which one that was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Change", "name_groups"]

PREFIX = "story-"
LAST = "9999"  # a document without a date founds a story only where none has one

Group = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a story: "merged" into another, "split" into several, or "ended" with its last document."""

    change: str
    story: str
    others: tuple[str, ...]


def name_groups(
    groups: Collection[Group],
    *,
    before: Mapping[str, Collection[str]],
    founders: Mapping[str, str],
    published: Mapping[str, str | None],
    is_taken: Callable[[str], bool],
) -> tuple[dict[Group, str], list[Change]]:
    """Return the id of each group, and what became of the stories that were there before.

    A group takes over the id of the story that it shares most documents with, an id goes to one group; of equals the
    group with the story's founder, then the first by id. A new story is called by its earliest document. `before` has
    the documents of all stories concerned, `is_taken` says whether an id is or was a story's.
    """
    story = {id: name for name, members in before.items() for id in members}
    overlaps = [
        (-shared, founders.get(name) not in group, name, group)
        for group in groups
        for name, shared in Counter(story[id] for id in group if id in story).items()
    ]
    names: dict[Group, str] = {}
    used: set[str] = set()
    for _, _, name, group in sorted(overlaps):
        if group not in names and name not in used:
            names[group] = name
            used.add(name)
    for group in sorted(groups):
        if group not in names:
            names[group] = _fresh(founder(group, published), is_taken)
    return names, _changes(names, before)


def founder(group: Sequence[str], published: Mapping[str, str | None]) -> str:
    """Return the earliest document of a group, the first by id among equals."""
    return min(group, key=lambda id: (published.get(id) or LAST, id))


def _fresh(document: str, is_taken: Callable[[str], bool]) -> str:
    name, number = f"{PREFIX}{document}", 1
    while is_taken(name):
        number += 1
        name = f"{PREFIX}{document}-{number}"
    return name


def _changes(names: Mapping[Group, str], before: Mapping[str, Collection[str]]) -> list[Change]:
    now = {id: name for group, name in names.items() for id in group}
    changes = []
    for name in sorted(before):
        parts = Counter(now[id] for id in before[name] if id in now)
        if not parts:
            changes.append(Change("ended", name, ()))
            continue
        if len(parts) > 1:
            changes.append(Change("split", name, tuple(sorted(parts))))
        if name not in parts:
            changes.append(Change("merged", name, (min(parts, key=lambda other: (-parts[other], other)),)))
    return changes
