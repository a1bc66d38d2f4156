"""The learned ranking that serves now, as one process has it: another one that is promoted serves within seconds."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from deepstyle.errors import DeepstyleError
from deepstyle.people.base import PeopleStore
from deepstyle.people.ranking.described import Centres, read_centres
from deepstyle.people.ranking.models import LearnedRanking, read_ranking
from deepstyle.people.ranking.records import read_serving
from deepstyle.store.base import Store

RELOAD_S: Final = 5.0
CENTRES_S: Final = 600.0
log = logging.getLogger(__name__)


class LiveRanking:
    """Safe to call from several threads. What cannot be read serves nothing, and is logged once."""

    def __init__(self, people: Callable[[], PeopleStore], rankings_dir: Path) -> None:
        self._people, self._folder = people, rankings_dir
        self._lock = threading.Lock()
        self._version = ""
        self._ranking: LearnedRanking | None = None
        self._looked_at_s = -1e9
        self._centres: tuple[str, float, Centres] | None = None

    def current(self) -> LearnedRanking | None:
        """The ranking that serves; ``None`` where none was promoted, or after all were rolled back."""
        now_s = time.monotonic()
        if now_s - self._looked_at_s < RELOAD_S:
            return self._ranking
        with self._lock:
            self._looked_at_s = now_s
            try:
                version = read_serving(self._people()).version
                if version != self._version:
                    self._version = version
                    self._ranking = read_ranking(self._folder / version) if version else None
            except DeepstyleError as error:
                self._ranking = None
                log.error("no learned ranking serves: %s", error)
        return self._ranking

    def centres(self, store: Store, space: str) -> Centres:
        """The centres of the catalogue's categories, read anew now and then."""
        known, now_s = self._centres, time.monotonic()
        if known is None or known[0] != space or now_s - known[1] > CENTRES_S:
            with self._lock:
                self._centres = known = space, now_s, read_centres(store, space)
        return known[2]
