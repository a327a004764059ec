"""Logs as JSON lines, one for each request, with the id by which a client and the log speak of the same one.

A line names the route and never the path or the query: texts of users stand in both.
"""

from __future__ import annotations

import json
import logging
import re
import time
import uuid
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, g, has_request_context, request

from service.access import caller

__all__ = ["JsonFormatter", "NoRequestText", "init_app", "logging_config", "request_id"]

HEADER = "X-Request-ID"
ACCEPTED = re.compile(r"[A-Za-z0-9._-]{1,64}")
log = logging.getLogger("service.requests")


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, the fields of the record, an error's traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        if (id := request_id()) is not None:
            line["request_id"] = id
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True, default=str)  # ASCII: no control character forges a line


class NoRequestText(logging.Filter):
    """Cuts what a client sent out of gunicorn's warnings, which quote URLs and request lines."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record."""
        message = str(record.msg)
        if message.startswith("Invalid request from"):
            record.msg = message.partition(": ")[0]
        elif message.startswith("Error handling request %"):
            record.msg, record.args = "Error handling request", ()
        return True


def request_id() -> str | None:
    """Return the id of the present request, if there is one."""
    return g.get("request_id") if has_request_context() else None


def logging_config(level: str) -> dict[str, Any]:
    """Return what logging.config.dictConfig takes: everything to standard error, as JSON lines."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "service.logs.JsonFormatter"}},
        "filters": {"no_request_text": {"()": "service.logs.NoRequestText"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"level": level.upper(), "handlers": ["stderr"]},
        "loggers": {
            "gunicorn.error": {"level": level.upper(), "propagate": True, "filters": ["no_request_text"]},
            "faiss": {"level": "WARNING"},  # it tells which instructions it tried
            # its lines hold the URL, in which translation tools send their users' texts; ours name the route
            "gunicorn.access": {"level": "CRITICAL", "propagate": False},
        },
    }


def init_app(app: Flask) -> None:
    """Give each request an id and a line in the log."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    given = request.headers.get(HEADER, "")
    g.request_id = given if ACCEPTED.fullmatch(given) else uuid.uuid4().hex
    g.started = time.perf_counter()


def _end(response: Response) -> Response:
    response.headers[HEADER] = g.request_id
    fields = {
        "method": request.method if request.url_rule else None,  # a made-up method is a text of a user too
        "route": request.url_rule.rule if request.url_rule else None,
        "status": response.status_code,
        "milliseconds": round((time.perf_counter() - g.started) * 1000, 1),
        "key": caller().name,
    }
    quiet = request.endpoint in {"root.health", "root.ready"} and response.status_code == 200
    log.log(logging.DEBUG if quiet else logging.INFO, "request", extra={"fields": fields})
    return response
