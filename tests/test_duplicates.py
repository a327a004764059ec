"""Reprints are known as such: edited, shortened, in any order; what merely shares a quotation is none."""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path

import pytest
from tiny import TinyEncoder, make_document

from aligner.agencies import source_agency
from aligner.corpus import Corpus
from aligner.documents import Document
from aligner.duplicates import CONTAINED, document_groups, earliest_first, paragraph_groups
from aligner.matches import find_matches, search
from aligner.paragraphs import Paragraph
from aligner.readers import read_documents

SEEDS = Path(__file__).parents[1] / "seeds"
WIRE = (
    "The council closed the old bridge over the river on Tuesday after a lorry struck one of its pillars, and "
    "engineers said it would stay shut for at least three weeks."
)
QUOTE = '"We will not open it again before every single rivet has been looked at by two engineers"'


def told(*texts: str, lang: str = "en", days: tuple[int, ...] = ()) -> dict[str, str]:
    """Return the groups of texts, each of a document a, b, c and so on, published on these days of a month."""
    days = days or tuple(range(1, len(texts) + 1))
    ids = [chr(ord("a") + place) for place in range(len(texts))]
    documents = {
        id: Document(id, lang, text, None, published=f"2025-03-{day:02}")
        for id, text, day in zip(ids, texts, days, strict=True)
    }
    paragraphs = [Paragraph(d.id, 0, lang, 0, len(d.text), d.text, None) for d in documents.values()]
    groups = paragraph_groups(paragraphs, documents)
    random.Random(0).shuffle(paragraphs)
    assert paragraph_groups(paragraphs, documents) == groups  # in any order
    return {id.partition("#")[0]: first.partition("#")[0] for id, first in groups.items()}


@pytest.mark.parametrize(
    ("first", "second", "copy"),
    [
        (WIRE, WIRE, True),
        (WIRE, "RIVERTON (Newswire) - " + WIRE, True),
        (WIRE, WIRE.replace("Tuesday", "March 4"), True),  # edited
        (WIRE, WIRE.upper().replace("LORRY", "lorry"), True),
        (WIRE, WIRE.replace(" ", "  ").replace(",", " –"), True),  # set anew
        (WIRE, WIRE.split(", and")[0] + ".", True),  # shortened
        (WIRE, WIRE + " Buses are diverted over the northern bridge, the operator said on its page.", True),
        (WIRE, "Engineers want three weeks to repair the pillar that a lorry hit, so the bridge stays closed.", False),
        (WIRE, "The council closed the old bridge over the river", True),  # eight words or more, all of them copied
        (WIRE, "The council closed the old bridge", False),  # anyone may write that
        (f"{QUOTE}, the mayor said.", f"{QUOTE}, Ann Lee told a crowd in front of the town hall.", False),
        (f"{WIRE} {QUOTE}", f"On Wednesday, the mayor was asked for a date. {QUOTE}, she said to reporters.", False),
        (f"{WIRE} {QUOTE}", f"{WIRE} {QUOTE}, she said.", True),
        ("", "", False),
    ],
)
def test_copies(first: str, second: str, copy: bool) -> None:
    assert told(first, second) == {"a": "a", "b": "a" if copy else "b"}
    assert told(second, first) == {"a": "a", "b": "a" if copy else "b"}


def test_as_many_runs_of_words_as_it_takes() -> None:
    """Twelve words are ten runs of three; another first word costs one of them, another third word three."""
    words = [f"word{number}" for number in range(12)]
    assert CONTAINED == 0.7
    cases = {(0,): 1, (2,): 3, (2, 3): 4, (0, 1): 2, (0, 11): 2, (1, 11): 3, (0, 1, 2, 3): 4}
    for changed, lost in cases.items():
        other = [f"x{place}" if place in changed else word for place, word in enumerate(words)]
        same = told(" ".join(words), " ".join(other))["b"] == "a"
        assert same == ((10 - lost) / 10 >= CONTAINED), changed


