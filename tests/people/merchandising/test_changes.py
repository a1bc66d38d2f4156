"""A change and its entry in the log are written together, whatever is killed in between; a later change is not lost."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from deepstyle.errors import ChangedError, UsageError
from deepstyle.people.base import PeopleStore
from deepstyle.people.merchandising import changes, desk
from deepstyle.people.merchandising.changes import change, entries, entry_of, undo
from deepstyle.people.merchandising.live import Live
from deepstyle.people.open import open_people

RULE = {"name": "a", "action": "hide", "brands": ["Nord"]}
OTHER = {"name": "a", "action": "bury", "brands": ["Nord"]}


class KilledError(Exception):
    pass


class Killed:
    """A store whose process dies before its write number ``at``."""

    def __init__(self, store: PeopleStore, at: int) -> None:
        self._store, self._left = store, at

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if name not in ("add", "put", "remove", "increment"):
            return found

        def write(*given: Any, **options: Any) -> Any:
            if self._left == 0:
                raise KilledError
            self._left -= 1
            return found(*given, **options)

        return write


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/people.db"


@pytest.fixture
def store(url: str) -> Iterator[PeopleStore]:
    with open_people(url) as opened:
        yield opened


def value(store: PeopleStore) -> Mapping[str, Any] | None:
    record = store.get("rules", "r")
    return changes.value_of(record) if record else None


@pytest.mark.parametrize("at", range(5))
@pytest.mark.parametrize(("before", "after"), [(None, RULE), (RULE, OTHER), (RULE, None)])
def test_a_kill_loses_neither_the_change_nor_its_entry(
    store: PeopleStore, monkeypatch: pytest.MonkeyPatch, at: int, before: dict[str, Any], after: dict[str, Any]
) -> None:
    if before:
        change(store, "jo", "rules", "r", before)
    logged = len(entries(store))
    try:
        change(Killed(store, at), "jo", "rules", "r", after)
    except KilledError:
        assert at < 4
    monkeypatch.setattr(changes, "PENDING_S", -1.0)  # the process is gone
    found = entries(store)
    assert not store.find("audit", "state", "pending")
    is_written = value(store) == after
    assert is_written or value(store) == before
    assert len(found) == logged + is_written
    if is_written:
        assert (found[0].before, found[0].after, found[0].who) == (before, after, "jo")
        undo(store, "jo", found[0])
        assert value(store) == before


def test_a_kill_before_the_count_still_reaches_others(store: PeopleStore, url: str) -> None:
    live = Live(url)
    assert not live.decided().rules
    with pytest.raises(KilledError):
        change(Killed(store, 3), "jo", "rules", "r", RULE)
    entries(store)
    assert list(live.decided().rules) == ["r"]
    live.close()


def test_two_changes_for_one_version(store: PeopleStore) -> None:
    change(store, "jo", "rules", "r", RULE, version=0)
    with pytest.raises(ChangedError):
        change(store, "al", "rules", "r", OTHER, version=0)
    assert value(store) == RULE and len(entries(store)) == 1


def test_a_race_is_lost_by_one(store: PeopleStore) -> None:
    class Racing(Killed):
        def __getattr__(self, name: str) -> Any:
            if name == "put":
                self._store.put("rules", "r", {"value": OTHER, "entry": "x"})
            return super().__getattr__(name)

    with pytest.raises(ChangedError, match="same time"):
        change(Racing(store, 99), "jo", "rules", "r", RULE)
    assert value(store) == OTHER and entries(store) == []


def test_changes_are_taken_back_one_after_the_other(store: PeopleStore) -> None:
    first = change(store, "jo", "rules", "r", RULE)
    second = change(store, "jo", "rules", "r", OTHER)
    with pytest.raises(ChangedError, match="later changes"):
        undo(store, "jo", first)
    back = undo(store, "jo", second)
    assert value(store) == RULE
    with pytest.raises(ChangedError, match="later changes"):
        undo(store, "jo", second)
    undo(store, "jo", undo(store, "jo", back))  # again, and back again
    assert value(store) == RULE
    undo(store, "jo", first)
    assert value(store) is None


def test_undo_of_a_removal_that_was_made_again_is_refused(store: PeopleStore) -> None:
    change(store, "jo", "rules", "r", RULE)
    removed = change(store, "jo", "rules", "r", None)
    change(store, "jo", "rules", "r", OTHER)
    change(store, "jo", "rules", "r", None)
    with pytest.raises(ChangedError, match="later changes"):
        undo(store, "jo", removed)
    with pytest.raises(UsageError, match="no entry"):
        entry_of(store, "nothing")
    with pytest.raises(UsageError, match="there is no"):
        change(store, "jo", "rules", "r", None)


def test_the_log_is_paged_newest_first(store: PeopleStore) -> None:
    for number in range(5):
        change(store, "jo", "redirects", str(number), {"query": "a", "to": "/"})
    first = entries(store, limit=2)
    second = entries(store, after=first[-1].entry_id, limit=9)
    assert [one.key for one in (*first, *second)] == ["4", "3", "2", "1", "0"]


def test_a_store_that_is_not_there_decides_nothing(tmp_path: Path) -> None:
    live = Live(f"sqlite:///{tmp_path}/none.db")
    assert not live.decided().rules and live.margins(["a"]) == {}
    assert not (tmp_path / "none.db").exists()


def test_there_are_at_most_so_many(store: PeopleStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "MOST", {"rules": 2})
    for key in ("a", "b", "b"):
        desk.put(store, "jo", "rules", key, RULE)
    with pytest.raises(UsageError, match="2 rules already"):
        desk.put(store, "jo", "rules", "c", RULE)
    for number in range(20):
        desk.put(store, "jo", "synonyms", str(number), {"words": ["a", "b"]})
