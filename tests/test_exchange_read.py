"""Files of translations that strangers made: what is taken, what is refused, and that nothing else happens."""

from __future__ import annotations

import re
import resource
import time
import tracemalloc
from pathlib import Path

import pytest

from aligner.errors import InputError
from aligner.exchange_read import ReadPair, read_pairs

HEAD = '<tmx version="1.4"><header srclang="en"/><body>\n'
FOOT = "\n</body></tmx>"
GOOD = '<tu><tuv xml:lang="en"><seg>One</seg></tuv><tuv xml:lang="fr"><seg>Un</seg></tuv></tu>'


def read(raw: bytes | str) -> list[ReadPair | InputError]:
    return list(read_pairs([raw.encode() if isinstance(raw, str) else raw], place="F"))


def texts(raw: bytes | str) -> list[tuple[str, str]]:
    return [(each.pair.source, each.pair.target) for each in read(raw) if isinstance(each, ReadPair)]


def wrong(raw: bytes | str) -> list[str]:
    return [str(each) for each in read(raw) if isinstance(each, InputError)]


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
HOSTILE: dict[str, tuple[str | bytes, str]] = {
    "billion laughs": (f'<!DOCTYPE tmx [<!ENTITY l0 "lol">{LAUGHS}]>{HEAD}&l9;', "declares an entity, 'l0'"),
    "laughs in an attribute": (f'<!DOCTYPE tmx [<!ENTITY l0 "lol">{LAUGHS}]><tmx a="&l9;"/>', "declares an entity"),
    "quadratic blowup": (f'<!DOCTYPE tmx [<!ENTITY a "{"a" * 50_000}">]>{HEAD}{"&a;" * 50_000}', "declares an entity"),
    "external entity": ('<!DOCTYPE tmx [<!ENTITY x SYSTEM "file:///etc/passwd">]><tmx>&x;</tmx>', "declares an entity"),
    "external by http": (
        '<!DOCTYPE tmx [<!ENTITY x SYSTEM "http://127.0.0.1:9/">]><tmx>&x;</tmx>',
        "declares an entity",
    ),
    "parameter entity": (
        '<!DOCTYPE tmx [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]><tmx/>',
        "declares an entity",
    ),
    "unparsed entity": ('<!DOCTYPE tmx [<!NOTATION n SYSTEM "n"><!ENTITY x SYSTEM "x" NDATA n>]><tmx/>', "declares an"),
    "huge attribute": (
        f'<tmx version="1.4" x="{"a" * 3_000_000}"/>',
        "a tag or a comment of more than 1,000,000 bytes",
    ),
    "long attribute": (f'<tmx version="1.4" x="{"a" * 20_000}"/>', "an attribute of more than 10,000 characters"),
    "many attributes": ("<tmx " + " ".join(f"a{n}='1'" for n in range(500)) + "/>", "or too many of them"),
    "huge comment": (f"{HEAD}<!--{'a' * 3_000_000}-->{FOOT}", "a tag or a comment of more than"),
    "depth": (HEAD + "<a>" * 100_000, "elements in elements, more than 64 deep"),
    "truncated in a tag": (HEAD + GOOD + "<tu><tuv xml", "no well-formed XML: unclosed token"),
    "truncated in a text": (HEAD + GOOD + "<tu><tuv><seg>On", "no well-formed XML: no element found"),
    "wrong encoding": ('<?xml version="1.0" encoding="utf-8"?><tmx>é </tmx>'.encode("latin-1"), "not well-formed"),
    "encoding of several bytes": ('<?xml version="1.0" encoding="shift_jis"?><tmx/>', "an encoding that is not taken"),
    "unknown encoding": ('<?xml version="1.0" encoding="none-such"?><tmx/>', "an encoding that is not taken"),
    "control character": (HEAD + "<tu>\x01</tu>" + FOOT, "not well-formed"),
    "lone surrogate": (HEAD.encode() + b"<tu>\xed\xa0\x80</tu>", "not well-formed"),
    "reference to nothing": (HEAD + "<tu>&#0;</tu>" + FOOT, "reference to invalid character number"),
    "two roots": ('<tmx version="1.4"/><tmx/>', "junk after document element"),
    "empty": ("", "no element found"),
    "blanks": (" \n ", "no element found"),
    "JSON": ('{"a": 1}', "not well-formed"),
    "a gzip file": (b"\x1f\x8b\x08\x00", "not well-formed"),
    "HTML": ("<html><body/></html>", "expected TMX 1.x or XLIFF 1.x, found <html>"),
    "XLIFF 2": ('<xliff version="2.0"/>', "expected TMX 1.x or XLIFF 1.x, found <xliff> 2.0"),
    "SVG": ('<svg xmlns="http://www.w3.org/2000/svg"/>', "found <svg>"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_with_their_line(name: str) -> None:
    raw, reason = HOSTILE[name]
    tracemalloc.start()
    start = time.process_time()
    found = read(raw)
    spent, (_, peak) = time.process_time() - start, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    last = found[-1]
    assert isinstance(last, InputError)
    assert reason in str(last)
    assert re.match(r"F(:\d+)?: ", str(last))
    assert spent < 5
    assert peak < 40_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 8_000_000  # kilobytes


def test_what_came_before_the_damage_is_kept() -> None:
    assert texts(HEAD + GOOD + GOOD + "<tu><tuv xml") == [("One", "Un")] * 2


def test_nothing_outside_the_file_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    for kind in ("ENTITY x SYSTEM", "ENTITY % x SYSTEM"):
        found = read(f'<!DOCTYPE tmx [<!{kind} "{secret.as_uri()}">]>{HEAD}{GOOD}{FOOT}')
        assert "SECRET" not in str(found)
        assert texts(f'<!DOCTYPE tmx [<!{kind} "{secret.as_uri()}">]>{HEAD}{GOOD}{FOOT}') == []


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE tmx SYSTEM "tmx14.dtd">',
        '<!DOCTYPE tmx PUBLIC "-//LISA OSCAR:1998//DTD for Translation Memory eXchange//EN" "http://127.0.0.1:9/t.dtd">',
        "<!DOCTYPE tmx>",
        "<!DOCTYPE tmx [<!ELEMENT tmx ANY>]>",
    ],
)
def test_a_doctype_is_taken_and_not_loaded(doctype: str) -> None:
    assert texts(f"<?xml version='1.0'?>\n{doctype}\n{HEAD}{GOOD}{FOOT}") == [("One", "Un")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_the_encodings_that_tools_write_are_read(encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    raw = f'<?xml version="1.0" encoding="{declared}"?>{HEAD}{GOOD.replace("Un<", "Été «a»<")}{FOOT}'.encode(encoding)
    assert texts(raw) == [("One", "Été «a»")]


UNITS: dict[str, tuple[str, str]] = {
    "no target": (
        '<tu tuid="7"><tuv xml:lang="en"><seg>One</seg></tuv></tu>',
        "unit '7': expected a source and a target",
    ),
    "empty target": (GOOD.replace("Un<", " <"), "target: empty"),
    "no language": (GOOD.replace(' xml:lang="fr"', ""), "is no BCP 47 language tag"),
    "wrong language": (GOOD.replace('"fr"', '"french!"'), "is no BCP 47 language tag"),
    "one language twice": (GOOD.replace('"fr"', '"en-GB"'), "target_lang: en-GB is the source's language too"),
    "no source": (GOOD.replace('"en"', '"de"'), "the source in en"),
    "unknown entity": (
        f"{GOOD.replace('Un<', 'Un &nbsp; deux<')}",
        "undefined entity",
    ),
    "too long": (GOOD.replace("Un<", "é" * 20_001 + "<"), "20,001 characters; at most 20,000 are taken"),
    "far too long": (GOOD.replace("Un<", "é " * 200_000 + "<"), "a text of more than 40,000 characters"),
    "machine's": (
        GOOD.replace("<tu>", '<tu><prop type="x-story-aligner-grade">near-equivalent</prop>'),
        "found by matching (near-equivalent), and confirmed by nobody",
    ),
}


@pytest.mark.parametrize("name", [name for name in UNITS if name != "unknown entity"])
def test_a_wrong_unit_is_refused_with_its_line_and_the_rest_goes_on(name: str) -> None:
    unit, reason = UNITS[name]
    raw = f"{HEAD}{GOOD}\n{unit}\n{GOOD}{FOOT}"
    assert texts(raw) == [("One", "Un")] * 2
    (found,) = wrong(raw)
    assert found.startswith("F:3: ")
    assert reason in found


def test_an_entity_of_a_dtd_that_is_not_loaded_spoils_its_unit_alone() -> None:
    unit = UNITS["unknown entity"][0]
    raw = f'<!DOCTYPE tmx SYSTEM "tmx14.dtd">{HEAD}{GOOD}\n{unit}\n{GOOD}{FOOT}'
    assert texts(raw) == [("One", "Un")] * 2
    assert wrong(raw) == ["F:3: the entity &nbsp; is not known"]
    assert "undefined entity" in wrong(f"{HEAD}{unit}{FOOT}")[0]


def test_codes_are_left_out_and_marked_text_is_kept() -> None:
    unit = GOOD.replace(
        "One<", 'O<bpt i="1">{\\b </bpt>n<hi>e</hi><ept i="1">}</ept><ph>&lt;br/&gt;<sub>x</sub></ph>!<'
    )
    assert texts(HEAD + unit + FOOT) == [("One!", "Un")]
    xliff = (
        '<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2">'
        "<file source-language='en' target-language='fr' original='f.html'><header/><body><group><trans-unit id='1'>"
        "<source>A <g id='1'>bold</g> <mrk mtype='x'>move</mrk><x id='2'/></source>"
        "<target state='translated'>Un coup <g id='1'>hardi</g></target>"
        "<alt-trans><source>No</source><target>Non</target></alt-trans></trans-unit></group></body></file></xliff>"
    )
    (found,) = read(xliff)
    assert isinstance(found, ReadPair)
    assert (found.pair.source, found.pair.target) == ("A bold move", "Un coup hardi")
    assert (found.pair.context, found.pair.origin) == ("1", "f.html")


@pytest.mark.parametrize(
    ("attributes", "target", "reason"),
    [
        ("", "", "expected a source and a target text"),
        (
            "",
            "<target state='needs-review-translation'>Un</target>",
            "not confirmed (state='needs-review-translation')",
        ),
        ("", "<target state='new'>Un</target>", "not confirmed (state='new')"),
        ("approved='no'", "<target>Un</target>", "not approved"),
    ],
)
def test_targets_that_nobody_confirmed_are_refused(attributes: str, target: str, reason: str) -> None:
    unit = f"<trans-unit id='u1' {attributes}><source>One</source>{target}</trans-unit>"
    raw = f"<xliff version='1.2'><file source-language='en' target-language='fr'><body>{unit}</body></file></xliff>"
    assert texts(raw) == []
    assert f"F:1: unit 'u1': {reason}" in wrong(raw)[0]


def test_a_unit_of_several_languages_gives_a_pair_for_each() -> None:
    unit = GOOD.replace("</tu>", '<tuv xml:lang="DE_de"><seg>Eins</seg></tuv></tu>')
    found = [each.pair for each in read(HEAD + unit + FOOT) if isinstance(each, ReadPair)]
    assert [(each.source_lang, each.target_lang, each.target) for each in found] == [
        ("en", "fr", "Un"),
        ("en", "de-DE", "Eins"),
    ]
    anyway = (HEAD + unit + FOOT).replace('srclang="en"', 'srclang="*all*"')
    assert [each.pair.target for each in read(anyway) if isinstance(each, ReadPair)] == ["Un", "Eins"]


def test_who_and_when_are_kept() -> None:
    dated = GOOD.replace("<tu>", '<tu creationdate="20230204T093947Z" changedate="20231304T000000Z" changeid="anna">')
    (found,) = read(HEAD + dated + FOOT)
    assert isinstance(found, ReadPair)
    assert (found.pair.created, found.pair.changed, found.pair.author) == ("2023-02-04T09:39:47Z", None, "anna")
    assert found.line == 2
