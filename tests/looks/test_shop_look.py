"""Shop a worn look over a real store: what each row finds, and what may be in a cart."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deepstyle import Item, Shop
from deepstyle.errors import ImageError, UsageError
from deepstyle.images.pixels import decode, read_image
from deepstyle.looks.cart import Cart
from deepstyle.looks.garment import Garments
from deepstyle.looks.shop_look import LookRow, LookWanted, garment_crops, look_side_px
from deepstyle.people.merchandising.changes import change
from deepstyle.people.open import open_people
from deepstyle.store import Entry, ItemFilter
from deepstyle.style.encode import encode_store
from tests.conftest import Shop as Files
from tests.images.pictures import photo, save
from tests.looks.worn import CATEGORIES, use_detector, worn

PHOTO = save(photo(90, 150, seed=5), "JPEG")


@pytest.fixture
def opened(shop: Files, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Shop]:
    use_detector(monkeypatch, worn())
    monkeypatch.setenv("DEEPSTYLE_PEOPLE_STORE", f"sqlite:///{tmp_path}/people.db")
    with Shop.open(shop.store_url, model=str(shop.model)) as opened:
        yield opened


def shopped(shop: Shop, **wanted: Any) -> tuple[Garments, list[LookRow], Cart]:
    garments, *rows, cart = shop.shop_the_look(PHOTO, **wanted)
    assert isinstance(garments, Garments)
    assert isinstance(cart, Cart)
    return garments, [row for row in rows if isinstance(row, LookRow)], cart


def alter(shop: Shop, where: ItemFilter, **values: Any) -> None:
    items = shop.browse(where, limit=200, group_by="none").items
    shop.store.put([Entry(replace(item, **values)) for item in items])


def items_of(cart: Cart) -> list[Item]:
    return [piece.item for piece in cart.pieces if piece.item]


def test_each_garment_has_a_row_of_its_own_category(opened: Shop) -> None:
    garments, rows, cart = shopped(opened, k=4)
    assert [garment.semantic_category for garment in garments.garments] == list(CATEGORIES)
    assert [row.garment for row in rows] == [0, 1, 2]
    for row, category in zip(rows, CATEGORIES, strict=True):
        assert {match.item.semantic_category for match in row.matches} == {category}
        assert len(row.matches) == 4
        assert row.is_good_match is None  # this store is not calibrated
    assert [item.semantic_category for item in items_of(cart)] == list(CATEGORIES)


def test_a_row_is_what_the_crop_alone_finds(opened: Shop) -> None:
    garments, rows, _ = shopped(opened)
    rgb = decode(PHOTO, min_side_px=look_side_px(opened.spec))
    for row, crop, category in zip(rows, garment_crops(rgb, garments), CATEGORIES, strict=True):
        embedding = opened.encoder.encode([crop]).embeddings[0]
        expected = opened.search_embedding(embedding, where=ItemFilter(semantic_categories=(category,)))
        assert [match.item for match in row.matches] == [match.item for match in expected.matches]


def test_what_a_rule_hides_is_in_no_row_and_no_cart(opened: Shop) -> None:
    _, rows, cart = shopped(opened, k=4)
    hidden = [rows[0].matches[0].item, rows[1].matches[2].item, *items_of(cart)]
    rule = {"name": "none of these", "action": "hide", "item_ids": [item.item_id for item in hidden]}
    with open_people(opened.settings.people_store) as people:
        change(people, "test", "rules", "hide", rule)
    _, rows, cart = shopped(opened, k=4)
    shown = [match.item for row in rows for match in row.matches] + items_of(cart)
    assert not {item.model_id or item.item_id for item in shown} & {item.model_id or item.item_id for item in hidden}
    assert [len(row.matches) for row in rows] == [4, 4, 4]
    assert [match.rank for match in rows[0].matches] == [1, 2, 3, 4]
    assert len(items_of(cart)) == 3


def test_the_crops_are_encoded_in_one_call(opened: Shop) -> None:
    sizes: list[int] = []

    def encode(crops: Any) -> Any:
        sizes.append(len(crops))
        return opened.encoder.encode(crops).embeddings

    list(opened.shop_pixels(opened.encoder.decode(PHOTO), LookWanted(), encode))
    assert sizes == [3]


@pytest.mark.parametrize("budget", [40.0, 120.0, 600.0, 5000.0])
def test_the_cart_is_the_most_similar_one_within_the_budget(opened: Shop, budget: float) -> None:
    _, _, cart = shopped(opened, budget=budget)
    rows = opened.shop_the_look(PHOTO, k=40)
    everything = [part for part in rows if isinstance(part, LookRow)]
    priced = [
        [(match.item.price, match.similarity) for match in row.matches if match.item.price is not None]
        for row in everything
    ]
    best = max(
        (a[1] + b[1] + c[1] for a in priced[0] for b in priced[1] for c in priced[2] if a[0] + b[0] + c[0] <= budget),
        default=None,
    )
    assert best is not None
    assert sum(piece.similarity or 0 for piece in cart.pieces) == pytest.approx(best, abs=1e-6)
    assert cart.total == pytest.approx(sum(item.price or 0 for item in items_of(cart)))
    assert cart.total <= budget


def test_a_budget_for_one_piece_says_what_is_missing(opened: Shop) -> None:
    alter(opened, ItemFilter(semantic_categories=("bags", "shoes")), price=90.0)
    _, _, cart = shopped(opened, budget=100.0)
    assert [piece.missing for piece in cart.pieces].count("over_budget") == 1
    assert len(items_of(cart)) == 2  # a top for at most 10 and one of the others
    assert cart.total <= 100


def test_nothing_that_is_sold_out_or_has_no_price_is_in_a_cart(opened: Shop) -> None:
    alter(opened, ItemFilter(semantic_categories=("tops",)), availability="sold out")
    alter(opened, ItemFilter(semantic_categories=("bags",)), price=None)
    _, rows, cart = shopped(opened)
    assert [piece.missing for piece in cart.pieces] == ["none_in_stock", "none_in_stock", None]
    assert all(row.matches for row in rows)  # it is shown all the same


def test_prices_of_one_currency_alone_are_added(opened: Shop) -> None:
    alter(opened, ItemFilter(semantic_categories=("tops",), brands=("Nord",)), currency="USD", price=1.0)
    _, _, cart = shopped(opened)
    assert cart.currency == "EUR"
    assert {item.currency for item in items_of(cart)} == {"EUR"}
    _, _, dollars = shopped(opened, currency="usd")
    assert [item.currency for item in items_of(dollars)] == ["USD"]
    assert [piece.missing for piece in dollars.pieces] == [None, "none_in_stock", "none_in_stock"]


def test_a_cart_is_worn_by_one_group_of_people(opened: Shop) -> None:
    """The most similar top is for men, the most similar shoes for women: together they are no look."""
    _, rows, _ = shopped(opened)
    top, shoe = rows[0].matches[0].item, rows[2].matches[0].item
    alter(opened, ItemFilter(), gender="Unisex")
    opened.store.put([Entry(replace(top, gender="Herren")), Entry(replace(shoe, gender="Damen"))])
    opened._genders.forget()
    _, _, cart = shopped(opened)
    assert not {top.item_id, shoe.item_id} <= {item.item_id for item in items_of(cart)}
    assert len(items_of(cart)) == 3
    for gender, other in (("women", top), ("men", shoe)):
        _, rows, cart = shopped(opened, gender=gender)
        assert cart.worn_by == gender
        assert other.item_id not in {item.item_id for item in items_of(cart)}
        assert other.item_id not in {match.item.item_id for row in rows for match in row.matches}


def test_a_photo_without_garments_has_an_empty_cart(shop: Files, monkeypatch: pytest.MonkeyPatch, opened: Shop) -> None:
    use_detector(monkeypatch, worn((), people=0))
    with Shop.open(shop.store_url, model=str(shop.model)) as other:
        garments, rows, cart = shopped(other, budget=10)
    assert (garments.people, rows, cart.pieces, cart.total) == (0, [], (), 0)


def test_a_category_that_is_not_sold_has_an_empty_row(
    shop: Files, monkeypatch: pytest.MonkeyPatch, opened: Shop
) -> None:
    use_detector(monkeypatch, worn(("hats",)))
    with Shop.open(shop.store_url, model=str(shop.model)) as other:
        _, (row,), cart = shopped(other)
    assert row.matches == ()
    assert [piece.missing for piece in cart.pieces] == ["none_in_stock"]


@pytest.mark.parametrize("wanted", [{"budget": 0}, {"budget": float("nan")}, {"budget": 1e12}, {"gender": "martians"}])
def test_a_budget_or_a_gender_that_is_none_is_refused(opened: Shop, wanted: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        opened.shop_the_look(PHOTO, **wanted)


def test_a_broken_photo_is_refused_before_anything_is_found(opened: Shop) -> None:
    with pytest.raises(ImageError):
        opened.shop_the_look(b"no picture")


def test_crops_lie_within_the_photo() -> None:
    rgb = np.zeros((30, 20, 3), np.uint8)
    crops = garment_crops(rgb, worn(("tops", "bottoms", "shoes", "bags", "hats")))
    assert all(min(crop.shape[:2]) >= 1 for crop in crops)
    assert crops[0].shape == (6, 16, 3)


def test_a_garment_is_searched_for_without_what_is_behind_it() -> None:
    rgb = np.full((40, 40, 3), 90, np.uint8)
    (garment,) = worn(("tops",)).garments
    half = np.zeros((8, 8), bool)
    half[:4] = True
    (crop,) = garment_crops(rgb, Garments((replace(garment, mask=half),), 1))
    assert (crop[:18] == 90).all()
    assert (crop[-18:] == 255).all()
    (whole,) = garment_crops(rgb, Garments((replace(garment, mask=np.zeros((8, 8), bool)),), 1))
    assert (whole == 90).all()


def test_a_store_with_one_more_picture_and_no_vector_is_no_trouble(opened: Shop) -> None:
    opened.store.put([Entry(Item("late", semantic_category="tops", price=1.0), read_image(Files.picture(50)))])
    assert items_of(shopped(opened)[2])[0].item_id != "late"
    encode_store(opened.store, opened.encoder)
    assert shopped(opened, budget=5000)[2].pieces
