"""Matches: the same whatever was asked for, in whatever order documents came."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import pytest
from tiny import FRENCH, make_document
from words import ENGLISH, OWN_TRANSLATION, STORIES, Fill, news

from aligner.candidates import Group, pool
from aligner.corpus import Corpus
from aligner.documents import Document
from aligner.features import Carried
from aligner.filters import Filters
from aligner.matches import Match, find_matches, search
from aligner.readings import Lines, WasRead
from aligner.tellings import Tellings
from aligner.vectors import Encoder, TokenEncoder


def named(match: Match) -> tuple[str, str]:
    return match.source.id, match.target.id


def unranked(match: Match) -> Match:
    return replace(match, rank_forward=None, rank_backward=None)


def test_matches_in_any_order_of_the_documents(filled: Fill) -> None:
    """But for the ranks of neighbours that are equally close, which go by key."""
    documents = news(10, documents=24)
    expected = [unranked(match) for match in find_matches(filled(documents), min_probability=0.01)]
    assert len(expected) > 10
    for seed in range(4):
        shuffled = random.Random(seed).sample(documents, len(documents))
        assert [unranked(match) for match in find_matches(filled(shuffled), min_probability=0.01)] == expected


def test_matches_and_ranks_in_any_order_of_the_documents(filled: Fill) -> None:
    """Nothing is as close to a paragraph as its own translation."""
    rng = random.Random(20)
    words = list(FRENCH.items())
    documents = []
    for number in range(14):
        pairs = [rng.sample(words, 6 + place) for place in range(3)]
        for side, language in enumerate(("en", "fr")):
            told = [
                " ".join(pair[side] for pair in pairs[place]) + f" {language}{number}x{place}." for place in range(3)
            ]
            documents.append(make_document(f"{language}{number:02}", *told, lang=language))
    expected = owned(find_matches(filled(documents), min_probability=0.5))
    assert {(m.rank_forward, m.rank_backward) for m in expected} == {(1, 1)}
    assert len(expected) == 14 * 3
    for seed in range(4):
        shuffled = random.Random(seed).sample(documents, len(documents))
        assert owned(find_matches(filled(shuffled), min_probability=0.5)) == expected


def owned(found: list[Match]) -> list[Match]:
    """Return the matches of a document with its own translation."""
    return [match for match in found if match.source.id.lstrip("enfr") == match.target.id.lstrip("enfr")]


def test_matches_of_documents_added_one_by_one_and_out_of_replaced_ones(filled: Fill) -> None:
    documents = news(11)
    expected = find_matches(filled(documents))
    corpus = filled([make_document("d03", "Something else that was there before.")])
    for document in documents:
        list(corpus.add([document]))
    assert find_matches(corpus) == expected


def test_matches_on_repeated_runs(filled: Fill, encoder: Encoder) -> None:
    corpus = filled(news(12, documents=20))
    expected = find_matches(corpus, min_probability=0.2)
    assert expected
    assert find_matches(corpus, min_probability=0.2) == expected
    corpus.save_indexes()
    with Corpus(corpus.folder, encoder=encoder) as again:
        assert find_matches(again, min_probability=0.2) == expected


def test_matches_are_ordered_and_of_two_documents_and_languages(filled: Fill) -> None:
    found = find_matches(filled(news(13, documents=24)), min_probability=0.0)
    order = [(-m.finding.probability, -m.finding.score, *named(m)) for m in found]
    assert order == sorted(order)
    assert len(set(map(named, found))) == len(found)
    assert {(m.source.lang, m.target.lang) for m in found} == {("en", "fr")}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_matches_of_one_document_are_those_of_the_whole_listing(filled: Fill, language: str) -> None:
    corpus = filled(news(14, documents=16))
    everything = find_matches(corpus, source_languages=[language], min_probability=0.05)
    assert everything
    for document in corpus.store.documents():
        if document.lang == language:
            keys = corpus.store.keys(documents=[document.id])
            expected = [m for m in everything if m.source.document == document.id]
            assert find_matches(corpus, sources=keys, min_probability=0.05) == expected


def test_matches_the_other_way_round(filled: Fill) -> None:
    corpus = filled(news(15, documents=16))
    forward = {named(m): m for m in find_matches(corpus)}
    backward = {named(m)[::-1]: m for m in find_matches(corpus, source_languages=["fr"])}
    assert set(forward) == set(backward)
    for pair, there in forward.items():
        back = backward[pair]
        assert (there.rank_forward, there.rank_backward) == (back.rank_backward, back.rank_forward)
        assert (there.finding.probability, there.finding.score) == (back.finding.probability, back.finding.score)
        assert there.finding.similarities == back.finding.similarities


def test_one_paragraph_of_a_document_as_the_source(filled: Fill) -> None:
    corpus = filled([make_document("a", *STORY_ENGLISH), make_document("b", *STORY_FRENCH, lang="fr")])
    everything = find_matches(corpus)
    assert set(map(named, everything)) >= {("a#0", "b#1"), ("a#2", "b#0")}
    for position in range(3):
        id = f"a#{position}"
        found = find_matches(corpus, sources=np.array([corpus.store.key(id)]))
        assert found == [m for m in everything if m.source.id == id]


STORY_ENGLISH = [
    "Police: the thief stolen museum court judge law on Monday.",
    "Workers of the company factory harbour train road price.",
    "Doctors and teachers strike hospital school election.",
]
STORY_FRENCH = [
    "Médecins, enseignants grève hôpital école élection.",
    "Police : voleur volé musée tribunal juge loi lundi.",
    "Guerre, paix, armée, attaque, traité, président.",
]


def test_a_match_found_by_another_corpus_language_does_not_change_it(filled: Fill) -> None:
    documents = [make_document("a", *STORY_ENGLISH), make_document("b", *STORY_FRENCH, lang="fr")]
    german = make_document("c", "Die Regierung hat am Montag das Gesetz vorgestellt.", lang="de")
    expected = find_matches(filled(documents))
    found = find_matches(filled([german, *documents]), source_languages=["en"], target_languages=["fr"])
    assert found == expected


def test_what_carries_a_match(filled: Fill, encoder: Encoder) -> None:
    corpus = filled([make_document("a", ENGLISH), make_document("b", OWN_TRANSLATION, lang="fr")])
    (match,) = find_matches(corpus)
    if isinstance(encoder, TokenEncoder):
        (start, _), (_, end) = (re.search(word, ENGLISH).span() for word in ("mayor", "people"))
        (first, _), (_, last) = (re.search(word, OWN_TRANSLATION).span() for word in ("maire", "personnes"))
        assert match.finding.carried == Carried((start, end), (first, last))
    else:
        assert match.finding.carried is None


def test_the_translation_of_a_text_comes_first(filled: Fill) -> None:
    english = [" ".join(["The", *story, str(20 + number)]) + "." for number, story in enumerate(STORIES)]
    french = [
        " ".join(["Le", *(FRENCH[word] for word in story), str(20 + number)]) + "."
        for number, story in enumerate(STORIES)
    ]
    documents = [make_document(f"e{number}", text) for number, text in enumerate(english)]
    documents += [make_document(f"f{number}", text, lang="fr") for number, text in enumerate(french)]
    corpus = filled(documents)
    for number, (first, second) in enumerate(zip(english, french, strict=True)):
        for text, language, expected in ((first, "en", f"f{number}#0"), (second, "fr", f"e{number}#0")):
            best, *others = search(corpus, text, language=language)
            assert (best.target.id, best.rank, best.is_match) == (expected, 1, True)
            assert best.finding.probability > max(hit.finding.probability for hit in others)


def test_removed_documents_disappear(filled: Fill) -> None:
    documents = news(16, documents=16)
    corpus = filled(documents)
    before = find_matches(corpus)
    gone = {before[0].source.document, before[-1].target.document}
    corpus.remove(sorted(gone))
    assert {p.document for p in pool(corpus, range(1, 1000)).paragraphs.values()}.isdisjoint(gone)
    left = [document for document in documents if document.id not in gone]
    after = find_matches(corpus)
    assert after == find_matches(filled(left))
    assert {id for match in after for id in (match.source.document, match.target.document)}.isdisjoint(gone)
    for document in documents:
        found = search(corpus, document.text, language=document.lang, k=100)
        assert {hit.target.document for hit in found}.isdisjoint(gone)


def test_filters_leave_the_probability_as_it_is(filled: Fill) -> None:
    documents = [make_document(f"a{n}", *STORY_ENGLISH[n:]) for n in range(2)]
    documents += [
        make_document(f"b{outlet}", *STORY_FRENCH, lang="fr", outlet=outlet, published="2024-02-13")
        for outlet in ("X", "Y")
    ]
    corpus = filled(documents)
    everything = {named(m): m.finding for m in find_matches(corpus)}
    found = {named(m): m.finding for m in find_matches(corpus, filters=Filters(outlets=("X",)))}
    assert found == {pair: finding for pair, finding in everything.items() if pair[1].startswith("bX")}
    assert found


def test_documents_of_far_days_match_less(filled: Callable[[Iterable[Document]], Corpus]) -> None:
    def chance(english: str | None, french: str | None) -> float:
        documents = [
            make_document("a", ENGLISH, published=english),
            make_document("b", "Le maire et 1200 médecins, mardi.", lang="fr", published=french),
        ]
        (found,) = find_matches(filled(documents), min_probability=0.0)
        return found.finding.probability

    undated, half = chance(None, None), chance("2024-03-01", None)
    near = chance("2024-03-01", "2024-03-03T22:00:00+01:00")
    assert near >= undated >= half > chance("2024-03-01", "2024-04-15") > 0
    assert near > chance("2024-03-01", "2024-03-15") > chance("2024-03-01", "2024-04-15")
    assert chance("2024-03-01", "2024-04-15") == chance("2025-03-01", "2024-04-15")  # beyond a month all days are far


def test_matches_of_some_documents_are_those_of_a_listing_between_them(filled: Fill) -> None:
    """With the same probabilities: third documents speak for a pair whether or not they are among these."""
    corpus = filled(news(10, documents=24))
    listed = find_matches(corpus, min_probability=0.01)
    for size in (2, 6, 24):
        ids = [f"d{number:02}" for number in range(size)]
        found = find_matches(corpus, within=corpus.store.keys(documents=ids), min_probability=0.01)
        between = [m for m in listed if {m.source.document, m.target.document} <= set(ids)]
        assert [unranked(match) for match in found] == [unranked(match) for match in between]
    assert len(between) > 10
    own = corpus.store.keys(documents=ids[:1])
    found = find_matches(corpus, sources=own, within=corpus.store.keys(documents=ids[:6]), min_probability=0.01)
    expected = find_matches(corpus, sources=own, min_probability=0.01)
    assert found == [match for match in expected if match.target.document in ids[:6]]


def test_near_equivalents_are_found_without_reading_everything(
    filled: Fill, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of a whole listing, though documents that have none are not read together."""
    twins = [make_document("left", ENGLISH, "The war."), make_document("right", OWN_TRANSLATION, "La loi.", lang="fr")]
    corpus = filled([*news(10, documents=24), *twins])
    listed = [match for match in find_matches(corpus) if match.finding.grade == "near-equivalent"]
    assert len(listed) >= isinstance(encoder, TokenEncoder)
    read: list[tuple[str, str]] = []
    joined = Tellings.joined

    def counted(self: Tellings, first: Group, second: Group) -> object:
        read.append((first[0], second[0]))
        return joined(self, first, second)

    monkeypatch.setattr(Tellings, "joined", counted)
    assert find_matches(corpus, grades=["near-equivalent"]) == listed
    few = len(read)
    assert {("left", "right")} <= set(read) or not isinstance(encoder, TokenEncoder)
    find_matches(corpus)
    assert few < len(read) - few or not isinstance(encoder, TokenEncoder)


