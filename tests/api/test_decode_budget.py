"""The budget for decoding: never exceeded, first come first served, refused in time."""

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepstyle.api.encoding import DecodeBudget
from deepstyle.errors import OverloadedError


@settings(max_examples=25)
@given(st.lists(st.integers(1, 150), min_size=1, max_size=40), st.integers(1, 6))
def test_never_more_than_the_budget(sizes: list[int], decoders: int) -> None:
    budget = DecodeBudget(100, decoders, 60)
    lock, running, wrong = threading.Lock(), [], []

    def decode(size: int) -> None:
        with budget.reserve(size):
            with lock:
                running.append(size)
                if len(running) > decoders or (sum(running) > 100 and len(running) > 1):
                    wrong.append(list(running))
            with lock:
                running.remove(size)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(decode, sizes))
    assert not wrong
    assert budget.used_bytes == 0


def test_a_picture_larger_than_the_budget_goes_alone() -> None:
    budget = DecodeBudget(100, 8, 0.01)
    with budget.reserve(1_000), pytest.raises(OverloadedError, match="not free"), budget.reserve(1):
        pass
    with budget.reserve(1), pytest.raises(OverloadedError), budget.reserve(1_000):
        pass
    with budget.reserve(1_000):
        pass


def test_small_ones_do_not_starve_a_large_one() -> None:
    budget = DecodeBudget(100, 8, 30)
    order: list[str] = []
    begun = threading.Event()

    def want(name: str, size: int) -> None:
        with budget.reserve(size):
            order.append(name)

    with ThreadPoolExecutor(4) as pool:
        with budget.reserve(50):
            jobs = [pool.submit(want, "large", 90)]
            while len(budget._waiting) < 1:
                begun.wait(0.001)
            for n in range(3):
                jobs.append(pool.submit(want, f"small {n}", 10))
            while len(budget._waiting) < 4:
                begun.wait(0.001)
            assert order == []
        for job in jobs:
            job.result()
    assert order[0] == "large"


def test_what_fails_gives_its_memory_back() -> None:
    budget = DecodeBudget(100, 1, 0.01)
    for _ in range(3):
        with pytest.raises(ValueError, match="broken"), budget.reserve(100):
            raise ValueError("broken")
    assert budget.used_bytes == 0


def test_refused_in_turn() -> None:
    budget = DecodeBudget(10, 1, 0.02)
    with budget.reserve(10):
        for _ in pairwise(range(3)):
            with pytest.raises(OverloadedError), budget.reserve(10):
                pass
    with budget.reserve(10):
        pass
