"""Files, folders and standard input: what is read, what is refused, and that the rest goes on."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from aligner.documents import Document
from aligner.errors import InputError
from aligner.json_lines import MAX_LINE_BYTES
from aligner.readers import MAX_FILE_BYTES, read_documents

SERVED = ("en", "fr")
TAKEN = ".jsonl, .ndjson, .json, .txt, .html, .htm"
ENGLISH = "The council closed the old bridge on Tuesday."
FRENCH = "La mairie a fermé le vieux pont mardi."

PAGE = """<!DOCTYPE html>
<html lang="{lang}"><head><meta charset="{charset}"><title>Le pont est fermé | Le Journal</title>
<meta property="og:title" content="Le pont est fermé"><meta property="og:site_name" content="Le Journal">
<link rel="canonical" href="https://journal.example/pont">
<meta property="article:published_time" content="2024-03-05T07:00:00-05:00"></head>
<body><nav><ul><li><a href="/">Accueil</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<article><h1>Le pont est fermé</h1>
<p>La mairie a fermé le pont mardi matin après la découverte de fissures dans un pilier, a indiqué la préfecture.</p>
<p>Les travaux dureront trois mois,<br>selon l'ingénieure <b>Claire Martin</b>,
citée par la radio locale mardi soir.</p>
<ul><li>Les bus de la ligne 4 sont détournés par le quai nord.</li></ul>
<blockquote><p>« Nous n'avons pas le choix », a déclaré le maire devant la presse réunie sur place.</p></blockquote>
</article><div class="comments"><p>Quelle honte, je ne voterai plus jamais pour ce maire !</p></div>
<footer><p>© Le Journal. Tous droits réservés.</p></footer></body></html>
"""
PAGE_PARAGRAPHS = [
    "La mairie a fermé le pont mardi matin après la découverte de fissures dans un pilier, a indiqué la préfecture.",
    "Les travaux dureront trois mois,\nselon l'ingénieure Claire Martin, citée par la radio locale mardi soir.",
    "Les bus de la ligne 4 sont détournés par le quai nord.",
    "« Nous n'avons pas le choix », a déclaré le maire devant la presse réunie sur place.",
]


def line(id: str, text: str = ENGLISH, **fields: object) -> str:
    return json.dumps({"id": id, "text": text} | fields, ensure_ascii=False) + "\n"


def read(*paths: Path | str, stdin: bytes | None = None) -> list[str]:
    """Return the ids of the documents read, and the errors in full, in order."""
    stream = None if stdin is None else io.BytesIO(stdin)
    found = list(read_documents(paths, served=SERVED, stdin=stream))
    assert all(isinstance(one, Document | InputError) for one in found)
    return [one.id if isinstance(one, Document) else f"! {one}" for one in found]


def only(path: Path) -> Document:
    (found,) = read_documents([path], served=SERVED)
    assert isinstance(found, Document), found
    return found


def test_lines_and_lists_and_single_records(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"\xef\xbb\xbf" + line("a1").encode() + b"\n  \n" + line("a2", FRENCH).encode())
    (tmp_path / "b.NDJSON").write_text(line("b1").strip(), encoding="utf-8")
    (tmp_path / "c.json").write_text(json.dumps([json.loads(line("c1")), json.loads(line("c2"))], indent=1))
    (tmp_path / "d.json").write_bytes(line("d1", FRENCH).encode("utf-16"))
    assert read(*(tmp_path / name for name in ("a.jsonl", "b.NDJSON", "c.json", "d.json"))) == [
        "a1", "a2", "b1", "c1", "c2", "d1"
    ]  # fmt: skip


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


def test_a_text_file_is_one_document(tmp_path: Path) -> None:
    path = tmp_path / "gazette-0412.txt"
    path.write_bytes(FRENCH.encode("cp1252") + b"\r\n\r\nLe pont.\r\n")
    assert only(path) == Document(id="gazette-0412", lang="fr", text=f"{FRENCH}\n\nLe pont.")


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("000_809162c96c72cfd7.txt", "000_809162c96c72cfd7"),
        ("my  article #3.txt", "my_article_3"),
        ("été.v2.TXT", "été.v2"),
        ("tab\there.txt", "tab_here"),
        (os.fsdecode(b"bad\xffname.txt"), "bad_name"),
    ],
)
def test_a_file_name_becomes_a_fit_id(tmp_path: Path, name: str, id: str) -> None:
    path = tmp_path / name
    path.write_text(ENGLISH)
    assert only(path).id == id


def test_a_file_name_without_a_fit_character_leaves_the_id_to_the_content(tmp_path: Path) -> None:
    path = tmp_path / "###.txt"
    path.write_text(ENGLISH)
    (stdin,) = read("-", stdin=ENGLISH.encode())
    assert only(path).id == stdin


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [("utf-8", "utf-8"), ("utf-8", "utf-8-sig"), ("iso-8859-1", "cp1252"), ("iso-8859-1", "utf-8"), ("koi", "cp1252")],
)
def test_the_article_of_a_page(tmp_path: Path, charset: str, encoding: str) -> None:
    path = tmp_path / "pont.html"
    path.write_bytes(PAGE.format(lang="fr-CA", charset=charset).encode(encoding))
    document = only(path)
    assert document.blocks is not None
    assert [document.text[start:end] for start, end in document.blocks] == PAGE_PARAGRAPHS
    assert (document.id, document.lang, document.title) == ("pont", "fr-CA", "Le pont est fermé")
    assert (document.outlet, document.url) == ("Le Journal", "https://journal.example/pont")
    assert document.published == "2024-03-05"


@pytest.mark.parametrize("stated", ["en", "", "x", "français", "und"])
def test_a_page_that_states_another_language_is_taken_at_its_text(tmp_path: Path, stated: str) -> None:
    path = tmp_path / "pont.htm"
    path.write_text(PAGE.format(lang=stated, charset="utf-8"), encoding="utf-8")
    assert only(path).lang == "fr"


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


def test_a_folder_is_read_in_order_and_what_is_no_document_passed_over(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "sub/c.txt", ".hidden.txt", ".git/d.txt", "README.md", "links.tsv", "sub/.e.jsonl"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(ENGLISH)
    (tmp_path / "news.en.tsv.gz").write_bytes(gzip.compress(b"x"))
    (tmp_path / "sub" / "bad.jsonl").write_text("{")
    assert read(tmp_path) == [
        "a",
        "b",
        f"! {tmp_path}/sub/bad.jsonl:1: no valid JSON: expecting property name enclosed in double quotes at column 2",
        "c",
    ]


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


@pytest.mark.parametrize(
    ("stdin", "expected"),
    [
        (
            f"\n {line('s1')}oops\n{line('s2')}".encode(),
            ["s1", "! stdin:3: no valid JSON: expecting value at column 1", "s2"],
        ),
        (b"\xef\xbb\xbf" + line("s1").encode(), ["s1"]),
        (b"", ["! stdin: empty file"]),
        (b"\n\n", ["! stdin: empty file"]),
        (b"\x89PNG\r\n\0", ["! stdin: expected text; looks like a PNG image"]),
    ],
)
def test_standard_input(stdin: bytes, expected: list[str]) -> None:
    assert read("-", stdin=stdin) == expected


def test_standard_input_that_is_no_json_is_one_text() -> None:
    raw = f"\n{FRENCH}\n\nDeux.\n".encode()
    (document,) = read_documents(["-"], served=SERVED, stdin=io.BytesIO(raw))
    assert isinstance(document, Document)
    assert document.text == f"{FRENCH}\n\nDeux."


def test_documents_come_before_the_whole_file_is_read(tmp_path: Path) -> None:
    class Endless(io.RawIOBase):
        count = 0

        def readable(self) -> bool:
            return True

        def readline(self, size: int | None = -1, /) -> bytes:
            self.count += 1
            return line(f"d{self.count}").encode()

    stream = Endless()
    found = read_documents(["-"], served=SERVED, stdin=stream)  # type: ignore[arg-type]
    assert [getattr(next(found), "id", None) for _ in range(3)] == ["d1", "d2", "d3"]
    assert stream.count <= 4


def test_importing_is_cheap() -> None:
    heavy = {"trafilatura", "lxml", "langcodes", "py3langid", "numpy", "charset_normalizer"}
    code = f"import sys, aligner.readers; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_real_files_are_read_without_a_refusal(real_data: Path) -> None:
    assert read(real_data / "seeds") == sorted(path.stem for path in (real_data / "seeds").glob("*.txt"))
    found = read(real_data / "comparable")
    assert len(found) == 16
    assert not any(one.startswith("!") for one in found)
