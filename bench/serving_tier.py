"""A simulation of the serving tier, checked against servers that were really run with one worker and with two.

    python -m bench.serving_tier                       # measures costs, then compares at four rates; about six minutes
    python -m bench.serving_tier --seconds 5           # shorter
    python -m bench.serving_tier --only-simulate       # how many cores a rate of photos needs, from the inputs' costs

The costs of one request come from one worker, under eight clients and one: processor time by thread, and the encoder's
own. Nothing is fitted to the rates that are compared. Photos arrive at a fixed rate, regardless of earlier ones. The
client shares the machine with the server; the simulation knows what it takes.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import psutil  # type: ignore[import-untyped]

from bench.capacity import read_inputs
from bench.capacity_rows.serving_tier import Costs, Outcome, Tier, paced, poisson, simulate
from bench.measure.demo import small_demo_store
from bench.measure.machine import describe_machine
from bench.measure.server import Served, serving
from bench.overload import Answer, loaded
from deepstyle.settings import Settings
from deepstyle.style.model import ensure_model

WORKERS: Final = (1, 2)
LOADS: Final = (0.3, 0.6, 0.8, 1.2)
"""Rates as parts of what the cores can do."""
LONE_RATE: Final = 4.0
CLIENTS: Final = 8
MACHINES: Final = (2, 4, 8, 16)
MACHINE_LOADS: Final = (0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True)
class Bench:
    """What every measurement needs."""

    environment: dict[str, str]
    queries: Path
    folder: Path
    seconds: float


# -- costs -------------------------------------------------------------------------------------------------------------
def measured_costs(bench: Bench) -> Costs:
    """The costs of one request, by one worker."""
    encode_s, alone_s = encoder_costs(bench.folder)
    with serving("deepstyle", bench.environment) as server:
        list(asked(server, bench, "closed", CLIENTS))  # the first requests pay for what later ones find
        before, client_s = thread_seconds(server.pid), children_s()
        answers = asked(server, bench, "closed", CLIENTS)
        after, client_s = thread_seconds(server.pid), children_s() - client_s
        lone = sorted(took_s for _, took_s, _ in asked(server, bench, "open", LONE_RATE))
    used = {thread: after[thread] - before.get(thread, 0.0) for thread in after}
    loop_s = used.pop(server.pid) / len(answers)
    work_s = max(0.0, sum(used.values()) / len(answers) - encode_s)
    middle = lone[len(lone) // 20 : len(lone) - len(lone) // 20]  # without what other programs disturbed
    mean = statistics.fmean(middle)
    return Costs(loop_s, work_s, encode_s, alone_s, client_s / len(answers), tuple(one / mean for one in middle))


def encoder_costs(folder: Path) -> tuple[float, float]:
    """(core seconds of a picture on one core, latency of one on all cores), each in a process of its own."""
    code = """
import statistics, sys, time
from pathlib import Path
import numpy as np
from deepstyle.style.encoder import Encoder
encoder = Encoder.open(Path(sys.argv[1]), threads=int(sys.argv[2]), streams=1)
expected = encoder.spec.preprocessing
picture = np.random.default_rng(0).integers(0, 256, (1, expected.height_px, expected.width_px, 3), np.uint8)
used, times = [], []
for _ in range(100):
    cpu, started = time.process_time(), time.perf_counter()
    encoder.encode_prepared(picture)
    used.append(time.process_time() - cpu)
    times.append(time.perf_counter() - started)
