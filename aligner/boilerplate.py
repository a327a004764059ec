"""Which blocks of a document are not article text, and why.

Kinds: "boilerplate" (menus, share bars, teasers, notices), "title", "dateline", "caption", "byline", "embed"
(a post of a social network) and "contact". Words decide first (`aligner.line_kinds`), then layout: where a
block stands, how long it is, whether it ends as a sentence does. When unsure, a block is article text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from aligner.furniture import AGENCIES, words_of
from aligner.layout import LIST_ITEM, ends_sentence
from aligner.line_kinds import (
    MONTHS,
    ROWS,
    above_attribution,
    capital_share,
    depicts,
    embed_attribution,
    is_link_heading,
    line_kind,
    plain,
    speaks_of_picture,
    words,
)

__all__ = ["KINDS", "headline", "judge"]

KINDS = ("boilerplate", "title", "dateline", "caption", "byline", "embed", "contact")

MIN_PROSE_WORDS = 8
MIN_PROSE_CHARS = 50  # stands in for words where a script has no blanks
MAX_TITLE_WORDS = 25
MIN_DECK_WORDS = 12  # a line of that length under the title is the article's first sentence
MAX_DECK_CASE = 0.5  # share of long words with a capital
MAX_LABEL_WORDS = 3  # section names: "World", "Science & Tech"
MAX_CROSSHEAD_WORDS = 7
MAX_TEASER_WORDS = 16
MIN_TEASERS = 3  # lines in a row after the article's end that are links to others
MAX_POST_CHARS = 320  # an embedded post, with its links
MAX_CAPTION_WORDS = 45
TITLE_CASE = 0.7  # share of long words with a capital in a headline or menu
MAX_STOPPED_TITLE_WORDS = 12  # a headline with a full stop; longer ones are sentences full of names
STOPPED_TITLE_CASE = 0.85
MAX_NAME_WORDS = 4
MIN_UNBROKEN_CHARS = 8  # of a headline in a script that has no blanks

CELLS = re.compile(r"\s[|>»\u203a/•·]\s|\s::\s")
POSTED = re.compile(r"@\w+|#\w+|pic\.twitter|https?://|\bt\.co/")
DANGLING = words_of(row.dangling for row in ROWS)
PRONOUNS = words_of(row.pronouns for row in ROWS)
LEDE = re.compile(  # "NEW YORK: ", "PARIS (AFP) - ", "AFP - ", "London, June 3 (Reuters) - "
    rf"(?:[^\W\d_a-zà-ÿ]|['. ,-]){{3,40}}(?:\([^)]{{2,25}}\) ?)?(?:: |- )"
    rf"|.{{0,40}}\((?:{AGENCIES})\)|(?:{AGENCIES}) - ",
)


def judge(blocks: Sequence[str], *, given: bool, title: str | None = None) -> tuple[str | None, ...]:
    """Return for each block its kind if it is not article text, else None.

    `given`: the sender named the paragraphs, so that position and length tell nothing and only lines that
    are furniture by their own words are dropped. `title` is the document's, where known.
    """
    kinds = [line_kind(block, given=given) for block in blocks]
    _drop_posts(blocks, kinds, given=given)
    _drop_title(blocks, kinds, title=title, within=1 if given else len(blocks))
    if not given:
        prose = [kind is None and _is_prose(block) for block, kind in zip(blocks, kinds, strict=True)]
        _drop_repeats(blocks, kinds)
        _drop_menus(blocks, kinds, first=prose.index(True) if any(prose) else 0)
        if any(prose):
            _drop_head(blocks, kinds, first=prose.index(True))
            _drop_links(blocks, kinds)
            _drop_crossheads(blocks, kinds, prose)
            _drop_tail(blocks, kinds, last=len(prose) - 1 - prose[::-1].index(True))
    return tuple(kinds)


def headline(blocks: Sequence[str], kinds: Sequence[str | None]) -> int | None:
    """Return which of these blocks is the article's headline: the longest title above its first paragraph.

    A section's name is none. None where no article follows or nothing stands above it.
    """
    if None not in kinds:
        return None
    titles = [number for number, kind in enumerate(kinds[: kinds.index(None)]) if kind == "title"]
    longest = max(titles, key=lambda number: len(blocks[number]), default=None)
    return longest if longest is not None and _says_something(blocks[longest]) else None


def _says_something(title: str) -> bool:
    return len(words(plain(title))) > MAX_LABEL_WORDS or (" " not in title and len(title) >= MIN_UNBROKEN_CHARS)


def _is_prose(block: str) -> bool:
    long_enough = len(words(block)) >= MIN_PROSE_WORDS or len(block) >= MIN_PROSE_CHARS
    return long_enough and ends_sentence(block) and not _is_stopped_headline(block)


def _is_stopped_headline(block: str) -> bool:
    return len(words(block)) <= MAX_STOPPED_TITLE_WORDS and capital_share(block) >= STOPPED_TITLE_CASE


def _drop_posts(blocks: Sequence[str], kinds: list[str | None], *, given: bool) -> None:
    """An embedded post stands above the line that names its author."""
    for number, block in enumerate(blocks):
        if not given and kinds[number] is None and re.match(r"@\w+ ", block):
            kinds[number] = "embed"
        if not embed_attribution(block) or above_attribution(block):
            continue
        room = MAX_POST_CHARS
        for above in range(number - 1, -1, -1):
            room -= len(blocks[above])
            posted = POSTED.search(blocks[above])
            nearest = above == number - 1 and not given
            if kinds[above] not in (None, "boilerplate") or room < 0 or blocks[above].endswith(":"):
                break
            if not posted and not nearest:
                break
            kinds[above] = "embed"


def _drop_title(blocks: Sequence[str], kinds: list[str | None], *, title: str | None, within: int) -> None:
    wanted = _letters(title or "")
    if not wanted or len(blocks) < 2:
        return
    for number, block in enumerate(blocks[:within]):
        found = _letters(block)
        if kinds[number] is None and (found == wanted or (len(found) > 20 and wanted.startswith(found))):
            kinds[number] = "title"


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _drop_repeats(blocks: Sequence[str], kinds: list[str | None]) -> None:
    """The same short line three times is a button."""
    times = Counter(_letters(block) for block in blocks)
    for number, block in enumerate(blocks):
        if kinds[number] is None and times[_letters(block)] > 2 and _is_headline(block):
            kinds[number] = "boilerplate"


def _drop_menus(blocks: Sequence[str], kinds: list[str | None], *, first: int) -> None:
    """Breadcrumbs and lists of tags have many short cells; strings of teasers, above the text, many capitals."""
    for number, block in enumerate(blocks):
        if kinds[number] is not None or ends_sentence(block) or sum(char.isdigit() for char in block) * 5 > len(block):
            continue
        cells = CELLS.split(f" {plain(block)} ")
        count = len(words(block))
        crumbs = len(cells) == 2 and count < 6 and bool(re.search(r"\s[>»]\s", block))
        if (
            crumbs
            or (len(cells) > 2 and count < len(cells) * 4)
            or (number < first and count > 12 and capital_share(block) >= TITLE_CASE)
        ):
            kinds[number] = "boilerplate"


def _drop_head(blocks: Sequence[str], kinds: list[str | None], *, first: int) -> None:
    """Above the first paragraph, lines that do not end as sentences are titles and section names."""
    lines = [number for number in range(first) if kinds[number] is None]
    headline = next((number for number in lines if len(words(blocks[number])) > MAX_LABEL_WORDS), first)
    for number in reversed(lines):
        block, count = blocks[number], len(words(blocks[number]))
        below = kinds[number + 1] if number + 1 < first else None
        if number > headline and _is_headline(block) and _is_caption(block, below=""):
            kinds[number] = "caption"
            continue
        deck = number > headline and count >= MIN_DECK_WORDS and capital_share(block) < MAX_DECK_CASE
        if deck or (LIST_ITEM.match(block) and count > MAX_LABEL_WORDS):
            continue
        if _is_headline(block):
            label = count <= MAX_LABEL_WORDS and (below is not None or number > headline)
            name = number > headline and _is_name(block)
            kinds[number] = "byline" if name else "boilerplate" if label else "title"
        elif count <= 2 and below is not None:
            kinds[number] = "boilerplate"
        elif count > 2 and _is_stopped_headline(block) and block[-1] != ":":
            kinds[number] = "title"
    if first + 1 < len(blocks) and first and _is_caption(blocks[first], below=blocks[first + 1]):
        kinds[first] = "caption"


def _is_headline(block: str) -> bool:
    """Tell whether a line can be a title or the name of a link: not long, no end of sentence, not cut off."""
    found = words(plain(block))
    cut_off = block.endswith(",") or bool(found and found[-1].lower() in DANGLING)
    return len(found) <= MAX_TITLE_WORDS and not ends_sentence(block) and not cut_off


def _is_name(block: str) -> bool:
    """Tell whether a line can be a person's name and nothing else."""
    found = words(plain(block))
    named = (
        bool(found)
        and all(word[0].isupper() for word in found)
        and not re.search(r"\d", block)
        and not found[0].isupper()
    )
    return named and 2 <= len(found) <= MAX_NAME_WORDS and _is_headline(block)


