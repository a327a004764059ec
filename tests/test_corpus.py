"""A corpus as its users see it: what each document became, and that searches keep up."""

from __future__ import annotations

from pathlib import Path

import pytest
from children import run
from tiny import TinyEncoder, make_document

from aligner.corpus import BATCH_DOCUMENTS, Corpus, Outcome
from aligner.documents import Document
from aligner.errors import InputError, ModelMismatchError, NotFoundError
from aligner.matches import find_matches, search

ENGLISH = "The mayor closed the old bridge on Tuesday because of the flood."
FRENCH = "Le maire a fermé le vieux pont mardi à cause de l'inondation."
OTHER = "Doctors and teachers will go on strike on Monday."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "corpus"


def opened(folder: Path, name: str = "tiny@1", **options) -> Corpus:
    return Corpus(folder, encoder=TinyEncoder(name), create=True, **options)


def found(corpus: Corpus, text: str, **options) -> list[str]:
    return [hit.target.id for hit in search(corpus, text, **options)]


def test_what_became_of_each_document(folder: Path) -> None:
    with opened(folder) as corpus:
        assert list(corpus.add([make_document("a", ENGLISH, OTHER), make_document("b", FRENCH, lang="fr")])) == [
            Outcome("a", "created", 2),
            Outcome("b", "created", 1),
        ]
        refused = InputError("unknown field 'x'", place="news.jsonl:2")
        again = [
            make_document("a", ENGLISH, OTHER),
            refused,
            make_document("b", ENGLISH, "Photo: AFP", lang="en"),
            make_document("c", OTHER),
        ]
        assert list(corpus.add(again)) == [
            Outcome("a", "unchanged"),
            Outcome(None, "refused", reason="news.jsonl:2: unknown field 'x'"),
            Outcome("b", "replaced", 1, 1),
            Outcome("c", "created", 1),
        ]
        assert corpus.remove(["a", "x", "a"]) == [Outcome("a", "removed"), Outcome("x", "missing")]
        assert [document.id for document in corpus.store.documents()] == ["b", "c"]
        assert found(corpus, FRENCH) == ["b#0", "c#0"]


def test_a_document_that_comes_twice_in_a_batch(folder: Path) -> None:
    with opened(folder) as corpus:
        outcomes = list(corpus.add([make_document("a", ENGLISH), make_document("a", OTHER)]))
        assert [outcome.id for outcome in outcomes] == ["a", "a"]
        assert corpus.store.document("a").document == make_document("a", OTHER)  # the last one holds
        assert corpus.store.counts()["paragraphs"] == 1


def test_each_change_of_metadata_counts(folder: Path) -> None:
    with opened(folder) as corpus:
        plain = make_document("a", ENGLISH)
        for changed in (plain, make_document("a", ENGLISH, outlet="X"), make_document("a", ENGLISH, published="2024")):
            assert next(iter(corpus.add([changed]))).status != "unchanged"
            assert next(iter(corpus.add([changed]))).status == "unchanged"
            assert corpus.store.document("a").document == changed


def test_many_documents_are_stored_in_steps(folder: Path) -> None:
    told: list[int] = []
    with opened(folder) as corpus, Corpus(folder) as other:
        outcomes = corpus.add(
            (make_document(f"{number:03}", ENGLISH, OTHER) for number in range(2 * BATCH_DOCUMENTS + 5)),
            progress=told.append,
        )
        assert other.store.counts()["documents"] == 0
        assert next(outcomes).id == "000"
        assert other.store.counts()["documents"] == BATCH_DOCUMENTS  # on the disk before the first word about it
        assert len(list(outcomes)) == 2 * BATCH_DOCUMENTS + 4
    assert sum(told) == 2 * (2 * BATCH_DOCUMENTS + 5)


def test_another_model_is_refused_and_nothing_changes(folder: Path) -> None:
    with opened(folder) as corpus:
        list(corpus.add([make_document("a", ENGLISH)]))
        state = corpus.store.state
    message = r"/corpus: built with the model tiny@1, asked to use tiny@2; vectors of two models do not compare: use an"
    with pytest.raises(ModelMismatchError, match=message):
        opened(folder, "tiny@2")
    with Corpus(folder) as corpus:
        assert corpus.store.state == state
        assert corpus.store.meta("encoder") == "tiny@1"


def test_another_model_that_was_there_before_the_first_document(folder: Path) -> None:
    """Two begin an empty corpus with a model each: the first to add decides, the other is refused."""
    with opened(folder) as first, opened(folder, "tiny@2") as second:
        list(first.add([make_document("a", ENGLISH)]))
        state = first.store.state
        with pytest.raises(ModelMismatchError, match="built with the model tiny@1, asked to use tiny@2"):
            list(second.add([make_document("b", FRENCH, lang="fr")]))
        assert first.store.state == state


