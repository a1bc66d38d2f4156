import hashlib
import io
import json
import secrets
import zipfile
from typing import Any

from deepstyle.people.export import MANIFEST, export_person
from deepstyle.people.merchandising.changes import by_account, change
from deepstyle.people.opened import People
from tests.people.planted import plant

MARKER = secrets.token_hex(8)
TABLES = ("people", "identities", "sessions", "consents", "wishlist", "looks", "history", "sizes", "hidden")


def exported(people: People, person_id: str) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """The manifest, and each file's rows; every file is what the manifest says."""
    out = io.BytesIO()
    export_person(people, person_id, out)
    with zipfile.ZipFile(out) as archive:
        assert archive.testzip() is None
        manifest = json.loads(archive.read(MANIFEST))
        assert {MANIFEST, *(file["name"] for file in manifest["files"])} == set(archive.namelist())
        rows = {}
        for file in manifest["files"]:
            data = archive.read(file["name"])
            assert hashlib.sha256(data).hexdigest() == file["sha256"]
            assert file["purpose"]
            assert file["kept"]
            assert file["schema"]
            rows[file["name"]] = [json.loads(line) for line in data.splitlines()]
            assert all(set(row) == set(file["schema"]) for row in rows[file["name"]])
            assert len(rows[file["name"]]) == file["records"]
    return manifest, rows


def test_everything_of_a_person_and_nothing_of_another(people: People) -> None:
    plant(people, "p1", "c1", MARKER)
    plant(people, "person-two", "client-two", "other-person")
    manifest, rows = exported(people, "p1")
    assert (manifest["person_id"], manifest["format"]) == ("p1", "deepstyle person 1")
    assert set(rows) == {f"{name}.jsonl" for name in (*TABLES, "events")}
    (account,) = rows["people.jsonl"]
    assert account["fields"]["email"] == f"{MARKER}@shop.example"
    assert account["fields"]["name"] == f"Ada {MARKER}"
    wishes = {entry["entry_id"] for row in rows["wishlist.jsonl"] for entry in row["fields"]["entries"]}
    assert wishes == {f"{MARKER}-p1", f"{MARKER}-c1"}
    views = {entry["entry_id"] for row in rows["history.jsonl"] for entry in row["fields"]["entries"]}
    assert f"{MARKER}-later" in views
    assert {row["user_query"] for row in rows["events.jsonl"]} == {f"{MARKER} shoes"}
    assert {row["client_id"] for row in rows["events.jsonl"]} == {"c1"}
    text = json.dumps(rows)
    for other in ("other-person", "person-two", "client-two", "argon2", "password", "sealed"):
        assert other not in text


def test_what_somebody_of_the_staff_changed_is_hers(people: People) -> None:
    for person in ("p1", "p2"):
        change(people.store, by_account(person), "redirects", person, {"query": "gift card", "to": "/"})
    (entry,) = exported(people, "p1")[1]["audit.jsonl"]
    assert (entry["fields"]["who"], entry["fields"]["key"]) == ("person p1", "p1")


def test_a_stream_that_cannot_seek(people: People) -> None:
    parts: list[bytes] = []

    class Stream(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            parts.append(bytes(data))
            return len(data)

    plant(people, "p1", "c1", MARKER)
    export_person(people, "p1", Stream())
    with zipfile.ZipFile(io.BytesIO(b"".join(parts))) as archive:
        assert archive.testzip() is None
        assert "people.jsonl" in archive.namelist()
