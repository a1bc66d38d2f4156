"""Rows of one vector in the graph of a Milvus segment: how many rows of other vectors a search of them misses."""

import random
from typing import Final

import numpy as np

from bench.milvus_runs.items import vector_of
from deepstyle.index.base import Row, SpaceName
from deepstyle.index.conditions import CODES, LISTS, NUMBERS
from deepstyle.index.milvus import MilvusIndex
from deepstyle.index.milvus_client import Client

ROWS: Final = 1900
EQUAL: Final = (0, 20, 200, 900)
WRITE_ROWS: Final = 100
TIMEOUT_S: Final = 60.0
NOTHING: Final[dict[str, int | float | list[int]]] = {
    **dict.fromkeys(CODES, 0),
    **{name: [] for name in LISTS},
    **dict.fromkeys(NUMBERS, 0.0),
}


def graph(uri: str, dimension: int, seed: int) -> None:
    """Print the rows that are missed, for each number of ``EQUAL`` rows."""
    for equal in EQUAL:
        client = Client(uri, timeout_s=TIMEOUT_S)
        missed = missed_beside(client, equal, dimension, seed)
        client.close()
        print(f"{ROWS} rows in one segment, {equal} of one vector: {missed} of the other {ROWS - equal} missed")


def missed_beside(client: Client, equal: int, dimension: int, seed: int) -> int:
    """Index a segment whose first ``equal`` rows have one vector; return how many of the others are not found."""
    index, keys = MilvusIndex(client, f"graph{equal}"), list(range(ROWS))
    place = index.create(SpaceName("graph", 1, dimension)).place
    random.Random(seed).shuffle(keys)
    for first in range(0, ROWS, WRITE_ROWS):
        numbers = {key: max(key, equal - 1) for key in keys[first : first + WRITE_ROWS]}
        rows = [Row(key, 1, vector_of(number, 1, dimension), NOTHING) for key, number in numbers.items()]
        index.write(place, rows, [])
    position = index.acknowledge(place, 1)
    client.call("flush", place, timeout=TIMEOUT_S)
    client.call("refresh_load", place, timeout=TIMEOUT_S)
    client.wait_indexed(place, TIMEOUT_S)
    found = {
        key: index.propose(position, vector_of(key, 1, dimension).astype(np.float64), 10, [])
        for key in range(equal, ROWS)
    }
    return sum(key not in keys[:1] for key, keys in found.items())
