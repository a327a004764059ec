"""Lists of words: the same keys in each language, and what is found with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from aligner.comparison_words import agentless
from aligner.wordlists import FOLDER, UNCOUNTED, listed_languages, opens_with_pronoun, word_lists


def keys(language: str) -> list[tuple[str, str]]:
    lines = (FOLDER / f"{language}.tsv").read_text("utf-8").splitlines()
    found = [tuple(line.split("\t")[:2]) for line in lines if line and not line.startswith("#")]
    return [(kind, key) for kind, key in found if kind != "endings"]


def rows(language: str) -> list[tuple[str, str, list[str]]]:
    lines = (FOLDER / f"{language}.tsv").read_text("utf-8").splitlines()
    split = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(kind, key, forms.split("|")) for kind, key, forms in split]


@pytest.mark.parametrize("language", listed_languages())
def test_each_language_lists_the_same(language: str) -> None:
    assert keys(language) == keys("en")


@pytest.mark.parametrize("language", listed_languages())
def test_each_form_is_listed_once_and_is_found(language: str) -> None:
    """But for marked ones, which need words beside them, and those that a longer one or a set phrase holds."""
    lists = word_lists(language)
    assert lists is not None
    for kind in ("verb", "loaded"):
        own = [(key, form) for name, key, forms in rows(language) for form in forms if name == kind]
        assert len(own) == len(set(own))
        plain = [(key, form) for key, form in own if form[-1] not in "?!=" and not {"@", "*"} & {*form}]
        assert len({form for _, form in plain}) == len(plain)
        for key, form in plain:
            found = [each.key for each in lists.find(kind, form)]
            assert found == [] if key == UNCOUNTED else key in found, form


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
        ("en", "verb", "The minister claimed that, and claims to know.", ["claim:claimed", "claim:claims to"]),
        ("en", "verb", "He claims he won; she doesn\u2019t fear the law.", ["claim:claims", "warn:fear"]),
        ("en", "verb", "Charges, claims and fears. A drone attack on his orders; her claims the vote.", []),
        ("en", "verb", "The rebels claimed responsibility. The accused was sworn in.", []),
        ("en", "verb", "The town\u2019s demands that day. Amid fears that he left.", []),
        ("en", "verb", "\u201cNo\u201d, answers Smith.", ["say:answers"]),
        ("en", "verb", "Critics hailed the film, he vows: never.", ["praise:hailed", "promise:vows"]),
        ("en", "verb", "It was maintained well. She maintained that it was.", ["say:maintained"]),
        ("fr", "verb", "Il prétend le contraire, elle soutient que non.", ["claim:prétend", "claim:soutient que"]),
        ("fr", "verb", "Elle soutient le projet. Il lance la balle.", []),
        ("fr", "verb", "L\u2019alerte maximale, une note, les menaces, sa demande, la critique.", []),
        ("fr", "verb", "Les cheveux largement écartés. L\u2019accusé se demande où.", []),
        ("fr", "verb", "\u00ab\u00a0Non\u00a0\u00bb, lance-t-il. Elle note que oui.", ["say:lance", "say:note"]),
        ("fr", "verb", "\u00ab Non \u00bb, glisse le maire. Il martèle : non.", ["say:glisse", "say:martèle"]),
        ("fr", "verb", "\u00ab Non \u00bb, réagit le maire, qui demande la paix.", ["say:réagit", "demand:demande"]),
        ("fr", "verb", "Selon lui, elles déclareront forfait.", ["say:Selon", "say:déclareront"]),
        ("fr", "verb", "Une déclaration, un affirmatif.", []),
        ("en", "verb", "Soldiers, sayings, addition.", []),
        ("en", "hedge", "In May it might rain.", ["modal:might"]),
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


def test_marks_and_signs_are_read_from_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A language needs no code for its own words and signs."""
    lines = [
        "endings\tt\tt|te",
        "sign\tnoun\tder|'n|*em",
        "sign\tsubject\ter|wer",
        "sign\tobject\tden",
        "sign\tsaid before\t\u201c",
        "sign\tsaid after\tdass|:",
        "verb\t-\tsag@t schon",
        "verb\tsay\tsag@t|Ruf=|klage?|mein@t!",
    ]
    (tmp_path / "de.tsv").write_text("\n".join(lines), "utf-8")
    monkeypatch.setattr("aligner.wordlists.FOLDER", tmp_path)
    word_lists.cache_clear()
    text = (
        "Ruf, ruf. Sagte; sagt schon. Er klage; der klage den; 'n klage den; seinem klage den; klage den; klage. "
        "Er meint; meint dass; meinte: \u201eJa\u201c meint"
    )
    lists = word_lists("de")
    word_lists.cache_clear()
    assert lists is not None
    found = [(each.start, text[each.start : each.end]) for each in lists.find("verb", text)]
    assert [word for _, word in found] == ["Ruf", "Sagte", "klage", "klage", "meint", "meinte", "meint"]
    assert [start for start, word in found if word == "klage"] == [text.index("klage"), text.index("klage den; klage.")]
    assert [start for start, word in found if word == "meint"] == [text.index("meint dass"), text.rindex("meint")]


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
