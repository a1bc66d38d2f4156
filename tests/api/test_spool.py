"""The bytes of bodies: bounded in total and for each client."""

import time

import pytest

from deepstyle.api.bodies import MEMORY_BYTES, SMALL_BYTES, Budget, Spool, open_spool
from deepstyle.errors import OverloadedError
from deepstyle.settings import Settings

MIB = 1024 * 1024


def filled(budget: Budget, client: str) -> int:
    """How much ``client`` gets when it takes all that it can."""
    taken = 0
    try:
        while True:
            budget.take(client, 1000)
            taken += 1000
    except OverloadedError:
        return taken


def test_a_client_has_a_third_of_what_the_others_leave() -> None:
    budget = Budget(900_000)
    assert filled(budget, "a") == 300_000
    assert filled(budget, "b") == 200_000
    budget.give("a", 300_000)
    assert filled(budget, "b") == 100_000
    budget.give("b", 300_000)
    assert budget.held_bytes == 0


def test_eight_greedy_clients_at_once_leave_room_for_another() -> None:
    budget, greedy = Budget(150 * MIB), [str(number) for number in range(8)]
    for _ in range(1000):
        for client in greedy:
            try:
                budget.take(client, 64 * 1024)
            except OverloadedError:
                continue
    assert filled(budget, "another") > 9 * MIB
    assert budget.held_bytes <= budget.size_bytes


def test_a_body_that_grows_moves_from_memory_to_disk() -> None:
    spool = Spool(30 * MIB, 300 * MIB)
    hold = spool.hold("a")
    hold.grow(SMALL_BYTES)
    assert (spool.memory.held_bytes, spool.disk.held_bytes) == (SMALL_BYTES, 0)
    hold.grow(1)
    assert (spool.memory.held_bytes, spool.disk.held_bytes) == (0, SMALL_BYTES + 1)
    hold.release()
    hold.release()
    assert (spool.memory.held_bytes, spool.disk.held_bytes) == (0, 0)


def test_small_bodies_pass_where_the_disk_is_full() -> None:
    spool = Spool(30 * MIB, 3 * MIB)
    large = spool.hold("a")
    large.grow(SMALL_BYTES)
    with pytest.raises(OverloadedError):
        large.grow(1)
    spool.hold("a").grow(SMALL_BYTES)
    large.release()
    assert spool.memory.held_bytes == SMALL_BYTES


def test_a_body_that_pauses_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    spool, interrupted = Spool(30 * MIB, 12 * MIB), []
    first, second, mine = spool.hold("a"), spool.hold("b"), spool.hold("c")
    first.grow(3 * MIB)
    second.grow(2 * MIB)
    first.interrupt = lambda: interrupted.append("first")
    with pytest.raises(OverloadedError):  # neither has paused for long enough
        mine.grow(3 * MIB)
    later = time.monotonic() + 1
    monkeypatch.setattr("time.monotonic", lambda: later)
    mine.grow(3 * MIB)
    assert interrupted == ["first"]
    assert first.size_bytes == 0
    with pytest.raises(OverloadedError):  # the second is not being received: it waits for its turn
        mine.grow(2 * MIB)
    assert spool.disk.held_bytes == 5 * MIB


def test_by_default_half_of_what_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage:
        free = 256 * MIB

    monkeypatch.setattr("shutil.disk_usage", lambda path: Usage)
    assert open_spool(Settings()).disk.size_bytes == 128 * MIB  # as in compose.yml
    Usage.free = 10**15
    assert open_spool(Settings()).disk.size_bytes == 512 * MIB
    several = open_spool(Settings(workers=4, spool_bytes=400))
    assert (several.disk.size_bytes, several.memory.size_bytes) == (100, MEMORY_BYTES // 4)


def test_a_folder_that_nothing_is_known_of(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(path: str) -> None:
        raise OSError("no such folder")

    monkeypatch.setattr("shutil.disk_usage", broken)
    assert open_spool(Settings()).disk.size_bytes == 512 * MIB
