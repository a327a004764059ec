"""The tmserver protocol, driven over loopback by clients that obey Weblate's and Okapi's rules."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from loopback import ask, serving
from tiny import TinyEncoder, make_document

from aligner.corpus import Corpus
from aligner.store_memory import MemoryStore, confirmed_pair

BRIDGE = "The council closed the old bridge on Tuesday."
PONT = "La mairie a fermé le vieux pont mardi."
FIRE = "Police: 12 people dead in a fire at a factory."
INCENDIE = "Police : 12 personnes mortes, morts dans un incendie à l'usine."
GREETING, SALUT = "Good evening to all of you.", "Bonsoir à vous tous."
ODD = (
    "a//b",
    "/leading",
    "trailing/",
    "what? now",
    "the #1 bridge",
    "100% of it",
    "up ../../ there",
    "..",
    "été à Noël, « déjà » ‘vu’",
    "two\nlines\n",
    "tab\tand \\ back",
    "a+b=c;d&e",
    "%2F is no slash",
    "😀 non-BMP 𝒳",
    "/",
)
BASES = ("/tmserver", "/api/v1/tm")


@dataclass
class Weblate:
    """Asks as Weblate's tmserver service does, and judges the answers as it does."""

    url: str
    pairs: set[tuple[str, str]] = field(default_factory=set)
    silenced: bool = False

    def get(self, *parts: str) -> Any:
        path = "/".join(quote(part, safe="") for part in parts)
        status, _, answer = ask(f"{self.url}/{path}")
        self.silenced = self.silenced or status in {401, 403, 429, 456, 503}
        assert status == 200, f"an error in the editor: {status} {answer}"
        return answer

    def languages(self) -> None:
        found = self.get("languages", "")
        self.pairs = {(s, t) for s in found["sourceLanguages"] for t in found["targetLanguages"]}

    def served(self, source: str, target: str) -> tuple[str, str] | None:
        for candidate in (target, target.partition("_")[0]):
            if (source, candidate) in self.pairs:
                return source, candidate
        return None

    def suggestions(self, source: str, target: str, text: str, *, threshold: int = 80) -> list[dict[str, Any]]:
        found = self.get(source, target, "unit", text[:500].replace("\r", " "))
        return [each for each in found if int(each["quality"]) >= threshold]


@dataclass(frozen=True)
class Okapi:
    """Asks as Okapi's connector does: casts to Double, and stops at the first hit below its threshold."""

    url: str
    threshold: float = 60.0

    def query(self, source: str, target: str, text: str) -> list[tuple[str, str, float]]:
        with urllib.request.urlopen(f"{self.url}/{source}/{target}/unit/{quote(text)}", timeout=30) as response:
            answer = json.load(response)
        hits = []
        for hit in answer:
            assert isinstance(hit["quality"], float), "java.lang.ClassCastException: Long cannot be cast to Double"
            if hit["quality"] < self.threshold:
                break
            hits.append((hit["source"], hit["target"], hit["quality"]))
        return hits


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("served") / "corpus"
    with Corpus(folder, encoder=TinyEncoder(), create=True) as corpus:
        list(
            corpus.add(
                [
                    make_document("gazette-1", BRIDGE, FIRE, outlet="Gazette"),
                    make_document("jour-1", PONT, INCENDIE, lang="fr", outlet="Le Jour"),
                ]
            )
        )
        odd = [confirmed_pair(text, f"« {text} »", source_lang="en", target_lang="fr") for text in ODD]
        greeting = confirmed_pair(GREETING, SALUT, source_lang="en", target_lang="fr-FR")
        MemoryStore(corpus.store).put([*odd, greeting])
    with serving(folder) as address:
        yield address


@pytest.fixture(scope="module")
def weblate(address: str) -> Weblate:
    return Weblate(f"{address}/tmserver")


@pytest.mark.parametrize("base", BASES)
def test_languages(address: str, base: str) -> None:
    expected = {"sourceLanguages": ["en", "fr"], "targetLanguages": ["en", "fr"]}
    assert ask(f"{address}{base}/languages/")[2] == expected


