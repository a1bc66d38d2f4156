"""Writes the real garments of the demo catalogue: ``deepstyle/demo/photographed``, from the CC0 phone photos.

``second_hand.csv`` names the photos. They were chosen by eye on contact sheets: sharp, one garment that fills the
frame, nobody in the picture, no large brand name. ``use`` is ``product`` or ``example``; ``type`` is what the garment
is called where the label says less; ``pattern`` is what is seen; ``colour`` is what is seen where the measured one is
wrong. Of senders whose photos are examples, no photo is a product.

    python -m research.second_hand DATA/phone-photos-train
"""

import argparse
import csv
import io
import json
import random
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image, ImageOps

from deepstyle.catalogue.colours import colour_name
from deepstyle.catalogue.text import DEMO_SHOP
from deepstyle.demo.photos import EXAMPLES_FILE, ITEMS_FILE, PHOTOGRAPHED
from deepstyle.images.pixels import decode
from deepstyle.style.dominant import dominant_colours

CHOSEN: Final = Path(__file__).with_suffix(".csv")
LONGEST_PX: Final = 560
QUALITY: Final = 84
SECOND_COLOUR_SHARE: Final = 0.3
CONDITIONS: Final = ("like new", "very good", "very good", "good")
DENIM: Final = frozenset({"Jeans", "Denim Jacket", "Denim Skirt"})
TEST, VALID = 3, 4
"""Senders whose number leaves this when divided by 5 are kept for tests: their photos are never shipped."""

TYPE_OF_LABEL: Final = {
    "Longsleeve": "Long-Sleeve Top",
    "Outwear": "Jacket",
    "Pants": "Trousers",
    "Polo": "Polo Shirt",
    "Undershirt": "Tank Top",
}
TYPES: Final[Mapping[str, tuple[str, int, int]]] = {
    **dict.fromkeys(("T-Shirt", "Tank Top", "Top"), ("tops", 5, 14)),
    **dict.fromkeys(("Long-Sleeve Top", "Polo Shirt", "Shirt", "Blouse"), ("tops", 8, 24)),
    **dict.fromkeys(("Jumper", "Hoodie"), ("tops", 12, 34)),
    **dict.fromkeys(("Trousers", "Jeans", "Joggers"), ("bottoms", 12, 36)),
    **dict.fromkeys(("Shorts", "Skirt", "Denim Skirt", "Leggings"), ("bottoms", 8, 22)),
    **dict.fromkeys(("Jacket", "Denim Jacket", "Windbreaker", "Gilet", "Cardigan"), ("outerwear", 15, 48)),
    **dict.fromkeys(("Blazer", "Coat", "Puffer Jacket", "Leather Jacket"), ("outerwear", 24, 79)),
    "Dress": ("all-body", 14, 42),
    **dict.fromkeys(("Trainers", "Boots", "Heels", "Loafers"), ("shoes", 16, 49)),
    **dict.fromkeys(("Shoes", "Sandals", "Flats", "Clogs", "Slippers"), ("shoes", 8, 26)),
    **dict.fromkeys(("Hat", "Cap", "Beanie"), ("hats", 5, 16)),
}
"""The semantic category of each type, and its lowest and highest price in euros."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """One photo of the list, with its row of the data set's ``labels.csv``."""

    photo: str
    use: str
    type: str
    pattern: str
    colour: str
    sender: int


