"""What evaluation compares with: hand-made links, parallel rows, distractors."""

from __future__ import annotations

import csv
import gzip
import json
import random
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from aligner.documents import Document
from aligner.errors import InputError, NotFoundError
from aligner.languages import canonical_tag

__all__ = ["Links", "read_distractors", "read_links", "read_pairs", "read_rows"]

LINK_FIELDS = frozenset({"event", "grade", "flags", "agreement", "shared"})
PAIR_FIELDS = frozenset({"id", "doc"})  # both happen to be language codes
EQUIVALENT = "3"
PRIVATE = re.compile("q[a-t][a-z]")  # codes for private use, such as qid: another field
DISTRACTOR_PREFIX = "distractor-"


@dataclass(frozen=True, slots=True)
class Links:
    """Same-fact links between paragraphs of two languages, as ids "document#position".

    `doubtful` are those that one of two readers saw: neither right nor wrong.
    """

    source_language: str
    target_language: str
    sure: frozenset[tuple[str, str]]
    doubtful: frozenset[tuple[str, str]]
    equivalent: frozenset[tuple[str, str]] = frozenset()
    """Those of the sure ones that have grade 3: one paragraph could serve as a translation of the other."""


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8-sig").split("\n")  # a text may hold U+2028, where splitlines() would cut it
    except FileNotFoundError as error:
        raise NotFoundError(f"{path}: no such file") from error
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", place=str(path)) from error
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8: {error}", place=str(path)) from error


def read_links(path: Path) -> Links:
    """Read tab-separated links; the two columns that are no known field are the languages. Raises InputError."""
    lines = _lines(path)
    header = lines[0].split("\t") if lines else []
    languages = [name for name in header if name not in LINK_FIELDS]
    if len(languages) != 2:
        known = ", ".join(sorted(LINK_FIELDS))
        raise InputError(f"expected two columns named by language beside {known}; found {header}", place=f"{path}:1")
    sure: set[tuple[str, str]] = set()
    doubtful: set[tuple[str, str]] = set()
    equivalent: set[tuple[str, str]] = set()
    rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    for row in rows:
        source, target = row[languages[0]], row[languages[1]]
        if not source or not target or "#" not in source or "#" not in target:
            raise InputError(
                f"expected paragraph ids such as doc#3, found {source!r}, {target!r}", place=f"{path}:{rows.line_num}"
            )
        (doubtful if row.get("agreement") == "one" else sure).add((source, target))
        if row.get("grade") == EQUIVALENT:
            equivalent.add((source, target))
    return Links(languages[0], languages[1], frozenset(sure), frozenset(doubtful), frozenset(equivalent & sure))


def read_rows(path: Path) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield the objects of JSON Lines, each with its place (file and line). Raises InputError."""
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        place = f"{path}:{number}"
        try:
            row = json.loads(line)
        except ValueError as error:
            raise InputError(f"no JSON: {error}", place=place) from error
        if not isinstance(row, dict):
            raise InputError("expected an object", place=place)
        yield place, row


def read_pairs(path: Path, *, languages: Sequence[str] | None = None) -> tuple[list[str], list[str], tuple[str, str]]:
    """Read JSON Lines with two language fields, the first two of a row unless named. Raises InputError."""
    first: list[str] = []
    second: list[str] = []
    chosen = tuple(languages) if languages else None
    for place, row in read_rows(path):
        chosen = chosen or _language_fields(row, place)
        texts = [row.get(name) for name in chosen]
        if not all(isinstance(text, str) and text.strip() for text in texts):
            raise InputError(f"expected texts in {' and '.join(chosen)}", place=place)
        first.append(str(texts[0]))
        second.append(str(texts[1]))
    if not first or chosen is None:
        raise InputError("no pairs", place=str(path))
    return first, second, (chosen[0], chosen[1])


def _language_fields(row: Mapping[str, object], place: str) -> tuple[str, str]:
    found = [name for name, value in row.items() if isinstance(value, str) and _is_language(name)]
    if len(found) < 2:
        raise InputError(f"expected two fields named by language, found {', '.join(row)}", place=place)
    return found[0], found[1]


def _is_language(name: str) -> bool:
    if name in PAIR_FIELDS or PRIVATE.fullmatch(name):
        return False
    try:
        canonical_tag(name)
    except InputError:
        return False
    return True


def read_distractors(folder: Path, language: str, *, count: int, seed: int = 0) -> list[Document]:
    """Return unrelated paragraphs, each a document of its own, out of news.LANGUAGE.tsv.gz ("source id<TAB>text")."""
    path = folder / f"news.{language}.tsv.gz"
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            texts = [line.rstrip("\n").partition("\t")[2] for line in file]
    except FileNotFoundError as error:
        raise NotFoundError(f"{path}: no such file") from error
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise InputError(f"cannot be read: {error}", place=str(path)) from error
    texts = [text for text in texts if text.strip()]
    if len(texts) < count:
        raise InputError(f"holds {len(texts)} paragraphs, {count} are wanted", place=str(path))
    chosen = random.Random(seed).sample(texts, count)
    return [
        Document(id=f"{DISTRACTOR_PREFIX}{language}-{number}", lang=language, text=text, blocks=((0, len(text)),))
        for number, text in enumerate(chosen)
    ]
