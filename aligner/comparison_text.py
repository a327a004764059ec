"""A comparison as lines for a person at a terminal: who tells what and where, what is left out, and in whose words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from aligner.comparison import Comparison
from aligner.comparison_conflicts import Version
from aligner.comparison_coverage import Cell, Outlet
from aligner.comparison_omissions import Omission
from aligner.passages import Passage
from aligner.terminal import short

__all__ = ["SHOWN", "comparison_lines"]

SHOWN = 30  # facts, and lines of each part, unless told otherwise
FEWEST = 3  # lines that each outlet has in a part, however many outlets there are
COLUMNS = 10  # outlets beside each other; more stand below
WIDTH = 9  # of a column
NAMED = 5  # speakers and verbs of an outlet
AROUND = 120  # characters of a sentence on either side of what is disputed
MARKS = {"told": "+", "partly": "~", "unsure": ".", "not told": "-", "not evaluable": "?"}
PLACES = {"lead": "L", "middle": "M", "buried": "B"}
LEGEND = """
facts: + told, ~ partly, . unsure, - not told, ? not evaluable
       L in the lead, M in the middle, B buried; how much of the outlet's text tells it; last, how sure
"""
MORE = "--limit 0 shows all"


def comparison_lines(comparison: Comparison, *, limit: int = SHOWN) -> Iterator[str]:
    """Yield the lines of a comparison; at most `limit` facts, and entries of each part (0: all).

    Facts bear the number under which they stand in the list.
    """
    numbers = {fact.id: number for number, fact in enumerate(comparison.facts, start=1)}
    texts = {fact.id: short(next(iter(fact.witnesses.values())).text) for fact in comparison.facts}
    told = {id: f"{number:>3}  {texts[id]}" for id, number in numbers.items()}
    for number, outlet in enumerate(comparison.outlets, start=1):
        yield f"{number:>3}  {outlet.name} [{', '.join(outlet.languages)}] {_notes(outlet, comparison)}"
    yield from LEGEND.splitlines()
    yield from _matrix(comparison, told, limit)
    alone = {name: [told[id] for id in ids] for name, ids in comparison.only.items() if ids}
    yield from _grouped("told by one alone, and surely by no other", alone, limit)
    for title, found in (("omitted", comparison.omitted), ("untold in a language", comparison.untold)):
        yield from _grouped(title, _omitted(found, told), limit)
    yield from _conflicts(comparison, told, limit)
    yield from _first(comparison, numbers, limit)
    yield from _words(comparison, limit)
    yield from _differences(comparison)


def _notes(outlet: Outlet, comparison: Comparison) -> str:
    notes = [outlet.doubt] if outlet.doubt else []
    agencies = dict.fromkeys(comparison.agencies[id] for id in outlet.documents if id in comparison.agencies)
    notes += [f"copy of {agency}" for agency in agencies if agency != outlet.name]
    own = {id: comparison.reprints[id] for id in outlet.documents if id in comparison.reprints}
    notes += [f"reprint of {outlet.copies}"] if outlet.copies else [f"{id} reprints {of}" for id, of in own.items()]
    return ", ".join(outlet.documents) + (f"  ({'; '.join(notes)})" if notes else "")


def _matrix(comparison: Comparison, told: Mapping[str, str], limit: int) -> Iterator[str]:
    """Yield two lines or more for each fact: its cells, and what it is."""
    outlets = [str(number) for number in range(1, len(comparison.outlets) + 1)]
    yield from ("     " + row.rstrip() for row in _rows(outlets))
    found = list(zip(comparison.facts, comparison.cells, strict=True))
    for fact, cells in found[: limit or None]:
        *above, last = _rows([_mark(cell) for cell in cells])
        sure = "" if fact.probability is None else f"{fact.probability:.2f}"
        yield from (f"     {row.rstrip()}" for row in above)
        yield f"     {last}{sure}".rstrip()
        yield told[fact.id]
    yield from _rest(len(found), limit, "     ")


def _rows(cells: Sequence[str]) -> list[str]:
    padded = [cell.ljust(WIDTH) for cell in cells]
    return ["".join(padded[at : at + COLUMNS]) for at in range(0, len(padded), COLUMNS)]


def _mark(cell: Cell) -> str:
    mark = MARKS[cell.status]
    if cell.place is None or cell.share is None:
        return mark
    return f"{mark}{PLACES[cell.place]} {max(1, round(100 * cell.share)):>3}%"


def _omitted(found: Sequence[Omission], told: Mapping[str, str]) -> dict[str, list[str]]:
    by: dict[str, list[str]] = {}
    for each in found:
        by.setdefault(each.by, []).append(f"{told[each.fact]}\n       told by {', '.join(each.told_by)}")
    return dict(sorted(by.items()))


def _grouped(title: str, groups: Mapping[str, Sequence[str]], limit: int) -> Iterator[str]:
    """Yield a part whose entries stand below who they are about; each has its share of the limit."""
    if groups:
        yield f"\n{title}:"
    most = max(FEWEST, limit // len(groups)) if limit and groups else 0
    for name, entries in groups.items():
        yield f"  {name} ({len(entries)})"
        yield from (f"  {entry}" for entry in entries[: most or None])
        yield from _rest(len(entries), most, "       ")


def _conflicts(comparison: Comparison, told: Mapping[str, str], limit: int) -> Iterator[str]:
    passages = comparison.passages
    if comparison.conflicts:
        yield "\nconflicts:"
    for conflict in comparison.conflicts[: limit or None]:
        yield f"  {conflict.relation} ({conflict.kind}), fact {told[conflict.fact].strip().replace('  ', ': ', 1)}"
        for version in conflict.versions[: limit or None]:
            day = f", {version.published}" if version.published else ""
            yield f"       {version.outlet}{day}: {version.text}"
            yield f"         {_around(passages[version.passage], version)}"
        yield from _rest(len(conflict.versions), limit, "       ")
    yield from _rest(len(comparison.conflicts), limit, "  ")


def _around(passage: Passage, version: Version) -> str:
    """Return the sentence of a version, what it says in brackets; of a long one what is near."""
    before, said, behind = (
        passage.text[: version.start],
        passage.text[version.start : version.end],
        passage.text[version.end :],
    )
    if len(before) > AROUND:
        before = "\u2026" + before[-AROUND:].partition(" ")[2]
    if len(behind) > AROUND:
        behind = behind[:AROUND].rpartition(" ")[0] + "\u2026"
    return f"{before}[{said}]{behind}"


def _first(comparison: Comparison, numbers: Mapping[str, int], limit: int) -> Iterator[str]:
    outlets = {document.id: document.outlet or document.id for document in comparison.documents}
    by: dict[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], list[int]] = {}
    for first in comparison.timeline:
        by.setdefault((first.published, first.credits(outlets)), []).append(numbers[first.fact])
    if by:
        yield "\nfirst with a fact that others tell too:"
    for (published, tellers), facts in list(by.items())[: limit or None]:
        names = [name + (f" (copy of {', '.join(own)})" if own and own != (name,) else "") for name, own in tellers]
        yield f"  {published}  {', '.join(names)}: fact{'s' * (len(facts) > 1)} {', '.join(map(str, sorted(facts)))}"
    yield from _rest(len(by), limit, "  ")


def _words(comparison: Comparison, limit: int) -> Iterator[str]:
    yield "\nin whose words:"
    for name, usage in list(comparison.usages.items())[: limit or None]:
        if not usage.evaluable:
            yield f"  {name}: not evaluable, no words are listed for its language"
            continue
        voices = {voice.name or "somebody unnamed": voice.quotations for voice in usage.voices}
        quoted = f"{100 * usage.quoted:.0f} % in quotation marks"
        yield f"  {name}: {quoted}; quoted: {_counts(voices)}; verbs of speech: {_counts(usage.verbs)}"
    yield from _rest(len(comparison.usages), limit, "  ")


def _counts(counts: Mapping[str, int]) -> str:
    shown = [f"{name} {count}" for name, count in list(counts.items())[:NAMED]]
    more = [f"and {len(counts) - NAMED} more"] if len(counts) > NAMED else []
    return ", ".join(shown + more) or "none"


def _differences(comparison: Comparison) -> Iterator[str]:
    for each in comparison.differences:
        if each.verdict == "different":
            rates = f"{each.rate} by sentence, others {each.others}; p = {each.adjusted} after Holm"
            yield f"different: {each.outlet}, {each.measure}: {rates}"
    verdicts = {each.verdict for each in comparison.differences}
    if "different" not in verdicts:
        yield f"words: {' and '.join(sorted(verdicts)) or 'nothing to compare'}"
    for key, by in comparison.terms.items():
        yield f"terms for {key}: " + "; ".join(f"{name}: {', '.join(words)}" for name, words in by.items())


def _rest(count: int, limit: int, indent: str) -> Iterator[str]:
    if limit and count > limit:
        yield f"{indent}... {count - limit} more; {MORE}"
