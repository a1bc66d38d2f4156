"""Roll-over and compaction: each event once, whenever they are killed."""

from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from deepstyle.errors import StoreError
from deepstyle.people.events.compaction import compact
from deepstyle.people.events.duck import database
from deepstyle.people.events.layout import COMPACTING, day_folder, days, event_files
from deepstyle.people.events.maintenance import maintain
from deepstyle.people.events.retention import delete_old
from deepstyle.people.events.roll import roll
from deepstyle.people.events.schema import COLUMNS
from tests.people.events.shoppers import DAY, event, everywhere, journalled, killed_everywhere, stored

LATER = DAY + timedelta(days=1)


def two_days(events_dir: Path) -> None:
    journalled(events_dir, [event(1), event(2, day=LATER), event(3, "search", user_query="Kleid 'x'; --")])


def test_a_journal_becomes_a_file_a_day_with_the_columns_of_the_schema(tmp_path: Path) -> None:
    two_days(tmp_path)
    done = roll(tmp_path)
    assert (done.journals, done.events, done.days) == (1, 3, (DAY, LATER))
    assert days(tmp_path) == [DAY, LATER]
    assert [one.user_query for one in stored(tmp_path)] == ["", "", "Kleid 'x'; --"]
    assert stored(tmp_path)[0] == event(1)
    file = str(event_files(tmp_path, LATER)[0])
    described = duckdb.execute("DESCRIBE SELECT * FROM read_parquet($f, hive_partitioning=false)", {"f": file})
    kinds = {name: kind for name, kind, *_ in described.fetchall()}
    assert tuple(kinds) == COLUMNS
    assert {name for name, kind in kinds.items() if kind != "VARCHAR"} == {"timestamp_us", "ordinal"}
    assert roll(tmp_path).journals == 0


def test_an_event_that_came_again_is_stored_once(tmp_path: Path) -> None:
    journalled(tmp_path, [event(1), event(2), event(1)])
    assert roll(tmp_path).events == 2
    journalled(tmp_path, [event(2), event(3)])
    assert roll(tmp_path).events == 1
    assert everywhere(tmp_path) == ["event-000001", "event-000002", "event-000003"]


def test_a_roll_over_killed_at_any_change_is_finished_by_the_next(tmp_path: Path) -> None:
    tried = 0
    for events_dir in killed_everywhere(two_days, roll, tmp_path):
        journalled(events_dir, [event(4)])
        roll(events_dir)
        assert everywhere(events_dir) == [f"event-{number:06}" for number in (1, 2, 3, 4)]
        tried += 1
    assert tried >= 5


def several_files(events_dir: Path) -> None:
    for number in range(3):
        journalled(events_dir, [event(number), event(10 + number, day=LATER)])
        roll(events_dir)


def test_a_compaction_killed_at_any_change_repeats_and_loses_nothing(tmp_path: Path) -> None:
    expected = [f"event-{number:06}" for number in (0, 1, 2, 10, 11, 12)]
    tried = 0
    for events_dir in killed_everywhere(several_files, lambda folder: compact(folder, LATER), tmp_path):
        assert everywhere(events_dir) == expected
        journalled(events_dir, [event(0)])
        roll(events_dir)
        assert everywhere(events_dir) == expected
        compact(events_dir, LATER + timedelta(days=1))
        assert everywhere(events_dir) == expected
        assert [len(list(day_folder(events_dir, day).iterdir())) for day in (DAY, LATER)] == [1, 1]
        tried += 1
    assert tried >= 5


def test_a_journal_whose_file_was_joined_before_it_was_deleted_adds_nothing(tmp_path: Path) -> None:
    journalled(tmp_path, [event(1)])
    roll(tmp_path)
    for events_dir in killed_everywhere(two_days, roll, tmp_path / "killed"):
        journalled(events_dir, [event(5)])
        compact(events_dir, LATER + timedelta(days=9))
        roll(events_dir)
        assert everywhere(events_dir) == [f"event-{number:06}" for number in (1, 2, 3, 5)]


def test_a_damaged_note_of_a_compaction_names_the_file(tmp_path: Path) -> None:
    several_files(tmp_path)
    (day_folder(tmp_path, DAY) / COMPACTING).write_text("{")
    with pytest.raises(StoreError, match="compacting"):
        compact(tmp_path, LATER)


def test_old_days_are_deleted_with_their_counts(tmp_path: Path) -> None:
    two_days(tmp_path)
    maintain(tmp_path, 3650)
    assert delete_old(tmp_path, LATER + timedelta(days=2), 3) == [DAY]
    assert days(tmp_path) == [LATER]
    assert not [path for path in tmp_path.rglob("*") if DAY.isoformat() in path.name]


def test_the_database_reaches_the_files_of_events_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "outside.csv").write_text("a\n1\n")
    (tmp_path / "events").mkdir()
    refused = (
        f"SELECT * FROM read_csv('{tmp_path}/outside.csv')",
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM read_parquet('https://example.com/a.parquet')",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '8GB'",
        f"ATTACH '{tmp_path}/other.db'",
        f"COPY (SELECT 1) TO '{tmp_path}/out.csv'",
    )
    for statement in refused:
        with pytest.raises(StoreError), database(tmp_path / "events") as connection:
            connection.execute(statement)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["events", "outside.csv"]
