"""Where words place an item on a scale."""

import pytest

from deepstyle.catalogue.item import Item
from deepstyle.search.scales import place_on


@pytest.mark.parametrize(
    ("scale", "title", "place"),
    [
        ("length", "Floral Maxi Dress", 1),
        ("length", "Langes Kleid", 1),
        ("length", "Bodenlanges Kleid", 1),
        ("length", "Minirock aus Leder", -1),
        ("length", "Long-sleeved top", 0),
        ("length", "Mini to maxi", 0),
        ("length", "Belonging", 0),
        ("sleeve", "Shirt with long sleeves", 1),
        ("sleeve", "Kurzarmhemd", -1),
        ("warmth", "Wollmantel", 1),
        ("warmth", "Linen trousers", -1),
        ("formality", "Evening gown", 1),
        ("formality", "Casual hoodie", -1),
    ],
)
def test_words_place_an_item(scale: str, title: str, place: int) -> None:
    assert place_on(scale, Item("a", title=title)) == place


def test_attributes_are_read(scale: str = "length") -> None:
    assert place_on(scale, Item("a", title="Dress", attributes={"length": "maxi"})) == 1
