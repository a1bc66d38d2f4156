"""A drawn catalogue of any size: facts with a shop's cardinalities, and vectors that lie in clusters.

Item ``n`` is the same in a catalogue of every size. A product has four variants, which differ in colour and size and
whose vectors are close. Brands follow Zipf's law. Pictures are PNG files of one pixel, each of another colour.
"""

import functools
import hashlib
import struct
import zlib
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deepstyle.catalogue.item import Item, ItemFilter
from deepstyle.images.item_image import ItemImage
from deepstyle.store.base import Entry, VectorBatch

DIMENSION: Final = 512
CLUSTERS: Final = 2000
VARIANTS: Final = 4
BATCH: Final = 10_000
"""Items that are drawn together; a multiple of VARIANTS."""
BRANDS: Final = 2000
CATEGORY_SHARES: Final[dict[str, float]] = {
    "tops": 0.30,
    "all-body": 0.15,
    "bottoms": 0.15,
    "shoes": 0.12,
    "outerwear": 0.09,
    "bags": 0.07,
    "jewellery": 0.05,
    "accessories": 0.03,
    "hats": 0.02,
    "scarves": 0.01,
    "sunglasses": 0.01,
}
SHARES: Final[dict[str, ItemFilter]] = {
    "30 %": ItemFilter(genders=("men",)),
    "1 %": ItemFilter(materials=("silk",)),
}
"""Filters that let about this share of the items pass, whatever their vectors."""
FINE_PER_CATEGORY: Final = 24
COLOURS: Final = (
    *("black", "white", "navy", "blue", "light blue", "grey", "beige", "brown", "green", "olive", "red", "burgundy"),
    *("pink", "rose", "yellow", "orange", "purple", "lilac", "silver", "gold", "khaki", "cream", "turquoise", "coral"),
)
PATTERNS: Final = ("plain", "striped", "checked", "floral", "dotted", "animal", "graphic", "camouflage")
MATERIALS: Final = ("cotton", "polyester", "wool", "leather", "denim", "viscose", "linen", "nylon", "cashmere", "silk")
SIZES: Final = ("XS", "S", "M", "L", "XL", "XXL")
SEASONS: Final = ("summer", "winter", "spring", "autumn", "all-year")
PATTERN_SHARES: Final = (0.6, 0.1, 0.08, 0.08, 0.05, 0.04, 0.03, 0.02)
MATERIAL_SHARES: Final = (0.40, 0.20, 0.10, 0.08, 0.07, 0.05, 0.04, 0.03, 0.02, 0.01)
# Noise of a product about its cluster, and of a variant about its product: with the first alone the cluster does not
# decide a query's nearest ten.
PRODUCT_NOISE: Final = 0.84
VARIANT_NOISE: Final = 0.35


def item_id(row: int) -> str:
    """The id of item ``row``."""
    return f"{row:08d}"


def batches(count: int) -> Iterator[tuple[list[Entry], VectorBatch]]:
    """The first ``count`` items with their vectors, in batches of up to ``BATCH``."""
    for start in range(0, count, BATCH):
        entries, batch = draw(start // BATCH)
        size = min(BATCH, count - start)
        names, hashes = batch.item_ids[:size], batch.image_sha256s[:size]
        yield entries[:size], VectorBatch(names, hashes, batch.vectors[:size])


def draw(batch: int, prefix: str = "") -> tuple[list[Entry], VectorBatch]:
    """The items ``batch * BATCH`` to ``(batch + 1) * BATCH``, ids beginning with ``prefix``, and their vectors."""
    random = np.random.default_rng([7, batch])
    clusters = random.integers(CLUSTERS, size=BATCH // VARIANTS)
    vectors = _near(centres()[clusters], PRODUCT_NOISE, random)
    vectors = _near(np.repeat(vectors, VARIANTS, axis=0), VARIANT_NOISE, random)
    entries = _entries(batch * BATCH, clusters, random, prefix)
    names = tuple(entry.item.item_id for entry in entries)
    hashes = tuple(entry.image.sha256 if entry.image else "" for entry in entries)
    return entries, VectorBatch(names, hashes, vectors)


def queries(count: int) -> NDArray[np.float32]:
    """(count, D) of unit norm, drawn as products are; no item has the vector of one."""
    random = np.random.default_rng(8)
    return _near(centres()[random.integers(CLUSTERS, size=count)], PRODUCT_NOISE, random)


@functools.cache
def centres() -> NDArray[np.float32]:
    """(CLUSTERS, D) of unit norm, with a decaying spectrum, as embeddings of photos have."""
    drawn = np.random.default_rng(0).normal(size=(CLUSTERS, DIMENSION)) / np.sqrt(np.arange(1, DIMENSION + 1))
    return (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)


def picture(row: int) -> ItemImage:
    """A PNG of one pixel, whose colour is ``row``."""
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)), (b"IDAT", _pixel(row)), (b"IEND", b""))
    body = b"".join(_chunk(name, data) for name, data in chunks)
    data = b"\x89PNG\r\n\x1a\n" + body
    return ItemImage(data, hashlib.sha256(data).hexdigest(), "image/png", 1, 1)


