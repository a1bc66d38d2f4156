"""Suggestions against a loop over their rules, and updates against full runs."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from deepstyle.catalogue.item import SEMANTIC_CATEGORIES, Item
from deepstyle.compatibility.explain import SeenTogether, concerns
from deepstyle.compatibility.mapping import MappingInput, suggestions, update_mapping
from deepstyle.compatibility.pairs import CONFLICT, traits_of
from deepstyle.compatibility.wardrobe import SMALL, clash
from deepstyle.images.item_image import ItemImage
from deepstyle.store import Entry, Store, VectorBatch, open_store

SPACE = "compat-test"


def draw_inputs(count: int, seed: int, categories: tuple[str, ...] = SEMANTIC_CATEGORIES) -> MappingInput:
    rng = np.random.default_rng(seed)
    vectors = rng.standard_normal((count, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    kinds = tuple(str(rng.choice(categories)) for _ in range(count))
    ids = tuple(f"i{number:04}" for number in range(count))
    return MappingInput(ids, kinds, vectors, traits_of(draw_items(ids, kinds, seed)))


def draw_items(ids: tuple[str, ...], kinds: tuple[str, ...], seed: int) -> list[Item]:
    """Items with colours, patterns and genders, so that some pairs conflict, and some are worn by nobody."""
    rng = np.random.default_rng(seed)
    return [
        Item(
            name,
            semantic_category=kind,
            dominant_colour=str(rng.choice(["red", "teal", "mustard", "black", ""])),
            pattern=str(rng.choice(["plain", "floral", ""])),
            gender=str(rng.choice(["women", "women", "men", "unisex", ""])),
        )
        for name, kind in zip(ids, kinds, strict=True)
    ]


def naive(inputs: MappingInput, row: int) -> list[str]:
    """All partners by score, taken from the top while they are of new categories and fit."""
    items = draw_items(inputs.item_ids, inputs.categories, 0)
    others = []
    for at, item in enumerate(items):
        known = {concern.code for concern in concerns(items[row], item, SeenTogether())} - {"never_seen_together"}
        if not clash(inputs.categories[row], item.semantic_category) and "different_genders" not in known:
            others.append((CONFLICT * len(known) - float(inputs.vectors[row] @ inputs.vectors[at]), at))
    chosen: list[int] = []
    for _, at in sorted(others):
        kinds = [inputs.categories[one] for one in chosen]
        fits = not any(clash(kind, inputs.categories[at]) for kind in kinds)
        if len(chosen) < 3 and fits and sum(kind in SMALL for kind in [*kinds, inputs.categories[at]]) <= 1:
            chosen.append(at)
    return [inputs.item_ids[at] for at in chosen]


def test_suggestions_equal_the_naive_ones() -> None:
    inputs = draw_inputs(120, 0)
    found = suggestions(inputs, np.arange(120))
    for row, item_id in enumerate(inputs.item_ids):
        assert list(found[item_id]) == naive(inputs, row)
        kinds = [inputs.categories[inputs.item_ids.index(name)] for name in found[item_id]]
        assert len(set(kinds)) == 3
        assert inputs.categories[row] not in kinds


def test_few_categories_still_give_three_but_never_three_of_one() -> None:
    inputs = draw_inputs(40, 1, ("shoes", "tops", "bags"))
    for item_id, names in suggestions(inputs, np.arange(40)).items():
        kinds = [inputs.categories[inputs.item_ids.index(name)] for name in names]
        assert len(set(names)) == 3
        assert len(set(kinds)) == 2
        assert inputs.categories[inputs.item_ids.index(item_id)] not in kinds


def test_a_catalogue_of_one_category_has_nothing_to_suggest() -> None:
    assert set(suggestions(draw_inputs(5, 2, ("shoes",)), np.arange(5)).values()) == {()}


def put(store: Store, inputs: MappingInput, rows: range) -> None:
    image = ItemImage(b"x", "0" * 64, "image/jpeg", 1, 1)
    ids = [inputs.item_ids[row] for row in rows]
    items = draw_items(inputs.item_ids, inputs.categories, 3)
    store.put([Entry(items[row], image) for row in rows])
    store.put_vectors(SPACE, VectorBatch(tuple(ids), ("0" * 64,) * len(ids), inputs.vectors[rows.start : rows.stop]))


@pytest.mark.parametrize(
    "kinds", [SEMANTIC_CATEGORIES, ("shoes", "tops", "bags"), ("jewellery", "hats", "scarves", "tops")]
)
def test_update_gives_what_a_full_run_gives(tmp_path: Path, kinds: tuple[str, ...]) -> None:
    inputs = draw_inputs(150, 3, kinds)
    with open_store(f"sqlite:///{tmp_path}/a.db") as store:
        put(store, inputs, range(140))
        assert update_mapping(store, SPACE).computed == 140
        assert update_mapping(store, SPACE).computed < 140 if kinds == SEMANTIC_CATEGORIES else True
        put(store, inputs, range(140, 150))
        update_mapping(store, SPACE)
        store.delete([inputs.item_ids[7], inputs.item_ids[8]])
        report = update_mapping(store, SPACE)
        updated = {name: store.compatible(name) for name in inputs.item_ids}
        assert update_mapping(store, SPACE, full=True).computed == 148
        assert updated == {name: store.compatible(name) for name in inputs.item_ids}
    if kinds == SEMANTIC_CATEGORIES:
        assert report.computed < 40


def test_an_item_that_others_wear_now_is_suggested_no_more(tmp_path: Path) -> None:
    inputs = draw_inputs(60, 5)
    with open_store(f"sqlite:///{tmp_path}/a.db") as store:
        put(store, inputs, range(60))
        store.put([Entry(replace(item, gender="men")) for item in store.iter_items()])
        update_mapping(store, SPACE)
        partner = store.compatible("i0000")[0]
        store.put([Entry(replace(store.get([partner])[partner], gender="women"))])
        update_mapping(store, SPACE)
        assert len(store.compatible("i0000")) == 3
        assert partner not in store.compatible("i0000")


def test_one_more_item_computes_few(tmp_path: Path) -> None:
    inputs = draw_inputs(400, 4)
    with open_store(f"sqlite:///{tmp_path}/a.db") as store:
        put(store, inputs, range(399))
        update_mapping(store, SPACE)
        put(store, inputs, range(399, 400))
        assert 1 <= update_mapping(store, SPACE).computed < 100
        assert update_mapping(store, SPACE).computed == 0


def test_at_most_one_variant_of_a_product_is_suggested() -> None:
    """With two categories to choose from, the second of a category is another product, and the best of its variants."""
    plain = draw_inputs(60, 3, ("shoes", "tops", "bags"))
    numbers = {name: n for n, name in enumerate(plain.categories)}
    inputs = replace(
        plain, products=np.array([100 * numbers[name] + at // 8 for at, name in enumerate(plain.categories)])
    )
    found = suggestions(inputs, np.arange(60))
    product_of = dict(zip(inputs.item_ids, inputs.products.tolist(), strict=True))
    for row, item_id in enumerate(inputs.item_ids):
        products = [product_of[name] for name in found[item_id]]
        assert len(found[item_id]) == 3 == len(set(products))
        assert product_of[item_id] not in products
        scores = inputs.scores(np.array([row]), np.arange(60))[0]
        for name in found[item_id]:
            at = inputs.item_ids.index(name)
            same = [i for i in range(60) if inputs.products[i] == inputs.products[at]]
            rivals = [i for i in same if inputs.categories[i] == inputs.categories[at]]
            assert scores[at] == max(scores[rivals])
