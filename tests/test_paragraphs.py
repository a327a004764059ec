"""Blocks of raw texts in their layouts, one-line texts, positions and offsets; invariants on random layouts."""

from __future__ import annotations

import csv
import random
import textwrap
from pathlib import Path

import pytest

from aligner.boilerplate import KINDS
from aligner.documents import Document, document_from_record
from aligner.layout import all_words, one_line, split_blocks
from aligner.paragraphs import Paragraph, split_paragraphs

SERVED = ("en", "fr")

WRAPPED = (
    "The harbour authority closed both ferry terminals on Friday after a\n"
    "crane collapsed onto the main pier. No one was hurt, but some four\n"
    "hundred passengers had to spend the night in a sports hall.\n"
)
SECOND = (
    "The company that runs the cranes promised to bear the cost of the\n"
    "repairs, which may take until spring, as its director told a crowd of\n"
    "reporters.\n"
)


def document(text: str, *, blocks: tuple[tuple[int, int], ...] | None = None, title: str | None = None) -> Document:
    return Document(id="port-1", lang="en", text=text, title=title, blocks=blocks)


def texts(text: str) -> list[str]:
    return [paragraph.text for paragraph in split_paragraphs(document(text), served=SERVED)]


def unwrapped(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("One day.\n\nTwo days.\n\n\nThree.", ["One day.", "Two days.", "Three."], id="blank lines"),
        pytest.param("One day.\nTwo days.\nThree.", ["One day.", "Two days.", "Three."], id="one a line"),
        pytest.param("One day.\nA caption\n\nTwo.", ["One day.", "A caption", "Two."], id="mixture"),
        pytest.param("  One\tday. \n \t \n\tTwo\u00a0days.", ["One day.", "Two\u00a0days."], id="blanks"),
        pytest.param("One day.\n***\nTwo days.\n-----\nThree.", ["One day.", "***", "Two days.", "-----", "Three."]),
        pytest.param("To buy:\n- 3 eggs\n- milk\n• bread", ["To buy:", "- 3 eggs", "- milk", "• bread"], id="list"),
        pytest.param(
            "the sea came in\nand took the boats\nand left the nets\nupon the quay",
            ["the sea came in", "and took the boats", "and left the nets", "upon the quay"],
            id="verse",
        ),
        pytest.param(
            "Porto    3  12\nLisbon   4   7\nFaro     1   1",
            ["Porto 3 12", "Lisbon 4 7", "Faro 1 1"],
            id="table",
        ),
        pytest.param(WRAPPED + "\n" + SECOND, [unwrapped(WRAPPED), unwrapped(SECOND)], id="wrapped, blank lines"),
        pytest.param(WRAPPED + SECOND, [unwrapped(WRAPPED), unwrapped(SECOND)], id="wrapped, short last line"),
        pytest.param(
            "    " + WRAPPED + "    " + SECOND, [unwrapped(WRAPPED), unwrapped(SECOND)], id="wrapped, indented"
        ),
        pytest.param(
            "Ferry port closed\n" + WRAPPED + "\n-----\n" + SECOND,
            ["Ferry port closed", unwrapped(WRAPPED), "-----", unwrapped(SECOND)],
            id="wrapped, title and separator",
        ),
        pytest.param(
            WRAPPED + "\n- The first crane fell onto the pier when its driver was at lunch\n  in the canteen.\n"
            "- The second crane was closed.\n",
            [
                unwrapped(WRAPPED),
                "- The first crane fell onto the pier when its driver was at lunch in the canteen.",
                "- The second crane was closed.",
            ],
            id="wrapped list items",
        ),
        pytest.param(
            "“We had no blankets,” he said.\n“Never again.”\n\n— And you?\n— Never.",
            ["“We had no blankets,” he said.", "“Never again.”", "— And you?", "— Never."],
            id="dialogue",
        ),
        pytest.param("", [], id="empty"),
        pytest.param(" \n\t\n\u00a0\n", [], id="whitespace only"),
    ],
)
def test_layouts(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("the govern-\nment fell", {"government"}, "the government fell"),
        ("the govern-\nment fell", set(), "the govern-ment fell"),
        ("a well-\nknown man", {"well", "known"}, "a well-known man"),
        ("a-\nt-il dit", set(), "a-t-il dit"),
        ("Jean-\nPaul", {"jeanpaul"}, "Jean- Paul"),
        ("the go\u00adv\u00ad\nern", set(), "the go\u00advern"),
        ("10 -\n12", set(), "10 - 12"),
        ("one\n  two\u202f!", set(), "one two\u202f!"),
    ],
)
def test_lines_are_joined(text: str, words: set[str], expected: str) -> None:
    assert one_line(text, words=frozenset(words)) == expected


def test_a_parted_word_is_joined_when_the_document_has_it_whole() -> None:
    text = WRAPPED + "It was the authority's first accident in many years, and the author-\nity is not used to them.\n"
    assert texts(text)[-1].endswith("and the authority is not used to them.")


