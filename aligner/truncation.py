"""Whether a text is cut off, as teasers and feeds cut it: its silence then proves nothing."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from aligner.agencies import is_credit
from aligner.layout import LIST_ITEM

__all__ = ["is_cut_off"]

CLOSERS = r"[\p{Pe}\p{Pf}\p{Pi}\"'\s]*"
ELLIPSIS = regex.compile(rf"(?:\u2026|\.\.\.|\[\+?\d+ (?:chars|more)\]|\[\u2026\]|\[\.\.\.\]){CLOSERS}$")
# a mark that ends sentences in some script, and behind it only quotation marks, brackets and signs ("... said. ■")
ENDED = regex.compile(r"\p{STerm}[^\p{L}\p{N},;:\u060c\u3001]*$")
CLOSED = regex.compile(r"[\p{L}\p{N}][\s]?[)\]»\u201d][.\s]*$")  # a cut seldom falls just behind what closes
SENTENCES = regex.compile(r"\p{STerm}[\p{Pe}\p{Pf}\"']*(?:\s|$)")
GOES_ON = regex.compile(r"[,;:\u060c\u3001(\[\p{Pd}]\s*[\p{Pi}\"']?$")
LETTERS = regex.compile(r"\p{L}")
WORDS = regex.compile(r"\p{L}[\p{L}\p{M}'\u2019.-]*")
NAMES = 0.7  # share of words with a capital in a line of names: who wrote it and where
MAX_LINE_CHARS = 100
MARKED = 0.5  # share of paragraphs that end as sentences do, below which a text is no running text
LIST = 3  # lines in a row without an end: a list, a table, a poem


def is_cut_off(paragraphs: Sequence[str]) -> bool:
    """Say whether an article's text stops in the middle of a sentence, or says itself that it goes on.

    `paragraphs` are its article's. Credits, names and items of a list below the last sentence say nothing, nor does
    a text that marks no ends at all.
    """
    texts = [text.strip() for text in paragraphs if LETTERS.search(text)]
    if not texts:
        return False
    if ELLIPSIS.search(texts[-1]):
        return True
    while texts and _is_line(texts[-1]):
        texts.pop()
    if not texts or ENDED.search(texts[-1]) or not _marks_ends(texts):
        return False
    if GOES_ON.search(texts[-1]):
        return True
    if CLOSED.search(texts[-1]):
        return False
    return len(texts) < LIST or any(ENDED.search(text) or text.endswith(":") for text in texts[-LIST:-1])


def _is_line(text: str) -> bool:
    """Say whether a text is a line that ends without a mark: a credit, a name, an item of a list."""
    if ENDED.search(text) or GOES_ON.search(text) or len(text) > MAX_LINE_CHARS:
        return False
    if is_credit(text) or LIST_ITEM.match(text):
        return True
    words = WORDS.findall(text)
    capitals = sum(word[0].isupper() for word in words)
    return (text.isupper() and len(text) > 1) or (len(words) > 1 and capitals >= NAMES * len(words))


def _marks_ends(texts: Sequence[str]) -> bool:
    """Say whether a text's paragraphs end with a mark, or a sentence of its last one."""
    *above, last = texts
    ended = sum(ENDED.search(text) is not None for text in above)
    return SENTENCES.search(last) is not None or (bool(above) and ended >= MARKED * len(above))
