"""Pages read as trees, and the texts of their documents: what tests of the pages have in common."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from lxml import html
from tiny import make_document

__all__ = ["ALONE", "BRIDGE", "DOCUMENTS", "HOSTILE", "PONT", "text", "tree"]

BRIDGE = "The council closed the old bridge on Tuesday after 12 people were hurt."
PONT = "La mairie a fermé le vieux pont mardi après que 21 personnes ont été blessées."
ALONE = "Teachers and doctors are on strike against the budget."
DOCUMENTS = [
    make_document("gazette-1", BRIDGE, ALONE, outlet="Gazette", published="2024-02-14"),
    make_document("jour-1", PONT, lang="fr", outlet="Le Jour", published="2024-02-15"),
]

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "</title><script>alert(1)</script>",
    "<svg/onload=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u202e<b>gnp.exe",
    "</textarea><script>alert(1)</script>",
)


def tree(client: FlaskClient, path: str, *, status: int = 200, **values: str) -> Any:
    response = client.get(path, query_string=values or None)
    assert response.status_code == status, response.text
    assert response.content_type == "text/html; charset=utf-8"
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    return html.fromstring(response.get_data())


def text(element: Any) -> str:
    return " ".join(element.text_content().split())
