"""What the news offers to a translator: what passes for a translation, with its source, and what never does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tiny import TinyEncoder, make_document

from aligner.confirmed import likeness
from aligner.corpus import Corpus
from aligner.errors import InputError
from aligner.gold import read_distractors
from aligner.grades import NEAR_EQUIVALENT, SAME_FACT
from aligner.memory import Memory
from aligner.readers import read_documents
from aligner.sentences import split_sentences
from aligner.suggestions import MAX_COMPARABLE, MAX_DIRECT, MAX_PAIRED, PASSES

SEEDS = Path(__file__).parents[1] / "seeds"
BRIDGE = "The council closed the old bridge on Tuesday."
PONT = "La mairie a fermé le vieux pont mardi."


def test_what_only_reports_the_same_stays_below_what_passes(tmp_path: Path) -> None:
    with Corpus(tmp_path / "corpus", encoder=TinyEncoder(), create=True) as corpus:
        list(corpus.add([make_document("a", BRIDGE), make_document("b", PONT, lang="fr", outlet="J")]))
        for each in Memory(corpus).suggest(BRIDGE, "en", "fr"):
            assert each.document is not None
            assert each.document.outlet == "J"
            assert (each.quality >= PASSES) == (each.kind == NEAR_EQUIVALENT)
            assert each.quality < 100


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memory]:
    with Corpus(tmp_path_factory.mktemp("news"), create=True, threads=1) as corpus:
        documents = [each for each in read_documents([SEEDS], served=("en", "fr")) if not isinstance(each, InputError)]
        wanted = ("s04-en_granite", "s04-fr_revue", "s07-fr_feuille", "s08-en_cardinal", "s08-fr_le_fleuve")
        list(corpus.add(each for each in documents if each.id.startswith(wanted)))
        yield Memory(corpus)


RETURN = "The return to normal will take up to ten days, chief executive Marc-André Filion warned."


RETOUR = "Le retour à la normale prendra jusqu’à dix jours, a prévenu le chef de la direction, Marc-André Filion."


PLANES = " Planes have to be repositioned, and crews have to take their prescribed rest hours."


@pytest.mark.model
def test_the_near_equivalent_of_a_stored_paragraph_passes_with_its_source(news: Memory) -> None:
    best, *rest = news.suggest(RETURN + PLANES, "en", "fr")
    assert (best.kind, best.quality, best.source) == (NEAR_EQUIVALENT, MAX_PAIRED, RETURN + PLANES)
    assert best.target.startswith(RETOUR)
    assert (best.paragraph and best.paragraph.id, best.origin and best.origin.id) == (
        "s08-fr_le_fleuve#4",
        "s08-en_cardinal_news#4",
    )
    assert all(each.quality <= MAX_COMPARABLE for each in rest)


@pytest.mark.model
@pytest.mark.parametrize("text", [RETURN, RETURN.replace("ten", "10"), RETURN.removesuffix(".")])
def test_a_sentence_is_matched_with_the_sentence_that_renders_it(news: Memory, text: str) -> None:
    best = news.suggest(text, "en", "fr")[0]
    assert (best.source, best.target, best.kind) == (RETURN, RETOUR, NEAR_EQUIVALENT)
    assert best.quality == round(likeness(text, RETURN) * MAX_PAIRED / 100, 1)
    assert len(split_sentences(best.target)) == 1


@pytest.mark.model
def test_what_is_near_equivalent_to_the_text_itself_passes_with_the_text_as_its_source(news: Memory) -> None:
    text = "Normal service will not be back for up to ten days, warned the CEO, Marc-André Filion." + PLANES
    best = news.suggest(text, "en", "fr")[0]
    if best.kind == NEAR_EQUIVALENT and best.source == text:
        assert PASSES <= best.quality <= MAX_DIRECT
    else:
        assert best.quality <= MAX_COMPARABLE or best.source.startswith(RETURN)


@pytest.mark.model
@pytest.mark.parametrize(
    "text",
    [
        "A painting was stolen in Luxembourg during the night from Sunday to Monday.",
        "Velmora's central bank surprised economists on Thursday by cutting its main interest rate.",
        "Pilots of the airline are back at work after a strike.",
    ],
)
def test_merely_comparable_news_never_passes(news: Memory, text: str) -> None:
    found = news.suggest(text, "en", "fr")
    assert found
    assert {each.kind for each in found} == {SAME_FACT}
    assert all(each.source == text and each.quality <= MAX_COMPARABLE for each in found)


@pytest.mark.model
def test_what_is_no_match_is_not_shown(news: Memory) -> None:
    assert news.suggest("A new species of frog was found in the rainforest.", "en", "fr", min_quality=0) == []
    assert news.suggest("1234 !?", "en", "fr") == []


@pytest.mark.slow
@pytest.mark.model
def test_unrelated_news_is_never_offered_as_a_translation(news: Memory, real_data: Path) -> None:
    """No near-equivalents of these stand in the corpus: each suggestion that passes would be a wrong one."""
    texts = [document.text for document in read_distractors(real_data / "distractors", "en", count=200, seed=3)]
    wrong = [each for text in texts for each in news.suggest(text, "en", "fr") if each.quality >= PASSES]
    assert wrong == []
