"""The simulation of the serving tier obeys queueing theory where theory has a formula, and the limits of a server."""

import statistics

import pytest

from bench.capacity_rows.serving_tier import SLICE_S, Costs, Tier, paced, poisson, simulate

SERVICE_S = 0.010
ONLY_WORK = Costs(loop_s=0, work_s=SERVICE_S, encode_s=0, alone_s=0)


def test_a_lone_request_takes_the_sum_of_its_parts() -> None:
    costs = Costs(loop_s=0.002, work_s=0.003, encode_s=0.012, alone_s=0.007, client_s=0.001)
    found = simulate(Tier(workers=1, cores=2), costs, [0.0, 1.0, 2.0])
    assert found.latencies_s == pytest.approx([0.002 + 0.003 + 0.007 + 0.001] * 3)


@pytest.mark.parametrize("load", [0.3, 0.6, 0.8])
def test_one_core_waits_as_theory_says(load: float) -> None:
    """Pollaczek and Khinchine: arrivals at random, equal work, one server: ``W = load * service / (2 (1 - load))``."""
    tier = Tier(workers=1, cores=1, queue=10_000, wait_s=1e6)
    found = simulate(tier, ONLY_WORK, poisson(load / SERVICE_S, 100, seed=1))
    expected_s = SERVICE_S + load * SERVICE_S / (2 * (1 - load))
    assert statistics.fmean(found.latencies_s) == pytest.approx(expected_s, rel=0.15)


def test_no_more_is_answered_than_the_cores_can_do() -> None:
    for workers, cores in ((1, 2), (2, 2), (2, 4)):
        seconds = 8.0
        found = simulate(Tier(workers, cores), ONLY_WORK, paced(2 * cores / SERVICE_S, seconds))
        assert found.refused_share == pytest.approx(0.5, abs=0.1)
        assert len(found.latencies_s) * SERVICE_S <= cores * (seconds + 1.25) + SLICE_S


def test_nobody_waits_longer_than_the_limit_for_a_turn() -> None:
    found = simulate(Tier(workers=1, cores=2), ONLY_WORK, paced(4 * 2 / SERVICE_S, 10))
    assert found.refused
    assert max(found.latencies_s) < 1.25 + 3 * SERVICE_S


def test_a_full_queue_refuses_at_once() -> None:
    found = simulate(Tier(workers=1, cores=1, queue=2, wait_s=60), ONLY_WORK, [0.0] * 10)
    assert len(found.latencies_s) == 3  # one runs, one has its turn, one waits
    assert found.refused == 7


def test_an_event_loop_runs_one_request_at_a_time() -> None:
    costs = Costs(loop_s=SERVICE_S, work_s=0, encode_s=0, alone_s=0)
    one = simulate(Tier(workers=1, cores=2), costs, paced(150, 5))
    two = simulate(Tier(workers=2, cores=2), costs, paced(150, 5))
    assert max(one.latencies_s) > 10 * SERVICE_S
    assert max(two.latencies_s) < 10 * SERVICE_S
