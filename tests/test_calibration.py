"""Probabilities are measured against links, and fitted to a user's own."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tiny import TinyEncoder, make_document

from aligner.calibration import Bin, Calibration, Line, fit_line, reliability
from aligner.cli import main
from aligner.corpus import Corpus
from aligner.errors import InputError, ModelMismatchError
from aligner.gold import read_links
from aligner.matches import find_matches
from aligner.readers import read_documents
from aligner.recalibration import fit_calibration
from aligner.scoring import PLAIN_SCORERS, Cosines

SEEDS = Path(__file__).parents[1] / "seeds"
FITTED = Calibration(
    encoder="tiny@1",
    links=2,
    pairs=9,
    error_before=0.2,
    error_after=0.1,
    documents=Line(0.5, -1.0, 0.4),
    texts=Line(2.0, 0.0, 0.6),
    cosines=Cosines(0.1, 0.2),
)


def test_reliability_by_hand() -> None:
    """Two bins: three pairs said to be .05, one of them right; two said to be .9 and 1, both right."""
    found = reliability([0.05, 0.05, 0.05, 0.9, 1.0], [True, False, False, True, True])
    assert found.bins == (Bin(0.0, 0.1, 3, 0.05, 0.3333), Bin(0.9, 1.0, 2, 0.95, 1.0))
    assert found.error == pytest.approx((3 * (1 / 3 - 0.05) + 2 * 0.05) / 5)
    assert found.pairs == 5
    assert reliability([], []).bins == ()


def test_a_line_is_found_again() -> None:
    """Labels drawn from the line p = 1 / (1 + exp(-(2 logit - 1)))."""
    rng = np.random.default_rng(0)
    said = rng.uniform(0.02, 0.98, 20000)
    true = rng.random(20000) < 1 / (1 + np.exp(1 - 2 * np.log(said / (1 - said))))
    line = fit_line(said, true)
    assert (line.slope, line.shift) == (pytest.approx(2, abs=0.1), pytest.approx(-1, abs=0.1))
    fitted = 1 / (1 + np.exp(-(line.slope * np.log(said / (1 - said)) + line.shift)))
    assert reliability(fitted, true).error < 0.01 < reliability(said, true).error
    best = max(range(1, 100), key=lambda n: (_f1(fitted >= n / 100, true), -n))
    assert line.threshold == best / 100


def _f1(chosen: object, true: object) -> float:
    own, wanted = np.asarray(chosen), np.asarray(true)
    return 2 * int((own & wanted).sum()) / int(own.sum() + wanted.sum())


@pytest.mark.parametrize(
    ("said", "true", "message"),
    [
        ([], [], "found 0 and 0"),
        ([0.2, 0.3], [False, False], "expected pairs that are links and others; found 0 and 2"),
        ([0.9, 0.8, 0.2, 0.1] * 9, [False, False, True, True] * 9, "links and scores do not go together"),
    ],
)
def test_what_cannot_be_fitted(said: list[float], true: list[bool], message: str) -> None:
    with pytest.raises(InputError, match=message):
        fit_line(said, true)


def test_the_line_lies_over_the_logits() -> None:
    plain = replace(PLAIN_SCORERS.documents, retold=0.7)
    own = Line(0.5, -1.0, 0.4).applied(plain)
    logits = np.array([[2.0, -1.0, 0.5], [0.0, -3.0, 4.0]])
    chains = logits + np.array([[0.0, 2.0, 1.0], [3.0, 0.0, 0.0]])
    for before, after in (
        (plain.probabilities(logits), own.probabilities(logits)),
        (plain.probabilities(logits, retold=chains), own.probabilities(logits, retold=chains)),
        (plain.alone_probabilities(logits), own.alone_probabilities(logits)),
    ):
        inside = np.clip(before, 1e-4, 1 - 1e-4)
        expected = 1 / (1 + np.exp(-(0.5 * np.log(inside / (1 - inside)) - 1)))
        assert after == pytest.approx(expected, abs=0.01)
    assert own.threshold == 0.4


def test_it_comes_back_as_it_was() -> None:
    assert Calibration.from_json(FITTED.to_json(), place="x") == FITTED
    without = replace(FITTED, cosines=None)
    assert Calibration.from_json(without.to_json(), place="x") == without


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("not json", "cal.json: no calibration: Expecting value"),
        ("[1]", "cal.json: no calibration"),
        ("{}", "cal.json: no calibration: 'cosines' is missing"),
        ({"texts": {"slope": 1.0, "shift": 0.0}}, "'threshold' is missing"),
        ({"texts": {"slope": "x", "shift": 0.0, "threshold": 0.5}}, "could not convert string to float"),
        ({"documents": {"slope": -1.0, "shift": 0.0, "threshold": 0.5}}, "a slope must be above 0"),
        ({"documents": {"slope": 1.0, "shift": 0.0, "threshold": 7}}, "a threshold from 0 to 1"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(
    tmp_path: Path, change: object, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cal.json"
    record = json.loads(FITTED.to_json())
    file.write_text(json.dumps(record | change) if isinstance(change, dict) else str(change), "utf-8")
    with Corpus(tmp_path / "c", encoder=TinyEncoder(), create=True) as corpus:
        list(corpus.add([make_document("a", "The mayor closed the old bridge on Tuesday.")]))
    assert main(["calibrate", "--corpus", str(tmp_path / "c"), "--from", str(file)]) == 3
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, "expected --documents with --links, or --from, or --reset"),
        (["--links", "x.tsv"], 2, "expected --documents with --links"),
        (["--reset", "--from", "x.json"], 2, "expected --documents with --links"),
        (["--from", "missing.json"], 4, "missing.json: no such file"),
    ],
)
def test_wrong_use(
    tmp_path: Path, arguments: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with Corpus(tmp_path, encoder=TinyEncoder(), create=True):
        pass
    assert main(["calibrate", "--corpus", str(tmp_path), *arguments]) == code
    assert message in capsys.readouterr().err


def test_links_of_ones_own(tmp_path: Path) -> None:
    """Fitted on the sample coverage, its probabilities are nearer to what is right, and the corpus uses them."""
    documents = list(read_documents([SEEDS / "documents.jsonl"], served=("en", "fr")))
    links = read_links(SEEDS / "links.tsv")
    with Corpus(tmp_path, encoder=TinyEncoder(), create=True) as corpus:
        list(corpus.add(documents))
        before, cosines = corpus.scorers, corpus.cosines
        found = fit_calibration(documents, links, encoder=TinyEncoder(), cosines=corpus.own_cosines)
        assert found.links == 145  # of 152, without the doubtful ones
        assert found.error_after < 0.02
        assert found.error_after <= found.error_before
        assert found.cosines == cosines
        listed = {(m.source.id, m.target.id): m.finding.probability for m in find_matches(corpus, min_probability=0.01)}
        corpus.calibrate(found)
        assert corpus.scorers == found.applied(before)
        assert corpus.scorers.documents.threshold == found.documents.threshold
    with Corpus(tmp_path) as corpus:  # another process
        assert corpus.calibration == found
        list(corpus.remove([document.id for document in documents[:4]]))
        assert corpus.cosines == cosines  # the lines stay over what they were fitted over
        corpus.calibrate(None)
        assert corpus.calibration is None
        assert corpus.cosines != cosines
    assert listed


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, first, second = str(tmp_path / "c"), tmp_path / "1.json", tmp_path / "2.json"
    with Corpus(tmp_path / "c", encoder=TinyEncoder(), create=True) as corpus:
        list(corpus.add([make_document("a", "The mayor closed the old bridge on Tuesday.")]))
    first.write_text(FITTED.to_json(), "utf-8")
    assert main(["calibrate", "--corpus", folder, "--from", str(first), "--save", str(second)]) == 0
    assert second.read_text("utf-8").strip() == first.read_text("utf-8")
    assert "fitted on 2 links among 9 pairs, for the model tiny@1" in capsys.readouterr().out
    assert main(["status", "--corpus", folder]) == 0
    assert "fitted on 2 links, threshold 0.40" in capsys.readouterr().out
    assert main(["calibrate", "--corpus", folder, "--reset"]) == 0
    assert main(["status", "--corpus", folder]) == 0
    assert "as shipped" in capsys.readouterr().out


def test_another_model_is_refused(tmp_path: Path) -> None:
    with Corpus(tmp_path, encoder=TinyEncoder("tiny@2"), create=True) as corpus:
        list(corpus.add([make_document("a", "The mayor closed the old bridge on Tuesday.")]))
        with pytest.raises(ModelMismatchError, match=r"for the model tiny@1; .* was built with tiny@2"):
            corpus.calibrate(FITTED)


def test_refused_documents_and_strange_links(tmp_path: Path) -> None:
    links = read_links(SEEDS / "links.tsv")
    with pytest.raises(InputError, match="1 documents were refused; the first: broken"):
        fit_calibration([InputError("broken")], links, encoder=TinyEncoder())
    pair = [make_document("a", "The mayor closed the bridge."), make_document("b", "Le maire a fermé.", lang="fr")]
    with pytest.raises(InputError, match="expected pairs that are links and others; found 0 and 1"):
        fit_calibration(pair, links, encoder=TinyEncoder())
