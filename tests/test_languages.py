"""Tags, identification of short texts, refusal of other languages, and bilingual pages."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from aligner.errors import DocumentError, InputError
from aligner.languages import (
    Guess,
    canonical_tag,
    document_language,
    identify,
    identify_any,
    paragraph_language,
    primary,
    same_language,
)

SERVED = ("en", "fr")

ENGLISH = "The council closed the old bridge on Tuesday morning after engineers found cracks in one of its piers."
FRENCH = "La mairie a fermé le vieux pont mardi matin après la découverte de fissures dans l'un des piliers."
OTHERS = {
    "de": "Die Stadt hat die alte Brücke am Dienstagmorgen gesperrt, nachdem Risse in einem Pfeiler gefunden wurden.",
    "es": "El ayuntamiento cerró el puente viejo el martes por la mañana después de encontrar grietas en un pilar.",
    "it": "Il comune ha chiuso il vecchio ponte martedì mattina dopo che sono state trovate crepe in un pilastro.",
    "nl": "De gemeente heeft de oude brug dinsdagochtend afgesloten nadat er scheuren in een pijler waren gevonden.",
    "pt": "A câmara fechou a ponte velha na terça-feira de manhã depois de encontrar fissuras num dos pilares.",
    "ru": "Городские власти закрыли старый мост во вторник утром, когда в одной из опор нашли трещины.",
    "ar": "أغلقت البلدية الجسر القديم صباح الثلاثاء بعد العثور على تشققات في إحدى الدعامات.",
    "zh": "工程师在一个桥墩上发现裂缝后，市政府于星期二上午关闭了这座老桥。",
    "ca": "L'ajuntament va tancar el pont vell dimarts al matí després de trobar esquerdes en un dels pilars.",
    "sv": "Kommunen stängde den gamla bron på tisdagsmorgonen efter att man hittat sprickor i en pelare.",
}
SHORT = {
    "en": ["The bridge is closed.", "He has not answered yet.", "Work starts on Monday.", "Nobody was hurt."],
    "fr": [
        "Le pont est fermé.",
        "Il n'a pas encore répondu.",
        "Les travaux commencent lundi.",
        "Personne n'est blessé.",
    ],
}


@pytest.mark.parametrize(
    ("tag", "canonical", "index"),
    [
        ("EN_us", "en-US", "en"),
        ("fr", "fr", "fr"),
        ("fr-ca", "fr-CA", "fr"),
        ("ZH-hant-tw", "zh-Hant-TW", "zh"),
        ("cmn-Hans", "cmn-Hans", "zh"),
        ("iw", "he", "he"),
        ("pt_BR", "pt-BR", "pt"),
    ],
)
def test_tags_are_made_canonical(tag: str, canonical: str, index: str) -> None:
    assert canonical_tag(tag) == canonical
    assert primary(tag) == index


@pytest.mark.parametrize(
    "tag", ["", "english", "xx", "C", "en-", "e n", "fr\n", "und", "mul", "x-private", "fr-FR-1990"]
)
def test_what_is_no_tag_of_one_language_is_refused(tag: str) -> None:
    with pytest.raises(InputError, match=r"is no BCP 47 language tag, as in en, fr-CA or zh-Hant") as caught:
        canonical_tag(tag)
    assert not isinstance(caught.value, DocumentError)


@pytest.mark.parametrize(("lang", "text"), [(lang, text) for lang, texts in SHORT.items() for text in texts])
def test_a_single_short_sentence_is_enough(lang: str, text: str) -> None:
    guess = identify(text, among=SERVED)
    assert guess.lang == lang
    assert 0.5 < guess.probability <= 1.0


@pytest.mark.parametrize(("lang", "text"), [("en", ENGLISH), ("fr", FRENCH), *OTHERS.items()])
def test_all_languages_are_told_apart(lang: str, text: str) -> None:
    assert identify_any(text).lang == lang
    assert identify(text, among=("fr", "en", *OTHERS)).lang == lang


def test_the_languages_asked_for_may_carry_regions() -> None:
    assert identify(FRENCH, among=["en-GB", "fr-CA"]).lang == "fr"
    assert document_language(FRENCH, served=["en-GB", "fr-CA"]) == "fr-CA"


@pytest.mark.parametrize("text", ["", "   ", "12 345,67 €", "— « » …", "👩‍🚀"])
def test_without_letters_there_is_no_guess(text: str) -> None:
    assert identify(text, among=SERVED) == Guess(None, 0.0)
    assert identify_any(text) == Guess(None, 0.0)
    assert paragraph_language(text, document_lang="fr", served=SERVED) == "fr"
    with pytest.raises(InputError, match=r'^lang: text has no letters to tell its language by; give "lang"$'):
        document_language(text, served=SERVED)


def test_threads_get_the_same_answers() -> None:
    texts = [ENGLISH, FRENCH, *OTHERS.values()] * 20
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(identify_any, texts)) == [identify_any(text) for text in texts]


def test_importing_loads_no_model() -> None:
    code = "import sys, aligner.languages; print({'py3langid', 'langcodes', 'numpy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


@pytest.mark.parametrize(("lang", "text"), [("en", ENGLISH), ("fr", FRENCH)])
def test_a_document_gets_the_served_language_it_reads_as(lang: str, text: str) -> None:
    assert document_language(text, served=SERVED) == lang


@pytest.mark.parametrize(("lang", "text"), OTHERS.items())
def test_a_document_in_another_language_is_refused(lang: str, text: str) -> None:
    message = rf'^lang: text reads as {lang}; expected one of en, fr; give "lang" to add it all the same$'
    with pytest.raises(InputError, match=message):
        document_language(text, served=SERVED)
    assert document_language(text, served=(*SERVED, lang)) == lang


def test_too_little_text_is_not_refused() -> None:
    assert document_language("Guten Morgen!", served=SERVED) in SERVED


@pytest.mark.parametrize(
    ("text", "document_lang", "expected"),
    [
        (FRENCH, "fr", "fr"),
        (FRENCH, "fr-CA", "fr-CA"),  # its document's own tag, region and all
        (FRENCH, "en", "fr"),
        (ENGLISH, "fr", "en"),
        (ENGLISH, "de", "en"),  # the document's language need not be served
        (OTHERS["de"], "de", "de"),
        (OTHERS["es"], "fr", "fr"),  # in neither: left alone
        ("Manchester United, Aston Villa, Newcastle, Leeds, Everton", "fr", "fr"),  # names alone
        ("The Guardian", "fr", "fr"),  # too short to be sure
        (ENGLISH, "tlh", "tlh"),  # a language that the identifier does not know
    ],
)
def test_a_paragraph_switches_only_when_surely_in_another_served_language(
    text: str, document_lang: str, expected: str
) -> None:
    assert paragraph_language(text, document_lang=document_lang, served=SERVED) == expected


def sentences(real_data: Path) -> Iterator[tuple[str, str]]:
    for name in ("tatoeba", "flores_dev", "ntrex", "wmt_newstest"):
        with (real_data / "parallel" / f"{name}_en_fr.jsonl").open(encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                if number == 1500:
                    break
                row = json.loads(line)
                yield from ((lang, row[lang]) for lang in SERVED)


def test_on_real_sentences(real_data: Path) -> None:
    total = wrong = refused = switched = long = found = 0
    for lang, text in sentences(real_data):
        if not any(char.isalpha() for char in text):
            continue
        total += 1
        other = "fr" if lang == "en" else "en"
        wrong += identify(text, among=SERVED).lang != lang
        switched += paragraph_language(text, document_lang=lang, served=SERVED) != lang
        if sum(char.isalpha() for char in text) >= 60:
            long += 1
            found += paragraph_language(text, document_lang=other, served=SERVED) == lang
        try:
            document_language(text, served=SERVED)
        except InputError:
            refused += 1
    assert total > 9000
    assert wrong / total < 0.003
    assert switched / total < 0.001
    assert refused / total < 0.001
    assert found / long > 0.97


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("zh", ("cmn", "zh")), ("cmn-Hans", ("cmn-Hans", "zh-Hans")), ("fr-CA", ("fr-CA",)), ("lv", ("lv", "lvs"))],
)
def test_tags_that_say_the_same(tag: str, expected: tuple[str, ...]) -> None:
    assert same_language(tag) == expected
    assert {primary(each) for each in expected} == {primary(tag)}
