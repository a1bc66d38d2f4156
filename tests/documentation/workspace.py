"""The folder that examples are run in: an encoded part of the demo catalogue, a table, outfits, and photos."""

import csv
import shutil
from collections.abc import Iterable
from pathlib import Path

from deepstyle import Shop
from deepstyle.demo.products import Product, draw, plan_products
from deepstyle.demo.write import MIN_ITEMS, render_demo
from deepstyle.images.pixels import encode_jpeg
from tests.documentation.examples import ROOT, item_ids

ITEMS, SEED = 1400, 0  # the demo catalogue's own, so that its ids are those of `make demo`
EVERY = 11  # fewer are too few for `calibrate bands`
OUTFITS = 60
COLUMNS = ("item_id", "title", "semantic_category", "category", "brand", "colour", "pattern", "price", "model_id")
PHOTOS = {"photo.jpg": "all-body", "boots.jpg": "shoes", "my-shoes.jpg": "shoes"}
PHONE_PHOTOS = 24
ONLY_READ = ("polyvore_outfits", "phone-photos")
"""What no example writes to: most of the files."""


def write(folder: Path) -> None:
    """Draw and encode into ``folder`` all that the examples name."""
    plan = plan_products(ITEMS, SEED)
    wanted = item_ids()
    assert wanted <= {one.item_id for one in plan}, "an example names an item that the demo catalogue does not have"
    products = [one for number, one in enumerate(plan) if number % EVERY == 0 or one.item_id in wanted]
    table = _write_table(folder / "demo", products)
    with Shop.open(f"sqlite:///{folder / 'var' / 'demo.db'}") as shop:
        shop.import_catalogue(table)
        shop.encode()
        shop.map(method="PCA")
    shutil.rmtree(folder / "demo")
    _write_table(folder / "path" / "to", products[::3])
    (folder / "path" / "to" / "catalogue").symlink_to("images")
    render_demo(folder / "polyvore_outfits", items=MIN_ITEMS, outfits=OUTFITS)
    _write_photos(folder, products)
    (folder / "configs").symlink_to(ROOT / "configs")


def _write_table(folder: Path, products: Iterable[Product]) -> Path:
    (folder / "images").mkdir(parents=True)
    with (folder / "products.csv").open("w", encoding="utf-8", newline="") as opened:
        rows = csv.writer(opened)
        rows.writerow([*COLUMNS, "image"])
        for product in products:
            image = f"images/{product.item_id}.jpg"
            (folder / image).write_bytes(encode_jpeg(draw(product, SEED)))
            rows.writerow([*(_cell(product, column) for column in COLUMNS), image])
    return folder / "products.csv"


def _cell(product: Product, column: str) -> object:
    return product.kind.category if column == "category" else getattr(product, column)


def _write_photos(folder: Path, products: list[Product]) -> None:
    for name, category in PHOTOS.items():
        shown = next(one for one in products if one.semantic_category == category)
        (folder / name).write_bytes(encode_jpeg(draw(shown, SEED)))
    photos = folder / "phone-photos"
    photos.mkdir()
    rows = ["image,label"]
    for product in products[:: max(1, len(products) // PHONE_PHOTOS)]:
        (photos / f"{product.item_id}.jpg").write_bytes(encode_jpeg(draw(product, SEED)))
        rows.append(f"{product.item_id}.jpg,{product.semantic_category}")
    (photos / "labels.csv").write_text("\n".join(rows), "utf-8")
