"""Texts cut into the pieces that e5 reads, in windows where a text is longer than it reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from aligner.tokens import NO_PIECE

__all__ = ["Content", "Pieces", "Window"]

PROMPT = "query: "  # on both sides, as the model's authors ask for symmetric tasks
WINDOW_TOKENS = 512
WINDOW_OVERLAP = 32


@dataclass(frozen=True, slots=True)
class Window:
    """What is read in one go of a text."""

    text: int
    ids: list[int]
    offsets: list[tuple[int, int]]
    first: int
    """Offset behind which tokens are not in the window before."""


@dataclass(frozen=True, slots=True)
class Content:
    """The content tokens of a window: those that hold a letter or a digit, and are not in the window before."""

    wanted: npt.NDArray[np.bool_]
    """Shape (tokens,): which of the window's they are."""
    pieces: npt.NDArray[np.int32]
    """Shape (n,); NO_PIECE for tokens with a digit."""
    offsets: npt.NDArray[np.int32]
    """Shape (n, 2); character ranges in the text."""


class Pieces:
    """The tokenizer of multilingual-e5-small out of its unpacked folder."""

    def __init__(self, folder: Path) -> None:
        from transformers import AutoTokenizer

        self._tokenizer: Any = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
        pieces = self._tokenizer.convert_ids_to_tokens(list(range(len(self._tokenizer))))
        self._has_digit = np.array([any(char.isdigit() for char in piece) for piece in pieces])
        self._is_content = np.array([any(char.isalnum() for char in piece) for piece in pieces])
        self._has_digit[self._tokenizer.unk_token_id] = True  # two unknown pieces need not be the same
        self.padding = int(self._tokenizer.pad_token_id)

    def windows(self, number: int, text: str) -> Iterator[Window]:
        """Yield the windows of a text, which is known by this number."""
        encoding = self._tokenizer(
            PROMPT + text,
            return_offsets_mapping=True,
            truncation=True,
            max_length=WINDOW_TOKENS,
            stride=WINDOW_OVERLAP,
            return_overflowing_tokens=True,
        )
        seen = len(PROMPT)
        for ids, offsets in zip(encoding["input_ids"], encoding["offset_mapping"], strict=True):
            yield Window(number, ids, offsets, seen)
            seen = max(end for _, end in offsets)

    def content(self, window: Window) -> Content:
        """Return the content tokens of a window."""
        ids, offsets = np.array(window.ids, np.int32), np.array(window.offsets, np.int32).reshape(-1, 2)
        wanted = self._is_content[ids] & (offsets[:, 1] > window.first)
        pieces = np.where(self._has_digit[ids], NO_PIECE, ids)[wanted].astype(np.int32)
        return Content(wanted, pieces, np.maximum(offsets[wanted] - len(PROMPT), 0))
