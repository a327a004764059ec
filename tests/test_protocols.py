"""MyMemory's `get` and Weblate's memory look-up over loopback, and an OmegaT-style ExternalFinder."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from loopback import ask, serving
from tiny import TinyEncoder, make_document

from aligner.corpus import Corpus
from aligner.store_memory import MemoryStore, confirmed_pair

BRIDGE = "The council closed the old bridge on Tuesday."
PONT = "La mairie a fermé le vieux pont mardi."
GREETING, SALUT = "Good evening to all of you.", "Bonsoir à vous tous."
PAIR = confirmed_pair(
    GREETING,
    SALUT,
    source_lang="en-GB",
    target_lang="fr-FR",
    origin="evening.po",
    author="anna",
    created="2023-02-04T09:39:47Z",
    changed="2023-02-05T00:00:00Z",
)
MATCH = (
    "id segment translation source target quality reference usage-count subject created-by last-updated-by create-date"
    " last-update-date match"
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("served") / "corpus"
    with Corpus(folder, encoder=TinyEncoder(), create=True) as corpus:
        documents = [
            make_document("gazette-1", BRIDGE, outlet="Gazette"),
            make_document("jour-1", PONT, lang="fr", outlet="Le Jour", published="2024-02-14T22:10:00+01:00"),
        ]
        list(corpus.add(documents))
        MemoryStore(corpus.store).put([PAIR])
    with serving(folder) as address:
        yield address


def get(address: str, **query: object) -> Any:
    status, _, answer = ask(f"{address}/get?{urlencode(query)}")
    assert status == 200
    assert list(answer) == ["responseData", "quotaFinished", "responseDetails", "responseStatus", "matches"]
    assert list(answer["responseData"]) == ["translatedText", "match"]
    return answer


def test_mymemory_gives_every_field_of_a_confirmed_pair(address: str) -> None:
    answer = get(address, q=GREETING, langpair="en|fr", de="a@example.org", key="k", mt=1, numres=1)
    assert answer["responseData"] == {"translatedText": SALUT, "match": 1.0}
    assert (answer["quotaFinished"], answer["responseDetails"], answer["responseStatus"]) == (False, "", 200)
    assert answer["matches"] == [
        {
            "id": PAIR.id,
            "segment": GREETING,
            "translation": SALUT,
            "source": "en-GB",
            "target": "fr-FR",
            "quality": "100",
            "reference": "evening.po",
            "usage-count": 1,
            "subject": "All",
            "created-by": "anna",
            "last-updated-by": "anna",
            "create-date": "2023-02-04 09:39:47",
            "last-update-date": "2023-02-05 00:00:00",
            "match": 1.0,
        }
    ]


def test_mymemory_tells_where_news_stands(address: str) -> None:
    (found,) = [
        match for match in get(address, q=BRIDGE, langpair="en-GB|fr-FR")["matches"] if match["id"] == "jour-1#0"
    ]
    assert list(found) == MATCH.split()
    assert (found["translation"], found["target"], found["created-by"]) == (PONT, "fr", "Le Jour")
    assert found["reference"].endswith(f"jour-1#0, Le Jour, probability {1.0:.2f}")
    assert found["create-date"] == "2024-02-14 21:10:00"
    assert found["match"] < 1
    assert found["quality"] == str(int(100 * found["match"]))


def test_mymemory_gives_nobody_a_translation_that_does_not_pass_for_one(address: str) -> None:
    for text in (BRIDGE, "Closed bridge: the council met", GREETING[:12]):
        answer = get(address, q=text, langpair="en|fr")
        best = max((match["match"] for match in answer["matches"]), default=0)
        if best < 0.8:
            assert answer["responseData"] == {"translatedText": "", "match": 0.0}
        else:
            assert answer["responseData"]["match"] == best


def test_mymemory_keeps_to_private_and_phrases_where_asked(address: str) -> None:
    assert get(address, q=BRIDGE, langpair="en|fr", onlyprivate=1)["matches"] == []
    assert get(address, q="evening to all", langpair="en|fr", onlyprivate=1)["matches"] == []
    (found,) = get(address, q="evening to all", langpair="en|fr", onlyprivate=1, conc="true")["matches"]
    assert (found["segment"], found["translation"]) == (GREETING, SALUT)
    assert found["match"] == round(len("evening to all") / len(GREETING), 3)


@pytest.mark.parametrize(
    ("query", "details"),
    [
        ({"q": "a"}, "INVALID LANGUAGE PAIR"),
        ({"q": "a", "langpair": "en"}, "INVALID LANGUAGE PAIR"),
        ({"q": "a", "langpair": "en|??"}, "INVALID LANGUAGE PAIR"),
        ({"langpair": "en|fr"}, "NO QUERY SPECIFIED"),
        ({"q": " \n", "langpair": "en|fr"}, "NO QUERY SPECIFIED"),
    ],
)
def test_mymemory_tells_what_is_wrong_in_the_answer(address: str, query: dict[str, str], details: str) -> None:
    answer = get(address, **query)
    assert answer["responseStatus"] == 403
    assert answer["responseDetails"].startswith(details)
    assert answer["matches"] == []


def test_mymemory_has_nothing_for_a_pair_that_is_not_served(address: str) -> None:
    answer = get(address, q=GREETING, langpair="en|de")
    assert (answer["responseStatus"], answer["matches"]) == (200, [])


def lookup(address: str, strings: object, **more: object) -> Any:
    body = {"strings": strings, "source_language": "en", "target_language": "fr"} | more
    return ask(f"{address}/api/memory/lookup/", body)


def test_weblate_looks_many_strings_up_at_once(address: str) -> None:
    strings = [GREETING, "Nothing is known of this", GREETING + "!", "", "\0", "/"]
    status, _, answer = lookup(address, strings, project="news")
    assert status == 200
    assert [each["query"] for each in answer] == strings
    first, nothing, fuzzy, *rest = (each["match"] for each in answer)
    assert list(first) == ["id", "source", "target", "origin", "exact", "quality"]
    assert (first["source"], first["target"], first["origin"]) == (GREETING, SALUT, "evening.po")
    assert (first["exact"], first["quality"]) == (True, 100)
    assert nothing is None
    assert rest == [None, None, None]
    assert (fuzzy["id"], fuzzy["exact"], 80 <= fuzzy["quality"] < 100) == (first["id"], False, True)
    assert 0 <= first["id"] < 2**53


def test_weblate_asks_for_exact_matches_only(address: str) -> None:
    answer = lookup(address, [GREETING, GREETING + "!"], exact=True)[2]
    assert [each["match"] and each["match"]["quality"] for each in answer] == [100, None]


def test_weblate_gets_null_for_languages_that_are_not_served(address: str) -> None:
    assert lookup(address, ["a"], target_language="nonsense!")[2] == [{"query": "a", "match": None}]
    assert lookup(address, [GREETING], target_language="pt_BR")[2] == [{"query": GREETING, "match": None}]


@pytest.mark.parametrize(
    ("strings", "more", "detail"),
    [
        ("a", {}, "strings: expected a list of texts"),
        ([1], {}, "strings: expected a list of texts"),
        (["a"] * 101, {}, "strings: 101 texts; at most 100 are taken"),
        (["a", "b" * 2001], {}, "strings: text 1 has 2,001 characters; at most 2,000 are taken"),
        (["a"], {"target_language": None}, "target_language: missing"),
        (["a"], {"exact": "no"}, "exact: expected true or false"),
        (["a"], {"project": 7}, "project: expected text"),
    ],
)
def test_weblate_is_told_what_is_wrong(address: str, strings: object, more: dict[str, object], detail: str) -> None:
    status, headers, answer = lookup(address, strings, **more)
    assert status == 422
    assert headers["Content-Type"] == "application/problem+json"
    assert answer["detail"].startswith(detail)


@pytest.mark.parametrize("text", [BRIDGE, "« Fermé » & <b>ouvert</b> ?", "100 % of bridge #1 / closed"])
@pytest.mark.parametrize("path", ["/search?q={target}", "/api/v1/search?q={target}&to=fr&lang=en"])
def test_omegat_opens_a_search_with_the_text_in_its_url(address: str, path: str, text: str) -> None:
    """ExternalFinder puts the selected text, percent-encoded, in the place of {target}."""
    status, headers, answer = ask(address + path.replace("{target}", quote(text, safe="")))
    assert status == 200
    if "json" in headers["Content-Type"]:
        assert [hit["paragraph"]["id"] for hit in answer["results"]] == ["jour-1#0"]
    else:
        assert headers["Content-Type"].startswith("text/html")
        assert escape(text) in answer.decode()
