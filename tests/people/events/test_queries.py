"""Reports against counts by a naive loop over random events."""

import json
import random
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path

import pytest

from deepstyle.errors import StoreError
from deepstyle.people.events import queries
from deepstyle.people.events.maintenance import maintain
from deepstyle.people.events.schema import Event
from deepstyle.people.events.summaries import summary_path
from tests.people.events.shoppers import DAY, event, journalled

DAYS = [DAY, DAY + timedelta(days=1)]
WORDS = ["red dress", "Boots", "nothing", ""]


def visits() -> list[Event]:
    """Random searches, each with impressions, clicks, and carts and purchases that name the query or the item."""
    chance, made = random.Random(3), list[Event]()

    def add(action: str, **values: object) -> None:
        made.append(event(len(made), action, **values))  # type: ignore[arg-type]

    for number in range(120):
        of = {"day": DAYS[number % 2], "client": f"c{number % 9}", "session_id": f"s{number % 17}"}
        words = chance.choice(WORDS)
        found = 0 if words == "nothing" else 5
        query = {**of, "query_id": f"q{number}"}
        add("search", user_query=words, attributes={"results": found}, **query)
        for place in range(found):
            shown = {**query, "object_id": f"item-{(number + place) % 30}", "ordinal": place + 1}
            add("impression", **shown)
            if chance.random() < 0.2:
                add("click", **shown)
                if chance.random() < 0.5:
                    add("add_to_cart", **of, object_id=shown["object_id"])
                    if chance.random() < 0.5:
                        add("purchase", **of, object_id=shown["object_id"], query_id=f"q{number}")
    return made


EVENTS = visits()


@pytest.fixture(scope="module")
def events_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("events")
    journalled(folder, EVENTS)
    maintain(folder, 3650)
    return folder


def reached() -> dict[str, set[str]]:
    """The steps that each search reached."""
    steps, last_click = defaultdict[str, set[str]](set), dict[tuple[str, str], str]()
    for one in EVENTS:
        if one.action_name == "click":
            last_click[one.client_id, one.object_id] = one.query_id
            steps[one.query_id].add("click")
        elif one.action_name in ("add_to_cart", "purchase"):
            query_id = one.query_id or last_click.get((one.client_id, one.object_id), "")
            steps[query_id] |= {"click", "cart", *(["buy"] if one.action_name == "purchase" else [])}
    return steps


def searches() -> list[tuple[str, str]]:
    return [(one.user_query.lower(), one.query_id) for one in EVENTS if one.action_name == "search"]


def test_top_failed_and_unclicked_queries(events_dir: Path) -> None:
    steps = reached()
    counted = Counter(words for words, _ in searches() if words)
    top = queries.top_queries(events_dir, *DAYS)
    assert {row.user_query: row.searches for row in top} == counted
    assert [row.searches for row in top] == sorted(counted.values(), reverse=True)
    assert [(row.user_query, row.without_results) for row in queries.failed_queries(events_dir, *DAYS)] == [
        ("nothing", counted["nothing"])
    ]
    unclicked = Counter(words for words, query_id in searches() if words not in ("", "nothing") and not steps[query_id])
    found = queries.queries_without_clicks(events_dir, *DAYS)
    assert {row.user_query: row.without_clicks for row in found} == unclicked
    assert len(queries.top_queries(events_dir, *DAYS, limit=1)) == 1


def test_conversion(events_dir: Path) -> None:
    steps = [reached()[query_id] for _, query_id in searches()]
    expected = [len(steps), *(sum(step in one for one in steps) for step in ("click", "cart", "buy"))]
    row = queries.conversion(events_dir, *DAYS)
    assert [row.searches, row.clicked, row.carted, row.purchased] == expected


def test_positions_items_coverage_and_days(events_dir: Path) -> None:
    shown = Counter(one.ordinal for one in EVENTS if one.action_name == "impression")
    clicked = Counter(one.ordinal for one in EVENTS if one.action_name == "click")
    for row in queries.clicks_by_position(events_dir, *DAYS):
        assert (row.impressions, row.clicks) == (shown[row.ordinal], clicked[row.ordinal])
        assert row.click_rate == pytest.approx(clicked[row.ordinal] / shown[row.ordinal])
    items = {row.object_id: row for row in queries.item_counts(events_dir, *DAYS)}
    bought = Counter(one.object_id for one in EVENTS if one.action_name == "purchase")
    assert {name: row.purchases for name, row in items.items() if row.purchases} == bought
    covered = queries.coverage(events_dir, *DAYS, items=60)
    assert (covered.shown, covered.share) == (30, 0.5)
    of_day = queries.daily_counts(events_dir, *DAYS)
    assert [row.day for row in of_day] == DAYS
    first = [one for one in EVENTS if date.fromtimestamp(one.timestamp_us / 1e6) == DAY]
    assert of_day[0].clients == len({one.client_id for one in first})
    assert of_day[0].clicks == sum(one.action_name == "click" for one in first)


def test_a_range_of_days_counts_these_days_alone(events_dir: Path, tmp_path: Path) -> None:
    both = sum(row.searches for row in queries.daily_counts(events_dir, *DAYS))
    one = queries.daily_counts(events_dir, DAY, DAY)
    assert 0 < one[0].searches < both
    assert queries.conversion(events_dir, DAY, DAY).searches == one[0].searches
    for folder, day in ((events_dir, DAY - timedelta(days=1)), (tmp_path / "none", DAY)):
        assert queries.top_queries(folder, day, day) == []
        assert queries.conversion(folder, day, day).searches == 0
        assert queries.coverage(folder, day, day, items=0).share is None


def test_new_events_of_a_counted_day_are_counted(tmp_path: Path) -> None:
    journalled(tmp_path, [event(1)])
    maintain(tmp_path, 3650)
    journalled(tmp_path, [event(2)])
    assert maintain(tmp_path, 3650).summarised == (DAY,)
    assert queries.daily_counts(tmp_path, DAY, DAY)[0].clicks == 2
    assert maintain(tmp_path, 3650).summarised == ()


def test_a_damaged_summary_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    journalled(tmp_path, [event(1, attributes=json.loads("{}"))])
    maintain(tmp_path, 3650)
    summary_path(tmp_path, "days", DAY).write_bytes(b"PAR1")
    with pytest.raises(StoreError) as raised:
        queries.daily_counts(tmp_path, DAY, DAY)
    assert "deepstyle events" in raised.value.remedy
