"""What an encoder is, and what it yields: the one seam between texts and numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, runtime_checkable

from aligner.arrays import Vectors
from aligner.tokens import Tokens

__all__ = ["Encoder", "Progress", "TokenEncoder", "encode_with_tokens"]

Progress = Callable[[int], None]
"""Called with the number of texts that have just been encoded."""


class Encoder(Protocol):
    """Turns texts of any language into vectors of one space."""

    @property
    def name(self) -> str:
        """What a corpus records: two encoders of one name give the same vectors."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def views(self) -> Mapping[str, slice]:
        """Parts of a vector that come from one model each, so that a match can show each one's cosine."""

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Return one vector a text, in order."""


@runtime_checkable
class TokenEncoder(Encoder, Protocol):
    """An encoder that also says what each token means in its context; matching then looks inside paragraphs."""

    def encode_tokens(self, texts: Sequence[str], *, progress: Progress | None = None) -> tuple[Vectors, list[Tokens]]:
        """Return one vector and the content tokens of each text, in order, in one pass."""


def encode_with_tokens(
    encoder: Encoder, texts: Sequence[str], *, progress: Progress | None = None
) -> tuple[Vectors, list[Tokens]]:
    """Return one vector a text, and the tokens of each; no tokens where the encoder gives none."""
    if isinstance(encoder, TokenEncoder):
        return encoder.encode_tokens(texts, progress=progress)
    return encoder.encode(texts, progress=progress), []
