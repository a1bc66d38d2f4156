"""Events beside searches, with kills, and reports over many events.

    python -m bench.events                                  # 1,000 events/s for 10 minutes, 20 kills
    python -m bench.events --seconds 60 --kills 4 --store sqlite:///var/demo.db
    python -m bench.events --analytics                      # the reports on 10 million drawn events
    python -m bench.events --analytics --events 1000000

The server is a real `deepstyle serve` on loopback, which also rolls events over. Searches by words are sent at half the
rate that one client reaches alone, in turns with and without events, so that other load affects both alike. A kill is
SIGKILL to the server and its processes while batches are under way; a batch that was not answered is sent again to the
next server. Lost is what was acknowledged and is neither stored nor journalled; repeated is what is stored twice.
"""

import argparse
import statistics
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import httpx2

from bench.events_drawn import drawn_events
from bench.measure.demo import absolute_url, demo_store
from bench.measure.machine import describe_machine
from bench.measure.server import Served, free_port, serving
from deepstyle.people.events.layout import event_files
from deepstyle.people.events.maintenance import maintain
from deepstyle.people.events.reports import REPORTS, Wanted
from deepstyle.people.events.summaries import summarise
from deepstyle.people.open import open_people
from deepstyle.store import open_store
from deepstyle.store.keys import create_key, read_keys, revoke_key

BATCH = 50
SENDERS = 4
BAR_MS = 300
WORDS = ("red dress", "black boots", "blue shirt", "white sneakers", "leather bag", "wool coat", "green skirt")
REPORT_ROUNDS = 20


@dataclass
class Sent:
    """Ids of acknowledged events; ``is_on`` while events are sent at all."""

    acknowledged: set[str] = field(default_factory=set)
    is_on: threading.Event = field(default_factory=threading.Event)
    is_over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)


def send(address: str, key: str, rate: float, sent: Sent) -> None:
    """Send batches at ``rate`` events a second, each until it is acknowledged."""
    with httpx2.Client(base_url=address, headers={"Authorization": f"Bearer {key}"}, timeout=60) as client:
        due_s = time.monotonic()
        while not sent.is_over.is_set():
            if not sent.is_on.wait(0.1):
                due_s = time.monotonic()
                continue
            due_s = max(due_s + BATCH / rate, time.monotonic() - 5)
            time.sleep(max(0.0, due_s - time.monotonic()))
            deliver(client, sent)


def deliver(client: httpx2.Client, sent: Sent) -> None:
    """One batch, with the same ids each time."""
    now_us = int(time.time() * 1e6)
    ids = [uuid.uuid4().hex for _ in range(BATCH)]
    events = [
        {"event_id": name, "action_name": "purchase", "timestamp_us": now_us, "object_id": f"item-{at}"}
        for at, name in enumerate(ids)
    ]
    while not sent.is_over.is_set():
        try:
            answer = client.post("/v1/events", json={"events": events})
        except httpx2.TransportError:
            time.sleep(0.1)
            continue
        if answer.status_code == 202:
            with sent.lock:
                sent.acknowledged.update(ids)
            return
        time.sleep(0.2)


def search_times_s(served: Served, seconds: float, pause_s: float) -> list[float]:
    """How long each search took, with a pause after each."""
    times, until_s = list[float](), time.monotonic() + seconds
    with httpx2.Client(base_url=f"http://127.0.0.1:{served.port}", timeout=60) as client:
        while time.monotonic() < until_s:
            began_s = time.perf_counter()
            client.get(f"/v1/search?k=24&text={quote(WORDS[len(times) % len(WORDS)])}").raise_for_status()
            times.append(time.perf_counter() - began_s)
            time.sleep(pause_s)
    return times


@contextmanager
def write_key(store: str) -> Iterator[str]:
    """A key of the scope ``write``, for as long as the block runs."""
    with open_store(store) as opened:
        if any(key.name == "bench-events" for key in read_keys(opened)):
            revoke_key(opened, "bench-events")
        token = create_key(opened, "bench-events", "write")[1]
    yield token
    with open_store(store) as opened:
        revoke_key(opened, "bench-events")


