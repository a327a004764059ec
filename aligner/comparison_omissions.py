"""What outlets leave out of a story, and what one alone tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from aligner.comparison_coverage import Cell, Outlet

__all__ = ["Omission", "omissions", "only_told", "tellers_of", "untold_by_language"]


@dataclass(frozen=True, slots=True)
class Omission:
    """A fact that `by` (an outlet or a language) does not tell, and the outlets that do."""

    fact: str
    by: str
    told_by: tuple[str, ...]

    def record(self) -> Mapping[str, object]:
        """Return the omission for JSON."""
        return asdict(self)


def omissions(rows: Sequence[Sequence[Cell]], outlets: Sequence[Outlet], *, least: int) -> list[Omission]:
    """Return the facts that an outlet surely does not tell and that `least` others or more tell.

    An outlet that only reprints another is no second source, and does not omit anything of its own.
    """
    found = []
    for row in rows:
        tellers = tellers_of(row, outlets)
        if len(tellers) >= least:
            told = tuple(cell.outlet for cell in row if cell.status == "told")
            found += [
                Omission(cell.fact, cell.outlet, told)
                for cell, outlet in zip(row, outlets, strict=True)
                if cell.status == "not told" and outlet.copies is None
            ]
    return found


def tellers_of(row: Sequence[Cell], outlets: Sequence[Outlet]) -> set[str]:
    """Return the outlets that tell a fact, reprints as the one that they copy."""
    return {outlet.copies or outlet.name for cell, outlet in zip(row, outlets, strict=True) if cell.status == "told"}


def only_told(rows: Sequence[Sequence[Cell]], outlets: Sequence[Outlet]) -> dict[str, tuple[str, ...]]:
    """Return, for each outlet that is no reprint, the facts that it tells and no other one, surely, does."""
    found: dict[str, list[str]] = {outlet.name: [] for outlet in outlets if outlet.copies is None}
    for row in rows:
        tellers = tellers_of(row, outlets)
        others = [c for c, o in zip(row, outlets, strict=True) if (o.copies or o.name) not in tellers]
        if len(tellers) == 1 and others and all(cell.status == "not told" for cell in others):
            found[min(tellers)].append(row[0].fact)
    return {name: tuple(ids) for name, ids in found.items()}


def untold_by_language(rows: Sequence[Sequence[Cell]], outlets: Sequence[Outlet], *, least: int) -> list[Omission]:
    """Return the facts that no outlet of a language tells, surely, and that `least` of another one tell."""
    languages = {each.name: each.languages for each in outlets}
    found = []
    for row in rows:
        told = tuple(cell.outlet for cell in row if cell.status == "told")
        spoken = {language for name in told for language in languages[name]}
        for language in sorted({each for own in languages.values() for each in own} - spoken):
            cells = [cell for cell in row if language in languages[cell.outlet]]
            if len(tellers_of(row, outlets)) >= least and all(cell.status == "not told" for cell in cells):
                found.append(Omission(row[0].fact, language, told))
    return found
