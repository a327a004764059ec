"""Blocks of a raw text, as character ranges: paragraphs, titles, list items, separator lines.

Blank lines always part blocks. Between them a text keeps one paragraph a line, unless its lines were cut at
a fixed width: then sentences run on over line ends, and lines end where the next word would not have fitted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["ends_sentence", "one_line", "split_blocks"]

LINE = re.compile(r"[^\n\f\v\x85\u2028\u2029]+")
SPACES = re.compile(r"[^\S\u00a0\u202f\u2007]+")  # no-break spaces are kept
LIST_ITEM = re.compile(r"(?:[-\u2013\u2014*+•·▪●■◦‣►▶>]|\(?(?:\d{1,2}[.)]|[a-zA-Z]\)))\s+(?=\S)")
SENTENCE_END = re.compile(r"[.!?…:;\u3002\uff01\uff1f\u061f\u06d4\u0964]['\"\u2019”»\u203a)\]\s*]*$")
HYPHENATED = re.compile(r"([^\W\d_]+)([-\u2010\u00ad])$")

END_CHARS = 60  # a sentence's end, or a parted word, is looked for in the last characters only

MIN_WIDTH = 45  # below it, line ends are those of verse, of a list or of a table
MAX_WIDTH = 120  # longer lines were not cut by a program that cuts lines
MIN_RUN_ON = 0.35  # share of line ends inside a sentence; about 0.7 in cut prose, 0 with one paragraph a line
MIN_FITTING = 0.8  # share of those where the next word would not have fitted
SLACKS = (1.0, 0.93, 0.85)  # how far a full line may fall short: none, then as in text cut by printed width


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    indent: int
    text: str
    opens_group: bool  # the text begins here, or a blank line stands before


def split_blocks(text: str) -> tuple[tuple[int, int], ...]:
    """Return the ranges of a text's blocks, trimmed and in order; together they hold all that is no whitespace."""
    lines = _lines(text)
    full = _full_width(lines)
    blocks: list[tuple[int, int]] = []
    for number, line in enumerate(lines):
        if number and full and _runs_on(lines, number, full=full):
            blocks[-1] = (blocks[-1][0], line.end)
        else:
            blocks.append((line.start, line.end))
    return tuple(blocks)


def one_line(text: str, *, words: frozenset[str] = frozenset()) -> str:
    """Return a block as one line: lines joined, runs of whitespace made one space, no-break spaces kept.

    A word parted at a line end is joined when it stands unparted among `words` (lower case) or was parted by
    a soft hyphen; else the hyphen stays, as in "well-" and "known".
    """
    pieces: list[str] = []
    for line in LINE.findall(text):
        piece = SPACES.sub(" ", line).strip()
        if not piece:
            continue
        if pieces:
            parted = HYPHENATED.search(pieces[-1][-END_CHARS:])
            first = re.match(r"[^\W\d_]+", piece)
            if not (parted and first and piece[0].islower()):
                pieces.append(" ")
            elif parted[2] == "\u00ad" or (parted[1] + first[0]).lower() in words:
                pieces[-1] = pieces[-1][:-1]
        pieces.append(piece)
    return "".join(pieces)


def ends_sentence(text: str) -> bool:
    """Tell whether a text ends as a sentence does, quotation marks and brackets left aside."""
    return bool(SENTENCE_END.search(text[-END_CHARS:]))


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    last_end = 0
    for match in LINE.finditer(text):
        stripped = match[0].strip()
        if stripped:
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            blank = not lines or text.count("\n", last_end, start) > 1
            indent = len(match[0][: start - match.start()].expandtabs(4))
            lines.append(_Line(start, start + len(stripped), indent, stripped, blank))
            last_end = start + len(stripped)
    return lines


def _full_width(lines: Sequence[_Line]) -> float:
    """Return the least length, next word included, of a line that was cut; 0 where lines were not cut."""
    pairs = [
        (line, below)
        for line, below in pairwise(lines)
        if not below.opens_group and len(line.text) <= MAX_WIDTH and len(below.text) <= MAX_WIDTH
    ]
    run_on = [pair for pair in pairs if _inside_sentence(*pair)]
    if not run_on or len(run_on) < MIN_RUN_ON * len(pairs):
        return 0.0
    lengths = sorted(len(line.text) for pair in pairs for line in pair)
    width = lengths[int(len(lengths) * 0.97)]  # a few lines may stick out, such as addresses
    if width < MIN_WIDTH:
        return 0.0
    for slack in SLACKS:
        if sum(_reach(*pair) > width * slack for pair in run_on) >= MIN_FITTING * len(run_on):
            return width * slack
    return 0.0


def _runs_on(lines: Sequence[_Line], number: int, *, full: float) -> bool:
    """Tell whether a line of a text with cut lines goes on with the paragraph above it."""
    above, line = lines[number - 1], lines[number]
    if line.opens_group or len(above.text) > MAX_WIDTH or not (_has_word(above.text) and _has_word(line.text)):
        return False
    inside = _inside_sentence(above, line)
    fits = _reach(above, line) > full
    if LIST_ITEM.match(line.text) and (ends_sentence(above.text) or not fits):
        return False
    if LIST_ITEM.match(above.text) and line.indent > above.indent:
        return True
    if line.indent > above.indent + 1 and not inside:
        return False
    return inside or fits


def _inside_sentence(line: _Line, below: _Line) -> bool:
    return not ends_sentence(line.text) and below.text[0].islower()


def _reach(line: _Line, below: _Line) -> int:
    """Return how long the line would be with the next word on it."""
    return len(line.text) + 1 + len(below.text.split(maxsplit=1)[0])


def _has_word(text: str) -> bool:
    return any(char.isalnum() for char in text)


def all_words(texts: Iterable[str]) -> frozenset[str]:
    """Return the words of some texts in lower case, as `one_line` wants them."""
    return frozenset(word.lower() for text in texts for word in re.findall(r"[^\W\d_]+", text))
