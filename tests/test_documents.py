"""One record: what is taken, what it becomes, and what each refusal says."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import pytest

from aligner.documents import MAX_DOCUMENT_CHARS, Document, document_from_record
from aligner.errors import DocumentError

SERVED = ("en", "fr")
TEXT = "The council closed the old bridge on Tuesday."


def document(**fields: Any) -> Document:
    return document_from_record({"text": TEXT} | fields, served=SERVED)


def test_a_full_record() -> None:
    record = {
        "id": "gazette-0412",
        "outlet": "The Gazette",
        "lang": "EN_gb",
        "title": "  Bridge\nclosed ",
        "url": "https://gazette.example/0412?a=1#top",
        "published": "20240305",
        "paragraphs": ["The bridge is closed. \r\n", "Work starts on\u00a0Monday.", "«\u00a0Fin\u00a0»"],
        "event": "bridge",
    }
    assert document_from_record(record, served=SERVED) == Document(
        id="gazette-0412",
        lang="en-GB",
        text="The bridge is closed.\n\nWork starts on\u00a0Monday.\n\n«\u00a0Fin\u00a0»",
        outlet="The Gazette",
        title="Bridge closed",
        url="https://gazette.example/0412?a=1#top",
        published="2024-03-05",
        blocks=((0, 21), (23, 45), (47, 54)),
    )


def test_blocks_cut_the_senders_paragraphs_out_of_the_text() -> None:
    paragraphs = ["One line.", "Two\nlines.", "Un e\u0301le\u0300ve 👩\u200d🚀."]
    made = document_from_record({"paragraphs": paragraphs, "lang": "fr"}, served=SERVED)
    assert made.blocks is not None
    assert [made.text[start:end] for start, end in made.blocks] == ["One line.", "Two\nlines.", "Un élève 👩\u200d🚀."]


def test_a_text_is_left_to_be_split_later() -> None:
    made = document(text="\n\nOne.\r\n\r\nTwo. \n")
    assert (made.text, made.blocks) == ("One.\n\nTwo.", None)


@pytest.mark.parametrize("empty", [None, "", "  \n", "\u200b"])
def test_empty_metadata_is_none(empty: str | None) -> None:
    made = document(outlet=empty, title=empty, published=empty, lang=empty)
    assert (made.outlet, made.title, made.published, made.lang) == (None, None, None, "en")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("2009-06-17", "2009-06-17"),
        ("20090617", "2009-06-17"),
        ("2009-W25-3", "2009-06-17"),
        ("2009-06-17T07:27:00+08:00", "2009-06-17T07:27:00+08:00"),
        ("2009-06-17 07:27", "2009-06-17T07:27:00"),
        ("2009-06-17T07:27:00Z", "2009-06-17T07:27:00+00:00"),
        (" 2009-06-17 ", "2009-06-17"),
    ],
)
def test_dates_are_kept_in_one_form(given: str, kept: str) -> None:
    assert document(published=given).published == kept


@pytest.mark.parametrize(
    "given", ["17/06/2009", "2009-02-30", "2009-06", "yesterday", "2009-06-17T25:00", "1245223620"]
)
def test_other_dates_are_refused(given: str) -> None:
    with pytest.raises(DocumentError) as caught:
        document(published=given)
    assert str(caught.value) == (
        f"published: {given!r} is no ISO 8601 date or time, as in 2009-06-17 or 2009-06-17T07:27:00+08:00"
    )


@pytest.mark.parametrize("lang", ["de", "zh-Hant", "br"])
def test_a_stated_language_is_the_senders_word(lang: str) -> None:
    assert document(lang=lang).lang == lang


@pytest.mark.parametrize("given", ["000_809162c96c72cfd7", "été-1", "a.b", "...", "a:b?c%d&e\\f", "x" * 200])
def test_ids_that_are_taken(given: str) -> None:
    assert document(id=given).id == given


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("a b", "id: 'a b' contains ' '; an id has no blanks"),
        ("a\u00a0b", "contains '\\xa0'"),
        ("a#1", "id: 'a#1' contains '#'"),
        ("a/b", "id: 'a/b' contains '/'"),
        ("a\tb", "contains '\\t'"),
        ("a\u200bb", "contains '\\u200b'"),
        ("a\ud800", "contains '\\ud800'"),
        (".", "id: '.' cannot be an id"),
        ("..", "id: '..' cannot be an id"),
        ("x" * 201, "id: 201 characters; at most 200 are taken"),
        (12, "id: expected text, found a number"),
        (True, "id: expected text, found true or false"),
    ],
)
def test_ids_that_are_refused(given: object, message: str) -> None:
    with pytest.raises(DocumentError, match=re.escape(message)):
        document(id=given)


def test_a_missing_id_is_derived_from_the_content() -> None:
    first = document()
    assert re.fullmatch(r"[0-9a-f]{16}", first.id)
    assert document().id == document(id=None).id == document(id="").id == document(title="x").id == first.id
    others = [
        document(outlet="A"),
        document(url="https://a.example/"),
        document(lang="en-GB"),
        document(text=TEXT + " ok"),
    ]
    assert len({first.id, *(other.id for other in others)}) == 5


def test_the_content_hash_covers_all_but_the_id() -> None:
    made = document(id="a", lang="en")
    assert re.fullmatch(r"[0-9a-f]{64}", made.content_hash)
    assert dataclasses.replace(made, id="b").content_hash == made.content_hash
    changes: dict[str, Any] = {
        "lang": "fr", "text": "x", "outlet": "x", "title": "x", "url": "x", "published": "x", "blocks": ((0, 1),)
    }  # fmt: skip
    assert changes.keys() | {"id"} == {field.name for field in dataclasses.fields(Document)}
    for name, value in changes.items():
        assert dataclasses.replace(made, **{name: value}).content_hash != made.content_hash, name


KNOWN = "known are id, outlet, lang, title, url, published, text, paragraphs, event"


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ([], "expected an object with the fields of a document, found a list"),
        (None, "expected an object with the fields of a document, found null"),
        ("x", "expected an object with the fields of a document, found text"),
        ({}, "expected either 'text' or 'paragraphs', found neither"),
        ({"text": "a", "paragraphs": ["a"]}, "expected either 'text' or 'paragraphs', found both"),
        ({"text": TEXT, "langue": "fr"}, f"unknown field 'langue'; did you mean 'lang'? {KNOWN}"),
        ({"text": TEXT, "zzz": 1}, f"unknown field 'zzz'; {KNOWN}"),
        ({"text": ""}, "text: empty"),
        ({"text": " \n\u200b"}, "text: empty"),
        ({"text": 5}, "text: expected text, found a number"),
        ({"text": "a\ud800"}, "text: lone surrogate U+D800 at character 1"),
        ({"text": "12345"}, 'lang: text has no letters to tell its language by; give "lang"'),
        ({"text": "x" * (MAX_DOCUMENT_CHARS + 1)}, "text: 5,000,001 characters; at most 5,000,000 are taken"),
        ({"paragraphs": "a"}, "paragraphs: expected a list of texts, found text"),
        ({"paragraphs": []}, "paragraphs: empty"),
        ({"paragraphs": ["a", "b", "c", " "]}, "paragraphs[3]: empty"),
        ({"paragraphs": ["a", None]}, "paragraphs[1]: expected text, found null"),
        ({"paragraphs": ["x" * 3_000_000] * 2}, "paragraphs: 6,000,002 characters; at most 5,000,000 are taken"),
        ({"text": TEXT, "lang": "english"}, "lang: 'english' is no BCP 47 language tag"),
        ({"text": TEXT, "lang": "und"}, "lang: 'und' is no BCP 47 language tag"),
        ({"text": TEXT, "lang": ["en"]}, "lang: expected text, found a list"),
        ({"text": TEXT, "title": {}}, "title: expected text, found an object"),
        ({"text": TEXT, "outlet": 3.5}, "outlet: expected text, found a number"),
        ({"text": TEXT, "published": 2009}, "published: expected text, found a number"),
        ({"text": TEXT, "url": "ftp://a.example"}, "url: 'ftp://a.example' is no web address, as in https://"),
        ({"text": TEXT, "url": "a.example/1"}, "url: 'a.example/1' is no web address"),
        ({"text": TEXT, "url": "https://"}, "url: 'https://' is no web address"),
        ({"text": TEXT, "url": "http://[::1"}, "url: 'http://[::1' is no web address"),
        ({"text": TEXT, "url": "http://a.example/\x00b"}, "url: 'http://a.example/\\x00b' is no web address"),
        ({"text": TEXT, "url": "javascript:alert(1)"}, "url: 'javascript:alert(1)' is no web address"),
    ],
)
def test_each_refusal_says_where_and_why(record: object, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        document_from_record(record, served=SERVED, place="news.jsonl:12")
    assert str(caught.value).startswith(f"news.jsonl:12: {message}")


def test_a_message_does_not_repeat_a_huge_value() -> None:
    for field in ("url", "published", "lang"):
        with pytest.raises(DocumentError) as caught:
            document(**{field: "x" * 1_000_000})
        assert len(str(caught.value)) < 250


def test_a_text_in_no_served_language_is_refused_unless_its_language_is_stated() -> None:
    text = "Die Stadt hat die alte Brücke am Dienstagmorgen gesperrt, nachdem Risse gefunden wurden."
    with pytest.raises(DocumentError, match=r"^lang: text reads as de; expected one of en, fr"):
        document(text=text)
    assert document(text=text, lang="de").text == text


def test_documents_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        document().text = "x"  # type: ignore[misc]


def test_real_documents_load_without_a_refusal(real_data: Path) -> None:
    with (real_data / "comparable" / "documents.jsonl").open(encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    assert len(records) == 16
    for record in records:
        made = document_from_record(record, served=SERVED)
        assert (made.id, made.lang) == (record["id"], record["lang"])
        assert made.blocks is not None
        assert len(made.blocks) == len(record["paragraphs"])
        stated = {name: record[name] for name in ("id", "paragraphs")}
        assert document_from_record(stated, served=SERVED).lang == record["lang"]
