"""Headlines: no article text, and matched all the same."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from answers import checked_client
from tiny import TinyEncoder, make_document
from viewing import text, tree

from aligner.boilerplate import headline
from aligner.cli import main
from aligner.comparison import compare_documents
from aligner.corpus import FILE, Corpus, Outcome
from aligner.documents import Document
from aligner.duplicates import document_groups
from aligner.matches import find_matches, search
from aligner.paragraphs import split_paragraphs
from service.settings import Settings

TITLE = "Mayor closes the old bridge after the flood"
LEDE = "The council met in the school and promised a new budget for all the workers of the harbour."
MORE = "Doctors and teachers of the city will go on strike on Monday because of the price of water."
RAW = f"World\n\n{TITLE}\n\nTuesday, 14 May 2024\n\n{LEDE}\n\nWhat comes next\n\n{MORE}"
FRENCH = "Le maire a fermé mardi le vieux pont à cause de l'inondation de la rivière."
OTHER = "Les agriculteurs ont déposé hier un recours devant le tribunal contre la nouvelle loi."

Blocks = list[tuple[str, str | None]]


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ([("World", "boilerplate"), (TITLE, "title"), (LEDE, None)], 1),
        ([("The flood", "title"), (TITLE, "title"), ("14 May", "dateline"), (LEDE, None)], 1),
        ([(TITLE, "title"), (f"{TITLE} of May", "title"), (LEDE, None)], 1),
        ([(LEDE, None), (TITLE, "title"), (MORE, None)], None),
        ([("World news today", "title"), (LEDE, None)], None),
        ([("市长关闭旧桥", "title"), (LEDE, None)], None),
        ([("洪水过后市长关闭了旧桥", "title"), (LEDE, None)], 0),
        ([(TITLE, "title")], None),
        ([(TITLE, "caption"), (LEDE, None)], None),
        ([], None),
    ],
)
def test_which_title_is_the_headline(blocks: Blocks, expected: int | None) -> None:
    assert headline([block for block, _ in blocks], [kind for _, kind in blocks]) == expected


def test_a_headline_that_is_the_first_of_given_paragraphs() -> None:
    found = split_paragraphs(make_document("a", TITLE, LEDE), served=["en"])
    assert [(p.dropped, p.headline) for p in found] == [(None, False), (None, False)]
    titled = Document("a", "en", f"{TITLE}\n{LEDE}", title=TITLE, blocks=((0, len(TITLE)), (len(TITLE) + 1, 135)))
    found = split_paragraphs(titled, served=["en"])
    assert [(p.dropped, p.headline, p.is_matched) for p in found] == [("title", True, True), (None, False, True)]


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus(tmp_path / "corpus", encoder=TinyEncoder(), create=True) as corpus:
        yield corpus


def outcomes(corpus: Corpus) -> list[Outcome]:
    raw = Document("a", "en", RAW, outlet="Post", published="2024-05-14")
    return list(corpus.add([raw, make_document("b", FRENCH, OTHER, lang="fr", outlet="Le Fleuve")]))


def test_a_headline_is_stored_with_a_vector_and_counted_as_dropped(corpus: Corpus) -> None:
    assert outcomes(corpus)[0] == Outcome("a", "created", 2, 4)
    store = corpus.store
    assert [(p.dropped, p.headline) for p in store.document("a").paragraphs] == [
        ("boilerplate", False),
        ("title", True),
        ("dateline", False),
        (None, False),
        ("title", False),
        (None, False),
    ]
    assert store.counts() == {"documents": 2, "paragraphs": 4, "dropped": 4}
    assert store.languages() == {"en": 3, "fr": 2}
    assert len(corpus.indexes["en"].keys) == 3
    ids = {key: p.id for key, p in store.paragraphs(store.keys()).items()}
    assert [ids[key] for key in store.keys(base="en").tolist()] == ["a#1", "a#3", "a#5"]
    assert [ids[key] for key in store.keys(base="en", headlines=False).tolist()] == ["a#3", "a#5"]
    assert [ids[key] for key in store.document_keys(["a"])["a"].tolist()] == ["a#1", "a#3", "a#5"]
    assert [ids[key] for key in store.document_keys(["a"], headlines=False)["a"].tolist()] == ["a#3", "a#5"]
    assert ids[store.key("a#1")] == "a#1"
    assert [*store.keys_by_id(["a#1", "a#2", "a#3", "a#4"])] == ["a#1", "a#3"]
    assert [ids[key] for key in store.sample("en", 9).tolist()] == ["a#5", "a#3"]


def test_a_headline_is_matched_and_found(corpus: Corpus) -> None:
    outcomes(corpus)
    (match,) = find_matches(corpus, min_probability=0.2)
    assert (match.source.id, match.source.headline, match.target.id) == ("a#1", True, "b#0")
    assert search(corpus, FRENCH, k=1)[0].target.id == "a#1"


def test_a_headline_is_no_fact_and_no_reprint(corpus: Corpus) -> None:
    list(corpus.add([Document(id, "en", RAW.replace("14", day), outlet=id) for id, day in (("a", "14"), ("c", "15"))]))
    list(corpus.add([make_document("b", FRENCH, OTHER, lang="fr", outlet="Le Fleuve")]))
    compared = compare_documents(corpus, ["a", "b", "c"], min_others=1)
    assert {passage.paragraph for passage in compared.passages.values()} == {"a#3", "a#5", "b#0", "b#1", "c#3", "c#5"}
    under = f"{TITLE}\n\n{OTHER}"  # the same agency's headline above other news
    list(corpus.add([Document("d", "en", under, outlet="d", published="2024-05-16")]))
    assert document_groups(corpus) == {"a": "a", "b": "b", "c": "a", "d": "d"}


def test_a_headline_is_shown_as_one(corpus: Corpus, capsys: pytest.CaptureFixture[str]) -> None:
    outcomes(corpus)
    client = checked_client(corpus, settings=Settings())
    (match,) = client.get("/api/v1/documents/b/matches", query_string={"min_probability": 0.2}).get_json()["matches"]
    assert (match["target"]["id"], match["target"]["headline"], match["source"]["headline"]) == ("a#1", True, False)
    assert client.get("/api/v1/paragraphs/a%231/matches").status_code == 200
    told = client.get("/api/v1/documents/a").get_json()["paragraphs"]
    assert [each["position"] for each in told if each["headline"]] == [1]
    page = tree(client, "/documents/a")
    (head,) = page.cssselect("#p1")
    assert head.get("class") == "paragraph"
    assert "Headline: compared with other texts, but not article text" in text(head)
    assert page.cssselect("#p4")[0].get("class") == "dropped"
    assert "· title" in text(tree(client, "/search", q=FRENCH, to="en"))
    assert main(["show", "a", "--corpus", str(corpus.folder)]) == 0
    assert "\n#1 [en, headline] characters 7-50\n" in capsys.readouterr().out
    assert main(["match", "--min-probability", "0.2", "--format", "csv", "--corpus", str(corpus.folder)]) == 0
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (row["source"], row["target"], row["headlines"]) == ("a#1", "b#0", "a#1")


def test_a_corpus_of_the_format_before(corpus: Corpus) -> None:
    """Its documents stay as they were; one that is put again has its headline matched."""
    outcomes(corpus)
    corpus.close()
    with closing(sqlite3.connect(corpus.folder / FILE)) as old, old:
        old.executescript(
            "DELETE FROM vectors WHERE key IN (SELECT key FROM paragraphs WHERE headline);"
            "DROP INDEX paragraphs_base; ALTER TABLE paragraphs DROP COLUMN headline;"
            "CREATE INDEX paragraphs_base ON paragraphs (base) WHERE dropped IS NULL;"
            "UPDATE meta SET value = '2' WHERE name = 'format';"
        )
    with Corpus(corpus.folder, encoder=TinyEncoder()) as opened:
        assert opened.store.languages() == {"en": 2, "fr": 2}
        assert find_matches(opened, min_probability=0.2) == []
        opened.remove(["a"])
        outcomes(opened)
        assert [match.source.id for match in find_matches(opened, min_probability=0.2)] == ["a#1"]
