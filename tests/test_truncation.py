"""Which texts are cut off in the middle, and which merely end with something that is no sentence."""

from __future__ import annotations

import pytest

from aligner.truncation import is_cut_off

WHOLE = ["The mayor closed the old bridge on Tuesday.", "Nobody was hurt, the police said.", "It will open in May."]
POEM = ["The bridge is old,", "the river wide", "and nobody knows", "where the ferry went"]


@pytest.mark.parametrize(
    "last",
    [
        "He thanked the firemen, who arrived on Tuesday,",
        "The measures are these:",
        "The bridge was closed;",
        "The mayor said that",
        "The mayor spoke of the (",
        "The mayor said \u2013",
        'The mayor said, "',
        "The bridge will be closed, \u201cor so we hope,\u201d",
        "More was to come\u2026",
        "More was to come...",
        "More was to come [\u2026]",
        "More was to come. [+1234 chars]",
        "The first sentence is whole. The second one of the",
        "Il a dit : \u00ab\u00a0Nous ne",
        "Le maire a parlé de Jean Dupont, venu mardi,",
    ],
)
def test_cut(last: str) -> None:
    assert is_cut_off([*WHOLE, last])


@pytest.mark.parametrize(
    "last",
    [
        "It will open in May!",
        "\u201cIt will open in May.\u201d",
        "\u00ab\u00a0Il ouvrira en mai.\u00a0\u00bb",
        "(It will open in May.)",
        "It will open in May. \u25a0",
        "It will open in May.*",
        "Il ouvrira \u00ab en mai \u00bb",
        "The mayor (left)",
        "桥在星期二关闭了。",
        "هل فتح الجسر؟",
        "पुल मंगलवार को बंद हुआ।",
        "Avec AFP",
        "(Reuters)",
        "Jean Dupont, à Lyon",
        "ENDS",
        "* * *",
        "- two bridges in the north of the town",
        "1. a ferry for all who work over there",
    ],
)
def test_whole(last: str) -> None:
    assert not is_cut_off([*WHOLE, last])


def test_what_stands_below_the_last_sentence_does_not_hide_a_cut() -> None:
    assert is_cut_off([*WHOLE, "He thanked the firemen, who", "Avec AFP"])
    assert not is_cut_off([*WHOLE, "Jean Dupont", "Avec AFP"])


@pytest.mark.parametrize(
    "texts",
    [
        POEM,
        [" ".join(POEM)],
        ["Bridge closed after storm", "Two men held in the town", "Ferry to run until May"],
        [*WHOLE, "Who was hurt:", "two men of the north", "a woman of the town", "a child of six years"],
        ["North 12 34", "South 7 19", "West 3 8"],
        ["นายกเทศมนตรีปิดสะพานเก่าเมื่อวันอังคาร", "ไม่มีใครได้รับบาดเจ็บ"],
        ["* * *"],
        [],
    ],
    ids=["poem", "poem in one", "headlines", "list", "table", "no marks in the script", "no letters", "nothing"],
)
def test_a_text_without_marks_tells_nothing(texts: list[str]) -> None:
    assert not is_cut_off(texts)


def test_a_title_between_paragraphs_is_no_list() -> None:
    assert is_cut_off([*WHOLE, "What will happen now to the old bridge", "The mayor said that the river was"])


def test_a_comma_is_cut_below_titles_too_and_a_colon_begins_no_list() -> None:
    titles = ["What is known of it", "Who was hurt on the bridge"]
    assert is_cut_off([*WHOLE, *titles, "The mayor thanked the firemen, who came on Tuesday,"])
    assert is_cut_off([*WHOLE, titles[0], "The mayor said this:", "that the bridge in the north was"])
