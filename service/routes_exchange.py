"""Files for translation tools, streamed; and the translations that people confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain, islice
from typing import Any

from flask import Response
from werkzeug.exceptions import NotFound

from aligner.align_documents import align_documents
from aligner.errors import InputError
from aligner.exchange import Unit, corpus_units, units_of_beads, units_of_hits, units_of_matches
from aligner.exchange_write import MEDIA_TYPES, write_units
from aligner.export_documents import document_lines
from aligner.grades import grader
from aligner.languages import identify, primary
from aligner.matches import find_matches, search
from aligner.store_jobs import JobItem
from aligner.version import version
from service.access import scope
from service.imports import Upload, import_report
from service.jobs import IMPORT, runner
from service.routes_jobs import JOB, Accepted, accepted
from service.schemas_documents import PostQuery
from service.schemas_exchange import (
    XML_BODIES,
    AlignmentExport,
    CorpusExport,
    DocumentsExport,
    ImportBody,
    ImportReport,
    MatchesExport,
    PairList,
    PairsQuery,
    RemovedPair,
    SearchExport,
)
from service.schemas_search import DEFAULT_K
from service.translation import memory, permit_writes
from service.validation import Blueprint
from service.views import API, Record, also_takes, asked_for, runtime

__all__ = ["exchange"]

SUFFIXES = {"tmx": "tmx", "xliff": "xlf", "csv": "csv", "jsonl": "jsonl"}
FILE: dict[int | str, Any] = {
    200: {
        "description": "A file.",
        "content": {name.partition(";")[0]: {"schema": {"type": "string"}} for name in MEDIA_TYPES.values()},
    }
}
OFF = {405: "Writing is off."}
IMPORTED: dict[int | str, dict[str, Any]] = {
    202: {"description": "A job stores them.", "content": JOB},
    405: {"description": OFF[405]},
}

exchange = Blueprint("exchange", __name__, url_prefix=API, tag="exchange")


@exchange.get("/export")
@exchange.input(CorpusExport, location="query", arg_name="asked")
@exchange.doc(responses=FILE)
def export_corpus(asked: CorpusExport) -> Response:
    """Answer with a file of all confirmed pairs and near-equivalent matches."""
    units = corpus_units(
        runtime().corpus,
        source=asked.lang,
        target=asked.to,
        grade=asked.grade,
        filters=asked.filters(),
        confirmed=asked.confirmed,
    )
    return _file(units, asked.format, source_lang=asked.lang)


@exchange.get("/export/documents")
@exchange.input(DocumentsExport, location="query", arg_name="asked")
@exchange.doc(responses=FILE)
def export_documents(asked: DocumentsExport) -> Response:
    """Answer with the documents as JSON Lines, which POST /api/v1/documents takes."""
    return _streamed(document_lines(runtime().corpus.store, asked.filters()), "jsonl")


@exchange.get("/export/matches")
@exchange.input(MatchesExport, location="query", arg_name="asked")
@exchange.doc(responses={**FILE, 404: "There is no such document."})
def export_matches(asked: MatchesExport) -> Response:
    """Answer with a file of a document's matches."""
    corpus = runtime().corpus
    with asked_for(f"document {asked.document!r}"):
        lang = corpus.store.document(asked.document).document.lang
    keys = corpus.store.keys(documents=[asked.document])
    found = find_matches(corpus, sources=keys, target_languages=asked.to)
    found.sort(key=lambda match: (match.source.position, match.target.lang))
    return _file(units_of_matches(found, grade=asked.grade), asked.format, source_lang=lang)


@exchange.get("/export/search")
@exchange.input(SearchExport, location="query", arg_name="asked")
@exchange.doc(responses=FILE)
def export_search(asked: SearchExport) -> Response:
    """Answer with a file of what is found for a text."""
    corpus, settings = runtime().corpus, runtime().settings
    lang = asked.lang or identify(asked.text, among=corpus.languages).lang
    if lang is None:
        raise InputError("no letters to tell its language by; give its language", field="text")
    k = asked.k or min(DEFAULT_K, settings.max_k)
    turn = runtime().turns.next()
    hits = search(corpus, asked.text, language=lang, target_languages=asked.to, k=k, turn=turn)
    return _file(units_of_hits(asked.text, lang, hits, grade=asked.grade), asked.format, source_lang=lang)


@exchange.get("/export/alignment")
@exchange.input(AlignmentExport, location="query", arg_name="asked")
@exchange.doc(responses={**FILE, 404: "There is no such document."})
def export_alignment(asked: AlignmentExport) -> Response:
    """Answer with a file of the passages of two documents that render each other."""
    corpus = runtime().corpus
    with asked_for(f"document {asked.source!r} or no document {asked.target!r}"):
        source, target = (corpus.store.document(id).document for id in (asked.source, asked.target))
    beads = align_documents(source, target, encoder=corpus.encoder, served=corpus.languages, unit=asked.unit)
    judge = grader(corpus.cosines)
    units = units_of_beads(source, target, beads, encoder=corpus.encoder, judge=judge, grade=asked.grade)
    return _file(units, asked.format, source_lang=source.lang, segment=asked.unit)


def _file(units: Iterator[Unit], kind: str, *, source_lang: str | None, segment: str = "paragraph") -> Response:
    """Return a file as it is made; what is wrong before its first piece is told as a problem."""
    source = source_lang and primary(source_lang)
    return _streamed(write_units(units, kind=kind, source_lang=source, version=version(), segment=segment), kind)


def _streamed(pieces: Iterator[bytes], kind: str) -> Response:
    first = next(pieces, b"")
    response = Response(chain([first], pieces), content_type=MEDIA_TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="story-aligner.{SUFFIXES[kind]}"'
    return response


@exchange.post("/import")
@scope("write")
@also_takes(XML_BODIES)
@exchange.input(PostQuery, location="query", arg_name="query")
@exchange.input(ImportBody, arg_name="upload")
@exchange.output(ImportReport)
@exchange.doc(responses=IMPORTED)
def import_translations(query: PostQuery, upload: Upload) -> Record | Accepted:
    """Store confirmed translations; a wrong one is told with its line, and the others are stored.

    Many of them are answered with a job, as is any number with `async=true` or `Prefer: respond-async`.
    """
    permit_writes()
    if query.is_async(len(upload.raw), least=runtime().settings.async_import_bytes):
        return accepted(runner().submit(IMPORT, [JobItem(record=upload.record())]))
    return import_report(memory().store, upload)


@exchange.get("/memory")
@exchange.input(PairsQuery, location="query", arg_name="asked")
@exchange.output(PairList)
def list_pairs(asked: PairsQuery) -> Record:
    """Answer with a page of confirmed translations, by id."""
    found = memory().store.pairs(
        source=asked.lang and primary(asked.lang),
        target=asked.to and primary(asked.to),
        after=asked.after or "",
        limit=asked.limit + 1,
    )
    page = list(islice(found, asked.limit))
    return {"pairs": [asdict(pair) for pair in page], "next": page[-1].id if len(found) > asked.limit else None}


@exchange.delete("/memory/<pair>")
@scope("write")
@exchange.output(RemovedPair)
@exchange.doc(responses=OFF)
def delete_pair(pair: str) -> Record:
    """Remove a confirmed translation."""
    permit_writes()
    if not memory().store.remove([pair]):
        raise NotFound(f"no confirmed translation {pair!r}")
    return {"id": pair, "status": "removed"}
