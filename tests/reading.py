"""What tests of reading files have in common."""

from __future__ import annotations

import io
import json
from pathlib import Path

from aligner.documents import Document
from aligner.errors import InputError
from aligner.readers import read_documents

__all__ = ["ENGLISH", "FRENCH", "SERVED", "line", "read"]

SERVED = ("en", "fr")
ENGLISH = "The council closed the old bridge on Tuesday."
FRENCH = "La mairie a fermé le vieux pont mardi."


def line(id: str, text: str = ENGLISH, **fields: object) -> str:
    return json.dumps({"id": id, "text": text} | fields, ensure_ascii=False) + "\n"


def read(*paths: Path | str, stdin: bytes | None = None) -> list[str]:
    """Return the ids of the documents read, and the errors in full, in order."""
    stream = None if stdin is None else io.BytesIO(stdin)
    found = list(read_documents(paths, served=SERVED, stdin=stream))
    assert all(isinstance(one, Document | InputError) for one in found)
    return [one.id if isinstance(one, Document) else f"! {one}" for one in found]
