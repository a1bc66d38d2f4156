"""No head raises a look's score by breaking a rule: on the drawn outfits, and on those of stylists."""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from deepstyle.catalogue.feeds.polyvore import read_items
from deepstyle.catalogue.item import Item
from deepstyle.catalogue.rows import Record
from deepstyle.compatibility.pairs import breaks_rule, pair_scores
from deepstyle.compatibility.scoring import FORBIDDEN, look_score
from deepstyle.compatibility.wardrobe import MOST_WORN
from deepstyle.demo.outfits import compose
from deepstyle.demo.products import plan_products
from deepstyle.evaluation.questions import load_outfits

ROOT = Path(os.environ.get("DEEPSTYLE_DATA", "/nowhere")) / "outfits"
Outfits = tuple[Sequence[Item], list[list[int]]]


def drawn() -> Outfits:
    products = plan_products(700, seed=0)
    items = [Item(one.item_id, semantic_category=one.semantic_category, season=one.season) for one in products]
    rows = {item.item_id: row for row, item in enumerate(items)}
    splits = compose(products, 150, seed=0).values()
    return items, [[rows[item.item_id] for item in outfit.items] for outfits in splits for outfit in outfits]


def stylists() -> Outfits:
    if not ROOT.is_dir():
        pytest.skip("DEEPSTYLE_DATA names no folder with outfits/")
    items = [record.item for record in read_items(ROOT, with_images=False) if isinstance(record, Record)]
    rows = {item.item_id: row for row, item in enumerate(items)}
    return items, [outfit.tolist() for outfit in load_outfits(ROOT, "nondisjoint", "test", rows)]


@pytest.mark.parametrize("outfits_of", [drawn, stylists])
def test_breaking_a_rule_never_raises_a_score(outfits_of: Callable[[], Outfits]) -> None:
    items, outfits = outfits_of()
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((len(items), 4)).astype(np.float32)  # few dimensions: some pairs are as bad as can be
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    of_slot = {name: [row for row, item in enumerate(items) if item.semantic_category == name] for name in MOST_WORN}
    counts: Counter[str] = Counter()
    for outfit in outfits:
        pieces = [replace(items[row], gender="women") for row in outfit]
        between = pair_scores(pieces, vectors[outfit])
        for kind, added, row in broken(items, pieces, of_slot, rng):
            after = pair_scores([*pieces, added], vectors[[*outfit, row]])
            assert look_score(after) <= look_score(between)
            assert look_score(after) == FORBIDDEN
            counts[kind] += not breaks_rule(between)
    assert min(counts["second"], counts["gender"]) > 100


def broken(
    items: Sequence[Item], pieces: Sequence[Item], of_slot: dict[str, list[int]], rng: np.random.Generator
) -> Iterator[tuple[str, Item, int]]:
    """Items that break a rule beside ``pieces``, with their rows: one in a slot that is full, one for other people."""
    worn = [piece.semantic_category for piece in pieces]
    for slot, most in MOST_WORN.items():
        rows = [row for row in of_slot[slot] if items[row].item_id not in {piece.item_id for piece in pieces}]
        if rows and worn.count(slot) in (0, most):
            row = int(rng.choice(rows))
            if worn.count(slot):
                yield "second", items[row], row
            else:
                yield "gender", replace(items[row], gender="men"), row


def test_any_number_of_different_jewellery_may_join() -> None:
    items = [Item(f"j{at}", semantic_category="jewellery") for at in range(6)]
    items += [Item(f"a{at}", semantic_category="accessories") for at in range(5)]
    vectors = np.ones((11, 2), np.float32) / np.sqrt(np.float32(2))
    assert not breaks_rule(pair_scores(items, vectors))
    assert breaks_rule(pair_scores([*items[:3], items[0]], vectors[:4]))  # but not one of them twice
