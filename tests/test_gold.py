"""Links, pairs and distractors as files hold them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from aligner.errors import InputError, NotFoundError
from aligner.gold import Links, read_distractors, read_links, read_pairs


def written(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "file"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("en\tfr\na#0\tb#1\n", Links("en", "fr", frozenset({("a#0", "b#1")}), frozenset())),
        ("en\tfr\n", Links("en", "fr", frozenset(), frozenset())),
        (
            '\ufeffevent\tde\tfr-CA\tagreement\tshared\r\ne1\ta#0\tb#1\tone\t"x\r\n\r\ne1\ta#0\tb#2\tboth\ty"\r\n',
            Links("de", "fr-CA", frozenset({("a#0", "b#2")}), frozenset({("a#0", "b#1")})),
        ),
    ],
)
def test_links(tmp_path: Path, content: str, expected: Links) -> None:
    assert read_links(written(tmp_path, content)) == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "",
            r"file:1: expected two columns named by language beside agreement, event, flags, grade, shared; found",
        ),
        ("en\tfr\tde\n", r"file:1: expected two columns .* found \['en', 'fr', 'de'\]"),
        ("en\tfr\na#0\tb\n", r"file:2: expected paragraph ids such as doc#3, found 'a#0', 'b'"),
        ("en\tfr\n\n\na#0\n", r"file:4: expected paragraph ids such as doc#3, found 'a#0', None"),
        (b"en\tfr\n\xff#0\tb#0\n", r"file: not UTF-8: .* byte 0xff"),
    ],
)
def test_wrong_links(tmp_path: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_links(written(tmp_path, content))


def rows(*rows: dict[str, object]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


@pytest.mark.parametrize(
    ("content", "languages", "expected"),
    [
        (rows({"en": "a", "fr": "b"}), None, (["a"], ["b"], ("en", "fr"))),
        (rows({"id": "1", "doc": "x", "fr": "b", "en": "a"}), None, (["b"], ["a"], ("fr", "en"))),
        (rows({"en": "a", "fr": "b", "fr_ca": "c"}), ("fr_ca", "en"), (["c"], ["a"], ("fr_ca", "en"))),
        ("\ufeff" + rows({"en": "a\u2028b\x85c", "fr": "d"}) + "\n \n", None, (["a\u2028b\x85c"], ["d"], ("en", "fr"))),
    ],
)
def test_pairs(tmp_path: Path, content: str, languages: tuple[str, str] | None, expected: tuple) -> None:
    assert read_pairs(written(tmp_path, content), languages=languages) == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "file: no pairs"),
        ("{\n", "file:1: no JSON: "),
        ("[]\n", "file:1: expected an object"),
        (rows({"id": "1", "en": "a", "x": "b"}), "file:1: expected two fields named by language, found id, en, x"),
        (rows({"en": "a", "fr": "b"}, {"en": "a", "fr": " "}), "file:2: "),
        (rows({"en": "a", "fr": "b"}, {"en": "a", "de": "b"}), "file:2: "),
    ],
)
def test_wrong_pairs(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_pairs(written(tmp_path, content))


def news(folder: Path, lines: int = 50) -> Path:
    path = folder / "news.fr.tsv.gz"
    text = "".join(f"source-{line}\tTexte no {line}\u2028.\n" for line in range(lines))
    path.write_bytes(gzip.compress((text + "\nno tab\nblank\t \n").encode()))
    return path


def test_distractors(tmp_path: Path) -> None:
    news(tmp_path)
    chosen = read_distractors(tmp_path, "fr", count=10)
    assert [document.id for document in chosen] == [f"distractor-fr-{number}" for number in range(10)]
    assert all(document.lang == "fr" and document.blocks == ((0, len(document.text)),) for document in chosen)
    texts = [document.text for document in chosen]
    assert len(set(texts)) == 10
    assert all(text.startswith("Texte no ") for text in texts)
    assert read_distractors(tmp_path, "fr", count=10) == chosen
    assert [document.text for document in read_distractors(tmp_path, "fr", count=10, seed=1)] != texts
    assert len(read_distractors(tmp_path, "fr", count=50)) == 50


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda raw: b"plain text", r"news\.fr\.tsv\.gz: cannot be read: Not a gzipped file"),
        (lambda raw: raw[:-20], r"news\.fr\.tsv\.gz: cannot be read: .*ended before"),
        (lambda raw: raw[:30] + b"\xff" * 40 + raw[70:], r"news\.fr\.tsv\.gz: cannot be read: "),
        (lambda raw: gzip.compress(b"x\t\xff\n"), r"news\.fr\.tsv\.gz: cannot be read: 'utf-8' codec"),
        (lambda raw: raw, r"news\.fr\.tsv\.gz: holds 50 paragraphs, 51 are wanted"),
    ],
)
def test_wrong_distractors(tmp_path: Path, damage: Callable[[bytes], bytes], message: str) -> None:
    path = news(tmp_path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(InputError, match=message):
        read_distractors(tmp_path, "fr", count=51)


@pytest.mark.parametrize(
    "read", [read_links, read_pairs, lambda path: read_distractors(path, "fr", count=1)], ids=["links", "pairs", "news"]
)
def test_no_such_file(tmp_path: Path, read: Callable[[Path], object]) -> None:
    with pytest.raises(NotFoundError, match="no such file"):
        read(tmp_path / "nothing")
    if read in (read_links, read_pairs):
        with pytest.raises(InputError, match="cannot be read: Is a directory"):
            read(tmp_path)


def test_real_files(real_data: Path) -> None:
    links = read_links(real_data / "comparable" / "links.tsv")
    assert (links.source_language, links.target_language) == ("en", "fr")
    assert links.sure
    assert not links.sure & links.doubtful
    for path in (real_data / "parallel").glob("*_en_fr.jsonl"):
        first, second, languages = read_pairs(path, languages=("en", "fr"))
        assert len(first) == len(second) > 20
        assert languages == ("en", "fr")
    assert len(read_distractors(real_data / "distractors", "fr", count=1000)) == 1000
