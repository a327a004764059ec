"""Who may do what: each view names a scope, each request a key that holds it.

A view without the decorator asks for "read". Keys come as `Authorization: Bearer KEY` or `X-API-Key: KEY`; a browser
that opens a page asks for one as a password. The file of keys is read anew when it changes, so that keys are added,
revoked and rotated without a restart.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request
from werkzeug.exceptions import Forbidden, ServiceUnavailable, Unauthorized

from aligner.api_keys import SCOPES, ApiKey, allows, find_key, read_keys
from aligner.errors import SettingsError
from service.settings import Settings, is_loopback

__all__ = ["METRICS", "NOBODY", "OPEN", "Access", "Caller", "caller", "init_app", "is_local", "scope", "wanted_scope"]

OPEN = "open"  # asks for no key
METRICS = "metrics"  # admin, or open to the same machine where a setting says so
OPEN_ENDPOINTS = ("openapi.", "static")  # the specification and its page, which the library adds
FORWARDED = {"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"}  # what proxies add
REALM = "story-aligner"
MARK = "access_scope"
View = TypeVar("View", bound=Callable[..., object])

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the name of a key, or None, and what it may do."""

    name: str | None
    scope: str


NOBODY = Caller(None, OPEN)


class NoKeyError(Unauthorized):
    """No key, or none that is valid; the header says how one is given (RFC 6750)."""

    def __init__(self, detail: str, **fields: str) -> None:
        super().__init__(detail)
        self._fields = fields

    def get_headers(self, *args: Any, **more: Any) -> list[tuple[str, str]]:
        """Return the headers of the answer."""
        wants_page = request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"
        challenge = ("WWW-Authenticate", f'Basic realm="{REALM}"') if wants_page else _challenge(**self._fields)
        return [*super().get_headers(*args, **more), challenge]


class WrongScopeError(Forbidden):
    """The key is good and does not allow this; the header says what would."""

    def __init__(self, held: str, needed: str) -> None:
        super().__init__(f"this needs a key of scope {needed}, found one of scope {held}")
        self._needed = needed

    def get_headers(self, *args: Any, **more: Any) -> list[tuple[str, str]]:
        """Return the headers of the answer."""
        return [*super().get_headers(*args, **more), _challenge(error="insufficient_scope", scope=self._needed)]


def _challenge(**fields: str) -> tuple[str, str]:
    quoted = (f'{name}="{value}"' for name, value in {"realm": REALM, **fields}.items())
    return "WWW-Authenticate", f"Bearer {', '.join(quoted)}"


def scope(name: str) -> Callable[[View], View]:
    """Return the decorator that has a view ask for "read", "write", "admin" or nothing ("open")."""
    if name not in {*SCOPES, OPEN, METRICS}:
        raise ValueError(f"expected a scope of {', '.join(SCOPES)} or {OPEN}, found {name!r}")

    def mark(view: View) -> View:
        setattr(view, MARK, name)
        return view

    return mark


def wanted_scope(app: Flask, endpoint: str, method: str) -> str:
    """Return the scope that a route asks for: the mark of its view or, of a view class, of the method or class."""
    if endpoint.startswith(OPEN_ENDPOINTS) or method == "OPTIONS":  # a browser asks that without credentials
        return OPEN
    view = app.view_functions[endpoint]
    owner = getattr(view, "view_class", None)
    method = "get" if method == "HEAD" else method.lower()
    found: str = getattr(getattr(owner, method, None), MARK, None) or getattr(owner or view, MARK, None) or "read"
    return found


def caller() -> Caller:
    """Return who asks the present request."""
    found: Caller = g.get("caller", NOBODY)
    return found


