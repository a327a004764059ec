"""Who speaks a quotation."""

from __future__ import annotations

import pytest

from aligner.evidence import compare
from aligner.evidence.readings import read


def speakers(text: str, language: str, before: str = "") -> list[str]:
    return [mention.speaker for mention in read(text, language, None, before).mentions if mention.kind == "quotation"]


NAMED = {
    "behind": ("en", "“We are going home now,” said Anna Keller.", ["Anna Keller"]),
    "before its verb": ("en", "“We are going home now,” Mr Keller said on Monday.", ["Keller"]),
    "behind an office": ("en", "“We are going home,” said the mayor of Norville, Anna Keller.", ["Anna Keller"]),
    "in an apposition": ("en", "“We are going home,” the mayor, Anna Keller, told Norwire.", ["Anna Keller"]),
    "with an apposition": (
        "en",
        "Anna Keller, the head of the Norling committee, added: “It is plain.”",
        ["Anna Keller"],
    ),
    "without an office": ("en", "“We are going home now,” Prime Minister Anna Keller said.", ["Anna Keller"]),
    "the subject, not the nearest": (
        "en",
        "Anna Keller said on Monday that Paul Morin was “not a good man”.",
        ["Anna Keller"],
    ),
    "a verb that introduces": (
        "en",
        "Velcorp chairman Anna Keller called the deal “a clear turning point”.",
        ["Anna Keller"],
    ),
    "a regulator": ("en", "Norland's regulator FINRO said that Velcorp was “close to the edge”.", ["FINRO"]),
    "a bank": ("en", "“We are going home now,” said Credit Norville on Monday.", ["Credit Norville"]),
    "a committee": ("en", "The Norling committee said it was “a very great book”.", ["Norling committee"]),
    "according to": ("en", "It was “a very close call”, according to Anna Keller.", ["Anna Keller"]),
    "inverted": ("fr", "« Nous rentrons tous », a déclaré mardi soir Anna Keller à Norville.", ["Anna Keller"]),
    "behind the president of": (
        "fr",
        "C'est fait, a annoncé le président de la Confédération, Paul Morin, estimant que c'est « bien mieux ainsi ».",
        ["Paul Morin"],
    ),
    "a council": ("fr", "« Nous rentrons tous », a annoncé le Conseil fédéral.", ["Conseil fédéral"]),
    "a jury": ("fr", "« Nous rentrons tous », a expliqué le jury Norling.", ["jury Norling"]),
    "selon": (
        "fr",
        "Selon le secrétaire d'État à l'Intérieur Paul Morin, tout fut joué « à dix minutes près ».",
        ["Paul Morin"],
    ),
    "the subject of que": ("fr", "Mme Keller a dit que le Conseil fédéral « allait jusqu'au bout ».", ["Keller"]),
    "a participle": (
        "fr",
        "« Nous rentrons tous », a dit Anna Keller, décrivant la ville comme « un port de marins ».",
        ["Anna Keller", "Anna Keller"],
    ),
}


@pytest.mark.parametrize(("language", "text", "expected"), NAMED.values(), ids=NAMED)
def test_the_speaker_is_the_subject_of_the_verb_of_speech(language: str, text: str, expected: list[str]) -> None:
    assert speakers(text, language) == expected


UNNAMED = {
    "another sentence": (
        "en",
        "The jury praised “the great and clear book.” Anna Keller, its head, said nothing.",
        [""],
    ),
    "a description": ("en", "Anna Keller won “for a great book”, the jury of the prize said on Thursday.", [""]),
    "a common noun": ("en", "Inspectors called it “full to the eaves” in May.", [""]),
    "a spokesman": ("en", "Anna Keller left. “We are going home now,” a spokesman said.", [""]),
    "nobody before": ("en", "“We are going home now,” he said.", [""]),
    "a noun of speech": ("en", "Anna Keller left after the statement “we are all going home”.", [""]),
    "whom it is told to": ("en", "“We are going home now,” a nurse told Norwire.", [""]),
    "a quarter": ("fr", "« Nous rentrons tous », a réagi une institutrice du quartier Saint-Roch.", [""]),
    "a people": ("fr", "« Nous rentrons tous », ont répondu les autorités turques.", [""]),
}


@pytest.mark.parametrize(("language", "text", "expected"), UNNAMED.values(), ids=UNNAMED)
def test_rather_no_speaker_than_a_wrong_one(language: str, text: str, expected: list[str]) -> None:
    assert speakers(text, language) == expected


REFERENTS = {
    "a speaker": ("en", "Anna Keller said it was late.", "“We are going home now,” she said.", "Anna Keller"),
    "a subject": ("en", "Anna Keller left the hall.", "“We are going home now,” she added.", "Anna Keller"),
    "in one paragraph": ("en", "", "Anna Keller left the hall. “We are going home now,” she said.", "Anna Keller"),
    "the one named last": (
        "en",
        "Paul Morin left. Anna Keller stayed.",
        "“We are going home,” she said.",
        "Anna Keller",
    ),
    "a last name": ("en", "Mr Anders Keller spoke. Keller said no.", "“We are going home,” he said.", "Keller"),
    "two persons": ("en", "On Monday Paul Morin met Anna Keller.", "“We are going home now,” he said.", ""),
    "beside a preposition": ("en", "For Anna Keller it was late.", "“We are going home now,” she said.", ""),
    "somebody without a name": ("en", "Paul Morin left. The nurse said no.", "“We are going home,” she said.", ""),
    "no person": ("en", "Velcorp said it was late.", "“We are going home now,” he said.", ""),
    "an office": ("en", "Mayor Anna Keller came. Paul Morin said no.", "“We go home,” the mayor said.", "Anna Keller"),
    "another office": ("en", "Mayor Anna Keller said no.", "“We are going home,” the minister said.", ""),
    "an office of nobody": (
        "en",
        "Anna Keller said it was late.",
        "“We go home,” said the spokeswoman.",
        "Anna Keller",
    ),
    "a-t-il": (
        "fr",
        "« Nous partons tous », a dit Paul Morin.",
        "« Nous rentrons tous », a-t-il martelé.",
        "Paul Morin",
    ),
    "le président": (
        "fr",
        "Le président Paul Morin a promis une fête.",
        "« Nous rentrons tous », a dit le président.",
        "Paul Morin",
    ),
}


@pytest.mark.parametrize(("language", "before", "text", "expected"), REFERENTS.values(), ids=REFERENTS)
def test_a_pronoun_stands_for_who_was_named_before(language: str, before: str, text: str, expected: str) -> None:
    assert speakers(text, language, before) == [expected]


def test_one_organisation_has_two_names() -> None:
    found = compare(
        "“We shall not leave the camp,” the UN said.",
        "« Nous ne quitterons pas le camp », a déclaré l'ONU.",
        left_language="en",
        right_language="fr",
    )
    assert [item.kind for item in found.shared if item.kind == "quotation"] == ["quotation"]
    assert found.conflicting == ()


def test_a_language_without_words_names_nobody() -> None:
    assert speakers("„Wir gehen alle nach Hause“, sagte Anna Keller.", "de") == [""]
