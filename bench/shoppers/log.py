"""Logs of many shoppers, as events: sessions of several queries, the plain order, now and then shuffled."""

import json
from collections.abc import Iterator
from typing import Final

import numpy as np

from bench.shoppers.catalogue import Catalogue
from bench.shoppers.clicks import SHOWN, clicked
from bench.shoppers.queries import Asked, Queries
from bench.shoppers.tastes import Tastes
from deepstyle.people.events.schema import Event

SHUFFLED_SHARE: Final = 0.1
"""So many lists are shown in another order, so that it can be learned how well each place is seen."""
SESSIONS, QUERIES = 3, 6
"""Of each shopper, and in each session."""
START_US: Final = 1_790_000_000_000_000
DAY_US: Final = 86_400_000_000
DAYS: Final = 30


def shop_log(catalogue: Catalogue, tastes: Tastes, seed: int) -> Iterator[Event]:
    """What all shoppers did within ``DAYS`` days, by shopper; the same for a seed."""
    queries, count = Queries(catalogue), len(tastes.has_taste)
    for shopper in range(count):
        rng = np.random.default_rng([seed, 3, shopper])
        for session, start in enumerate(np.sort(rng.random(SESSIONS))):
            time_us = START_US + int(start * DAYS * DAY_US)
            for number in range(QUERIES):
                name = f"{seed}-{shopper}-{session}-{number}"
                yield from _listed(
                    catalogue, tastes, shopper, queries.draw(rng), rng, name, time_us + number * 60_000_000
                )


def _listed(
    catalogue: Catalogue, tastes: Tastes, shopper: int, asked: Asked, rng: np.random.Generator, name: str, time_us: int
) -> Iterator[Event]:
    """A query, its impressions and clicks."""
    order = np.arange(min(SHOWN, len(asked.candidates)))
    if rng.random() < SHUFFLED_SHARE:
        rng.shuffle(order)
    shown = asked.candidates[order]
    likes = tastes.liked_by(shopper, asked.candidates, asked.has_type, rng)[order]
    clicks = set(clicked(likes, rng).tolist())
    client, session = f"client-{shopper}", name.rpartition("-")[0]
    for place, (row, plain) in enumerate(zip(shown, order, strict=True), start=1):
        item_id, attributes = catalogue.items[row].item_id, json.dumps({"plain": int(plain) + 1})
        shared = (client, session, name, item_id, place, asked.text, attributes)
        yield Event(f"{name}-{place}", time_us + place, "impression", *shared)
        if place - 1 in clicks:
            yield Event(f"{name}-{place}-click", time_us + 1000 + place, "click", *shared)
