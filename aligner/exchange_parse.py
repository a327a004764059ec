"""XML that strangers may have made, as a stream of elements and texts.

Expat reads it as it comes. No DTD is loaded and no entity may be declared, so that nothing is expanded and nothing
outside the file is opened; depth, attributes and whatever is held back for a single token are bounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Generic, Protocol, TypeVar
from xml.parsers import expat

from aligner.errors import InputError

__all__ = ["LANG", "ElementReader", "parse"]

LANG = "xml:lang"
MAX_DEPTH = 64
MAX_ATTRIBUTES = 100
MAX_ATTRIBUTE_CHARS = 10_000
MAX_TOKEN_BYTES = 1_000_000  # of one tag, comment or instruction
FED_BYTES = 65_536
XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"

Item = TypeVar("Item")


class ElementReader(Protocol[Item]):
    """Takes elements by their local names, with the line they start in, and gives what it made of them."""

    def start(self, name: str, attributes: Mapping[str, str], line: int) -> None:
        """Take the start of an element."""

    def text(self, text: str) -> None:
        """Take a piece of text."""

    def end(self, name: str) -> None:
        """Take the end of an element."""

    def spoilt(self, reason: str) -> None:
        """Take that what is being read cannot be right."""

    def ready(self) -> list[Item]:
        """Return what was made since, and forget it."""


class _Parser(Generic[Item]):
    def __init__(self, reader: ElementReader[Item], place: str) -> None:
        self._reader, self._place = reader, place
        self._depth = 0
        self.expat = expat.ParserCreate(namespace_separator=" ")
        self.expat.buffer_text = True
        self.expat.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.expat.StartElementHandler = self._start
        self.expat.EndElementHandler = self._end
        self.expat.CharacterDataHandler = reader.text
        self.expat.EntityDeclHandler = self._declared
        self.expat.SkippedEntityHandler = self._skipped
        self.expat.ExternalEntityRefHandler = self._external

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self.error(f"elements in elements, more than {MAX_DEPTH} deep")
        if len(attributes) > MAX_ATTRIBUTES or any(len(value) > MAX_ATTRIBUTE_CHARS for value in attributes.values()):
            raise self.error(f"an attribute of more than {MAX_ATTRIBUTE_CHARS:,} characters, or too many of them")
        self._reader.start(_local(name), {_local(key): value for key, value in attributes.items()}, self.line)

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._reader.end(_local(name))

    def _declared(self, name: str, *rest: object) -> None:
        raise self.error(f"declares an entity, {name[:40]!r}; files with entities of their own are refused")

    def _skipped(self, name: str, is_parameter: bool) -> None:
        self._reader.spoilt(f"the entity &{name[:40]}; is not known")

    def _external(self, *rest: object) -> int:
        raise self.error("refers to an external entity; none is opened")

    @property
    def line(self) -> int:
        return self.expat.CurrentLineNumber

    def error(self, reason: str) -> InputError:
        return InputError(reason, place=f"{self._place}:{self.line}")

    def feed(self, chunk: bytes, *, last: bool = False) -> None:
        """Raises InputError, naming the line, for what is no XML or not taken."""
        try:
            self.expat.Parse(chunk, last)
        except expat.ExpatError as error:
            reason = f"no well-formed XML: {expat.ErrorString(error.code)}, column {error.offset + 1}"
            raise InputError(reason, place=f"{self._place}:{error.lineno}") from None
        except (LookupError, ValueError) as error:  # of an encoding that Python does not know, or of several bytes
            raise InputError(f"an encoding that is not taken: {error}; save it as UTF-8", place=self._place) from None


def parse(chunks: Iterable[bytes], reader: ElementReader[Item], *, place: str) -> Iterator[Item | InputError]:
    """Yield what a reader makes of XML, then the error that ended it, if one did."""
    parser = _Parser(reader, place)
    fed = 0
    try:
        for chunk in chunks:
            for at in range(0, len(chunk), FED_BYTES):
                piece = chunk[at : at + FED_BYTES]
                parser.feed(piece)
                fed += len(piece)
                yield from reader.ready()
                if fed - max(0, parser.expat.CurrentByteIndex) > MAX_TOKEN_BYTES:
                    raise parser.error(f"a tag or a comment of more than {MAX_TOKEN_BYTES:,} bytes")
        parser.feed(b"", last=True)
    except InputError as error:
        yield from reader.ready()
        yield error
        return
    yield from reader.ready()


def _local(name: str) -> str:
    """Return a name without its namespace, but for xml:lang and its like."""
    space, _, local = name.rpartition(" ")
    return f"xml:{local}" if space == XML_NAMESPACE else local