print(statistics.fmean(used[10:]), statistics.median(times))
"""

    def run(threads: int) -> list[float]:
        command = [sys.executable, "-c", code, str(folder), str(threads)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return [float(one) for one in done.stdout.split()]

    return run(1)[0], run(0)[1]


def thread_seconds(pid: int) -> dict[int, float]:
    """Processor seconds of each thread of a process; the event loop's has the process's own number."""
    return {thread.id: thread.user_time + thread.system_time for thread in psutil.Process(pid).threads()}


def children_s() -> float:
    """Processor seconds of all ended children: the clients."""
    times = os.times()
    return times.children_user + times.children_system


def asked(server: Served, bench: Bench, kind: str, amount: float) -> list[Answer]:
    """The answers to a load, from a process of its own; waits for the end of the load only."""
    return loaded(kind, server.port, amount, bench.seconds, str(bench.queries), lambda: None)


# -- the comparison ----------------------------------------------------------------------------------------------------
def compare(bench: Bench, costs: Costs, rates: list[float]) -> Iterator[str]:
    """A table: measured and simulated, for each number of workers and each rate."""
    yield "| workers | photos/s | p50 ms | simulated | p95 ms | simulated | refused | simulated |"
    yield "|---:|---:|---:|---:|---:|---:|---:|---:|"
    cores = len(os.sched_getaffinity(0))
    for workers in WORKERS:
        with serving("deepstyle", bench.environment | {"DEEPSTYLE_WORKERS": str(workers)}) as server:
            asked(server, replace(bench, seconds=3), "closed", CLIENTS)
            for rate in rates:
                measured = outcome(asked(server, bench, "open", rate))
                expected = simulate(Tier(workers, cores), costs, paced(rate, bench.seconds))
                yield row(workers, rate, measured, expected)


def outcome(answers: list[Answer]) -> Outcome:
    """What a client saw; ends the command where an answer is neither 200 nor a refusal."""
    statuses = {status for status, _, _ in answers}
    if statuses - {"200", "503"}:
        raise SystemExit(f"the server answered {', '.join(sorted(statuses))}")
    served = [took_s for status, took_s, _ in answers if status == "200"]
    return Outcome(served, len(answers) - len(served))


def row(workers: int, rate: float, measured: Outcome, expected: Outcome) -> str:
    """One line of the table."""
    p50, p95 = ([1000 * one.percentile_s(part) for one in (measured, expected)] for part in (0.5, 0.95))
    cells = [f"{workers}", f"{rate:.0f}", *(f"{one:.1f}" for one in (*p50, *p95))]
    cells += [f"{one.refused_share:.0%}" for one in (measured, expected)]
    return f"| {' | '.join(cells)} |"


def machine_table(costs: Costs, seconds: float) -> Iterator[str]:
    """Photos a second that machines can take, and what their latency is then: simulated only, a worker for 2 cores."""
    yield "| cores | of capacity | photos/s | p50 ms | p95 ms | p99 ms | refused |"
    yield "|---:|---:|---:|---:|---:|---:|---:|"
    for cores in MACHINES:
        for part in MACHINE_LOADS:
            rate = part * cores / core_s(replace(costs, client_s=0.0))
            found = simulate(Tier(max(1, cores // 2), cores), replace(costs, client_s=0.0), poisson(rate, seconds))
            figures = " | ".join(f"{1000 * found.percentile_s(one):.1f}" for one in (0.5, 0.95, 0.99))
            yield f"| {cores} | {part:.0%} | {rate:.0f} | {figures} | {found.refused_share:.1%} |"


def core_s(costs: Costs) -> float:
    """Core seconds of a request."""
    return costs.loop_s + costs.work_s + costs.encode_s + costs.client_s


def stated_costs() -> Costs:
    """The costs in bench/capacity_rows/inputs.toml."""
    stated = read_inputs({})["serving_tier"]
    return Costs(*(stated[name] / 1000 for name in ("loop_ms", "work_ms", "encode_ms", "alone_ms")))


def main() -> None:
    """Measure and compare, or simulate only."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20, help="of each load")
    parser.add_argument("--model", default="packaged")
    parser.add_argument("--only-simulate", action="store_true")
    options = parser.parse_args()
    if options.only_simulate:
        print("\n".join(machine_table(stated_costs(), options.seconds)))
        return
    print(describe_machine())
    with tempfile.TemporaryDirectory() as folder:
        store = small_demo_store(Path(folder), options.model)
        environment = {"DEEPSTYLE_STORE": store, "DEEPSTYLE_MODEL": options.model, "DEEPSTYLE_LOG_LEVEL": "warning"}
        model = ensure_model(options.model, Settings().cache_dir, "auto").resolve()
        bench = Bench(environment, Path(folder) / "demo", model, options.seconds)
        costs = measured_costs(bench)
        parts = {name: 1000 * getattr(costs, f"{name}_s") for name in ("loop", "work", "encode", "alone", "client")}
        print("ms of one request:", ", ".join(f"{name} {value:.1f}" for name, value in parts.items()))
        capacity = len(os.sched_getaffinity(0)) / core_s(costs)
        for line in compare(bench, costs, [part * capacity for part in LOADS]):
            print(line, flush=True)


if __name__ == "__main__":
    main()