def test_weblate_reads_the_languages_and_falls_back_from_fr_ca_to_fr(weblate: Weblate) -> None:
    weblate.languages()
    assert weblate.served("en", "fr_ca") == ("en", "fr")
    assert weblate.served("en", "de") is None


def test_weblate_saves_its_configuration_by_asking_en_to_de_test(weblate: Weblate) -> None:
    assert weblate.get("en", "de", "unit", "test") == []
    assert not weblate.silenced


@pytest.mark.parametrize("locale", ["fr", "FR", "fr_FR", "fr-FR", "fr_fr.utf-8", "fr_be@euro"])
@pytest.mark.parametrize("base", BASES)
def test_locales_of_any_spelling_are_served(address: str, base: str, locale: str) -> None:
    (first, *_) = ask(f"{address}{base}/en_US/{quote(locale)}/unit/{quote(GREETING)}")[2]
    assert (first["source"], first["target"]) == (GREETING, SALUT)
    assert first["quality"] == (99.0 if "be" in locale else 100.0)  # another region's is not this one's to the letter


@pytest.mark.parametrize("locale", ["xx-not-a-locale-at-all", "und", "C", "%00", "e" * 300, "..", "'", "zh_Hant_TW"])
def test_a_pair_that_is_not_served_answers_200_and_nothing(weblate: Weblate, locale: str) -> None:
    assert weblate.get("en", locale, "unit", GREETING) == []
    assert weblate.get(locale, "fr", "unit", GREETING) == []


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize("base", BASES)
def test_weblate_percent_encodes_slashes_and_every_text_comes_through(address: str, base: str, text: str) -> None:
    found = Weblate(f"{address}{base}").suggestions("en", "fr", text)
    assert (found[0]["source"], found[0]["quality"]) == (text.strip(), 100.0)


@pytest.mark.parametrize("text", ODD)
def test_pootle_asks_with_source_in_the_query(address: str, text: str) -> None:
    (first, *_) = ask(f"{address}/tmserver/en/fr/unit/?source={quote(text)}")[2]
    assert (first["source"], first["target"], first["quality"]) == (text.strip(), f"« {text} »", 100.0)


@pytest.mark.parametrize("path", ["unit/", "unit/?source=", "unit/%20", "unit/%00", "unit/%EF%BF%BF", "unit/%ff"])
def test_a_text_of_nothing_has_no_suggestion(address: str, path: str) -> None:
    status, _, answer = ask(f"{address}/tmserver/en/fr/{path}")
    assert (status, answer) == (200, [])


@pytest.mark.parametrize("character", ["a", "é", "€", "😀"])
def test_weblate_sends_500_characters_of_any_alphabet(weblate: Weblate, character: str) -> None:
    assert weblate.suggestions("en", "fr", character * 600) == []


def test_a_unit_has_source_target_quality_and_rank_and_no_more(weblate: Weblate) -> None:
    for unit in weblate.get("en", "fr", "unit", BRIDGE):
        assert list(unit) == ["source", "target", "quality", "rank"]
        assert [type(unit[name]) for name in unit] == [str, str, float, float]


def test_okapi_casts_quality_to_double_and_gets_100_0(address: str) -> None:
    raw = urllib.request.urlopen(f"{address}/tmserver/en_us/fr_fr/unit/{quote(GREETING)}", timeout=30).read()
    assert b'"quality":100.0' in raw.replace(b" ", b"")
    assert Okapi(f"{address}/tmserver").query("en_us", "fr_FR", GREETING)[0] == (GREETING, SALUT, 100.0)


def test_okapi_stops_at_the_first_hit_under_60_so_they_are_sorted(address: str) -> None:
    everything = ask(f"{address}/tmserver/en/fr/unit/{quote(BRIDGE)}?max_candidates=50")[2]
    qualities = [unit["quality"] for unit in everything]
    assert qualities == sorted(qualities, reverse=True)
    kept = Okapi(f"{address}/tmserver").query("en", "fr", BRIDGE)
    assert [quality for *_, quality in kept] == [quality for quality in qualities if quality >= 60]


