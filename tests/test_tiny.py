"""The tests' own encoder keeps what the Protocol promises."""

from __future__ import annotations

import time

import numpy as np
from tiny import TinyEncoder

from aligner.vectors import Encoder

PAIRS = [
    ("The mayor closed the old bridge on Tuesday.", "Le maire a fermé le vieux pont mardi."),
    ("Police: 12 dead in a factory fire.", "Police : 12 morts dans l'incendie d'une usine."),
    ("Parliament will vote on the law on Monday.", "Le parlement vote la loi lundi."),
    ("Teachers and doctors are on strike.", "Grève des enseignants et des médecins."),
    ("The storm and the flood cut the road and the train.", "Tempête, inondation : ni route ni train."),
]


def test_the_protocol() -> None:
    encoder: Encoder = TinyEncoder()
    texts = [text for pair in PAIRS for text in pair] + ["", "!?", "👩‍🚀", "大雨"]
    told: list[int] = []
    vectors = encoder.encode(texts, progress=told.append)
    assert vectors.shape == (len(texts), encoder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert sum(told) == len(texts)
    assert np.array_equal(vectors[3:5], encoder.encode(texts[3:5]))
    assert encoder.encode([]).shape == (0, 256)
    assert (encoder.name, dict(encoder.views)) == ("tiny@1", {"tiny": slice(0, 256)})


def test_a_translation_is_the_nearest_text() -> None:
    encoder = TinyEncoder()
    english, french = (encoder.encode(side) for side in zip(*PAIRS, strict=True))
    cosines = english @ french.T
    assert cosines.argmax(axis=1).tolist() == cosines.argmax(axis=0).tolist() == list(range(len(PAIRS)))
    assert cosines.diagonal().min() > 0.4


def test_a_text_takes_under_a_millisecond() -> None:
    texts = [PAIRS[0][0]] * 1000
    start = time.process_time()
    TinyEncoder().encode(texts)
    assert time.process_time() - start < 1
