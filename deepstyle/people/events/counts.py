"""Daily counts without consent: no id, no sequence, and no words that fewer than five visits searched for.

A visit is one page's life in a tab; its number is random and forgotten with it. For a query, what is stored at first is
a keyed digest of the words, and under it a keyed digest of each visit, made anew for every query, so that two queries
of a visit cannot be joined. The key is random, one a day, and is deleted with the day. Once five different visits have
searched for the same words, the words are stored with their count, and the digests of the visits are deleted. Nothing
leads back from the digests of rarer words once the key is gone.
"""

import hmac
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from deepstyle.people.base import PeopleStore, all_records

COUNTS: Final = "daily"
DIGESTS: Final = "daily_digests"
LEAST_VISITS: Final = 5
"""How many visits must have searched for words before these are stored."""
GRACE_S: Final = 3600.0
"""How long the key of a day outlives it: requests that came before midnight are counted after it."""


@dataclass(frozen=True, slots=True)
class Search:
    """The words of a search, in lower case, and the random number of the visit; never stored as such."""

    words: str
    visit: str


@dataclass(frozen=True, slots=True)
class AnonymousDay:
    """The counts of one day without consent: by action, and of the words that five visits or more searched for."""

    day: date
    actions: Mapping[str, int]
    queries: Mapping[str, int]


def add_counts(store: PeopleStore, actions: Counter[str], searches: Iterable[Search], *, kept_days: int) -> None:
    """Add to today's counts; they are deleted after ``kept_days``. Raises ``StoreError``."""
    now = datetime.now(UTC)
    ends_s = datetime(now.year, now.month, now.day, tzinfo=UTC).timestamp() + 86_400
    expires_s = ends_s + timedelta(days=kept_days - 1).total_seconds()
    day = now.date().isoformat()
    for action, count in actions.items():
        store.increment(COUNTS, f"{day} action {action}", count, expires_s=expires_s)
    found = [one for one in searches if one.words]
    if found:
        key = _key_of(store, day, ends_s + GRACE_S)
        for search in found:
            _add_search(store, search, key, day, (ends_s + GRACE_S, expires_s))


def anonymous_counts(store: PeopleStore, first: date, last: date) -> list[AnonymousDay]:
    """The counts without consent from ``first`` to ``last``."""
    actions: dict[date, Counter[str]] = {}
    queries: dict[date, Counter[str]] = {}
    for record in all_records(store, COUNTS):
        text, kind, name = record.key.split(" ", 2)
        day = date.fromisoformat(text)
        if first <= day <= last:
            counted = (actions if kind == "action" else queries).setdefault(day, Counter())
            counted[record.fields.get("words", name)] += int(record.fields["count"])
    found = sorted(actions.keys() | queries.keys())
    return [AnonymousDay(day, actions.get(day, Counter()), queries.get(day, Counter())) for day in found]


def _add_search(store: PeopleStore, search: Search, key: bytes, day: str, expires: tuple[float, float]) -> None:
    query = _digest(key, search.words)
    visit = _digest(key, f"{search.words}\0{search.visit}")
    while not _added(store, search.words, query, visit, day, expires):
        pass  # another process wrote between our read and our write


def _added(store: PeopleStore, words: str, query: str, visit: str, day: str, expires: tuple[float, float]) -> bool:
    """Count a search once; false where it has to be tried again. Words are stored before their digests are deleted."""
    digests_expire_s, counts_expire_s = expires
    name = f"{day} query {query}"
    record = store.get(DIGESTS, name)
    fields: dict[str, Any] = dict(record.fields) if record else {"count": 0, "visits": []}
    if fields["visits"] is None:
        store.increment(COUNTS, name, expires_s=counts_expire_s)
        return True
    visits, count = sorted({*fields["visits"], visit}), int(fields["count"]) + 1
    is_common = len(visits) >= LEAST_VISITS
    if is_common:
        store.add(COUNTS, name, {"words": words, "count": 0}, expires_s=counts_expire_s)
    after = {"count": 0, "visits": None} if is_common else {"count": count, "visits": visits}
    version = record.version if record else 0
    if not store.put(DIGESTS, name, after, expires_s=digests_expire_s, version=version):
        return False
    if is_common:
        store.increment(COUNTS, name, count, expires_s=counts_expire_s)
    return True


def _key_of(store: PeopleStore, day: str, expires_s: float) -> bytes:
    """The random key of a day, which whichever process comes first makes."""
    store.add(DIGESTS, f"{day} key", {"key": secrets.token_hex(32)}, expires_s=expires_s)
    record = store.get(DIGESTS, f"{day} key")
    assert record is not None
    return bytes.fromhex(str(record.fields["key"]))


def _digest(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode("utf-8", "surrogatepass"), "sha256").hex()[:32]
