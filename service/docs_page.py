"""The page on which to try the API: Swagger UI out of a package, with nothing from elsewhere."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from flask import Response, send_from_directory
from werkzeug.exceptions import NotFound

from service.access import OPEN, scope
from service.validation import Blueprint

__all__ = ["docs"]

ASSETS = ("swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png")
POLICY = (  # Swagger UI draws its arrows from data: URLs
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Story aligner: the API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="docs/favicon-32x32.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
<main id="swagger-ui"></main>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</html>
"""
START = """SwaggerUIBundle({url: "openapi.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null});
"""

docs = Blueprint("docs", __name__, enable_openapi=False)


@docs.get("/docs")
@scope(OPEN)
def page() -> Response:
    """Answer with the page."""
    return _guarded(Response(PAGE, content_type="text/html; charset=utf-8"))


@docs.get("/docs/<asset>")
@scope(OPEN)
def asset(asset: str) -> Response:
    """Answer with a part of the page."""
    if asset == "start.js":
        return _guarded(Response(START, content_type="text/javascript; charset=utf-8"))
    if asset not in ASSETS:
        raise NotFound(f"no part {asset!r} of the page")
    folder = files("flask_swagger_ui") / "dist"
    return _guarded(send_from_directory(Path(str(folder)), asset, max_age=86_400))


def _guarded(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