def main() -> None:
    """Write the folder anew."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder phone-photos-train")
    parser.add_argument("--out", type=Path, default=PHOTOGRAPHED)
    options = parser.parse_args()
    chosen = read_chosen(options.data)
    check_senders(chosen)
    for use, name in (("product", "images"), ("example", "examples")):
        folder = options.out / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for one in chosen:
            if one.use == use:
                data = (options.data / "images" / f"{one.photo}.jpg").read_bytes()
                (folder / f"{item_id(one)}.webp").write_bytes(as_webp(data))
    write_tables(options.data, options.out, chosen)
    size = sum(file.stat().st_size for file in options.out.rglob("*.webp"))
    products = sum(one.use == "product" for one in chosen)
    print(f"{products} products and {len(chosen) - products} examples, {size / 1e6:.1f} MB, in {options.out}")


def read_chosen(data: Path) -> list[Chosen]:
    """The list, in the order of its file."""
    with (data / "labels.csv").open(encoding="utf-8", newline="") as file:
        labels = {row["image"].removesuffix(".jpg"): row for row in csv.DictReader(file)}
    with CHOSEN.open(encoding="utf-8", newline="") as file:
        return [
            Chosen(
                row["photo"],
                row["use"],
                row["type"] or TYPE_OF_LABEL.get(label := labels[row["photo"]]["label"], label),
                row["pattern"],
                row["colour"],
                int(labels[row["photo"]]["sender_id"]),
            )
            for row in csv.DictReader(file)
        ]


def check_senders(chosen: list[Chosen]) -> None:
    """Raise ``ValueError`` for a photo that may not be shipped, or a sender of both examples and products."""
    for one in chosen:
        if one.sender % 5 in (TEST, VALID):
            raise ValueError(f"{one.photo} is by sender {one.sender}, who is kept for tests.")
    if both := senders(chosen, "product") & senders(chosen, "example"):
        raise ValueError(f"The senders {both} have products and examples.")


def senders(chosen: list[Chosen], use: str) -> set[int]:
    """Who took the photos of one use."""
    return {one.sender for one in chosen if one.use == use}


def as_webp(data: bytes) -> bytes:
    """The photo upright, of ``LONGEST_PX`` at most and without metadata."""
    with Image.open(io.BytesIO(data)) as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    picture.thumbnail((LONGEST_PX, LONGEST_PX), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    Image.fromarray(np.asarray(picture)).save(out, "WEBP", quality=QUALITY, method=6)
    return out.getvalue()


def write_tables(data: Path, out: Path, chosen: list[Chosen]) -> None:
    """Write the items as metadata of the Polyvore Outfits layout, and the titles of the examples."""
    items, examples = {}, {}
    for one in chosen:
        colours = colours_of(one, (data / "images" / f"{one.photo}.jpg").read_bytes())
        if one.use == "product":
            items[item_id(one)] = metadata(one, colours)
        else:
            examples[item_id(one)] = title(one, colours)
    for name, table in ((ITEMS_FILE, items), (EXAMPLES_FILE, examples)):
        (out / name).write_text(json.dumps(table, indent=0, ensure_ascii=False) + "\n", "utf-8")


def item_id(one: Chosen) -> str:
    """For example ``sh-00003aeb``."""
    return f"sh-{one.photo[:8]}"


def colours_of(one: Chosen, data: bytes) -> list[str]:
    """The names of the one or two colours that the garment is mainly of.

    None where the measured grey says little: of a pattern, whose colours mix to it, and of denim in a room's light.
    """
    if one.colour:
        return [one.colour]
    first, *others = dominant_colours(decode(data))
    if first.code == "grey" and (one.pattern or one.type in DENIM):
        return []
    second = [colour for colour in others[:1] if colour.share >= SECOND_COLOUR_SHARE]
    return [colour_name(colour.code) for colour in (first, *second)]


def title(one: Chosen, colours: list[str]) -> str:
    """For example ``Navy and White Striped Shirt``."""
    words = (" and ".join(colour.title() for colour in colours), one.pattern.title(), one.type)
    return " ".join(word for word in words if word).replace(" And ", " and ")


def metadata(one: Chosen, colours: list[str]) -> dict[str, Any]:
    """One item with keys of Polyvore Outfits and of the demo catalogue."""
    semantic_category, low, high = TYPES[one.type]
    dice = random.Random(f"second-hand/{one.photo}")
    condition, name = dice.choice(CONDITIONS), title(one, colours)
    return {
        "url_name": name.lower(),
        "description": f"{name}, second-hand, in {condition} condition. Photographed at home by its owner.",
        "catgeories": [semantic_category.title(), one.type],
        "title": name,
        "semantic_category": semantic_category,
        "brand": "Second-hand",
        "colour": next(iter(colours), ""),
        "pattern": one.pattern,
        "price": dice.randint(low, high) - dice.choice([0.0, 0.5]),
        "currency": "EUR",
        "condition": condition,
        "url": f"{DEMO_SHOP}{item_id(one)}",
    }


if __name__ == "__main__":
    main()
