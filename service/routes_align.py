"""Alignment of two texts that are not stored."""

from __future__ import annotations

from aligner.align_documents import align_documents
from aligner.export_alignment import alignment_record
from service.schemas_align import Alignment, AlignRequest
from service.validation import Blueprint
from service.views import API, Record, runtime

__all__ = ["aligning"]

aligning = Blueprint("aligning", __name__, url_prefix=API, tag="align")


@aligning.post("/align")
@aligning.input(AlignRequest, arg_name="asked")
@aligning.output(Alignment)
def align(asked: AlignRequest) -> Record:
    """Answer with which paragraphs or sentences of one text render which of the other; nothing is stored."""
    corpus = runtime().corpus
    source, target = asked.source, asked.target
    beads = align_documents(source, target, encoder=corpus.encoder, served=corpus.languages, unit=asked.unit)
    return alignment_record(source, target, beads, unit=asked.unit)
