import contextlib
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from deepstyle.errors import StoreError, UsageError
from deepstyle.people import sqlite
from deepstyle.people.keys import SqliteKeys, open_keys
from deepstyle.people.open import open_people
from deepstyle.people.sqlite import SqlitePeople
from deepstyle.store import open_store
from tests.people.contract import PeopleContract
from tests.people.keys_contract import KeysContract

WRITER = """
import sys
from pathlib import Path
from deepstyle.people.sqlite import SqlitePeople
with SqlitePeople(Path(sys.argv[1])) as store:
    for number in range(1_000_000):
        store.put("identities", "same", {"person_id": f"p{number}", "n": number}, owner="o")
        store.add("identities", f"k{number:07}", {"person_id": f"p{number}", "n": number}, owner="o")
        print(number, flush=True)
"""


class TestSqlitePeople(PeopleContract):
    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        return f"sqlite:///{tmp_path}/var/people.db"


class TestSqliteKeys(KeysContract):
    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        return f"sqlite:///{tmp_path}/var/keys.db"


def test_nobody_else_may_read_the_files(tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        with SqlitePeople(tmp_path / "people.db") as store, SqliteKeys(tmp_path / "keys.db") as keys:
            store.add("people", "p1", {})
            keys.create("a", b"a")
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    finally:
        os.umask(mask)
    (tmp_path / "people.db").chmod(0o644)
    with SqlitePeople(tmp_path / "people.db"):
        assert stat.S_IMODE((tmp_path / "people.db").stat().st_mode) == 0o600
    assert modes == {f"{name}.db{journal}": 0o600 for name in ("people", "keys") for journal in ("", "-wal", "-shm")}


def test_a_second_handle_leaves_the_locks_of_the_first(tmp_path: Path) -> None:
    """Else another process takes itself for the last one, and deletes the journal that this one writes to."""
    path = tmp_path / "people.db"
    another = f"import sqlite3; sqlite3.connect({str(path)!r}).execute('SELECT count(*) FROM record').fetchone()"
    with SqlitePeople(path) as store:
        store.add("people", "p1", {})
        with SqlitePeople(path) as second:
            assert second.get("people", "p1")
        subprocess.run([sys.executable, "-c", another], check=True)
        assert (tmp_path / "people.db-wal").is_file()
        store.add("people", "p2", {})
        with SqlitePeople(path) as third:
            assert third.get("people", "p2")


def test_every_question_is_answered_by_an_index(tmp_path: Path) -> None:
    with SqlitePeople(tmp_path / "people.db") as store:
        plans: list[str] = []
        database = store._db

        class Explained:
            in_transaction = property(lambda _: database.in_transaction)

            def execute(self, sql: str, values: tuple[object, ...] = ()) -> sqlite3.Cursor:
                if sql.startswith(("SELECT", "DELETE")):
                    plans.extend(row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {sql}", values))
                return database.execute(sql, values)

            def __getattr__(self, name: str) -> object:
                return getattr(database, name)

        store._db = Explained()  # type: ignore[assignment]
        store.add("sessions", "a", {"person_id": "p"}, owner="p")
        store.find("sessions", "person_id", "p", after="a")
        assert plans[-2].endswith("found_by USING PRIMARY KEY (table=? AND name=? AND value=? AND key>?)")
        for is_descending in (False, True):
            store.owned("sessions", "p", after="a", descending=is_descending)
            assert "record_owner (owner=? AND table=? AND key" in plans[-1]
        store.remove_owned("p", table="sessions")
        store.remove_owned("p")
        store.remove_expired(1.0)
        store.scan("sessions", after="a")
        assert not any(plan.startswith("SCAN") or "TEMP B-TREE" in plan for plan in plans), plans


def test_a_kill_loses_no_acknowledged_write(tmp_path: Path) -> None:
    path = tmp_path / "people.db"
    for _ in range(3):
        command = [sys.executable, "-c", WRITER, str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            acknowledged = [int(line) for _, line in zip(range(40), writer.stdout, strict=False)]
            writer.send_signal(signal.SIGKILL)
            acknowledged += [int(line) for line in writer.stdout]
        with SqlitePeople(path, create=False) as store:
            assert store.check() == []
            for number in acknowledged:
                found = store.get("identities", f"k{number:07}")
                assert found is not None
                assert store.find("identities", "person_id", f"p{number}")[-1].key in (found.key, "same")
            same = store.get("identities", "same")
            assert same is not None
            assert same.fields["n"] >= acknowledged[-1]
            store.remove_owned("o")


def test_another_file_is_refused(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/catalogue.db"):
        pass
    (tmp_path / "text.db").write_text("no database at all, but a text that is long enough" * 50)
    with SqlitePeople(tmp_path / "people.db"), SqliteKeys(tmp_path / "keys.db"):
        pass
    for name in ("catalogue", "text", "keys"):
        with pytest.raises(StoreError):
            open_people(f"sqlite:///{tmp_path}/{name}.db")
    for name in ("catalogue", "text", "people"):
        with pytest.raises(StoreError):
            open_keys(f"sqlite:///{tmp_path}/{name}.db")
    with pytest.raises(StoreError, match="not a deepstyle store"):
        open_store(f"sqlite:///{tmp_path}/people.db")


@pytest.mark.parametrize("url", ["sqlite:///", "people.db", "postgres://host/people", ""])
def test_a_url_that_is_wrong(url: str) -> None:
    for opening in (open_people, open_keys):
        with pytest.raises(UsageError, match="URL"):
            opening(url)


def test_an_older_schema_is_updated_and_a_newer_one_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "people.db"
    with SqlitePeople(path) as store:
        store.add("people", "p1", {"a": 1})
    with monkeypatch.context() as patch:
        steps = (*sqlite.STEPS, "CREATE TABLE more (a TEXT);\nINSERT INTO more VALUES ('x')")
        patch.setattr(sqlite, "STEPS", steps)
        for _ in range(2):
            with SqlitePeople(path) as store:
                assert store.scan("people")[0].fields == {"a": 1}
        broken = (*steps, "CREATE TABLE other (a TEXT);\nCREATE TABLE other (a TEXT)")
        patch.setattr(sqlite, "STEPS", broken)
        with pytest.raises(StoreError):
            SqlitePeople(path)
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT a FROM more").fetchall() == [("x",)]
        assert db.execute("PRAGMA user_version").fetchone() == (2,)
        assert db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'other'").fetchone() == (0,)
    with pytest.raises(StoreError, match="schema version 2"):
        SqlitePeople(path)


def test_what_is_damaged_is_found(tmp_path: Path) -> None:
    path = tmp_path / "people.db"
    with SqlitePeople(path) as store:
        for key in ("intact", "json", "list", "unfound"):
            store.add("people", key, {"email_digest": key})
        with sqlite3.connect(path) as db:
            db.execute("UPDATE record SET fields = '{' WHERE key = 'json'")
            db.execute("UPDATE record SET fields = '[]' WHERE key = 'list'")
            db.execute("UPDATE found_by SET value = 'other' WHERE key = 'unfound'")
            db.execute("INSERT INTO record VALUES ('persons', 'odd', '', '{}', 1, 0, NULL)")
            db.execute("INSERT INTO found_by VALUES ('people', 'email_digest', 'x', 'nobody')")
        db.close()
        found = store.check()
        for name in ("json", "list", "unfound", "odd", "belongs to no record"):
            assert sum(name in each for each in found) == 1, (name, found)
        assert not any("intact" in each for each in found)
        with pytest.raises(StoreError, match="not JSON"):
            store.get("people", "json")
        with pytest.raises(StoreError):
            store.scan("people")


def test_a_damaged_page_is_found(tmp_path: Path) -> None:
    path = tmp_path / "people.db"
    with SqlitePeople(path) as store:
        for number in range(300):
            store.add("people", f"p{number}", {"email_digest": f"d{number}" * 10})
        store.purge()
    data = bytearray(path.read_bytes())
    for page in range(2, len(data) // 4096):
        data[page * 4096 : page * 4096 + 16] = b"\xff" * 16
    path.write_bytes(data)
    with SqlitePeople(path) as store:
        with contextlib.suppress(StoreError):
            assert store.check()
        with pytest.raises(StoreError):
            list(store.snapshot())


def test_a_reader_delays_a_purge_and_blocks_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deepstyle.people.sqlite_file.PURGE_BUSY_S", 0.05)
    with SqlitePeople(tmp_path / "people.db") as store:
        store.add("people", "p1", {})
        store.add("people", "p2", {})
        reading = store.snapshot()
        next(reading)
        store.remove("people", "p1")
        with pytest.raises(StoreError, match="journal"):
            store.purge()
        assert store.add("people", "p3", {})
        assert [record.key for _, record in reading] == ["p2"]
        store.purge()
        assert (tmp_path / "people.db-wal").stat().st_size == 0
