"""Numbers in words, bounds beside figures, figures in brackets, and figures that count from another day."""

from __future__ import annotations

import pytest

from aligner.evidence import Evidence, compare

MONDAY, TUESDAY = {"left_published": "2024-05-06"}, {"right_published": "2024-05-07"}
Pairs = list[tuple[str, str]]


def independent(english: str, french: str, **published: str) -> Evidence:
    return compare(english, french, left_language="en", right_language="fr", renders=False, **published)


def conflicts(found: Evidence) -> Pairs:
    return [(left.text, right.text) for left, right in found.conflicting]


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("Trente et une personnes", "fr", "31"),
        ("Vingt et une maisons", "fr", "21"),
        ("quatre-vingt-une voix", "fr", "81"),
        ("cent une caisses", "fr", "101"),
        ("trois cent vingt et une voix", "fr", "321"),
        ("deux mille vingt et une caisses", "fr", "2021"),
        ("mille et une nuits", "fr", "1001"),
        ("soixante et onze caisses", "fr", "71"),
        ("quatre-vingt mille caisses", "fr", "80000"),
        ("deux millions et demi de caisses", "fr", "2500000"),
        ("a hundred and one crates", "en", "101"),
        ("a hundred and twenty thousand crates", "en", "120000"),
        ("a thousand and one nights", "en", "1001"),
        ("half a million crates", "en", "500000"),
        ("one and a half million crates", "en", "1500000"),
        ("two and a half million crates", "en", "2500000"),
    ],
)
def test_numbers_in_words_are_read_whole(text: str, language: str, value: str) -> None:
    alone = compare(text, "", left_language=language, right_language="en")
    assert [item.value for item in alone.only_left] == [value]


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("eight and a half hours of rain", "huit heures et demie de pluie"),
        ("an eight-and-a-half hours' wait", "une attente de huit heures et demie"),
    ],
)
def test_a_half_belongs_to_its_unit(english: str, french: str) -> None:
    assert [item.value for item in independent(english, french).shared] == ["8.5 hour"]


BOUNDS = {
    "almost and more than": ("Almost 900 buildings fell.", "Plus d'un millier d'immeubles sont tombés.", True),
    "near and more than": ("More than 1,000 buildings fell.", "Près de 900 immeubles sont tombés.", True),
    "about and more than": ("More than 1,000 buildings fell.", "Environ 900 immeubles sont tombés.", True),
    "more than 800, 850": ("More than 800 buildings fell.", "850 immeubles sont tombés.", False),
    "more than 800, near 900": ("More than 800 buildings fell.", "Près de 900 immeubles sont tombés.", False),
    "more than 800, 950": ("More than 800 buildings fell.", "950 immeubles sont tombés.", True),
    "more than 250, 290": ("More than 250 buildings fell.", "290 immeubles sont tombés.", False),
    "two least numbers": ("At least 600 people died.", "Plus de 1 400 morts.", True),
    "behind the figure": ("He sold 300 cars or more.", "Il a vendu 340 voitures.", False),
    "up to": ("Up to 900 buildings fell.", "500 immeubles sont tombés.", False),
    "up to less": ("Up to 900 buildings fell.", "1 100 immeubles sont tombés.", True),
    "two greatest numbers": ("Shares fell by up to 1.8%.", "Les actions ont chuté de 2,1 % au maximum.", True),
    "over, of a duration": ("It was built over 12 years.", "Il a été construit en plus de 12 ans.", False),
    "rounded": ("It employs 780,000 people.", "Elle emploie 800 000 personnes.", False),
    "rounded, with a bound": ("It has 780,000 customers.", "Elle a plus de 800 000 clients.", True),
    "a dozen": ("A dozen ships sank.", "Une dizaine de navires ont coulé.", False),
}


@pytest.mark.parametrize(("english", "french", "apart"), BOUNDS.values(), ids=BOUNDS)
def test_two_figures_clash_where_their_bounds_cannot_meet(english: str, french: str, apart: bool) -> None:
    found = independent(english, french)
    assert bool(found.conflicting) is apart
    assert not (apart and found.numbers)


