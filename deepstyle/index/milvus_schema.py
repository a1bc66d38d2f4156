"""The fields of a Milvus collection, and conditions in Milvus' language."""

from typing import Any, Final

import numpy as np

from deepstyle.index.base import Condition, SpaceName
from deepstyle.index.conditions import CODES, LISTS, NUMBERS, WORDS_MAX

STATE_KEY: Final = -1
"""The key of the row that says where the collection stands; those of items are above it."""
MANY_MAX: Final = 64
HNSW: Final = {"M": 16, "efConstruction": 200}


def schema_of(space: SpaceName) -> tuple[Any, Any]:
    """The schema and the indexes of a collection of ``space``."""
    from pymilvus import DataType, MilvusClient

    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False, description=space.name)
    schema.add_field("key", DataType.INT64, is_primary=True)
    for name in ("revision", "moment", *CODES):
        schema.add_field(name, DataType.INT64)
    for name in LISTS:
        capacity = WORDS_MAX if name == "words" else MANY_MAX
        schema.add_field(name, DataType.ARRAY, element_type=DataType.INT64, max_capacity=capacity)
    for name in NUMBERS:
        schema.add_field(name, DataType.DOUBLE)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=space.dimension)
    index = MilvusClient.prepare_index_params()
    index.add_index("vector", index_type="HNSW", metric_type="IP", params=HNSW)
    return schema, index


def state_row(dimension: int, revision: int, moment: int) -> dict[str, Any]:
    """The row of ``STATE_KEY``.

    Its vector is another one for each revision: the rows that this one replaces stay in the segment's graph until it is
    compacted, and many of the same vector are one another's only neighbours there, which hides rows of items.
    """
    vector = np.random.default_rng(revision % 2**63).normal(size=dimension).astype(np.float32)
    vector /= np.linalg.norm(vector)
    empty = {**dict.fromkeys(CODES, 0), **{name: [] for name in LISTS}, **dict.fromkeys(NUMBERS, 0.0)}
    return {"key": STATE_KEY, "revision": revision, "moment": moment, "vector": vector, **empty}


def expression(condition: Condition) -> str:
    """The condition as Milvus reads it; it holds numbers only, so there is nothing to escape."""
    name, values = condition.field, condition.values
    if condition.kind == "has":
        return f"array_contains_any({name}, {list(values)})"
    if condition.kind in {"low", "high"}:
        return f"{name} {'>=' if condition.kind == 'low' else '<='} {float(values[0])!r}"
    return f"{name} {'in' if condition.kind == 'among' else 'not in'} {list(values)}"
