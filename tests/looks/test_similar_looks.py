"""Looks like a look, on a made catalogue of styles: better than what needs no vectors, and what each piece counts."""

from collections.abc import Iterator

import numpy as np
import pytest

from deepstyle.catalogue.item import Item
from deepstyle.catalogue.looks import Look
from deepstyle.looks.similar_looks import similar_looks
from deepstyle.store import Entry, Store, open_store
from deepstyle.store.base import VectorBatch
from tests.store.model import image_of

KINDS = ("tops", "bottoms", "shoes")
STYLES, PER_STYLE, LOOKS = 6, 12, 8


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Items of six styles, of which each kind looks otherwise, and eight looks of each style."""
    random = np.random.default_rng(0)
    centres = random.standard_normal((STYLES, len(KINDS), 24))
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('looks')}/x.db") as store:
        items, vectors = [], []
        for style, number, kind in np.ndindex(STYLES, PER_STYLE, len(KINDS)):
            items.append(Item(item_name(style, kind, number), semantic_category=KINDS[kind]))
            vectors.append(centres[style, kind] + 0.9 * random.standard_normal(24))
        store.put([Entry(item, image_of(item.item_id)) for item in items])
        matrix = np.array(vectors, np.float32)
        matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
        ids = tuple(item.item_id for item in items)
        store.put_vectors("s", VectorBatch(ids, tuple(image_of(one).sha256 for one in ids), matrix))
        numbers = random.integers(PER_STYLE, size=(STYLES, LOOKS, len(KINDS)))
        store.put_looks(
            [
                Look(
                    f"{style}-{look}",
                    tuple(item_name(style, kind, int(n)) for kind, n in enumerate(numbers[style, look])),
                )
                for style, look in np.ndindex(STYLES, LOOKS)
            ]
        )
        yield store


def item_name(style: int, kind: int, number: int) -> str:
    return f"{KINDS[kind]}-{style}-{number}"


def all_looks(store: Store) -> tuple[Look, ...]:
    return store.browse_looks(limit=100).looks


def precision(found: dict[str, list[str]]) -> float:
    """How many of the first five are of the query's style."""
    return float(np.mean([[other[0] == query[0] for other in others[:5]] for query, others in found.items()]))


def test_looks_of_a_style_are_found_better_than_by_shared_items(store: Store) -> None:
    looks = all_looks(store)
    ours = {look.look_id: [one.look.look_id for one in similar_looks(store, "s", look, k=5)] for look in looks}

    def shared(look: Look) -> list[str]:
        others = [other for other in looks if other != look]
        ranked = sorted(others, key=lambda other: -len({*other.item_ids} & {*look.item_ids}))
        return [other.look_id for other in ranked]

    by_items = {look.look_id: shared(look) for look in looks}
    assert precision(ours) > 0.9
    assert precision(by_items) < 0.6


def test_a_look_of_the_same_pieces_is_the_most_similar(store: Store) -> None:
    look = all_looks(store)[5]
    store.put_looks([Look("copy", look.item_ids[::-1])])
    first, *others = similar_looks(store, "s", look, k=4)
    assert (first.rank, first.look.look_id, first.similarity) == (1, "copy", pytest.approx(1, abs=1e-5))
    assert [one.rank for one in others] == [2, 3, 4]
    assert look.look_id not in {one.look.look_id for one in (first, *others)}
    store.delete_looks(["copy"])


def test_a_piece_without_a_counterpart_counts_against_a_look(store: Store) -> None:
    look = all_looks(store)[0]
    store.put_looks([Look("two", look.item_ids[:2]), Look("three", look.item_ids)])
    found = {one.look.look_id: one.similarity for one in similar_looks(store, "s", look, k=3)}
    assert found["three"] == pytest.approx(1, abs=1e-5)
    assert found["two"] == pytest.approx((1 + 2 / 3) / 2, abs=1e-5)
    store.delete_looks(["two", "three"])


def test_items_that_are_gone_count_for_nothing(store: Store) -> None:
    look = all_looks(store)[0]
    store.put_looks([Look("dangling", (*look.item_ids, "gone-1", "gone-2")), Look("empty", ("gone-1", "gone-2"))])
    found = similar_looks(store, "s", look, k=50)
    assert found[0].look.look_id == "dangling"
    assert "empty" not in {one.look.look_id for one in found}
    assert similar_looks(store, "s", store.looks(["empty"])["empty"]) == []
    assert similar_looks(store, "nothing here", look) == []
    store.delete_looks(["dangling", "empty"])
