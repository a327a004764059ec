"""Shared numbers and names."""

from __future__ import annotations

import time

import pytest

from aligner.evidence import Evidence, names, numbers, shared_evidence


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("no figures", []),
        ("12 dead, 12 hurt, 3 missing", ["12", "3"]),
        ("1,234.5 or 1 234,5 or 1\u202f234,5 or 1\u00a0234,50 or 1'234.5 or 1.234,5", ["1234.5"]),
        ("12,345,678 and 12 345 678 and 12.345.678", ["12345678"]),
        ("3.5% of 3,50 EUR", ["3.5"]),
        ("100.00, 100 and 1000", ["100", "1000"]),
        ("in 2024 100 people", ["2024", "100"]),
        ("17,000 people", ["17000"]),
        ("the A320 on 14/02/2024 at 10:30", ["320", "14", "02", "2024", "10", "30"]),
        ("1 2345", ["1", "2345"]),
    ],
)
def test_numbers(text: str, expected: list[str]) -> None:
    assert list(numbers(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("The mayor met Emmanuel Macron in Paris.", ["Emmanuel", "Macron", "Paris"]),
        ("Macron left. Paris slept. But Macron came back.", ["Macron"]),
        ("Le chef de l'Iran, M. Rohani, et celui d\u2019Irak", ["Iran", "Rohani", "Irak"]),
        ("The talks in Tehran's centre", ["Tehran"]),
        ("He said: \u201cParis is calm\u201d and \u00ab\u00a0Londres dort\u00a0\u00bb", []),
        ("they flew to Aix-en-Provence and to O2", ["Aix-en-Provence"]),
        ("It was J. Smith, Dr. Who and MM. Dupond. Later on Mrs. May", ["Smith", "Who", "Dupond", "Mrs", "May"]),
        ("the UN and EU and NATO", ["NATO"]),
    ],
)
def test_names(text: str, expected: list[str]) -> None:
    assert list(names(text)) == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("", "", Evidence((), ())),
        (
            "In Tehran, Mr Rouhani spoke of 1,500.5 tonnes and 12 men.",
            "À Téhéran, M. Rohani a parlé de 1 500,5 tonnes et de 13 hommes.",
            Evidence(("1500.5",), ("Tehran", "Rouhani")),
        ),
        ("with Anne and Marie", "avec Jean et Marc", Evidence((), ())),
        ("with Éric", "avec Eric", Evidence((), ("Éric",))),
        ("the Ivy", "the Ivo", Evidence((), ())),
        ("2024 and 7 and 3", "3 et 2024", Evidence(("2024", "3"), ())),
    ],
)
def test_shared(first: str, second: str, expected: Evidence) -> None:
    assert shared_evidence(first, second) == expected


def test_a_long_paragraph_takes_no_longer_than_its_length() -> None:
    text = "they met Anna Smith and Bob Miller again. " * 5000
    start = time.process_time()
    assert list(names(text)) == ["Anna", "Smith", "Bob", "Miller"]
    assert time.process_time() - start < 1
