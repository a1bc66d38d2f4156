"""The photographed garments: what is shipped is complete, small, without metadata, and imported with the drawn."""

import csv
import os
from pathlib import Path

import pytest
from PIL import Image

from deepstyle.catalogue.item import SEMANTIC_CATEGORIES, Item
from deepstyle.catalogue.rows import Record
from deepstyle.catalogue.source import open_source
from deepstyle.demo.photos import PHOTOGRAPHED, example_photos, photographed_items, sells_photographed
from deepstyle.demo.write import render_demo
from deepstyle.store import Entry, open_store
from research.second_hand import CHOSEN, check_senders, read_chosen, write_tables

ROOT = Path(__file__).parents[2]
MAX_BYTES, MAX_PX = 12_000_000, 640


@pytest.fixture(scope="module")
def beside_drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "both"
    render_demo(folder, items=330, outfits=20, photographed=True)
    return folder


def test_each_garment_is_imported_with_all_that_a_shop_says_of_it(beside_drawn: Path) -> None:
    records = list(open_source(beside_drawn).records())
    assert all(isinstance(record, Record) and record.image_path and not record.warnings for record in records)
    items = [record.item for record in records if isinstance(record, Record)]
    photographed = [item for item in items if item.item_id in photographed_items()]
    assert len(photographed) == len(photographed_items()) >= 400
    assert len(items) == 330 + len(photographed)
    for item in photographed:
        assert item.title and item.category and item.price and item.currency == "EUR", item.item_id
        assert item.semantic_category in SEMANTIC_CATEGORIES and item.attributes["condition"]
    assert len({item.category for item in photographed}) >= 16
    assert all(item.url == f"/demo-shop/{item.item_id}" for item in items)


def test_pictures_are_small_and_have_no_metadata() -> None:
    pictures = list(PHOTOGRAPHED.rglob("*.webp"))
    products = {path.stem for path in pictures if path.parent.name == "images"}
    assert products == set(photographed_items())
    assert sum(path.stat().st_size for path in pictures) <= MAX_BYTES
    for path in pictures:
        with Image.open(path) as picture:
            assert picture.format == "WEBP" and max(picture.size) <= MAX_PX
            assert not {"exif", "xmp", "icc_profile"} & set(picture.info), path


def test_examples_are_photos_that_no_product_is() -> None:
    assert len(example_photos()) == 8
    assert all(photo.path.is_file() and photo.title for photo in example_photos().values())
    assert not set(example_photos()) & set(photographed_items())


def test_a_store_is_told_by_its_garments(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/shop.db") as store:
        store.put([Entry(Item("boots"), None)])
        assert not sells_photographed(store)
        store.put([Entry(Item(next(iter(photographed_items()))), None)])
        assert sells_photographed(store)


def test_the_list_names_train_senders_alone_and_writes_the_same_again(tmp_path: Path) -> None:
    folder = Path(os.environ.get("DEEPSTYLE_DATA", ROOT.parent / "shared" / "data")) / "phone-photos-train"
    if not folder.is_dir():
        pytest.skip("the phone photos are not here: set DEEPSTYLE_DATA")
    chosen = read_chosen(folder)
    check_senders(chosen)
    write_tables(folder, tmp_path, chosen)
    for file in tmp_path.iterdir():
        assert file.read_bytes() == (PHOTOGRAPHED / file.name).read_bytes()
    with CHOSEN.open(encoding="utf-8", newline="") as file:
        photos = [row["photo"] for row in csv.DictReader(file)]
    assert len(set(photos)) == len({photo[:8] for photo in photos}) == len(photos)
