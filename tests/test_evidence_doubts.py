"""Times of two zones, and a negation that one text has alone."""

from __future__ import annotations

import pytest

from aligner.evidence import compare


@pytest.mark.parametrize(
    ("left", "right", "conflicting"),
    [
        ("It shut at 2100 GMT.", "Il a fermé à 17h00 HAE.", []),
        ("It shut at 2100 GMT.", "Il a fermé à 16h00 HAE.", [("2100 GMT", "16h00 HAE")]),
        ("It shut at 5:00 pm.", "Il a fermé à 17H00.", []),
        ("It shut at 5:00 pm.", "Il a fermé à 18H00.", [("5:00 pm.", "18H00")]),
    ],
)
def test_instants(left: str, right: str, conflicting: list[tuple[str, str]]) -> None:
    found = compare(left, right, left_language="en", right_language="fr")
    assert [(mine.text, theirs.text) for mine, theirs in found.conflicting] == conflicting


@pytest.mark.parametrize(
    ("left", "right", "alone"),
    [
        ("The mayor will resign.", "Le maire démissionnera.", False),
        ("The mayor will not resign.", "Le maire démissionnera.", True),
        ("The mayor will resign.", "Le maire ne démissionnera pas.", True),
        ("The mayor will not resign.", "Le maire ne démissionnera pas.", False),
        ("The mayor won't resign.", "Le maire n’entend pas démissionner.", False),
        ("Nobody was hurt.", "Personne n'a été blessé.", False),
        ("He left without a word.", "Il n'a rien dit en partant.", False),
    ],
)
def test_a_negation_of_one_side(left: str, right: str, alone: bool) -> None:
    assert compare(left, right, left_language="en", right_language="fr").negates_alone is alone
    assert compare(right, left, left_language="fr", right_language="en").negates_alone is alone
    assert compare(left, right, left_language="en", right_language="de").negates_alone is False
