"""Sentences: worked out by hand, over scripts and typographies."""

from __future__ import annotations

import pytest

from aligner.sentences import split_sentences

CASES = {
    "nothing": ("", []),
    "blanks": (" \n\t ", []),
    "no mark": ("  Do good work ", ["Do good work"]),
    "marks": ("He left… And then?! Nothing! Gone.", ["He left…", "And then?!", "Nothing!", "Gone."]),
    "titles": (
        "Mr. Smith met Dr. J. R. Brown. Mme. Durand et M. Roux étaient là. Fin.",
        ["Mr. Smith met Dr. J. R. Brown.", "Mme. Durand et M. Roux étaient là.", "Fin."],
    ),
    "abbreviations": (
        "See e.g. this, cf. Art. 5, p. 3. The U.S. Army came in Sept. 2009. It left.",
        ["See e.g. this, cf. Art. 5, p. 3.", "The U.S. Army came in Sept. 2009.", "It left."],
    ),
    "figures": (
        "It cost 3.5 million at 5 p.m. on Monday. Fine.",
        ["It cost 3.5 million at 5 p.m. on Monday.", "Fine."],
    ),
    "addresses": ("Visit canada.ca for more. Write.", ["Visit canada.ca for more.", "Write."]),
    "guillemets": (
        "« Tout est prêt. On y va. » Elle rit. Lui : « Enfin ! » Puis il part.",
        ["« Tout est prêt.", "On y va. »", "Elle rit.", "Lui : « Enfin ! »", "Puis il part."],
    ),
    "guillemets, narrow blank": ("«\u202fOui.\u202f» Bien.", ["«\u202fOui.\u202f»", "Bien."]),
    "who speaks": (
        "« Enfin ! » dit-il. “Are you sure?” he asked. Yes.",
        ["« Enfin ! » dit-il.", "“Are you sure?” he asked.", "Yes."],
    ),
    "quotes": (
        '"Yes." He left. “No.” She stayed. ‘So.’ End',
        ['"Yes."', "He left.", "“No.”", "She stayed.", "‘So.’", "End"],
    ),
    "german quotes": (
        "Er sagte: „Wir schaffen das.“ Danach ging er. »Gut.« Ende.",
        ["Er sagte: „Wir schaffen das.“", "Danach ging er.", "»Gut.«", "Ende."],
    ),
    "spanish": ("¿Cómo está el Sr. García? ¡Bien! Sí.", ["¿Cómo está el Sr. García?", "¡Bien!", "Sí."]),
    "chinese": ("这是第一句。“真的吗？”是的！", ["这是第一句。", "“真的吗？”", "是的！"]),
    "arabic": ("هذا هو الأول. هل هذا الثاني؟ نعم!", ["هذا هو الأول.", "هل هذا الثاني؟", "نعم!"]),
    "hindi": ("यह पहला है। यह दूसरा है।", ["यह पहला है।", "यह दूसरा है।"]),
    "russian": ("А. С. Пушкин был там. «Да?» — спросил он.", ["А. С. Пушкин был там.", "«Да?» — спросил он."]),
    "paragraphs": ("A title\n\nA text of\ntwo lines", ["A title", "A text of\ntwo lines"]),
    "stray marks": ("Over. *** Next.", ["Over.", "*** Next."]),
}


@pytest.mark.parametrize("name", CASES)
def test_sentences(name: str) -> None:
    text, expected = CASES[name]
    assert [text[start:end] for start, end in split_sentences(text)] == expected


def test_nothing_but_blanks_lies_between() -> None:
    text = " « Un. » Deux ?  Trois... quatre.\n\n5. six ! » \u2029 ... "
    at = 0
    for start, end in split_sentences(text):
        assert not text[at:start].strip()
        assert start < end
        at = end
    assert not text[at:].strip()


def test_a_long_text_takes_no_longer_than_its_length() -> None:
    """A quarter of a million blanks, marks and quotes: quadratic time would be minutes."""
    text = "Go. " * 20_000 + "." * 50_000 + " " * 50_000 + "»" * 50_000 + "\n" * 50_000
    assert len(split_sentences(text)) == 20_000
