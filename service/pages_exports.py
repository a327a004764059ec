"""What a comparison can be taken away as: files that need nothing beside them, and do nothing when they are opened."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from flask import Response, current_app, render_template
from markupsafe import Markup

from aligner.comparison import Comparison
from aligner.comparison_table import write_comparisons
from aligner.exchange import units_of_matches
from aligner.exchange_write import write_units
from aligner.version import version
from service.pages_base import interface, interfaces, language_name
from service.pages_comparison import view_of
from service.views import matches_kept, runtime

__all__ = ["EXPORTS", "Taken", "exported", "known_units"]

STYLE = Path(__file__).with_name("static") / "style.css"
POLICY = "default-src 'none'; style-src {style}; base-uri 'none'; form-action 'none'"
BOM = "\ufeff"  # without it Excel takes UTF-8 for the code page of the machine


@dataclass(frozen=True, slots=True)
class Taken:
    """A comparison to take away: the name of the file without its ending, and the story's headline by language."""

    comparison: Comparison
    name: str
    headlines: Mapping[str, str]

    @property
    def ids(self) -> list[str]:
        """The documents that are compared."""
        return [document.id for document in self.comparison.documents]


def exported(kind: str, taken: Taken) -> Response:
    """Return a comparison as a file, which a browser that shows it all the same lets do nothing."""
    response = EXPORTS[kind](taken)
    response.headers["Content-Security-Policy"] = _policy()
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def known_units(taken: Taken) -> int | None:
    """Return how many translations the TMX file has; None where that is not known yet."""
    found = matches_kept().known_equivalents(runtime().corpus, taken.ids)
    return None if found is None else len(found)


def _csv(taken: Taken) -> Response:
    out = io.StringIO()
    write_comparisons({taken.name: taken.comparison}, out)
    return _attached(BOM + out.getvalue(), "text/csv", f"{taken.name}.csv")


def _json(taken: Taken) -> Response:
    return _attached(current_app.json.dumps(taken.comparison.record()), "application/json", f"{taken.name}.json")


def _tmx(taken: Taken) -> Response:
    """Return the near-equivalent paragraphs of the documents: nothing else may pass for a translation."""
    found = matches_kept().equivalents(runtime().corpus, taken.ids)
    body = b"".join(write_units(units_of_matches(found), kind="tmx", version=version()))
    return _attached(body.decode(), "application/x-tmx+xml", f"{taken.name}.tmx")


def _report(taken: Taken) -> Response:
    """Return a page that needs nothing beside it, to be kept or sent on, and says what it was made of and when."""
    ui = interface()
    body = render_template(
        "report.html",
        view=view_of(taken.comparison, ui=ui),
        headlines=taken.headlines,
        words=interfaces()[ui],
        ui=ui,
        language_name=language_name,
        linked=False,
        style=Markup(_style()),  # our own file
        policy=_policy(),
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        version=version(),
    )
    return _attached(body, "text/html", f"{taken.name}.html")


def _style() -> str:
    return STYLE.read_text("utf-8")


def _policy() -> str:
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return POLICY.format(style=f"'sha256-{digest}'")


def _attached(body: str, kind: str, file: str) -> Response:
    response = Response(body, content_type=f"{kind}; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file, safe='')}"  # RFC 6266
    return response


EXPORTS: Mapping[str, Callable[[Taken], Response]] = {"csv": _csv, "json": _json, "tmx": _tmx, "report": _report}
