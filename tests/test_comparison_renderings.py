"""What renders what, and what is left over on both sides there."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from test_comparison_conflicts import Told, told_story, values
from test_facts import passage, story
from tiny import make_document

from aligner.candidates import Pool
from aligner.comparison_conflicts import Conflict, conflicts
from aligner.comparison_disputes import mention_of
from aligner.comparison_renderings import RENDERED, renderings
from aligner.evidence import Evidence
from aligner.evidence.readings import read
from aligner.features import Side
from aligner.grades import Grader
from aligner.paragraphs import Paragraph
from aligner.passages import Passage
from aligner.tokens import Tokens

# Vectors decide alone here: passages with the same one render each other.
JUDGE = Grader(weights=(0.0, 10.0, 0.0, 0.0, 0.0), intercept=-5.0, threshold=0.0, told=())
NAMED = [
    ("a", "On Monday the manager of the harbour, Anna Keller, opened the new bridge.", None),
    ("f", "Lundi, le directeur du port, Paul Brandt, a inauguré le nouveau pont.", None),
]
PRICED = [
    ("a", "The meeting in Lisbon ended after seven hours.", None),
    ("f", "La réunion de Lisbonne a pris fin au bout de neuf heures.", None),
]


def judged(told: list[Told], *, like: set[str], more: int = 0, chance: float = 0.9) -> list[Conflict]:
    """Return the conflicts of two passages; those of documents in `like` have one vector.

    Each of the documents has `more` passages that the other does not tell.
    """
    each, fact = told_story(*told, chance=chance)
    extra = [
        passage(f"{own.document}#{number}.0", lang=own.lang) for own in fact.passages for number in range(1, more + 1)
    ]
    likely = {(a.id, b.id): chance for a, b in combinations(fact.passages, 2)}
    each = story([*fact.passages, *extra], likely)
    axes = np.eye(len(told) + 1, dtype=np.float32)
    paragraphs, sides = {}, {}
    for key, own in enumerate(each.passages):
        axis = axes[-1] if own.document in like and own in fact.passages else axes[key % len(told)]
        paragraphs[key] = Paragraph(own.document, own.position, own.lang, 0, 1, own.text, None)
        sides[key] = Side(axis, axis, None, frozenset())
    pool = Pool(paragraphs, sides, {})
    documents = {id: make_document(id, text) for id, text, _ in told}
    return conflicts(fact, each, documents, renderings=renderings(each, pool, JUDGE))


def test_what_is_left_over_rivals_where_one_document_renders_the_other() -> None:
    (named,) = judged(NAMED, like={"a", "f"})
    assert values(named) == [("a", "Anna Keller"), ("f", "Paul Brandt")]
    assert judged(NAMED, like=set()) == []
    assert judged(NAMED, like={"a", "f"}, chance=0.7) == []  # not sure enough that they report the same


def test_passages_that_render_each_other_rival_in_all_but_names() -> None:
    """In independent texts two names for one thing are commoner than two things: Moscow, Russia."""
    enough, few = round(1 / RENDERED) - 1, round(1 / RENDERED)
    assert judged(NAMED, like={"a", "f"}, more=enough) != []
    assert judged(NAMED, like={"a", "f"}, more=few) == []
    (priced,) = judged(PRICED, like={"a", "f"}, more=few)
    assert values(priced) == [("a", "seven hours"), ("f", "neuf heures")]
    assert judged(PRICED, like=set(), more=few) == []


def test_a_passage_is_judged_by_its_own_tokens() -> None:
    """Both paragraphs have one vector; of the tokens of the first one, its first passage has the first two."""
    vectors = np.array([[127, 0], [127, 0], [0, 127]], np.int8)
    offsets = np.array([[0, 3], [4, 8], [12, 15]], np.int32)
    tokens = Tokens(vectors, np.zeros(3, np.float16), np.zeros(3, np.int32), offsets)
    unit = np.array([1.0, 0.0], np.float32)
    first = [Passage("a", "a#0", 0, 0, "en", "One text.", 0, 9), Passage("a", "a#0", 0, 1, "en", "Two text.", 10, 19)]
    other = Passage("b", "b#0", 0, 0, "en", "One text.", 0, 9)
    each = story([*first, other], {("a#0.0", "b#0.0"): 0.9, ("a#0.1", "b#0.0"): 0.9})
    pool = Pool(
        {
            0: Paragraph("a", 0, "en", 0, 19, "One text. Two text.", None),
            1: Paragraph("b", 0, "en", 0, 9, "One text.", None),
        },
        {
            0: Side(unit, unit, tokens, frozenset()),
            1: Side(unit, unit, Tokens(vectors[:2], tokens.expected[:2], tokens.pieces[:2], offsets[:2]), frozenset()),
        },
        {},
    )
    judge = Grader(weights=(1.0, 0.0, 0.0, 0.0, 0.0), intercept=0.0, threshold=0.1, told=(0.0, 0.0, 0.0))
    asked = renderings(each, pool, judge)
    assert asked.of_passages(first[0], other, Evidence())
    assert not asked.of_passages(first[1], other, Evidence())


def test_speech_has_no_mention() -> None:
    reading = read("Some 14 people died.", "en", None)
    assert mention_of(reading, 5, 7) is reading.mentions[0]
    assert mention_of(reading, 0, 4) is None
