"""JSON out of files: lines of bounded length, and errors that say where."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO

from aligner.errors import InputError

__all__ = ["MAX_LINE_BYTES", "bounded_lines", "parse_json"]

MAX_LINE_BYTES = 16_000_000  # three times the longest text that is taken
SKIPPED_CHUNK_BYTES = 1 << 20


def bounded_lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Yield each line that is not blank with its number from 1; None for a line over MAX_LINE_BYTES.

    No more than MAX_LINE_BYTES are held at a time; the rest of a longer line is read and let go.
    """
    number = 0
    while line := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = stream.readline(SKIPPED_CHUNK_BYTES)
            yield number, None
        elif line.strip():
            yield number, line


def parse_json(text: str, *, place: str, line: int = 1) -> object:
    """Return the value of a JSON text whose first line is number `line` of the file at `place`.

    Raises InputError with the line and column of what is wrong.
    """
    try:
        return json.loads(text.rstrip())  # else what is cut off is reported a line too far
    except json.JSONDecodeError as error:
        message = error.msg.removesuffix(" at")
        reason = f"no valid JSON: {message[:1].lower()}{message[1:]} at column {error.colno}"
        raise InputError(reason, place=f"{place}:{line + error.lineno - 1}") from None
    except RecursionError:
        raise InputError("no valid record: nested too deeply", place=f"{place}:{line}") from None
    except ValueError:  # Python's limit on the digits of a number
        raise InputError("no valid record: a number of too many digits", place=f"{place}:{line}") from None