def _is_caption(block: str, *, below: str) -> bool:
    """A picture's caption between the title and the first paragraph tells in the present what is to be seen."""
    line = plain(block)
    found = words(line)
    if len(found) > MAX_CAPTION_WORDS or not depicts(line):
        return False
    dated = re.search(r"\b\d{4}\b", line) and MONTHS & {word.lower() for word in found}
    return bool(LEDE.match(plain(below)) or dated or speaks_of_picture(line))


def _drop_links(blocks: Sequence[str], kinds: list[str | None]) -> None:
    """Below a heading such as "Related stories", lines that do not end as sentences are links."""
    below_heading = False
    for number, block in enumerate(blocks):
        if is_link_heading(block):
            below_heading = True
        elif below_heading and kinds[number] is None:
            below_heading = _is_headline(block) or (len(words(block)) <= MAX_TEASER_WORDS and block.endswith("?"))
            if below_heading:
                kinds[number] = "boilerplate"


def _drop_crossheads(blocks: Sequence[str], kinds: list[str | None], prose: Sequence[bool]) -> None:
    """A short line between two paragraphs, no sentence and without figures, names what follows."""
    for number in range(1, len(blocks) - 1):
        block = blocks[number]
        found = words(plain(block))
        if kinds[number] is not None or not (prose[number - 1] and prose[number + 1]) or not found:
            continue
        sentence = not _is_headline(block) or found[0].lower() in PRONOUNS
        heading = len(found) <= MAX_CROSSHEAD_WORDS and not block[0].islower() and not re.search(r"\d", block)
        teaser = len(found) > 3 and capital_share(block) > 0.85
        if not sentence and not LIST_ITEM.match(block) and (heading or teaser):
            kinds[number] = "title"


def _drop_tail(blocks: Sequence[str], kinds: list[str | None], *, last: int) -> None:
    """Below the last paragraph, several lines in a row that do not end as sentences are teasers."""
    rest = [number for number in range(last + 1, len(blocks)) if kinds[number] is None]
    lines = [n for n in rest if _is_headline(blocks[n]) and len(words(blocks[n])) <= MAX_TEASER_WORDS]
    for number in rest:
        if len(rest) <= 2 and _is_name(blocks[number]):
            kinds[number] = "byline"
    if len(lines) < MIN_TEASERS or len(lines) * 2 < len(rest) or blocks[last].endswith(":"):
        return
    for number in lines:
        if not re.search(r"\d", blocks[number]) and not LIST_ITEM.match(blocks[number]):
            kinds[number] = "boilerplate"
