"""Words for one thing, where outlets use different ones."""

from __future__ import annotations

from test_facts import passage, story

from aligner.comparison_words import loaded_words
from aligner.facts import find_facts


def test_terms_are_found_where_they_stand() -> None:
    texts = {"a": "Police and rebels. The rebels met the mayor.", "b": "Les terroristes ont rencontré le maire."}
    passages = [passage("a#0.0", text=texts["a"]), passage("b#0.0", lang="fr", text=texts["b"])]
    facts = find_facts(story(passages, {("a#0.0", "b#0.0"): 0.9}))
    found = loaded_words(facts, {"fighters": {}}, outlets={"a": "Post", "b": "Le Fleuve"})
    assert [(each.outlet, each.fact, each.passage, each.text) for each in found] == [
        ("Post", "a#0.0", "a#0.0", "rebels"),
        ("Post", "a#0.0", "a#0.0", "rebels"),
        ("Le Fleuve", "a#0.0", "b#0.0", "terroristes"),
    ]
    assert all(texts[each.passage[0]][each.start : each.end] == each.text for each in found)
    assert loaded_words(facts, {}, outlets={"a": "Post", "b": "Le Fleuve"}) == []
