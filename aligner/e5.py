"""The bundled multilingual-e5-small, run so that one pass gives both the text's vector and its tokens' states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from aligner.adapted import adapt
from aligner.arrays import Vectors, unit
from aligner.pieces import Pieces, Window
from aligner.tokens import Floats
from aligner.vectors import Progress

__all__ = ["E5Encoder", "TokenStates"]

BATCH_TOKENS = 4096  # padded tokens of a batch: texts of a length go together, so that little is padding
PASS_TOKENS = 32  # more padding than that costs more than a pass of its own


@dataclass(frozen=True, slots=True)
class TokenStates:
    """The content tokens of one text: those that hold a letter or a digit."""

    before_last: Floats
    """Shape (n, width): states in the last layer but one."""
    last: Floats
    """Shape (n, width): states in the last layer."""
    pieces: npt.NDArray[np.int32]
    offsets: npt.NDArray[np.int32]


class E5Encoder:
    """multilingual-e5-small out of an unpacked folder; texts longer than it reads are windowed."""

    def __init__(self, folder: Path, *, name: str, adapted: Path | None = None) -> None:
        """`adapted` is a file of products that are added to its weights (aligner.adapted)."""
        from transformers import AutoModel

        from aligner.packed import pack_linear_layers

        self._pieces = Pieces(folder)
        self._model: Any = AutoModel.from_pretrained(str(folder), local_files_only=True).eval()
        if adapted:
            adapt(self._model, adapted)
        pack_linear_layers(self._model)
        self.name = name
        self.dimension = int(self._model.config.hidden_size)
        self.views: Mapping[str, slice] = {"e5": slice(0, self.dimension)}

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Return one vector a text, in order."""
        return self.encode_states(texts, progress=progress, tokens=False)[0]

    def encode_states(
        self, texts: Sequence[str], *, progress: Progress | None = None, tokens: bool = True
    ) -> tuple[Vectors, list[TokenStates]]:
        """Return one vector a text, and the states of its tokens (an empty list where they are not wanted)."""
        windows = [window for number, text in enumerate(texts) for window in self._pieces.windows(number, text)]
        sums = np.zeros((len(texts), self.dimension), np.float32)
        states: list[list[tuple[int, TokenStates]]] = [[] for _ in texts]
        left = np.bincount([window.text for window in windows], minlength=len(texts))
        for batch in _batches(windows):
            before_last, last = self._run(batch)
            for row, window in enumerate(batch):
                count = len(window.ids)
                sums[window.text] += last[row, :count].sum(axis=0)
                if tokens:
                    part = self._content(window, before_last[row, :count], last[row, :count])
                    states[window.text].append((window.first, part))
                left[window.text] -= 1
            if progress:
                progress(sum(left[number] == 0 for number in {window.text for window in batch}))
        return unit(sums), [_merged(parts, self.dimension) for parts in states] if tokens else []

    def _run(self, batch: Sequence[Window]) -> tuple[Floats, Floats]:
        """Return the last two layers' states, each of shape (windows, longest, width)."""
        import torch

        longest = max(len(window.ids) for window in batch)
        ids = torch.full((len(batch), longest), self._pieces.padding)
        mask = torch.zeros((len(batch), longest), dtype=torch.long)
        for row, window in enumerate(batch):
            ids[row, : len(window.ids)] = torch.tensor(window.ids)
            mask[row, : len(window.ids)] = 1
        with torch.inference_mode():
            states: Any = self._model(input_ids=ids, attention_mask=mask, output_hidden_states=True).hidden_states
        return states[-2].numpy(), states[-1].numpy()

    def _content(self, window: Window, before_last: Floats, last: Floats) -> TokenStates:
        content = self._pieces.content(window)
        return TokenStates(before_last[content.wanted], last[content.wanted], content.pieces, content.offsets)


def _batches(windows: Sequence[Window]) -> Iterator[list[Window]]:
    """Yield windows of about one length together, the shortest first."""
    batch: list[Window] = []
    for window in sorted(windows, key=lambda window: len(window.ids)):
        length = len(window.ids)
        if batch and (
            (len(batch) + 1) * length > BATCH_TOKENS or len(batch) * (length - len(batch[-1].ids)) > PASS_TOKENS
        ):
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch


def _merged(parts: Sequence[tuple[int, TokenStates]], width: int) -> TokenStates:
    """Return the windows of one text as one, in order."""
    ordered = [part for _, part in sorted(parts, key=lambda item: item[0])]
    if not ordered:
        empty = np.empty((0, width), np.float32)
        return TokenStates(empty, empty, np.empty(0, np.int32), np.empty((0, 2), np.int32))
    if len(ordered) == 1:
        return ordered[0]
    names = ("before_last", "last", "pieces", "offsets")
    return TokenStates(*(np.concatenate([getattr(part, name) for part in ordered]) for name in names))
