"""Turns: how many run, how many wait and for how long, and who is next."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from deepstyle.api.turns import Turns
from deepstyle.errors import OverloadedError

FOREVER_S = 60.0


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(scenario)


async def asked(turns: Turns, *clients: str) -> list[asyncio.Task[None]]:
    """A waiting request of each client, in this order."""
    tasks = [asyncio.ensure_future(turns.take(client)) for client in clients]
    await asyncio.sleep(0)
    return tasks


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_as_many_run_as_may_and_the_next_has_the_turn_that_ends() -> None:
    async def scenario() -> None:
        turns = Turns(2, 2, FOREVER_S)
        await turns.take("a")
        await turns.take("a")
        third, fourth = await asked(turns, "a", "a")
        assert turns.in_flight == turns.capacity == 4
        turns.give()
        await third
        assert not fourth.done()
        turns.give()
        turns.give()
        turns.give()
        await fourth
        assert turns.in_flight == 0

    run(scenario())


def test_one_too_many_is_refused() -> None:
    async def scenario() -> None:
        turns = Turns(1, 1, FOREVER_S)
        await turns.take("a")
        waiting = await asked(turns, "a")
        with pytest.raises(OverloadedError):
            await turns.take("a")
        turns.give()
        await waiting[0]
        turns.give()
        assert turns.in_flight == 0

    run(scenario())


def test_nobody_waits_for_ever() -> None:
    async def scenario() -> None:
        turns = Turns(1, 1, 0.01)
        await turns.take("a")
        with pytest.raises(OverloadedError):
            await turns.take("b")
        assert turns.in_flight == 1
        turns.give()
        await turns.take("b")

    run(scenario())


def test_clients_take_turns_however_many_requests_each_has() -> None:
    async def scenario() -> None:
        turns, order = Turns(1, 100, FOREVER_S), []

        async def one(client: str) -> None:
            await turns.take(client)
            order.append(client)
            turns.give()

        await turns.take("first")
        tasks = [asyncio.ensure_future(one(client)) for client in "aaaaabbbc"]
        await settled()
        turns.give()
        await asyncio.gather(*tasks)
        assert "".join(order) == "abcababaa"

    run(scenario())


def test_the_client_with_the_most_places_gives_one_up() -> None:
    async def scenario() -> None:
        turns = Turns(1, 4, FOREVER_S)
        await turns.take("a")
        *kept, displaced = await asked(turns, "a", "a", "a", "a")
        (newcomer,) = await asked(turns, "b")
        with pytest.raises(OverloadedError):
            await displaced
        turns.give()
        await kept[0]
        turns.give()
        await newcomer
        assert not any(task.done() for task in kept[1:])
        for task in kept[1:]:
            task.cancel()

    run(scenario())


def test_a_request_that_leaves_takes_no_turn_with_it() -> None:
    async def scenario() -> None:
        turns = Turns(1, 2, FOREVER_S)
        await turns.take("a")
        leaving, staying = await asked(turns, "a", "b")
        leaving.cancel()
        turns.give()  # at the same moment
        await staying
        last = await asked(turns, "c")
        turns.give()
        last[0].cancel()  # the turn has come, the task has not seen it yet
        await settled()
        assert turns.in_flight == 0
        await turns.take("d")
        turns.give()
        assert turns.in_flight == 0

    run(scenario())


def test_changes_are_reported() -> None:
    async def scenario() -> None:
        seen: list[int] = []
        turns = Turns(1, 1, FOREVER_S, seen.append)
        await turns.take("a")
        waiting = await asked(turns, "b")
        turns.give()
        await waiting[0]
        turns.give()
        assert max(seen) == 2
        assert seen[-1] == 0

    run(scenario())


def test_work_in_a_turn() -> None:
    async def scenario() -> None:
        turns = Turns(1, 0, FOREVER_S)
        assert await turns.run("a", lambda: 7) == 7
        with pytest.raises(ZeroDivisionError):
            await turns.run("a", lambda: 1 // 0)
        assert turns.in_flight == 0

    run(scenario())
