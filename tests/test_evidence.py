"""What two texts share, tell alone and contradict."""

from __future__ import annotations

import time

import pytest

from aligner.evidence import KINDS, Evidence, Item, compare

TUESDAY, THURSDAY = "2024-02-13", "2024-02-15"


def compared(english: str, french: str, **published: str) -> Evidence:
    return compare(english, french, left_language="en", right_language="fr", **published)


def values(items: tuple[Item, ...]) -> list[str]:
    return [f"{item.kind} {item.value}" for item in items]


def conflicts(found: Evidence) -> list[tuple[str, str]]:
    return [(left.text, right.text) for left, right in found.conflicting]


@pytest.mark.parametrize(
    ("english", "french", "shared"),
    [
        ("1,234.5", "1 234,5", "number 1234.5"),
        ("1,234.5", "1\u202f234,5 et 1\u00a0234,50", "number 1234.5"),
        ("12,345,678", "12.345.678", "number 12345678"),
        ("1.2 million people", "1,2 million de personnes", "number 1200000"),
        ("1.2 billion stars", "1,2 milliard d'étoiles", "number 1200000000"),
        ("two million", "deux millions", "number 2000000"),
        ("two hundred and twenty-one men", "deux cent vingt et un hommes", "number 221"),
        ("ninety-one days in all", "quatre-vingt-onze jours", "measure 91 day"),
        ("one thousand two hundred", "mille deux cents", "number 1200"),
        ("seventeen thousand", "17 000", "number 17000"),
        ("a dozen ships", "une douzaine de navires", "number 12"),
        ("about ten houses", "une dizaine de maisons", "number 10"),
        ("half of them", "la moitié d'entre eux", "number 0.5"),
        ("the 19th century", "le XIXe siècle", "number 19"),
        ("her third book", "son troisième livre", "number 3"),
        ("3.5% more", "3,5 % de plus", "percent 3.5%"),
        ("12 per cent", "12 pour cent", "percent 12%"),
        ("$5 million", "5 millions de dollars", "money 5000000 dollar"),
        ("£15m", "15 millions de livres", "money 15000000 GBP"),
        ("€3bn", "3 milliards d'euros", "money 3000000000 EUR"),
        ("C$310,000", "310 000 dollars canadiens", "money 310000 CAD"),
        ("US$20", "20 $ US", "money 20 USD"),
        ("US$20", "20 dollars", "money 20 USD"),
        ("38 nautical miles", "environ 70 km", "measure 38 nautical-mile"),
        ("60 mph", "97 km/h", "measure 60 mile-per-hour"),
        ("40°C", "104 °F", "measure 40 celsius"),
        ("86 degrees Fahrenheit", "30 degrés Celsius", "measure 86 fahrenheit"),
        ("2 to 3 inches of rain", "de 5 à 7,5 cm de pluie", "measure 2 inch"),
        ("6 foot 6", "1,98 m", "measure 6 foot"),
        ("on 12 June", "le 12 juin", "date --06-12"),
        ("on the 12th of June", "le 12", "date --06-12"),
        ("on June 12, 2009", "le 12 juin 2009", "date 2009-06-12"),
        ("2009-06-12", "le vendredi 12 juin 2009", "date 2009-06-12"),
        ("in June 2009", "en juin", "date 2009-06"),
        ("in May", "en mai", "date --05"),
        ("the 1980s", "les années 80", "date 1980"),
        ("on Monday", "lundi", "date monday"),
        ("at 5:00 pm EDT", "à 17H00 HAE", "time 17:00-04:00"),
        ("at 2100 GMT", "à 17H00 HAE", "time 21:00+00:00"),
        ("at 11.40 pm", "à 23 h 40", "time 23:40"),
        ("at 4 a.m.", "à 4 h", "time 04:00"),
        ("at noon", "à midi", "time 12:00"),
        ("at midnight", "à minuit", "time 00:00"),
        ("in Tehran", "à Téhéran", "name Tehran"),
        ("with Rouhani", "avec Rohani", "name Rouhani"),
        ("with Netanyahu", "avec Netanyahou", "name Netanyahu"),
        ("near Zaporizhzhia", "près de Zaporijjia", "name Zaporizhzhia"),
        ("said Jack Dorsey", "a dit M. Dorsey", "name Jack Dorsey"),
        ("in the United States", "aux États-Unis", "name United States"),
        ("with U.S. troops", "avec les troupes américaines", "name U.S."),
        ("of Iranian steel", "de l'acier iranien", "name Iranian"),
        ("of Dutch cheese", "du fromage néerlandais", "name Dutch"),
        ("the UN said", "l'ONU a dit", "name UN"),
        ("joined NATO", "a rejoint l'Otan", "name NATO"),
        ("in London", "à Londres", "name London"),
        ("in Bolivia", "en Bolivie", "name Bolivia"),
        ("the Sky Blues", "les Skyblues", "name Sky Blues"),
        ("she refused to confirm it", "elle n'a pas voulu confirmer", "denial refusal"),
        ("he denied it", "il dément", "denial denial"),
        ("it did not rain", "il n'a pas plu", "denial negation"),
    ],
)
def test_shared(english: str, french: str, shared: str) -> None:
    found = compared(english, french)
    assert shared in values(found.shared)
    assert found.only_left == found.only_right == found.conflicting == ()


