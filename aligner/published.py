"""When texts were published, as far as that can be told."""

from __future__ import annotations

from datetime import UTC, datetime

__all__ = ["surely_before"]


def surely_before(one: str, other: str) -> bool:
    """Say whether a text's ISO date or time lies before another's for sure: days alone tell nothing of one day."""
    if "T" not in one or "T" not in other:
        return one[:10] < other[:10]
    first, second = (datetime.fromisoformat(each) for each in (one, other))
    if first.tzinfo is None or second.tzinfo is None:
        return one[:10] < other[:10] if first.tzinfo is not second.tzinfo else first < second
    return first.astimezone(UTC) < second.astimezone(UTC)
