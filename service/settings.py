"""What the operator may set: each in an environment variable or, below that, in a TOML file."""

from __future__ import annotations

import difflib
import ipaddress
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any, get_args, get_type_hints

from aligner.errors import InputError, SettingsError
from aligner.languages import canonical_tag

__all__ = ["FILE", "Choices", "Least", "Settings", "is_loopback"]

PREFIX = "ALIGNER_"
FILE = "ALIGNER_SETTINGS"
MAX_DIGITS = 15  # of a whole number; more is a slip of the finger
MAX_SHOWN_CHARS = 80  # of a wrong value, in the message on it
LEVELS = ("debug", "info", "warning", "error")
YES = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


@dataclass(frozen=True, slots=True)
class Least:
    """The smallest number that a setting takes, where that is not 1."""

    value: int


@dataclass(frozen=True, slots=True)
class Choices:
    """The texts that a setting takes."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one service.

    The variable of each is ALIGNER_ and its name in capitals; in the file that ALIGNER_SETTINGS names it is its name.
    Its text is its row in the README's table, which a test compares.
    """

    corpus: Annotated[Path, "the corpus"] = Path("indexes/default")
    model: Annotated[
        str | None,
        "`default`, `bundled-e5`, `bundled-use`, or a Sentence-Transformers name or folder; else the corpus's own",
    ] = None
    # thread pools of several workers on few cores slow each other down
    threads: Annotated[int, "cores that the encoder of one worker uses"] = 1
    languages: Annotated[
        tuple[str, ...] | None, "languages that texts are identified among; else `en,fr` and the corpus's"
    ] = None
    max_body_bytes: Annotated[int, "largest request"] = 16_000_000
    max_text_chars: Annotated[int, "longest text to search for"] = 20_000
    max_k: Annotated[int, "most results of a search"] = 100
    max_texts: Annotated[int, "most texts of one search"] = 32
    max_align_chars: Annotated[int, "longest text to align without storing it"] = 100_000
    max_documents: Annotated[int, "most documents of a request"] = 1_000
    async_documents: Annotated[int, "documents of a request from which on it is answered with a job"] = 200
    async_import_bytes: Annotated[int, "bytes of translations from which on an import is answered with a job"] = 500_000
    cors_origins: Annotated[
        str | None, "origins of web pages that may ask from a browser, by commas; `*` is all; else none"
    ] = None
    keys: Annotated[Path | None, "file of API keys; `aligner keys add` makes it; without it, no access control"] = None
    open_read: Annotated[bool, "reading needs no key"] = False
    open_metrics: Annotated[bool, "`/metrics` needs no key from the same machine"] = False
    memory_writes: Annotated[bool, "translation tools may store confirmed translations, with a key of scope write"] = (
        False
    )
    without_keys: Annotated[bool, "answer other machines though there are no keys"] = False
    rate_limit: Annotated[
        int, "requests a minute of each key or, without one, each address; 0 is no limit", Least(0)
    ] = 1_200
    query_seconds: Annotated[int, "longest that an answer may take; then it is 503"] = 30
    host: Annotated[str, "address to listen on"] = "127.0.0.1"
    port: Annotated[int, "port to listen on; 0 takes a free one", Least(0)] = 8000
    proxies: Annotated[int, "proxies in front, whose `X-Forwarded-For` is believed", Least(0)] = 0
    workers: Annotated[int, "processes, each with the model"] = 1
    worker_threads: Annotated[int, "requests that one process works on at once"] = 16
    graceful_seconds: Annotated[int, "time that requests have to end when the service is told to stop"] = 30
    log_level: Annotated[str, "`debug`, `info`, `warning` or `error`", Choices(LEVELS)] = "info"

    def __post_init__(self) -> None:
        """Raise SettingsError for a value out of range."""
        for one in _known().values():
            one.check(getattr(self, one.name), one.variable)
        for origin in self.origins - {"*"}:
            scheme, _, host = origin.partition("://")
            if scheme not in {"http", "https"} or not host or set(host) & set("/?#@ *"):
                raise SettingsError(f"ALIGNER_CORS_ORIGINS: {origin!r} is no origin, as in https://example.org")

    @property
    def origins(self) -> frozenset[str]:
        """Origins of web pages that may ask from a browser."""
        return frozenset(part.strip() for part in (self.cors_origins or "").split(",") if part.strip())

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Return the settings of the process; a variable that is unset or blank is the file's, or has its default.

        Raises SettingsError, naming the variable, or the file and the key.
        """
        found = os.environ if environment is None else environment
        path = found.get(FILE, "").strip()
        given = _from_file(Path(path)) if path else {}
        for one in _known().values():
            if value := found.get(one.variable, "").strip():
                given[one.name] = one.check(one.parsed(value, one.variable), one.variable)
        return cls(**given)

    def check_listening(self, host: str) -> None:
        """Raise SettingsError for an address beyond this machine where there are no keys; "" is a socket file."""
        if host and not is_loopback(host) and self.keys is None and not self.without_keys:
            raise SettingsError(
                f"listening on {host} lets other machines in, and there are no keys: `aligner keys add NAME` makes"
                " one and ALIGNER_KEYS names their file; or say --without-keys, or ALIGNER_WITHOUT_KEYS=yes"
            )

    @classmethod
    def rows(cls) -> list[tuple[str, str, str]]:
        """Return variable, default and meaning of each setting, as the README shows them."""
        return [(one.variable, one.shown_default(), one.what) for one in _known().values()]


def is_loopback(host: str) -> bool:
    """Say whether a host name or address is this machine's own."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


