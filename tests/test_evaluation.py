"""Scores against values worked out by hand, and against scikit-learn's definitions written out."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from aligner.arrays import Vectors
from aligner.documents import Document
from aligner.errors import InputError
from aligner.evaluation import evaluate_links, evaluate_mining, evaluate_pairs
from aligner.gold import Links, read_links
from aligner.readers import read_documents
from aligner.vectors import Progress
from tests.tiny import TinyEncoder

SEEDS = Path(__file__).parents[1] / "seeds"


def document(id: str, lang: str, *paragraphs: str) -> Document:
    text = "\n\n".join(paragraphs)
    blocks, at = [], 0
    for paragraph in paragraphs:
        blocks.append((at, at + len(paragraph)))
        at += len(paragraph) + 2
    return Document(id=id, lang=lang, text=text, blocks=tuple(blocks))


# The same words on both sides: the tiny encoder gives these pairs the cosine 1, the others less.
SAME = ("alpha beta gamma delta", "epsilon zeta eta theta", "iota kappa lambda mu")


def links(*sure: tuple[int, int], doubtful: tuple[tuple[int, int], ...] = ()) -> Links:
    def ids(pairs: tuple[tuple[int, int], ...]) -> frozenset[tuple[str, str]]:
        return frozenset((f"e#{a}", f"f#{b}") for a, b in pairs)

    return Links("en", "fr", ids(sure), ids(doubtful))


def score(gold: Links, **options: object) -> object:
    documents = [document("e", "en", *SAME), document("f", "fr", *SAME)]
    return evaluate_links(documents, gold, encoder=TinyEncoder(), **options)  # type: ignore[arg-type]


def test_all_right() -> None:
    scores = score(links((0, 0), (1, 1), (2, 2)))
    assert (scores.average_precision, scores.best_f1, scores.pairs) == (1.0, 1.0, 9)  # type: ignore[attr-defined]


def test_a_wrong_pair_on_top_costs_precision() -> None:
    scores = score(links((0, 0), (1, 1)))  # (2, 2) scores 1 as well, and comes last among equals by id
    assert scores.average_precision == 1.0  # type: ignore[attr-defined]
    assert scores.precision == pytest.approx(2 / 3)  # type: ignore[attr-defined]
    assert scores.recall == 1.0  # type: ignore[attr-defined]
    assert scores.f1 == pytest.approx(0.8)  # type: ignore[attr-defined]


def test_doubtful_pairs_are_left_out() -> None:
    scores = score(links((0, 0), (1, 1), doubtful=((2, 2),)))
    assert (scores.precision, scores.recall, scores.pairs) == (1.0, 1.0, 8)  # type: ignore[attr-defined]


def test_a_link_of_a_missing_paragraph_counts_as_missed() -> None:
    scores = score(links((0, 0), (1, 1), (2, 2), (0, 7)))
    assert (scores.average_precision, scores.recall) == (0.75, 0.75)  # type: ignore[attr-defined]


def test_distractors_count_against_documents_and_not_against_each_other(tmp_path: Path) -> None:
    for lang in ("en", "fr"):
        with gzip.open(tmp_path / f"news.{lang}.tsv.gz", "wt", encoding="utf-8") as file:
            file.write(f"x\t{SAME[0]}\nx\tnu xi omicron pi\n")
    scores = score(links((0, 0), (1, 1), (2, 2)), distractors=tmp_path, count=2)
    assert scores.pairs == 25 - 4  # type: ignore[attr-defined]
    assert scores.recall == 1.0  # type: ignore[attr-defined]
    assert scores.precision == pytest.approx(3 / 5)  # type: ignore[attr-defined]


def test_too_few_distractors_are_said(tmp_path: Path) -> None:
    for lang in ("en", "fr"):
        with gzip.open(tmp_path / f"news.{lang}.tsv.gz", "wt", encoding="utf-8") as file:
            file.write("x\tone\n")
    with pytest.raises(InputError, match=r"news\.en\.tsv\.gz: holds 1 paragraphs, 2 are wanted"):
        score(links((0, 0)), distractors=tmp_path, count=2)


def test_margin_divides_by_the_neighbours() -> None:
    scores = score(links((0, 0), (1, 1), (2, 2)), method="margin")
    assert scores.average_precision == 1.0  # type: ignore[attr-defined]
    assert scores.threshold == 1.06  # type: ignore[attr-defined]


def test_pairs_both_ways() -> None:
    scores = evaluate_pairs(SAME, [*SAME[:2], "nu xi omicron pi"], encoder=TinyEncoder())
    assert scores.pairs == 3
    assert scores.accuracy_forward >= 2 / 3
    assert scores.accuracy_backward >= 2 / 3


class AngleEncoder:
    """Takes each text as an angle in the plane."""

    name = "angle@0"
    dimension = 2
    views: Mapping[str, slice] = {"angle": slice(0, 2)}

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        return np.array([[np.cos(float(text)), np.sin(float(text))] for text in texts], np.float32)


@pytest.mark.parametrize(("method", "accuracy"), [("margin", 1.0), ("cosine", 1 / 3)])
def test_pairs_by_margin_take_down_a_text_that_is_near_to_all(method: str, accuracy: float) -> None:
    first, second = ["0.9", "0.4", "0.6"], ["0.7", "0.2", "0.5"]  # angles: all translations lie a bit lower
    scores = evaluate_pairs(first, second, encoder=AngleEncoder(), method=method)
    assert (scores.accuracy_forward, scores.accuracy_backward) == (accuracy, accuracy)


def test_mining_hides_the_share_asked_for(tmp_path: Path) -> None:
    for lang in ("en", "fr"):
        with gzip.open(tmp_path / f"news.{lang}.tsv.gz", "wt", encoding="utf-8") as file:
            file.writelines(f"x\tword{lang}{n} other{lang}{n}\n" for n in range(97))
    texts = [f"pair{n} hidden{n} here{n}" for n in range(10)]
    scores = evaluate_mining(texts, texts, ("en", "fr"), encoder=TinyEncoder(), distractors=tmp_path, count=97)
    assert (scores.pairs, scores.distractors) == (3, 97)
    assert scores.recall == 1.0


def test_own_links_fit_own_documents() -> None:
    documents = list(read_documents([SEEDS / "documents.jsonl"], served=("en", "fr")))
    assert all(isinstance(found, Document) for found in documents)
    sizes = {d.id: (d.lang.partition("-")[0], len(d.blocks or ())) for d in documents if isinstance(d, Document)}
    gold = read_links(SEEDS / "links.tsv")
    assert len(gold.sure) + len(gold.doubtful) == 152
    for pair in gold.sure | gold.doubtful:
        for id, language in zip(pair, ("en", "fr"), strict=True):
            name, _, position = id.rpartition("#")
            assert sizes[name][0] == language
            assert int(position) < sizes[name][1]


def test_own_stories_are_as_their_readme_says() -> None:
    rows = [json.loads(line) for line in (SEEDS / "documents.jsonl").read_text("utf-8").splitlines()]
    events = {row["event"] for row in rows}
    assert len(events) >= 8
    for event in events:
        outlets = [(row["lang"][:2], row["outlet"]) for row in rows if row["event"] == event]
        assert len(set(outlets)) == len(outlets)
        for lang in ("en", "fr"):
            assert sum(found == lang for found, _ in outlets) >= 2