class Access:
    """The keys of a file, read anew when the file changes; without a file everybody on this machine may do all."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._guard = threading.Lock()
        self._seen: tuple[int, ...] = ()
        self._keys: tuple[ApiKey, ...] | None = None
        if settings.keys is not None:
            self._seen, self._keys = _mark(settings.keys), read_keys(settings.keys)

    def keys(self) -> tuple[ApiKey, ...]:
        """Return the keys as the file holds them now. Raises SettingsError while it cannot be read."""
        path = self._settings.keys
        if path is None:
            return ()
        with self._guard:
            mark = _mark(path)
            if mark != self._seen or self._keys is None:
                self._keys = None  # a key that was revoked is not to live on because the file is damaged
                self._keys = read_keys(path)
                self._seen = mark
                log.info("%s: %d keys", path, len(self._keys))
            return self._keys

    def is_foreign(self) -> bool:
        """Say whether a browser asks for a page of another site that is not let in; it may bring a key by itself."""
        origin = request.headers.get("Origin")
        allowed = {"*", origin} & self._settings.origins
        own = origin is None or urlsplit(origin).netloc == request.host
        return not allowed and (not own or request.headers.get("Sec-Fetch-Site") == "cross-site")

    def check(self, wanted: str) -> Caller:
        """Return who asks. Raises Unauthorized, Forbidden, ServiceUnavailable."""
        settings = self._settings
        if settings.keys is None:
            if wanted != OPEN and not settings.without_keys and not is_local():
                raise Forbidden(
                    "without keys this service answers its own machine alone; set ALIGNER_KEYS, or"
                    " ALIGNER_WITHOUT_KEYS=yes"
                )
            return Caller(None, "admin")
        secret = _secret(wanted)
        if secret is None:
            is_open = wanted == OPEN or (wanted == "read" and settings.open_read)
            if is_open or (wanted == METRICS and settings.open_metrics and is_local()):
                return Caller(None, "read" if settings.open_read else OPEN)
            raise NoKeyError("a key is needed: Authorization: Bearer KEY, or X-API-Key: KEY")
        return self._holder(secret, wanted)

    def _holder(self, secret: str, wanted: str) -> Caller:
        try:
            key = find_key(self.keys(), secret)
        except SettingsError as error:
            if wanted == OPEN:
                return NOBODY
            log.error("no key is valid: %s", error)
            raise ServiceUnavailable("the keys cannot be read now") from error
        if key is None or not key.is_valid():
            if key is None and wanted == "read" and self._settings.open_read and _is_basic():
                return Caller(None, "read")  # the credentials of a proxy in front, not meant for us
            if wanted == OPEN:
                return NOBODY
            raise NoKeyError("the key is unknown" if key is None else "the key has expired", error="invalid_token")
        needed = "admin" if wanted == METRICS else wanted
        if needed != OPEN and not allows(key.scope, needed):
            raise WrongScopeError(key.scope, needed)
        return Caller(key.name, key.scope)


def init_app(app: Flask, settings: Settings) -> Access:
    """Have each request of an app checked before its view. Raises SettingsError where the keys cannot be read."""
    access = Access(settings)
    app.extensions["access"] = access
    app.before_request(_check)
    return access


def _check() -> None:
    if request.endpoint is None:  # no such route, or not this method
        return
    access: Access = current_app.extensions["access"]
    if request.method not in {"GET", "HEAD", "OPTIONS"} and access.is_foreign():
        raise Forbidden("a page of another site asks; name it in ALIGNER_CORS_ORIGINS if it may")
    g.caller = access.check(wanted_scope(current_app, request.endpoint, request.method))


def _secret(wanted: str) -> str | None:
    """Return the key of a request for which a scope is wanted.

    A browser sends it as the password of Basic, whatever the name, and only to read: it does so by itself, also when
    another site's page has it send a form. A proxy's own Basic credentials stand aside for X-API-Key.
    """
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return value.strip()
    given = request.headers.get("X-API-Key")
    reads = request.method in {"GET", "HEAD"} or wanted == "read"
    basic = request.authorization if kind.lower() == "basic" and reads else None
    return basic.password if given is None and basic is not None else given


def _is_basic() -> bool:
    return request.headers.get("Authorization", "").partition(" ")[0].lower() == "basic"


def is_local() -> bool:
    """Say whether the request comes from this machine and was meant for it.

    The name asked for counts too: a web page that has its name resolve to the loopback address (DNS rebinding) sends
    that name. A proxy on this machine passes on what others ask; one that says so by a header is not taken for it.
    """
    if FORWARDED & {name.lower() for name, _ in request.headers}:
        return False
    peer = request.remote_addr or ""
    name = request.host.rpartition(":")[0] if not request.host.endswith("]") and ":" in request.host else request.host
    return (not peer or is_loopback(peer)) and is_loopback(name.strip("[]"))


def _mark(path: Path) -> tuple[int, ...]:
    """Return what changes when a file is written or replaced."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_ino, found.st_size
