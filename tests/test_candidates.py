"""Which pairs are looked at, how probable they are, and that neither depends on the order of anything."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tiny import FRENCH, TinyEncoder, make_document

from aligner.arrays import Vectors, unit
from aligner.candidates import (
    CANDIDATES,
    MIN_LOGIT,
    Candidate,
    candidates,
    pair_features,
    pool,
    probabilities,
    text_probabilities,
)
from aligner.clues import numbers_of
from aligner.corpus import Corpus
from aligner.documents import Document
from aligner.features import FEATURES, Carried, Side, features
from aligner.filters import Filters
from aligner.matches import Match, find_matches, search
from aligner.scoring import PLAIN_SCORERS, TOKEN_SCORERS
from aligner.tokens import NO_PIECE, STEPS, Tokens
from aligner.vectors import Encoder, Progress, TokenEncoder

TOKEN_DIMENSION = 64
WORD = re.compile(r"[^\W_]+")
STORIES = [
    ["mayor", "closed", "old", "bridge", "flood", "river", "tuesday", "water"],
    ["doctors", "teachers", "strike", "hospital", "school", "monday", "workers"],
    ["police", "thief", "museum", "stolen", "court", "judge", "law"],
    ["parliament", "vote", "budget", "minister", "government", "election", "euros"],
    ["fire", "forest", "storm", "factory", "dead", "people", "city"],
    ["army", "attack", "war", "peace", "treaty", "president", "crisis"],
]
ENGLISH = "The mayor closed the old bridge on Tuesday because of the flood and 1200 people."
OWN_TRANSLATION = "Le maire fermé le vieux pont mardi inondation et 1200 personnes."


class WordEncoder:
    """TinyEncoder, and a token for each word: the same vector for a word and for its translation."""

    def __init__(self) -> None:
        self._texts = TinyEncoder()
        self.name, self.dimension = "words@1", self._texts.dimension
        self.views: Mapping[str, slice] = self._texts.views
        words = dict.fromkeys([*FRENCH.values(), *FRENCH])
        self._pieces = {word: piece for piece, word in enumerate(words)}
        rng = np.random.default_rng(1)
        self._vectors = unit(rng.standard_normal((len(words), TOKEN_DIMENSION)).astype(np.float32))

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Return one vector a text, in order."""
        return self._texts.encode(texts, progress=progress)

    def encode_tokens(self, texts: Sequence[str], *, progress: Progress | None = None) -> tuple[Vectors, list[Tokens]]:
        """Return one vector a text, and the tokens of the words that the dictionary has, and of the numbers."""
        return self.encode(texts, progress=progress), [self._tokens(text) for text in texts]

    def _tokens(self, text: str) -> Tokens:
        found = [(match.group().casefold(), match.span()) for match in WORD.finditer(text)]
        found = [(word, span) for word, span in found if word in self._pieces or word.isdigit()]
        words = [FRENCH.get(word, word) for word, _ in found]
        vectors = [self._vectors[self._pieces.get(word, sum(map(ord, word)) % len(self._pieces))] for word in words]
        floats = np.array(vectors, np.float32).reshape(len(found), TOKEN_DIMENSION)
        return Tokens(
            vectors=np.clip(np.rint(floats * STEPS), -127, 127).astype(np.int8),
            expected=np.full(len(found), 0.3, np.float16),
            pieces=np.array([self._pieces.get(word, NO_PIECE) for word, _ in found], np.int32),
            offsets=np.array([span for _, span in found], np.int32).reshape(len(found), 2),
        )


def news(seed: int, *, documents: int = 12, longest: int = 5) -> list[Document]:
    """Return documents of either language about a few stories, of which some paragraphs tell the same."""
    rng = random.Random(seed)
    result = []
    for number in range(documents):
        story, french = rng.randrange(len(STORIES)), number % 2 == 1
        paragraphs = []
        for place in range(rng.randint(1, longest)):
            words = [*rng.sample(STORIES[story], 5), rng.choice(STORIES[(story + place) % len(STORIES)])]
            told = [FRENCH[word] if french else word for word in words]
            paragraphs.append(f"{' '.join(told)} {rng.choice(['', 12, 340, '1,5'])} n{rng.randrange(40)}.")
        result.append(make_document(f"d{number:02}", *paragraphs, lang="fr" if french else "en"))
    return result