def test_positions_offsets_and_ids() -> None:
    text = (
        "\n  Home > World\n\nThe port was closed on Friday after an accident.\n\n  No one was hurt, the mayor said.  \n"
    )
    found = split_paragraphs(document(text), served=SERVED)
    assert [(p.id, p.position, p.dropped) for p in found] == [
        ("port-1#0", 0, "boilerplate"),
        ("port-1#1", 1, None),
        ("port-1#2", 2, None),
    ]
    assert [text[p.start : p.end] for p in found] == [p.text for p in found]


def test_given_blocks_keep_their_numbers_and_their_lines() -> None:
    parts = ["Ferry port closed", "Advertisement", "Nobody to blame", "14 March 2014", "The port\nwas closed."]
    record = {"id": "port-2", "lang": "en", "paragraphs": parts}
    found = split_paragraphs(document_from_record(record, served=SERVED), served=SERVED)
    assert [(p.position, p.text, p.dropped) for p in found] == [
        (0, "Ferry port closed", None),
        (1, "Advertisement", "boilerplate"),
        (2, "Nobody to blame", None),
        (3, "14 March 2014", None),
        (4, "The port was closed.", None),
    ]


def test_an_empty_given_block_counts_and_is_left_out() -> None:
    found = split_paragraphs(document("One.\n\n \n\nTwo.", blocks=((0, 4), (6, 7), (9, 13))), served=SERVED)
    assert [(p.position, p.start, p.end) for p in found] == [(0, 0, 4), (2, 9, 13)]


def test_a_paragraph_has_its_own_language() -> None:
    french = "Le ministre a déclaré vendredi que les travaux du port dureraient jusqu'au printemps prochain."
    found = split_paragraphs(document("The port was closed on Friday, the mayor said.\n\n" + french), served=SERVED)
    assert [p.lang for p in found] == ["en", "fr"]


WORDS = (
    *("the", "port", "crane", "-", "fell-onto", "12", "«quay».", "Lisbon,", "“we”", "d'été", "said:", "waits?"),
    *("\u2014", "•", "1.", "***", "\u00a0", "\u202f;", "@lisbon"),
)
BREAKS = (" ", " ", " ", "\n", "\n\n", "\n \t\n", "\t", "  ", "-\n", "\u00a0", "\n    ", "\n- ")


@pytest.mark.parametrize("seed", range(200))
def test_every_character_lies_in_one_block(seed: int) -> None:
    chance = random.Random(seed)
    text = "".join(chance.choice(WORDS) + chance.choice(BREAKS) for _ in range(chance.randrange(120)))
    blocks = split_blocks(text)
    covered = [place for start, end in blocks for place in range(start, end)]
    assert covered == sorted(set(covered))
    assert {place for place, char in enumerate(text) if not char.isspace()} <= set(covered)
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in blocks)
    found = split_paragraphs(document(text), served=SERVED)
    assert [(p.start, p.end) for p in found] == list(blocks)
    assert [p.position for p in found] == list(range(len(blocks)))
    known = all_words([text])
    assert [p.text for p in found] == [one_line(text[p.start : p.end], words=known) for p in found]
    assert {p.dropped for p in found} <= {None, *KINDS}


@pytest.mark.parametrize("width", [60, 72, 80, 90])
def test_wrapped_prose_comes_back_whole(width: int) -> None:
    chance = random.Random(width)
    vocabulary = ["harbour", "crane", "authority", "pier", "of", "the", "a", "in", "closed", "ferries", "were", "to"]
    paragraphs = [
        " ".join(chance.choice(vocabulary) for _ in range(chance.randrange(30, 90))).capitalize() + "."
        for _ in range(8)
    ]
    assert texts("\n\n".join(textwrap.fill(paragraph, width) for paragraph in paragraphs)) == paragraphs


def seed_documents(folder: Path) -> list[Document]:
    return [
        document_from_record({"id": path.stem, "text": path.read_text(encoding="utf-8")}, served=SERVED)
        for path in sorted((folder / "seeds").glob("*.txt"))
    ]


def test_seed_positions_are_their_lines(real_data: Path) -> None:
    for seed in seed_documents(real_data):
        lines = [line.strip() for line in seed.text.split("\n") if line.strip()]
        assert [p.text for p in split_paragraphs(seed, served=SERVED)] == lines


def test_seed_lines_that_are_no_article_text(real_data: Path) -> None:
    with (real_data / "seeds" / "not_article.tsv").open(encoding="utf-8", newline="") as file:
        gold = {row["line"]: row["kind"] for row in csv.DictReader(file, delimiter="\t")}
    paragraphs: list[Paragraph] = [
        p for seed in seed_documents(real_data) for p in split_paragraphs(seed, served=SERVED)
    ]
    assert {p.id: p.dropped for p in paragraphs if p.dropped} == gold
