"""Lists of words: the same keys in each language, and what is found with them."""

from __future__ import annotations

import pytest

from aligner.comparison_words import agentless
from aligner.wordlists import FOLDER, listed_languages, opens_with_pronoun, word_lists


def keys(language: str) -> list[tuple[str, str]]:
    lines = (FOLDER / f"{language}.tsv").read_text("utf-8").splitlines()
    found = [tuple(line.split("\t")[:2]) for line in lines if line and not line.startswith("#")]
    return [(kind, key) for kind, key in found if kind != "endings"]


@pytest.mark.parametrize("language", listed_languages())
def test_each_language_lists_the_same(language: str) -> None:
    assert keys(language) == keys("en")


@pytest.mark.parametrize(
    ("language", "kind", "text", "expected"),
    [
        (
            "en",
            "verb",
            "The mayor said no, denied it and announced more.",
            ["say:said", "deny:denied", "say:announced"],
        ),
        ("fr", "verb", "Il a dit non, a démenti puis annoncé plus.", ["say:dit", "deny:démenti", "say:annoncé"]),
        ("fr", "verb", "Selon lui, elles déclareront forfait.", ["say:Selon", "say:déclareront"]),
        ("fr", "verb", "Une déclaration, un affirmatif.", []),
        ("en", "verb", "Soldiers, sayings, addition.", []),
        ("en", "hedge", "Perhaps it may rain for nearly an hour.", ["perhaps:Perhaps", "modal:may", "about:nearly"]),
        ("fr", "hedge", "Peut-être pourrait-il pleuvoir.", ["perhaps:Peut-être", "modal:pourrait"]),
        ("en", "negation", "It isn\u2019t his, and no one cannot.", ["not:isn\u2019t", "not:no one", "not:cannot"]),
        ("fr", "negation", "Ce n\u2019est pas le sien, et personne ne peut.", ["not:pas", "not:personne ne"]),
        ("en", "agency", "Nordia News Agency, with files", ["name:Nordia News Agency", "by:with", "credit:files"]),
    ],
)
def test_finds_listed_words(language: str, kind: str, text: str, expected: list[str]) -> None:
    lists = word_lists(language)
    assert lists is not None
    assert [f"{each.key}:{text[each.start : each.end]}" for each in lists.find(kind, text)] == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Two men were killed on Monday.", ["were killed"]),
        ("en", "Two men were killed by the police.", []),
        ("en", "Two men were reportedly being held.", ["were reportedly being held"]),
        ("en", "He is interested, and was late.", []),
        ("fr", "Deux hommes ont été tués lundi.", ["ont été tués"]),
        ("fr", "Deux hommes ont été tués par la police.", []),
        ("fr", "Ils sont arrivés et se sont assis.", []),
    ],
)
def test_passives_without_an_agent(language: str, text: str, expected: list[str]) -> None:
    lists = word_lists(language)
    assert lists is not None
    assert [text[start:end] for start, end in agentless(lists, text)] == expected


def test_a_language_without_lists() -> None:
    assert word_lists("de") is None
    assert not opens_with_pronoun("Er kam.", "de")


def test_variants_share_a_language() -> None:
    assert word_lists("fr-CA") == word_lists("fr")
    assert opens_with_pronoun("\u00ab Il est venu \u00bb", "fr-CA")
    assert not opens_with_pronoun("Les voisins sont venus.", "fr")
