"""The shop of ``tests/conftest.py`` with a compatibility head and suggestions."""

from pathlib import Path

import deepstyle
from deepstyle.style.spec import read_spec
from tests.compatibility.tiny import write_tiny_head
from tests.conftest import Shop

OUTFITS = (("item-000", "item-001"), ("item-000", "item-001", "item-002"))


def map_shop(shop: Shop, folder: Path) -> Path:
    """Write a head for the shop's model into ``folder`` and write suggestions with it."""
    spec = read_spec(shop.model)
    write_tiny_head(folder, spec.features_fingerprint, spec.features_dim, outfits=OUTFITS)
    with deepstyle.Shop.open(shop.store_url, model=str(shop.model), compat=str(folder)) as opened:
        opened.suggest()
    return folder