def measure(arguments: argparse.Namespace, folder: Path) -> None:
    store = absolute_url(arguments.store) if arguments.store else demo_store()
    environment = {
        "DEEPSTYLE_STORE": store,
        "DEEPSTYLE_EVENTS": "true",
        "DEEPSTYLE_EVENTS_DIR": str(folder / "events"),
        "DEEPSTYLE_PEOPLE_STORE": f"sqlite:///{folder}/people.db",
        "DEEPSTYLE_RATE_LIMIT": "",
        "DEEPSTYLE_ACCESS_LOG": "false",
    }
    port, sent = free_port(), Sent()
    with write_key(store) as key:
        address, rate = f"http://127.0.0.1:{port}", arguments.rate / SENDERS
        senders = [threading.Thread(target=send, args=(address, key, rate, sent)) for _ in range(SENDERS)]
        for sender in senders:
            sender.start()
        try:
            pairs = [pair for _ in range(arguments.kills + 1) for pair in one_life(environment, port, sent, arguments)]
        finally:
            sent.is_over.set()
            for sender in senders:
                sender.join()
    report_times(pairs, arguments)
    report_losses(folder / "events", sent.acknowledged)


def one_life(
    environment: dict[str, str], port: int, sent: Sent, arguments: argparse.Namespace
) -> list[tuple[float, float]]:
    """Start the server, measure in turns, and kill it while events come: pairs of p50 without and with events."""
    round_s = arguments.seconds / (arguments.kills + 1) / arguments.rounds
    pairs = []
    with serving("deepstyle", environment, port=port) as served:
        alone_s = statistics.median(search_times_s(served, 2, 0))
        for number in range(arguments.rounds):
            times = {}
            for with_events in (bool(number % 2), not number % 2):
                (sent.is_on.set if with_events else sent.is_on.clear)()
                times[with_events] = statistics.median(search_times_s(served, round_s, alone_s))
            pairs.append((times[False], times[True]))
        sent.is_on.set()
        time.sleep(1)  # the kill comes while batches are under way
    sent.is_on.clear()
    return pairs


def report_times(pairs: list[tuple[float, float]], arguments: argparse.Namespace) -> None:
    rises = [100 * (during / alone - 1) for alone, during in pairs]
    alone_ms, during_ms = (1000 * statistics.median(times) for times in zip(*pairs, strict=True))
    print(f"{arguments.seconds} s with and as long without events, {arguments.kills + 1} kills, {arguments.rate}/s")
    print(f"search p50 {alone_ms:.1f} ms alone, {during_ms:.1f} ms beside events")
    print(f"it rises by {statistics.median(rises):.0f} % (median of {len(rises)} rounds; bar: at most 10 %)")


def report_losses(events_dir: Path, acknowledged: set[str]) -> None:
    import duckdb

    maintain(events_dir, 365)
    files = [str(path) for path in event_files(events_dir)]
    query = "SELECT event_id FROM read_parquet($files, hive_partitioning = false)"
    stored = [name for (name,) in duckdb.execute(query, {"files": files}).fetchall()]
    lost = len(acknowledged - set(stored))
    print(
        f"{len(acknowledged)} events acknowledged, {lost} lost, {len(stored) - len(set(stored))} repeated (bars: 0, 0)"
    )


def analyse(arguments: argparse.Namespace, folder: Path) -> None:
    events_dir = folder / "events"
    began_s = time.perf_counter()
    first, last = drawn_events(events_dir, arguments.events)
    print(f"{arguments.events:,} events of 30 days drawn in {time.perf_counter() - began_s:.1f} s")
    began_s = time.perf_counter()
    summarise(events_dir)
    print(f"counted by day in {time.perf_counter() - began_s:.1f} s, by the roll-over and not by a report")
    with open_people(f"sqlite:///{folder}/people.db") as people:
        wanted = Wanted(events_dir, first, last, 100, items=lambda: 50_000, people=lambda: people)
        for name, report in REPORTS.items():
            times_ms = []
            for _ in range(REPORT_ROUNDS):
                began_s = time.perf_counter()
                rows = report(wanted)
                times_ms.append(1000 * (time.perf_counter() - began_s))
            p50_ms = statistics.median(times_ms)
            print(f"{name:24} p50 {p50_ms:6.1f} ms, {len(rows)} rows{' OVER' if p50_ms > BAR_MS else ''}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--analytics", action="store_true", help="measure the reports")
    parser.add_argument("--events", type=int, default=10_000_000, help="drawn for the reports")
    parser.add_argument("--seconds", type=int, default=600, help="with events in all")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=2, help="in turns between two kills")
    parser.add_argument("--rate", type=int, default=1000, help="events a second")
    parser.add_argument("--store", default="", help="the catalogue; the demo's where it is missing")
    arguments = parser.parse_args()
    print(describe_machine(), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        (analyse if arguments.analytics else measure)(arguments, Path(folder))


if __name__ == "__main__":
    main()