@pytest.mark.parametrize(
    ("english", "french", "expected"),
    [
        ("31 people died", "27 morts", [("31", "27")]),
        ("it cost $18 million", "il a coûté 22 millions de dollars", [("$18 million", "22 millions de dollars")]),
        ("a rise of 22%", "une hausse de 19,5 %", [("22%", "19,5 %")]),
        ("Four helicopters flew three sorties", "Trois hélicoptères ont volé", [("Four", "Trois")]),
        ("West, 41, sang", "West, 55 ans, a chanté", [("41", "55 ans")]),
        ("on 12 June", "le 14 juin", [("12 June", "14 juin")]),
        ("on Monday", "mardi", [("Monday", "mardi")]),
        ("in 2017", "en 2015", [("2017", "2015")]),
        ("until March", "jusqu'en mai", [("March", "mai")]),
        ("at 5:42 pm", "à 17 h 24", [("5:42 pm", "17 h 24")]),
        ("at 2100 GMT", "à 18H00 HAE", [("2100 GMT", "18H00 HAE")]),
        ("said Jack Dorsey", "a dit John Dorsey", [("Jack Dorsey", "John Dorsey")]),
        ("they met Anna Keller", "ils ont rencontré Paul Morin", [("Anna Keller", "Paul Morin")]),
        ("a team from Austria", "une équipe venue de Suisse", [("Austria", "Suisse")]),
        ("It denied the charge.", "La charge a été confirmée hier.", [("denied", "confirmée")]),
        (
            "It refused to confirm the strike figures.",
            "Elle a déclaré une figure.",
            [("refused to confirm", "déclaré")],
        ),
        (
            "“We leave when every family has a roof,” said Rodrigo Almeyra.",
            "« Nous partirons quand chaque famille aura un toit », a promis Paulina Riveros.",
            [
                (
                    "“We leave when every family has a roof,”",
                    "« Nous partirons quand chaque famille aura un toit »",
                ),
                ("Rodrigo Almeyra", "Paulina Riveros"),
            ],
        ),
    ],
)
def test_conflicting(english: str, french: str, expected: list[tuple[str, str]]) -> None:
    assert conflicts(compared(english, french)) == expected


@pytest.mark.parametrize(
    ("english", "french", "left", "right"),
    [
        ("", "", [], []),
        ("12 dead", "", ["number 12"], []),
        ("5 dollars", "5 euros", ["money 5 dollar"], ["money 5 EUR"]),
        ("the tower is 30 m tall", "il y a 30 euros", ["measure 30 meter"], ["money 30 EUR"]),
        ("at noon", "à 13 heures GMT", ["time 12:00"], ["time 13:00+00:00"]),
        ("a magnitude of 6.3", "avec 9 000 000 chevaux", ["number 6.3"], ["number 9000000"]),
        ("he may go; they march on", "en mai", [], ["date --05"]),
        ("US troops told us", "nous", ["name US"], []),
        ("Yesterday it rained. Nobody came.", "Rien.", [], []),
        ("a Covid-19 ward, an A320", "un service", ["name Covid"], []),
        ("in FWC rooms", "dans les salles du CPF", ["name FWC"], ["name CPF"]),
        ("under Benedict XVI", "sous Benoît XVI", [], []),
    ],
)
def test_only(english: str, french: str, left: list[str], right: list[str]) -> None:
    found = compared(english, french)
    assert (values(found.only_left), values(found.only_right)) == (left, right)
    assert found.conflicting == ()


@pytest.mark.parametrize(
    ("english", "french", "same"),
    [
        ("yesterday", "mardi", True),
        ("on Tuesday", "hier", True),
        ("on Tuesday", "mardi dernier", True),
        ("on Tuesday", "le 13 février", True),
        ("today", "mercredi 14 février 2024", True),
        ("on Tuesday", "le 14 février", False),
        ("yesterday", "mercredi", False),
    ],
)
def test_days_of_publication(english: str, french: str, same: bool) -> None:
    found = compared(english, french, left_published="2024-02-14T09:00:00Z", right_published="2024-02-14")
    assert ([item.kind for item in found.shared] == ["date"]) is same


