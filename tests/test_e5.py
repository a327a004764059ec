"""The bundled model as it is run here: the vectors of its authors' way to run it, and tokens that fit the text."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from aligner.arrays import Vectors
from aligner.bundled import bundled_model_folder
from aligner.e5 import E5Encoder, TokenStates
from aligner.encoders import DefaultEncoder, load_encoder
from aligner.tokens import NO_PIECE
from aligner.vectors import TokenEncoder

pytestmark = pytest.mark.model

DIMENSION = 384
TEXTS = [
    "The mayor closed the old bridge on Tuesday because of the flood.",
    "Le maire a fermé le vieux pont mardi à cause de l'inondation.",
    "1,234 people – 12.5% – signed; 3 others (aged 40) did not.",
    "« Ça suffit ! », a déclaré l’ex-ministre à 18 h 30, hier…",
    "大雨が降った。洪水で橋が閉鎖された。",
    "إغلاق الجسر بسبب الفيضانات",
    "query: what is a query?",
    "  spaces   here and   there ",
    "ﬁn du café naïf, x² + ½",
    ".",
    "",
    "a",
    "?!",
    "👩\u200d🚀",
    " ".join(f"On day {day} the council met and put the vote off again." for day in range(12)),
]
LONG = " ".join(
    f"On day {day} the council of Saint-{day}-sur-Mer met, and put the vote off again." for day in range(50)
)


@pytest.fixture(scope="module")
def e5() -> E5Encoder:
    return E5Encoder(bundled_model_folder(), name="e5@1")


@pytest.fixture(scope="module")
def default() -> DefaultEncoder:
    encoder = load_encoder("default", threads=1)
    assert isinstance(encoder, DefaultEncoder)
    return encoder


def assert_unit(vectors: Vectors, *, count: int) -> None:
    assert vectors.shape == (count, DIMENSION)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)  # fails for NaN


def ranges(states: TokenStates) -> list[tuple[int, int]]:
    return [(int(start), int(end)) for start, end in states.offsets]


def test_vectors_as_sentence_transformers_gives_them(e5: E5Encoder) -> None:
    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(str(bundled_model_folder()), device="cpu", local_files_only=True)
    expected = reference.encode(TEXTS, prompt="query: ", normalize_embeddings=True)
    vectors = e5.encode(TEXTS)
    assert_unit(vectors, count=len(TEXTS))
    assert (vectors * expected).sum(axis=1).min() >= 0.9999


def test_no_company_changes_a_vector(e5: E5Encoder) -> None:
    together = e5.encode([*TEXTS, LONG])
    assert_unit(together, count=len(TEXTS) + 1)
    np.testing.assert_allclose(np.concatenate([e5.encode([text]) for text in [*TEXTS, LONG]]), together, atol=1e-5)
    np.testing.assert_allclose(e5.encode([LONG, *TEXTS[::-1]])[::-1], together, atol=1e-5)


def test_no_company_changes_a_token(e5: E5Encoder) -> None:
    together = e5.encode_states(TEXTS)[1]
    for text, states in zip(TEXTS, together, strict=True):
        (alone,) = e5.encode_states([text])[1]
        assert (alone.pieces.tolist(), ranges(alone)) == (states.pieces.tolist(), ranges(states))
        for name in ("before_last", "last"):
            np.testing.assert_allclose(getattr(alone, name), getattr(states, name), atol=1e-4)


def test_tokens_or_not_the_vector_is_the_same(e5: E5Encoder) -> None:
    vectors, states = e5.encode_states(TEXTS)
    assert len(states) == len(TEXTS)
    assert np.array_equal(e5.encode(TEXTS), vectors)


def test_each_text_is_told_once(e5: E5Encoder) -> None:
    told: list[int] = []
    e5.encode([*TEXTS, LONG], progress=told.append)
    assert sum(told) == len(TEXTS) + 1


def test_no_texts(e5: E5Encoder) -> None:
    vectors, states = e5.encode_states([])
    assert (vectors.shape, states) == ((0, DIMENSION), [])


@pytest.mark.parametrize("text", [*TEXTS, LONG], ids=range(len(TEXTS) + 1))
def test_tokens_lie_in_the_text_and_cover_its_letters_in_order(e5: E5Encoder, text: str) -> None:
    (states,) = e5.encode_states([text])[1]
    found = ranges(states)
    assert states.last.shape == states.before_last.shape == (len(found), DIMENSION)
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert found == sorted(found)
    covered = {place for start, end in found for place in range(start, end)}
    assert [char for place, char in enumerate(text) if char.isalnum() and place not in covered] == []
    assert [text[start:end] for start, end in found if not any(map(str.isalnum, text[start:end]))] == []


@pytest.mark.parametrize("text", ["", ".", "?!", " … – « »"])
def test_a_text_without_letters_has_no_tokens(e5: E5Encoder, text: str) -> None:
    vectors, (states,) = e5.encode_states([text])
    assert_unit(vectors, count=1)
    assert ranges(states) == []
    assert (states.last.shape, states.before_last.shape) == ((0, DIMENSION), (0, DIMENSION))


def test_tokens_with_a_digit_are_no_piece(e5: E5Encoder) -> None:
    for text, (states,) in ((text, e5.encode_states([text])[1]) for text in TEXTS[:8]):
        for (start, end), piece in zip(ranges(states), states.pieces.tolist(), strict=True):
            has_digit = any(map(str.isdigit, text[start:end]))
            assert (piece == NO_PIECE) is has_digit, text[start:end]


def test_the_same_word_is_the_same_piece_and_two_words_are_not(e5: E5Encoder) -> None:
    first, second = e5.encode_states(["The bridge of Paris", "Un pont, Paris"])[1]
    assert first.pieces[-1] == second.pieces[-1]
    assert len({*first.pieces.tolist(), *second.pieces.tolist()}) == len(first.pieces) + len(second.pieces) - 1


def test_the_prompt_is_no_token(e5: E5Encoder) -> None:
    prompted, plain = e5.encode_states(["query: the bridge", "the bridge"])[1]
    assert [states.offsets[-1, 1] for states in (prompted, plain)] == [len("query: the bridge"), len("the bridge")]
    told, found = "query: the bridge", ranges(prompted)
    assert "".join(told[start:end] for start, end in found).replace(" ", "") == "querythebridge"
    assert "".join("the bridge"[start:end] for start, end in ranges(plain)).replace(" ", "") == "thebridge"
    assert prompted.pieces.tolist()[-len(plain.pieces) :] == plain.pieces.tolist()


def test_a_long_text_has_tokens_to_its_end_without_repeats(e5: E5Encoder) -> None:
    vectors, (states,) = e5.encode_states([LONG])
    assert_unit(vectors, count=1)
    found = ranges(states)
    assert len(found) > 512
    assert len(set(found)) == len(found)
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(found))
    assert LONG[slice(*found[-1])].strip() == "again"
    per_sentence = [sum(start < len(LONG) // 50 * (part + 1) for start, _ in found) for part in range(50)]
    assert max(np.diff(per_sentence)) < 2 * np.mean(np.diff(per_sentence))  # nowhere twice as dense


def test_a_long_text_begins_as_its_first_window(e5: E5Encoder) -> None:
    """What is read first does not know of what follows behind its window."""
    cut = LONG[: LONG.index("On day 45")]
    (whole,), (part,) = e5.encode_states([LONG])[1], e5.encode_states([cut])[1]
    assert ranges(whole)[: len(ranges(part))] == ranges(part)
    np.testing.assert_allclose(whole.last[:300], part.last[:300], atol=1e-4)


def test_the_default_encoder_gives_the_same_vectors_with_tokens(default: DefaultEncoder) -> None:
    assert isinstance(default, TokenEncoder)
    texts = [*TEXTS, LONG]
    vectors, tokens = default.encode_tokens(texts)
    assert vectors.shape == (len(texts), default.dimension)
    np.testing.assert_allclose(default.encode(texts), vectors, atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert [len(own) > 0 for own in tokens] == [any(map(str.isalnum, text)) for text in texts]


def test_the_default_encoders_tokens_are_the_models(default: DefaultEncoder, e5: E5Encoder) -> None:
    for states, tokens in zip(e5.encode_states(TEXTS)[1], default.encode_tokens(TEXTS)[1], strict=True):
        assert tokens.offsets.tolist() == states.offsets.tolist()
        assert tokens.pieces.tolist() == states.pieces.tolist()
        assert tokens.vectors.shape == (len(states.pieces), 128)
        np.testing.assert_allclose(np.linalg.norm(tokens.floats(), axis=1), 1, atol=0.03)


def test_a_words_translation_is_the_nearest_token(default: DefaultEncoder) -> None:
    english, french = "The mayor closed the bridge on Tuesday.", "Mardi, le pont a été fermé par le maire."
    first, second = default.encode_tokens([english, french])[1]
    cosines = first.floats() @ second.floats().T
    said = {
        english[start:end].strip(): french[slice(*second.offsets[nearest])].strip()
        for (start, end), nearest in zip(first.offsets.tolist(), cosines.argmax(axis=1), strict=True)
    }
    assert said["bridge"] == "pont"
    assert said["Tuesday"] in {"Mar", "di"}
