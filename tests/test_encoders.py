"""What joining, centring and cutting into windows do to vectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from children import run
from tiny import TinyEncoder

from aligner.arrays import Vectors
from aligner.bundled import bundled_model_folder
from aligner.encoders import CentredEncoder, JointEncoder, load_encoder
from aligner.errors import EncoderError
from aligner.sentence_models import PROMPTS, SentenceTransformerEncoder
from aligner.vectors import Progress

TEXTS = ["The mayor closed the bridge.", "Le maire a fermé le pont.", "Doctors on strike", "大雨", "a"]


class LetterEncoder:
    """A second space: how often each letter occurs."""

    name, dimension = "letters@1", 27
    views: Mapping[str, slice] = {"letters": slice(0, 27)}

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Return one vector a text, in order."""
        counts = [[text.lower().count(chr(97 + letter)) for letter in range(26)] + [1] for text in texts]
        vectors = np.array(counts, np.float32).reshape(len(texts), 27)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def assert_unit(vectors: Vectors, *, shape: tuple[int, int]) -> None:
    assert vectors.shape == shape
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("weight", [0.0, 0.3, 0.5, 1.0])
def test_the_joint_dot_product_is_the_weighted_mean_of_the_cosines(weight: float) -> None:
    first, second = TinyEncoder(), LetterEncoder()
    joint = JointEncoder(first, second, second_weight=weight)
    vectors, a, b = joint.encode(TEXTS), first.encode(TEXTS), second.encode(TEXTS)
    assert_unit(vectors, shape=(5, 256 + 27))
    np.testing.assert_allclose(vectors @ vectors.T, (1 - weight) * (a @ a.T) + weight * (b @ b.T), atol=1e-6)
    assert joint.name == "tiny@1+letters@1"
    assert dict(joint.views) == {"tiny": slice(0, 256), "letters": slice(256, 283)}
    if 0 < weight < 1:
        for view, alone in (("tiny", a), ("letters", b)):
            part = vectors[:, joint.views[view]]
            np.testing.assert_allclose(part / np.linalg.norm(part, axis=1, keepdims=True), alone, atol=1e-6)


def test_centring_takes_off_what_all_share() -> None:
    inner = TinyEncoder()
    centre = inner.encode(TEXTS).mean(axis=0)
    centred = CentredEncoder(inner, centre)
    vectors = centred.encode(TEXTS)
    assert_unit(vectors, shape=(5, 256))
    expected = inner.encode(TEXTS).astype(float) - centre.astype(float)
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(vectors, expected, atol=1e-5)
    assert (centred.name, centred.dimension, dict(centred.views)) == ("tiny@1", 256, {"tiny": slice(0, 256)})


@pytest.mark.parametrize("shape", [(255,), (257,), (1, 256), (256, 1), ()])
def test_a_centre_that_does_not_fit(shape: tuple[int, ...]) -> None:
    with pytest.raises(EncoderError, match=r"a centre of shape \(.*\) does not fit tiny@1: 256"):
        CentredEncoder(TinyEncoder(), np.zeros(shape, np.float32))


def test_no_texts_and_progress() -> None:
    joint = JointEncoder(CentredEncoder(TinyEncoder(), np.zeros(256, np.float32)), LetterEncoder())
    told: list[int] = []
    assert joint.encode([], progress=told.append).shape == (0, 283)
    joint.encode(TEXTS, progress=told.append)
    assert sum(told) == len(TEXTS)


# -- the real models ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def e5() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder(bundled_model_folder(), prompt=PROMPTS["e5"])


SENTENCE = "The council of the old town said on Tuesday that bridge {} would close for {} weeks."
LONG = " ".join(SENTENCE.format(number, number % 7) for number in range(200))  # 3,000 words


@pytest.mark.model
def test_a_long_text_is_read_to_its_end(e5: SentenceTransformerEncoder) -> None:
    other = LONG + " Nobody was hurt in the earthquake."
    first, second = e5.encode([LONG, other])
    assert 0.9 < float(first @ second) < 0.99999
    assert_unit(np.stack([first, second]), shape=(2, 384))


@pytest.mark.model
@pytest.mark.parametrize("unit", [SENTENCE + " ", "{}", "東京の天気{}。", "👩‍🚀{}", "a\n\n  b{}", "Öé{}ß"])
def test_windows_cover_all_of_a_text(e5: SentenceTransformerEncoder, unit: str) -> None:
    text = "".join(unit.format(number, number) for number in range(1000))  # no two windows are alike
    limit = e5._model.get_max_seq_length()
    windows = e5._windows(text)
    assert len(windows) > 1
    covered = 0
    for window in windows:
        assert text.count(window) == 1
        at = text.index(window)
        assert not text[covered:at].strip()
        covered = max(covered, at + len(window))
        assert len(e5._model.tokenizer("query: " + window)["input_ids"]) <= limit + 2
    assert not text[covered:].strip()


@pytest.mark.model
def test_short_texts_are_one_window(e5: SentenceTransformerEncoder) -> None:
    for text in ("", "Oui.", LONG[:1500]):
        assert e5._windows(text) == [text]


@pytest.mark.model
def test_the_same_vectors_alone_and_in_company(e5: SentenceTransformerEncoder) -> None:
    texts = [*TEXTS, LONG[:4000]]
    for text, vector in zip(texts, e5.encode(texts), strict=True):
        np.testing.assert_allclose(e5.encode([text])[0], vector, atol=1e-5)


@pytest.mark.model
def test_the_default_encoder() -> None:
    encoder = load_encoder("default", threads=1)
    vectors = encoder.encode([*TEXTS, "", LONG[:2000]])
    assert_unit(vectors, shape=(7, encoder.dimension))
    assert list(encoder.views) == ["e5", "use"]
    assert vectors[0] @ vectors[1] > 0.4 > vectors[1] @ vectors[2]
    assert encoder.name.startswith("default@")
    assert load_encoder(encoder.name, threads=1).name == encoder.name


UNKNOWN = """
import sys
from aligner.encoders import load_encoder
from aligner.errors import EncoderError
for model in sys.argv[1:]:
    try:
        load_encoder(model)
    except EncoderError as error:
        print(error)
"""


@pytest.mark.model
def test_an_unknown_model(tmp_path) -> None:
    (tmp_path / "config.json").write_text("{")
    ran = run(UNKNOWN, "no-such/model", tmp_path, HF_HUB_OFFLINE="1", HF_HOME=str(tmp_path / "none"))
    first, second = ran.stdout.splitlines()
    assert first.startswith("the model 'no-such/model' cannot be loaded: ")
    assert second.startswith(f"the model '{tmp_path}' cannot be loaded: ")
