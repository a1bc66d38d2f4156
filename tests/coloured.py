"""A shop whose model has colour in its vectors, and whose garments differ in colour and in shape."""

from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from deepstyle.catalogue.item import Item
from deepstyle.images.pixels import read_image
from deepstyle.store import Entry, open_store
from deepstyle.style.encode import encode_store
from deepstyle.style.encoder import Encoder
from tests.conftest import Shop
from tests.images.pictures import save
from tests.style.tiny import write_coloured_model

COLOURS: Final = {"red": (190, 30, 45), "navy": (30, 40, 80), "green": (30, 120, 60)}
SHAPES: Final = {"tall": (80, 30), "wide": (30, 70), "square": (50, 50)}
RED: Final = "#be1e2d"


def garment(colour: str, shape: str) -> bytes:
    """A picture of a rectangle of ``colour`` on white."""
    picture = np.full((120, 90, 3), 250, np.uint8)
    high, wide = SHAPES[shape]
    picture[60 - high // 2 : 60 + high // 2, 45 - wide // 2 : 45 + wide // 2] = COLOURS[colour]
    return save(Image.fromarray(picture), "PNG")


def make_coloured_shop(folder: Path) -> Shop:
    """One encoded item of each colour and shape, ``red-tall`` and so on; the catalogue's ``colour`` is the shape."""
    write_coloured_model(folder / "model", 0.5)
    shop = Shop(f"sqlite:///{folder}/coloured.db", folder / "model")
    with open_store(shop.store_url) as store:
        store.put(
            [
                Entry(Item(f"{colour}-{shape}", colour=shape), read_image(garment(colour, shape)))
                for colour in COLOURS
                for shape in SHAPES
            ]
        )
        encode_store(store, Encoder.open(shop.model))
    return shop
