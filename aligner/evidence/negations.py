"""Whether one text negates what the other does not: not as evidence to show, but as a doubt."""

from __future__ import annotations

from collections.abc import Iterator

from aligner.evidence.readings import Reading

__all__ = ["negates_alone"]


def negates_alone(left: Reading, right: Reading) -> bool:
    """Say whether one text negates more often than anything in the other can render; languages without words never."""
    return any(more > most for more, most in _counts(left, right))


def _counts(left: Reading, right: Reading) -> Iterator[tuple[int, int]]:
    for own, other in ((left, right), (right, left)):
        said, rendered = own.lexicon.negations, other.lexicon.renders
        if said is not None and rendered is not None:
            yield len(said.findall(own.text)), len(rendered.findall(other.text))
