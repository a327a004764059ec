"""Days, numbers and counts as each reader writes them, and marks that hold whole words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask import render_template_string
from markupsafe import Markup
from tiny import TinyEncoder

from aligner.corpus import Corpus
from service import Settings, create_app
from service.pages_marks import whole_words

PROMISE = "Elle a promis l’achèvement du pont."


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[APIFlask]:
    with Corpus(tmp_path_factory.mktemp("corpus"), encoder=TinyEncoder(), create=True) as corpus:
        yield create_app(corpus, settings=Settings())


def said(app: APIFlask, template: str, *, ui: str = "en", **values: object) -> str:
    with app.test_request_context(f"/search?ui={ui}"):
        return " ".join(render_template_string(f"{{{{ {template} }}}}", **values).split())


@pytest.mark.parametrize(
    ("template", "english", "french"),
    [
        ("'2025-09-08' | day", "8 September 2025", "8 septembre 2025"),
        ("'2025-09-08T14:10:00+02:00' | day", "8 September 2025", "8 septembre 2025"),
        ("'2025-09-08' | moment", "8 September 2025", "8 septembre 2025"),
        ("'2025-09-08T14:10:00' | moment", "8 September 2025, 14:10", "8 septembre 2025, 14:10"),
        (
            "'2025-09-08T14:10:00+02:00' | moment",
            "8 September 2025, 14:10 GMT+02:00",
            "8 septembre 2025, 14:10 UTC+02:00",
        ),
        ("'2025-10-19T08:00:00' | days('2025-10-19')", "19 October 2025", "19 octobre 2025"),
        ("'2025-10-19' | days(none)", "19 October 2025", "19 octobre 2025"),
        ("0.914 | decimal", "0.91", "0,91"),
        ("0.0004 | decimal(3)", "0.000", "0,000"),
        ("0.143 | percent", "14%", "14 %"),
        ("0.001 | percent", "1%", "1 %"),
        ("0 | percent", "0%", "0 %"),
        ("1 | counted('documents')", "1 document", "1 document"),
        ("0 | counted('blocks')", "0 blocks that are no article text", "0 bloc hors article"),
        ("2 | counted('sources')", "2 sources", "2 sources"),
        ("12345 | counted('facts')", "12,345 facts", "12 345 faits"),
    ],
)
def test_each_reader_has_its_own_way_of_writing(app: APIFlask, template: str, english: str, french: str) -> None:
    """Asked in turn, since what is constant in a template is easily worked out once for all."""
    assert said(app, template) == english
    assert said(app, template, ui="fr") == french
    assert said(app, template) == english


def test_from_day_to_day(app: APIFlask) -> None:
    assert said(app, "first | days(last)", first="2025-10-19", last="2025-10-22T09:00:00") == "19–22 Oct 2025"
    assert said(app, "first | days(last)", ui="fr", first="2025-09-19", last="2025-10-22") == "19 sept. – 22 oct. 2025"


def test_what_is_filled_in_is_no_markup_unless_it_is(app: APIFlask) -> None:
    filled = said(app, "'<{a}> & {b}' | fill(a=a, b=b)", a="<i>{b}", b=Markup("<bdi>x</bdi>"))
    assert filled == "&lt;&lt;i&gt;{b}&gt; &amp; <bdi>x</bdi>"


def test_the_readers_language_comes_first(app: APIFlask) -> None:
    headlines = {"en": "Bridge", "fr": "Pont", "it": ""}
    assert said(app, "headlines | reader_first", ui="fr", headlines=headlines).count("Pont") == 1
    with app.test_request_context("/search?ui=fr"):
        first = render_template_string("{% for lang, _ in h | reader_first %}{{ lang }} {% endfor %}", h=headlines)
    assert first.split() == ["fr", "en"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("  A short text.\nAnd more", "A short text."),
        ("one " * 60, "one " * 29 + "one…"),
        ("x" * 200, "x" * 120 + "…"),
    ],
)
def test_a_text_opens_with_its_first_words(app: APIFlask, text: str, expected: str) -> None:
    assert said(app, "text | opening", text=text) == expected


@pytest.mark.parametrize(
    ("text", "part", "expected"),
    [
        (PROMISE, "promis l", "promis l’achèvement"),
        (PROMISE, " a pro", "a promis"),
        (PROMISE, "vement du ", "l’achèvement du"),
        (PROMISE, "pont.", "pont."),
        ("It cost 3.5 million.", "cost 3", "cost 3.5"),
        ("東京は大都市です", "大都", "大都"),
        ("ἄνδρα μοι ἔννεπε", "δρα", "ἄνδρα"),
    ],
)
def test_marks_hold_whole_words(text: str, part: str, expected: str) -> None:
    start = text.index(part)
    start, end = whole_words(text, start, start + len(part))
    assert text[start:end] == expected


def test_a_mark_of_blanks_marks_nothing() -> None:
    assert whole_words("one  two", 3, 5) == (5, 5)


def test_the_style_is_whole() -> None:
    """A brace too few silently takes away all rules behind it."""
    style = (Path(__file__).parents[1] / "service/static/style.css").read_text("utf-8")
    assert style.count("{") == style.count("}")
