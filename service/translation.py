"""What the protocols of translation tools share: the memory, languages as tools write them, and texts in paths."""

from __future__ import annotations

import threading

from flask import Flask, current_app, request
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.routing import BaseConverter

from aligner.corpus import Corpus
from aligner.errors import InputError
from aligner.languages import locale_tag
from aligner.memory import Memory
from service.runtime import Runtime

__all__ = ["CUT_CHARS", "init_app", "memory", "permit_writes", "tag_or_none", "whole"]

CUT_CHARS = 500  # Weblate sends no more of a text
EXTENSION = "memory"
WRITES_OFF = "writing is off; the setting ALIGNER_MEMORY_WRITES=yes turns it on, for keys of scope write"


class _AnyText(BaseConverter):
    """Any text in a path, slashes and line ends included, as it was before it was percent-encoded."""

    regex = r"(?s:.+?)"
    part_isolating = False


class _Held:
    """The memory of the corpus that is served, made when first asked for."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._memory: tuple[Corpus, Memory] | None = None

    def of(self, runtime: Runtime) -> Memory:
        corpus = runtime.corpus
        with self._guard:
            if self._memory is None or self._memory[0] is not corpus:
                self._memory = corpus, Memory(corpus, turn=runtime.turns.next)
            return self._memory[1]


def init_app(app: Flask) -> None:
    """Let an app have a memory, and routes with <anytext:...> in them."""
    app.url_map.converters["anytext"] = _AnyText
    app.extensions[EXTENSION] = _Held()


def memory() -> Memory:
    """Return the translation memory of the corpus. Raises NotReadyError."""
    runtime: Runtime = current_app.extensions["runtime"]
    held: _Held = current_app.extensions[EXTENSION]
    return held.of(runtime)


def permit_writes(*others: str) -> None:
    """Raise MethodNotAllowed where the operator has not turned writing on; `others` are methods that go on."""
    runtime: Runtime = current_app.extensions["runtime"]
    if not runtime.settings.memory_writes:
        raise MethodNotAllowed(valid_methods=others, description=WRITES_OFF)


def tag_or_none(locale: str) -> str | None:
    """Return the tag of a tool's locale ('fr_ca', 'en-GB', 'fr_FR.UTF-8'), None for what is no language."""
    try:
        return locale_tag(locale[:40])
    except InputError:
        return None


def whole(name: str, *, least: int, most: int) -> int | None:
    """Return a whole number of the query string, brought into range; a wrong one is passed over, as tools expect."""
    value = request.args.get(name, "")
    try:
        return min(most, max(least, int(value[:9])))
    except ValueError:
        return None
