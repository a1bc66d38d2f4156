"""What a feed says that no shopper may learn: the margin, which is read apart, and what an item costs the shop.

Neither becomes an attribute: the margin follows from the cost and the price.
"""

import math
import re
from collections.abc import Mapping
from typing import Any, Final

MARGIN_NAMES: Final = frozenset({"margin", "margin_percent", "gross_margin", "profit_margin", "marge", "handelsspanne"})
"""Column and attribute names that mean it, with spaces and hyphens as underscores."""
COST_NAMES: Final = frozenset({
    "cost", "costs", "cogs", "cost_of_goods", "cost_of_goods_sold", "cost_per_item", "cost_price", "price_cost",
    "default_cost", "unit_cost", "item_cost", "product_cost", "variant_cost", "average_cost", "wc_cog_cost",
    "purchase_price", "purchasing_price", "buying_price", "supplier_price", "markup",
    "ek", "ek_preis", "ek_netto", "einkaufspreis", "kosten", "prix_achat", "prix_d_achat", "precio_coste",
    "precio_de_coste", "costo", "prezzo_acquisto", "preco_de_custo", "inkoopprijs", "cena_zakupu",
})  # fmt: skip
"""Those of Shopify (``Cost per item``), Google (``cost_of_goods_sold``), WooCommerce (``_wc_cog_cost``), and others."""
LEAST, MOST = -1000.0, 100.0
_NUMBER: Final = re.compile(r"([+-]?\d+(?:[.,]\d+)?)\s*%?")


def is_private(name: str) -> bool:
    """Whether an attribute of this name is kept from shoppers."""
    return _plain(name) in MARGIN_NAMES | COST_NAMES or "wholesale" in _plain(name)


def read_margin(values: Mapping[str, Any]) -> float | None:
    """The margin among a row's ``values``, in percent of the price; ``None`` where there is none that can be read.

    >>> read_margin({"Margin": "42,5 %"}), read_margin({"margin": "secret"})
    (42.5, None)
    """
    for name, value in values.items():
        found = _NUMBER.fullmatch(str(value).strip()) if _plain(name) in MARGIN_NAMES else None
        if found:
            margin = float(found[1].replace(",", "."))
            return margin if math.isfinite(margin) and LEAST <= margin <= MOST else None
    return None


def _plain(name: str) -> str:
    """A name without its namespace (``g:``, ``Meta:``), in one spelling."""
    return re.sub(r"[\W_]+", "_", name.rpartition(":")[2].casefold()).strip("_")
