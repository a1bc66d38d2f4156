"""What shoppers did in an experiment, from real files of events, against a count by loops."""

import json
import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from deepstyle.errors import StoreError
from deepstyle.people.events.schema import COLUMNS, Event
from deepstyle.people.experiments.assignment import arm_of
from deepstyle.people.experiments.evidence import Wins
from deepstyle.people.experiments.interleaving import winner
from deepstyle.people.experiments.report import report_of
from deepstyle.people.experiments.tallies import Tallies, tally
from deepstyle.people.shopper import Shopper
from tests.people.experiments.designs import AB, INTERLEAVE

START_S = int(INTERLEAVE.started_s)
NOW_S = START_S + 40 * 3600.0
ACTIONS = ("search", "impression", "click", "add_to_cart", "hide")


def write(folder: Path, events: Iterable[Event]) -> None:
    """Files as they are stored: some events twice, because a delivery may be repeated."""
    by_day = defaultdict[str, list[dict[str, Any]]](list)
    for event in events:
        by_day[datetime.fromtimestamp(event.timestamp_us / 1e6, UTC).date().isoformat()].append(asdict(event))
    for day, rows in by_day.items():
        (folder / f"day={day}").mkdir(parents=True)
        for number, part in enumerate((rows, rows[::3])):
            columns = {name: [row[name] for row in part] for name in COLUMNS}
            pq.write_table(pa.table(columns), folder / f"day={day}" / f"{number}.parquet")


def random_events(seed: int) -> list[Event]:
    draw, events = random.Random(seed), []
    for number in range(1500):
        client = draw.randrange(60)
        attributes: dict[str, Any] = {"surface": draw.choice(["results", "results", "browse"]), "experiment": "mixed"}
        action = draw.choice(ACTIONS)
        if action == "search":
            del attributes["surface"]  # a search is where it is
            attributes |= {"results": draw.choice([0, 12]), "took_ms": draw.choice([5, 900]), "failed": False}
        elif action in ("click", "hide"):
            attributes |= {"variant": draw.choice(["A", "B", "B", ""])}
        at_us = int(1e6 * (START_S + draw.uniform(-3600, 30 * 3600)))
        session = f"session-{client}-{draw.randrange(3)}"
        events.append(Event(str(number), at_us, action, f"client-{client}", session, attributes=json.dumps(attributes)))
    return events


def in_time(events: list[Event]) -> list[tuple[Event, dict[str, Any]]]:
    ordered = sorted(events, key=lambda event: event.timestamp_us)
    return [(event, json.loads(event.attributes)) for event in ordered if event.timestamp_us >= START_S * 1e6]


def test_arms_of_a_test_are_counted_as_by_a_loop(tmp_path: Path) -> None:
    events = random_events(1)
    write(tmp_path, events)
    did = defaultdict[str, set[str]](set)
    for event, attributes in in_time(events):
        is_here = attributes.get("surface", "results") == "results"
        if not is_here and event.client_id not in did:
            continue
        did[event.client_id] |= {"add_to_cart"} & {event.action_name}
        if is_here and event.action_name == "hide":
            did[event.client_id].add("hides")
        if is_here and event.action_name == "search":
            did[event.client_id] |= {"no_results"} if attributes["results"] == 0 else set()
            did[event.client_id] |= {"slow"} if attributes["took_ms"] > 500 else set()

    def counted(what: str) -> Wins:
        arms = [
            arm_of(AB, Shopper(client, may_measure=True)) for client, done in did.items() if not what or what in done
        ]
        return Wins(arms.count("A"), arms.count("B"))

    found = tally(tmp_path, AB, now_s=NOW_S)
    assert found.exposed == counted("")
    assert found.wins == counted("add_to_cart")
    assert found.harms == {name: counted(name) for name in AB.guardrails}
    assert found.wins.total > 10
    assert found.harms["errors"].total == 0


def test_sessions_of_an_interleaved_list_are_counted_as_by_a_loop(tmp_path: Path) -> None:
    events = random_events(2)
    write(tmp_path, events)
    clicks, hides = defaultdict[str, list[Any]](list), defaultdict[str, list[Any]](list)
    for event, attributes in in_time(events):
        if attributes.get("surface", "results") == "results":
            clicks[event.session_id] += [attributes["variant"]] if event.action_name == "click" else []
            hides[event.session_id] += [attributes["variant"]] if event.action_name == "hide" else []
    won, hidden = ([winner(teams) for teams in by.values()] for by in (clicks, hides))
    found = tally(tmp_path, INTERLEAVE, now_s=NOW_S)
    assert found.wins == Wins(won.count("A"), won.count("B"))
    assert found.undecided == won.count(None)
    assert found.harms == {"hides": Wins(hidden.count("A"), hidden.count("B"))}
    assert found.wins.total > 50


def test_a_session_that_goes_on_is_not_counted_yet(tmp_path: Path) -> None:
    attributes = json.dumps({"surface": "results", "experiment": "mixed", "variant": "B"})
    write(tmp_path, [Event("1", (START_S + 60) * 10**6, "click", "client", "session", attributes=attributes)])
    assert tally(tmp_path, INTERLEAVE, now_s=START_S + 120).wins == Wins(0, 0)
    assert tally(tmp_path, INTERLEAVE, now_s=START_S + 3600).wins == Wins(0, 1)
    assert tally(tmp_path, replace(INTERLEAVE, name="other"), now_s=START_S + 3600).wins == Wins(0, 0)


def test_a_part_of_the_shoppers(tmp_path: Path) -> None:
    write(tmp_path, random_events(3))
    half = tally(tmp_path, replace(AB, share=0.5), now_s=NOW_S).exposed
    assert 0 < half.total < tally(tmp_path, AB, now_s=NOW_S).exposed.total


def test_without_events_nothing_is_counted(tmp_path: Path) -> None:
    found = tally(tmp_path / "missing", AB, now_s=NOW_S)
    assert found == Tallies(harms=dict.fromkeys(AB.guardrails, Wins(0, 0)))
    assert report_of(AB, found).verdict == "undecided"


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    folder = tmp_path / f"day={datetime.fromtimestamp(START_S, UTC).date().isoformat()}"
    folder.mkdir()
    (folder / "0.parquet").write_bytes(b"nothing")
    with pytest.raises(StoreError, match=r"0\.parquet"):
        tally(tmp_path, AB, now_s=NOW_S)
