"""A corpus: what is stored, what is indexed, and the encoder that both were made with."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from pathlib import Path
from types import TracebackType

import numpy as np

from aligner.arrays import Vectors
from aligner.calibration import Calibration
from aligner.documents import Document
from aligner.encoders import load_encoder
from aligner.errors import InputError, ModelMismatchError
from aligner.index import Indexes, LanguageIndex
from aligner.paragraphs import split_paragraphs
from aligner.scoring import FITTED_COSINES, Cosines, Scorers, plain_scorers
from aligner.store import Store
from aligner.store_file import corpus_of
from aligner.tokens import Tokens
from aligner.vectors import Encoder, Progress, TokenEncoder, encode_with_tokens

__all__ = ["DEFAULT_LANGUAGES", "Corpus", "Outcome"]

FILE = "corpus.sqlite"
DEFAULT_LANGUAGES = ("en", "fr")  # among which texts that name no language are identified
BATCH_DOCUMENTS = 32  # documents that are encoded and stored in one step: the most that a kill can cost
BATCH_PARAGRAPHS = 256
SAMPLED_PARAGRAPHS = 500  # of two languages, to learn what unrelated paragraphs have in common
MIN_SAMPLED = 20
MIN_DEVIATION = 0.01


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document: created, replaced, unchanged, removed, missing or refused (`reason` says why)."""

    id: str | None
    status: str
    paragraphs: int = 0
    dropped: int = 0
    reason: str | None = None


