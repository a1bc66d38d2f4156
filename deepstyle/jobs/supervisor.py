"""The thread of ``deepstyle serve`` that starts the job process where there is work, and again where it died."""

import contextlib
import logging
import threading
from collections.abc import Iterator, Mapping
from multiprocessing.context import SpawnProcess
from typing import Any, Final

from deepstyle.jobs.journal import Journal
from deepstyle.jobs.runner import main
from deepstyle.jobs.watching import watching
from deepstyle.platform import SPAWN
from deepstyle.settings import Settings

POLL_S: Final = 0.5
RESTART_S: Final = 2.0
STOP_S: Final = 20.0
"""How long the job process has to finish its batch."""
log = logging.getLogger("deepstyle.jobs")


@contextlib.contextmanager
def supervised_jobs(settings: Settings, log_config: Mapping[str, Any] | None = None) -> Iterator[None]:
    """Within the block, what is queued for the store of ``settings`` is worked on by a process of its own."""
    with watching("jobs", lambda ended: _watch(settings, log_config, ended)):
        yield


def _watch(settings: Settings, log_config: Mapping[str, Any] | None, ended: threading.Event) -> None:
    journal = Journal.of(settings)
    process: SpawnProcess | None = None
    while not ended.wait(POLL_S):
        if process is not None and not process.is_alive():
            _bury(process, journal, ended)
            process = None
        if process is None and journal.has_work:
            process = SPAWN.Process(target=main, args=(settings, log_config), name="jobs", daemon=True)
            process.start()
    if process is not None:
        process.terminate()
        process.join(STOP_S)
        process.kill()


def _bury(process: SpawnProcess, journal: Journal, ended: threading.Event) -> None:
    """Note how a process ended; after one that died, the next one waits a little."""
    process.join()
    if process.exitcode:
        log.warning("the job process ended with %s; its job is resumed", process.exitcode)
        journal.interrupt()
        ended.wait(RESTART_S)
