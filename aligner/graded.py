"""Whether texts that are no paragraphs of a corpus could serve as translations of each other."""

from __future__ import annotations

from collections.abc import Sequence

from aligner.clues import numbers_of
from aligner.evidence import compare
from aligner.features import Side
from aligner.grades import Grader, grader
from aligner.scoring import FITTED_COSINES
from aligner.vectors import Encoder, Progress, TokenEncoder, encode_with_tokens

__all__ = ["encoder_grader", "near_equivalent"]


def encoder_grader(encoder: Encoder) -> Grader:
    """Return the grader for an encoder that no corpus says more of."""
    return grader(None if isinstance(encoder, TokenEncoder) else FITTED_COSINES)


def near_equivalent(
    pairs: Sequence[tuple[str, str]],
    *,
    languages: tuple[str, str],
    encoder: Encoder,
    judge: Grader,
    progress: Progress | None = None,
) -> list[bool]:
    """Return for each pair of texts whether it is near-equivalent, by the rule for paragraphs that match.

    `languages` are primary subtags.
    """
    texts = list(dict.fromkeys(text for pair in pairs for text in pair))
    if not texts:
        return []
    vectors, tokens = encode_with_tokens(encoder, texts, progress=progress)
    sides = {
        text: Side(vector, vector, tokens[at] if tokens else None, numbers_of(text))
        for at, (text, vector) in enumerate(zip(texts, vectors, strict=True))
    }
    return [
        judge.is_equivalent(
            sides[source],
            sides[target],
            compare(source, target, left_language=languages[0], right_language=languages[1]),
            lengths=(len(source), len(target)),
        )
        for source, target in pairs
    ]
