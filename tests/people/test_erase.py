import secrets
import zipfile
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from deepstyle.errors import ErasedError, StoreError
from deepstyle.people.backup import back_up
from deepstyle.people.erase import erase_person, finish_erasures, unfinished_erasures
from deepstyle.people.export import export_person
from deepstyle.people.holders import HOLDERS, Holder
from deepstyle.people.lists import WISHLIST, put_entry
from deepstyle.people.opened import People
from deepstyle.people.privacy import privacy_report
from deepstyle.people.purge import purge_people
from deepstyle.people.tables import TABLES
from deepstyle.people.tombstones import apply_tombstones
from deepstyle.settings import Settings
from tests.people.planted import files_with, plant
from tests.store.mongod import ReplicaSet

MARKER = secrets.token_hex(8)
OTHER = secrets.token_hex(8)


def keys_of(people: People, *owners: str) -> list[bytes]:
    found = [people.vault.keys.get(people.vault.owner_digest(owner)) for owner in owners]
    return [key for key in found if key]


def owners_left(people: People) -> set[str]:
    return {record.owner for _, record in people.store.snapshot()} - {""}


def test_after_erasing_no_file_holds_a_marker(people: People, tmp_path: Path) -> None:
    plant(people, "p2", "c2", OTHER)
    plant(people, "p1", "c1", MARKER)
    back_up(people, tmp_path / "backup.jsonl")
    keys = keys_of(people, "p1", "c1")
    assert len(keys) == 2
    assert {path.suffix for path in tmp_path.rglob("*") if path.name in files_with([MARKER], tmp_path)} == {
        ".parquet",
        ".jsonl",
    }, "only the files of events hold plain text, which shows that the search finds it"
    assert files_with(keys, tmp_path) & {"people-keys.db", "people-keys.db-wal"}
    erased = erase_person(people, "p1")
    assert (erased.owners, erased.is_finished) == (2, True)
    assert erased.records >= 9
    assert files_with([MARKER, *keys], tmp_path) == set()
    assert files_with(['"p1"', "c1-0"], tmp_path / "events", tmp_path / "keys") == set()
    assert owners_left(people) == {"p2", "c2"}
    assert files_with([OTHER], tmp_path / "events")
    assert people.store.check() == []
    assert unfinished_erasures(people) == []
    with pytest.raises(ErasedError):
        put_entry(people, WISHLIST, "p1", "a")
    out = BytesIO()
    export_person(people, "p1", out)
    assert zipfile.ZipFile(out).namelist() == ["manifest.json"]


def test_no_file_holds_her_ids(people: People, tmp_path: Path) -> None:
    person_id, client_id = "p_" + secrets.token_hex(16), secrets.token_hex(16)
    plant(people, person_id, client_id, MARKER)
    assert {"people.db-wal"} <= files_with([person_id], tmp_path)
    erase_person(people, person_id)
    assert files_with([person_id, client_id], tmp_path) == set()


def test_erasing_mongodb_leaves_no_plain_text_and_no_key(
    mongod: ReplicaSet, mongo_url: str, settings: Settings, tmp_path: Path
) -> None:
    """What is personal is encrypted before it is sent, so that no file of the server ever holds it.

    Keys in the server are another matter: once deleted and the file is written anew, they are in its oplog alone.
    """
    there = settings.model_copy(update={"people_store": mongo_url})
    control = secrets.token_hex(8)
    (member,) = mongod.members
    with People.open(there) as people:
        plant(people, "p1", "c1", MARKER)
        people.store.add("daily", "control", {"text": control})
        people.store.purge(rewrite=True)
        keys = keys_of(people, "p1", "c1")
        assert files_with([control], member.folder), "the search finds plain text in the server's files"
        erased = erase_person(people, "p1")
        assert (erased.owners, erased.is_finished) == (2, True)
        purge_people(people)
        assert owners_left(people) == set()
        assert people.store.check() == []
        report = privacy_report(people)
        assert report.oplog_since_s is not None
    assert files_with([MARKER, *keys], tmp_path, member.folder) == set()


def test_keys_in_mongodb_leave_its_collections(mongod: ReplicaSet, mongo_url: str, settings: Settings) -> None:
    there = settings.model_copy(update={"people_keys": mongo_url})
    (member,) = mongod.members
    with People.open(there) as people:
        plant(people, "p1", "c1", MARKER)
        keys = keys_of(people, "p1", "c1")
        people.vault.keys.purge()
        files = [path for path in member.folder.glob("collection-*") if files_with(keys, member.folder) & {path.name}]
        assert files
        erase_person(people, "p1")
        purge_people(people)
        with mongod.direct(member) as client:
            stats = client.get_database(mongo_url.rpartition("/")[2].partition("?")[0]).command(
                "collStats", "people_keys"
            )
        name = stats["wiredTiger"]["uri"].rpartition(":")[2] + ".wt"
        assert name in {path.name for path in member.folder.glob("collection-*")}
        assert name not in files_with(keys, member.folder)


