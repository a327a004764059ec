"""What has not changed is not sent again, and what is sent twice is done once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sending import API, BRIDGE, PONT, SETTINGS, client_of, corpus_in, said
from test_jobs import GatedEncoder
from tiny import make_document

from aligner.api_keys import add_key
from aligner.corpus import Corpus
from aligner.errors import ChangedError
from aligner.store_ledger import Ledger
from aligner.store_replies import Replies, Reply


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    with corpus_in(tmp_path) as corpus:
        yield corpus


@pytest.fixture
def client(corpus: Corpus) -> FlaskClient:
    return client_of(corpus)


# -- tags -------------------------------------------------------------------------------------------------------

DERIVED = [
    f"{API}/documents",
    f"{API}/documents?limit=1",
    f"{API}/search?q=bridge",
    f"{API}/documents/a/matches",
    f"{API}/paragraphs/a%230/matches",
    f"{API}/matches",
    f"{API}/stories",
    f"{API}/stories/story-a",
    f"{API}/stories/story-a/comparison",
    f"{API}/story-log",
    f"{API}/comparison?document=a",
]


@pytest.mark.parametrize("path", [*DERIVED, f"{API}/documents/a"])
@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_what_has_not_changed_is_not_sent_again(client: FlaskClient, path: str, coding: str) -> None:
    headers = {"Accept-Encoding": coding}
    first = FlaskClient.open(client, path, headers=headers)
    assert first.headers["Cache-Control"] == "private, no-cache"
    headers["If-None-Match"] = f'"x", {first.headers["ETag"]}'
    again = FlaskClient.open(client, path, headers=headers)
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    client.put(f"{API}/documents/a", json={"lang": "en", "paragraphs": [BRIDGE], "title": "New"})
    changed = FlaskClient.open(client, path, headers=headers)
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


def test_a_star_is_no_tag_of_an_answer(client: FlaskClient) -> None:
    anything = {"If-None-Match": "*"}
    assert client.get(f"{API}/documents", headers=anything).status_code == 200
    assert client.get(f"{API}/documents?limit=0", headers=anything).status_code == 422
    assert client.get(f"{API}/documents/none/matches", headers=anything).status_code == 404


def test_tags_tell_questions_apart(client: FlaskClient) -> None:
    tags = [client.get(path).headers["ETag"] for path in DERIVED]
    assert len(set(tags)) == len(tags)
    assert all(tag.startswith('W/"') for tag in tags)
    one, other = (client.get(f"{API}/documents/{id}").headers["ETag"] for id in "ab")
    client.delete(f"{API}/documents/b")
    assert client.get(f"{API}/documents/a").headers["ETag"] == one != other


def test_writes_that_hold_only_for_what_was_read(client: FlaskClient) -> None:
    path, record = f"{API}/documents/a", {"lang": "en", "paragraphs": [BRIDGE]}
    read = client.get(path).headers["ETag"]
    written = client.put(path, json=record | {"title": "1"}, headers={"If-Match": read})
    assert written.get_json()["status"] == "replaced"
    assert written.headers["ETag"] == client.get(path).headers["ETag"] != read
    late = client.put(path, json=record | {"title": "2"}, headers={"If-Match": read})
    assert said(late, 412) == f"If-Match: its ETag is {written.headers['ETag']}"
    assert said(client.delete(path, headers={"If-Match": read}), 412).startswith("If-Match: ")
    packed = f'{written.headers["ETag"][:-1]}:gzip"'
    assert client.put(path, json=record | {"title": "3"}, headers={"If-Match": packed}).status_code == 200
    assert client.put(path, json=record | {"title": "4"}, headers={"If-Match": "*"}).status_code == 200
    assert client.put(path, json=record | {"title": "5"}, headers={"If-None-Match": '""'}).status_code == 200
    new = {"If-None-Match": "*"}
    assert said(client.put(path, json=record, headers=new), 412) == "If-None-Match: there is such a document"
    assert client.put(f"{API}/documents/c", json=record, headers=new).status_code == 201
    assert said(client.put(f"{API}/documents/d", json=record, headers={"If-Match": "*"}), 412) == (
        "If-Match: there is no such document"
    )
    assert client.get(path).get_json()["title"] == "5"
    tag = client.get(path).headers["ETag"]
    assert client.delete(path, headers={"If-Match": tag}).status_code == 200


def test_a_change_between_reading_and_writing_is_noticed_in_the_store(corpus: Corpus) -> None:
    digest = corpus.store.content_hashes(["a"])["a"]
    with corpus.store.expecting({"a": digest, "x": None}):
        list(corpus.add([make_document("a", BRIDGE, outlet="1")]))
    for wrong in ({"a": digest}, {"b": None}, {"x": digest}):
        with corpus.store.expecting(wrong), pytest.raises(ChangedError, match=r"^[abx]: changed since it was read$"):
            list(corpus.add([make_document("a", BRIDGE, outlet="2")]))
        with corpus.store.expecting(wrong), pytest.raises(ChangedError):
            corpus.remove(["a"])
    assert corpus.store.document("a").document.outlet == "1"


# -- sent twice -------------------------------------------------------------------------------------------------


def keyed(client: FlaskClient, key: str, body: object, path: str = f"{API}/documents", **headers: str) -> Any:
    return client.post(path, json=body, headers={"Idempotency-Key": key, **headers})


def test_a_write_that_is_sent_twice_is_done_once(client: FlaskClient) -> None:
    record = {"id": "c", "lang": "fr", "paragraphs": [PONT]}
    first = keyed(client, '"key 1"', record)
    again = keyed(client, '"key 1"', record)
    assert (first.status_code, first.get_json()["created"]) == (201, 1)
    assert (again.status_code, again.data) == (201, first.data)
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    detail = "Idempotency-Key: this key was given with another request"
    assert said(keyed(client, '"key 1"', record | {"title": "T"}), 422) == detail
    assert said(keyed(client, '"key 1"', record, f"{API}/documents?async=true"), 422) == detail
    assert keyed(client, "key-2", record).get_json()["unchanged"] == 1
    removed = client.delete(f"{API}/documents/c", headers={"Idempotency-Key": "key-3"})
    again = client.delete(f"{API}/documents/c", headers={"Idempotency-Key": "key-3"})
    assert (removed.status_code, again.status_code) == (200, 200)
    assert client.delete(f"{API}/documents/c").status_code == 404
    job = keyed(client, "key-4", record, f"{API}/documents?async=true")
    again = keyed(client, "key-4", record, f"{API}/documents?async=true")
    assert (again.status_code, again.headers["Location"]) == (202, job.headers["Location"])
    assert len(client.get(f"{API}/jobs").get_json()["jobs"]) == 1
    client.application.extensions["jobs"].end()


def test_refusals_are_repeated_and_failures_are_not(client: FlaskClient, corpus: Corpus) -> None:
    wrong = keyed(client, "key-5", {"id": "c"})
    assert (wrong.status_code, keyed(client, "key-5", {"id": "c"}).data) == (422, wrong.data)
    corpus.store.rows("CREATE TRIGGER t BEFORE INSERT ON documents BEGIN SELECT raise(ABORT, 'no'); END")
    record = {"id": "c", "lang": "fr", "paragraphs": [PONT]}
    assert keyed(client, "key-6", record).status_code == 503
    corpus.store.rows("DROP TRIGGER t")
    assert keyed(client, "key-6", record).status_code == 201
    assert client.post(f"{API}/search", json={"text": BRIDGE}, headers={"Idempotency-Key": '"'}).status_code == 200


@pytest.mark.parametrize("key", ['"', '""', "a b", "é", "x" * 256, '"a\\"b"'])
def test_a_key_that_is_none(client: FlaskClient, key: str) -> None:
    detail = "Idempotency-Key: expected 1 to 255 printable ASCII characters, quoted or without blanks"
    assert said(keyed(client, key, {"id": "c", "text": "a", "lang": "en"}), 400) == detail


def test_a_request_that_is_still_being_worked_on(tmp_path: Path) -> None:
    encoder = GatedEncoder()
    with Corpus(tmp_path, encoder=encoder, create=True) as corpus:
        client = client_of(corpus)
        encoder.gate.clear()
        record, found = {"id": "c", "lang": "fr", "paragraphs": [PONT]}, []
        thread = threading.Thread(target=lambda: found.append(keyed(client_of(corpus), "k", record)))
        thread.start()
        assert encoder.waiting.wait(30)
        detail = "Idempotency-Key: the request with this key is still being worked on"
        assert said(keyed(client, "k", record), 409) == detail
        encoder.gate.set()
        thread.join()
        assert keyed(client, "k", record).data == found[0].data


def test_keys_belong_to_who_sent_them(corpus: Corpus, tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    secrets = [add_key(keys, name=name, scope="write") for name in "xy"]
    client = client_of(corpus, replace(SETTINGS, keys=keys))
    record = {"id": "c", "lang": "fr", "paragraphs": [PONT]}
    found = [keyed(client, "k", record, **{"X-API-Key": secret}).get_json() for secret in secrets]
    assert [(each["created"], each["unchanged"]) for each in found] == [(1, 0), (0, 1)]


def test_a_key_whose_process_died_and_one_that_is_old_are_new(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "service.sqlite")
    replies = Replies(ledger)
    assert replies.begin("", "k", "f") is None
    begun = replies.begin("", "k", "f")
    assert begun is not None
    assert begun.status is None
    with ledger.transaction() as connection:
        connection.execute("UPDATE replies SET owner = '999999999-1-x'")
    assert replies.begin("", "k", "f") is None
    replies.finish("", "k", status=201, headers={"Content-Type": "a/b"}, body=b"\0\xff")
    reply = Replies(Ledger(ledger.path)).begin("", "k", "g")
    assert reply is not None
    assert reply == Reply("f", 201, {"Content-Type": "a/b"}, b"\0\xff")
    with ledger.transaction() as connection:
        connection.execute("UPDATE replies SET created = '2020-01-01T00:00:00+00:00'")
    assert replies.begin("", "k", "g") is None
