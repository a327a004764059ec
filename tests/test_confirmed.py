"""Confirmed pairs held in memory: those of the very text come before all others, and none outlives its corpus."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny import TinyEncoder, make_document

from aligner.backup import back_up, restore
from aligner.corpus import Corpus
from aligner.memory import Memory
from aligner.store_memory import ConfirmedPair, MemoryStore, confirmed_pair


def pair(source: str, target: str, target_lang: str = "fr") -> ConfirmedPair:
    return confirmed_pair(source, target, source_lang="en", target_lang=target_lang)


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_the_region_asked_for_comes_first_whatever_was_confirmed_before(tmp_path: Path, limit: int) -> None:
    with Corpus(tmp_path / "corpus", encoder=TinyEncoder(), create=True) as corpus:
        memory = Memory(corpus)
        memory.store.put([pair("Good evening.", f"Bonsoir {number}.", "fr-FR") for number in range(4 * limit)])
        memory.store.put([pair("Good evening.", "Bonne soirée.", "fr-CA")])
        found = memory.suggest("Good evening.", "en", "fr-CA", limit=limit)
        assert [each.quality for each in found] == [100.0, *[99.0] * (limit - 1)]
        assert found[0].target == "Bonne soirée."


def test_a_restored_backup_leaves_nothing_of_the_corpus_before(tmp_path: Path) -> None:
    """The keys of both are the same, and stand for other pairs."""
    with Corpus(tmp_path / "other", encoder=TinyEncoder(), create=True) as other:
        Memory(other).store.put([pair("Sign the contract.", "Signez le contrat.")])
    back_up(tmp_path / "other", tmp_path / "backup")
    with Corpus(tmp_path / "corpus", encoder=TinyEncoder(), create=True) as corpus:
        memory = Memory(corpus)
        memory.store.put([pair("Delete the file.", "Supprimez le fichier.")])
        assert len(memory.suggest("Delete the file.", "en", "fr")) == 1
        restore(tmp_path / "backup", tmp_path / "corpus", replace=True)
        assert memory.suggest("Delete the file.", "en", "fr") == []
        (found,) = memory.suggest("Sign the contract.", "en", "fr")
        assert (found.source, found.target, found.quality) == ("Sign the contract.", "Signez le contrat.", 100.0)


def test_what_is_written_beside_the_documents_leaves_the_saved_indexes_fresh(tmp_path: Path) -> None:
    with Corpus(tmp_path, encoder=TinyEncoder(), create=True) as corpus:
        list(corpus.add([make_document("a", "The council closed the old bridge.")]))
        corpus.save_indexes()
        before = corpus.store.state
        MemoryStore(corpus.store).put([pair("Good evening.", "Bonsoir.")])
        corpus.store.record({"calibration": ""}, replace=True)
        assert corpus.store.state != before
        corpus.store.rows("DELETE FROM vectors")  # what they would be made anew from
    with Corpus(tmp_path, encoder=TinyEncoder()) as corpus:
        assert {language: len(index.keys) for language, index in corpus.indexes.items()} == {"en": 1}
        list(corpus.add([make_document("b", "Le vieux pont est fermé.", lang="fr")]))
        assert {language: len(index.keys) for language, index in corpus.indexes.items()} == {"en": 1, "fr": 1}
