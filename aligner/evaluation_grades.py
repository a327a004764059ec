"""How well near-equivalents are told from paragraphs that only share a fact."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from aligner.corpus import Corpus
from aligner.documents import Document
from aligner.equivalents import TRANSLATION, composites
from aligner.errors import InputError
from aligner.gold import Links
from aligner.graded import encoder_grader, near_equivalent
from aligner.grades import NEAR_EQUIVALENT
from aligner.languages import primary
from aligner.matches import find_matches
from aligner.vectors import Encoder, Progress

__all__ = ["GradeScores", "LinkGradeScores", "evaluate_grades", "evaluate_link_grades"]


@dataclass(frozen=True, slots=True)
class GradeScores:
    """Of pairs called near-equivalent, the share that are translations; of translations, the share called so.

    `by_kind` counts pairs of each kind (see aligner/equivalents.py), and those called near-equivalent.
    """

    precision: float
    recall: float
    by_kind: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class LinkGradeScores:
    """Near-equivalents among the matches of documents with graded links.

    Those of a link of grade 3, of another link, of doubtful ones and of none; and how many links of grade 3 there are.
    """

    near_equivalent: int
    of_equivalent_links: int
    of_other_links: int
    of_doubtful_links: int
    of_none: int
    equivalent_links: int


def evaluate_grades(
    sources: Sequence[str],
    targets: Sequence[str],
    *,
    languages: tuple[str, str],
    encoder: Encoder,
    seed: int = 0,
    progress: Progress | None = None,
) -> GradeScores:
    """Grade translations of one to four texts in a row, and the same with something added, left out or exchanged."""
    made = list(composites(sources, targets, seed=seed))
    alike = near_equivalent(
        [(pair.source, pair.target) for pair in made],
        languages=(primary(languages[0]), primary(languages[1])),
        encoder=encoder,
        judge=encoder_grader(encoder),
        progress=progress,
    )
    counts: dict[str, list[int]] = {}
    for pair, called in zip(made, alike, strict=True):
        count = counts.setdefault(pair.kind, [0, 0])
        count[0] += 1
        count[1] += called
    translations, right = counts.get(TRANSLATION, [0, 0])
    return GradeScores(
        precision=round(right / max(1, sum(alike)), 4),
        recall=round(right / max(1, translations), 4),
        by_kind={kind: {"pairs": n, "near_equivalent": called} for kind, (n, called) in sorted(counts.items())},
    )


def evaluate_link_grades(
    documents: Iterable[Document | InputError],
    links: Links,
    *,
    encoder: Encoder,
    progress: Progress | None = None,
) -> LinkGradeScores:
    """Say which links the near-equivalents among the matches of these documents are. Raises InputError."""
    languages = (primary(links.source_language), primary(links.target_language))
    with (
        tempfile.TemporaryDirectory(prefix="aligner-evaluate-") as folder,
        Corpus(Path(folder), encoder=encoder, create=True, languages=languages) as corpus,
    ):
        refused = [o.reason for o in corpus.add(documents, progress=progress) if o.status == "refused"]
        if refused:
            raise InputError(f"{len(refused)} documents were refused; the first: {refused[0]}")
        found = find_matches(
            corpus, source_languages=[languages[0]], target_languages=[languages[1]], grades=[NEAR_EQUIVALENT]
        )
    called = [(match.source.id, match.target.id) for match in found]
    groups = (links.equivalent, links.sure - links.equivalent, links.doubtful)
    equivalent, other, doubtful = (sum(pair in group for pair in called) for group in groups)
    return LinkGradeScores(
        near_equivalent=len(called),
        of_equivalent_links=equivalent,
        of_other_links=other,
        of_doubtful_links=doubtful,
        of_none=len(called) - equivalent - other - doubtful,
        equivalent_links=len(links.equivalent),
    )
