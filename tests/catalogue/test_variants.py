from deepstyle.catalogue.item import Item
from deepstyle.catalogue.variants import (
    MAX_VARIANTS,
    PriceRange,
    Variants,
    first_of_each,
    group_of,
    variants_of,
)


def test_what_groups_an_item() -> None:
    red, other, alone = Item("1", model_id="m", colour="Red"), Item("2", model_id="m", colour="RED"), Item("m")
    assert group_of(red, "product") == group_of(other, "product") != group_of(alone, "product")
    assert group_of(red, "colour") == group_of(other, "colour") != group_of(Item("3", model_id="m"), "colour")
    assert len({group_of(item, "none") for item in (red, other, alone)}) == 3
    assert first_of_each((item, group_of(item, "product")) for item in (other, red, alone)) == [other, alone]


def test_sizes_are_in_the_order_of_people() -> None:
    sizes = ["XL", "8", "one size", "S", "10", "xxl", "M", "38.5", "38", "2XL", "m"]
    items = tuple(Item(str(at), size=size) for at, size in enumerate(sizes))
    assert Variants(items, len(items)).sizes == ("S", "m", "XL", "2XL", "xxl", "8", "10", "38", "38.5", "one size")


def test_colours_are_each_once() -> None:
    items = tuple(Item(str(at), colour=colour) for at, colour in enumerate(["red", "", "blue", "Red"]))
    assert Variants(items, 4).colours == ("Red", "blue")


def test_prices_of_other_currencies_are_left_out() -> None:
    prices = [(10.0, "EUR"), (5000.0, "JPY"), (20.0, "EUR"), (None, "EUR")]
    items = tuple(Item(str(at), price=price, currency=currency) for at, (price, currency) in enumerate(prices))
    assert Variants(items, 4).prices == PriceRange(10.0, 20.0, "EUR")
    assert Variants(items[3:], 1).prices is None


def test_the_entry_is_listed_beyond_the_bound_too() -> None:
    items = {f"{at:03}": Item(f"{at:03}", model_id="m") for at in range(MAX_VARIANTS + 5)}
    last = items[f"{MAX_VARIANTS + 4:03}"]
    listed = variants_of(last, list(items)[:MAX_VARIANTS], len(items), items)
    assert len(listed.items) == MAX_VARIANTS and listed.items[-1] is last and listed.count == MAX_VARIANTS + 5
    assert variants_of(last, ["gone"], 2, {}).items == (last,)
