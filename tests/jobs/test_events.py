"""The server's own roll-over: by a real process, and an erasure that somebody waits for."""

import time
from collections.abc import Callable
from pathlib import Path

from deepstyle.jobs.events import supervised_events
from deepstyle.people.events.erasure import has_requests, request_erasure
from deepstyle.people.events.journal import journals
from deepstyle.settings import Settings
from tests.people.events.shoppers import event, everywhere, journalled

WAIT_S = 300


def until(is_done: Callable[[], bool]) -> None:
    ends_s = time.monotonic() + WAIT_S
    while not is_done():
        assert time.monotonic() < ends_s, "it was not done"
        time.sleep(0.05)


def test_events_are_rolled_over_and_erased_by_the_server(tmp_path: Path) -> None:
    folder = tmp_path / "events"
    settings = Settings(events=True, events_dir=folder, people_store=f"sqlite:///{tmp_path}/people.db")
    journalled(folder, [event(1), event(2, client="ben")])
    request_erasure(folder, ["ben"])
    with supervised_events(settings, roll_s=0.1):
        until(lambda: not has_requests(folder) and not journals(folder))
    assert everywhere(folder) == ["event-000001"]


def test_nothing_runs_where_events_are_off(tmp_path: Path) -> None:
    folder = tmp_path / "events"
    journalled(folder, [event(1)])
    with supervised_events(Settings(events_dir=folder), roll_s=0.01):
        time.sleep(0.2)
    assert len(journals(folder)) == 1
