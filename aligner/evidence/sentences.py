"""Where the sentence around a quotation starts and ends."""

from __future__ import annotations

from aligner.evidence.mentions import Scan

__all__ = ["INSIDE", "OPENS", "sentence"]

OPENS, INSIDE = 2, 1  # marks of a token that opens a quotation, or is inside it
ENDS = frozenset(".!?\u2026")
CLOSING = frozenset('"\u201d\u00bb)')
LONGEST = 150  # words on either side that are read as one sentence


def sentence(scan: Scan, first: int, last: int, quoted: bytearray) -> tuple[int, int]:
    """Return the first token of the sentence around the tokens [first, last), and the one behind its last."""
    start, stop = first, last
    while start and first - start < LONGEST and not _ends(scan, start - 1, quoted):
        start -= 1
    if last and _ends(scan, last - 1, quoted):
        return start, last
    while stop < len(scan.tokens) and stop - last < LONGEST and not _ends(scan, stop, quoted):
        stop += 1
    return start, stop


def _ends(scan: Scan, at: int, quoted: bytearray) -> bool:
    """Say whether a sentence ends at a token: a full stop, or a closing mark behind one, with a capital behind it."""
    tokens = scan.tokens
    token = tokens[at]
    if at + 1 == len(tokens):
        return True
    behind = tokens[at + 1]
    if "\n" in scan.text[token.end : behind.start]:
        return True
    if quoted[at]:
        inside = at + 1 < len(tokens) and quoted[at + 1] and quoted[at + 1] != OPENS
        if inside or not (at and tokens[at - 1].text in ENDS and token.text in CLOSING):
            return False
    elif token.text not in ENDS or (token.text == "." and _is_abbreviated(scan, at - 1)):
        return False
    return not behind.is_word or behind.text[0].isupper()


def _is_abbreviated(scan: Scan, at: int) -> bool:
    return scan.word(at) in scan.lexicon.titles or len(scan.word(at)) == 1
