"""Everything that this package raises on purpose.

AlignerError
├── InputError            what was handed in is wrong; it names the place, the field and the reason
│   └── DocumentError     one document; the rest of a batch goes on
├── SettingsError         an option or environment variable
├── NotFoundError         no such document, paragraph or file
├── ChangedError          a document is no longer what the caller takes it for
├── TooSlowError          an answer would take longer than is allowed
├── EncoderError          a model is missing, damaged or does not fit
└── CorpusError           a corpus cannot be read or written
├── FormatError       written by a later version
├── ModelMismatchError  built with another model
├── DamagedError      the file is truncated or not a corpus
├── ReadOnlyError     no permission to write
└── StorageFullError  no room on the disk
"""

from __future__ import annotations

__all__ = [
    "AlignerError",
    "ChangedError",
    "CorpusError",
    "DamagedError",
    "DocumentError",
    "EncoderError",
    "FormatError",
    "InputError",
    "ModelMismatchError",
    "NotFoundError",
    "ReadOnlyError",
    "SettingsError",
    "StorageFullError",
    "TooSlowError",
]


class AlignerError(Exception):
    """Root of all errors of this package; its text is fit to be shown to a user."""


class InputError(AlignerError):
    """What was handed in is wrong.

    `place` is a file and line ("news.jsonl:12") or "" where there is none, `field` the field's name or "".
    """

    def __init__(self, reason: str, *, place: str = "", field: str = "") -> None:
        super().__init__(reason, place, field)
        self.reason = reason
        self.place = place
        self.field = field

    def __str__(self) -> str:
        return ": ".join(part for part in (self.place, self.field, self.reason) if part)


class DocumentError(InputError):
    """One document is refused; the rest of a batch goes on."""


class SettingsError(AlignerError):
    """An option or an environment variable is wrong."""


class NotFoundError(AlignerError):
    """No such document, paragraph or file."""


class TooSlowError(AlignerError):
    """An answer would take longer than whoever asks allows."""


class ChangedError(AlignerError):
    """A document is no longer what the caller takes it for."""


class EncoderError(AlignerError):
    """A model is missing, damaged or does not fit."""


class CorpusError(AlignerError):
    """A corpus cannot be read or written."""


class FormatError(CorpusError):
    """The corpus was written by a later version of this package."""


class ModelMismatchError(CorpusError):
    """The corpus was built with another model."""


class DamagedError(CorpusError):
    """The file is truncated or is not a corpus."""


class ReadOnlyError(CorpusError):
    """The corpus may be read and not written."""


class StorageFullError(CorpusError):
    """There is no room on the disk."""
