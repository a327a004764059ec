"""One encoder for many threads: what waits together is encoded together, and nobody waits for an import's end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from tiny import TinyEncoder

from aligner.arrays import Vectors
from aligner.deadline import limit_time
from aligner.errors import EncoderError, TooSlowError
from aligner.tokens import Tokens
from aligner.vectors import Progress, TokenEncoder
from service.batching import Batch, SharedEncoder, shared


class Gated(TinyEncoder):
    """Notes each batch, and encodes none while its gate is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[list[str]] = []
        self.inside = 0
        self.gate = threading.Event()
        self.gate.set()

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        self.inside += 1
        assert self.inside == 1
        self.batches.append(list(texts))
        self.gate.wait(30)
        if "bad" in texts:
            self.inside -= 1
            raise EncoderError("a bad text")
        time.sleep(0.001)
        vectors = super().encode(texts, progress=progress)
        self.inside -= 1
        return vectors


class WithTokens(Gated):
    """Gives each text as many tokens as it has words."""

    def encode_tokens(self, texts: Sequence[str], *, progress: Progress | None = None) -> tuple[Vectors, list[Tokens]]:
        return self.encode(texts), [tokens_of(text) for text in texts]


def tokens_of(text: str) -> Tokens:
    count = len(text.split())
    return Tokens(
        np.ones((count, 3), np.int8),
        np.ones(count, np.float16),
        np.ones(count, np.int32),
        np.ones((count, 2), np.int32),
    )


def in_threads(*calls: Callable[[], object]) -> list[object]:
    """Return what the calls give or raise, each made in a thread of its own, in order, as the one before it waits."""
    results: list[object] = [None] * len(calls)

    def keep(place: int) -> None:
        try:
            results[place] = calls[place]()
        except Exception as error:
            results[place] = error

    threads = [threading.Thread(target=keep, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def start(call: Callable[[], Any]) -> threading.Thread:
    thread = threading.Thread(target=call)
    thread.start()
    return thread


def wait_until(condition: Callable[[], bool]) -> None:
    limit = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.001)


def test_questions_that_wait_are_encoded_in_one_batch() -> None:
    encoder, seen = Gated(), []
    both = SharedEncoder(encoder, observe=seen.append)
    encoder.gate.clear()
    first = start(lambda: both.encode(["the first"]))
    wait_until(lambda: len(encoder.batches) == 1)
    results: list[Any] = [None] * 10
    texts = [[f"pont {number}", "le même"] for number in range(10)]
    others = [
        start(lambda number=number: results.__setitem__(number, both.encode(texts[number]))) for number in range(10)
    ]
    wait_until(lambda: both.waiting == 11)
    encoder.gate.set()
    for thread in (first, *others):
        thread.join()
    assert len(encoder.batches) == 2
    assert sorted(encoder.batches[1]) == sorted({text for pair in texts for text in pair})  # the same text once
    for found, asked in zip(results, texts, strict=True):
        np.testing.assert_array_equal(found, TinyEncoder().encode(asked))
    wait_until(lambda: both.waiting == 0)
    second: Batch = seen[1]
    assert (second.texts, len(second.waited), second.left) == (11, 10, 0)
    assert all(waited > 0 for waited in second.waited)


def test_a_long_import_lets_questions_in_between_and_they_let_it_go_on() -> None:
    encoder = Gated()
    both = SharedEncoder(encoder)
    texts = [f"pont numéro {number}" for number in range(1000)]
    imported: list[Vectors] = []
    told: list[int] = []
    importing = start(lambda: imported.append(both.encode(texts, progress=told.append)))
    wait_until(lambda: bool(encoder.batches))
    for _ in range(5):
        both.encode(["a question"])
    importing.join()
    last = max(place for place, batch in enumerate(encoder.batches) if batch == ["a question"])
    assert last < 20  # of more than 35: each waits for one turn of the import
    np.testing.assert_array_equal(imported[0], TinyEncoder().encode(texts))
    assert sum(told) == 1000

    encoder.batches.clear()
    going = threading.Event()
    asking = [start(lambda: [both.encode([f"q {n}"]) for n in range(10**6) if not going.is_set()]) for _ in range(3)]
    both.encode(texts[:100])  # it ends though questions never do
    going.set()
    for thread in asking:
        thread.join()
    parts = [len(batch) for batch in encoder.batches if batch[0].startswith("pont")]
    assert sum(parts) == 100
    assert min(parts) <= 8


def test_who_is_told_of_progress_may_end_it() -> None:
    encoder = Gated()
    both = SharedEncoder(encoder)

    def stop(count: int) -> None:
        raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        both.encode([f"pont {number}" for number in range(200)], progress=stop)
    assert both.encode(["again"]).shape == (1, 256)
    assert len(encoder.batches) == 2


def test_imports_take_turns() -> None:
    encoder = Gated()
    both = SharedEncoder(encoder)
    encoder.gate.clear()
    threads = [start(lambda name=name: both.encode([f"{name} {n}" for n in range(90)])) for name in "ab"]
    wait_until(lambda: both.waiting == 2)
    encoder.gate.set()
    for thread in threads:
        thread.join()
    order = [batch[0][0] for batch in encoder.batches]
    assert order in (["a", "b"] * 3, ["b", "a"] * 3, ["a", "a", "b", "a", "b", "b"], ["b", "b", "a", "b", "a", "a"])


def test_a_text_that_fails_fails_alone() -> None:
    encoder = Gated()
    both = SharedEncoder(encoder)
    encoder.gate.clear()
    first = start(lambda: both.encode(["the first"]))
    wait_until(lambda: len(encoder.batches) == 1)
    opener = start(lambda: (wait_until(lambda: both.waiting == 4), encoder.gate.set()))
    good, bad, other = in_threads(*(lambda text=text: both.encode([text]) for text in ("good", "bad", "other")))
    for thread in (first, opener):
        thread.join()
    np.testing.assert_array_equal(good, TinyEncoder().encode(["good"]))
    np.testing.assert_array_equal(other, TinyEncoder().encode(["other"]))
    assert isinstance(bad, EncoderError)
    assert both.encode(["again"]).shape == (1, 256)


def test_who_waits_too_long_leaves_the_queue() -> None:
    encoder = Gated()
    both = SharedEncoder(encoder)
    encoder.gate.clear()
    first = start(lambda: both.encode(["the first"]))
    wait_until(lambda: len(encoder.batches) == 1)
    with (
        limit_time(0.05),
        pytest.raises(TooSlowError, match="the model is busy: the text waited"),
    ):
        both.encode(["late"])
    encoder.gate.set()
    first.join()
    both.encode(["next"])
    assert ["late"] not in encoder.batches
    assert both.waiting <= 1


def test_tokens_come_with_their_texts() -> None:
    encoder = WithTokens()
    both = shared(encoder)
    assert isinstance(both, TokenEncoder)
    assert not isinstance(shared(Gated()), TokenEncoder)
    texts = ["one", "one two", "one", "one two three"]
    vectors, tokens = both.encode_tokens(texts)
    np.testing.assert_array_equal(vectors, TinyEncoder().encode(texts))
    assert [len(own) for own in tokens] == [1, 2, 1, 3]
    assert both.encode_tokens([])[0].shape == (0, 256)
    assert both.encode([]).shape == (0, 256)
    assert (both.name, both.dimension, both.views) == (encoder.name, encoder.dimension, encoder.views)
