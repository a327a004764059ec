"""What is no document is refused with its place and its reason, and the rest is read."""

from __future__ import annotations

import gzip
import json
import os
import tracemalloc
from pathlib import Path

import pytest
from reading import ENGLISH, FRENCH, line, read

from aligner.json_lines import MAX_LINE_BYTES
from aligner.readers import MAX_FILE_BYTES

TAKEN = ".jsonl, .ndjson, .json, .txt, .html, .htm"


def test_one_bad_line_does_not_stop_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "news.jsonl"
    lines = [
        line("good1").encode(),
        b'{"id": "x", "text": "abc" "lang": "en"}\n',
        line("x", langue="fr").encode(),
        line("y", FRENCH).encode("cp1252"),
        b"[1, 2]\n",
        b"[" * 100_000 + b"\n",
        b'{"text": "a", "id": ' + b"9" * 5000 + b"}\n",
        b'{"id": "z", "text": "\\ud800"}\n',
        line("good2", FRENCH).encode(),
    ]
    path.write_bytes(b"".join(lines))
    assert read(path) == [
        "good1",
        f"! {path}:2: no valid JSON: expecting ',' delimiter at column 27",
        f"! {path}:3: unknown field 'langue'; did you mean 'lang'? "
        "known are id, outlet, lang, title, url, published, text, paragraphs, event",
        f"! {path}:4: expected UTF-8, found byte 0xE9 at offset 37 of the line",
        f"! {path}:5: expected an object with the fields of a document, found a list",
        f"! {path}:6: no valid record: nested too deeply",
        f"! {path}:7: no valid record: a number of too many digits",
        f"! {path}:8: text: lone surrogate U+D800 at character 0",
        "good2",
    ]


def test_bad_json_files_say_line_and_column(tmp_path: Path) -> None:
    bad, empty, mixed = tmp_path / "bad.json", tmp_path / "empty.json", tmp_path / "mixed.json"
    bad.write_text('[\n {"id": "a"},\n {"id" "b"}\n]')
    empty.write_text("[]")
    mixed.write_text(json.dumps([json.loads(line("m1")), {"id": "m2"}, json.loads(line("m3"))]))
    assert read(bad, empty, mixed) == [
        f"! {bad}:3: no valid JSON: expecting ':' delimiter at column 8",
        f"! {empty}: empty list",
        "m1",
        f"! {mixed}[1]: expected either 'text' or 'paragraphs', found neither",
        "m3",
    ]


def test_an_overlong_line_is_skipped_and_never_held(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    with path.open("wb") as stream:
        stream.write(line("before").encode())
        stream.write(b'{"id": "long", "text": "')
        for _ in range(200):
            stream.write(b"x" * 1_000_000)
        stream.write(b'"}\n' + line("after").encode())
    tracemalloc.start()
    found = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == ["before", f"! {path}:2: line of more than 16 MB", "after"]
    assert peak < 3 * MAX_LINE_BYTES


def test_pages_without_an_article_and_in_other_languages_are_refused(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    empty, german = tmp_path / "empty.html", tmp_path / "german.html"
    empty.write_text("<html><head><title>x</title></head><body><nav></nav></body></html>")
    text = "Die Stadt hat die alte Brücke am Dienstagmorgen gesperrt, nachdem Risse gefunden wurden."
    german.write_text(f"<html lang='de'><body><article><p>{text}</p><p>{text}</p></article></body></html>")
    assert read(empty, german) == [
        f"! {empty}: no article text found in the page",
        f'! {german}: lang: text reads as de; expected one of en, fr; give "lang" to add it all the same',
    ]
    assert capfd.readouterr() == ("", "")


def test_a_file_named_explicitly_must_be_of_a_kind_that_is_taken(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(ENGLISH)
    (tmp_path / "sub").mkdir()
    (tmp_path / ".hidden.txt").write_text(ENGLISH)
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "dangling.txt").symlink_to(tmp_path / "nowhere")
    assert read(
        *(tmp_path / name for name in ("README.md", "sub", ".hidden.txt", "pipe.txt", "dangling.txt", "no.txt"))
    ) == [
        f"! {tmp_path}/README.md: expected {TAKEN}, a folder of these or '-'",
        f"! {tmp_path}/sub: holds no file of a kind that is taken: {TAKEN}",
        ".hidden",
        f"! {tmp_path}/pipe.txt: neither a file nor a folder",
        f"! {tmp_path}/dangling.txt: no such file or folder",
        f"! {tmp_path}/no.txt: no such file or folder",
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.txt", b"", "empty file"),
        ("a.txt", b" \n\t\n", "empty file"),
        ("a.txt", b"\xef\xbb\xbf", "text: empty"),
        ("a.jsonl", b"\n \n", "empty file"),
        ("a.json", b"", "empty file"),
        ("a.html", b"", "empty file"),
        ("a.txt", b"\x89PNG\r\n\0", "expected text; looks like a PNG image"),
        ("a.jsonl", gzip.compress(b"{}"), "expected text; looks like gzip data"),
        ("a.html", b"%PDF-1.4\n", "expected text; looks like a PDF file"),
        ("a.jsonl", line("a").encode("utf-16"), "expected UTF-8, found UTF-16"),
        ("a.txt", b"1234", 'lang: text has no letters to tell its language by; give "lang"'),
    ],
)
def test_empty_and_binary_files_are_refused_and_the_next_is_read(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    (tmp_path / "next.txt").write_text(ENGLISH)
    assert read(tmp_path / name, tmp_path / "next.txt") == [f"! {tmp_path / name}: {message}", "next"]


@pytest.mark.parametrize("suffix", [".txt", ".html", ".json"])
def test_huge_files_are_refused_unread(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"huge{suffix}"
    with path.open("wb") as stream:
        stream.truncate(MAX_FILE_BYTES + 1)
    assert read(path) == [f"! {path}: more than 64 MB; give such a size as .jsonl"]


def test_unreadable_files_and_folders(tmp_path: Path) -> None:
    file, folder = tmp_path / "a.txt", tmp_path / "b"
    file.write_text(ENGLISH)
    folder.mkdir()
    (tmp_path / "c.txt").write_text(ENGLISH)
    file.chmod(0)
    if os.access(file, os.R_OK):
        pytest.skip("this user may read everything")
    folder.chmod(0)
    try:
        found = read(tmp_path, folder / "x.txt")
    finally:
        folder.chmod(0o700)
    assert found == [
        f"! {file}: permission denied",
        "c",
        f"! {folder}: permission denied",
        f"! {folder}/x.txt: permission denied",
    ]


def test_an_id_given_twice(tmp_path: Path) -> None:
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    first.write_text("\n" + line("x") + line("x") + line("y"))
    second.write_text(line("x", ENGLISH + " More.") + line("y") + line("z"))
    assert read(first, second, first) == [
        "x", "y", f"! {second}:1: id 'x' was given already at {first}:2 with other content", "z"
    ]  # fmt: skip


def test_the_same_file_name_in_two_folders(tmp_path: Path) -> None:
    for folder, text in (("a", ENGLISH), ("b", ENGLISH), ("c", FRENCH)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.txt").write_text(text, encoding="utf-8")
    assert read(tmp_path) == [
        "x",
        f"! {tmp_path}/c/x.txt: id 'x' was given already at {tmp_path}/a/x.txt with other content",
    ]
