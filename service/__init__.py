"""The JSON API and the pages: `aligner serve`, or `gunicorn -c python:service.gunicorn_conf "service:create_app()"`."""

from __future__ import annotations

from apiflask import APIFlask
from flask.json.provider import DefaultJSONProvider

from aligner.corpus import Corpus
from aligner.version import PACKAGE, version
from service import (
    conditional,
    idempotency,
    jobs,
    metrics,
    openapi,
    operations,
    pages_base,
    pages_text,
    problems,
    tmserver,
    translation,
    transport,
)
from service.comparisons import Comparisons
from service.docs_page import docs
from service.matches_kept import MatchesKept
from service.mymemory import mymemory
from service.outlets import Outlets
from service.pages import pages
from service.pages_stories import story_pages
from service.routes_align import aligning
from service.routes_comparison import comparing
from service.routes_documents import documents
from service.routes_exchange import exchange
from service.routes_jobs import working
from service.routes_matches import matching
from service.routes_review import reviewing
from service.routes_root import root
from service.routes_search import searching
from service.routes_stories import stories
from service.runtime import Runtime
from service.settings import Settings
from service.weblate_memory import weblate_memory

__all__ = ["Settings", "create_app"]

pages.register_blueprint(story_pages)  # all pages are pages.*
BLUEPRINTS = (
    root,
    searching,
    documents,
    matching,
    comparing,
    stories,
    aligning,
    working,
    reviewing,
    docs,
    exchange,
    mymemory,
    weblate_memory,
    pages,
)


def create_app(corpus: Corpus | None = None, *, settings: Settings | None = None) -> APIFlask:
    """Return the service as a WSGI application; settings that are not given are the environment's.

    A corpus that is handed in is served at once, and its encoder must bear several threads. Otherwise the
    settings' corpus is opened, its model loaded in the background, and until then requests are answered with 503.
    Raises SettingsError.
    """
    settings = settings or Settings.from_environment()
    app = APIFlask(
        __name__,
        title=PACKAGE,
        version=version(),
        docs_path=None,  # its page asks for scripts from elsewhere; see docs_page.py
        json_errors=False,
        static_folder=None,  # type: ignore[arg-type]
    )
    # One more than is taken: a chunked body that reaches this is cut off there, in silence, and so told by its length.
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes + 1
    app.json = _Json(app)
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False  # else a double slash is answered with a redirect
    runtime = Runtime(settings, corpus, observe=metrics.observe_batch)
    app.extensions["runtime"] = runtime
    app.extensions["matches_kept"] = kept = MatchesKept()
    app.extensions["comparisons"] = Comparisons(was_read=kept.was_read)
    app.extensions["outlets"] = Outlets()
    translation.init_app(app)
    for blueprint in (*BLUEPRINTS, *tmserver.blueprints()):
        app.register_blueprint(blueprint)
    problems.register(app)
    pages_base.register(app)
    operations.init_app(app, settings)
    pages_text.init_app(app)
    transport.init_app(app, settings)
    jobs.init_app(app, runtime, corpus.folder if corpus else settings.corpus)
    conditional.init_app(app)
    idempotency.init_app(app)
    openapi.configure(app, settings)
    return app


class _Json(DefaultJSONProvider):
    ensure_ascii = False
    sort_keys = False
