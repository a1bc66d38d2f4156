"""Counts without consent hold no id, no order, and no words that fewer than five visits searched for."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deepstyle.people.base import PeopleStore, all_records
from deepstyle.people.events.counts import LEAST_VISITS, Search, add_counts, anonymous_counts
from deepstyle.people.open import open_people

WORDS = "rare marker dress"


@pytest.fixture
def people(tmp_path: Path) -> Iterator[PeopleStore]:
    with open_people(f"sqlite:///{tmp_path}/people.db") as opened:
        yield opened


def search(people: PeopleStore, words: str, visit: str) -> None:
    add_counts(people, Counter(search=1), [Search(words, visit)], kept_days=30)


def queries(people: PeopleStore) -> dict[str, int]:
    today = datetime.now(UTC).date()
    return {words: count for one in anonymous_counts(people, today, today) for words, count in one.queries.items()}


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


def test_words_are_stored_once_five_visits_searched_for_them(people: PeopleStore, tmp_path: Path) -> None:
    for visit in range(LEAST_VISITS - 1):
        for _ in range(3):
            search(people, WORDS, f"visit-{visit}")
    assert b"marker" not in on_disk(tmp_path)
    assert b"visit-0" not in on_disk(tmp_path)
    assert queries(people) == {}
    search(people, WORDS, "visit-4")
    assert queries(people) == {WORDS: 13}
    search(people, WORDS, "visit-0")
    assert queries(people) == {WORDS: 14}


def test_two_searches_of_a_visit_cannot_be_joined(people: PeopleStore) -> None:
    search(people, "boots", "visit-1")
    search(people, "dress", "visit-1")
    records = [record for record in all_records(people, "daily_digests") if " query " in record.key]
    visits = [visit for record in records for visit in record.fields["visits"]]
    assert len(set(visits)) == 2
    assert {record.owner for record in records} == {""}


def test_the_key_and_the_digests_end_with_the_day_and_the_counts_later(people: PeopleStore) -> None:
    search(people, WORDS, "visit-1")
    now = datetime.now(UTC)
    midnight_s = datetime(now.year, now.month, now.day, tzinfo=UTC).timestamp() + 86_400
    people.remove_expired(midnight_s + 2 * 3600)
    assert people.count("daily_digests") == 0
    assert people.count("daily") == 1
    people.remove_expired(midnight_s + 30 * 86_400)
    assert people.count("daily") == 0


def test_actions_are_counted_by_day(people: PeopleStore) -> None:
    add_counts(people, Counter(click=3, hide=1), [], kept_days=30)
    add_counts(people, Counter(click=2), [Search("", "visit")], kept_days=30)
    today = datetime.now(UTC).date()
    (day,) = anonymous_counts(people, today, today)
    assert (day.day, day.actions, day.queries) == (today, {"click": 5, "hide": 1}, {})
