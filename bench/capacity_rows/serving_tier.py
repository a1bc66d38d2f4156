"""A discrete-event simulation of the serving tier: workers that share cores, as `deepstyle serve --workers N` does.

A photo's request passes the event loop of its worker, waits for a turn (``deepstyle.api.turns``), is decoded, encoded
and searched for in one of the worker's threads, and passes the loop again. A loop runs one request at a time; a core
runs one of whatever wants to run for ``SLICE_S`` and goes on with the next. The cores are the machine's, so workers,
and the client that measures them, wait for each other.
"""

import random
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import simpy

from deepstyle.api.limits import LIMITS, share

SLICE_S: Final = 0.001
WAIT_S: Final = LIMITS["queue_wait_s"].value
QUEUE: Final = int(LIMITS["uploads_waiting"].value)
Steps = Generator[simpy.Event, Any, None]


@dataclass(frozen=True, slots=True)
class Costs:
    """What one request costs, in seconds of a core unless said otherwise.

    ``loop_s`` on the event loop, ``work_s`` in a thread beside the encoder, ``encode_s`` of one core for the encoder;
    ``alone_s`` is the encoder's latency where a lone request has all cores; ``client_s`` what the client takes.
    ``spread`` (N,) are factors of one request's work, drawn at random; their mean is 1.
    """

    loop_s: float
    work_s: float
    encode_s: float
    alone_s: float
    client_s: float = 0.0
    spread: Sequence[float] = (1.0,)


@dataclass(frozen=True, slots=True)
class Tier:
    """``workers`` processes on ``cores`` cores; each has its share of threads, and the limits of one server."""

    workers: int
    cores: int
    queue: int = QUEUE
    wait_s: float = WAIT_S


@dataclass(slots=True)
class Outcome:
    """Latencies of what was answered, in seconds, and how many requests were refused."""

    latencies_s: list[float] = field(default_factory=list)
    refused: int = 0

    def percentile_s(self, part: float) -> float:
        """The latency that ``part`` of the answered requests did not exceed; NaN where none was."""
        ordered = sorted(self.latencies_s)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else float("nan")

    @property
    def refused_share(self) -> float:
        """Of all requests."""
        return self.refused / max(1, self.refused + len(self.latencies_s))


def simulate(tier: Tier, costs: Costs, arrivals_s: Sequence[float], seed: int = 0) -> Outcome:
    """Requests that arrive at ``arrivals_s`` (N,), whatever became of earlier ones (an open loop)."""
    machine = _Machine(simpy.Environment(), tier, costs, random.Random(seed))
    for arrival_s in arrivals_s:
        machine.now.process(machine.request(arrival_s))
    machine.now.run()
    return machine.outcome


def paced(rate: float, seconds: float) -> list[float]:
    """Arrivals at a fixed rate."""
    return [number / rate for number in range(int(rate * seconds))]


def poisson(rate: float, seconds: float, seed: int = 0) -> list[float]:
    """Arrivals of many independent clients."""
    draw = random.Random(seed)
    arrivals, at_s = [], draw.expovariate(rate)
    while at_s < seconds:
        arrivals.append(at_s)
        at_s += draw.expovariate(rate)
    return arrivals


class _Worker:
    """One process: its loop, its threads, and the turns that uploads wait for."""

    def __init__(self, now: simpy.Environment, tier: Tier) -> None:
        threads = share(tier.cores, tier.workers)
        ahead = min(threads, tier.queue)
        self.loop = simpy.Resource(now)
        self.threads = simpy.Resource(now, threads)
        self.turns = simpy.Resource(now, threads + ahead)
        self.places = share(tier.queue, tier.workers) - ahead

    @property
    def in_flight(self) -> int:
        return self.turns.count + len(self.turns.queue)

    @property
    def busy(self) -> int:
        return self.loop.count + len(self.loop.queue)


class _Machine:
    def __init__(self, now: simpy.Environment, tier: Tier, costs: Costs, draw: random.Random) -> None:
        self.now, self.tier, self.costs, self.draw = now, tier, costs, draw
        self.cores = simpy.Resource(now, tier.cores)
        self.workers = [_Worker(now, tier) for _ in range(tier.workers)]
        self.outcome = Outcome()

    def request(self, arrival_s: float) -> Steps:
        """One request, from its arrival to its answer or refusal."""
        yield self.now.timeout(arrival_s)
        worker = self._accepted()
        factor = self.draw.choice(self.costs.spread)
        yield from self._run(self.costs.client_s / 2)
        yield from self._loop(worker)
        with worker.turns.request() as turn:
            waited = self.now.timeout(self.tier.wait_s * self.draw.uniform(0.75, 1))
            if len(worker.turns.queue) <= worker.places:
                yield turn | waited
            if turn.triggered:
                with worker.threads.request() as thread:
                    yield thread
                    yield from self._work(worker, factor)
        if not turn.triggered:
            self.outcome.refused += 1
            return
        yield from self._loop(worker)
        yield from self._run(self.costs.client_s / 2)
        self.outcome.latencies_s.append(self.now.now - arrival_s)

    def _accepted(self) -> _Worker:
        """Workers accept from one socket: whichever loop is free, else any."""
        least = min(worker.busy for worker in self.workers)
        return self.draw.choice([worker for worker in self.workers if worker.busy == least])

    def _loop(self, worker: _Worker) -> Steps:
        with worker.loop.request() as turn:
            yield turn
            yield from self._run(self.costs.loop_s / 2)

    def _work(self, worker: _Worker, factor: float) -> Steps:
        """What ``api.encoding`` does in a thread: a lone request is encoded by all cores of its worker's share."""
        yield from self._run(factor * self.costs.work_s)
        if worker.in_flight > 1:
            yield from self._run(factor * self.costs.encode_s)
            return
        side_by_side = share(self.tier.cores, self.tier.workers)
        alone_s = self.costs.alone_s if side_by_side == self.tier.cores else self.costs.encode_s
        yield self.now.all_of([self.now.process(self._run(factor * alone_s)) for _ in range(side_by_side)])

    def _run(self, seconds: float) -> Steps:
        """Use a core for ``seconds``, a slice at a time."""
        while seconds > 1e-9:
            slice_s = min(SLICE_S, seconds)
            with self.cores.request() as core:
                yield core
                yield self.now.timeout(slice_s)
            seconds -= slice_s
