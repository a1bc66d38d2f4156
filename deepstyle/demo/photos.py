"""The real garments of the demo catalogue, and photos to search for them with: files that the package contains.

They were photographed at home by their owners and placed in the public domain; ``photographed/NOTICE`` says more.
``research/second_hand.py`` writes the folder.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from deepstyle.store.base import Store

PHOTOGRAPHED: Final = Path(__file__).parent / "photographed"
ITEMS_FILE: Final = "items.json"
EXAMPLES_FILE: Final = "examples.json"


@dataclass(frozen=True, slots=True)
class ExamplePhoto:
    """A photo to begin with: a garment that is no product, by somebody whose garments are no products either."""

    name: str
    title: str

    @property
    def path(self) -> Path:
        """The WebP file."""
        return PHOTOGRAPHED / "examples" / f"{self.name}.webp"


@lru_cache(maxsize=1)
def photographed_items() -> dict[str, dict[str, Any]]:
    """The metadata of each garment by its item id, with keys of Polyvore Outfits."""
    items: dict[str, dict[str, Any]] = json.loads((PHOTOGRAPHED / ITEMS_FILE).read_text("utf-8"))
    return items


def photographed_pictures() -> list[Path]:
    """The picture of each garment, ``<item_id>.webp``."""
    return sorted((PHOTOGRAPHED / "images").glob("*.webp"))


def photographed_digest() -> str:
    """The SHA-256, in hex, of all of them."""
    files = (PHOTOGRAPHED / ITEMS_FILE, *photographed_pictures())
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


@lru_cache(maxsize=1)
def example_photos() -> dict[str, ExamplePhoto]:
    """The photos to begin with, by name."""
    titles: dict[str, str] = json.loads((PHOTOGRAPHED / EXAMPLES_FILE).read_text("utf-8"))
    return {name: ExamplePhoto(name, title) for name, title in titles.items()}


def sells_photographed(store: Store) -> bool:
    """Whether the store has a garment that these photos show something like: it holds the demo catalogue."""
    return bool(store.get(list(photographed_items())[:1]))
