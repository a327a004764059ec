"""Quality does not sink below its floors. tests/quality_floor.json may only be raised."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aligner.arrays import Vectors
from aligner.comparison_terms import loaded_words
from aligner.comparison_words import MEASURES, usage
from aligner.conflicts import evaluate_conflicts
from aligner.corpus import Corpus
from aligner.encoders import load_encoder
from aligner.evaluation import LinkScores, evaluate_links, evaluate_pairs
from aligner.evaluation_comparison import evaluate_comparison, read_tellings
from aligner.evaluation_frames import evaluate_frames, read_frame_labels
from aligner.evaluation_grades import evaluate_grades
from aligner.evaluation_stories import evaluate_stories
from aligner.facts import Fact
from aligner.gold import read_links, read_pairs
from aligner.paragraphs import Paragraph, split_paragraphs
from aligner.passages import Passage
from aligner.readers import read_documents
from aligner.stories import find_stories
from aligner.stories_update import update_stories
from aligner.tokens import Tokens
from aligner.vectors import Encoder, Progress, TokenEncoder

FLOORS = json.loads(Path(__file__).with_name("quality_floor.json").read_text("utf-8"))
SEEDS = Path(__file__).parents[1] / "seeds"

pytestmark = pytest.mark.model


class Remembering:
    """The default encoder, keeping what it has encoded: the tests share their distractors."""

    def __init__(self, encoder: TokenEncoder) -> None:
        self._encoder = encoder
        self._known: dict[str, tuple[Vectors, Tokens]] = {}
        self.name, self.dimension, self.views = encoder.name, encoder.dimension, encoder.views

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        return self.encode_tokens(texts, progress=progress)[0]

    def encode_tokens(self, texts: Sequence[str], *, progress: Progress | None = None) -> tuple[Vectors, list[Tokens]]:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(
            zip(new, zip(*self._encoder.encode_tokens(new, progress=progress), strict=True), strict=True)
        )
        vectors = np.array([self._known[text][0] for text in texts], np.float32)
        return vectors.reshape(len(texts), self.dimension), [self._known[text][1] for text in texts]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    encoder = load_encoder()
    assert isinstance(encoder, TokenEncoder)
    return Remembering(encoder)


def check(name: str, scores: Any) -> None:
    measured = asdict(scores)
    if isinstance(scores, LinkScores):
        assert scores.likely_calibration
        measured["calibrated"] = 1 - scores.likely_calibration.error
    below = {key: (measured[key], floor) for key, floor in FLOORS[name].items() if measured[key] < floor}
    assert not below, f"{name}: (measured, floor) {below}"


def test_own_links(encoder: Encoder) -> None:
    documents = read_documents([SEEDS / "documents.jsonl"], served=("en", "fr"))
    check("links own", evaluate_links(documents, read_links(SEEDS / "links.tsv"), encoder=encoder))


def test_links_of_independent_coverage(encoder: Encoder, real_data: Path) -> None:
    folder = real_data / "comparable"
    documents = read_documents([folder / "documents.jsonl"], served=("en", "fr"))
    gold = read_links(folder / "links.tsv")
    check("links comparable", evaluate_links(documents, gold, encoder=encoder, distractors=real_data / "distractors"))


def test_links_of_raw_press_files(encoder: Encoder, real_data: Path) -> None:
    documents = read_documents([real_data / "seeds"], served=("en", "fr"))
    gold = read_links(real_data / "seeds" / "links.tsv")
    scores = evaluate_links(documents, gold, encoder=encoder, distractors=real_data / "distractors")
    check("links seeds of the press", scores)


def test_pairs(encoder: Encoder, real_data: Path) -> None:
    first, second, _ = read_pairs(real_data / "parallel" / "ntrex_en_fr.jsonl")
    check("pairs ntrex", evaluate_pairs(first, second, encoder=encoder))


def test_grades(encoder: Encoder, real_data: Path) -> None:
    first, second, languages = read_pairs(real_data / "parallel" / "ntrex_en_fr.jsonl")
    rows = slice(0, 300)
    check("grades ntrex", evaluate_grades(first[rows], second[rows], languages=languages, encoder=encoder))


def test_conflicts(real_data: Path) -> None:
    """On the rows that the rules were not tuned on."""
    first, second, languages = read_pairs(real_data / "parallel" / "ntrex_en_fr.jsonl")
    rates = evaluate_conflicts(first[1::2], second[1::2], languages=languages)
    measured = {"detection_rate": rates.detection_rate, "unflagged_rate": 1 - rates.false_flag_rate}
    below = {key: (measured[key], floor) for key, floor in FLOORS["conflicts ntrex"].items() if measured[key] < floor}
    assert not below


def test_own_stories(encoder: Encoder) -> None:
    documents = list(read_documents([SEEDS / "documents.jsonl"], served=("en", "fr")))
    check("stories own", evaluate_stories(documents, [read_links(SEEDS / "links.tsv")], encoder=encoder))


def test_stories_in_any_order(encoder: Encoder, tmp_path: Path) -> None:
    documents = list(read_documents([SEEDS / "documents.jsonl"], served=("en", "fr")))
    found = []
    for seed in range(2):
        with Corpus(tmp_path / str(seed), encoder=encoder, create=True) as corpus:
            for document in random.Random(seed).sample(documents, len(documents)):
                list(corpus.add([document]))
                update_stories(corpus)
            found.append({frozenset(story.documents) for story in find_stories(corpus)})
    assert found[0] == found[1]
    assert len(found[0]) == 8


def test_stories_among_unrelated_paragraphs(encoder: Encoder, real_data: Path) -> None:
    """Below 0.97 the text of 2013 is among those of 2009."""
    folders = [real_data / "comparable", real_data / "seeds"]
    scores = evaluate_stories(
        read_documents([folders[0] / "documents.jsonl", folders[1]], served=("en", "fr")),
        [read_links(folder / "links.tsv") for folder in folders],
        encoder=encoder,
        distractors=real_data / "distractors",
    )
    check("stories press", scores)


@pytest.mark.slow
def test_comparison_of_translations(encoder: Encoder, real_data: Path, tmp_path: Path) -> None:
    """On the half that no cut and no list of words was chosen on."""
    stories = read_tellings(real_data / "parallel" / "ntrex_en_fr.jsonl", fields=("en", "fr"), half="odd")
    with Corpus(tmp_path, encoder=encoder, create=True) as corpus:
        list(corpus.add(document for story in stories for document in story))
        scores = evaluate_comparison(corpus, [[document.id for document in story] for story in stories])
    check("comparison ntrex", scores)
    assert scores.omissions_false <= 0.05
    assert (scores.different_stories, scores.different_pooled, scores.different_paired) == (0, 0, 0)
    assert scores.different_terms * scores.stories <= 2  # a translator may choose another sense


TELLINGS = ("en", "fr", "fr_ca")


def tellings(real_data: Path) -> list[list[list[Paragraph]]]:
    """Return the paragraphs of each story by outlet; those of one place are translations of each other."""
    stories = read_tellings(real_data / "parallel" / "ntrex_en_fr.jsonl", fields=TELLINGS)
    return [[[*split_paragraphs(each, served=[each.lang])] for each in story] for story in stories]


def test_translations_use_no_different_words_for_one_thing(real_data: Path) -> None:
    """Of 62 stories two may be a translator's choice."""
    differing = set()
    for story in tellings(real_data):
        outlets = {own[0].document: name for own, name in zip(story, TELLINGS, strict=True)}
        for row in zip(*story, strict=True):
            passages = [Passage(p.document, p.id, p.position, 0, p.lang, p.text, 0, len(p.text)) for p in row]
            if loaded_words([Fact(row[0].id, tuple(passages), None, None, {})], outlets=outlets):
                differing.add(row[0].document)
    assert len(differing) <= 2, differing


