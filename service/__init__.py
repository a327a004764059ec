"""The JSON API: `gunicorn --worker-class gthread "service:create_app()"`, without --preload."""

from __future__ import annotations

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from aligner.corpus import Corpus
from service import access, problems
from service.routes import api, root
from service.runtime import Runtime
from service.settings import Settings

__all__ = ["Settings", "create_app"]


def create_app(corpus: Corpus | None = None, *, settings: Settings | None = None) -> Flask:
    """Return the service as a WSGI application; settings that are not given are the environment's.

    A corpus that is handed in is served at once, and its encoder must bear several threads. Otherwise the
    settings' corpus is opened, its model loaded in the background, and until then requests are answered with 503.
    Raises SettingsError.
    """
    settings = settings or Settings.from_environment()
    app = Flask(__name__, static_folder=None)
    # One more than is taken: a chunked body that reaches this is cut off there, in silence, and so told by its length.
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes + 1
    app.json = _Json(app)
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False  # else a double slash is answered with a redirect
    app.extensions["runtime"] = Runtime(settings, corpus)
    app.register_blueprint(root)
    app.register_blueprint(api)
    problems.register(app)
    access.init_app(app, settings)
    return app


class _Json(DefaultJSONProvider):
    ensure_ascii = False
    sort_keys = False
