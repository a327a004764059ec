"""Two tellings of one text, aligned without being stored."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field, PlainValidator, ValidationInfo

from aligner.align_documents import UNITS
from aligner.documents import Document, document_from_record
from aligner.errors import InputError
from service.schemas_base import Body, Output, Reading
from service.schemas_documents import DocumentMeta, DocumentRecord
from service.schemas_matches import Cosine, Offset
from service.schemas_types import Choice
from service.views import runtime

__all__ = ["AlignRequest", "Alignment", "Bead", "Told"]


def _document(value: Any, info: ValidationInfo) -> Document:
    """Read a document as those that are stored are read."""
    reading: Reading = info.context  # type: ignore[assignment]
    most = reading.settings.max_align_chars
    try:
        document = document_from_record(value, served=runtime().corpus.languages)
        if len(document.text) > most:
            raise InputError(f"{len(document.text):,} characters; at most {most:,} are aligned", field="text")
    except InputError as error:
        raise InputError(error.reason, field=".".join(filter(None, (info.field_name, error.field)))) from None
    return document


Told = Annotated[Document, PlainValidator(_document, json_schema_input_type=DocumentRecord)]


class AlignRequest(Body):
    """Two documents, of which nothing is stored."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "source": {"lang": "en", "text": "The old bridge is closed. Nobody was hurt."},
                    "target": {"lang": "fr", "text": "Le vieux pont est fermé. Il n'y a pas de blessés."},
                    "unit": "sentence",
                }
            ]
        }
    )

    source: Told = Field(description="the text")
    target: Told = Field(description="the other telling of it")
    unit: Annotated[str, Choice(UNITS)] = Field("paragraph", description="what is aligned")


class Passage(Output):
    """A paragraph or sentence of a document."""

    position: int = Field(ge=0, description="counts those of its kind")
    paragraph: int = Field(ge=0, description="the position of its paragraph")
    start: Offset
    end: Offset
    text: str
    dropped: str | None = Field(description="why it is no article text; null if it is")


class Bead(Output):
    """Passages that render each other."""

    kind: str = Field(description="numbers of passages, as in 1-2, or deletion, insertion")
    source: list[Passage]
    target: list[Passage]
    similarity: Cosine | None = Field(description="null where one side is empty")
    moved: bool = Field(description="whether the order of the documents differs here")


class Alignment(Output):
    """Beads that cover both documents."""

    source: DocumentMeta
    target: DocumentMeta
    unit: str
    beads: list[Bead]