def test_translations_have_as_many_verbs_and_hedges_of_each_kind(real_data: Path) -> None:
    """English against the mean of two translations, over all stories, for what either has 20 times or more."""
    counts = [Counter[str]() for _ in TELLINGS]
    for story in tellings(real_data):
        for own, paragraphs in zip(counts, story, strict=True):
            used = usage(paragraphs, published={})
            own.update({**used.verbs, **used.hedges})
            own.update({measure: used.total(measure) for measure in MEASURES})
    english, *others = counts
    means = {key: sum(own[key] for own in others) / len(others) for key in set().union(*counts)}
    frequent = {key: (english[key], mean) for key, mean in means.items() if max(english[key], mean) >= 20}
    assert {"say", "think", "demand", "modal", "about", "perhaps", *MEASURES} - {"distancing verbs"} <= set(frequent)
    unequal = {key: pair for key, pair in frequent.items() if not 0.67 <= pair[0] / pair[1] <= 1.5}
    assert not unequal, f"(English, mean of the French): {unequal}"


def test_frames_of_own_stories(encoder: Encoder, tmp_path: Path) -> None:
    labels = read_frame_labels(Path(__file__).with_name("story_frames.tsv"), [SEEDS / "documents.jsonl"])
    with Corpus(tmp_path, encoder=encoder, create=True) as corpus:
        list(corpus.add(read_documents([SEEDS / "documents.jsonl"], served=("en", "fr"))))
        check("frames own", evaluate_frames(corpus, labels))