def test_clocks_of_two_countries() -> None:
    """A whole hour between two papers of different time zones is no contradiction; twenty minutes are."""
    zones = {"left_published": "2024-07-07T17:05:00+01:00", "right_published": "2024-07-07T19:30:00+02:00"}
    assert conflicts(compared("at 11:40 pm", "à 0 h 40", **zones)) == []
    assert conflicts(compared("at 11:40 pm", "à 22 h 40")) == [("11:40 pm", "22 h 40")]
    assert conflicts(compared("at 3:10 am", "à 2 h 40", **zones)) == [("3:10 am", "2 h 40")]


def test_places_in_both_texts() -> None:
    english, french = "On 12 June 31 people met in Tehran.", "Le 12 juin, 27 personnes se sont vues à Téhéran."
    found = compared(english, french)
    assert [(english[i.start : i.end], french[slice(*(i.also or ()))]) for i in found.shared] == [
        ("12 June", "12 juin"),
        ("Tehran", "Téhéran"),
    ]
    assert [(english[a.start : a.end], french[b.start : b.end]) for a, b in found.conflicting] == [("31", "27")]
    assert found.record()["conflicting"] == [
        [
            {"kind": "number", "value": "31", "text": "31", "start": 11, "end": 13},
            {"kind": "number", "value": "27", "text": "27", "start": 12, "end": 14},
        ]
    ]


def test_numbers_and_names_once_each() -> None:
    found = compared("Macron and Macron: 12, 12 and 5%, in Paris", "Macron: 12 et 5 %, à Paris")
    assert found.numbers == ("12", "5%")
    assert found.names == ("Macron", "Paris")
    assert {item.kind for item in found.shared} <= set(KINDS)


def test_a_quotation_has_its_speaker() -> None:
    found = compared(
        '"We are going home now," said Anna Keller.', "« Nous rentrons maintenant », a déclaré Anna Keller."
    )
    assert values(found.shared) == ["quotation Anna Keller: We are going home now,", "name Anna Keller"]


def test_languages_follow_by_data() -> None:
    """German and Spanish have no table here: CLDR gives their dates, units, cities and large numbers."""
    found = compare(
        "Am 3. Mai lagen in Köln 12 Kilometer, 2 Millionen",
        "El 3 de mayo, 12 kilómetros en Colonia, 2 millones",
        left_language="de",
        right_language="es",
    )
    assert values(found.shared) == ["date --05-03", "name Köln", "measure 12 kilometer", "number 2000000"]
    assert (found.only_left, found.only_right, found.conflicting) == ((), (), ())
    unknown = compare("12 x", "12 y", left_language="und", right_language="xx")
    assert values(unknown.shared) == ["number 12"]


@pytest.mark.parametrize(
    "text",
    [
        "they met Anna Smith and Bob Miller again. " * 5000,
        "'a " * 9000,
        '" ' * 9000,
        "9" * 50_000,
        "1 " * 9000,
        "a" * 50_000,
        "« a b c d » " * 2000,
        "million " * 4000,
    ],
)
def test_a_long_text_takes_no_longer_than_a_page(text: str) -> None:
    start = time.process_time()
    compared(text, text + "b")
    assert time.process_time() - start < 5


INDEPENDENT = {
    "two names that merely stand alone": (
        "Rescuers reached Meuse on Monday.",
        "Les secours ont atteint Saint-Roch.",
        [],
    ),
    "two days of two acts": ("He resigned on Friday.", "Elle a été élue lundi.", []),
    "a rounded figure": ("It employs 780,000 people.", "Elle emploie 800 000 personnes.", []),
    "a vague figure": ("4,600 people marched.", "Des milliers de personnes ont défilé.", []),
    "another toll": ("The quake killed 14 people.", "Le séisme a tué 17 personnes.", [("14", "17")]),
    "another price": (
        "The stolen painting is worth 3.2 million euros.",
        "Le tableau volé vaut 2,3 millions d’euros.",
        [("3.2 million euros", "2,3 millions d’euros")],
    ),
}


@pytest.mark.parametrize(("left", "right", "expected"), INDEPENDENT.values(), ids=INDEPENDENT)
def test_independent_texts_contradict_each_other_where_they_speak_of_one_thing(
    left: str, right: str, expected: list[tuple[str, str]]
) -> None:
    found = compare(left, right, left_language="en", right_language="fr", renders=False)
    assert [(mine.text, theirs.text) for mine, theirs in found.conflicting] == expected
