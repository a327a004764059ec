"""Which documents count, and how SQLite is asked for them."""

from __future__ import annotations

import json
from dataclasses import dataclass

from aligner.languages import same_language

__all__ = ["Filters"]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a document must be to count; None is anything. Dates are ISO 8601 and inclusive."""

    outlets: tuple[str, ...] | None = None
    languages: tuple[str, ...] | None = None
    published_from: str | None = None
    published_to: str | None = None

    def conditions(self) -> tuple[str, list[object]]:
        """Return the SQL over `documents AS d` and its values; "fr" takes "fr-CA" too, "zh" takes "cmn-Hans"."""
        parts: list[str] = ["TRUE"]
        values: list[object] = []
        if self.outlets is not None:
            parts.append("d.outlet IN (SELECT value FROM json_each(?))")
            values.append(json.dumps(self.outlets))
        if self.languages is not None:
            wanted = "SELECT 1 FROM json_each(?) AS w WHERE d.lang = w.value OR d.lang LIKE w.value || '-%'"
            parts.append(f"EXISTS ({wanted})")
            values.append(json.dumps(sorted({tag for each in self.languages for tag in same_language(each)})))
        if self.published_from is not None:
            parts.append("d.published >= ?")
            values.append(self.published_from)
        if self.published_to is not None:  # "2024-02-14T22:10" still lies on "2024-02-14"
            parts.append("(d.published <= ? OR substr(d.published, 1, length(?)) = ?)")
            values += [self.published_to] * 3
        return " AND ".join(parts), values
