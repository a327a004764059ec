"""Who may use the service: keys with a name, a scope and perhaps an end, in one file that holds no key.

A key is 256 random bits and is shown once; the file holds its SHA-256. A slow hash with salt is for passwords, which
can be guessed: of 2**256 keys nobody tries a part that counts, and a fast hash keeps a request cheap.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from aligner.errors import InputError, NotFoundError, SettingsError
from aligner.files import write_whole

__all__ = ["SCOPES", "ApiKey", "add_key", "allows", "end_of_validity", "find_key", "read_keys", "revoke_key"]

SCOPES = ("read", "write", "admin")
"""Each allows what stands before it, too."""
FORMAT = 1
PREFIX = "sa_"  # lets scanners for leaked secrets know a key of ours
SECRET_BYTES = 32
OWNER_ALONE = 0o600
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
FIELDS = ("name", "scope", "digest", "created", "expires")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One key. `digest` is the SHA-256 of the key in hexadecimal; `expires` is a moment in UTC, None is never."""

    name: str
    scope: str
    digest: str
    created: str
    expires: str | None = None

    def is_valid(self, now: datetime | None = None) -> bool:
        """Say whether the key still opens anything."""
        return self.expires is None or (now or datetime.now(UTC)) < datetime.fromisoformat(self.expires)


def allows(held: str, wanted: str) -> bool:
    """Say whether who holds a scope may do what asks for another one."""
    return SCOPES.index(held) >= SCOPES.index(wanted)


def find_key(keys: Sequence[ApiKey], secret: str) -> ApiKey | None:
    """Return the key that this is, valid or not; the time that it takes does not tell how near a guess came."""
    digest = hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
    found = None
    for key in keys:  # all of them: to stop at the right one would tell its place
        if hmac.compare_digest(key.digest, digest):
            found = key
    return found


def read_keys(path: Path) -> tuple[ApiKey, ...]:
    """Return the keys of a file, in the order in which they were made. Raises SettingsError."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"{path}: no file of keys here; `aligner keys add NAME` makes one") from None
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path}: the keys cannot be read: {error}") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT or not isinstance(content.get("keys"), list):
        raise SettingsError(f"{path}: expected a file of keys of format {FORMAT}, as `aligner keys add` writes it")
    keys = tuple(_key(record, f"{path}: keys[{number}]") for number, record in enumerate(content["keys"]))
    if repeated := sorted({key.name for key in keys if sum(other.name == key.name for other in keys) > 1}):
        raise SettingsError(f"{path}: two keys have the name {repeated[0]!r}")
    return keys


def _key(record: object, place: str) -> ApiKey:
    if not isinstance(record, dict) or set(record) != set(FIELDS):
        raise SettingsError(f"{place}: expected an object with {', '.join(FIELDS)}")
    texts = [name for name in FIELDS if not isinstance(record[name], str) and (name, record[name]) != ("expires", None)]
    if texts:
        raise SettingsError(f"{place}: {texts[0]}: expected text")
    if record["scope"] not in SCOPES:
        raise SettingsError(f"{place}: scope: expected {', '.join(SCOPES)}, found {record['scope']!r}")
    if not re.fullmatch("[0-9a-f]{64}", record["digest"]):
        raise SettingsError(f"{place}: digest: expected 64 hexadecimal digits")
    try:
        if record["expires"] is not None and datetime.fromisoformat(record["expires"]).tzinfo is None:
            raise ValueError
    except ValueError:
        found = record["expires"]
        raise SettingsError(f"{place}: expires: expected a moment with its time zone, found {found!r}") from None
    return ApiKey(**record)


def add_key(path: Path, *, name: str, scope: str = "read", expires: str | None = None) -> str:
    """Make a key and return it; it can be had only this once. Raises InputError, SettingsError."""
    if not NAME.fullmatch(name):
        raise InputError(f"expected letters, digits, '.', '_' and '-', up to 64, found {name[:80]!r}", field="name")
    if scope not in SCOPES:
        raise InputError(f"expected {', '.join(SCOPES)}, found {scope[:80]!r}", field="scope")
    until = None if expires is None else end_of_validity(expires)
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    digest = hashlib.sha256(secret.encode()).hexdigest()
    with _changing(path):
        keys = read_keys(path) if path.exists() else ()
        if any(key.name == name for key in keys):
            raise InputError(f"{path}: there is a key {name!r} already; revoke it or take another name", field="name")
        created = datetime.now(UTC).isoformat(timespec="seconds")
        _write(path, [*keys, ApiKey(name, scope, digest, created, until)])
    return secret


def revoke_key(path: Path, *, name: str) -> ApiKey:
    """Take a key out of the file and return what it was. Raises NotFoundError, SettingsError."""
    with _changing(path):
        keys = read_keys(path)
        for key in keys:
            if key.name == name:
                _write(path, [other for other in keys if other is not key])
                return key
    raise NotFoundError(f"{path}: no key {name!r}")


def end_of_validity(value: str) -> str:
    """Return the moment in UTC until which a key is valid: a date counts in full, a time without zone is UTC.

    Raises InputError for what is no date or is past.
    """
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise InputError(f"expected a date or time as in 2027-01-31, found {value[:80]!r}", field="expires") from None
    if len(value) == len("2027-01-31") and moment.time() == time():
        moment += timedelta(days=1)
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    if moment <= datetime.now(UTC):
        raise InputError(f"{value} is past", field="expires")
    return moment.isoformat(timespec="seconds")


@contextlib.contextmanager
def _changing(path: Path) -> Iterator[None]:
    """Let one process at a time read and write the file anew."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path.parent, os.O_RDONLY)
    except OSError as error:
        raise SettingsError(f"{path}: cannot be written: {error}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _write(path: Path, keys: Sequence[ApiKey]) -> None:
    content = {"format": FORMAT, "keys": [asdict(key) for key in keys]}
    try:
        write_whole(path, json.dumps(content, indent=1).encode() + b"\n", mode=OWNER_ALONE)
    except OSError as error:
        raise SettingsError(f"{path}: cannot be written: {error}") from error
