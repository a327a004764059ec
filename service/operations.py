"""What goes around every request, in order: its id and log line, its count, who asks, how often, and how long."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from flask import Flask, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from aligner.deadline import limit_time
from service import access, limits, logs, metrics
from service.settings import Settings

__all__ = ["init_app"]

RATES = "rates.bin"  # in the folder that all workers share


def init_app(app: Flask, settings: Settings) -> None:
    """Have all of it done for an app. Raises SettingsError where the keys cannot be read."""
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
        )
    shared = os.environ.get(metrics.FOLDER)
    logs.init_app(app)
    metrics.init_app(app)
    access.init_app(app, settings)
    limits.init_app(app, settings, file=Path(shared) / RATES if shared else None)
    _limit_time(app, settings.query_seconds)


def _limit_time(app: Flask, seconds: int) -> None:
    """Have answers that take too long end with TooSlowError; what writes is not cut off halfway."""

    def begin() -> None:
        g.time_limit = contextlib.ExitStack()
        if request.endpoint and access.wanted_scope(app, request.endpoint, request.method) in {"read", access.METRICS}:
            g.time_limit.enter_context(limit_time(seconds))

    def end(error: BaseException | None) -> None:
        if (limit := g.pop("time_limit", None)) is not None:
            limit.close()

    app.before_request(begin)
    app.teardown_request(end)