@dataclass(frozen=True, slots=True)
class _Setting:
    """One setting: how it is called, and how it is read."""

    name: str
    kind: type
    default: object
    what: str
    least: int
    choices: tuple[str, ...]

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()

    def shown_default(self) -> str:
        if isinstance(self.default, bool):
            return "`yes`" if self.default else "`no`"
        if isinstance(self.default, int):
            return f"{self.default:,}"
        return "" if self.default is None else f"`{self.default}`"

    def expected(self) -> str:
        """Return what its values are, for messages."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        numbers = f"a whole number from {self.least}"
        return {int: numbers, bool: "yes or no", tuple: "a list of language tags"}.get(self.kind, "a text")

    def parsed(self, value: str, place: str) -> object:
        """Return a text out of the environment as the setting's type. Raises SettingsError."""
        if self.kind is bool and value.lower() in YES:
            return YES[value.lower()]
        if self.kind is int and value.isascii() and value.isdigit() and len(value) <= MAX_DIGITS:
            return int(value)
        if self.kind in {bool, int}:
            raise self.wrong(value, place)
        if self.kind is tuple:
            return tuple(part.strip() for part in value.split(","))
        return Path(value) if self.kind is Path else value

    def native(self, value: object, place: str) -> object:
        """Return a value out of TOML as the setting's type. Raises SettingsError."""
        if self.kind in {bool, int} and type(value) is self.kind:
            return value
        if self.kind is tuple and isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
        if self.kind in {str, Path} and isinstance(value, str) and value.strip():
            return self.parsed(value.strip(), place)
        raise self.wrong(value, place)

    def check(self, value: object, place: str) -> object:
        """Return the value. Raises SettingsError where it is out of range."""
        if self.kind is int and isinstance(value, int) and value < self.least:
            raise SettingsError(f"{place}: expected {self.expected()}, found {value}")
        if self.choices and value not in self.choices:
            raise self.wrong(value, place)
        for tag in value if isinstance(value, tuple) else ():
            try:
                canonical_tag(tag)
            except InputError as error:
                raise SettingsError(f"{place}: {error.reason}") from None
        return value

    def wrong(self, value: object, place: str) -> SettingsError:
        return SettingsError(f"{place}: expected {self.expected()}, found {str(value)[:MAX_SHOWN_CHARS]!r}")


def _known() -> dict[str, _Setting]:
    """Return each setting by name."""
    hints = get_type_hints(Settings, include_extras=True)
    known = {}
    for each in fields(Settings):
        annotated, what, *rules = get_args(hints[each.name])
        union = get_args(annotated) if type(None) in get_args(annotated) else (annotated,)
        kind: Any = next(part for part in union if part is not type(None))
        least = next((rule.value for rule in rules if isinstance(rule, Least)), 1)
        choices = next((rule.values for rule in rules if isinstance(rule, Choices)), ())
        known[each.name] = _Setting(each.name, getattr(kind, "__origin__", kind), each.default, what, least, choices)
    return known


def _from_file(path: Path) -> dict[str, Any]:
    """Return what a file sets, each as its setting's type; relative paths start from the file's folder."""
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"{FILE}: no file {path}") from None
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path}: expected TOML: {error}") from error
    known = _known()
    given: dict[str, Any] = {}
    for name, value in content.items():
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]}? " if close else ""
            raise SettingsError(f"{path}:{name}: no such setting; {hint}known are {', '.join(known)}")
        place = f"{path}:{name}"
        found = known[name].native(value, place)
        given[name] = known[name].check(path.parent / found if isinstance(found, Path) else found, place)
    return given
