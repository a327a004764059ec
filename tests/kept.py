"""A corpus that is kept in a folder: what tests of bad files and of bad storage have in common."""

from __future__ import annotations

from pathlib import Path

from tiny import TinyEncoder, make_document

from aligner.corpus import Corpus

__all__ = ["ENGLISH", "FRENCH", "contents", "keep"]

ENGLISH = "The mayor closed the old bridge on Tuesday because of the flood."
FRENCH = "Le maire a fermé le vieux pont mardi à cause de l'inondation."


def keep(folder: Path) -> Path:
    """Return the folder, with a corpus and its indexes in it."""
    with Corpus(folder, encoder=TinyEncoder(), create=True) as corpus:
        list(corpus.add(make_document(f"en-{number}", ENGLISH, f"Police {number}.") for number in range(40)))
        list(corpus.add([make_document("fr", FRENCH, lang="fr")]))
        corpus.save_indexes()
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}
