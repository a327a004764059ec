"""What a review says of a translation, rule by rule; the beads come from the real model only where that matters."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from tiny import TinyEncoder, make_document

from aligner.cli import main
from aligner.documents import Document
from aligner.export_review import junit, review_record, sarif
from aligner.review import RULES, SEVERITIES, Review, review
from aligner.review_checks import Texts, check

SERVED = ("en", "fr")

CASES = {
    "a number that differs": (
        "The budget is 12.4 million euros this year.",
        "Le budget est de 14,2 millions d’euros cette année.",
        {("number-differs", "12.4 million euros", "14,2 millions d’euros")},
    ),
    "one number in two spellings": (
        "The budget is 1,234.5 million euros.",
        "Le budget est de 1 234,5 millions d’euros.",
        set(),
    ),
    "a number left out": (
        "Police arrested 45 people after the match, a spokesman said.",
        "La police a arrêté des supporteurs après le match, a dit un porte-parole.",
        {("number-omitted", "45", None)},
    ),
    "a number from nowhere": (
        "Several people were hurt in the crash on the bridge.",
        "Dix-sept personnes ont été blessées dans l’accident sur le pont.",
        {("number-added", None, "Dix-sept")},
    ),
    "a date that differs": (
        "The museum is closed until 3 June.",
        "Le musée est fermé jusqu’au 3 juillet.",
        {("date-differs", "3 June", "3 juillet")},
    ),
    "the afternoon is no noon": (
        "It opens on Monday afternoon.",
        "Il ouvre lundi après-midi.",
        set(),
    ),
    "a name that differs": (
        "Harold Simmons won the vote in Leeds.",
        "Harold Simmons a remporté le scrutin à Bristol.",
        {("name-differs", "Leeds", "Bristol")},
    ),
    "a negation dropped": (
        "The minister did not sign the decree.",
        "Le ministre a signé le décret.",
        {("negation-differs", "did not", None)},
    ),
    "a negation added": (
        "The minister signed the decree.",
        "Le ministre n’a pas signé le décret.",
        {("negation-differs", None, "n’a pas")},
    ),
    "a negation in another word": (
        "The company did not answer.",
        "L’entreprise est restée sans réponse.",
        set(),
    ),
    "a sentence as it was": (
        "The road is closed. It will open again on the day after the storm.",
        "La route est fermée. It will open again on the day after the storm.",
        {("untranslated", None, "It will open again on the day after the storm.")},
    ),
    "a title stays": (
        "He sang “Nothing Compares” in Dublin.",
        "Il a chanté « Nothing Compares » à Dublin.",
        set(),
    ),
    "half of it is gone": (
        "The bridge was closed for the third time in a month after engineers found cracks in two of its pillars.",
        "Le pont a été fermé pour la troisième fois.",
        {("shortened", None, None)},
    ),
}


@pytest.mark.parametrize(("source", "translation", "expected"), CASES.values(), ids=CASES)
def test_what_differs(source: str, translation: str, expected: set[tuple[str, str | None, str | None]]) -> None:
    found = set()
    for concern in check(Texts(source, translation, "en", "fr")):
        whole = (concern.source, concern.translation) == ((0, len(source)), (0, len(translation)))
        spans = (None, None) if whole else (concern.source, concern.translation)
        texts = (source, translation)
        found.add(
            (concern.rule, *(text[slice(*span)] if span else None for text, span in zip(texts, spans, strict=True)))
        )
    assert found == expected


def test_the_languages_may_change_sides() -> None:
    (concern,) = check(Texts("Le musée ferme le 3 juillet.", "The museum closes on 3 June.", "fr", "en"))
    assert concern.rule == "date-differs"
    assert concern.message == "the source has '3 juillet', the translation '3 June'"


@pytest.fixture(scope="module")
def disturbed() -> Review:
    source = make_document(
        "source",
        "The mayor closed the bridge after the storm.",
        "Police found 12 people in the old school.",
        "The minister visited the hospital on Monday.",
        "The museum and the harbour are closed. The factory is closed.",
    )
    translation = make_document(
        "translation",
        "Le ministre visited the hôpital lundi.",
        "Le maire fermé the pont after the tempête.",
        "La police found 21 personnes in the vieux école.",
        "Le prix de la rivière.",
        lang="fr",
    )
    return review(source, translation, encoder=TinyEncoder(), served=SERVED)


def test_structure(disturbed: Review) -> None:
    found = [(finding.rule, finding.severity) for finding in disturbed.findings]
    assert ("number-differs", "error") in found
    assert ("omitted", "error") in found
    assert ("added", "warning") in found
    assert sum(rule == "moved" for rule, _ in found) == 1
    assert disturbed.counts == {severity: sum(s == severity for _, s in found) for severity in SEVERITIES}


def test_places_are_the_documents_own(disturbed: Review) -> None:
    for finding in disturbed.findings:
        assert finding.severity in SEVERITIES
        assert finding.rule in RULES
        assert finding.source or finding.translation
        for document, places in ((disturbed.source, finding.source), (disturbed.translation, finding.translation)):
            for place in places:
                assert document.text[place.start : place.end] == place.text


def test_a_place_in_text_that_was_wrapped() -> None:
    """A passage is one line, its document is not: offsets are those of the document."""
    text = "The mayor closed the\nold   bridge and said 45 peo\u00adple\nwere at the school on 3\nJune 2014."
    source = Document("wrapped", "en", text, blocks=((0, len(text)),))
    translation = make_document(
        "t", "Le maire fermé the vieux pont et 54 personnes were à l’école le 4 juin 2014.", lang="fr"
    )
    found = review(source, translation, encoder=TinyEncoder(), served=SERVED)
    shown = {finding.rule: [place.text for place in finding.source] for finding in found.findings}
    assert shown["number-differs"] == ["45"]
    assert shown["date-differs"] == ["3\nJune 2014"]


def test_sarif_has_the_places_of_both_sides(disturbed: Review) -> None:
    log = sarif(disturbed, translation_file="out dir/fr.txt")
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]  # type: ignore[misc]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == list(RULES)
    assert len(run["results"]) == len(disturbed.findings)
    for result, finding in zip(run["results"], disturbed.findings, strict=True):
        assert rules[result["ruleIndex"]] == result["ruleId"] == finding.rule
        assert result["level"] == finding.severity
        (location,) = result["locations"]
        file = location["physicalLocation"]["artifactLocation"]["uri"]
        document = disturbed.translation if finding.translation else disturbed.source
        assert file == ("out%20dir/fr.txt" if finding.translation else "source")
        region = location["physicalLocation"]["region"]
        lines = document.text.split("\n")
        start = sum(len(line) + 1 for line in lines[: region["startLine"] - 1]) + region["startColumn"] - 1
        assert start == region["charOffset"]
        end = sum(len(line) + 1 for line in lines[: region["endLine"] - 1]) + region["endColumn"] - 1
        assert document.text[start:end] == region["snippet"]["text"]


def test_junit_counts_what_fails(disturbed: Review) -> None:
    root = ElementTree.fromstring(junit(disturbed, failing=("error",)))
    cases = root.findall(".//testcase")
    failed = [case for case in cases if case.find("failure") is not None]
    grave = {finding.bead for finding in disturbed.findings if finding.severity == "error"}
    assert len(cases) == len(disturbed.beads) == int(root.attrib["tests"])
    assert len(failed) == len(grave) == int(root.attrib["failures"])
    assert ElementTree.fromstring(junit(disturbed, failing=())).attrib["failures"] == "0"


def test_junit_holds_what_xml_cannot() -> None:
    source = make_document("s", "The mayor <closed> the bridge & said 12 \x0c\x01 people.")
    found = review(source, make_document("t", "Le maire fermé.", lang="fr"), encoder=TinyEncoder(), served=SERVED)
    ElementTree.fromstring(junit(found, failing=SEVERITIES))


def test_the_record_is_json(disturbed: Review) -> None:
    record = json.loads(json.dumps(review_record(disturbed)))
    assert record["counts"] == disturbed.counts
    assert len(record["beads"]) == len(disturbed.beads)


@pytest.mark.model
def test_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, good, bad = (tmp_path / name for name in ("en.txt", "fr.txt", "wrong.txt"))
    source.write_text(
        "The museum will be closed until 3 June.\n\nThe council met on Monday to set the budget.", "utf-8"
    )
    good.write_text(
        "Le musée sera fermé jusqu’au 3 juin.\n\nLe conseil s’est réuni lundi pour fixer le budget.", "utf-8"
    )
    bad.write_text("Le musée sera fermé jusqu’au 3 juillet.", "utf-8")
    assert main(["review", str(source), str(good), "--threads", "1"]) == 0
    assert "nothing found" in capsys.readouterr().out
    assert main(["review", str(source), str(bad), "--threads", "1"]) == 1
    shown = capsys.readouterr().out
    assert "error    date-differs: the source has '3 June', the translation '3 juillet'" in shown
    assert "error    omitted" in shown
    assert main(["review", str(source), str(bad), "--threads", "1", "--fail-on", "never", "--format", "sarif"]) == 0
    assert json.loads(capsys.readouterr().out)["version"] == "2.1.0"
    assert main(["review", str(source), str(tmp_path / "none.txt"), "--corpus", str(tmp_path / "c")]) == 4
    assert "none.txt: no such file" in capsys.readouterr().err