def test_what_was_read_is_not_read_again_and_says_the_same(filled: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus, was_read = filled(news(10, documents=24)), WasRead()
    expected = find_matches(corpus, min_probability=0.01)
    lines: list[int] = []
    read = Lines._read

    def counted(self: Lines, number: int) -> object:
        lines.append(number)
        return read(self, number)

    monkeypatch.setattr(Lines, "_read", counted)
    assert find_matches(corpus, min_probability=0.01, was_read=was_read) == expected
    first = len(lines)
    assert find_matches(corpus, min_probability=0.01, was_read=was_read) == expected
    assert len(lines) == first
    changed = make_document("d00", *(str(p.text) for p in corpus.store.document("d01").paragraphs), lang="en")
    list(corpus.add([changed]))
    assert find_matches(corpus, min_probability=0.01, was_read=was_read) == find_matches(corpus, min_probability=0.01)


def test_as_much_is_kept_as_there_is_room_for() -> None:
    was_read, made = WasRead(kept=10), []

    def make() -> str:
        made.append(len(made))
        return f"made {len(made)}"

    assert [was_read.of(key, make, numbers=4) for key in "abab"] == ["made 1", "made 2", "made 1", "made 2"]
    assert was_read.of("c", make, numbers=4) == "made 3"  # in the place of a, which was asked for longest ago
    assert [was_read.of(key, make, numbers=4) for key in "bca"] == ["made 2", "made 3", "made 4"]
    assert was_read.of("large", make, numbers=11) == "made 5"
    assert was_read.of("a", make, numbers=4) == "made 6"
