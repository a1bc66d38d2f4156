"""The contract that every store of people passes: each promise of ``deepstyle.people.base``.

An adapter's test file subclasses ``PeopleContract`` and defines the fixture ``url``, which names a *new, empty*
database. ``open_people(url)`` opens a handle on it: a second one is what another server process would have.
"""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from deepstyle.errors import ExperimentConflictError, StoreError, UsageError
from deepstyle.people.base import MAX_KEY_BYTES, MAX_RECORD_BYTES, PeopleStore, Record, all_records
from deepstyle.people.experiments import desk
from deepstyle.people.experiments.stored import declared, running
from deepstyle.people.merchandising.changes import entries
from deepstyle.people.open import open_people

ODD_KEYS = ("\0", "a\0", "a\0b", "$set", "a.b", "'; DROP", "\xe4", "a\u0308", "\U0001f45f", "\uffff", " ", "%00")
ODD_KEYS += ("x" * MAX_KEY_BYTES,)
FIELDS: dict[str, Any] = {
    "text": "é\0\U0001f45f",
    "$set": {"a.b": [1, 2.5, None, True, "$owner"]},
    "": "empty name",
    "large": 2**60,
    "larger": 2**80,
    "negative": -0.25,
}
THREADS = 8


class PeopleContract:
    @pytest.fixture
    def url(self) -> str:
        raise NotImplementedError

    @pytest.fixture
    def store(self, url: str) -> Iterator[PeopleStore]:
        with open_people(url) as store:
            yield store

    def test_an_experiment_is_in_the_log_from_start_to_end(self, store: PeopleStore) -> None:
        began_s = time.time()
        desk.start(store, "jo", declared("first", "plain", "personal"))
        (started,) = entries(store)
        assert (started.who, started.kind, started.key, started.before) == ("jo", "experiments", "first", None)
        assert began_s <= started.at_s <= time.time()
        assert started.after is not None and started.after["b"] == "personal" and "salt" not in started.after
        assert desk.can_undo(store, [started]) == [True]
        undone = desk.undo(store, "al", started)
        assert (undone.who, undone.undoes, undone.before) == ("al", started.entry_id, started.after)
        assert undone.after is not None and undone.after["stopped_s"] is not None
        assert running(store, "search") is None
        assert entries(store) == [undone, started]
        assert desk.can_undo(store, [undone, started]) == [False, False]
        for entry in (undone, started):
            with pytest.raises(ExperimentConflictError, match="cannot go on"):
                desk.undo(store, "al", entry)

    # -- one record ----------------------------------------------------------------------------------------------------
    def test_a_record_comes_back_as_it_was_written(self, store: PeopleStore) -> None:
        before_s = time.time()
        assert store.get("people", "p1") is None
        assert store.add("people", "p1", FIELDS, owner="p1")
        found = store.get("people", "p1")
        assert found is not None
        assert (found.key, found.fields, found.owner, found.version, found.expires_s) == ("p1", FIELDS, "p1", 1, None)
        assert before_s <= found.created_s <= time.time()
        assert store.get("sessions", "p1") is None

    def test_an_insert_changes_nothing_where_there_is_a_record(self, store: PeopleStore) -> None:
        assert store.add("people", "p1", {"n": 1})
        assert not store.add("people", "p1", {"n": 2}, owner="other")
        assert store.get("people", "p1") == store.scan("people")[0]
        assert (store.scan("people")[0].fields, store.scan("people")[0].owner) == ({"n": 1}, "")

    def test_a_replaced_record_keeps_its_creation(self, store: PeopleStore) -> None:
        store.add("people", "p1", {"a": 1}, owner="p1", expires_s=time.time() + 1000)
        first = store.get("people", "p1")
        assert store.put("people", "p1", {"b": 2})
        second = store.get("people", "p1")
        assert first is not None
        assert second == Record("p1", {"b": 2}, "", 2, first.created_s, None)

    def test_a_write_that_names_a_version(self, store: PeopleStore) -> None:
        assert not store.put("people", "p1", {}, version=1)
        assert store.put("people", "p1", {"n": 1}, version=0)
        assert not store.put("people", "p1", {"n": 2}, version=0)
        assert store.put("people", "p1", {"n": 2}, version=1)
        assert not store.put("people", "p1", {"n": 3}, version=1)
        assert not store.remove("people", "p1", version=1)
        found = store.get("people", "p1")
        assert found is not None
        assert (found.fields, found.version) == ({"n": 2}, 2)
        assert store.remove("people", "p1", version=2)
        assert not store.remove("people", "p1")
        assert store.put("people", "p1", {"n": 4})
        assert store.scan("people")[0].version == 1

    @pytest.mark.parametrize("key", ["\0a", "$where", "ключ"])
    def test_a_count(self, store: PeopleStore, key: str) -> None:
        until_s = time.time() + 1000
        assert store.increment("throttle", key, expires_s=until_s) == 1
        assert store.increment("throttle", key, 41, expires_s=until_s + 5) == 42
        found = store.get("throttle", key)
        assert found is not None
        assert (found.fields, found.version, found.expires_s) == ({"count": 42}, 2, until_s)
        assert store.put("throttle", key, {"count": 7, "name": "x"}, owner="p1")
        assert store.increment("throttle", key, -2) == 5
        found = store.get("throttle", key)
        assert found is not None
        assert (found.fields, found.owner, found.version) == ({"count": 5, "name": "x"}, "p1", 4)

    def test_odd_keys_and_owners(self, store: PeopleStore) -> None:
        for number, key in enumerate(ODD_KEYS):
            assert store.add("consents", key, {"client_id": key, "n": number}, owner=key), key
        for number, key in enumerate(ODD_KEYS):
            assert [record.fields["n"] for record in store.owned("consents", key)] == [number]
            assert [record.fields["n"] for record in store.find("consents", "client_id", key)] == [number]
        keys = [record.key for record in store.scan("consents")]
        assert keys == sorted(ODD_KEYS, key=str.encode)
        after, paged = "", []
        while page := store.scan("consents", after=after, limit=2):
            paged += [record.key for record in page]
            after = page[-1].key
        assert paged == keys
        assert store.check() == []

    # -- what is refused -----------------------------------------------------------------------------------------------
    def test_unknown_tables_and_fields(self, store: PeopleStore) -> None:
        calls: list[Callable[[], object]] = [
            lambda: store.get("persons", "a"),
            lambda: store.find("persons", "a", "b"),
            lambda: store.find("people", "email", "b"),
            lambda: store.find("people", "email_digest\0", "b"),
            lambda: store.owned("persons", "a"),
            lambda: store.scan("persons"),
            lambda: store.add("persons", "a", {}),
            lambda: store.put("record; --", "a", {}),
            lambda: store.remove("persons", "a"),
            lambda: store.increment("persons", "a"),
            lambda: store.remove_owned("a", table="persons"),
            lambda: store.count("persons"),
            lambda: store.remove_owned(""),
        ]
        for call in calls:
            with pytest.raises(UsageError):
                call()

    def test_what_is_too_long_or_no_unicode(self, store: PeopleStore) -> None:
        longest = {"a": "x" * (MAX_RECORD_BYTES - len('{"a":""}'))}
        assert store.add("looks", "a", longest)
        assert store.get("looks", "a") == store.scan("looks")[0]
        assert store.scan("looks")[0].fields == longest
        wrong: list[tuple[str, dict[str, Any]]] = [
            ("b", {"a": longest["a"] + "x"}),
            ("b", {"a": "é" * (MAX_RECORD_BYTES // 2)}),
            ("b", {"a": "\ud800"}),
            ("b", {"a": float("nan")}),
            ("b", {"a": b"bytes"}),
            ("\ud800", {}),
            ("", {}),
            ("x" * (MAX_KEY_BYTES + 1), {}),
        ]
        for key, fields in wrong:
            with pytest.raises(UsageError):
                store.put("looks", key, fields)
        for value in (5, ["a"], "x" * (MAX_KEY_BYTES + 1)):
            with pytest.raises(UsageError):
                store.put("people", "b", {"email_digest": value})
        with pytest.raises(UsageError):
            store.put("looks", "b", {}, owner="\ud800")
        with pytest.raises(UsageError):
            store.increment("throttle", "")
        assert (store.count("looks"), store.count("people")) == (1, 0)

    # -- many records --------------------------------------------------------------------------------------------------
    def test_records_are_found_by_their_fields_as_they_are_now(self, store: PeopleStore) -> None:
        for number in range(5):
            store.add("sessions", f"s{number}", {"person_id": "p1" if number % 2 else "p2", "other": "p1"})
        store.add("identities", "i1", {"person_id": "p1"})
        assert [record.key for record in store.find("sessions", "person_id", "p1")] == ["s1", "s3"]
        assert [record.key for record in store.find("sessions", "person_id", "p1", after="s1", limit=1)] == ["s3"]
        store.put("sessions", "s1", {"person_id": ""})
        store.remove("sessions", "s3")
        assert list(store.find("sessions", "person_id", "p1")) == []
        assert list(store.find("sessions", "person_id", "")) == []
        assert [record.key for record in store.find("identities", "person_id", "p1")] == ["i1"]

    def test_pages_of_an_owner_in_both_directions(self, store: PeopleStore) -> None:
        for number in range(7):
            store.add("audit", f"k{number}", {}, owner="p1")
            store.add("audit", f"x{number}", {}, owner="p2")
        keys = [f"k{number}" for number in range(7)]
        for is_descending in (False, True):
            after, paged = "", []
            while page := store.owned("audit", "p1", after=after, limit=3, descending=is_descending):
                assert len(page) <= 3
                paged += [record.key for record in page]
                after = page[-1].key
            assert paged == (keys[::-1] if is_descending else keys)
        assert list(store.owned("audit", "")) == []
        assert list(store.owned("audit", "p1", limit=0)) == []
        assert [record.key for record in all_records(store, "audit")] == [*keys, *(f"x{n}" for n in range(7))]

    def test_an_owners_records_are_removed_together(self, store: PeopleStore) -> None:
        for table in ("people", "wishlist", "sessions"):
            for owner in ("p1", "p2"):
                store.add(table, owner, {"person_id": owner}, owner=owner)
        store.add("audit", "a", {})
        assert store.remove_owned("p1", table="sessions") == {"sessions": 1}
        assert store.remove_owned("p1") == {"people": 1, "wishlist": 1}
        assert store.remove_owned("p1") == {}
        assert [store.count(table) for table in ("people", "wishlist", "sessions", "audit")] == [1, 1, 1, 1]
        assert store.check() == []

    def test_what_has_expired_is_never_returned(self, store: PeopleStore) -> None:
        past_s, future_s = time.time() - 1, time.time() + 1000
        store.add("sessions", "old", {"person_id": "p1", "count": 5}, owner="p1", expires_s=past_s)
        store.add("sessions", "new", {"person_id": "p1"}, owner="p1", expires_s=future_s)
        assert store.get("sessions", "old") is None
        for found in (
            store.find("sessions", "person_id", "p1"),
            store.owned("sessions", "p1"),
            store.scan("sessions"),
            [record for _, record in store.snapshot()],
        ):
            assert [record.key for record in found] == ["new"]
        assert store.count("sessions") == 2
        assert not store.remove("sessions", "old")
        assert not store.put("sessions", "old", {}, version=1)
        assert store.increment("sessions", "old", expires_s=past_s) == 1
        assert store.increment("sessions", "old", expires_s=future_s) == 1
        assert store.get("sessions", "old") == Record("old", {"count": 1}, "", 1, *_times(store, "old"))
        store.put("sessions", "old", {}, expires_s=past_s)
        assert store.add("sessions", "old", {"n": 2}, expires_s=past_s)
        assert store.remove_expired(past_s - 1) == 0
        assert store.remove_expired(past_s) == 1
        assert (store.count("sessions"), store.remove_expired(time.time())) == (1, 0)
        assert store.remove_expired(future_s) == 1
        assert store.check() == []

    # -- several handles -----------------------------------------------------------------------------------------------
    def test_another_handle_sees_a_finished_write(self, store: PeopleStore, url: str) -> None:
        with open_people(url, create=False) as other:
            for number in range(3):
                store.put("people", "p1", {"n": number})
                found = other.get("people", "p1")
                assert found is not None
                assert found.fields == {"n": number}
            other.remove("people", "p1")
            assert store.get("people", "p1") is None

    def test_one_of_many_inserts_wins(self, store: PeopleStore, url: str) -> None:
        with open_people(url) as other:
            for number in range(10):
                wins = at_once(lambda each, n=number: (store, other)[each % 2].add("links", f"l{n}", {"by": each}))
                assert wins.count(True) == 1
                assert store.scan("links")[number].fields == {"by": wins.index(True)}

    def test_one_of_many_writes_of_a_version_wins(self, store: PeopleStore, url: str) -> None:
        store.add("rules", "r", {"by": -1})
        with open_people(url) as other:
            for version in range(1, 10):
                wins = at_once(
                    lambda each, v=version: (store, other)[each % 2].put("rules", "r", {"by": each}, version=v)
                )
                found = store.get("rules", "r")
                assert found is not None
                assert (wins.count(True), found.version, found.fields) == (1, version + 1, {"by": wins.index(True)})

    def test_writes_at_once_are_all_counted(self, store: PeopleStore, url: str) -> None:
        def write(each: int) -> list[int]:
            handle = (store, other)[each % 2]
            handle.put("rules", "same", {"by": each})
            return [handle.increment("throttle", "n") for _ in range(10)]

        with open_people(url) as other:
            sums = at_once(write)
        assert sorted(number for each in sums for number in each) == list(range(1, THREADS * 10 + 1))
        assert [store.scan(table)[0].version for table in ("throttle", "rules")] == [THREADS * 10, THREADS]

    def test_one_of_many_removals_wins(self, store: PeopleStore, url: str) -> None:
        with open_people(url) as other:
            for number in range(5):
                store.add("links", "l", {"n": number})
                assert at_once(lambda each: (store, other)[each % 2].remove("links", "l")).count(True) == 1

    # -- the whole store -----------------------------------------------------------------------------------------------
    def test_a_snapshot_is_of_one_moment(self, store: PeopleStore) -> None:
        store.replace(("daily", Record(f"d{number:04}", {"n": 0}, "", 1, 1.0, None)) for number in range(1200))
        reading = store.snapshot()
        first = next(reading)
        store.put("daily", "d1199", {"n": 1})
        store.remove("daily", "d0700")
        store.add("daily", "d9999", {})
        rest = list(reading)
        assert [record.key for _, record in (first, *rest)] == [f"d{number:04}" for number in range(1200)]
        assert {record.fields["n"] for _, record in rest} == {0}

    def test_everything_is_replaced_in_one_step(self, store: PeopleStore, url: str) -> None:
        store.add("people", "old", {"email_digest": "d"}, owner="old")
        records = [
            ("people", Record("new", {"email_digest": "e", "count": 3}, "new", 5, 123.5, time.time() + 1000)),
            ("rules", Record("r", FIELDS, "", 2, 1.0, None)),
        ]

        def broken() -> Iterator[tuple[str, Record]]:
            yield records[0]
            raise StoreError("the source broke")

        with pytest.raises(StoreError, match="the source broke"):
            store.replace(broken())
        assert [record.key for record in store.scan("people")] == ["old"]
        assert store.replace(records) == 2
        with open_people(url) as other:
            assert list(other.snapshot()) == records
            assert [record.key for record in other.find("people", "email_digest", "e")] == ["new"]
            assert list(other.find("people", "email_digest", "d")) == []
            assert other.increment("people", "new") == 4
            assert other.check() == []

    def test_a_purge_changes_no_record(self, store: PeopleStore, url: str) -> None:
        store.add("people", "p1", FIELDS)
        before = list(store.snapshot())
        store.purge()
        store.purge(rewrite=True)
        assert list(store.snapshot()) == before

    # -- opening -------------------------------------------------------------------------------------------------------
    def test_a_store_that_is_not_to_be_created(self, url: str) -> None:
        with pytest.raises(StoreError, match="there is no store of people"):
            open_people(url, create=False)

    def test_many_open_a_new_store_at_once(self, url: str) -> None:
        def write(each: int) -> bool:
            with open_people(url) as store:
                return store.add("people", f"p{each}", {})

        assert at_once(write) == [True] * THREADS

    def test_a_closed_store(self, url: str) -> None:
        store = open_people(url)
        store.close()
        store.close()
        with pytest.raises(StoreError):
            store.get("people", "p1")


def at_once(call: Callable[[int], Any]) -> list[Any]:
    """The results of ``THREADS`` calls that start together."""
    barrier = threading.Barrier(THREADS)

    def started(each: int) -> Any:
        barrier.wait()
        return call(each)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(started, range(THREADS)))


def _times(store: PeopleStore, key: str) -> tuple[float, float | None]:
    found = store.get("sessions", key)
    assert found is not None
    return found.created_s, found.expires_s
