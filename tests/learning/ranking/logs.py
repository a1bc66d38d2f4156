"""Small logs: people who like one of two brands, or nothing in particular."""

import json
from collections.abc import Iterator

import numpy as np

from deepstyle.catalogue.item import Item
from deepstyle.learning.ranking.replay import Known, known_of
from deepstyle.people.events.schema import Event

ITEMS = 60
START_US = 1_790_000_000_000_000


def items() -> list[Item]:
    brands = ("Nord", "Süd")
    return [Item(f"i{n:02}", brand=brands[n % 2], price=20.0, semantic_category="tops") for n in range(ITEMS)]


def known() -> Known:
    """The items, whose vectors say nothing of their brand."""
    vectors = np.random.default_rng(5).normal(size=(ITEMS, 8)).astype(np.float32)
    return known_of(items(), vectors / np.linalg.norm(vectors, axis=1, keepdims=True), 0)


def events(people: int = 60, queries: int = 20, *, has_taste: bool = True, seed: int = 0) -> Iterator[Event]:
    """Lists of ten, mixed anew, that are seen with rank^-1; people with a taste click their brand alone."""
    for person in range(people):
        rng = np.random.default_rng([seed, person])
        for number in range(queries):
            at, name = START_US + (number * people + person) * 60_000_000, f"q{person}-{number}"
            session, shown = f"s{person}-{number // 5}", rng.permutation(ITEMS)[:10]
            for place, row in enumerate(shown, start=1):
                likes = row % 2 == person % 2 if has_taste else rng.random() < 0.5
                shared = (f"p{person}", session, name, f"i{row:02}", place, "shirt", json.dumps({"plain": place}))
                yield Event(f"{name}-{place}", at + place, "impression", *shared)
                if likes and rng.random() < 0.6 / place:
                    yield Event(f"{name}-{place}-c", at + 1000 + place, "click", *shared)
