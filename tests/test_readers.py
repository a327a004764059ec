"""Files, folders and standard input: what is read, what is refused, and that the rest goes on."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from reading import ENGLISH, FRENCH, SERVED, line, read

from aligner.documents import Document
from aligner.readers import read_documents

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
