"""What merchandisers decided, as one process applies it: a change in any process holds from the next search on.

A search reads one counter, and everything again only where it has changed.
"""

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from deepstyle.errors import StoreError
from deepstyle.people.base import PeopleStore, all_records
from deepstyle.people.merchandising.changes import COUNTER, value_of
from deepstyle.people.merchandising.kinds import Redirect, Synonyms
from deepstyle.people.merchandising.rules import Rule, words_of
from deepstyle.people.open import SQLITE, open_people
from deepstyle.people.tables import FACTS

RELOAD_S: Final = 30.0
"""Read again after this time even where the counter is as it was: its writer may have died before it counted."""
RETRY_S: Final = 2.0
MAX_MARGINS: Final = 200_000
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Decided:
    """Everything that is decided, read at one moment."""

    rules: Mapping[str, Rule] = field(default_factory=dict)
    synonyms: tuple[tuple[str, ...], ...] = ()
    redirects: Mapping[frozenset[str], str] = field(default_factory=dict)

    @classmethod
    def read(cls, store: PeopleStore) -> "Decided":
        """Read it all; raises ``StoreError``."""
        rules = {record.key: Rule.model_validate(value_of(record)) for record in all_records(store, "rules")}
        groups = [Synonyms.model_validate(value_of(record)).words for record in all_records(store, "synonyms")]
        redirects = [Redirect.model_validate(value_of(record)) for record in all_records(store, "redirects")]
        by_words = {words_of(one.query): one.to for one in reversed(redirects)}
        return cls(rules, tuple(groups), by_words)

    def redirect(self, text: str) -> str:
        """Where a search with the words ``text`` leads, "" for its results."""
        return self.redirects.get(words_of(text), "") if self.redirects else ""


NOTHING: Final = Decided()


class Live:
    """What is decided now, over the store of people at ``url``; safe to call from several threads.

    A store that is not there, or cannot be read, changes nothing: what was read last holds on.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._store: PeopleStore | None = None
        self._decided, self._counted = NOTHING, -1
        self._read_at_s = self._failed_at_s = -1e9
        self._margins: dict[str, float | None] = {}

    def decided(self) -> Decided:
        """What holds for a search that begins now."""
        store = self.opened()
        if store is None:
            return self._decided
        try:
            counter = store.get(FACTS, COUNTER)
            count = int(counter.fields["count"]) if counter else 0
            if count != self._counted or time.monotonic() - self._read_at_s > RELOAD_S:
                self._read(store, count)
        except StoreError as error:
            self._note(error)
        return self._decided

    def margins(self, item_ids: Sequence[str]) -> Mapping[str, float]:
        """The known margins of items, in percent; call it after ``decided``."""
        store, known = self.opened(), self._margins
        if len(known) > MAX_MARGINS:
            known.clear()
        for item_id in item_ids:
            if item_id not in known and store is not None:
                record = store.get("margins", item_id)
                known[item_id] = float(value_of(record)["margin"]) if record else None
        return {one: margin for one in item_ids if (margin := known.get(one)) is not None}

    def opened(self) -> PeopleStore | None:
        """The store of people; ``None`` where it is not there, or cannot be opened."""
        if self._store is not None or not self._may_open():
            return self._store
        with self._lock:
            try:
                self._store = self._store or open_people(self._url, create=False)
            except StoreError as error:
                self._note(error)
        return self._store

    def close(self) -> None:
        """Close the store; a later call opens it again."""
        with self._lock:
            if self._store is not None:
                self._store.close()
            self._store = None

    def _read(self, store: PeopleStore, count: int) -> None:
        with self._lock:
            if count != self._counted:
                self._margins = {}
            self._decided = Decided.read(store)
            self._counted, self._read_at_s = count, time.monotonic()

    def _may_open(self) -> bool:
        if self._url.startswith(SQLITE) and not Path(self._url.removeprefix(SQLITE)).is_file():
            return False
        return time.monotonic() - self._failed_at_s > RETRY_S

    def _note(self, error: StoreError) -> None:
        if time.monotonic() - self._failed_at_s > RETRY_S:
            log.warning("the store of people cannot be read, rules stay as they were: %s", error)
        self._failed_at_s = time.monotonic()
