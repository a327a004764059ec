"""Policy frames: described alike in each language, and read from labels."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny import TinyEncoder, make_document

from aligner.comparison_frames import FOLDER, FRAMES, SHOWN, estimate_frames
from aligner.corpus import Corpus
from aligner.errors import InputError
from aligner.evaluation_frames import FrameScores, evaluate_frames, read_frame_labels

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.tsv")), ids=lambda path: path.stem)
def test_each_language_describes_all_frames_alike(path: Path) -> None:
    def shape(one: Path) -> list[tuple[str, int]]:
        lines = [line.split("\t") for line in one.read_text("utf-8").splitlines() if not line.startswith("#")]
        return [(line[0], len(line)) for line in lines if line[0]]

    assert [frame for frame, _ in shape(path)] == list(FRAMES)
    assert shape(path) == shape(FOLDER / "en.tsv")


def test_a_text_is_nearest_to_the_descriptions_that_it_repeats(tmp_path: Path) -> None:
    lines = [path.read_text("utf-8").splitlines() for path in sorted(FOLDER.glob("*.tsv"))]
    described = {frame: [line for own in lines for line in own if line.startswith(f"{frame}\t")] for frame in FRAMES}
    documents = [make_document(frame, *described[frame]) for frame in FRAMES]
    with Corpus(tmp_path, encoder=TinyEncoder(), create=True) as corpus:
        list(corpus.add(documents))
        found = estimate_frames(corpus, FRAMES)
        assert len(found) == SHOWN * len(FRAMES)
        assert {each.document: each.frame for each in found[::-1]} == {frame: frame for frame in FRAMES}
        labels = {frame: frozenset({frame, "health"}) for frame in FRAMES}
        assert evaluate_frames(corpus, labels) == FrameScores(len(FRAMES), 1.0, 1.0, 1.0)


def test_labels(tmp_path: Path) -> None:
    labels = read_frame_labels(ROOT / "tests" / "story_frames.tsv", [ROOT / "seeds" / "documents.jsonl"])
    assert labels["s04-en_granite_times"] == {"economic"}
    wrong = tmp_path / "wrong.tsv"
    wrong.write_text("event\tframes\nx\teconomic|money\n", "utf-8")
    with pytest.raises(InputError, match="x: no frame money"):
        read_frame_labels(wrong, [])
