"""TMX, XLIFF, CSV and JSON Lines: what is written reads back, by us and by translate-toolkit."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from children import environment
from tiny import TinyEncoder, make_document
from translate.storage.tmx import tmxfile
from translate.storage.xliff import xlifffile

from aligner.align_documents import align_documents
from aligner.corpus import Corpus
from aligner.errors import InputError
from aligner.exchange import (
    WIDTHS,
    Unit,
    corpus_units,
    units_of_beads,
    units_of_hits,
    units_of_matches,
    units_of_pairs,
)
from aligner.exchange_import import import_pairs
from aligner.exchange_read import ReadPair, read_pairs
from aligner.exchange_write import COLUMNS, FORMATS, write_units
from aligner.graded import encoder_grader
from aligner.grades import NEAR_EQUIVALENT, SAME_FACT
from aligner.matches import find_matches, search
from aligner.store_memory import ConfirmedPair, MemoryStore, confirmed_pair
from aligner.suggestions import CONFIRMED

ENCODER = TinyEncoder()
TEXTS = {
    "plain": ("A bridge.", "Un pont."),
    "markup": ("<b>1 < 2</b> & \"3\" > '2' ]]> <!-- --> &amp; &#8364;", "<seg>&lt;</seg> <?x?> <![CDATA[z]]>"),
    "guillemets": ("“Quite,” ‘so’ ‹a› «b»", "« Tout à fait », dit-il, ‹ oui › “non”"),
    "blanks": ("two  blanks\tand\n\na line", "deux  blancs\u00a0:\u202fet\n\nune ligne"),
    "planes": ("😀 𝒳 \u0301é", "é̀ ﷽ 中文 עברית"),
    "long": ("word " * 1500 + "end", "mot " * 1500 + "fin"),
}
BRIDGE = "The council closed the old bridge on Tuesday."
PONT = "La mairie a fermé le vieux pont mardi."
FIRE = "Police: 12 people dead in a fire at a factory."
INCENDIE = "Police : 12 personnes mortes, morts dans un incendie à l'usine."


def pair(source: str, target: str, **more: str) -> ConfirmedPair:
    return confirmed_pair(source, target, source_lang="en", target_lang="fr-CA", **more)


PAIRS = [pair(*texts, context=name) for name, texts in TEXTS.items()]


def written(units: Iterator[Unit] | list[Unit], kind: str, **more: str) -> bytes:
    return b"".join(write_units(units, kind=kind, version="1.2", **more))


def read(raw: bytes) -> list[ReadPair | InputError]:
    return list(read_pairs([raw], place="F"))


@pytest.mark.parametrize("kind", ["tmx", "xliff"])
def test_what_is_exported_is_imported_as_it_was(tmp_path: Path, kind: str) -> None:
    told = {"context": "menu: file", "origin": "app/po", "author": "anna"}
    dates = {"created": "2020-01-02T03:04:05Z", "changed": "2021-01-02T03:04:05Z"}
    pairs = [
        pair("One.", "Un."),
        pair("Two.", "Deux.", **told, **dates),
        pair("Three.", "Trois.", origin="app/po"),
        pair("Four.", "Quatre.", author="ben"),
    ]
    with (
        Corpus(tmp_path / "a", encoder=TinyEncoder(), create=True) as first,
        Corpus(tmp_path / "b", encoder=TinyEncoder(), create=True) as second,
    ):
        stores = MemoryStore(first.store), MemoryStore(second.store)
        stores[0].put(pairs)
        raw = written(corpus_units(first), kind)
        for store, status in zip(stores, ("unchanged", "created"), strict=True):
            assert [each.status for each in import_pairs(store, read(raw))] == [status] * len(pairs)
        assert stores[1].pairs() == stores[0].pairs()


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with Corpus(tmp_path / "corpus", encoder=TinyEncoder(), create=True) as corpus:
        documents = [
            make_document("gazette-1", BRIDGE, FIRE, outlet="Gazette & Sons", published="2024-02-14"),
            make_document("jour-1", PONT, INCENDIE, lang="fr", outlet="Le «Jour»"),
            make_document("midi-1", PONT, lang="fr", outlet="Midi"),
        ]
        list(corpus.add(documents))
        MemoryStore(corpus.store).put(PAIRS)
        yield corpus


@pytest.mark.parametrize("name", TEXTS)
def test_translate_toolkit_reads_tmx_back_unchanged(name: str) -> None:
    raw = written(list(units_of_pairs([pair(*TEXTS[name], context="menu")])), "tmx", source_lang="en")
    (unit,) = tmxfile.parsestring(raw, "en", "fr-CA").units
    assert (unit.source, unit.target) == TEXTS[name]
    assert (unit.getid(), unit.getcontext()) == (pair(*TEXTS[name]).id, "menu")


@pytest.mark.parametrize("name", TEXTS)
def test_translate_toolkit_reads_xliff_back_unchanged(name: str) -> None:
    (unit,) = xlifffile.parsestring(written(list(units_of_pairs([pair(*TEXTS[name])])), "xliff")).units
    assert (unit.source, unit.target) == TEXTS[name]
    assert unit.isapproved()


@pytest.mark.parametrize("name", TEXTS)
def test_translate_toolkit_reads_alternatives_back_unchanged(name: str, corpus: Corpus) -> None:
    (match, *_) = find_matches(corpus)
    source, target = TEXTS[name]
    found = replace(match, source=replace(match.source, text=source), target=replace(match.target, text=target))
    raw = written(list(units_of_matches([found], grade=SAME_FACT)), "xliff")
    (unit,) = xlifffile.parsestring(raw).units
    (alternative,) = unit.getalttrans()
    assert (unit.source, unit.target) == (source, None)
    assert (alternative.source, alternative.target) == TEXTS[name]


@pytest.mark.parametrize("kind", ["tmx", "xliff"])
def test_our_own_reader_reads_back_what_was_written(kind: str) -> None:
    found = [item for item in read(written(list(units_of_pairs(PAIRS)), kind)) if isinstance(item, ReadPair)]
    assert [(each.pair.id, each.pair.source, each.pair.target) for each in found] == [
        (each.id, each.source, each.target) for each in PAIRS
    ]
    assert [(each.pair.source_lang, each.pair.target_lang) for each in found] == [("en", "fr-CA")] * len(PAIRS)


def test_what_xml_cannot_hold_is_replaced() -> None:
    unit = replace(next(units_of_pairs([PAIRS[0]])), source="a\x00b\x1f\ufffe\ud800c", note="\x07", author="\x0b")
    for kind in ("tmx", "xliff"):
        assert "a\ufffdb\ufffd\ufffd\ufffdc" in written([unit], kind).decode()


def test_tmx_has_the_header_that_tools_want() -> None:
    root = ElementTree.fromstring(written(list(units_of_pairs(PAIRS)), "tmx", source_lang="en", segment="sentence"))
    assert (root.tag, root.attrib) == ("tmx", {"version": "1.4"})
    assert root[0].tag == "header"
    assert root[0].attrib == {
        "creationtool": "story-aligner",
        "creationtoolversion": "1.2",
        "segtype": "sentence",
        "o-tmf": "story-aligner",
        "adminlang": "en",
        "srclang": "en",
        "datatype": "plaintext",
    }
    assert ElementTree.fromstring(written([], "tmx"))[0].attrib["srclang"] == "*all*"


def test_provenance_of_a_match_is_kept_in_tmx(corpus: Corpus) -> None:
    unit = next(units_of_matches(find_matches(corpus), grade=SAME_FACT))
    tu = ElementTree.fromstring(written([unit], "tmx"))[1][0]
    props = {prop.attrib["type"].removeprefix("x-story-aligner-"): prop.text for prop in tu.findall("prop")}
    assert tu.attrib["tuid"] == f"{props['source']}|{props['target']}"
    assert props["source-outlet"] == "Gazette & Sons"
    assert props["source-published"] == "2024-02-14"
    assert 0 < float(props["probability"] or 0) <= 1
    assert float(props["quality"] or 0) == unit.quality
    order = [child.tag for child in tu]  # as the DTD has it
    assert order == sorted(order, key=["note", "prop", "tuv"].index)


def test_xliff_gathers_what_there_is_for_one_source(corpus: Corpus) -> None:
    found = sorted(find_matches(corpus), key=lambda match: (match.source.id, match.target.id))
    namespace = "{urn:oasis:names:tc:xliff:document:1.2}"
    root = ElementTree.fromstring(written(list(units_of_matches(found, grade=SAME_FACT)), "xliff"))
    assert root.attrib == {"version": "1.2"}
    (file,) = root
    assert file.attrib["original"] == "gazette-1"
    assert (file.attrib["source-language"], file.attrib["target-language"]) == ("en", "fr")
    first, *_ = file.find(f"{namespace}body") or []
    alternatives = first.findall(f"{namespace}alt-trans")
    assert len(alternatives) == sum(match.source.position == 0 for match in found) >= 2
    for alternative in alternatives:
        assert 0 < int(alternative.attrib["match-quality"]) < 100
        assert alternative.attrib["origin"] in {"Le «Jour»", "Midi"}
        notes = [note.text or "" for note in alternative.findall(f"{namespace}note")]
        assert any(note.startswith("probability: ") for note in notes)


def test_comparable_text_is_exported_on_request_only_and_never_passes(corpus: Corpus) -> None:
    found = find_matches(corpus, min_probability=0.0)
    hits = search(corpus, BRIDGE, language="en", target_languages=["fr"])
    for grade in WIDTHS:
        units = [*units_of_matches(found, grade=grade), *units_of_hits(BRIDGE, "en", hits, grade=grade)]
        assert {unit.grade for unit in units} <= set(WIDTHS[: WIDTHS.index(grade) + 1])
        for unit in units:
            assert (unit.quality >= 80) == (unit.grade == NEAR_EQUIVALENT)
            assert unit.quality < 100
            assert (unit.note is None) == (unit.grade == NEAR_EQUIVALENT)


def test_a_corpus_is_exported_with_its_confirmed_pairs_first(corpus: Corpus) -> None:
    units = list(corpus_units(corpus, grade=SAME_FACT))
    assert [unit.id for unit in units[: len(PAIRS)]] == sorted(each.id for each in PAIRS)
    matches = find_matches(corpus)
    expected = {f"{m.source.id}|{m.target.id}" for m in matches if m.finding.grade in WIDTHS}
    assert {unit.id for unit in units[len(PAIRS) :]} == expected
    backwards = corpus_units(corpus, source="fr", target="en", grade=SAME_FACT, confirmed=False)
    assert {(unit.source_lang, unit.target_lang) for unit in backwards} == {("fr", "en")}
    assert all(unit.grade == CONFIRMED for unit in corpus_units(corpus, source="en", target="de"))


def test_an_alignment_is_exported_bead_by_bead() -> None:
    first = make_document("a", BRIDGE, FIRE)
    second = make_document("b", PONT, INCENDIE, lang="fr")
    beads = align_documents(first, second, encoder=ENCODER, served=("en", "fr"))
    units = list(units_of_beads(first, second, beads, encoder=ENCODER, judge=encoder_grader(ENCODER), grade=SAME_FACT))
    assert [(unit.source, unit.target) for unit in units] == [(BRIDGE, PONT), (FIRE, INCENDIE)]
    assert dict(units[1].told)["target"] == "b"


def test_csv_and_json_lines_hold_the_same(corpus: Corpus) -> None:
    units = list(corpus_units(corpus, grade=SAME_FACT))
    rows = list(csv.DictReader(io.StringIO(written(units, "csv").decode(), newline="")))
    records = [json.loads(line) for line in written(units, "jsonl").decode().splitlines()]
    assert len(rows) == len(records) == len(units)
    for row, record, unit in zip(rows, records, units, strict=True):
        assert list(row) == list(COLUMNS)
        assert (row["id"], row["source"].removeprefix("'"), row["target"]) == (unit.id, unit.source, unit.target)
        assert (record["source"], record["target"], record["told"]) == (unit.source, unit.target, dict(unit.told))
    cell = written([replace(units[0], source="=1+1")], "csv").decode()
    assert "'=1+1" in cell


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_comes_in_pieces(kind: str) -> None:
    taken = []

    def units() -> Iterator[Unit]:
        for number in range(500):
            taken.append(number)
            yield next(units_of_pairs([pair(f"{number} " + "x" * 200, "y" * 200)]))

    pieces = write_units(units(), kind=kind)
    next(pieces)
    assert taken == []  # the head comes before the first unit
    next(pieces)
    assert 0 < len(taken) < 100
    assert sum(map(len, pieces)) > 500 * 400


def test_a_pair_is_imported_once_and_what_was_found_by_matching_is_not(corpus: Corpus) -> None:
    store = MemoryStore(corpus.store)
    raw = written(corpus_units(corpus, grade=SAME_FACT), "tmx", source_lang="en")
    outcomes = list(import_pairs(store, read_pairs([raw], place="F")))
    refused = [each for each in outcomes if each.status == "refused"]
    assert [each.status for each in outcomes if each not in refused] == ["unchanged"] * len(PAIRS)
    assert len(refused) >= 2
    assert all("confirmed by nobody" in (each.reason or "") for each in refused)
    store.remove([PAIRS[0].id])
    statuses = [each.status for each in import_pairs(store, read_pairs([raw], place="F"))]
    assert statuses.count("created") == 1


def test_the_command_line_exports_and_imports(tmp_path: Path) -> None:
    def run(*arguments: object, code: int = 0) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "aligner", *map(str, arguments)]
        done = subprocess.run(command, env=environment(), capture_output=True, check=False)
        assert done.returncode == code, done.stderr
        return done

    file = tmp_path / "in.tmx"
    file.write_bytes(written(list(units_of_pairs(PAIRS)), "tmx").replace(b"<seg>Un pont.</seg>", b"<seg> </seg>"))
    corpus = ("--corpus", tmp_path / "corpus")
    taken = run("import", *corpus, file, code=1)
    assert taken.stdout == b"5 created, 1 refused\n"
    assert f"{file}:5: unit '{PAIRS[0].id}': target: empty".encode() in taken.stderr
    out = tmp_path / "out.xlf"
    assert run("export", *corpus, "--format", "xliff", "--to-file", out).stdout == b""
    assert sorted(unit.source for unit in xlifffile.parsefile(str(out)).units) == sorted(p.source for p in PAIRS[1:])
    assert [path.name for path in tmp_path.iterdir() if ".part" in path.name] == []
    assert run("export", *corpus, "--format", "csv", "--from", "fr").stdout.decode().strip() == ",".join(COLUMNS)
    assert b"no such file" in run("import", *corpus, tmp_path / "none.tmx", code=4).stderr
    assert b"no document" in run("export", *corpus, "nothing", code=4).stderr
