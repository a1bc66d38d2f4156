"""Erasure and export: by pseudonym, in every file, whenever they are killed."""

from datetime import timedelta
from pathlib import Path

from deepstyle.people.events.erasure import (
    erase_events,
    erase_requested,
    export_events,
    has_requests,
    request_erasure,
)
from deepstyle.people.events.journal import Journal, line_of
from deepstyle.people.events.maintenance import maintain
from deepstyle.people.events.roll import roll
from deepstyle.people.events.schema import Event
from tests.people.events.shoppers import DAY, event, everywhere, journalled, killed_everywhere

MARKER = "marker-4f1d"
OTHER_DAY = DAY + timedelta(days=1)


def hers(number: int, **values: object) -> Event:
    return event(number, "search", client=MARKER, user_query=f"{MARKER} dress", **values)  # type: ignore[arg-type]


def two_shoppers(events_dir: Path) -> None:
    journalled(events_dir, [event(1), hers(2)])
    maintain(events_dir, 3650)
    journalled(events_dir, [hers(3, day=OTHER_DAY)])
    roll(events_dir)
    journalled(events_dir, [hers(4), event(5)])


def one_day(events_dir: Path) -> None:
    journalled(events_dir, [event(1), hers(2)])
    maintain(events_dir, 3650)
    journalled(events_dir, [hers(4), event(5)])


def found(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and MARKER.encode() in path.read_bytes()]


def test_nothing_of_a_pseudonym_is_left_and_everything_else_is(tmp_path: Path) -> None:
    two_shoppers(tmp_path)
    assert [one.event_id[-1] for one in export_events(tmp_path, [MARKER])] == ["2", "3", "4"]
    done = erase_events(tmp_path, [MARKER, ""])
    assert (done.events, done.files) == (3, 3)
    assert found(tmp_path) == []
    assert everywhere(tmp_path) == ["event-000001", "event-000005"]
    assert list(export_events(tmp_path, [MARKER])) == []
    assert erase_events(tmp_path, [MARKER]).events == 0


def test_a_journal_that_a_running_process_appends_to_is_erased_from_too(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append(line_of(hers(1)) + line_of(event(2)))
    erase_events(tmp_path, [MARKER])
    journal.append(line_of(event(3)))
    assert found(tmp_path) == []
    assert everywhere(tmp_path) == ["event-000002", "event-000003"]


def test_an_erasure_killed_at_any_change_is_finished_by_the_next(tmp_path: Path) -> None:
    tried = 0
    for events_dir in killed_everywhere(one_day, lambda folder: erase_events(folder, [MARKER]), tmp_path):
        erase_events(events_dir, [MARKER])
        assert found(events_dir) == [], f"killed at change {events_dir.name}"
        assert everywhere(events_dir) == ["event-000001", "event-000005"]
        tried += 1
    assert tried >= 10


def test_a_request_lasts_until_it_is_done(tmp_path: Path) -> None:
    two_shoppers(tmp_path)
    request_erasure(tmp_path, [MARKER])
    request_erasure(tmp_path, [MARKER])
    assert has_requests(tmp_path)
    assert erase_requested(tmp_path).events == 3
    assert not has_requests(tmp_path)
    assert found(tmp_path) == []


def test_nobodys_events_are_not_an_owners(tmp_path: Path) -> None:
    journalled(tmp_path, [event(1, "purchase", client="")])
    roll(tmp_path)
    assert erase_events(tmp_path, [""]).events == 0
    assert list(export_events(tmp_path, [""])) == []
    assert everywhere(tmp_path) == ["event-000001"]
