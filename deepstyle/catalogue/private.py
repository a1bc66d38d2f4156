"""What a feed says that no shopper may learn: the margin, which is read apart, and what the shop itself paid.

Neither becomes an attribute.
"""

import math
import re
from collections.abc import Mapping
from typing import Any, Final

MARGIN_NAMES: Final = frozenset({"margin", "margin_percent", "gross_margin", "profit_margin", "marge", "handelsspanne"})
"""Column and attribute names that mean it, with spaces and hyphens as underscores."""
_COSTS: Final = frozenset(
    {
        "cost", "costs", "cost_per_item", "cost_price", "price_cost", "default_cost", "unit_cost", "item_cost",
        "product_cost", "variant_cost", "average_cost", "purchase_price", "buying_price", "supplier_price",
        "ek", "ek_preis", "ek_netto", "einkaufspreis", "prix_achat", "prix_d'achat", "precio_coste",
        "precio_de_coste", "costo", "prezzo_acquisto", "preco_de_custo", "inkoopprijs", "cena_zakupu",
    }
)  # fmt: skip
"""Names of what the shop pays for an item, written alike."""
LEAST, MOST = -1000.0, 100.0
_NUMBER: Final = re.compile(r"([+-]?\d+(?:[.,]\d+)?)\s*%?")


def is_private(name: str) -> bool:
    """Whether an attribute of this name is kept from shoppers."""
    return _is_margin(name) or _plain(name) in _COSTS or "wholesale" in _plain(name)


def _is_margin(name: str) -> bool:
    return _plain(name) in MARGIN_NAMES


def _plain(name: str) -> str:
    return re.sub(r"[\s-]+", "_", name.strip().casefold())


def read_margin(values: Mapping[str, Any]) -> float | None:
    """The margin among a row's ``values``, in percent of the price; ``None`` where there is none that can be read.

    >>> read_margin({"Margin": "42,5 %"}), read_margin({"margin": "secret"})
    (42.5, None)
    """
    for name, value in values.items():
        found = _NUMBER.fullmatch(str(value).strip()) if _is_margin(name) else None
        if found:
            margin = float(found[1].replace(",", "."))
            return margin if math.isfinite(margin) and LEAST <= margin <= MOST else None
    return None
