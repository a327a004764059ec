"""Nearest neighbours: one FAISS index a language, derived from the store and kept beside it.

This file alone knows FAISS. Its padding (id -1, score -3.4e38), its empty AssertionErrors and its duplicate ids
stay here.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from aligner.arrays import Vectors
from aligner.errors import CorpusError, ReadOnlyError, StorageFullError
from aligner.files import NO_SPACE, write_whole
from aligner.store import Keys, Store
from aligner.store_file import corpus_of

__all__ = ["Indexes", "LanguageIndex", "Neighbours"]

FORMAT = 1
MANIFEST = "manifest.json"
READ_ONLY = {errno.EACCES, errno.EPERM, errno.EROFS}
DIGITS = 6  # of a cosine; those behind differ with the size of the batch that FAISS works out together


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What lies nearest to one vector, the closest first; equally close ones, to six digits, by key."""

    keys: Keys
    similarities: npt.NDArray[np.float64]
    """Shape (n,); cosines."""


class LanguageIndex:
    """Exact search by cosine over the vectors of one language."""

    def __init__(self, dimension: int, *, index: Any = None) -> None:
        import faiss

        self.dimension = dimension
        self._index: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension)) if index is None else index
        self._guard = threading.Lock()  # searching while adding crashes FAISS

    @property
    def keys(self) -> Keys:
        """The keys in the index, in no order."""
        import faiss

        return np.asarray(faiss.vector_to_array(self._index.id_map), np.int64)

    def replace(self, *, remove: Keys, add: Keys, vectors: Vectors) -> None:
        """Take some vectors out and put others in, in place of those of the same keys.

        Raises CorpusError where the shape does not fit.
        """
        if vectors.shape != (len(add), self.dimension):
            raise CorpusError(f"vectors of shape {vectors.shape} for an index of {self.dimension} dimensions")
        with self._guard:
            gone = np.intersect1d(self.keys, np.concatenate([remove, add]))  # FAISS would hold a key twice
            if len(gone):
                self._index.remove_ids(gone)
            if len(add):
                self._index.add_with_ids(np.ascontiguousarray(vectors, np.float32), add)

    def search(self, vectors: Vectors, *, k: int, among: Keys | None = None) -> list[Neighbours]:
        """Return the k nearest of each vector, fewer where there are fewer; `among` limits them to these keys."""
        import faiss

        if vectors.ndim != 2 or vectors.shape[1] != self.dimension:
            raise CorpusError(f"vectors of shape {vectors.shape} for an index of {self.dimension} dimensions")
        most = self._index.ntotal if among is None else len(among)
        k = min(k, most)
        if k <= 0 or not len(vectors):
            empty = Neighbours(np.empty(0, np.int64), np.empty(0))
            return [empty] * len(vectors)
        options: dict[str, Any] = {}
        if among is not None:
            selector = faiss.IDSelectorBatch(among)
            options["params"] = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        asked = min(k + 1, most)
        while True:
            with self._guard:
                similarities, keys = self._index.search(np.ascontiguousarray(vectors, np.float32), asked, **options)
            similarities = np.round(np.where(keys < 0, -np.inf, similarities.astype(float)), DIGITS)
            if asked == most or (similarities[:, -1] < similarities[:, k - 1]).all():
                break
            asked = min(2 * asked, most)  # of equals at the end FAISS keeps some or others: ask for all of them
        return [_nearest(row[row >= 0], found[row >= 0], k) for row, found in zip(keys, similarities, strict=True)]

    def to_bytes(self) -> bytes:
        """Return the index as FAISS writes it."""
        import faiss

        with self._guard:
            return bytes(faiss.serialize_index(self._index).data)

    @classmethod
    def from_bytes(cls, raw: bytes, *, dimension: int) -> LanguageIndex:
        """Return the index that `to_bytes` gave. Raises CorpusError where it is none, or of another dimension."""
        import faiss

        try:
            index = faiss.deserialize_index(np.frombuffer(raw, np.uint8))
        except Exception as error:  # FAISS raises RuntimeError, and AssertionError without a text
            raise CorpusError("no FAISS index") from error
        if index.d != dimension or not hasattr(index, "id_map"):
            raise CorpusError(f"a FAISS index of {index.d} dimensions, expected {dimension} with ids")
        return cls(dimension, index=index)


