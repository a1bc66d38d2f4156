"""Every layout of tables, and which one a table has."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from deepstyle.catalogue.feeds.layouts.awin import AWIN
from deepstyle.catalogue.feeds.layouts.bigcommerce import BIGCOMMERCE
from deepstyle.catalogue.feeds.layouts.columns import field_of
from deepstyle.catalogue.feeds.layouts.ebay import EBAY
from deepstyle.catalogue.feeds.layouts.ecwid import ECWID
from deepstyle.catalogue.feeds.layouts.etsy import ETSY
from deepstyle.catalogue.feeds.layouts.generic import GENERIC, PARENTED
from deepstyle.catalogue.feeds.layouts.google import GOOGLE
from deepstyle.catalogue.feeds.layouts.hm import HM
from deepstyle.catalogue.feeds.layouts.in_shop import IN_SHOP
from deepstyle.catalogue.feeds.layouts.kaggle import KAGGLE
from deepstyle.catalogue.feeds.layouts.layout import Layout
from deepstyle.catalogue.feeds.layouts.magento import MAGENTO
from deepstyle.catalogue.feeds.layouts.magento_1 import MAGENTO_1
from deepstyle.catalogue.feeds.layouts.prestashop import PRESTASHOP
from deepstyle.catalogue.feeds.layouts.shopify import SHOPIFY
from deepstyle.catalogue.feeds.layouts.squarespace import SQUARESPACE
from deepstyle.catalogue.feeds.layouts.street2shop import STREET2SHOP
from deepstyle.catalogue.feeds.layouts.wix import WIX
from deepstyle.catalogue.feeds.layouts.woocommerce import WOOCOMMERCE
from deepstyle.catalogue.feeds.raw import Table

LAYOUTS: Final = (
    SHOPIFY, WOOCOMMERCE, MAGENTO_1, MAGENTO, PRESTASHOP, BIGCOMMERCE, SQUARESPACE, WIX, ECWID, ETSY, EBAY, AWIN,
    KAGGLE, HM, IN_SHOP, STREET2SHOP, GOOGLE, PARENTED, GENERIC,
)  # fmt: skip
"""In the order in which they are tried; the last one has every table."""


@dataclass(frozen=True, slots=True)
class FolderLayout:
    """A layout of folders, as ``Layout`` describes one of tables."""

    name: str
    title: str
    clue: str
    example: tuple[str, ...]


FOLDERS: Final = (
    FolderLayout(
        "polyvore",
        "Polyvore Outfits, with its outfits",
        "a folder with polyvore_item_metadata.json",
        ("images/", "polyvore_item_metadata.json", "disjoint/", "nondisjoint/"),
    ),
    FolderLayout(
        "hub",
        "Polyvore Outfits with its pictures in Parquet",
        "polyvore_item_metadata.json beside data/<variant>/<split>.parquet",
        ("polyvore_item_metadata.json", "data/"),
    ),
    FolderLayout(
        "folder",
        "A folder of images and nothing else, or one for each category",
        "images and no table",
        ("boots-17.jpg", "dresses/7.jpg"),
    ),
)
"""The layouts of folders that are no tables."""

AMAZON: Final = "TemplateType="
"""How the first row of a flat file of Amazon's begins, whose columns its third row names."""

_LOOKED_AT: Final = 20


def column_names(table: Table) -> Sequence[str]:
    """The columns of ``table``; where rows name their own, those of the first rows. Raises ``DataError``."""
    if table.header:
        return table.header
    rows = islice(table.rows(), _LOOKED_AT)
    return tuple(dict.fromkeys(name for row in rows for name in row.values))


def names_columns(cells: Sequence[str]) -> bool:
    """Whether a row names the columns of items, as a header does and a title or a note above it does not."""
    fields = {field_of(cell) for cell in cells} - {""}
    is_usual = "item_id" in fields and len(fields) > 1
    return is_usual or cells[0].startswith(AMAZON) or any(layout.recognises(cells) for layout in LAYOUTS[:-1])


def layout_of(table: Table) -> Layout:
    """The layout of ``table``. Raises ``DataError`` where its columns cannot be read."""
    names = column_names(table)
    return next(layout for layout in LAYOUTS if layout.recognises(names))
