"""The contract of a place: what a folder and a bucket both do."""

import hashlib
import os
from pathlib import Path

import pytest

from deepstyle.errors import StoreError, UsageError
from deepstyle.store.external.folder import FolderObjects
from deepstyle.store.external.objects import PlaceError, object_name, owner_name, sha256_of_name
from deepstyle.store.external.open import open_objects, place_url
from tests.store.external.places import OWNER, PlaceFactory, new_bucket, s3_server, use_server

DATA = b"a picture"
SHA256 = hashlib.sha256(DATA).hexdigest()
OTHER = hashlib.sha256(b"another").hexdigest()


def test_put_get_list_delete(new_place: PlaceFactory) -> None:
    objects = open_objects(new_place())
    assert not objects.put(SHA256, DATA)
    assert objects.put(SHA256, DATA)
    assert objects.get(SHA256) == DATA
    assert objects.get(OTHER) is None
    assert [(one.sha256, one.size_bytes) for one in objects.objects()] == [(SHA256, len(DATA))]
    assert (objects.age_s(SHA256) or 0) < 60
    assert objects.age_s(OTHER) is None
    objects.delete(SHA256)
    objects.delete(SHA256)
    assert objects.get(SHA256) is None


def test_what_is_damaged_is_written_again(new_place: PlaceFactory) -> None:
    objects = open_objects(new_place())
    for damaged in (b"", b"a pictuer", DATA[:4]):
        objects.delete(SHA256)
        objects.put(SHA256, damaged)
        assert not objects.put(SHA256, DATA)
        assert objects.get(SHA256) == DATA


def test_marks_of_stores_are_no_objects(new_place: PlaceFactory) -> None:
    objects = open_objects(new_place())
    assert objects.owners() == set()
    objects.mark(OWNER)
    objects.put(SHA256, DATA)
    assert objects.owners() == {OWNER}
    assert [one.sha256 for one in objects.objects()] == [SHA256]
    objects.unmark(OWNER)
    objects.unmark(OWNER)
    assert objects.owners() == set()


def test_two_prefixes_of_a_bucket_are_two_places(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    use_server(endpoint, monkeypatch)
    url = new_bucket(endpoint)
    open_objects(url).put(SHA256, DATA)
    assert list(open_objects(f"{url}2").objects()) == []


@pytest.mark.parametrize(
    "name", ["", "..", "../../etc/passwd", "/etc/passwd", SHA256.upper(), SHA256[:-1], f"{SHA256}\n"]
)
def test_only_a_hash_becomes_a_path(name: str, new_place: PlaceFactory) -> None:
    objects = open_objects(new_place())
    for call in (objects.get, objects.delete, objects.age_s, objects.mark):
        with pytest.raises(StoreError, match="is not the"):
            call(name)
    with pytest.raises(StoreError, match="is not the SHA-256"):
        objects.put(name, DATA)
    assert sha256_of_name(name) is None


def test_names() -> None:
    assert object_name(SHA256) == f"{SHA256[:2]}/{SHA256[2:4]}/{SHA256}"
    assert sha256_of_name(object_name(SHA256)) == SHA256
    assert sha256_of_name(f"00/00/{SHA256}") is None
    assert owner_name(OWNER) == f"stores/{OWNER}"


def test_a_file_is_whole_or_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    objects = FolderObjects(tmp_path.as_uri(), tmp_path)

    def no_room(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", no_room)
        with pytest.raises(PlaceError, match="No space left"):
            objects.put(SHA256, DATA)
    assert objects.get(SHA256) is None
    assert list(objects.objects()) == []


def test_a_server_that_is_down_is_no_missing_object(monkeypatch: pytest.MonkeyPatch) -> None:
    with s3_server() as endpoint:
        use_server(endpoint, monkeypatch)
        objects = open_objects(new_bucket(endpoint))
        objects.put(SHA256, DATA)
    for call in (lambda: objects.get(SHA256), lambda: objects.put(SHA256, DATA), objects.owners):
        with pytest.raises(PlaceError, match="s3://"):
            call()
    with s3_server(int(endpoint.rpartition(":")[2])):
        assert objects.get(SHA256) == DATA


def test_a_bucket_that_does_not_exist(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    use_server(endpoint, monkeypatch)
    with pytest.raises(PlaceError, match="no bucket"):
        open_objects("s3://nowhere/prefix").mark(OWNER)


NO_PLACES = ["", "pictures", "file://host/x", "file:///", "file:///a/../b", "file:///a?b", "s3://", "s3://Bucket"]
NO_PLACES += ["s3://b:pw@x/y", "s3://bucket/..", "s3://bucket//x", "s3://bucket/x?y", "https://user:secret@host/x"]


@pytest.mark.parametrize("url", NO_PLACES)
def test_a_url_that_is_none(url: str) -> None:
    with pytest.raises(UsageError) as raised:
        place_url(url)
    assert "secret" not in str(raised.value)


def test_the_url_that_is_recorded_has_no_slash_at_its_end() -> None:
    assert place_url("file:///a/b/") == "file:///a/b"
    assert place_url("s3://bucket/x/") == "s3://bucket/x"
    assert place_url("database") == "database"
