"""Conflicts with passages that were taken for another fact: what contradicts a fact reads like another one."""

from __future__ import annotations

import pytest
from test_comparison_conflicts import BILAN, TOLL, values
from test_facts import passage, story
from tiny import make_document

from aligner.comparison_conflicts import LIKELY, Conflict, conflicts, likely_beside
from aligner.comparison_renderings import Renderings
from aligner.facts import find_facts

TOLD = [passage("a#0.0", text=TOLL.format(14)), passage("b#0.0", lang="fr", text=BILAN.format(19))]


class Rendered(Renderings):
    """All documents render each other."""

    def of_documents(self, one: str, other: str) -> bool:
        return True


def found(chance: float, *, renderings: Renderings | None = None) -> list[list[Conflict]]:
    """Return the conflicts of each of two facts, between whose passages sentences left no chance."""
    each = story(TOLD, {})
    each.uncontested[0, 1] = each.uncontested[1, 0] = chance
    facts = find_facts(each)
    assert len(facts) == 2
    beside = likely_beside(facts, each)
    documents = {"a": make_document("a", "x"), "b": make_document("b", "x", lang="fr")}
    return [conflicts(fact, each, documents, beside=beside.get(fact.id, ()), renderings=renderings) for fact in facts]


@pytest.mark.parametrize("chance", [LIKELY - 0.01, LIKELY + 0.01])
def test_what_is_likely_to_report_the_same_is_compared_once(chance: float) -> None:
    (first, second) = found(chance)
    assert [values(each) for each in first] == ([[("a", "14"), ("b", "19")]] if chance > LIKELY else [])
    assert second == []


def test_in_a_rendering_each_sentence_has_its_own() -> None:
    each = story(TOLD, {})
    rendered = Rendered(each, {}, lambda *_: None, {})  # type: ignore[arg-type]
    assert found(0.9, renderings=rendered) == [[], []]


@pytest.mark.parametrize(
    ("told", "rendered", "expected"),
    [
        (("Paul Keller", "Anna Keller"), True, True),
        (("Paul Keller", "Anna Keller"), False, False),  # elsewhere two of one family may be named by choice
        (("P. Keller", "Anna Keller"), True, False),
        (("Keller", "Anna Keller"), True, False),
        (("Mohammed Keller", "Mohamed Keller"), True, False),
    ],
)
def test_two_of_one_last_name_rival_in_a_rendering(told: tuple[str, str], rendered: bool, expected: bool) -> None:
    texts = [
        f"On Tuesday the mayor thanked {told[0]} for the bridge.",
        f"Mardi, le maire a remercié {told[1]} pour le pont.",
    ]
    each = story(
        [passage("a#0.0", text=texts[0]), passage("b#0.0", lang="fr", text=texts[1])], {("a#0.0", "b#0.0"): 0.9}
    )
    documents = {"a": make_document("a", texts[0]), "b": make_document("b", texts[1], lang="fr")}
    (fact,) = find_facts(each)
    known = Rendered(each, {}, lambda *_: None, {}) if rendered else None  # type: ignore[arg-type]
    assert bool(conflicts(fact, each, documents, renderings=known)) == expected
