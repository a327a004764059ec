"""Whose copy a text is: agencies in credits, and not those that are quoted or merely spelled alike."""

from __future__ import annotations

import pytest
from tiny import make_document

from aligner.agencies import agency_of, is_credit, source_agency
from aligner.paragraphs import Paragraph
from aligner.store import StoredDocument

LONG = "The council met for many hours in the town hall, and nobody in the crowd outside wanted to go home early."
MORE = [LONG, LONG, LONG, LONG]


@pytest.mark.parametrize(
    ("texts", "agency"),
    [
        # as a text opens
        (["LYON (AFP) - Le pont est fermé."], "AFP"),
        (["PARIS, 3 mai (AFP) – Le pont est fermé."], "AFP"),
        (["Berne (ATS) - Le pont est fermé."], "ATS"),
        (["(Keystone-ATS) Le pont est fermé depuis mardi."], "Keystone-ATS"),
        (["OTTAWA (CP) The bridge has been closed."], "CP"),
        (["OTTAWA, 3 mai (CP) Le pont est fermé."], "CP"),
        (["(PC) Le pont est fermé depuis mardi."], "PC"),
        (["NEW DELHI: The bridge was closed.", "(PTI)"], "PTI"),
        ([LONG, "AFP - The bridge was closed.", *MORE], "AFP"),
        (["PARIS - AFP - Le pont est fermé."], "AFP"),
        (["(AFP/ab) Le pont est fermé."], "AFP"),
        (["RIVERTON (Newswire) - A ferry sank."], "Newswire"),
        (["(Agence Nordia) Un tableau a été volé."], "Agence Nordia"),
        # as it ends
        ([*MORE, "The bridge was closed. (Reuters)"], "Reuters"),
        ([*MORE, "The bridge was closed. – Reuters"], "Reuters"),
        ([*MORE, "The bridge was closed, he added. PTI"], "PTI"),
        ([*MORE, "Le pont est fermé, a dit le maire (AFP)."], "AFP"),
        ([*MORE, "“The bridge is closed.” With AP"], "AP"),
        ([*MORE, "Le pont est fermé.", "Avec AFP et Reuters"], "AFP"),
        ([*MORE, "(With inputs from PTI)", "The bridge will open in May."], "PTI"),
        # what is no credit
        (['The mayor told Reuters: "It was late."', *MORE], None),
        ([*MORE, "Le maire s'est expliqué dans un entretien avec l'AFP."], None),
        ([*MORE, "She said so in an interview with Reuters."], None),
        (["HARRISBURG, PA - The bridge was closed."], None),
        (["HARRISBURG (PA) - The bridge was closed."], None),
        (["The Palestinian Authority (PA) closed the bridge."], None),
        (["L'Autorité palestinienne (AP) a fermé le pont."], None),
        ([*MORE, "Le pont a été fermé par le Parti communiste (PC)."], None),
        (["Parti Communiste (PC) - Le pont est fermé."], None),
        (["Canadian Pacific (CP) - the owner of the bridge - closed it."], None),
        (["ARS (Agence régionale de santé) - Le pont est fermé."], None),
        (["NNA (Nordia News Agency) - the owner of the bridge - closed it."], None),
        (["Les Communistes (PC) ont fermé le pont."], None),
        (["LYON (Rhône) - Le pont est fermé."], None),
        (["An app was sold."], None),
        ([LONG, LONG, LONG, "AFP - The bridge was closed.", *MORE], None),
        (["Photo : AFP, une vue du pont"], None),
    ],
)
def test_credits_of_the_article(texts: list[str], agency: str | None) -> None:
    assert source_agency(texts) == agency


@pytest.mark.parametrize(
    ("outlet", "agency"),
    [
        ("AFP", "AFP"),
        ("PA via Daily Mail", "PA"),
        ("Daily Mail via PA", "PA"),
        ("PA", "PA"),
        ("PA Media", "PA Media"),
        ("Le Temps (ATS)", "ATS"),
        ("Le Matin / AP", "AP"),
        ("20 Minutes (FR)", None),
        ("Reading Courier (PA)", None),
        ("PA Times", None),
        ("TT Newsday", None),
        ("La Voix du PC", None),
        ("Agence digitale du Sud", None),
        ("Afp Cycling", None),
    ],
)
def test_an_outlet_that_is_an_agency_or_names_one(outlet: str, agency: str | None) -> None:
    assert source_agency([LONG], outlet=outlet) == agency


def paragraphs(*texts: tuple[str, str | None]) -> StoredDocument:
    document = make_document("a", *(text for text, _ in texts))
    blocks = [Paragraph("a", at, "en", 0, len(text), text, kind) for at, (text, kind) in enumerate(texts)]
    return StoredDocument(document, tuple(blocks))


@pytest.mark.parametrize(
    ("line", "kind", "agency"),
    [
        ("AFP", "byline", "AFP"),
        ("By Jane Roe, Associated Press", "byline", "Associated Press"),
        ("Jean Roux avec AP", "byline", "AP"),
        ("Jean Roux", "byline", None),
        ("HARRISBURG, PA, 3 May", "dateline", None),
        ("PARIS (AP), 3 May 2024", "dateline", "AP"),
        ("© 2024 Agence France-Presse. Tous droits réservés.", "boilerplate", "Agence France-Presse"),
        ("Follow the news of Reuters on your telephone", "boilerplate", None),
        ("Photo: Jane Roe / AFP", "caption", None),
    ],
)
def test_lines_beside_the_article(line: str, kind: str, agency: str | None) -> None:
    assert agency_of(paragraphs((line, kind), (LONG, None))) == agency


def test_a_block_that_is_nothing_but_a_credit() -> None:
    assert all(map(is_credit, ("Avec AFP", "(Reuters)", "AFP, 3 mai 2024", "With inputs from PTI and ANI")))
    assert not any(map(is_credit, ("He spoke with AFP", "Avec elle", "", "PA")))
