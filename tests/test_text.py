"""Encodings, the stored form of a text, and the form for comparing."""

from __future__ import annotations

import codecs
import random

import pytest

from aligner.errors import InputError
from aligner.text import decode, fold, normalise

FRENCH = (
    "Le ministre a déclaré « qu'il n'y aurait pas d'accord » à l'été. Où étaient-ils ? Ça, c'est un élève très âgé."
)
RUSSIAN = "Правительство объявило в понедельник о новых мерах поддержки населения после землетрясения."
GREEK = "Η κυβέρνηση ανακοίνωσε τη Δευτέρα νέα μέτρα για τη στήριξη των πληγέντων από τον σεισμό."
CZECH = "Vláda v pondělí oznámila nová opatření po zemětřesení. Příliš žluťoučký kůň úpěl ďábelské ódy."
JAPANESE = "政府は月曜日、地震の被災者を支援するための新たな対策を発表した。"
CHINESE = "政府周一宣布了支持地震灾民的新措施。"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (FRENCH, "utf-8"),
        (FRENCH, "utf-8-sig"),
        (FRENCH, "utf-16"),
        (FRENCH, "utf-32"),
        (FRENCH, "cp1252"),
        (FRENCH, "iso-8859-1"),
        (FRENCH, "cp850"),
        (FRENCH, "mac-roman"),
        ("\u201cIt\u2019s over\u201d \u2014 \u20ac5\u2026", "cp1252"),
        ("Plain English text.", "ascii"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (GREEK, "cp1253"),
        (CZECH, "cp1250"),
        (JAPANESE, "shift-jis"),
        (CHINESE, "gb18030"),
        ("", "utf-8"),
    ],
)
def test_text_is_decoded(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_big_endian_utf16_with_a_mark() -> None:
    assert decode(codecs.BOM_UTF16_BE + FRENCH.encode("utf-16-be")) == FRENCH


def test_a_long_legacy_text_is_decoded_whole() -> None:
    text = "No accents here.\n" * 20_000 + RUSSIAN * 5
    assert decode(text.encode("cp1251")) == text


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", r"expected text; looks like a PNG image"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", r"looks like a JPEG image"),
        (b"%PDF-1.7\n", r"looks like a PDF file"),
        (b"PK\x03\x04\x14\0", r"looks like a ZIP archive or an office document"),
        (b"\x1f\x8b\x08\0", r"looks like gzip data"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", r"looks like a WebP image"),
        (b"abc\0def", r"found a NUL byte at offset 3, so it is binary or UTF-16 without a byte order mark"),
        (FRENCH.encode("utf-16-le"), r"found a NUL byte at offset 1"),
        (codecs.BOM_UTF16_LE + b"a", r"broken UTF-16: .* at offset"),
        (f"{FRENCH}\n{FRENCH}".encode()[:-30] + b"\xe9 fin", r"broken UTF-8: byte 0xE9 at offset \d+ \(line 2\)"),
    ],
)
def test_binary_and_broken_content_is_refused(raw: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        decode(raw)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("e\u0301te\u0301", "été"),
        ("a\r\nb\rc\u2028d\u2029e\x85f\x0bg\x0ch", "a\nb\nc\nd\ne\nf\ng\nh"),
        ("\ufeffa\u200bb\u2060c\u00add\x00e\x07f\x9bg\u200d", "abcdefg"),
        ("e\u200b\u0301", "é"),  # what is invisible goes before composing
        ("one \t\u00a0\ntwo\u202f", "one\ntwo"),
        ("\tindented  twice", "\tindented  twice"),
        ("«\u00a0Oui\u00a0», dit-il\u202f!", "«\u00a0Oui\u00a0», dit-il\u202f!"),  # French typography stays
        ("Ã©tÃ© dâ€™abord", "Ã©tÃ© dâ€™abord"),  # never repaired in silence
        ("می\u200cروم", "می\u200cروم"),  # Persian needs its joiners
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("\u200eword\u200f", "word"),
        ("", ""),
    ],
)
def test_normal_form(text: str, expected: str) -> None:
    assert normalise(text) == expected


def test_normalising_twice_changes_nothing() -> None:
    alphabet = "aé \t\n\r\u00a0\u202f\u0301\u200b\u200c\u200d\u00ad\x85\u2028\ufeff\x00«»ا한\u1100\u1161"
    chance = random.Random(5)
    for _ in range(2000):
        once = normalise("".join(chance.choices(alphabet, k=8)))
        assert normalise(once) == once


def test_long_runs_of_blanks_take_no_time() -> None:
    text = "a" + " " * 1_000_000 + "b"
    assert normalise(text) == text
    assert fold(text) == "a b"


@pytest.mark.parametrize("text", ["ab\ud800", "\udc00cd"])
def test_half_a_surrogate_pair_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"lone surrogate U\+D[8C]00 at character [02]"):
        normalise(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("l\u2019\u00e9t\u00e9", "l'\u00e9t\u00e9"),
        ("«\u00a0Oui\u202f», dit-il\u202f!", '"Oui", dit-il !'),
        ("il dit « oui ».", 'il dit "oui".'),
        ("sagte »Wort« und", 'sagte "Wort" und'),
        ("\u201cyes\u201d \u2018no\u2019", "\"yes\" 'no'"),
        ("2019\u20132020 \u2014 a\u2011b \u22125", "2019-2020 - a-b -5"),
        ("  a\n\n b\t\u00a0c ", "a b c"),
        ("Case Stays", "Case Stays"),
    ],
)
def test_fold(text: str, expected: str) -> None:
    assert fold(text) == expected