# -- an erasure that is killed -----------------------------------------------------------------------------------------
def test_an_erasure_survives_a_kill_at_every_step(
    people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for survived in range(40):
        person_id, client_id, marker = f"person{survived}", f"client{survived}", secrets.token_hex(8)
        plant(people, person_id, client_id, marker)
        keys = keys_of(people, person_id, client_id)
        with monkeypatch.context() as patch:
            holders = list(kill_after(people, survived, patch))
            try:
                erase_person(people, person_id, holders=holders)
                break
            except KeyboardInterrupt:
                pass
        if unfinished_erasures(people):
            assert finish_erasures(people) == 0
        else:
            assert survived == 0, "a tombstone is the first thing that is written"
            erase_person(people, person_id)
        assert unfinished_erasures(people) == []
        assert files_with([marker, *keys, person_id, client_id], tmp_path) == set(), survived
        assert owners_left(people) == set()
    else:
        pytest.fail("the erasure never ended")
    assert survived > 10
    assert people.store.check() == []


def kill_after(people: People, steps: int, patch: pytest.MonkeyPatch) -> Iterator[Holder]:
    """Let the process end before the step after ``steps`` of them, whichever database or file it changes."""
    done: list[str] = []

    def counted(name: str, whole: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            done.append(name)
            if len(done) > steps:
                raise KeyboardInterrupt
            return whole(*args, **kwargs)

        return call

    for target, names in ((people.store, ("put", "remove_owned", "purge")), (people.vault.keys, ("destroy", "purge"))):
        for name in names:
            patch.setattr(target, name, counted(name, getattr(target, name)))
    for holder in HOLDERS:
        yield Holder(holder.name, holder.purpose, holder.kept, holder.where, holder.export, counted("", holder.erase))


def test_a_second_erasure_knows_the_pseudonyms_of_the_first(people: People) -> None:
    erased: list[Sequence[str]] = []

    def broken(_: People, owners: Sequence[str]) -> None:
        erased.append(owners)
        if len(erased) == 1:
            raise StoreError("the disk is full")

    holder = Holder("broken", "", lambda _: "", lambda _: "", lambda _, __: (), broken)
    plant(people, "p1", "c1", MARKER)
    with pytest.raises(StoreError, match="disk"):
        erase_person(people, "p1", holders=[holder])
    assert [record.fields["pending_owners"] for record in unfinished_erasures(people)] == [["p1", "c1"]]
    assert erase_person(people, "p1", holders=[holder]).owners == 2
    assert [list(owners) for owners in erased] == [["p1", "c1"]] * 2


def test_a_reader_of_the_journal_delays_the_end(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deepstyle.people.sqlite_file.PURGE_BUSY_S", 0.05)
    plant(people, "p1", "c1", MARKER)
    reading = people.store.snapshot()
    next(reading)
    erased = erase_person(people, "p1")
    assert not erased.is_finished
    assert owners_left(people) == set()
    assert finish_erasures(people) == 1
    reading.close()
    assert finish_erasures(people) == 0
    assert finish_erasures(people) == 0


def test_what_comes_back_of_an_erased_person_is_purged(people: People) -> None:
    plant(people, "p1", "c1", MARKER)
    plant(people, "p2", "c2", OTHER)
    erase_person(people, "p1")
    people.store.add("consents", "c1", {"client_id": "c1"}, owner="c1")
    people.store.add("sessions", "s", {"person_id": "p1"}, owner="p1")
    people.store.add("sessions", "old", {"person_id": "p2"}, owner="p2", expires_s=1.0)
    purged = purge_people(people)
    assert (purged.expired, purged.found_again, purged.unfinished) == (1, 2, 0)
    assert owners_left(people) == {"p2", "c2"}
    assert apply_tombstones(people) == 0


def test_the_report_names_every_table_and_place(people: People) -> None:
    plant(people, "p1", "c1", MARKER)
    report = privacy_report(people)
    assert [held.name for held in report.held] == [*TABLES, *(holder.name for holder in HOLDERS)]
    assert all(held.purpose and held.kept and held.where for held in report.held)
    assert {held.name: held.records for held in report.held}["people"] == 1
    assert (report.erased, report.unfinished) == (0, 0)
    erase_person(people, "p1")
    assert privacy_report(people).erased == 2
    assert MARKER not in str(report)
