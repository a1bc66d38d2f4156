"""What the demo catalogue plans to draw, and that every kind of it can be drawn."""

from collections import Counter

import numpy as np
import pytest

from deepstyle.catalogue.item import SEMANTIC_CATEGORIES
from deepstyle.demo.palette import COLOURS, Rgb, luminance
from deepstyle.demo.products import SPLITS, Product, draw, plan_products, sew
from deepstyle.demo.rules import PLAIN, STYLES
from deepstyle.demo.wardrobe import KINDS, STYLE_PATTERNS

PLAN = plan_products(1400, 0)


@pytest.mark.parametrize("items", [330, 777, 1400, 2000])
def test_counts_are_exact_and_ids_unique(items: int) -> None:
    products = plan_products(items, 3)
    assert len(products) == items
    assert len({product.item_id for product in products}) == items


def test_every_category_has_every_style_in_every_split() -> None:
    assert {(p.semantic_category, p.style, p.split) for p in PLAN} == {
        (category, style, split) for category in SEMANTIC_CATEGORIES for style in STYLES for split in set(SPLITS)
    }


def test_every_kind_occurs() -> None:
    assert {product.kind for product in PLAN} == set(KINDS)


def test_colours_of_a_model_share_everything_else() -> None:
    models: dict[str, list[Product]] = {}
    for product in PLAN:
        models.setdefault(product.model_id, []).append(product)
    assert Counter(map(len, models.values())).most_common(1)[0][0] == 3
    for model in models.values():
        assert len({(p.kind, p.pattern, p.texture, p.brand, p.price, p.split) for p in model}) == 1
        assert len({p.colour for p in model}) == len(model)
        assert all(p.item_id == f"{p.model_id}-{COLOURS[p.colour].code}" for p in model)


def test_patterns_belong_to_the_style() -> None:
    assert all(p.pattern == PLAIN or p.pattern in STYLE_PATTERNS[p.style] for p in PLAN)
    assert 0.15 < sum(p.pattern != PLAIN for p in PLAN) / len(PLAN) < 0.45


def test_another_seed_is_another_catalogue() -> None:
    assert plan_products(500, 1) == plan_products(500, 1)
    assert plan_products(500, 1) != plan_products(500, 2)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.draw.__name__)
def test_every_kind_draws_a_packshot(kind: object) -> None:
    product = next(product for product in PLAN if product.kind == kind)
    picture = draw(product, 0)
    assert picture.shape == (400, 320, 3)
    assert picture.dtype == np.uint8
    border = np.concatenate([picture[:8].reshape(-1, 3), picture[-8:].reshape(-1, 3)])
    assert border.min() > 190, "the product touches the edge"
    ink = np.abs(picture.astype(int) - np.median(border, axis=0)).max(axis=2) > 24
    assert 0.015 < ink.mean() < 0.75


def test_colours_of_a_model_have_one_shape() -> None:
    for first, second in zip(PLAN[:300:10], PLAN[1:301:10], strict=True):
        same = np.array_equal(sew(first, 0).alpha, sew(second, 0).alpha)
        assert same == (first.model_id == second.model_id)


def test_drawing_is_repeatable() -> None:
    np.testing.assert_array_equal(draw(PLAN[0], 0), draw(PLAN[0], 0))
    assert (draw(PLAN[0], 0) != draw(PLAN[0], 1)).any()


def test_backdrop_tells_nothing_about_style_or_colour() -> None:
    tones: dict[str, list[float]] = {}
    for product in PLAN[::40]:
        tones.setdefault(product.style, []).append(float(draw(product, 0)[:4].mean()))
    means = [np.mean(values) for values in tones.values()]
    spread = np.mean([np.std(values) for values in tones.values()])
    assert max(means) - min(means) < 2 * spread


def test_the_picture_has_the_colour_that_the_metadata_says() -> None:
    """The named colour that is nearest to the picture's middle is mostly of the item's own family."""
    shirts = [p for p in PLAN if p.kind.draw.__name__ in ("t_shirt", "jumper", "pencil_skirt") and p.pattern == PLAIN]
    hits = 0
    for product in shirts[:24]:
        seen = draw(product, 0)[180:230, 135:185].reshape(-1, 3).mean(axis=0) / 255
        hits += (
            min(COLOURS.values(), key=lambda colour: _distance(colour.rgb, tuple(seen))).family
            == COLOURS[product.colour].family
        )
    assert hits >= 0.9 * len(shirts[:24])


def _distance(a: Rgb, b: Rgb) -> float:
    hue = sum(((x - luminance(a)) - (y - luminance(b))) ** 2 for x, y in zip(a, b, strict=True))
    return hue + 0.25 * (luminance(a) - luminance(b)) ** 2
