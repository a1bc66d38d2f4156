"""Etsy's listings CSV: a row is a listing, often without a SKU; variations are lists of values."""

import hashlib
import re
from typing import Final

from deepstyle.catalogue.feeds.layouts.layout import Cells, Layout, options, slug


def compute(cells: Cells) -> dict[str, str]:
    """The values of the variations, such as all sizes."""
    return options(zip(cells.numbered("variation_#_name", 3), cells.numbered("variation_#_values", 3), strict=False))


def derive_id(cells: Cells) -> str:
    """The id of a listing without SKU: its title, with a digest since titles are long and alike."""
    title = cells["title"]
    return f"{slug(title)[:60].strip('-')}-{hashlib.sha256(title.encode()).hexdigest()[:8]}" if title else ""


ETSY: Final = Layout(
    name="etsy",
    title="Etsy listings (CSV)",
    clue="TITLE, CURRENCY_CODE and IMAGE1",
    example=("TITLE", "DESCRIPTION", "PRICE", "CURRENCY_CODE", "QUANTITY", "TAGS", "MATERIALS", "IMAGE1", "IMAGE2",
             "VARIATION 1 NAME", "VARIATION 1 VALUES", "SKU"),
    needs=(("title",), ("currency_code",), ("image1",), ("materials", "tags")),
    columns={"item_id": ("sku",), "material": ("materials",), "image": ("image1",), "images": ("image#",)},
    compute=compute,
    computed=re.compile(r"variation_\d_(type|name|values)"),
    derive_id=derive_id,
)  # fmt: skip
