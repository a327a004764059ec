"""What two paragraphs are compared by: items with their place in the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["KINDS", "NUMBER_KINDS", "Evidence", "Item"]

NUMBER_KINDS = ("number", "percent", "money", "measure")
KINDS = (*NUMBER_KINDS, "date", "time", "name", "quotation", "denial")


@dataclass(frozen=True, slots=True)
class Item:
    """One number, date, time, name, quotation or denial of a text.

    `value` is its normal form, `text` how the text puts it, in characters [start, end). `also` is where the other
    text has it, for a shared item.
    """

    kind: str
    value: str
    text: str
    start: int
    end: int
    also: tuple[int, int] | None = None

    def record(self) -> Mapping[str, object]:
        """Return the item for JSON."""
        record: dict[str, object] = {name: getattr(self, name) for name in ("kind", "value", "text", "start", "end")}
        return record if self.also is None else record | {"other_start": self.also[0], "other_end": self.also[1]}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What two texts share, what only one of them tells, and what they tell differently.

    Items are in their order in the first text, or the second for `only_right`.
    """

    shared: tuple[Item, ...] = ()
    only_left: tuple[Item, ...] = ()
    only_right: tuple[Item, ...] = ()
    conflicting: tuple[tuple[Item, Item], ...] = ()
    negates_alone: bool = False
    """One of them negates more than the other can render: a doubt, too weak to be shown as a conflict."""

    @property
    def numbers(self) -> tuple[str, ...]:
        """Shared numbers in normal form, each once."""
        return tuple(dict.fromkeys(item.value for item in self.shared if item.kind in NUMBER_KINDS))

    @property
    def names(self) -> tuple[str, ...]:
        """Shared names as the first text spells them, each once."""
        return tuple(dict.fromkeys(item.value for item in self.shared if item.kind == "name"))

    def record(self) -> Mapping[str, object]:
        """Return all of it for JSON."""
        return {
            "shared": [item.record() for item in self.shared],
            "only_source": [item.record() for item in self.only_left],
            "only_target": [item.record() for item in self.only_right],
            "conflicting": [[left.record(), right.record()] for left, right in self.conflicting],
        }
