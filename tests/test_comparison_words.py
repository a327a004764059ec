"""In whose words outlets tell: verbs of speech, agents, voices."""

from __future__ import annotations

from aligner.comparison_words import MEASURES, usage
from aligner.paragraphs import Paragraph


def paragraph(text: str, *, lang: str = "en", document: str = "a") -> Paragraph:
    return Paragraph(document, 0, lang, 0, len(text), text, None)


def test_words_are_counted_alike_in_a_translation() -> None:
    english = 'The mayor, Anna Keller, said: "We will not leave the town today." Two men were arrested and may talk.'
    french = (
        "La maire, Anna Keller, a dit : « Nous ne quitterons pas la ville. » "
        "Deux hommes ont été arrêtés et pourraient parler."
    )
    first, second = usage([paragraph(english)], published={}), usage([paragraph(french, lang="fr")], published={})
    expected = {"quotations": 1, "reporting verbs": 1, "distancing verbs": 0, "hedges": 1, "negations": 1}
    for each in (first, second):
        assert {measure: each.total(measure) for measure in expected} == expected
        assert each.total("agentless sentences") == 1
        assert [voice.name for voice in each.voices] == ["Anna Keller"]
    assert first.sentences == second.sentences == (2,)


def test_what_is_said_at_a_distance_and_in_which_forms() -> None:
    english = "She said no, he said yes. They claimed more and denied it. Perhaps."
    french = "Elle dit non, il dit oui. Ils prétendent plus et nient cela. Peut-être."
    for lang, text, forms in (
        (
            "en",
            english,
            [("say", "said", 2), ("claim", "claimed", 1), ("deny", "denied", 1), ("perhaps", "perhaps", 1)],
        ),
        (
            "fr",
            french,
            [("say", "dit", 2), ("claim", "prétendent", 1), ("deny", "nient", 1), ("perhaps", "peut-être", 1)],
        ),
    ):
        found = usage([paragraph(text, lang=lang)], published={})
        assert (found.total("reporting verbs"), found.total("distancing verbs")) == (4, 2)
        assert found.verbs == {"say": 2, "claim": 1, "deny": 1}
        assert sorted((each.key, each.text, each.count) for each in found.forms) == sorted(forms)
        assert {each.lang for each in found.forms} == {lang}
        assert [each.text for each in found.forms_of("verb", "say")] == [forms[0][1]]


def test_sentences_with_and_without_an_agent() -> None:
    texts = [
        "Two men were shot and were arrested. The police arrested a third. One was held by his father.",
        "There were many. It was late.",
    ]
    found = usage([paragraph(text) for text in texts], published={})
    assert [row[MEASURES.index("agentless sentences")] for row in found.counts] == [1, 1]
    assert (sum(found.sentences), found.agentless_share, found.active_share) == (5, 0.4, 0.6)
    record = found.record()
    assert (record["agentless_share"], record["active_share"]) == (0.4, 0.6)
    assert (usage([], published={}).agentless_share, usage([], published={}).active_share) == (0, 0)


def test_one_person_is_one_voice_by_the_whole_name() -> None:
    said = '{} said: "We will surely not leave the town today."'
    names = ["Keller", "Anna Keller", "Keller", "Bernard Roy"]
    found = usage([paragraph("Yesterday " + said.format(name)) for name in names], published={})
    assert [(voice.name, voice.quotations) for voice in found.voices] == [("Anna Keller", 3), ("Bernard Roy", 1)]
    both = usage([paragraph("Yesterday " + said.format(n)) for n in [*names, "Paul Keller"]], published={})
    assert {voice.name: voice.quotations for voice in both.voices} == {
        "Anna Keller": 1,
        "Bernard Roy": 1,
        "Keller": 2,
        "Paul Keller": 1,
    }
