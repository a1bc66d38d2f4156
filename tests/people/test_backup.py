import json
import os
import secrets
import stat
import threading
from pathlib import Path

import pytest

from deepstyle.errors import DataError, UsageError
from deepstyle.people.backup import back_up, restore, verified
from deepstyle.people.check import check_people
from deepstyle.people.erase import erase_person, finish_erasures, unfinished_erasures
from deepstyle.people.lists import WISHLIST, entries_of, put_entry
from deepstyle.people.opened import People
from deepstyle.people.tables import TABLES
from deepstyle.settings import Settings
from tests.people.planted import plant

MARKER = secrets.token_hex(8)


def content(people: People) -> list[object]:
    stored = people.store.snapshot()
    return [(table, record) for table, record in stored if TABLES[table].is_backed_up and table != "facts"]


def test_a_backup_comes_back(people: People, tmp_path: Path) -> None:
    plant(people, "p1", "c1", MARKER)
    people.store.increment("daily", "searches", 7)
    before = content(people)
    mask = os.umask(0)
    try:
        written = back_up(people, tmp_path / "backups" / "people.jsonl")
    finally:
        os.umask(mask)
    path = tmp_path / "backups" / "people.jsonl"
    assert (written.records, stat.S_IMODE(path.stat().st_mode)) == (len(before) + 1, 0o600)
    assert verified(people, path) == written
    assert MARKER not in path.read_text("utf-8")
    assert people.store.count("sessions") == 1
    with pytest.raises(UsageError, match="has people"):
        restore(people, path)
    put_entry(people, WISHLIST, "p1", "later")
    people.store.add("people", "p3", {}, owner="p3")
    restored = restore(people, path, is_replaced=True)
    assert (restored.records, restored.left_out) == (len(before) + 1, 0)
    assert content(people) == before
    assert people.store.count("sessions") == 0
    assert check_people(people).findings == ()
    assert [entry.entry_id for entry in entries_of(people, WISHLIST, "p1")] == [f"{MARKER}-c1", f"{MARKER}-p1"]


def test_people_move_to_another_kind_of_database(
    people: People, settings: Settings, mongo_url: str, tmp_path: Path
) -> None:
    plant(people, "p1", "c1", MARKER)
    back_up(people, tmp_path / "a.jsonl")
    with People.open(settings.model_copy(update={"people_store": mongo_url})) as other:
        restore(other, tmp_path / "a.jsonl")
        assert content(other) == content(people)
        assert check_people(other).findings == ()
        assert entries_of(other, WISHLIST, "p1") == entries_of(people, WISHLIST, "p1")
        back_up(other, tmp_path / "b.jsonl")
    restore(people, tmp_path / "b.jsonl", is_replaced=True)
    assert check_people(people).findings == ()


def test_whoever_was_erased_is_not_restored(people: People, tmp_path: Path) -> None:
    plant(people, "p1", "c1", MARKER)
    plant(people, "p2", "c2", "other")
    back_up(people, tmp_path / "old.jsonl")
    erase_person(people, "p1")
    restored = restore(people, tmp_path / "old.jsonl", is_replaced=True)
    assert restored.left_out >= 7
    assert {record.owner for _, record in people.store.snapshot()} == {"", "p2", "c2"}
    assert people.store.count("tombstones") == 2
    for record in people.store.scan("tombstones"):  # as after the loss of the whole store
        people.store.remove("tombstones", record.key)
    restored = restore(people, tmp_path / "old.jsonl", is_replaced=True)
    assert {record.owner for _, record in people.store.snapshot()} == {"", "p2", "c2"}
    assert restored.left_out >= 7