class Corpus:
    """One folder: the store, and the indexes derived from it.

    `encoder` is only needed to add and to search; without one, it is loaded from the name that the corpus
    records, when first wanted. Raises NotFoundError where there is no corpus and `create` is not set,
    ModelMismatchError where `encoder` is not the one that it was built with.
    """

    def __init__(
        self,
        folder: Path,
        *,
        encoder: Encoder | None = None,
        create: bool = False,
        languages: Sequence[str] | None = None,
        threads: int | None = None,
    ) -> None:
        self.folder = folder
        self._threads = threads
        self.store = Store(folder / FILE, create=create)
        self._encoder = encoder
        self._indexes: Indexes | None = None
        self._cosines: tuple[str, Cosines | None] | None = None  # of that state of the store
        self._given = tuple(languages or ())
        self._languages: tuple[str, tuple[str, ...]] | None = None  # of that state of the store
        if encoder is not None:
            self._check(encoder)

    def __enter__(self) -> Corpus:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the files."""
        self.store.close()

    @property
    def languages(self) -> tuple[str, ...]:
        """Those among which texts that name none are identified: as given, else English, French and the corpus's."""
        state = self.store.state
        if self._languages is None or self._languages[0] != state:
            found = self._given or tuple(dict.fromkeys((*DEFAULT_LANGUAGES, *self.store.languages())))
            self._languages = state, found
        return self._languages[1]

    @property
    def name(self) -> str:
        """What tells this corpus from all others, one that a backup is restored to in the same folder included."""
        return corpus_of(self.store.state)

    @property
    def encoder(self) -> Encoder:
        """The encoder, loaded when first wanted."""
        if self._encoder is None:
            encoder = load_encoder(self.store.meta("encoder") or "default", threads=self._threads)
            self._check(encoder)
            self._encoder = encoder
        return self._encoder

    def _check(self, encoder: Encoder) -> None:
        recorded = self.store.meta("encoder")
        if recorded is not None and recorded != encoder.name:
            raise ModelMismatchError(
                f"{self.folder}: built with the model {recorded}, asked to use {encoder.name}; "
                "vectors of two models do not compare: use another --corpus, or add the documents to a new one"
            )

    @property
    def views(self) -> Mapping[str, slice]:
        """The part of a vector that comes from each model."""
        recorded = json.loads(self.store.meta("views") or "{}")
        return {view: slice(*ends) for view, ends in recorded.items()}

    @property
    def scorers(self) -> Scorers:
        """What says how probable a match is.

        They ask the tokens where the encoder gives them. Else the cosines decide, rescaled by those of this corpus's
        unrelated paragraphs.
        """
        return self._calibrated(plain_scorers(self.cosines))

    def _calibrated(self, scorers: Scorers) -> Scorers:
        return scorers if (calibration := self.calibration) is None else calibration.applied(scorers)

    @property
    def calibration(self) -> Calibration | None:
        """What a user's links made of the probabilities, where `aligner calibrate` was run."""
        stored = self.store.meta("calibration")
        return Calibration.from_json(stored, place=str(self.store.path)) if stored else None

    def calibrate(self, calibration: Calibration | None) -> None:
        """Use a calibration from now on; None goes back to the scorers as they are shipped.

        Raises ModelMismatchError for one that was made with another model.
        """
        recorded = self.store.meta("encoder")
        if calibration is not None and calibration.encoder != recorded:
            raise ModelMismatchError(
                f"a calibration for the model {calibration.encoder}; {self.folder} was built with {recorded}"
            )
        self.store.record({"calibration": calibration.to_json() if calibration else ""}, replace=True)

    @property
    def cosines(self) -> Cosines | None:
        """The cosines of unrelated paragraphs, where cosines alone decide; None where there are tokens."""
        if self.store.meta("tokens"):
            return None
        if (calibration := self.calibration) is not None and calibration.cosines is not None:
            return calibration.cosines  # those that its lines were fitted over
        return self.own_cosines or FITTED_COSINES

    @property
    def own_cosines(self) -> Cosines | None:
        """The cosines of this corpus's unrelated paragraphs; None where there are tokens or too few paragraphs."""
        if self.store.meta("tokens"):
            return None
        if self._cosines is None or self._cosines[0] != self.store.state:
            self._cosines = self.store.state, self.unrelated_cosines()
        return self._cosines[1]

    def unrelated_cosines(self) -> Cosines | None:
        """Return the cosines of paragraphs of different languages, nearly all of which are unrelated.

        None where there are too few of them.
        """
        languages = sorted(self.store.languages(), key=lambda name: (-self.store.languages()[name], name))[:2]
        sample = [self.store.sample(language, SAMPLED_PARAGRAPHS) for language in languages]
        if len(sample) < 2 or min(map(len, sample)) < MIN_SAMPLED:
            return None
        first, second = (self.store.vectors(keys) for keys in sample)
        cosines = first @ second.T
        return Cosines(float(np.median(cosines)), max(float(cosines.std()), MIN_DEVIATION))

    @property
    def indexes(self) -> Mapping[str, LanguageIndex]:
        """The index of each language (primary subtag), in step with the store."""
        if self._indexes is None:
            dimension = self.store.meta("dimension")
            if dimension is None:  # nothing was added yet
                return {}
            self._indexes = Indexes(self.folder, self.store, dimension=int(dimension))
        return self._indexes.current()

    def save_indexes(self) -> None:
        """Save the indexes, so that the next start need not make them anew."""
        if (encoder := self.store.meta("encoder")) is not None and self.indexes is not None and self._indexes:
            self._indexes.save(encoder=encoder)

    def rebuild_indexes(self) -> Mapping[str, int]:
        """Make the indexes anew from the store and save them; return how many paragraphs are in that of each language.

        The old ones serve until the new ones are whole.
        """
        encoder, dimension = self.store.meta("encoder"), self.store.meta("dimension")
        if encoder is None or dimension is None:  # nothing was added yet
            return {}
        fresh = Indexes(self.folder, self.store, dimension=int(dimension), load=False)
        counts = {language: len(index.keys) for language, index in sorted(fresh.current().items())}
        self._indexes = fresh
        fresh.save(encoder=encoder)
        return counts

    # -- changing it --------------------------------------------------------------------------------------------

    def add(
        self, items: Iterable[Document | InputError], *, progress: Callable[[int], None] | None = None
    ) -> Iterator[Outcome]:
        """Store documents, a batch at a time; yield what became of each one, once it is on the disk.

        What a reader refused passes through as "refused". `progress` is called with numbers of encoded paragraphs.
        """
        waiting = iter(items)
        while batch := self._batch(waiting):
            yield from self._add_batch(batch, progress)

    def _batch(self, items: Iterator[Document | InputError]) -> list[Document | InputError]:
        batch, room = [], BATCH_PARAGRAPHS * 400  # characters; about as many paragraphs
        for item in islice(items, BATCH_DOCUMENTS):
            batch.append(item)
            room -= len(item.text) if isinstance(item, Document) else 0
            if room <= 0:
                break
        return batch

    def _add_batch(self, batch: Sequence[Document | InputError], progress: Progress | None) -> Iterator[Outcome]:
        documents = {item.id: item for item in batch if isinstance(item, Document)}
        stored = self.store.content_hashes(list(documents))
        changed = [d for d in documents.values() if stored.get(d.id) != d.content_hash]
        split = {d.id: split_paragraphs(d, served=self.languages) for d in changed}
        matched = {d.id: [p for p in split[d.id] if p.is_matched] for d in changed}
        ends = list(accumulate(len(matched[d.id]) for d in changed))
        starts = [0, *ends[:-1]]
        if changed:
            paragraphs = [p for d in changed for p in matched[d.id]]
            vectors, tokens = self._encode([p.text for p in paragraphs], progress)
            rows = ((d, split[d.id], vectors[a:b]) for d, a, b in zip(changed, starts, ends, strict=True))
            self.store.put(rows, tokens={p.id: own for p, own in zip(paragraphs, tokens, strict=bool(tokens))})
        for item in batch:
            if isinstance(item, InputError):
                yield Outcome(None, "refused", reason=str(item))
            elif item.id not in split:
                yield Outcome(item.id, "unchanged")
            else:
                kept = sum(p.dropped is None for p in split[item.id])
                status = "replaced" if item.id in stored else "created"
                reason = None if kept else "no article text was found in it"
                yield Outcome(item.id, status, kept, len(split[item.id]) - kept, reason)

    def _encode(self, texts: Sequence[str], progress: Progress | None) -> tuple[Vectors, list[Tokens]]:
        encoder = self.encoder
        if self.store.meta("encoder") is None:
            views = {view: [part.start, part.stop] for view, part in encoder.views.items()}
            facts = {
                "tokens": "yes" if isinstance(encoder, TokenEncoder) else "",
                "encoder": encoder.name,
                "dimension": str(encoder.dimension),
                "views": json.dumps(views),
            }
            self.store.record(facts)
        self._check(encoder)  # another process may have been the first, with another model
        return encode_with_tokens(encoder, texts, progress=progress)

    def remove(self, ids: Sequence[str]) -> list[Outcome]:
        """Remove documents; one that is not there is "missing"."""
        removed = set(self.store.remove(ids))
        return [Outcome(id, "removed" if id in removed else "missing") for id in dict.fromkeys(ids)]
