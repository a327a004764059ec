"""The file of keys, and the command that keeps it."""

from __future__ import annotations

import hashlib
import json
import re
import stat
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aligner.api_keys import add_key, allows, end_of_validity, find_key, read_keys, revoke_key
from aligner.cli import main
from aligner.errors import InputError, NotFoundError, SettingsError


def test_a_key_is_shown_once_and_stored_as_its_hash(tmp_path: Path) -> None:
    path = tmp_path / "made" / "keys.json"
    secret = add_key(path, name="newsroom", scope="write")
    assert re.fullmatch(r"sa_[A-Za-z0-9_-]{43}", secret)
    assert secret not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (key,) = read_keys(path)
    assert (key.name, key.scope, key.expires, key.is_valid()) == ("newsroom", "write", None, True)
    assert key.digest == hashlib.sha256(secret.encode()).hexdigest()
    assert find_key([key], secret) == key
    for wrong in ("", secret[:-1], secret + "x", secret.upper(), key.digest, "\ud800", "é"):
        assert find_key([key], wrong) is None


def test_several_keys_and_revoking(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    secrets = {name: add_key(path, name=name) for name in ("b", "a", "c")}
    assert [key.name for key in read_keys(path)] == ["b", "a", "c"]
    assert len(set(secrets.values())) == 3
    assert revoke_key(path, name="a").name == "a"
    assert find_key(read_keys(path), secrets["a"]) is None
    found = find_key(read_keys(path), secrets["c"])
    assert found is not None
    assert found.name == "c"
    with pytest.raises(NotFoundError, match=r"keys\.json: no key 'a'"):
        revoke_key(path, name="a")
    assert [entry.name for entry in tmp_path.iterdir()] == ["keys.json"]


def test_keys_that_are_made_at_the_same_time_are_all_there(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    threads = [threading.Thread(target=add_key, args=(path,), kwargs={"name": f"k{n}"}) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {key.name for key in read_keys(path)} == {f"k{n}" for n in range(20)}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": ""}, r"name: expected letters, digits, '\.', '_' and '-', up to 64, found ''"),
        ({"name": "a b"}, "found 'a b'"),
        ({"name": "x" * 65}, "found 'xxxx"),
        ({"name": "taken"}, "name: .*there is a key 'taken' already"),
        ({"name": "a", "scope": "all"}, "scope: expected read, write, admin, found 'all'"),
        ({"name": "a", "expires": "soon"}, "expires: expected a date or time as in 2027-01-31, found 'soon'"),
        ({"name": "a", "expires": "2020-01-31"}, "expires: 2020-01-31 is past"),
    ],
)
def test_a_wrong_key_is_not_made(tmp_path: Path, fields: dict[str, str], message: str) -> None:
    path = tmp_path / "keys.json"
    add_key(path, name="taken")
    before = path.read_bytes()
    with pytest.raises(InputError, match=message):
        add_key(path, **fields)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2999-01-31", "2999-02-01T00:00:00+00:00"),
        ("2999-12-31", "3000-01-01T00:00:00+00:00"),
        ("2999-01-31T12:00", "2999-01-31T12:00:00+00:00"),
        ("2999-01-31T12:00:00+02:00", "2999-01-31T10:00:00+00:00"),
    ],
)
def test_until_when_a_key_is_valid(tmp_path: Path, given: str, expected: str) -> None:
    assert end_of_validity(given) == expected
    add_key(tmp_path / "keys.json", name="a", expires=given)
    (key,) = read_keys(tmp_path / "keys.json")
    end = datetime.fromisoformat(expected)
    assert key.is_valid(datetime(2999, 1, 1, tzinfo=UTC))
    assert not key.is_valid(end)


def test_each_scope_allows_those_before_it() -> None:
    order = ("read", "write", "admin")
    for place, held in enumerate(order):
        assert [wanted for wanted in order if allows(held, wanted)] == list(order[: place + 1])


KEY = {"name": "a", "scope": "read", "digest": "0" * 64, "created": "2026-01-01T00:00:00+00:00", "expires": None}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "the keys cannot be read: Expecting value"),
        ("[]", "expected a file of keys of format 1, as `aligner keys add` writes it"),
        ('{"format": 2, "keys": []}', "expected a file of keys of format 1"),
        ('{"format": 1}', "expected a file of keys of format 1"),
        ([3], r"keys\[0\]: expected an object with name, scope, digest, created, expires"),
        ([KEY | {"more": 1}], r"keys\[0\]: expected an object with name"),
        ([KEY, KEY | {"name": None}], r"keys\[1\]: name: expected text"),
        ([KEY | {"scope": "root"}], r"keys\[0\]: scope: expected read, write, admin, found 'root'"),
        ([KEY | {"digest": "secret"}], r"keys\[0\]: digest: expected 64 hexadecimal digits"),
        ([KEY | {"expires": "2027-01-31"}], r"keys\[0\]: expires: expected a moment with its time zone"),
        ([KEY | {"expires": "soon"}], r"keys\[0\]: expires: expected a moment with its time zone, found 'soon'"),
        ([KEY, KEY], "two keys have the name 'a'"),
    ],
)
def test_a_damaged_file_says_where(tmp_path: Path, content: object, message: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(content if isinstance(content, str) else json.dumps({"format": 1, "keys": content}))
    with pytest.raises(SettingsError, match=rf"^{path}: {message}"):
        read_keys(path)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALIGNER_KEYS", raising=False)
    assert main(["keys", "list"]) == 2
    assert "no file of keys is named: give --keys FILE, or set ALIGNER_KEYS" in capsys.readouterr().err
    path = tmp_path / "keys.json"
    monkeypatch.setenv("ALIGNER_KEYS", str(path))
    assert main(["keys", "list"]) == 2
    assert "no file of keys here; `aligner keys add NAME` makes one" in capsys.readouterr().err
    assert main(["keys", "add", "desk", "--scope", "write", "--expires", "2999-01-31"]) == 0
    secret = capsys.readouterr().out.strip()
    assert main(["keys", "add", "desk"]) == 3
    assert main(["keys", "add", "root", "--scope", "admin", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["key"].startswith("sa_")
    assert main(["keys", "list"]) == 0
    listed = capsys.readouterr().out
    assert listed == "desk\twrite\tuntil 2999-02-01T00:00:00+00:00\nroot\tadmin\tnever expires\n"
    assert secret not in listed
    assert main(["keys", "revoke", "desk"]) == 0
    assert main(["keys", "revoke", "desk"]) == 4
    capsys.readouterr()
    assert main(["keys", "list", "--json", "--keys", str(path)]) == 0
    (left,) = json.loads(capsys.readouterr().out)
    assert (left["name"], left["valid"]) == ("root", True)