def test_an_erasure_that_was_killed_goes_on_after_a_restored_backup(
    people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(people, "p1", "c1", MARKER)
    back_up(people, tmp_path / "old.jsonl")
    with monkeypatch.context() as patch:
        patch.setattr("deepstyle.people.vault.Vault.destroy", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            erase_person(people, "p1")
    restore(people, tmp_path / "old.jsonl", is_replaced=True)
    assert {record.owner for _, record in people.store.snapshot()} == {""}
    assert len(unfinished_erasures(people)) == 1
    assert finish_erasures(people) == 0
    assert people.vault.keys.get(people.vault.owner_digest("p1")) is None


def test_a_backup_while_servers_write(people: People, tmp_path: Path) -> None:
    """One record is always written before the other, and a backup of one moment never shows them further apart."""
    stopped = threading.Event()

    def write() -> None:
        number = 0
        while not stopped.is_set():
            number += 1
            for key in ("a", "z"):
                people.store.put("daily", key, {"n": number})

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(5):
            back_up(people, tmp_path / "people.jsonl")
            verified(people, tmp_path / "people.jsonl")
            rows = [json.loads(line) for line in (tmp_path / "people.jsonl").read_text("utf-8").splitlines()[1:-1]]
            found = {row["key"]: row["fields"]["n"] for row in rows if row["table"] == "daily"}
            assert found.get("a", 0) - found.get("z", 0) in (0, 1)
    finally:
        stopped.set()
        writer.join()


def test_a_backup_that_breaks_off_leaves_the_old_one(
    people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "backups" / "people.jsonl"
    back_up(people, path)
    before = path.read_bytes()
    plant(people, "p1", "c1", MARKER)
    written: list[object] = []

    def broken(value: object, **_: object) -> str:
        written.append(value)
        if len(written) == 3:
            raise KeyboardInterrupt
        return "{}"

    with monkeypatch.context() as patch:
        patch.setattr("deepstyle.people.backup.json.dumps", broken)
        with pytest.raises(KeyboardInterrupt):
            back_up(people, path)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    "damage", ["cut", "end", "bit", "line", "more", "empty", "text", "other", "keys", "deep", "list"]
)
def test_a_damaged_backup_is_refused_and_nothing_is_written(people: People, tmp_path: Path, damage: str) -> None:
    plant(people, "p1", "c1", MARKER)
    path = tmp_path / "people.jsonl"
    back_up(people, path)
    lines = path.read_bytes().splitlines(keepends=True)
    head = json.loads(lines[0])
    broken = {
        "cut": b"".join(lines)[:-40],
        "end": b"".join(lines[:-1]),
        "bit": b"".join(lines).replace(b'"version":1', b'"version":3', 1),
        "line": b"".join([*lines[:2], *lines[3:]]),
        "more": b"".join([*lines, lines[1]]),
        "empty": b"",
        "text": b"Dear diary,\n",
        "other": json.dumps({**head, "format": "deepstyle people 99"}).encode() + b"\n" + b"".join(lines[1:]),
        "keys": json.dumps({**head, "vault": "0" * 16}).encode() + b"\n" + b"".join(lines[1:]),
        "deep": lines[0] + b"[" * 100_000 + b"\n",
        "list": lines[0] + b"[1]\n" + b"".join(lines[1:]),
    }[damage]
    path.write_bytes(broken)
    before = list(people.store.snapshot())
    with pytest.raises(DataError) as refused:
        restore(people, path, is_replaced=True)
    assert str(path) in str(refused.value)
    assert list(people.store.snapshot()) == before


def test_a_check_finds_what_cannot_be_decrypted(people: People) -> None:
    plant(people, "p1", "c1", MARKER)
    plant(people, "p2", "c2", "other")
    assert check_people(people).findings == ()
    people.vault.destroy("p1")
    swapped = people.store.get("wishlist", "p2")
    assert swapped is not None
    people.store.put("sizes", "p2", swapped.fields, owner="p2")
    found = check_people(people).findings
    assert sum("its key is gone" in each for each in found) == 7
    assert sum("altered" in each and "sizes" in each for each in found) == 1
    assert len(found) == 8
