"""A small shop whose people buy tops with trousers: of the same hidden kind, or at random."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item
from deepstyle.compatibility.mapping import MappingInput
from deepstyle.compatibility.pairs import traits_of
from deepstyle.images.item_image import ItemImage
from deepstyle.learning.associations.questions import Known
from deepstyle.people.events.journal import Journal, line_of
from deepstyle.people.events.roll import roll
from deepstyle.people.events.schema import Event
from deepstyle.store import Entry, Store, VectorBatch

KINDS, OF_A_KIND = 3, 15
COUNT = KINDS * OF_A_KIND
"""Of each of the two categories."""
DAY_US = 86_400_000_000
START_US = 1_790_000_000_000_000
SPACE = "compat-test"


def items() -> list[Item]:
    named = [("tops", f"t{n:02}") for n in range(COUNT)] + [("bottoms", f"b{n:02}") for n in range(COUNT)]
    return [Item(item_id, semantic_category=category) for category, item_id in named]


def vectors() -> NDArray[np.float32]:
    """Vectors that show the kind of an item, in other directions for tops than for trousers."""
    rng = np.random.default_rng(3)
    kinds = rng.normal(size=(2, KINDS, 24))
    rows = [kinds[side, n % KINDS] + 0.4 * rng.normal(size=24) for side in (0, 1) for n in range(COUNT)]
    found = np.array(rows, np.float32)
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)


def known() -> Known:
    found = items()
    categories = tuple(one.semantic_category for one in found)
    return Known(MappingInput(tuple(one.item_id for one in found), categories, vectors(), traits_of(found)), found)


def fill(store: Store) -> None:
    found = items()
    digests = tuple(f"{number:064x}" for number in range(len(found)))
    images = [ItemImage(b"x", one, "image/jpeg", 1, 1) for one in digests]
    store.put([Entry(item, image) for item, image in zip(found, images, strict=True)])
    store.put_vectors(SPACE, VectorBatch(tuple(one.item_id for one in found), digests, vectors()))


def purchases(people: int = 200, orders: int = 4, *, has_taste: bool = True, seed: int = 0) -> Iterator[Event]:
    """Each order is a top and a pair of trousers; with a taste, of kinds that are worn together."""
    for person in range(people):
        rng = np.random.default_rng([seed, person])
        for order in range(orders):
            at_us = START_US + (order * people + person) * DAY_US // 50
            top = int(rng.integers(COUNT))
            other = int(rng.integers(OF_A_KIND)) * KINDS + top % KINDS if has_taste else int(rng.integers(COUNT))
            for number, item_id in enumerate((f"t{top:02}", f"b{other:02}")):
                yield Event(
                    f"{seed}-{person}-{order}-{number}", at_us + number, "purchase", f"p{person}", object_id=item_id
                )


def look(client_id: str, item_ids: tuple[str, ...], at_us: int = START_US, name: str = "look") -> list[Event]:
    """The events of a saved look."""
    attributes = json.dumps({"look": name})
    return [
        Event(f"{client_id}-{name}-{item_id}", at_us, "like", client_id, object_id=item_id, attributes=attributes)
        for item_id in item_ids
    ]


def keep(events_dir: Path, events: Iterator[Event] | list[Event]) -> None:
    """Store events by day."""
    journal = Journal(events_dir)
    journal.append(b"".join(map(line_of, events)))
    journal.close()
    roll(events_dir)
