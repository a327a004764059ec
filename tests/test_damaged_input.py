"""Input that is wrong: what is refused says why, and the rest is stored."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tiny import TinyEncoder

from aligner.corpus import Corpus, Outcome
from aligner.matches import search
from aligner.readers import read_documents

ENGLISH = "The mayor closed the old bridge on Tuesday because of the flood."
FRENCH = "Le maire a fermé le vieux pont mardi à cause de l'inondation."
GERMAN = "Der Bürgermeister hat die alte Brücke am Dienstag wegen des Hochwassers sperren lassen."


def line(id: str, **fields: object) -> bytes:
    return json.dumps({"id": id, "text": ENGLISH} | fields).encode() + b"\n"


FIRST, LAST = line("first"), line("last", text=FRENCH)
BAD_LINES = [
    (b'{"id": "x", "text": "' + b"a " * 50_000_000 + b'"}\n', r"/in\.jsonl:2: line of more than 16 MB"),
    (line("x", txet="y"), r"/in\.jsonl:2: unknown field 'txet'; did you mean 'text'\? known are id, outlet"),
    (line("x", published="14/02/2024"), r"/in\.jsonl:2: published: '14/02/2024' is no ISO 8601 date or time, as in 2"),
    (line("x", published="2024-02-30"), r"/in\.jsonl:2: published: '2024-02-30' is no ISO 8601 date"),
    (line("first", text=FRENCH), r"/in\.jsonl:2: id 'first' was given already at .*/in\.jsonl:1 with other content"),
    (line("x", text=GERMAN), r"/in\.jsonl:2: lang: text reads as de; expected one of en, fr; give \"lang\" to add it"),
    (line("x", text=""), r"/in\.jsonl:2: text: empty"),
    (line("x", text=None, paragraphs=["One.", ""]), r"/in\.jsonl:2: paragraphs\[1\]: empty"),
    (line("x", text=None, paragraphs=[]), r"/in\.jsonl:2: paragraphs: empty"),
    (line("x", lang="tlh-1"), r"/in\.jsonl:2: lang: 'tlh-1' is no BCP 47 language tag"),
    (b'{"id": "x", "text": "caf\xe9"}\n', r"/in\.jsonl:2: expected UTF-8, found byte 0xE9 at offset 24 of the line"),
    (b'{"id": "x", "text" "y"}\n', r"/in\.jsonl:2: no valid JSON: expecting ':' delimiter at column 20"),
    (b'"x"\n', r"/in\.jsonl:2: expected an object with the fields of a document, found text"),
    (line("x", text="\ud800"), r"/in\.jsonl:2: text: lone surrogate U\+D800 at character 0"),
]


@pytest.mark.parametrize(("bad", "message"), BAD_LINES, ids=[message[14:50] for _, message in BAD_LINES])
def test_a_bad_line_is_refused_and_the_rest_is_stored(tmp_path: Path, bad: bytes, message: str) -> None:
    file = tmp_path / "in.jsonl"
    file.write_bytes(FIRST + bad + LAST)
    assert_refused_amid(tmp_path, [file], message)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.jsonl", b"", r"/x\.jsonl: empty file"),
        ("x.txt", b" \n", r"/x\.txt: empty file"),
        ("x.json", b"[]", r"/x\.json: empty list"),
        ("x.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), r"/x\.txt: expected text; looks like a PNG image"),
        ("x.jsonl", bytes(range(256)) * 9, r"/x\.jsonl: expected text; found a NUL byte at offset 0"),
        ("x.txt", GERMAN.encode(), r"/x\.txt: lang: text reads as de; expected one of en, fr"),
        ("x.pdf", b"%PDF-1.7", r"/x\.pdf: expected \.jsonl, "),
    ],
)
def test_a_bad_file_is_refused_and_the_rest_is_stored(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    files = [tmp_path / "1.jsonl", tmp_path / name, tmp_path / "2.jsonl"]
    for file, raw in zip(files, (FIRST, content, LAST), strict=True):
        file.write_bytes(raw)
    assert_refused_amid(tmp_path, files, message)


def assert_refused_amid(tmp_path: Path, files: list[Path], message: str) -> None:
    with Corpus(tmp_path / "corpus", encoder=TinyEncoder(), create=True) as corpus:
        first, refused, last = corpus.add(read_documents(files, served=corpus.languages))
        assert [first, last] == [Outcome("first", "created", 1), Outcome("last", "created", 1)]
        assert (refused.id, refused.status) == (None, "refused")
        assert refused.reason is not None
        assert re.search(message, refused.reason), refused.reason
        assert [document.id for document in corpus.store.documents()] == ["first", "last"]
        assert [hit.target.id for hit in search(corpus, ENGLISH)] == ["last#0"]
