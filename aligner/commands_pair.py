"""Two documents that a command line names."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from aligner.corpus import DEFAULT_LANGUAGES, Corpus
from aligner.documents import Document
from aligner.encoders import load_encoder
from aligner.errors import InputError, NotFoundError
from aligner.readers import STDIN, read_documents
from aligner.vectors import Encoder

__all__ = ["is_file", "pair_of_documents"]


def pair_of_documents(args: Namespace, places: tuple[str, str]) -> tuple[Document, Document, Encoder, tuple[str, ...]]:
    """Return both documents, the encoder, and the languages among which a paragraph's own is found.

    A place is a file, "-", or the id of a stored document; where one is stored and no model is named, the encoder is
    the corpus's own.
    """
    if places == (STDIN, STDIN):
        raise InputError("standard input gives one document", place="stdin")
    first, second, encoder = _documents(args, places)
    languages = args.languages or DEFAULT_LANGUAGES
    return first, second, encoder, tuple(dict.fromkeys((*languages, first.lang, second.lang)))


def _documents(args: Namespace, places: tuple[str, str]) -> tuple[Document, Document, Encoder]:
    if all(is_file(place) for place in places):
        served = args.languages or DEFAULT_LANGUAGES
        first, second = (_from_file(place, served) for place in places)
        return first, second, load_encoder(args.model or "default", threads=args.threads)
    try:
        opened = Corpus(args.corpus, languages=args.languages, threads=args.threads)
    except NotFoundError as error:
        missing = next(place for place in places if not is_file(place))
        raise NotFoundError(f"{missing}: no such file, and no stored document: {error}") from error
    with opened as corpus:
        first, second = (
            _from_file(place, corpus.languages) if is_file(place) else corpus.store.document(place).document
            for place in places
        )
        model = args.model or corpus.store.meta("encoder") or "default"
        return first, second, load_encoder(model, threads=args.threads)


def is_file(place: str) -> bool:
    """Tell whether this is a path; what is none is the id of a stored document."""
    return place == STDIN or Path(place).exists()


def _from_file(place: str, served: tuple[str, ...]) -> Document:
    found = list(read_documents([place], served=served))
    for each in found:
        if isinstance(each, InputError):
            raise each
    documents = [each for each in found if isinstance(each, Document)]
    if len(documents) != 1:
        raise InputError(f"expected one document, found {len(documents)}", place=place)
    return documents[0]