def test_what_a_corpus_records_of_its_encoder(folder: Path) -> None:
    with opened(folder) as corpus:
        assert (corpus.store.meta("encoder"), dict(corpus.views)) == (None, {})
        list(corpus.add([InputError("refused")]))
        assert corpus.store.meta("encoder") is None
        list(corpus.add([make_document("a", ENGLISH)]))
    with Corpus(folder) as corpus:
        assert (corpus.store.meta("encoder"), corpus.store.meta("dimension")) == ("tiny@1", "256")
        assert dict(corpus.views) == {"tiny": slice(0, 256)}


def test_no_corpus(folder: Path) -> None:
    with pytest.raises(NotFoundError, match=r"/corpus: no corpus here; `aligner add` makes one"):
        Corpus(folder)
    assert not folder.exists()


def test_an_empty_corpus(folder: Path) -> None:
    with opened(folder) as corpus:
        assert dict(corpus.indexes) == {}
        assert found(corpus, ENGLISH) == []
        assert find_matches(corpus) == []
        corpus.save_indexes()
        list(corpus.add([make_document("b", FRENCH, lang="fr")]))  # indexes asked for before there was a dimension
        assert found(corpus, ENGLISH) == ["b#0"]


def test_the_languages_of_a_corpus(folder: Path) -> None:
    with opened(folder) as corpus:
        assert corpus.languages == ("en", "fr")
        list(corpus.add([make_document("a", "Der Bürgermeister hat die Brücke gesperrt.", lang="de-AT")]))
    with Corpus(folder) as corpus:
        assert corpus.languages == ("en", "fr", "de")
    with Corpus(folder, languages=("fr", "de")) as corpus:
        assert corpus.languages == ("fr", "de")


def test_a_bilingual_document(folder: Path) -> None:
    """Its paragraphs go to the index of their own language, and do not match each other."""
    with opened(folder) as corpus:
        list(corpus.add([make_document("ca", ENGLISH, FRENCH, OTHER), make_document("b", FRENCH, lang="fr")]))
        assert [p.lang for p in corpus.store.document("ca").paragraphs] == ["en", "fr", "en"]
        assert corpus.store.languages() == {"en": 2, "fr": 2}
        assert set(found(corpus, ENGLISH)) == {"ca#1", "b#0"}
        pairs = [(match.source.id, match.target.id) for match in find_matches(corpus)]
        assert pairs == [("ca#0", "b#0")]


def test_a_document_without_article_text(folder: Path) -> None:
    menu = Document(id="m", lang="en", text="Home | News | Sport\n\nShare this\n\nPhoto: AP")
    with opened(folder) as corpus:
        (outcome,) = corpus.add([menu])
        assert outcome == Outcome("m", "created", 0, 3, "no article text was found in it")
        assert {p.dropped for p in corpus.store.document("m").paragraphs} != {None}
        assert dict(corpus.indexes) == {}
        assert found(corpus, FRENCH) == []
        assert list(corpus.add([menu])) == [Outcome("m", "unchanged")]


def test_a_search_sees_what_another_corpus_object_adds(folder: Path) -> None:
    with opened(folder) as writer, opened(folder) as reader:
        assert found(reader, ENGLISH) == []
        list(writer.add([make_document("b", FRENCH, lang="fr")]))
        assert found(reader, ENGLISH) == ["b#0"]
        list(writer.add([make_document("b", "La police.", FRENCH, lang="fr")]))
        assert found(reader, ENGLISH)[0] == "b#1"
        writer.remove(["b"])
        assert found(reader, ENGLISH) == []


PROCESS = """
import sys
from pathlib import Path
from tiny import TinyEncoder, make_document
from aligner.corpus import Corpus
with Corpus(Path(sys.argv[1]), encoder=TinyEncoder(), create=True) as corpus:
    print([outcome.status for outcome in corpus.add([make_document("b", sys.argv[2], lang="fr")])])
"""


def test_a_search_sees_what_another_process_adds(folder: Path) -> None:
    with opened(folder) as reader:
        list(reader.add([make_document("a", ENGLISH)]))
        assert found(reader, ENGLISH) == []
        ran = run(PROCESS, folder, FRENCH)
        assert (ran.stdout, ran.stderr) == ("['created']\n", "")
        assert found(reader, ENGLISH) == ["b#0"]
        assert [(match.source.id, match.target.id) for match in find_matches(reader)] == [("a#0", "b#0")]
