from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepstyle.catalogue.item import Item
from deepstyle.errors import DataError
from deepstyle.learning.style.config import Batch, Data
from deepstyle.learning.style.dataset import BalancedBatches, read_labels, split_of, split_rows
from tests.learning.style.training import tiny_items


def test_labels_number_equal_values_alike() -> None:
    labels = read_labels(
        [
            Item("a", category="Boots", colour="Red", model_id="m"),
            Item("b", category="boots", colour="", model_id="m"),
            Item("c", semantic_category="bags", colour="red"),
        ]
    )
    assert labels.garment.tolist() == [0, 0, 1]
    assert labels.category.tolist() == [0, 0, 1]
    assert labels.colour.tolist() == [0, -1, 0]
    assert labels.brand.tolist() == [-1, -1, -1]
    assert (labels.count("category"), labels.count("brand")) == (2, 0)


def test_all_colours_of_a_garment_are_in_one_split() -> None:
    items = tiny_items(400)
    rows = split_rows(items, Data(), 0)
    garments = {name: {items[row].model_id for row in chosen} for name, chosen in rows.items()}
    assert not garments["train"] & garments["valid"] | garments["train"] & garments["test"]
    assert not garments["valid"] & garments["test"]
    assert sum(map(len, rows.values())) == len(items)
    shares = {name: len(chosen) / len(items) for name, chosen in rows.items()}
    assert shares == pytest.approx({"train": 0.6, "valid": 0.15, "test": 0.25}, abs=0.06)


def test_a_split_does_not_depend_on_the_other_items() -> None:
    one = Item("a-1", model_id="a")
    assert split_of(one, Data(), 0) == split_of(Item("a-2", model_id="a", title="x"), Data(), 0)
    assert len({split_of(Item(str(n)), Data(), 0) for n in range(100)}) == 3


def test_too_few_items() -> None:
    with pytest.raises(DataError, match="too few"):
        split_rows(tiny_items(1), Data(), 0)


@settings(max_examples=30)
@given(
    garments=st.integers(1, 30),
    batch=st.builds(Batch, categories=st.integers(1, 6), garments=st.integers(1, 5), pictures=st.integers(2, 4)),
    step=st.integers(0, 1000),
)
def test_batches_are_balanced(garments: int, batch: Batch, step: int) -> None:
    items = tiny_items(garments)
    labels = read_labels(items)
    batches = BalancedBatches(labels, batch, views=3, seed=5)
    rows, views = batches.draw(step)
    assert len(rows) == len(views) == batch.size
    assert rows.min() >= 0
    assert rows.max() < len(items)
    assert set(views.tolist()) <= {0, 1, 2}
    per_category = Counter(labels.category[rows].tolist())
    if batch.categories % labels.count("category") == 0 or batch.categories < labels.count("category"):
        assert len(set(per_category.values())) == 1
    # every garment that was drawn brings all its pictures
    assert all(count % batch.pictures == 0 for count in Counter(labels.garment[rows].tolist()).values())
    again = BalancedBatches(labels, batch, views=3, seed=5).draw(step)
    np.testing.assert_array_equal(rows, again[0])
    np.testing.assert_array_equal(views, again[1])


def test_colours_come_before_views() -> None:
    """Of a garment in several colours, a pair is two items; of another, two views of one."""
    labels = read_labels([Item("a", model_id="m"), Item("b", model_id="m"), Item("c", model_id="n")])
    batches = BalancedBatches(labels, Batch(1, 2, 2), views=2, seed=0)
    for step in range(20):
        rows, views = batches.draw(step)
        pairs = sorted((tuple(rows[at : at + 2]), tuple(views[at : at + 2])) for at in (0, 2))
        assert sorted(pairs[0][0]) == [0, 1]
        assert pairs[1][0] == (2, 2)
        assert sorted(pairs[1][1]) == [0, 1]
