"""The translation memory: which confirmed pairs are suggested for a text, and how good it says they are."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tiny import TinyEncoder

from aligner.confirmed import SCANNED_TEXTS, SHORT_CHARS, likeness
from aligner.corpus import Corpus
from aligner.errors import InputError
from aligner.memory import Memory
from aligner.store_memory import ConfirmedPair, confirmed_pair
from aligner.suggestions import CONFIRMED, Suggestion

BRIDGE = "The council closed the old bridge on Tuesday."
PONT = "La mairie a fermé le vieux pont mardi."


def pair(source: str, target: str, source_lang: str = "en", target_lang: str = "fr", **more: str) -> ConfirmedPair:
    return confirmed_pair(source, target, source_lang=source_lang, target_lang=target_lang, **more)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    with Corpus(tmp_path / "corpus", encoder=TinyEncoder(), create=True) as corpus:
        yield Memory(corpus)


def shown(found: list[Suggestion]) -> list[tuple[str, float]]:
    return [(each.target, each.quality) for each in found]


@pytest.mark.parametrize(
    ("text", "quality"),
    [
        ("Good evening.", 100.0),
        ("  Good evening.\r\n", 100.0),  # stored and asked for in one form
        ("Good\u00ad evening.", 100.0),
        ("Good evening", round(100 * 12 / 13, 1)),
        ("good evening.", round(100 * 12 / 13, 1)),
        ("Good evening!!", round(100 * 12 / 14, 1)),
        ("Good", None),
        ("", None),
    ],
)
def test_quality_is_the_likeness_and_100_for_the_text_to_the_letter(
    memory: Memory, text: str, quality: float | None
) -> None:
    memory.store.put([pair("Good evening.", "Bonsoir.")])
    assert shown(memory.suggest(text, "en", "fr")) == ([] if quality is None else [("Bonsoir.", quality)])


def test_a_text_that_differs_never_has_100_however_long(memory: Memory) -> None:
    long = "word " * 3000
    memory.store.put([pair(long, "mot")])
    (found,) = memory.suggest(long.strip() + "!", "en", "fr")
    assert found.quality == 99.0


@pytest.mark.parametrize(
    ("stored", "asked", "quality"),
    [
        ("fr", "fr", 100.0),
        ("fr", "fr-CA", 100.0),
        ("fr-CA", "fr", 100.0),
        ("fr-FR", "fr-CA", 99.0),
        ("de", "fr", None),
        ("cmn-Hans", "zh", 100.0),
    ],
)
def test_regions_of_a_language_serve_each_other(memory: Memory, stored: str, asked: str, quality: float | None) -> None:
    memory.store.put([pair("Good evening.", "Bonsoir.", target_lang=stored)])
    found = memory.suggest("Good evening.", "en", asked)
    assert [each.quality for each in found] == ([] if quality is None else [quality])


def test_the_best_comes_first_and_each_target_once(memory: Memory) -> None:
    memory.store.put(
        [
            pair("Good evening.", "Bonsoir."),
            pair("Good evening!", "Bonsoir."),
            pair("Good evening!", "Bonsoir !"),
            pair("Good evenings", "Bonnes soirées"),
            pair("Good morning.", "Bonjour."),
        ]
    )
    found = memory.suggest("Good evening.", "en", "fr")
    assert shown(found)[0] == ("Bonsoir.", 100.0)
    assert [each.target for each in found] == list(dict.fromkeys(each.target for each in found))
    assert [each.quality for each in found] == sorted((each.quality for each in found), reverse=True)
    assert len(memory.suggest("Good evening.", "en", "fr", limit=2)) == 2
    assert [each.quality for each in memory.suggest("Good evening.", "en", "fr", min_quality=95)] == [100.0]
    assert all(each.kind == CONFIRMED and each.pair is not None for each in found)


def test_pairs_are_not_used_backwards(memory: Memory) -> None:
    memory.store.put([pair("Good evening.", "Bonsoir.")])
    assert memory.suggest("Bonsoir.", "fr", "en") == []
    assert memory.languages() == ["en", "fr"]


def test_what_is_written_and_removed_is_followed(memory: Memory) -> None:
    first, second = pair("One.", "Un."), pair("Two.", "Deux.")
    assert memory.store.put([first]) == ["created"]
    assert shown(memory.suggest("One.", "en", "fr")) == [("Un.", 100.0)]
    assert memory.store.put([second, first]) == ["created", "unchanged"]
    assert shown(memory.suggest("Two.", "en", "fr"))[0] == ("Deux.", 100.0)
    assert memory.store.remove([first.id, "nothing"]) == [first.id]
    third = pair("Three.", "Trois.")
    memory.store.put([third])  # as many as before: a count alone would not tell
    assert shown(memory.suggest("One.", "en", "fr")) == []
    assert shown(memory.suggest("Three.", "en", "fr")) == [("Trois.", 100.0)]
    assert memory.store.counts() == {("en", "fr"): 2}


def test_what_a_later_sender_tells_takes_the_place_and_nothing_is_lost(memory: Memory) -> None:
    early = pair("One.", "Un.", context="menu", author="anna", created="2020-01-01T00:00:00Z")
    memory.store.put([early])
    assert memory.store.put([pair("One.", "Un.", author="ben")]) == ["replaced"]
    (stored,) = memory.store.pairs()
    assert (stored.context, stored.author, stored.created) == ("menu", "ben", "2020-01-01T00:00:00Z")
    assert stored.changed != early.created


def test_a_cut_text_is_compared_with_beginnings_and_is_never_the_text(memory: Memory) -> None:
    source = "The sentence goes on and on. " * 30
    memory.store.put([pair(source, "La phrase continue.")])
    cut = source[:500]
    assert shown(memory.suggest(cut, "en", "fr", cut=500)) == [("La phrase continue.", 99.0)]
    assert shown(memory.suggest(cut, "en", "fr")) == []  # 500 of 870 characters
    exact = "x" * 500
    memory.store.put([pair(exact, "y")])
    assert shown(memory.suggest(exact, "en", "fr", cut=500)) == [("y", 100.0)]


def test_phrases_are_found_inside_and_pass_for_no_translation(memory: Memory) -> None:
    memory.store.put([pair("The harbour master closed the port.", "La capitainerie a fermé le port.")])
    assert memory.suggest("harbour master", "en", "fr", confirmed_only=True) == []
    (found,) = memory.suggest("harbour master", "en", "fr", confirmed_only=True, phrase=True)
    assert found.quality == round(100 * 14 / 35, 1)


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"source": " \n"}, "source", "empty"),
        ({"target": "\u200b"}, "target", "empty"),
        ({"target": "x" * 20_001}, "target", "20,001 characters; at most 20,000 are taken"),
        ({"source": "\ud800"}, "source", "lone surrogate U+D800 at character 0"),
        ({"source_lang": "english!"}, "source_lang", "is no BCP 47 language tag"),
        ({"target_lang": "en-GB"}, "target_lang", "en-GB is the source's language too"),
    ],
)
def test_a_wrong_pair_is_refused_by_field(change: dict[str, str], field: str, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        confirmed_pair(**{"source": "a", "target": "b", "source_lang": "en", "target_lang": "fr"} | change)
    assert caught.value.field == field
    assert reason in caught.value.reason


def test_many_texts_are_searched_by_their_rare_words(memory: Memory) -> None:
    numbers = range(SCANNED_TEXTS + 500)
    memory.store.put(
        [pair(f"The committee heard witness number w{n} on item x{n % 97} of its list.", f"{n}") for n in numbers]
    )
    asked = "The committee heard witness number w4711 on item x55 of a list."
    assert len(asked) < SHORT_CHARS < len(asked + " It then rose.")
    for text in (asked, asked + " It then rose.", asked.replace("w4711", "w47112") + " It then rose."):
        found = memory.suggest(text, "en", "fr", confirmed_only=True)
        everything = {
            n: likeness(text, f"The committee heard witness number w{n} on item x{n % 97} of its list.")
            for n in numbers
        }
        assert found[0].quality == pytest.approx(max(everything.values()), abs=0.05)
        assert found[0].target == "4711"


def test_likeness_is_one_less_the_edits_over_the_longer_length() -> None:
    assert likeness("kitten", "sitting") == pytest.approx(100 * (1 - 3 / 7))
    assert likeness("a", "a") == 100.0
    assert likeness("a" * 10, "b" * 10, least=60) == 0.0


def test_several_threads_may_ask_and_write(memory: Memory) -> None:
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(10):
                text = f"Text {number} {turn}."
                memory.store.put([pair(text, f"Texte {number} {turn}.")])
                assert memory.suggest(text, "en", "fr")[0].quality == 100.0
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert memory.store.counts() == {("en", "fr"): 40}
