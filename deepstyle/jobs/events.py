"""The thread of ``deepstyle serve`` that has events rolled over each minute, by a process behind every search."""

import contextlib
import logging
import logging.config
import threading
import time
from collections.abc import Iterator, Mapping
from functools import partial
from multiprocessing.context import SpawnProcess
from typing import Any, Final

from deepstyle.errors import DeepstyleError
from deepstyle.jobs.watching import watching
from deepstyle.people.associations.erasure import take_out
from deepstyle.people.events.duck import require_duckdb
from deepstyle.people.events.erasure import has_requests
from deepstyle.people.events.maintenance import has_work, maintain
from deepstyle.people.open import open_people
from deepstyle.platform import SPAWN, leave_with_parent, run_process_in_background
from deepstyle.process import prepare_process
from deepstyle.settings import Settings

ROLL_S: Final = 60.0
ERASE_S: Final = 5.0
POLL_S: Final = 1.0
STOP_S: Final = 20.0
log = logging.getLogger("deepstyle.events")


@contextlib.contextmanager
def supervised_events(
    settings: Settings, log_config: Mapping[str, Any] | None = None, *, roll_s: float = ROLL_S
) -> Iterator[None]:
    """Within the block, events are maintained; does nothing where the settings have none.

    Raises ``MissingDependencyError`` where they cannot be.
    """
    if not settings.events:
        yield
        return
    require_duckdb()
    with watching("events", lambda ended: _watch(settings, log_config, ended, roll_s)):
        yield


def maintain_once(settings: Settings, log_config: Mapping[str, Any] | None = None) -> None:
    """One pass, in a process of its own; what fails is logged and tried again by the next pass."""
    leave_with_parent()
    prepare_process()
    run_process_in_background()
    if log_config:
        logging.config.dictConfig(dict(log_config))
    try:
        forget = partial(take_out, settings.rankings_dir, settings.events_dir)
        done = maintain(settings.events_dir, settings.events_days, forget)
        with open_people(settings.people_store) as people:
            people.remove_expired(time.time())
        log.info("events: %d stored, %d erased", done.rolled, done.erased)
    except DeepstyleError as error:
        log.warning("events are not maintained: %s", error)


def _watch(settings: Settings, log_config: Mapping[str, Any] | None, ended: threading.Event, roll_s: float) -> None:
    """Start a pass each ``roll_s`` where there are events, and soon where somebody waits for her erasure."""
    process: SpawnProcess | None = None
    rolled_at_s = time.monotonic()
    while not ended.wait(min(POLL_S, roll_s)):
        if process is not None and process.is_alive():
            continue
        waited_s = time.monotonic() - rolled_at_s
        is_due = waited_s >= roll_s and has_work(settings.events_dir)
        if is_due or (waited_s >= ERASE_S and has_requests(settings.events_dir)):
            rolled_at_s = time.monotonic()
            process = SPAWN.Process(target=maintain_once, args=(settings, log_config), name="events", daemon=True)
            process.start()
    if process is not None:
        process.join(STOP_S)
        process.kill()
