"""The association that serves now, as one process has it: another one that is promoted serves within seconds."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from deepstyle.compatibility.association import Association
from deepstyle.errors import DeepstyleError
from deepstyle.people.associations.folder import COUNTS_FILE, FOLDER, TABLE, read_association
from deepstyle.people.base import PeopleStore
from deepstyle.people.ranking.records import read_serving

RELOAD_S: Final = 5.0
log = logging.getLogger(__name__)


class LiveAssociation:
    """Safe to call from several threads. What cannot be read serves nothing, and is logged once."""

    def __init__(self, people: Callable[[], PeopleStore | None], rankings_dir: Path) -> None:
        self._people, self._folder = people, rankings_dir / FOLDER
        self._lock = threading.Lock()
        self._read: tuple[str, int] = ("", 0)
        self._association: Association | None = None
        self._looked_at_s = -1e9

    def current(self) -> Association | None:
        """The association that serves; ``None`` where none was promoted, or after all were rolled back."""
        if time.monotonic() - self._looked_at_s < RELOAD_S:
            return self._association
        with self._lock:
            self._looked_at_s = time.monotonic()
            try:
                people = self._people()
                version = read_serving(people, TABLE).version if people else ""
                state = version, self._written_at_ns(version)
                if state != self._read:  # another version, or one that somebody was taken out of
                    self._read = state
                    self._association = read_association(self._folder / version) if version else None
            except DeepstyleError as error:
                self._association = None
                log.error("suggestions do not follow what is bought together: %s", error)
        return self._association

    def _written_at_ns(self, version: str) -> int:
        path = self._folder / version / COUNTS_FILE
        return path.stat().st_mtime_ns if version and path.is_file() else 0