@pytest.fixture(params=[TinyEncoder, WordEncoder], ids=["plain", "tokens"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    return request.param()


@pytest.fixture
def filled(tmp_path: Path, encoder: Encoder) -> Iterable[Callable[[Iterable[Document]], Corpus]]:
    """Return what makes a corpus of documents, in their order, each time a new one."""
    made: list[Corpus] = []

    def fill(documents: Iterable[Document]) -> Corpus:
        made.append(Corpus(tmp_path / f"corpus{len(made)}", encoder=encoder, create=True))
        assert {outcome.status for outcome in made[-1].add(documents)} == {"created"}
        return made[-1]

    yield fill
    for corpus in made:
        corpus.close()


Fill = Callable[[Iterable[Document]], Corpus]


def named(match: Match) -> tuple[str, str]:
    return match.source.id, match.target.id


def unranked(match: Match) -> Match:
    return replace(match, rank_forward=None, rank_backward=None)


def sorted_keys(corpus: Corpus, language: str) -> list[int]:
    return [int(key) for key in corpus.store.keys(base=language)]


# -- the encoder of these tests -------------------------------------------------------------------------------------


def test_the_protocol() -> None:
    encoder: TokenEncoder = WordEncoder()
    assert isinstance(encoder, TokenEncoder)
    assert not isinstance(TinyEncoder(), TokenEncoder)
    vectors, (english, french, nothing) = encoder.encode_tokens([ENGLISH, OWN_TRANSLATION, "?"])
    assert np.array_equal(vectors, encoder.encode([ENGLISH, OWN_TRANSLATION, "?"]))
    assert (len(english), len(french), len(nothing)) == (8, 8, 0)
    cosines = english.floats() @ french.floats().T
    assert cosines.argmax(axis=1).tolist() == list(range(8))
    np.testing.assert_allclose(cosines.diagonal(), 1, atol=0.02)


# -- neighbours -----------------------------------------------------------------------------------------------------


def brute_force(
    corpus: Corpus, source: str, target: str
) -> dict[tuple[int, int], tuple[float, int | None, int | None]]:
    """Return score and ranks of all pairs that are neighbours, from one matrix in double precision."""
    rows, columns = sorted_keys(corpus, source), sorted_keys(corpus, target)
    cosines = np.round(corpus.store.vectors(rows).astype(float) @ corpus.store.vectors(columns).astype(float).T, 6)
    found = {}
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            closer = [(-cosines[i, other], key) for other, key in enumerate(columns)]
            forward = sorted(closer).index((-cosines[i, j], column)) + 1
            closer = [(-cosines[other, j], key) for other, key in enumerate(rows)]
            backward = sorted(closer).index((-cosines[i, j], row)) + 1
            ranks = [rank if rank <= CANDIDATES else None for rank in (forward, backward)]
            if ranks != [None, None]:
                found[row, column] = (float(cosines[i, j]), *ranks)
    return found


@pytest.mark.parametrize(("source", "target"), [("en", "fr"), ("fr", "en")])
@pytest.mark.parametrize("documents", [2, 12, 50], ids="{} documents".format)
def test_candidates_against_brute_force(filled: Fill, documents: int, source: str, target: str) -> None:
    corpus = filled(news(1, documents=documents))
    expected = brute_force(corpus, source, target)
    found = {(c.source, c.target): c for c in candidates(corpus, source, target)}
    assert list(found) == sorted(expected)
    for pair, (score, forward, backward) in expected.items():
        assert (found[pair].rank_forward, found[pair].rank_backward) == (forward, backward)
        assert found[pair].score == pytest.approx(score, abs=2e-6)
    beyond = [c for c in found.values() if None in (c.rank_forward, c.rank_backward)]
    assert bool(beyond) is (documents == 50)  # of more than 48 paragraphs, some are beyond the neighbours


def test_candidates_of_some_paragraphs(filled: Fill) -> None:
    corpus = filled(news(2))
    everything = candidates(corpus, "en", "fr")
    english, french = (corpus.store.keys(base=language) for language in ("en", "fr"))
    some = english[1::2]
    assert candidates(corpus, "en", "fr", sources=some) == [c for c in everything if c.source in some]
    assert candidates(corpus, "en", "fr", sources=np.concatenate([some, french])) == [
        c for c in everything if c.source in some
    ]
    assert candidates(corpus, "en", "fr", sources=french) == []


def test_candidates_among_some_paragraphs(filled: Fill) -> None:
    """The rank forward counts those only, the rank backward all sources."""
    corpus = filled(news(3))
    among = corpus.store.keys(base="fr")[::3]
    expected = [c for c in candidates(corpus, "en", "fr") if c.target in among]
    found = candidates(corpus, "en", "fr", among=among)
    assert [(c.source, c.target, c.score, c.rank_backward) for c in found] == [
        (c.source, c.target, c.score, c.rank_backward) for c in expected
    ]
    for source in {c.source for c in expected}:
        ordered = sorted((c for c in expected if c.source == source), key=lambda c: (c.rank_forward, c.target))
        ranks = {c.target: rank for rank, c in enumerate(ordered, start=1)}
        assert {c.target: c.rank_forward for c in found if c.source == source} == ranks


@pytest.mark.parametrize(("source", "target"), [("en", "en"), ("en", "de"), ("de", "en")])
def test_no_candidates(filled: Fill, source: str, target: str) -> None:
    assert candidates(filled(news(4, documents=4)), source, target) == []


# -- what the scorer is asked ---------------------------------------------------------------------------------------


def test_a_pool_holds_the_whole_documents(filled: Fill, encoder: Encoder) -> None:
    documents = news(5, documents=6)
    corpus = filled(documents)
    asked = [corpus.store.key("d00#0"), corpus.store.key("d03#0"), 10_000]
    known = pool(corpus, asked)
    stored = {id: corpus.store.document(id).paragraphs for id in ("d00", "d03")}
    assert {p.id for p in known.paragraphs.values()} == {p.id for own in stored.values() for p in own}
    assert set(known.groups) == {("d00", "en"), ("d03", "fr")}
    for (id, _), keys in known.groups.items():
        assert [known.paragraphs[key] for key in keys] == list(stored[id])
        vectors = encoder.encode([p.text for p in stored[id]]).astype(float)
        document = vectors.sum(axis=0) / np.linalg.norm(vectors.sum(axis=0))
        for key, paragraph, vector in zip(keys, stored[id], vectors, strict=True):
            side = known.sides[key]
            np.testing.assert_allclose(side.vector, vector, atol=1e-6)
            np.testing.assert_allclose(side.document, document, atol=1e-6)
            assert side.numbers == numbers_of(paragraph.text)
            assert (side.tokens is None) is not isinstance(encoder, TokenEncoder)
            if isinstance(encoder, TokenEncoder):
                assert side.tokens.to_bytes() == encoder.encode_tokens([paragraph.text])[1][0].to_bytes()
            assert known.group(key) == (id, paragraph.lang)


def test_an_empty_pool(filled: Fill) -> None:
    known = pool(filled(news(5, documents=2)), [])
    assert (dict(known.paragraphs), dict(known.sides), dict(known.groups)) == ({}, {}, {})


def test_features_of_candidates_are_those_of_each_pair_alone(filled: Fill) -> None:
    corpus = filled(news(6, documents=40))
    found = candidates(corpus, "en", "fr")
    known = pool(corpus, (key for c in found for key in (c.source, c.target))).sides
    expected = [features(known[c.source], [known[c.target]])[0] for c in found]
    np.testing.assert_allclose(pair_features(found, known), expected, atol=1e-6)
    assert pair_features([], known).shape == (0, len(FEATURES))


# -- probabilities --------------------------------------------------------------------------------------------------


def test_probabilities_cover_all_pairs_of_documents_with_a_likely_candidate(filled: Fill) -> None:
    corpus = filled(news(7))
    scorer = (TOKEN_SCORERS if corpus.store.meta("tokens") else PLAIN_SCORERS).documents
    all_found = candidates(corpus, "en", "fr")
    best = [c for c in all_found if c.rank_forward == 1]  # so that other pairs of their documents are no candidates
    known = pool(corpus, (key for c in all_found for key in (c.source, c.target)))
    chances = probabilities(scorer, best, known)
    logits = {
        (a, b): scorer.logits(features(known.sides[a], [known.sides[b]])).item()
        for a in sorted_keys(corpus, "en")
        for b in sorted_keys(corpus, "fr")
    }
    likely = {(known.group(c.source), known.group(c.target)) for c in best if logits[c.source, c.target] >= MIN_LOGIT}
    expected = {}
    for first, second in likely:
        rows, columns = known.groups[first], known.groups[second]
        matrix = scorer.probabilities(np.array([[logits[row, column] for column in columns] for row in rows]))
        expected |= {(a, b): matrix[i, j] for i, a in enumerate(rows) for j, b in enumerate(columns)}
    unlikely = [pair for c in best if (pair := (c.source, c.target)) not in expected]
    expected |= {pair: scorer.alone_probabilities(np.array(logits[pair])) for pair in unlikely}
    assert unlikely
    assert len(expected) > len(best)
    assert set(chances) == set(expected)
    for pair, probability in expected.items():
        assert chances[pair] == pytest.approx(float(probability), abs=2e-4)


def test_probabilities_leave_out_what_is_gone(filled: Fill) -> None:
    corpus = filled(news(8, documents=4))
    found = candidates(corpus, "en", "fr")
    known = pool(corpus, (c.source for c in found if c.source == found[0].source))
    assert probabilities(PLAIN_SCORERS.documents, found, known) == {}
    assert probabilities(PLAIN_SCORERS.documents, [Candidate(9_000, 9_001, 0.5, 1, 1)], known) == {}


def test_a_text_is_asked_as_a_document_of_one_paragraph(filled: Fill, encoder: Encoder) -> None:
    corpus = filled(news(9))
    scorer = (TOKEN_SCORERS if corpus.store.meta("tokens") else PLAIN_SCORERS).texts
    text = corpus.store.document("d00").paragraphs[0].text
    (vector,) = encoder.encode([text])
    tokens = encoder.encode_tokens([text])[1][0] if isinstance(encoder, TokenEncoder) else None
    asked = Side(vector, vector, tokens, numbers_of(text))
    keys = sorted_keys(corpus, "fr")
    known = pool(corpus, keys)
    found = text_probabilities(scorer, asked, keys, known)
    assert set(found) == set(keys)
    for members in known.groups.values():
        logits = scorer.logits(features(asked, [known.sides[key] for key in members]))
        if logits.max() >= MIN_LOGIT:
            expected = scorer.probabilities(logits[None])[0]
        else:
            expected = scorer.alone_probabilities(logits)
        assert [found[key] for key in members] == pytest.approx(expected.tolist(), abs=2e-4)


# -- matches --------------------------------------------------------------------------------------------------------


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
    everything = find_matches(corpus, source_languages=[language], min_probability=0.2)
    assert everything
    for document in corpus.store.documents():
        if document.lang == language:
            keys = corpus.store.keys(documents=[document.id])
            expected = [m for m in everything if m.source.document == document.id]
            assert find_matches(corpus, sources=keys, min_probability=0.2) == expected


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
