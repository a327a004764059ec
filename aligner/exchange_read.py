"""Confirmed pairs out of TMX 1.x and XLIFF 1.x files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from aligner.errors import InputError
from aligner.exchange import TOOL
from aligner.exchange_parse import LANG, parse
from aligner.exchange_tmx import CONTEXT_PROP, GRADE_PROP, ORIGIN_PROP
from aligner.languages import locale_tag, primary
from aligner.store_memory import MAX_PAIR_CHARS, ConfirmedPair, confirmed_pair, note
from aligner.suggestions import CONFIRMED

__all__ = ["ReadPair", "read_pairs"]

MAX_HELD_CHARS = 2 * MAX_PAIR_CHARS  # of a text while it is read; what is too long is not held to its end
MAX_TEXTS = 100  # language variants of one unit
CODES = frozenset({"bpt", "ept", "it", "ph", "sub", "ut"})  # hold a file format's own codes, not text
ALL = "*all*"
UNCONFIRMED = re.compile(r"new|needs-.*|x-.*")  # states of XLIFF targets that wait for somebody
PROPS = frozenset({CONTEXT_PROP, GRADE_PROP, ORIGIN_PROP})
NOTES = {"context": CONTEXT_PROP, "origin": ORIGIN_PROP} | {each: each for each in ("author", "created", "changed")}
DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)T(\d\d):?(\d\d):?(\d\d)Z")  # of TMX, and of our own notes
EXPECTED = "expected TMX 1.x or XLIFF 1.x"


@dataclass(frozen=True, slots=True)
class ReadPair:
    """A pair and the line in which its unit starts, None where there are no lines."""

    pair: ConfirmedPair
    line: int | None


@dataclass(slots=True)
class _Unit:
    """One unit while it is read."""

    line: int
    id: str = ""
    source_lang: str = ""
    texts: list[tuple[str, str]] = field(default_factory=list)  # language and text
    told: dict[str, str] = field(default_factory=dict)
    wrong: str = ""


def read_pairs(chunks: Iterable[bytes], *, place: str = "") -> Iterator[ReadPair | InputError]:
    """Yield the pairs of a file, and for each unit that is none, or for its broken rest, an error that names the line.

    A unit's target is taken for confirmed unless the file says that it is not.
    """
    return parse(chunks, _Reader(place), place=place)


class _Reader:
    """Reads both formats: the root element tells which one it is."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._path: list[str] = []
        self._done: list[ReadPair | InputError] = []
        self._unit: _Unit | None = None
        self._captured: list[str] | None = None  # the text that is being read
        self._size = 0
        self._codes = 0  # open elements that hold codes
        self._lang = self._target_lang = self._variant = ""
        self._origin = ""

    def ready(self) -> list[ReadPair | InputError]:
        done, self._done = self._done, []
        return done

    def spoilt(self, reason: str) -> None:
        if self._unit is not None:
            self._unit.wrong = self._unit.wrong or reason

    def start(self, name: str, attributes: Mapping[str, str], line: int) -> None:
        if not self._path:
            self._check_root(name, attributes, line)
        self._path.append(name)
        if self._captured is not None:
            self._codes += name in CODES
        elif name == "header" and self._path[0] == "tmx":
            self._lang = attributes.get("srclang", "")
        elif name == "file":
            self._lang, self._target_lang = (attributes.get(f"{side}-language", "") for side in ("source", "target"))
            self._origin = attributes.get("original", "")
        elif name in {"tu", "trans-unit"}:
            self._open(name, attributes, line)
        elif self._unit is not None:
            self._inside(name, attributes)

    def _check_root(self, name: str, attributes: Mapping[str, str], line: int) -> None:
        version = attributes.get("version", "1")
        if name not in {"tmx", "xliff"} or not version.startswith("1"):
            raise InputError(f"{EXPECTED}, found <{name[:40]}> {version[:10]}", place=f"{self._place}:{line}")

    def _open(self, name: str, attributes: Mapping[str, str], line: int) -> None:
        self._unit = _Unit(line, attributes.get("tuid" if name == "tu" else "id", ""))
        self._unit.source_lang = attributes.get("srclang", self._lang)
        dates = {"created": attributes.get("creationdate"), "changed": attributes.get("changedate")}
        author = attributes.get("changeid") or attributes.get("creationid")
        self._unit.told = {key: value for key, value in {**dates, "author": author}.items() if value}
        if attributes.get("approved") == "no":
            self.spoilt('not approved (approved="no")')

    def _inside(self, name: str, attributes: Mapping[str, str]) -> None:
        parent = self._path[-2]
        if name == "tuv":
            self._variant = attributes.get(LANG) or attributes.get("lang", "")
        elif name == "prop" and parent == "tu" and attributes.get("type") in PROPS:
            self._variant = attributes["type"]
            self._capture()
        elif (name == "seg" and parent == "tuv") or (
            name == "note" and parent == "trans-unit" and attributes.get("from") == TOOL
        ):
            self._capture()
        elif parent == "trans-unit" and name in {"source", "target"}:
            self._variant = attributes.get(LANG) or (self._lang if name == "source" else self._target_lang)
            if UNCONFIRMED.fullmatch(state := attributes.get("state", "final")):
                self.spoilt(f"not confirmed (state={state[:40]!r})")
            self._capture()

    def _capture(self) -> None:
        self._captured, self._size, self._codes = [], 0, 0

    def text(self, text: str) -> None:
        if self._captured is None or self._codes:
            return
        self._size += len(text)
        if self._size <= MAX_HELD_CHARS:
            self._captured.append(text)
        else:
            self.spoilt(f"a text of more than {MAX_HELD_CHARS:,} characters")

    def end(self, name: str) -> None:
        self._path.pop()
        if self._captured is not None:
            if name in CODES:
                self._codes -= 1
            elif name in {"seg", "prop", "note", "source", "target"}:
                self._keep(name, "".join(self._captured))
                self._captured = None
        elif name in {"tu", "trans-unit"} and self._unit is not None:
            unit, self._unit = self._unit, None
            try:
                self._done += [ReadPair(pair, unit.line) for pair in self._pairs(unit)]
            except InputError as error:
                self._done.append(InputError(_named(unit, error), place=f"{self._place}:{unit.line}"))

    def _keep(self, name: str, text: str) -> None:
        if self._unit is None:
            return
        if name == "prop":
            self._unit.told[self._variant] = text.strip()
        elif name == "note":
            key, _, value = text.partition(": ")
            if key in NOTES:
                self._unit.told[NOTES[key]] = value.strip()
        elif len(self._unit.texts) < MAX_TEXTS:
            self._unit.texts.append((self._variant, text))
        else:
            self.spoilt(f"more than {MAX_TEXTS} texts")

    def _pairs(self, unit: _Unit) -> list[ConfirmedPair]:
        """Return the pairs of a unit: its source with each other text. Raises InputError."""
        grade = unit.told.get(GRADE_PROP, CONFIRMED)
        if unit.wrong:
            raise InputError(unit.wrong)
        if grade != CONFIRMED:
            raise InputError(f"found by matching ({grade[:40]}), and confirmed by nobody")
        tagged = [(locale_tag(language), text) for language, text in unit.texts]
        wanted = None if unit.source_lang in {"", ALL} else primary(locale_tag(unit.source_lang))
        at = next((i for i, (tag, _) in enumerate(tagged) if wanted in {None, primary(tag)}), None)
        if at is None or len(tagged) < 2:
            raise InputError("expected a source and a target text" + (f", the source in {wanted}" if wanted else ""))
        source_lang, source = tagged.pop(at)
        return [
            self._pair(unit, source, target, source_lang=source_lang, target_lang=target_lang)
            for target_lang, target in tagged
        ]

    def _pair(self, unit: _Unit, source: str, target: str, *, source_lang: str, target_lang: str) -> ConfirmedPair:
        pair = confirmed_pair(
            source,
            target,
            source_lang=source_lang,
            target_lang=target_lang,
            author=unit.told.get("author"),
            created=_date(unit.told.get("created")),
            changed=_date(unit.told.get("changed")),
        )
        is_own = unit.id == pair.id  # exported from here: neither its id nor its file says anything of the place
        context = unit.told.get(CONTEXT_PROP) or ("" if is_own else unit.id)
        origin = unit.told.get(ORIGIN_PROP) or ("" if is_own else self._origin)
        return replace(pair, context=note(context, "context"), origin=note(origin, "origin"))


def _named(unit: _Unit, error: InputError) -> str:
    reason = f"{error.field}: {error.reason}" if error.field else error.reason
    return f"unit {unit.id[:80]!r}: {reason}" if unit.id else reason


def _date(value: str | None) -> str | None:
    """Return a date as ISO 8601 in UTC, None for what is none."""
    match = DATE.fullmatch(value or "")
    try:
        found = match and datetime(*map(int, match.groups()), tzinfo=UTC)  # type: ignore[arg-type, misc]
    except ValueError:
        return None
    return found.strftime("%Y-%m-%dT%H:%M:%SZ") if found else None
