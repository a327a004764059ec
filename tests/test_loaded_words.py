"""Words for one thing, where outlets use different ones."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from test_facts import passage, story

from aligner.comparison_terms import Loaded, loaded_words, side_by_side
from aligner.facts import find_facts

OUTLETS = {"a": "Post", "b": "Le Fleuve", "c": "Herald"}


def loaded(*tellings: Sequence[str], linked: bool = True) -> list[Loaded]:
    """Return the words by which tellings differ, each (language, text, text of another fact...), in one fact or not."""
    passages = [
        passage(f"{document}#{at}.0", lang=lang, text=text)
        for document, (lang, *texts) in zip(OUTLETS, tellings, strict=False)
        for at, text in enumerate(texts)
    ]
    pairs = [(p.id, q.id) for p in passages for q in passages if p.position == q.position and p.document < q.document]
    return loaded_words(find_facts(story(passages, dict.fromkeys(pairs, 0.9) if linked else {})), outlets=OUTLETS)


@pytest.mark.parametrize(
    ("english", "french", "expected"),
    [
        ("The rebels met him.", "Les insurgés l’ont rencontré.", {"rebel", "insurgent"}),
        ("The rebels met him.", "Les terroristes l’ont rencontré.", {"rebel", "terrorist"}),
        ("The gunmen met him.", "Les djihadistes l’ont rencontré.", {"gunman", "jihadist"}),
        ("They signed the submarine deal.", "Ils ont signé le contrat du siècle.", {"deal", "century"}),
        ("Refugees landed there.", "Des migrants y ont débarqué.", {"refugee", "migrant"}),
        ("Refugees came by night.", "Des clandestins sont arrivés.", {"refugee", "illegal"}),
        ("The government refused.", "Le régime a refusé.", {"government", "regime"}),
        ("The reform was adopted.", "Les coupes budgétaires ont été adoptées.", {"reform", "cut"}),
        ("A riot broke out.", "Une manifestation a eu lieu.", {"riot", "protest"}),
        ("Two men were killed.", "Deux hommes ont été assassinés.", {"kill", "murder"}),
        ("Two men were murdered.", "Deux hommes ont été exécutés.", {"murder", "execution"}),
        ("The war goes on.", "L’opération militaire spéciale continue.", {"war", "operation"}),
        ("The annexation of the valley.", "La réunification de la vallée.", {"annexation", "reunification"}),
        ("The separation wall is built.", "La barrière de sécurité est construite.", {"wall", "barrier"}),
        ("A pro-life march.", "Une marche anti-avortement.", {"life", "against"}),
        ("The climate crisis goes on.", "Le changement climatique continue.", {"crisis", "change"}),
    ],
)
def test_different_words_for_one_thing_are_shown(english: str, french: str, expected: set[str]) -> None:
    found = loaded(("en", english), ("fr", french))
    assert {each.sense for each in found if each.key == found[0].key} >= expected
    assert {each.outlet for each in found} == {"Post", "Le Fleuve"}
    assert all({"en": english, "fr": french}[each.lang][each.start : each.end] == each.text for each in found)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("en", "The rebels met the President."), ("fr", "Les rebelles ont rencontré le président.")),
        (("en", "A murder shook the town."), ("fr", "Un meurtre a secoué la ville.")),
        (("en", "A murder shook the town."), ("en", "An assassination shook the town.")),
        (("en", "A murder shook the town."), ("fr", "Un assassinat a secoué la ville.")),
        (("en", "The deal was signed."), ("fr", "L’accord sur le marché bancaire a été signé.")),
        (("en", "The deal was signed."), ("en", "The contract was signed.")),
        (("en", "Reforms came on a March afternoon."), ("fr", "Des réformes, un après-midi de mars.")),
        (("en", "The boy cut his finger."), ("fr", "L’austérité continue.")),
        (("en", "The demonstration was long."), ("fr", "La manifestation a été longue.")),
        (("en", "Global warming goes on."), ("fr", "Le changement climatique continue.")),
        (("en", "A diet for athletes and government."), ("fr", "Le régime alimentaire des athlètes.")),
        (("en", "A terrorist attack by rebels."), ("fr", "Un attentat des rebelles.")),
        (("en", "Rebels, whom some call terrorists."), ("fr", "Les terroristes sont là.")),
    ],
)
def test_words_of_one_sense_are_no_difference(first: tuple[str, str], second: tuple[str, str]) -> None:
    assert loaded(first, second) == []


def test_words_of_different_facts_are_no_difference() -> None:
    rebels, terrorists = ("en", "The rebels met him."), ("fr", "Les terroristes l’ont rencontré.")
    assert loaded(rebels, terrorists)
    assert loaded(rebels, terrorists, linked=False) == []
    assert loaded((*rebels, "It was late."), ("fr", "Ils se sont rencontrés.", terrorists[1])) == []


def test_who_agrees_with_all_is_not_shown() -> None:
    found = loaded(
        ("en", "The rebels met the mayor. The Rebels left."),
        ("fr", "Les terroristes ont rencontré le maire."),
        ("en", "The rebels, or terrorists, met the mayor."),
    )
    assert [(each.outlet, each.fact, each.passage, each.text, each.lang) for each in found] == [
        ("Post", "a#0.0", "a#0.0", "rebels", "en"),
        ("Post", "a#0.0", "a#0.0", "Rebels", "en"),
        ("Le Fleuve", "a#0.0", "b#0.0", "terroristes", "fr"),
    ]
    assert side_by_side(found) == {"fighters": {"Le Fleuve": ["terroristes"], "Post": ["rebels"]}}
    assert side_by_side([]) == {}
