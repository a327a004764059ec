"""The command that lists reprints."""

from __future__ import annotations

import argparse
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence

from aligner.agencies import agency_of
from aligner.corpus import Corpus
from aligner.duplicates import document_groups, paragraph_groups
from aligner.export import write_json
from aligner.store import Store
from aligner.terminal import say, short

__all__ = ["add_duplicates_parser", "duplicates"]

Record = Mapping[str, object]


def add_duplicates_parser(commands: argparse._SubParsersAction[ArgumentParser], common: ArgumentParser) -> None:
    """Add `aligner duplicates [ID...]`."""
    parser = commands.add_parser("duplicates", parents=[common], help="list reprints: one source, many outlets")
    parser.add_argument("documents", nargs="*", metavar="ID", help="among these documents (default: all)")
    parser.add_argument("--paragraphs", action="store_true", help="list single paragraphs that are copies")


def duplicates(args: Namespace) -> int:
    """Print groups of documents, or of paragraphs, that are copies of each other; the earliest published first."""
    with Corpus(args.corpus) as corpus:
        ids = args.documents or None
        for id in args.documents:
            corpus.store.document(id)  # one that is not there is an error, not an empty answer
        groups = _paragraphs(corpus.store, ids) if args.paragraphs else _documents(corpus, ids)
    if args.json:
        write_json([{"first": first, "copies": copies} for first, *copies in groups], sys.stdout)
        return 0
    for first, *copies in groups:
        _say(first, "")
        for copy in copies:
            _say(copy, "    ")
    if not groups:
        say("no reprints")
    return 0


def _documents(corpus: Corpus, ids: Sequence[str] | None) -> list[list[Record]]:
    """Return the groups of more than one document, the representative of each first."""
    groups = _grouped(document_groups(corpus, ids))
    known = corpus.store.documents_by_id(id for group in groups for id in group)
    found = []
    for group in groups:
        records: list[Record] = []
        for id in group:
            document = known[id]
            agency = agency_of(corpus.store.document(id))
            records.append(
                {"id": id, "outlet": document.outlet, "published": document.published, "agency": agency}
                | {"title": document.title, "lang": document.lang}
            )
        found.append(records)
    return found


def _paragraphs(store: Store, ids: Sequence[str] | None) -> list[list[Record]]:
    """Return the groups of more than one paragraph, the representative of each first."""
    with store.snapshot():
        paragraphs = store.paragraphs(store.keys(documents=ids, headlines=False)).values()
        documents = store.documents_by_id(paragraph.document for paragraph in paragraphs)
    by_id = {paragraph.id: paragraph for paragraph in paragraphs}
    return [
        [
            {"id": id, "outlet": documents[by_id[id].document].outlet}
            | {"published": documents[by_id[id].document].published, "text": by_id[id].text}
            for id in group
        ]
        for group in _grouped(paragraph_groups(by_id.values(), documents))
    ]


def _grouped(representatives: Mapping[str, str]) -> list[list[str]]:
    """Return the groups of more than one member, by their representative's id, which comes first."""
    groups: dict[str, list[str]] = {}
    for id, first in sorted(representatives.items()):
        groups.setdefault(first, [first])
        if id != first:
            groups[first].append(id)
    return [group for _, group in sorted(groups.items()) if len(group) > 1]


def _say(record: Record, indent: str) -> None:
    parts = [str(record[name] or "-") for name in ("id", "outlet", "published")]
    if record.get("agency"):
        parts.append(f"agency: {record['agency']}")
    say(indent + "  ".join(parts))
    if "text" in record:
        say(f"{indent}      {short(str(record['text']))}")