def _nearest(keys: Keys, similarities: npt.NDArray[np.float64], k: int) -> Neighbours:
    order = np.lexsort((keys, -similarities))[:k]
    return Neighbours(keys[order], similarities[order])


class Indexes:
    """The indexes of a corpus: loaded if they are whole and fresh, else made anew from the store, as without `load`."""

    def __init__(self, folder: Path, store: Store, *, dimension: int, load: bool = True) -> None:
        self._folder, self._store, self._dimension = folder, store, dimension
        self._indexes: dict[str, LanguageIndex] = {}
        self._state = ""
        self._guard = threading.RLock()
        if load:
            self._load()

    def current(self) -> Mapping[str, LanguageIndex]:
        """Return the index of each language, in step with the store."""
        with self._guard, self._store.snapshot():
            state = self._store.documents_state
            if state != self._state:
                if corpus_of(state) != corpus_of(self._state):  # a backup was restored: keys mean something else now
                    self._indexes = {}
                self._follow()
                self._state = state
            return dict(self._indexes)

    def _follow(self) -> None:
        """Bring the indexes in step. Keys are never used twice and grow, so what differs is what changed.

        All keys are compared only where something was removed.
        """
        languages = self._store.languages()
        for language in set(self._indexes) - set(languages):
            del self._indexes[language]
        for language, count in languages.items():
            index = self._indexes.setdefault(language, LanguageIndex(self._dimension))
            present = index.keys
            added = self._store.keys(base=language, above=int(present.max(initial=0)))
            removed = np.empty(0, np.int64)
            if len(present) + len(added) != count:
                wanted = self._store.keys(base=language)
                added, removed = np.setdiff1d(wanted, present), np.setdiff1d(present, wanted)
            index.replace(remove=removed, add=added, vectors=self._vectors(added))

    def _vectors(self, keys: Keys) -> Vectors:
        return self._store.vectors(keys) if len(keys) else np.empty((0, self._dimension), np.float32)

    def _load(self) -> None:
        """Take what was saved where its manifest fits the documents to the letter; otherwise start from nothing."""
        try:
            manifest = json.loads((self._folder / MANIFEST).read_text("utf-8"))
            if (manifest["format"], manifest["state"]) != (FORMAT, self._store.documents_state):
                return
            loaded = {}
            for language, entry in manifest["indexes"].items():
                raw = (self._folder / entry["file"]).read_bytes()
                if hashlib.sha256(raw).hexdigest() != entry["sha256"]:
                    return
                loaded[language] = LanguageIndex.from_bytes(raw, dimension=self._dimension)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, CorpusError):
            return  # missing, torn or damaged: the store has everything
        self._indexes, self._state = loaded, manifest["state"]

    @contextlib.contextmanager
    def _saving(self) -> Iterator[None]:
        """Let no other process save meanwhile: the files of two would not fit one manifest."""
        try:
            descriptor = os.open(self._folder, os.O_RDONLY)
        except OSError as error:
            raise _kind(error)(f"{self._folder}: {error}") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def save(self, *, encoder: str) -> None:
        """Write indexes and manifest, each whole or not at all, one process at a time. Raises CorpusError."""
        with self._guard, self._saving():
            indexes = self.current()
            entries = {}
            try:
                for language, index in sorted(indexes.items()):
                    raw = index.to_bytes()
                    write_whole(self._folder / f"{language}.faiss", raw)
                    entries[language] = {
                        "file": f"{language}.faiss",
                        "count": len(index.keys),
                        "sha256": hashlib.sha256(raw).hexdigest(),
                    }
                manifest = {
                    "format": FORMAT,
                    "encoder": encoder,
                    "dimension": self._dimension,
                    "state": self._state,
                    "indexes": entries,
                }
                write_whole(self._folder / MANIFEST, json.dumps(manifest, indent=1).encode())
                for stale in self._folder.glob("*.faiss"):
                    if stale.stem not in indexes:
                        stale.unlink(missing_ok=True)
            except OSError as error:
                reason = f"{self._folder}: the indexes are not saved: {error}; nothing stored is lost"
                raise _kind(error)(reason) from error


def _kind(error: OSError) -> type[CorpusError]:
    if error.errno in NO_SPACE:
        return StorageFullError
    return ReadOnlyError if error.errno in READ_ONLY else CorpusError
