"""A calibration fitted on a user's own links."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from aligner.calibration import Calibration, Line, fit_line, reliability
from aligner.candidates import Candidate, Pool, candidates, pool
from aligner.corpus import Corpus
from aligner.documents import Document
from aligner.errors import InputError
from aligner.gold import Links
from aligner.languages import primary
from aligner.nearby import Nearby
from aligner.probabilities import probabilities, text_probabilities
from aligner.scoring import Cosines, Scorer, plain_scorers
from aligner.vectors import Encoder, Progress

__all__ = ["fit_calibration"]

Scores = Mapping[tuple[int, int], float]


def fit_calibration(
    documents: Iterable[Document | InputError],
    links: Links,
    *,
    encoder: Encoder,
    cosines: Cosines | None = None,
    progress: Progress | None = None,
) -> Calibration:
    """Return what lays the shipped scorers' probabilities over exhaustive links between documents.

    `cosines` are those of the corpus that it is for, where cosines alone decide; else those of these documents.
    Raises InputError for documents that are refused and for links that are not theirs.
    """
    languages = (primary(links.source_language), primary(links.target_language))
    with (
        tempfile.TemporaryDirectory(prefix="aligner-calibrate-") as folder,
        Corpus(Path(folder), encoder=encoder, create=True, languages=languages) as corpus,
    ):
        refused = [o.reason for o in corpus.add(documents, progress=progress) if o.status == "refused"]
        if refused:
            raise InputError(f"{len(refused)} documents were refused; the first: {refused[0]}")
        own = None if corpus.cosines is None else cosines or corpus.cosines
        scorers = plain_scorers(own)
        found = candidates(corpus, *languages)
        known = pool(corpus, {key for c in found for key in (c.source, c.target)})
        said = probabilities(scorers.documents, found, known, Nearby(corpus, known))
        asked = _texts(scorers.texts, found, known)
    before, right = _labelled(said, known, links)
    line = fit_line(before, right)
    texts, right_texts = _labelled(asked, known, links)
    return Calibration(
        encoder=encoder.name,
        links=len(links.sure),
        pairs=len(before),
        error_before=round(reliability(before, right).error, 4),
        error_after=round(reliability(_laid(line, before), right).error, 4),
        documents=line,
        texts=fit_line(texts, right_texts),
        cosines=own,
    )


def _texts(scorer: Scorer, found: Iterable[Candidate], known: Pool) -> Scores:
    """Return the probability of each candidate where its source is a text by itself, as in a search."""
    targets: dict[int, list[int]] = {}
    for candidate in found:
        targets.setdefault(candidate.source, []).append(candidate.target)
    result: dict[tuple[int, int], float] = {}
    for source, keys in targets.items():
        asked = replace(known.sides[source], document=known.sides[source].vector)
        said = text_probabilities(scorer, asked, keys, known)
        result |= {(source, key): probability for key, probability in said.items()}
    return result


def _labelled(scores: Scores, known: Pool, links: Links) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return probabilities and whether each is of a link; doubtful ones are left out."""
    said, right = [], []
    for (source, target), probability in scores.items():
        pair = known.paragraphs[source].id, known.paragraphs[target].id
        if pair not in links.doubtful:
            said.append(probability)
            right.append(pair in links.sure)
    return np.array(said, np.float64), np.array(right, bool)


def _laid(line: Line, said: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    inside = np.clip(said, 5e-5, 1 - 5e-5)
    return np.asarray(1 / (1 + np.exp(-(np.log(inside / (1 - inside)) * line.slope + line.shift))), np.float64)
