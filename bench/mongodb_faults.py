"""Faults under load, repeated: nothing acknowledged is lost or doubled, reads are back within 15 s, no worker hangs.

python -m bench.mongodb_faults [--quick] [--repetitions N] [--only FAULT]
"""

import argparse
import itertools
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from bench.measure.machine import describe_machine
from tests.store.faults import (
    Outcome,
    kill_server,
    silence_connections,
    silence_network,
    step_down,
    under_load,
)
from tests.store.mongod import ReplicaSet, replica_set
from tests.store.proxy import SilentProxy

AT_ONCE = 5
"""Silences that wait side by side: each has its own proxy, database and load, on one server."""

numbers = itertools.count()


def kills(folder: Path, repetitions: int, _: float) -> Iterator[Outcome]:
    with replica_set(folder) as server:
        for _repetition in range(repetitions):
            url = server.url(f"kill{next(numbers)}")
            yield under_load(url, url, lambda: kill_server(server))


def step_downs(folder: Path, repetitions: int, _: float) -> Iterator[Outcome]:
    with replica_set(folder, members=3) as server:
        for _repetition in range(repetitions):
            url = server.url(f"step{next(numbers)}")
            yield under_load(url, url, lambda: step_down(server))


def silences(
    silence: Callable[[SilentProxy, float], float], folder: Path, repetitions: int, seconds: float
) -> Iterator[Outcome]:
    def once(server: ReplicaSet) -> Outcome:
        database = f"silence{next(numbers)}"
        with SilentProxy(server.members[0].port) as proxy:
            url = f"mongodb://127.0.0.1:{proxy.port}/{database}?directConnection=true"
            return under_load(url, server.url(database), lambda: silence(proxy, seconds))

    with replica_set(folder) as server, ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(once, [server] * repetitions)


FAULTS: dict[str, Callable[[Path, int, float], Iterator[Outcome]]] = {
    "kill -9, one node": kills,
    "step-down, three nodes": step_downs,
    "silent connections": partial(silences, silence_connections),
    "silent network": partial(silences, silence_network),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="two repetitions, silences of 8 s")
    parser.add_argument("--repetitions", type=int, default=20, help="of each fault (default: 20)")
    parser.add_argument("--only", default="", help="only faults whose name contains this")
    options = parser.parse_args()
    repetitions, seconds = (2, 8.0) if options.quick else (options.repetitions, 30.0)
    print(f"{describe_machine()}; silences of {seconds:.0f} s\n")
    print(f"{'':<24}{'runs':>5}{'items acknowledged':>20}{'lost':>6}{'doubled':>9}{'hung':>6}", end="")
    print(f"{'reads back s p50':>18}{'max':>7}{'longest read s':>16}{'longest write s':>17}")
    passed = True
    for label, run in FAULTS.items():
        if options.only in label:
            with tempfile.TemporaryDirectory() as folder:
                outcomes = list(run(Path(folder), repetitions, seconds))
            passed &= all(outcome.passed for outcome in outcomes)
            show(label, outcomes)
    sys.exit(0 if passed else 1)


def show(label: str, outcomes: list[Outcome]) -> None:
    backs = [outcome.back_s for outcome in outcomes]
    print(
        f"{label:<24}{len(outcomes):>5}{sum(o.acknowledged for o in outcomes):>20}{sum(o.lost for o in outcomes):>6}"
        f"{sum(o.doubled for o in outcomes):>9}{sum(o.hung for o in outcomes):>6}{statistics.median(backs):>18.2f}"
        f"{max(backs):>7.2f}{max(o.longest_read_s for o in outcomes):>16.2f}"
        f"{max(o.longest_write_s for o in outcomes):>17.2f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
