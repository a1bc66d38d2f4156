"""What a feed says that no shopper may learn: the margin. It is read apart, and never becomes an attribute."""

import math
import re
from collections.abc import Mapping
from typing import Any, Final

MARGIN_NAMES: Final = frozenset({"margin", "margin_percent", "gross_margin", "profit_margin", "marge", "handelsspanne"})
"""Column and attribute names that mean it, with spaces and hyphens as underscores."""
LEAST, MOST = -1000.0, 100.0
_NUMBER: Final = re.compile(r"([+-]?\d+(?:[.,]\d+)?)\s*%?")


def is_private(name: str) -> bool:
    """Whether an attribute of this name is kept from shoppers."""
    return re.sub(r"[\s-]+", "_", name.strip().casefold()) in MARGIN_NAMES


def read_margin(values: Mapping[str, Any]) -> float | None:
    """The margin among a row's ``values``, in percent of the price; ``None`` where there is none that can be read.

    >>> read_margin({"Margin": "42,5 %"}), read_margin({"margin": "secret"})
    (42.5, None)
    """
    for name, value in values.items():
        found = _NUMBER.fullmatch(str(value).strip()) if is_private(name) else None
        if found:
            margin = float(found[1].replace(",", "."))
            return margin if math.isfinite(margin) and LEAST <= margin <= MOST else None
    return None