def test_every_pair_is_looked_at() -> None:
    """What the rarest runs propose is what comparing all with all gives."""
    rng = random.Random(3)
    words = [f"w{number}" for number in range(40)]
    base = [rng.choices(words, k=20) for _ in range(12)]
    texts = [
        " ".join(word if rng.random() > share else rng.choice(words) for word in rng.choice(base))
        for share in (0.0, 0.05, 0.1, 0.2)
        for _ in range(30)
    ]
    documents = {f"d{n:03}": Document(f"d{n:03}", "en", text, None) for n, text in enumerate(texts)}
    paragraphs = [Paragraph(d.id, 0, "en", 0, 1, d.text, None) for d in documents.values()]

    def runs(text: str) -> set[tuple[str, ...]]:
        parts = text.split()
        return set(zip(parts, parts[1:], parts[2:], strict=False))

    all_runs = [runs(text) for text in texts]
    first: dict[int, int] = {}
    for place, own in enumerate(all_runs):
        earlier = (
            other
            for other in range(place)
            if first[other] == other and len(own & all_runs[other]) >= CONTAINED * min(len(own), len(all_runs[other]))
        )
        first[place] = next(earlier, place)
    expected = {f"d{place:03}#0": f"d{other:03}#0" for place, other in first.items()}
    assert paragraph_groups(paragraphs, documents) == expected
    assert len(set(expected.values())) < len(expected)


def test_the_earliest_stands_for_all() -> None:
    assert told(WIRE, WIRE, WIRE, days=(3, 1, 2)) == {"a": "b", "b": "b", "c": "b"}
    assert told(WIRE, WIRE, days=(1, 1)) == {"a": "a", "b": "a"}
    moments = ["2025-03-01", "2025-03-01T01:00+02:00", "2025-03-01T00:30Z", None, "2025-02-28T23:59:00Z"]
    documents = [Document(str(n), "en", "", None, published=moment) for n, moment in enumerate(moments)]
    assert [d.id for d in sorted(documents, key=earliest_first)] == ["1", "4", "0", "2", "3"]


def test_no_chain_of_likenesses() -> None:
    """Two parts of one text are no copies of each other; each later one joins what it copies."""
    part, other = (
        "One ferry sank off the northern cape on Monday night.",
        "Nine goats ate the minister's only good hat.",
    )
    assert told(part, other, f"{part} {other}") == {"a": "a", "b": "b", "c": "a"}
    assert told(f"{part} {other}", part, other) == {"a": "a", "b": "a", "c": "a"}


def test_one_language_and_two_documents() -> None:
    documents = {id: Document(id, lang, WIRE, None) for id, lang in (("a", "en"), ("b", "fr"), ("c", "en-GB"))}
    paragraphs = [Paragraph(d.id, 0, d.lang, 0, 9, WIRE, None) for d in documents.values()]
    paragraphs.append(Paragraph("a", 1, "en", 10, 19, WIRE, None))
    assert paragraph_groups(paragraphs, documents) == {"a#0": "a#0", "a#1": "a#1", "b#0": "b#0", "c#0": "a#0"}
    japanese = "市長は火曜日に川に架かる古い橋を閉鎖したと発表した。"  # no blanks between words
    assert told(japanese, japanese[:20], lang="ja") == {"a": "a", "b": "a"}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """Return the sample coverage, added in an order of its own."""
    documents = list(read_documents([SEEDS / "documents.jsonl"], served=("en", "fr")))
    random.Random(7).shuffle(documents)
    corpus = Corpus(tmp_path_factory.mktemp("corpus"), encoder=TinyEncoder(), create=True)
    list(corpus.add(documents))
    return corpus


def test_the_reprints_of_the_sample_coverage(corpus: Corpus) -> None:
    groups = document_groups(corpus)
    assert len(groups) == 34
    reprints = {
        "s03-en_delmere_daily": "s03-en_cape_sentinel",
        "s07-fr_info_ardenne": "s07-fr_feuille_du_soir",
    }
    assert {id: first for id, first in groups.items() if id != first} == reprints
    assert document_groups(corpus, ["s07-fr_info_ardenne"]) == {"s07-fr_info_ardenne": "s07-fr_info_ardenne"}
    assert document_groups(corpus, []) == {}


