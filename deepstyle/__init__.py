"""deepstyle: visual search and outfit compatibility for a fashion catalogue.

>>> from deepstyle import Shop
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deepstyle.catalogue.item import Item
    from deepstyle.compatibility.completion import LookOptions
    from deepstyle.search.query import Query
    from deepstyle.shop import Shop
    from deepstyle.store.base import ItemFilter
    from deepstyle.store.open import open_store

__version__ = "0.1.0"

__all__ = ["Item", "ItemFilter", "LookOptions", "Query", "Shop", "open_store"]

_HOMES = {
    "Item": "deepstyle.catalogue.item",
    "ItemFilter": "deepstyle.store.base",
    "LookOptions": "deepstyle.compatibility.completion",
    "Query": "deepstyle.search.query",
    "Shop": "deepstyle.shop",
    "open_store": "deepstyle.store.open",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that ``import deepstyle`` loads no model runtime."""
    if name not in _HOMES:
        raise AttributeError(f"module 'deepstyle' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