def test_100_is_kept_for_what_was_confirmed_to_the_letter(weblate: Weblate) -> None:
    assert weblate.suggestions("en", "fr", GREETING)[0]["quality"] == 100.0
    changed = weblate.suggestions("en", "fr", GREETING.replace("all", "al"))
    assert 90 < changed[0]["quality"] < 100
    assert all(unit["quality"] < 100 for unit in weblate.get("en", "fr", "unit", BRIDGE))


@pytest.mark.parametrize(
    ("query", "expected"), [("min_similarity=100", 1), ("max_candidates=1", 1), ("min_similarity=x", 1)]
)
def test_what_is_asked_for_is_kept_to(address: str, query: str, expected: int) -> None:
    found = ask(f"{address}/tmserver/en/fr/unit/{quote(GREETING)}?style=gnome&{query}")[2]
    assert found[0]["target"] == SALUT
    assert len(found) >= expected
    if "x" not in query:
        assert len(found) == expected


def test_pootle_asks_for_a_call_of_its_function(address: str) -> None:
    url = f"{address}/tmserver/en/fr/unit/?source={quote(GREETING)}&jsoncallback="
    status, headers, script = ask(f"{url}jQuery.cb_1")
    assert status == 200
    assert headers["Content-Type"].startswith("application/javascript")
    assert json.loads(script.decode().removeprefix("/**/jQuery.cb_1(").strip().removesuffix(");"))[0]["target"] == SALUT
    for name in ("alert(1)//", "a b", "<script>", "", "é", "x" * 101, "a..b", "1a"):
        assert ask(f"{url}{quote(name)}")[0] == 400, name


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_writes_are_off_by_default(address: str, method: str) -> None:
    body = {"source": "A", "target": "B"}
    status, headers, answer = ask(f"{address}/tmserver/en/fr/unit/A", body, method=method)
    assert (status, answer["detail"].partition(";")[0], headers["Allow"]) == (405, "writing is off", "GET")
    assert ask(f"{address}/tmserver/en/fr/store/1", [body])[0] == 405


def test_what_a_tool_writes_is_suggested_at_once_and_survives(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    with serving(folder, ALIGNER_MEMORY_WRITES="yes") as address:
        url = f"{address}/tmserver/en_gb/fr"
        body = {"source": "Closed on/off?", "target": "Fermé\nou ouvert"}
        status, _, first = ask(f"{url}/unit/{quote(body['source'], safe='')}", body, method="PUT")
        assert (status, first["status"]) == (200, "created")
        assert ask(f"{url}/unit/x", body, method="POST")[2] == {"id": first["id"], "status": "unchanged"}
        units = [
            {"source": "One", "target": "Un", "context": "menu"},
            {"source": "Two", "target": " "},
            {"source": "Three"},
            7,
        ]
        answer = ask(f"{url}/store/po/menu.po", units)[2]
        assert (answer["created"], answer["refused"]) == (1, 3)
        assert [(each["unit"], each["field"], each["reason"]) for each in answer["refusals"]] == [
            (1, "target", "empty"),
            (2, "target", "missing"),
            (3, None, "expected an object with source and target"),
        ]
        assert ask(f"{url}/unit/{quote('Closed on/off?', safe='')}")[2][0]["target"] == "Fermé\nou ouvert"
        assert ask(f"{address}/tmserver/not+a+locale!/fr/unit/x", body, method="PUT")[0] == 422
        assert ask(f"{url}/unit/x", [1], method="PUT")[0] == 422
    with serving(folder) as address:
        assert ask(f"{address}/tmserver/en/fr/unit/One")[2][0]["quality"] == 100.0
        assert ask(f"{address}/tmserver/languages")[2]["targetLanguages"] == ["en", "fr"]


def test_no_text_of_a_user_is_logged(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    with serving(folder) as address:
        for path in (
            "tmserver/en/fr/unit/SECRET%20text",
            "tmserver/en/fr/unit/?source=SECRET",
            "get?q=SECRET&langpair=en|fr",
        ):
            assert ask(f"{address}/{path}")[0] == 200
    log = folder.with_suffix(".log").read_text("utf-8")
    assert "/tmserver/<source>/<target>/unit/" in log
    assert "SECRET" not in log