@pytest.mark.parametrize(
    ("shared", "own", "reprint"),
    [(2, 0, True), (2, 1, True), (1, 1, False), (1, 0, True), (0, 2, False)],
)
def test_a_reprint_shares_most_words(tmp_path: Path, shared: int, own: int, reprint: bool) -> None:
    """All paragraphs are of about the same length: two of three are most of them, one of two is not."""
    wire = [WIRE, WIRE[::-1]]
    others = [f"Something else altogether {n} " + f"was told about {n}{n} and about {n}, {n}. " * 4 for n in (1, 2)]
    with Corpus(tmp_path, encoder=TinyEncoder(), create=True) as corpus:
        long = make_document("long", *wire, *(f"More of it in paragraph {n}: " + "la " * 20 for n in range(3)))
        list(corpus.add([long, make_document("new", *wire[:shared], *others[:own], published="2020-01-01")]))
        assert document_groups(corpus) == ({"long": "new", "new": "new"} if reprint else {"long": "long", "new": "new"})


def test_matches_of_reprints_are_one(corpus: Corpus) -> None:
    everything = find_matches(corpus, min_probability=0.001)
    collapsed = find_matches(corpus, min_probability=0.001, collapse=True)
    shown = {(m.source.id, m.target.id) for m in collapsed}
    pairs = {(m.source.id, m.target.id) for m in everything}
    assert shown < pairs
    for match in collapsed:
        sides = ([match.source.id], [match.target.id])
        for copy in match.also:
            sides[copy.side == "target"].append(copy.id)
        assert set(itertools.product(*sides)) & pairs
    hidden = {copy.id for match in collapsed for copy in match.also}
    assert hidden <= {p for pair in pairs for p in pair}
    assert {"s03-en_delmere_daily", "s07-fr_info_ardenne"} <= {id.partition("#")[0] for id in hidden}
    assert {"Delmere Daily", "Info Ardenne"} <= {copy.outlet for match in collapsed for copy in match.also}


def test_hits_that_are_reprints_are_one(corpus: Corpus) -> None:
    text = "Two burned-out scooters were found in the Remerbach wood."
    plain, collapsed = (search(corpus, text, language="en", k=40, collapse=collapse) for collapse in (False, True))
    assert [hit.rank for hit in collapsed] == list(range(1, 41))
    hit = next(hit for hit in collapsed if hit.target.id == "s07-fr_feuille_du_soir#3")
    assert [(copy.side, copy.id, copy.published) for copy in hit.also] == [
        ("target", "s07-fr_info_ardenne#3", "2025-09-08T14:10:00+02:00")
    ]
    assert {"s07-fr_feuille_du_soir#3", "s07-fr_info_ardenne#3"} <= {hit.target.id for hit in plain}


@pytest.mark.parametrize(
    ("texts", "agency"),
    [
        (["RIVERTON (Newswire) - A ferry sank."], "Newswire"),
        (["PARIS, 3 mai (AFP) – Le président a parlé."], "AFP"),
        (["(Agence Nordia) Un tableau a été volé."], "Agence Nordia"),
        (["AFP - Un tableau a été volé."], "AFP"),
        (["A ferry sank.", "Nobody was hurt.", "(Reuters)"], "Reuters"),
        (["A ferry sank.", "Nobody was hurt. – Reuters"], "Reuters"),
        (["Le bac a coulé.", "Avec AFP"], "AFP"),
        (["Le Parti des ports (PP) - une liste locale - a gagné."], None),
        (["Le maire (à gauche) - une photo."], None),
        (["Nobody spoke to (AFP) about it.", "One.", "Two.", "Three.", "Four."], None),
        ([], None),
    ],
)
def test_source_agency(texts: list[str], agency: str | None) -> None:
    assert source_agency(texts) == agency


def test_command(corpus: Corpus, capsys: pytest.CaptureFixture[str]) -> None:
    from aligner.cli import main

    folder = str(corpus.folder)
    assert main(["duplicates", "--corpus", folder]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [
        "s03-en_cape_sentinel  Cape Sentinel  2024-07-07T16:20:00+01:00",
        "    s03-en_delmere_daily  Delmere Daily  2024-07-07T17:05:00+00:00  agency: Northwire",
    ]
    assert main(["duplicates", "--corpus", folder, "--paragraphs", "--json"]) == 0
    groups = json.loads(capsys.readouterr().out)
    assert len(groups) == 11
    assert [copy["id"] for copy in groups[-1]["copies"]] == ["s07-fr_info_ardenne#4"]
    assert main(["duplicates", "--corpus", folder, "s03-en_cape_sentinel"]) == 0
    assert capsys.readouterr().out == "no reprints\n"
    assert main(["duplicates", "--corpus", folder, "nobody"]) == 4
    assert "no document 'nobody'" in capsys.readouterr().err
