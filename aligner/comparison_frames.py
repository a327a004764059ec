"""The generic policy frames of a document, zero-shot: a rough, secondary estimate.

The frames are those of Card et al. (2015), https://aclanthology.org/P15-2072/, described in several languages in
aligner/frames/; a document has the frames whose descriptions its paragraphs are nearest to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from aligner.arrays import Vectors, unit
from aligner.corpus import Corpus

__all__ = ["ACCURACY", "FRAMES", "MEASURED_ON", "FrameEstimate", "estimate_frames", "frames_record"]

FOLDER = Path(__file__).with_name("frames")
ACCURACY = 0.71  # of the first frame, on our own stories (tests/story_frames.tsv); see docs/framing.md
MEASURED_ON = "168 invented documents of our own, labelled by one person (tests/story_frames.tsv)"
_made: dict[str, Vectors] = {}  # by model: a process has one, tests a few
SHOWN = 3
LEADING = 8  # paragraphs: a text says early what it is about
FRAMES = (
    "economic",
    "capacity",
    "morality",
    "fairness",
    "legality",
    "policy",
    "crime",
    "security",
    "health",
    "quality",
    "culture",
    "public",
    "political",
    "external",
)


@dataclass(frozen=True, slots=True)
class FrameEstimate:
    """A frame of a document and how near it is: the cosine with its description less the mean over all frames."""

    document: str
    frame: str
    nearness: float

    def record(self) -> Mapping[str, object]:
        """Return the estimate for JSON."""
        return asdict(self)


@lru_cache(maxsize=1)
def _descriptions() -> tuple[tuple[str, str], ...]:
    """Return each frame's descriptions in all languages, as (frame, text)."""
    lines = [line for path in sorted(FOLDER.glob("*.tsv")) for line in path.read_text("utf-8").splitlines()]
    fields = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return tuple((frame, text) for frame, *texts in fields for text in texts)


def _frame_vectors(corpus: Corpus) -> Vectors:
    """Return a vector for each of FRAMES: the mean of its descriptions; one model's are made once."""
    model = corpus.encoder.name
    if model not in _made:
        _made[model] = _described_vectors(corpus)
    return _made[model]


def _described_vectors(corpus: Corpus) -> Vectors:
    described = _descriptions()
    vectors = corpus.encoder.encode([text for _, text in described])
    means = [vectors[[at for at, (name, _) in enumerate(described) if name == frame]].mean(axis=0) for frame in FRAMES]
    return unit(np.array(means, np.float32))


def estimate_frames(corpus: Corpus, ids: Sequence[str]) -> list[FrameEstimate]:
    """Return the SHOWN nearest frames of each document, nearest first, by document. Needs the encoder."""
    frames = _frame_vectors(corpus)
    found = []
    for id, keys in sorted(corpus.store.document_keys(ids, headlines=False).items()):
        cosines = (corpus.store.vectors(keys[:LEADING]) @ frames.T).mean(axis=0)
        apart = cosines - cosines.mean()
        for at in np.argsort(-apart, kind="stable")[:SHOWN].tolist():
            found.append(FrameEstimate(id, FRAMES[at], round(float(apart[at]), 4)))
    return found


def frames_record(frames: Sequence[FrameEstimate]) -> Mapping[str, object]:
    """Return estimates for JSON, with how often the first of a document was right and on what that was measured."""
    return {
        "first_right": ACCURACY,
        "measured_on": MEASURED_ON,
        "estimates": [estimate.record() for estimate in frames],
    }
