"""Any Sentence-Transformers model, as an encoder."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from aligner.arrays import Vectors, unit
from aligner.errors import EncoderError
from aligner.vectors import Progress

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = ["SentenceTransformerEncoder", "quiet"]

CHUNK_TEXTS = 256  # texts between two reports of progress
BATCH_TEXTS = 32
WINDOW_OVERLAP_TOKENS = 32  # so that a fact on the seam is whole in one of the two windows
PROMPTS = {  # by what a model's name contains, the first that fits; for the same prompt on both sides
    "e5-large-instruct": "Instruct: Retrieve news paragraphs that report the same facts.\nQuery: ",
    "e5-mistral": "Instruct: Retrieve news paragraphs that report the same facts.\nQuery: ",
    "e5": "query: ",
}


class SentenceTransformerEncoder:
    """Any Sentence-Transformers model, with the prompt that it needs on both sides.

    Texts longer than the model reads are cut into overlapping windows; the vector is the windows' mean, weighted
    by their length, at unit length again.
    """

    def __init__(self, model: str | Path, *, name: str | None = None, prompt: str | None = None) -> None:
        folder = Path(model)
        local = folder.is_dir()
        if local:  # a folder needs no hub, and is not to ask one
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
        quiet()
        from sentence_transformers import SentenceTransformer

        try:
            self._model: SentenceTransformer = SentenceTransformer(str(model), device="cpu", local_files_only=local)
        except Exception as error:  # the library raises many kinds, from OSError to KeyError
            raise EncoderError(f"the model {str(model)!r} cannot be loaded: {_first_line(error)}") from error
        self.name = name or (f"{folder.resolve()}@{_fingerprint(folder)}" if local else str(model))
        self._prompt = _prompt_for(self._model, str(model)) if prompt is None else prompt
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        view = (
            folder.resolve().name.partition("@")[0] if name is None else name.partition("@")[0].removeprefix("bundled-")
        )
        self.views: Mapping[str, slice] = {view: slice(0, self.dimension)}

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Return one vector a text, in order."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for start in range(0, len(texts), CHUNK_TEXTS):
            chunk = texts[start : start + CHUNK_TEXTS]
            vectors[start : start + len(chunk)] = self._encode_chunk(chunk)
            if progress:
                progress(len(chunk))
        return vectors

    def _encode_chunk(self, texts: Sequence[str]) -> Vectors:
        windows, owners = [], []
        for owner, text in enumerate(texts):
            parts = self._windows(text)
            windows += parts
            owners += [owner] * len(parts)
        encoded = self._model.encode(
            windows, prompt=self._prompt, batch_size=BATCH_TEXTS, normalize_embeddings=True, show_progress_bar=False
        )
        weights = np.array([max(1, len(window)) for window in windows], np.float32)
        sums = np.zeros((len(texts), self.dimension), np.float32)
        np.add.at(sums, owners, np.asarray(encoded, np.float32) * weights[:, None])
        return unit(sums)

    def _windows(self, text: str) -> list[str]:
        limit = int(self._model.get_max_seq_length() or 512)
        if len(text) + len(self._prompt) < limit:  # a token holds one character at least
            return [text]
        tokenizer = self._model.tokenizer
        taken = len(tokenizer(self._prompt)["input_ids"])  # the prompt and the special tokens
        offsets = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)[
            "offset_mapping"
        ]
        room = limit - taken
        if len(offsets) <= room:
            return [text]
        starts = range(0, len(offsets) - WINDOW_OVERLAP_TOKENS, room - WINDOW_OVERLAP_TOKENS)
        return [text[offsets[at][0] : offsets[min(at + room, len(offsets)) - 1][1]] for at in starts]


def _fingerprint(folder: Path) -> str:
    """Name a model's folder by the sizes and heads of its files, without reading gigabytes at every start."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            digest.update(f"{path.relative_to(folder)}:{path.stat().st_size}:".encode() + file.read(1 << 16))
    return digest.hexdigest()[:12]


def _prompt_for(model: SentenceTransformer, name: str) -> str:
    """Return the model's own default prompt, else the one that its family is known to need."""
    if model.default_prompt_name:
        return model.prompts[model.default_prompt_name] or ""
    return next((prompt for part, prompt in PROMPTS.items() if part in name.lower()), "")


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), "") or type(error).__name__


def quiet() -> None:
    """Keep the libraries' own progress bars and advice out of a command line's output."""
    settings = {"TRANSFORMERS_VERBOSITY": "error", "TOKENIZERS_PARALLELISM": "false"}
    for name, value in settings.items():
        os.environ.setdefault(name, value)
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
