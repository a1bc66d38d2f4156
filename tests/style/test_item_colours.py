"""Items get the colours of their pictures when these are encoded, and on the next encoding where they have none."""

from pathlib import Path

from deepstyle.catalogue.item import Item
from deepstyle.images.pixels import read_image
from deepstyle.store import Entry, ItemFilter, Store, open_store
from deepstyle.style.encode import encode_store
from deepstyle.style.encoder import Encoder
from deepstyle.style.item_colours import fill_colours
from tests.coloured import COLOURS, garment, make_coloured_shop


def colours_of(store: Store) -> dict[str, str]:
    return {item.item_id: item.dominant_colour for item in store.iter_items()}


def test_encoding_stores_the_colours_of_the_pictures(tmp_path: Path) -> None:
    shop = make_coloured_shop(tmp_path)
    with open_store(shop.store_url) as store:
        assert {item_id: code.split(",")[0] for item_id, code in colours_of(store).items()} == {
            f"{colour}-{shape}": colour for colour in COLOURS for shape in ("tall", "wide", "square")
        }
        first = next(iter(store.iter_items())).dominant_colours[0]
        assert first.code == "green" and len(first.lab) == 3 and 0 < first.share <= 1
        assert store.browse(ItemFilter(dominant_colours=("Rot",))).total == 3


def test_a_new_picture_has_colours_of_its_own(tmp_path: Path) -> None:
    shop = make_coloured_shop(tmp_path)
    with open_store(shop.store_url) as store:
        store.put([Entry(Item("red-tall"), read_image(garment("navy", "tall")))])
        assert store.get(["red-tall"])["red-tall"].dominant_colours == ()
        encode_store(store, Encoder.open(shop.model))
        assert store.get(["red-tall"])["red-tall"].dominant_colours[0].code == "navy"


def test_items_that_were_encoded_before_are_filled(tmp_path: Path) -> None:
    shop = make_coloured_shop(tmp_path)
    encoder = Encoder.open(shop.model)
    with open_store(shop.store_url) as store:
        expected = colours_of(store)
        emptied = [Entry(item, store.image(item.item_id)) for item in map(Item, expected)]
        store.delete(list(expected))
        store.put([*emptied, Entry(Item("bare"))])
        assert fill_colours(store, encoder.spec.preprocessing, shard_size=2) == len(expected)
        assert colours_of(store) == {**expected, "bare": ""}
        assert fill_colours(store, encoder.spec.preprocessing) == 0
