"""What the operator may set, each in an environment variable."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from aligner.errors import SettingsError

__all__ = ["Settings"]

PREFIX = "ALIGNER_"
MAX_DIGITS = 15  # of a whole number; more is a slip of the finger


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one service; the variable of each is ALIGNER_ and its name in capitals.

    `model` is a name as `aligner.encoders` takes it; without one it is the model that the corpus records.
    `threads` are the cores that one worker's model uses.
    """

    corpus: Path = Path("indexes/default")
    model: str | None = None
    threads: int = 1  # thread pools of several workers on few cores slow each other down
    max_body_bytes: int = 16_000_000
    max_text_chars: int = 20_000  # of a text to search for
    max_k: int = 100
    max_documents: int = 1_000  # in one request

    def __post_init__(self) -> None:
        """Raise SettingsError for a number below 1."""
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, int) and value < 1:
                raise SettingsError(f"{PREFIX}{field.name.upper()}: expected a whole number from 1, found {value}")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Return the settings of the process; a variable that is unset or blank has its default.

        Raises SettingsError, naming the variable.
        """
        found = os.environ if environment is None else environment
        given: dict[str, Path | str | int] = {}
        for field in fields(cls):
            variable = PREFIX + field.name.upper()
            value = found.get(variable, "").strip()
            if not value:
                continue
            if field.name == "corpus":
                given[field.name] = Path(value)
            elif field.name == "model":
                given[field.name] = value
            else:
                given[field.name] = _whole(value, variable)
        return cls(**given)  # type: ignore[arg-type]


def _whole(value: str, variable: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= MAX_DIGITS):
        raise SettingsError(f"{variable}: expected a whole number from 1, found {value[:80]!r}")
    return int(value)