def test_a_translation_keeps_a_bound_with_its_figure() -> None:
    english = "More than 800 buildings fell."
    for french, expected in (("Plus de 850 immeubles sont tombés.", [("800", "850")]), ("850 immeubles.", [])):
        assert conflicts(compare(english, french, left_language="en", right_language="fr")) == expected


BRACKETS = {
    "behind a figure": (
        "About €640 million ($700 million) has been donated to repair the harbour.",
        "Plus de 800 millions d'euros ont déjà été promis pour réparer le port.",
        [("€640 million", "800 millions d'euros")],
    ),
    "in another unit": (
        "Norbank bought its rival Velcorp for 300 million francs ($320 million) in shares.",
        "Norbank a racheté son rival Velcorp pour 200 millions de dollars en actions.",
        [("$320 million", "200 millions de dollars")],
    ),
    "of a shared figure": (
        "Donations reached 300 million francs ($320 million).",
        "Les dons ont atteint 300 millions de francs, dont des dons de 200 millions de dollars.",
        [],
    ),
    "of a name": ("The flood killed 14 (two of them in Norville) people.", "La crue a fait 17 morts.", [("14", "17")]),
}


@pytest.mark.parametrize(("english", "french", "expected"), BRACKETS.values(), ids=BRACKETS)
def test_brackets_do_not_hide_what_is_counted(english: str, french: str, expected: Pairs) -> None:
    assert conflicts(independent(english, french)) == expected


COUNTED = {
    "durations of one thing": (
        "Firefighters fought the blaze at the mill for six and a half hours.",
        "Les pompiers ont lutté douze heures contre le feu du moulin.",
        [("six and a half hours", "douze heures")],
    ),
    "durations of two things": ("The march took five hours.", "Le maire est en poste depuis trois heures.", []),
    "another count in the sentence": (
        "At least 600 people died in two countries.",
        "Plus de 1 400 morts dans trois pays.",
        [("600", "1 400"), ("two", "trois")],
    ),
    "a count of another noun": ("The toll stood at 15.", "Le séisme a fait 15 morts dans deux pays.", []),
    "aftershocks": ("At least 15 tremors followed.", "Quarante répliques ont suivi.", [("15", "Quarante")]),
    "the only money of its sentence": (
        "So far €640 million has been donated to the town.",
        "Les dons des familles et des grands groupes dépassaient déjà les 800 millions d'euros.",
        [("€640 million", "800 millions d'euros")],
    ),
    "money of another matter": ("The bank lent it 9 million euros.", "Les dons sont de 4 millions d'euros.", []),
}


@pytest.mark.parametrize(("english", "french", "expected"), COUNTED.values(), ids=COUNTED)
def test_figures_of_one_thing_clash(english: str, french: str, expected: Pairs) -> None:
    assert conflicts(independent(english, french)) == expected


def test_a_duration_from_another_day_clashes_on_one_day_only() -> None:
    english = "Twenty-four hours after the fire, firefighters left."
    french = "Quarante-huit heures après l'incendie, les pompiers sont partis."
    assert conflicts(independent(english, french, **MONDAY, **TUESDAY)) == []
    assert conflicts(independent(english, french)) == []
    assert conflicts(independent(english, french, **MONDAY, right_published="2024-05-06")) == [
        ("Twenty-four hours", "Quarante-huit heures")
    ]
    ago = independent("He died three days ago.", "Il est mort il y a quatre jours.", **MONDAY, **TUESDAY)
    assert conflicts(ago) == []


@pytest.mark.parametrize(
    ("english", "french", "expected"),
    [
        ("The mayor promised help on Tuesday.", "Les cloches de la mairie sonneront mercredi.", []),
        ("President Keller spoke on Tuesday.", "Le président Keller est parti mercredi.", []),
        ("The mayor was arrested on Tuesday.", "Le maire a été arrêté mercredi.", [("Tuesday", "mercredi")]),
        ("The bridge opened on 12 June.", "Le pont a ouvert le 14 juin.", [("12 June", "14 juin")]),
    ],
)
def test_days_clash_beside_one_act(english: str, french: str, expected: Pairs) -> None:
    assert conflicts(independent(english, french)) == expected