def _pixel(row: int) -> bytes:
    return zlib.compress(b"\0" + (row % (1 << 24)).to_bytes(3, "big"), 1)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _near(points: NDArray[np.float32], noise: float, random: np.random.Generator) -> NDArray[np.float32]:
    drawn = random.standard_normal(points.shape, np.float32)
    drawn *= np.float32(noise / np.sqrt(DIMENSION))
    drawn += points
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    return drawn


@functools.cache
def _brand_shares() -> NDArray[np.float64]:
    weights = 1 / np.arange(1, BRANDS + 1)
    return np.asarray(weights / weights.sum())


@functools.cache
def _category_of_cluster() -> list[str]:
    shares = list(CATEGORY_SHARES.values())
    return np.random.default_rng(1).choice(list(CATEGORY_SHARES), CLUSTERS, p=shares).tolist()


def _entries(first: int, clusters: NDArray[np.int64], random: np.random.Generator, prefix: str) -> list[Entry]:
    products = len(clusters)
    brands = random.choice(BRANDS, products, p=_brand_shares()).tolist()
    fine = random.integers(FINE_PER_CATEGORY, size=products).tolist()
    prices = np.round(np.exp(random.normal(3.8, 0.8, products)), 2).tolist()
    genders = random.choice(("women", "men", "unisex"), products, p=(0.6, 0.3, 0.1)).tolist()
    patterns = random.choice(PATTERNS, products, p=PATTERN_SHARES).tolist()
    materials = random.choice(MATERIALS, products, p=MATERIAL_SHARES).tolist()
    seasons = random.choice(SEASONS, products).tolist()
    days = random.integers(700, size=products).tolist()
    reduced = (random.random(products) < 0.2).tolist()
    colours = random.integers(len(COLOURS), size=products * VARIANTS).tolist()
    in_stock = (random.random(products * VARIANTS) < 0.85).tolist()
    entries = []
    for place in range(products * VARIANTS):
        at, row, colour = place // VARIANTS, first + place, COLOURS[colours[place]]
        category = _category_of_cluster()[int(clusters[at])]
        brand, kind = f"Brand {brands[at]:04d}", f"{category} {fine[at]:02d}"
        item = Item(
            f"{prefix}{item_id(row)}",
            title=f"{brand} {colour} {kind}",
            description=f"{patterns[at]} {kind} of {materials[at]} for {genders[at]}, {seasons[at]}.",
            semantic_category=category,
            category=kind,
            brand=brand,
            colour=colour,
            pattern=patterns[at],
            price=prices[at],
            currency="EUR",
            url=f"https://shop.example/{row}",
            model_id=f"{prefix}p{row // VARIANTS}",
            gender=genders[at],
            size=SIZES[place % len(SIZES)],
            material=materials[at],
            availability="in stock" if in_stock[place] else "out of stock",
            season=seasons[at],
            dominant_colour=("navy", "black", "grey", "red", "olive", "pink")[colours[place] % 6],
            dominant_lab="30.00 5.00 -20.00 1.0000",
            regular_price=round(prices[at] * 1.25, 2) if reduced[at] else None,
            added_at=f"2026-{1 + days[at] % 12:02d}-{1 + days[at] % 28:02d}T00:00:00Z",
        )
        entries.append(Entry(item, picture(row)))
    return entries
