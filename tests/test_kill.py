"""Twenty times killed in the middle of an add: what was acknowledged is there."""

from __future__ import annotations

import random
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from children import command, environment
from tiny import FRENCH, TinyEncoder, make_document

from aligner.corpus import Corpus
from aligner.documents import Document
from aligner.index import Indexes
from aligner.matches import find_matches, search

KILLS = 20
DOCUMENTS = 6000  # more than can be added before the last kill
RUNNER = """
import sys
from pathlib import Path
from test_kill import documents
from tiny import TinyEncoder
from aligner.corpus import Corpus
import faiss
print("ready", flush=True)
with Corpus(Path(sys.argv[1]), encoder=TinyEncoder(), create=True) as corpus:
    for number, outcome in enumerate(corpus.add(documents(int(sys.argv[2])))):
        print(outcome.id, outcome.status, flush=True)
        if number % 40 == 0:
            corpus.save_indexes()
"""


def documents(turn: int) -> Iterator[Document]:
    """Yield small documents, the same for the same turn; a tenth of them in place of older ones.

    Their paragraphs are too short to be identified: to load the identifier takes a second.
    """
    chance = random.Random(turn)
    english, french = list(FRENCH), list(FRENCH.values())
    for number in range(DOCUMENTS // KILLS):
        lang, words = chance.choice([("en", english), ("fr", french)])
        id = f"{turn if chance.random() < 0.9 else chance.randrange(turn + 1)}-{number}"
        yield make_document(id, *[" ".join(chance.choices(words, k=3)) + "." for _ in range(3)], lang=lang)


def add_and_kill(folder: Path, turn: int, *, after: float) -> list[str]:
    """Return the ids that the runner acknowledged before it was killed, so many seconds after it was ready."""
    lines: list[str] = []
    with subprocess.Popen(
        command(RUNNER, folder, turn), env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as runner:
        assert runner.stdout is not None
        first = runner.stdout.readline()
        assert first == "ready\n", runner.communicate()[1]
        reader = threading.Thread(target=lambda: lines.extend(runner.stdout))
        reader.start()
        time.sleep(after)
        runner.kill()
        reader.join()
        assert runner.wait() in (-9, 0)
        assert runner.stderr is not None
        assert runner.stderr.read() == ""
    return [line.split()[0] for line in lines if line.endswith(" created\n") or line.endswith(" replaced\n")]


def test_what_was_acknowledged_survives_kills(tmp_path: Path) -> None:
    folder, chance = tmp_path / "killed", random.Random(20)
    given: dict[str, list[Document]] = {}
    expected: dict[str, int] = {}
    killed_at_work = 0
    for turn in range(KILLS):
        order = list(documents(turn))
        acknowledged = add_and_kill(folder, turn, after=chance.uniform(0.0, 0.35))
        killed_at_work += len(acknowledged) < len(order)
        assert acknowledged == [document.id for document in order][: len(acknowledged)]
        for place, document in enumerate(order):
            given.setdefault(document.id, []).append(document)
            if place < len(acknowledged):
                expected[document.id] = len(given[document.id]) - 1
    assert killed_at_work > KILLS / 2
    assert len(expected) > 500

    with Corpus(folder, encoder=TinyEncoder()) as corpus:
        assert corpus.store.rows("PRAGMA quick_check") == [("ok",)]
        assert corpus.store.rows("PRAGMA foreign_key_check") == []
        stored = {document.id: document for document in corpus.store.documents()}
        for id, least in expected.items():  # that version, or a later one that was stored and not acknowledged
            assert stored[id] in given[id][least:]
        for id, document in stored.items():
            assert document in given[id]
            paragraphs = corpus.store.document(id).paragraphs
            assert [p.text for p in paragraphs] == document.text.split("\n\n")
            vectors = corpus.store.vectors([corpus.store.key(p.id) for p in paragraphs])
            assert np.array_equal(vectors, corpus.encoder.encode([p.text for p in paragraphs]))
        assert corpus.store.counts() == {"documents": len(stored), "paragraphs": 3 * len(stored), "dropped": 0}

        with Corpus(tmp_path / "fresh", encoder=TinyEncoder(), create=True) as fresh:
            list(fresh.add(stored.values()))
            for word in list(FRENCH)[::5]:
                assert answers(corpus, f"The {word} and the police.") == answers(fresh, f"The {word} and the police.")
            some = corpus.store.keys(documents=list(stored)[:20]), fresh.store.keys(documents=list(stored)[:20])
            matches, again = (
                {
                    (match.source.id, match.target.id, match.finding.probability)
                    for match in find_matches(one, sources=sources)
                }
                for one, sources in zip((corpus, fresh), some, strict=True)
            )
            sure = {match for match in matches if match[2] > 0.7}  # less sure ones may lie at the end of the neighbours
            assert sure
            assert sure == {match for match in again if match[2] > 0.7}
        corpus.save_indexes()
        assert Indexes(folder, corpus.store, dimension=256)._indexes


def answers(corpus: Corpus, text: str) -> list[tuple[str, float]]:
    hits = search(corpus, text, language="en", k=10_000)
    return [(hit.target.id, hit.finding.score) for hit in hits]
