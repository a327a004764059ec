"""Bytes to text, and text to the one form that is stored and shown."""

from __future__ import annotations

import codecs
import re
import unicodedata

from aligner.errors import InputError

__all__ = ["binary_kind", "decode", "fold", "normalise"]

MAX_CHECKED_BYTES = 65_536  # of a legacy text, to tell its encoding from; guessing is slow
MAX_WESTERN_ADJACENT = 0.5  # of the characters above ASCII beside another; more, and it is another alphabet's encoding

MAGIC = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "gzip data"),
    (b"\xfd7zXZ", "xz data"),
    (b"\x28\xb5\x2f\xfd", "zstd data"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"{\\rtf", "an RTF document"),
)
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

NO_BREAK = "\u00a0\u202f"
LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# C0, C1, soft hyphen, zero-width space, word joiner, byte order mark, Mongolian vowel separator
INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u180e\u200b\u2060\ufeff]")
# Joiners and direction marks shape Persian, Indic and emoji; after a Latin character or at the start they do nothing.
IDLE_JOINERS = re.compile("(?<![^\u0000-\u024f\u0300-\u036f\u1e00-\u1eff])[\u200c-\u200f]+")
SURROGATE = re.compile("[\ud800-\udfff]")

DOUBLE_QUOTES = "\u00ab\u00bb\u201c\u201d\u201e\u201f"
SINGLE_QUOTES = "\u2018\u2019\u201a\u201b\u2039\u203a\u02bc\u00b4`"
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
FOLDED = str.maketrans(
    dict.fromkeys(DOUBLE_QUOTES, '"') | dict.fromkeys(SINGLE_QUOTES, "'") | dict.fromkeys(DASHES, "-")
)
# The blanks inside guillemets. German sets them the other way round (>>Wort<<), with plain spaces outside only.
GUILLEMET_BLANKS = re.compile(f"(?<=\u00ab)[{NO_BREAK}]|[{NO_BREAK}](?=\u00bb)|(?<=(?<!\\w)\u00ab) | (?=\u00bb(?!\\w))")
BLANKS = re.compile("[ \t\n]+")
HIGH = re.compile("[^\\x00-\\x7f]")
ADJACENT_HIGH = re.compile("[^\\x00-\\x7f](?=[^\\x00-\\x7f])")
# Bytes of DOS and Macintosh accents, read as Windows-1252: punctuation and capitals in the middle of a word
NOT_WESTERN = re.compile(
    "[a-z][\u201a\u0192\u201e\u2020\u2021\u02c6\u2030\u0160\u2039\u017d\u00a2\u00a4\u00a5\u00a6\u00ac][a-z]"
)


def decode(raw: bytes) -> str:
    """Return the text of a file's bytes: UTF-8, UTF-16 or UTF-32 with a mark, or a legacy encoding.

    Raises InputError, saying what was found, for binary content and for UTF-8 with a broken byte.
    """
    for mark, encoding in BOMS:
        if raw.startswith(mark):
            return _decode_as(raw, encoding)
    if found := binary_kind(raw):
        raise InputError(f"expected text; {found}")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        if _mostly_utf8(raw):
            line = raw.count(b"\n", 0, error.start) + 1
            byte = f"0x{raw[error.start]:02X}"
            raise InputError(f"broken UTF-8: byte {byte} at offset {error.start} (line {line})") from None
    return _decode_legacy(raw)


def binary_kind(raw: bytes) -> str | None:
    """Return what says that these bytes are no text, or None; a UTF-16 or UTF-32 mark makes them text."""
    if raw.startswith(tuple(mark for mark, _ in BOMS)):
        return None
    for magic, kind in MAGIC:
        if raw.startswith(magic):
            return f"looks like {kind}"
    if raw.startswith(b"RIFF") and raw[8:12] == b"WEBP":
        return "looks like a WebP image"
    if (offset := raw.find(b"\0")) >= 0:
        return f"found a NUL byte at offset {offset}, so it is binary or UTF-16 without a byte order mark"
    return None


def normalise(text: str) -> str:
    """Return a text as it is stored and shown: NFC, lines ended by \\n, nothing invisible, no trailing blanks.

    No-break spaces and guillemets stay: they are typography. Double-encoded text ('Ã©') stays as it came.
    Raises InputError for half of a surrogate pair, as a JSON escape can give.
    """
    if lone := SURROGATE.search(text):
        raise InputError(f"lone surrogate U+{ord(lone[0]):04X} at character {lone.start()}")
    text = unicodedata.normalize("NFC", INVISIBLE.sub("", LINE_ENDS.sub("\n", text)))
    text = unicodedata.normalize("NFC", IDLE_JOINERS.sub("", text))
    return "\n".join(line.rstrip(f" \t{NO_BREAK}") for line in text.split("\n"))


def fold(text: str) -> str:
    """Return a form for comparing only: quotes, apostrophes, dashes and blanks of every kind made alike."""
    return " ".join(GUILLEMET_BLANKS.sub("", BLANKS.sub(" ", text)).translate(FOLDED).split())


def _decode_as(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        name = encoding.removesuffix("-sig").upper()
        raise InputError(f"broken {name}: {error.reason} at offset {error.start}") from None


def _mostly_utf8(raw: bytes) -> bool:
    """Tell UTF-8 with some broken bytes from a legacy encoding, in which hardly a sequence is valid."""
    text = raw.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    valid = sum(1 for char in text if char > "\x7f") - broken
    return valid > broken


def _decode_legacy(raw: bytes) -> str:
    """Return the text as Windows-1252 where it can be western, else as charset-normalizer takes it."""
    try:
        text = raw.decode("cp1252")
    except UnicodeDecodeError:
        pass
    else:
        if _looks_western(text):
            return text
    from charset_normalizer import from_bytes

    first = next(offset for offset, byte in enumerate(raw) if byte > 0x7F)
    start = raw.rfind(b"\n", 0, first) + 1  # plain ASCII before it would only drown what tells
    best = from_bytes(raw[start : start + MAX_CHECKED_BYTES]).best()
    if best is None:
        raise InputError("text in no encoding that could be told; save it as UTF-8")
    return _decode_as(raw, best.encoding)


def _looks_western(text: str) -> bool:
    high = sum(1 for _ in HIGH.finditer(text))
    adjacent = sum(1 for _ in ADJACENT_HIGH.finditer(text))
    return adjacent <= MAX_WESTERN_ADJACENT * high and not NOT_WESTERN.search(text)
