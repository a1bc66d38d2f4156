"""The thread of ``deepstyle serve`` that finishes erasures and deletes what has expired of people."""

import contextlib
import logging
import threading
import time
from collections.abc import Iterator
from typing import Final

from deepstyle.errors import DeepstyleError
from deepstyle.jobs.watching import watching
from deepstyle.people.erase import finish_erasures
from deepstyle.people.opened import People, refuse_shared
from deepstyle.people.tombstones import apply_tombstones
from deepstyle.settings import Settings

EVERY_S: Final = 300.0
log = logging.getLogger("deepstyle.people")


@contextlib.contextmanager
def supervised_people(settings: Settings, *, every_s: float = EVERY_S) -> Iterator[None]:
    """People are tidied before the block begins, and then each ``every_s``; nothing happens without accounts.

    Nobody whom a copied file brought back after her erasure is there when the first request comes.
    Raises ``UsageError`` where the catalogue, the people and their keys would share a database.
    """
    if not settings.accounts:
        yield
        return
    refuse_shared(settings)
    tidy_once(settings, is_first=True)
    with watching("people", lambda ended: _watch(settings, ended, every_s)):
        yield


def tidy_once(settings: Settings, *, is_first: bool = False) -> None:
    """One pass; what fails is logged and tried again by the next one.

    The first one also looks for erased people, whom a copied file may have brought back.
    """
    try:
        with People.open(settings) as people:
            unfinished = finish_erasures(people)
            if is_first:
                apply_tombstones(people)
            expired = people.store.remove_expired(time.time())
        log.info("people: %d expired records deleted, %d erasures unfinished", expired, unfinished)
    except DeepstyleError as error:
        log.warning("people are not tidied: %s", error)


def _watch(settings: Settings, ended: threading.Event, every_s: float) -> None:
    while not ended.wait(every_s):
        tidy_once(settings)
