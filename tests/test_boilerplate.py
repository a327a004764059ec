"""What is dropped and what is kept, on lines written for this test, and on real documents where they are at hand.

Each line is judged inside a small article of its language: above the text, within it or below it.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from aligner.boilerplate import KINDS, judge

PROSE = {
    "en": (
        "The harbour authority closed both ferry terminals on Friday after a crane collapsed onto the main pier.",
        "No one was hurt, but some four hundred passengers had to spend the night in a sports hall, officials said.",
        "The company that runs the cranes promised to bear the cost of the repairs, which may take until spring.",
        "Engineers are now looking at the remaining three cranes, all built by the same firm in the eighties.",
    ),
    "fr": (
        "La direction du port a fermé vendredi les deux gares maritimes après la chute d'une grue sur la jetée.",
        "Personne n'a été blessé, mais quelque quatre cents passagers ont dû passer la nuit dans un gymnase.",
        "L'exploitant des grues s'est engagé à payer les travaux, qui pourraient durer jusqu'au printemps.",
        "Des ingénieurs examinent désormais les trois autres grues, construites par la même entreprise.",
    ),
}
TITLE = {"en": "Crane collapse shuts ferry port", "fr": "Le port fermé après la chute d'une grue"}

TABLE = Path(__file__).with_name("boilerplate_lines.tsv")
"""Language, place in the article, kind ("article" is kept), line."""
ROWS = [row.split("\t") for row in TABLE.read_text(encoding="utf-8").splitlines()[1:]]


def article_with(lang: str, place: str, line: str) -> list[str]:
    """Return an article with a line in it: below the title, between paragraphs or at the end."""
    prose = PROSE[lang]
    where = {"head": 1, "middle": 3, "tail": 5}[place]
    blocks = [TITLE[lang], *prose]
    return [*blocks[:where], line, *blocks[where:]]


def judged(lang: str, place: str, line: str) -> str | None:
    blocks = article_with(lang, place, line)
    kinds = dict(zip(blocks, judge(blocks, given=False), strict=True))
    assert [kinds[block] for block in PROSE[lang]] == [None] * 4
    assert kinds[TITLE[lang]] == "title"
    return kinds[line]


@pytest.mark.parametrize(("lang", "place", "kind", "line"), ROWS)
def test_lines_in_an_article(lang: str, place: str, kind: str, line: str) -> None:
    assert judged(lang, place, line) == (None if kind == "article" else kind)


@pytest.mark.parametrize("line", [line for _, _, kind, line in ROWS if kind == "article"])
def test_article_text_that_the_sender_gave_is_kept(line: str) -> None:
    assert judge([line], given=True) == (None,)


def test_kinds_are_the_documented_ones() -> None:
    assert {kind for _, _, kind, _ in ROWS} == {"article", *KINDS}


def test_an_embedded_post_goes_with_the_line_below_it() -> None:
    blocks = [
        *PROSE["en"][:2],
        "The harbour answered:",
        "@mayor The pier is closed, sorry",
        "— Lisbon Harbour (@lisbonharbour) March 14, 2014",
        "We are all safe and on our way home",
        "— Anna (@annaonboard) 14 March 2014",
        PROSE["en"][2],
    ]
    assert judge(blocks, given=False) == (None, None, None, "embed", "embed", "embed", "embed", None)


def test_the_line_that_leads_to_a_lost_post_is_kept() -> None:
    blocks = [*PROSE["en"], "The harbour answered:", "— Lisbon Harbour (@lisbonharbour) March 14, 2014"]
    assert judge(blocks, given=False)[-2:] == (None, "embed")


def test_a_caption_stands_between_title_and_dateline_of_the_text() -> None:
    caption = "A worker holds up a piece of the fallen crane at the harbour."
    lede = "LISBON: " + PROSE["en"][0]
    assert judge([TITLE["en"], caption, lede, *PROSE["en"][1:]], given=False)[:3] == ("title", "caption", None)
    assert judge([TITLE["en"], caption, *PROSE["en"]], given=False)[:2] == ("title", None)


def test_links_below_a_heading_go_with_it() -> None:
    links = ["Ten bridges about to close", "Why cranes fall", "Who owns the pier?"]
    within = [*PROSE["en"][:2], "Related stories", *links, *PROSE["en"][2:]]
    assert judge(within, given=False) == (None, None, *["boilerplate"] * 4, None, None)


def test_teasers_below_the_text_go_but_its_last_words_stay() -> None:
    teasers = ["Ten bridges about to close", "Mayor resigns over ferry deal", "Why cranes fall"]
    assert judge([*PROSE["en"], *teasers], given=False) == (*[None] * 4, *["boilerplate"] * 3)
    assert judge([*PROSE["en"], "The driver had run out of fuel and"], given=False) == (None,) * 5
    listed = [
        *PROSE["en"],
        "The ferries that remain in port are these:",
        "Alma Grande",
        "Rosa dos Ventos",
        "Santa Clara",
    ]
    assert judge(listed, given=False) == (None,) * 8


def test_the_documents_title_is_dropped_where_it_is_repeated() -> None:
    blocks = ["The port is closed.", *PROSE["en"]]
    assert judge(blocks, given=False, title="The Port is Closed")[0] == "title"
    assert judge(blocks, given=True, title="The Port is Closed")[0] == "title"
    assert judge(blocks[:1], given=True, title="The Port is Closed") == (None,)


def test_the_same_short_line_again_and_again_is_a_button() -> None:
    blocks = ["Show map", PROSE["en"][0], "Show map", PROSE["en"][1], PROSE["en"][2], "Show map"]
    assert judge(blocks, given=False) == ("boilerplate", None, "boilerplate", None, None, "boilerplate")


@pytest.mark.parametrize("line", ["a" * 100_000, "." * 100_000, "a@" * 50_000, "A b. " * 20_000, "- " * 50_000])
def test_long_lines_take_no_time(line: str) -> None:
    judge([line, *PROSE["en"]], given=False)  # patterns that look back from every character would take hours


@pytest.mark.parametrize(
    "lines",
    [
        ["the sea came in", "and took the boats", "and left the nets"],
        ["Porto 3 12", "Lisbon 4 7", "Faro 1 1"],
        ["Minister resigns"],
        [],
    ],
)
def test_without_prose_layout_tells_nothing(lines: list[str]) -> None:
    assert judge(lines, given=False) == (None,) * len(lines)


@pytest.mark.parametrize(
    ("lang", "blocks", "expected"),
    [
        (
            "de",
            [
                "Start | Politik | Wirtschaft | Sport",
                "Hafen nach Unfall gesperrt",
                "14.03.2014 10:32",
                "Die Hafenbehörde sperrte am Freitag beide Terminals, nachdem ein Kran umgestürzt war.",
                "Verletzt wurde niemand, doch rund vierhundert Reisende mussten in einer Turnhalle schlafen.",
                "pic.twitter.com/a1B2c3",
                "(AFP)",
            ],
            ("boilerplate", "title", "dateline", None, None, "embed", "byline"),
        ),
        (
            "zh",
            [
                "港口因事故关闭",
                "港务局星期五在一台起重机倒塌在主码头上之后关闭了两个渡轮码头,据官员称没有人受伤,但约有四百名乘客不得不过夜。",
                "-----",
            ],
            ("title", None, "boilerplate"),
        ),
    ],
)
def test_languages_without_a_row(lang: str, blocks: list[str], expected: tuple[str | None, ...]) -> None:
    assert judge(blocks, given=False) == expected, lang


def test_real_articles_lose_nothing_when_given_as_paragraphs(real_data: Path) -> None:
    lines = (real_data / "comparable" / "documents.jsonl").read_text(encoding="utf-8").splitlines()
    for record in map(json.loads, lines):
        kinds = judge(record["paragraphs"], given=True, title=record["title"])
        assert kinds == (None,) * len(record["paragraphs"]), record["id"]


@pytest.mark.parametrize(
    ("name", "lang"),
    [("ntrex", "en"), ("ntrex", "fr"), ("wmt_newstest", "en"), ("wmt_newstest", "fr")],
)
def test_real_sentences_are_kept(real_data: Path, name: str, lang: str) -> None:
    lines = (real_data / "parallel" / f"{name}_en_fr.jsonl").read_text(encoding="utf-8").splitlines()
    sentences = [json.loads(line)[lang] for line in lines]
    dropped = [sentence for sentence in sentences if judge([sentence], given=True) != (None,)]
    # The two that NTREX loses in English are headlines of videos ("Watch: ...").
    assert len(dropped) <= max(2, len(sentences) // 1000), dropped


@pytest.mark.parametrize("text", ["a" * 5000, "A" * 5000, "A." * 2500, "a-" * 2500, "by " + "A" * 5000, "A " * 2500])
def test_no_line_takes_long(text: str) -> None:
    """Patterns that try all ways to cut a long word would stall whoever adds it."""
    start = time.perf_counter()
    judge([text, "The council closed the bridge.", text], given=False, title=None)
    assert time.perf_counter() - start < 2
