"""How the comparison page shows in whose words outlets tell, in both languages."""

from __future__ import annotations

from pathlib import Path

from test_pages_stories import asked
from tiny import TinyEncoder, make_document
from viewing import text, tree

from aligner.comparison_coverage import STATUSES
from aligner.comparison_words import MEASURES
from aligner.corpus import Corpus
from aligner.wordlists import UNCOUNTED, listed_languages, word_lists
from service import Settings, create_app
from service.pages_base import interfaces
from service.pages_exports import EXPORTS


def test_words_for_one_thing_are_shown_where_they_stand(tmp_path: Path) -> None:
    rebels, rebelles = (
        "Rebels closed the old bridge, the hospital, the school, the museum: mayor, police.",
        "Terroristes : fermé vieux pont, hôpital, école, musée : maire, police.",
    )
    documents = [
        make_document("one", rebels, outlet="Post"),
        make_document("two", rebelles, lang="fr", outlet="Jour"),
    ]
    with Corpus(tmp_path, encoder=TinyEncoder(), create=True) as corpus:
        list(corpus.add(documents))
        page = tree(create_app(corpus, settings=Settings()).test_client(), asked(("one", "two")))
    places = page.cssselect("section[aria-labelledby=words] details div.sides > div")
    assert [(text(each.cssselect("h4")[0]), text(each.cssselect(".loaded")[0])) for each in places] == [
        ("Jour", "Terroristes"),
        ("Post", "Rebels"),
    ]
    assert {text(each) for each in page.cssselect("article.fact .loaded")} == {"Rebels", "Terroristes"}
    (thing,) = [each for each in page.cssselect("section[aria-labelledby=words] li") if each.cssselect(".sides")]
    assert text(thing).startswith("fighters Jour: terroristes · Post: rebels")
    assert [(text(each), each.get("lang")) for each in thing.cssselect(":scope > span span[lang]")] == [
        ("terroristes", "fr"),
        ("rebels", "en"),
    ]


def test_words_are_counted_in_the_language_of_the_page(tmp_path: Path) -> None:
    told = "The mayor said nothing. He said yes, she says, and claimed more. Perhaps two men were arrested."
    with Corpus(tmp_path, encoder=TinyEncoder(), create=True) as corpus:
        list(corpus.add([make_document("one", told, outlet="Post"), make_document("two", "A storm.", outlet="Way")]))
        client = create_app(corpus, settings=Settings()).test_client()
        pages = {ui: tree(client, asked(("one", "two"), ui=ui)) for ui in interfaces()}
    rows = {ui: page.cssselect("section[aria-labelledby=words] tbody tr")[0] for ui, page in pages.items()}
    assert "say 3 (said 2, says 1), claim 1 (claimed 1)" in text(rows["en"])
    assert "dire 3 (said 2, says 1), prétendre 1 (claimed 1)" in text(rows["fr"])
    assert "peut-être 1 (perhaps 1)" in text(rows["fr"])
    assert {text(form): form.get("lang") for form in rows["fr"].cssselect("span[lang]")} == dict.fromkeys(
        ("said", "says", "claimed", "perhaps"), "en"
    )
    assert "1 (33%) 2 (67%)" in text(rows["en"])
    assert "1 (33 %) 2 (67 %)" in text(rows["fr"])


def test_every_listed_key_has_a_word_on_the_pages() -> None:
    for language in listed_languages():
        lists = word_lists(language)
        assert lists is not None
        things = {key.partition(":")[0] for key in lists.patterns["loaded"]}
        wanted = {
            "verb_keys": set(lists.patterns["verb"]),
            "hedge_keys": set(lists.patterns["hedge"]),
            "things": things,
        }
        for words in interfaces().values():
            assert {group: set(words[group]) for group in wanted} == {k: v - {UNCOUNTED} for k, v in wanted.items()}


def test_every_status_measure_and_reason_has_words() -> None:
    for words in interfaces().values():
        assert set(words["status"]) == set(words["status_means"]) == set(STATUSES)
        assert set(words["measures"]) == set(MEASURES)
        assert set(EXPORTS) <= set(words["comparison"])
