"""How answers travel: URLs of bounded length, packed bodies, and what browsers are told."""

from __future__ import annotations

from flask import Flask, Response, request
from flask_compress import Compress
from werkzeug.exceptions import RequestURITooLarge

from service.settings import Settings

__all__ = ["MAX_URL_BYTES", "init_app"]

MAX_URL_BYTES = 16_384  # gunicorn takes half of it, other servers more
PACKED = [
    "application/json",
    "application/problem+json",
    "application/x-ndjson",
    "application/xml",
    "text/css",
    "text/csv",
    "text/html",
    "text/javascript",
    "text/plain",
]
MIN_PACKED_BYTES = 1_000
PREFLIGHT_SECONDS = "600"
METHODS = "GET, HEAD, POST, PUT, DELETE, OPTIONS"
TAKEN_HEADERS = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Prefer, X-API-Key"
SHOWN_HEADERS = "ETag, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-ID"


def init_app(app: Flask, settings: Settings) -> None:
    """Have all of it done for an app."""
    app.before_request(_check_url)
    app.config.update(
        COMPRESS_MIMETYPES=PACKED,
        COMPRESS_ALGORITHM=["gzip"],
        COMPRESS_ALGORITHM_STREAMING=["gzip"],
        COMPRESS_MIN_SIZE=MIN_PACKED_BYTES,
    )
    Compress(app)
    if origins := settings.origins:
        app.after_request(lambda response: _allow(response, origins))
    app.after_request(_guard)


def _check_url() -> None:
    if len(request.environ.get("QUERY_STRING", "")) + len(request.environ.get("PATH_INFO", "")) > MAX_URL_BYTES:
        raise RequestURITooLarge(f"the URL has more than {MAX_URL_BYTES:,} bytes; POST takes long texts")


def _allow(response: Response, origins: frozenset[str]) -> Response:
    """Let the pages of these origins read the answer; keys travel in a header, so cookies are never asked for."""
    origin = request.headers.get("Origin")
    response.vary.add("Origin")
    if origin is None or not origins & {origin, "*"}:
        return response
    response.headers["Access-Control-Allow-Origin"] = "*" if "*" in origins else origin
    response.headers["Access-Control-Expose-Headers"] = SHOWN_HEADERS
    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
        response.headers["Access-Control-Allow-Methods"] = METHODS
        response.headers["Access-Control-Allow-Headers"] = TAKEN_HEADERS
        response.headers["Access-Control-Max-Age"] = PREFLIGHT_SECONDS
    return response


def _guard(response: Response) -> Response:
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    return response
