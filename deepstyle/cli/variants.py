"""How the command line shows the variants of a product."""

from dataclasses import asdict
from typing import Annotated, Any, Final

import typer

from deepstyle.catalogue.stock import is_in_stock
from deepstyle.catalogue.variants import GroupBy, Variants

Grouping = Annotated[
    GroupBy,
    typer.Option("--group-by", help="What a result is: a product, a product in one colour, or an item (none)."),
]
_SHOWN: Final = ("item_id", "size", "colour", "price", "currency", "availability")


def in_words(variants: Variants | None) -> str:
    """Such as ``3 colours · 5 sizes · 19.90-29.90 EUR``; empty for an item that is alone."""
    if variants is None or variants.count < 2:
        return ""
    counts = ((len(variants.colours), "colours"), (len(variants.sizes), "sizes"))
    parts = [f"{count} {what}" for count, what in counts if count > 1] or [f"{variants.count} variants"]
    prices = variants.prices
    if prices:
        amounts = f"{prices.low:.2f}" if prices.low == prices.high else f"{prices.low:.2f}-{prices.high:.2f}"
        parts.append(f"{amounts} {prices.currency}".strip())
    return " · ".join(parts)


def as_fields(variants: Variants | None) -> dict[str, Any] | None:
    """The variants as JSON, ``None`` where a result is an item."""
    if variants is None:
        return None
    items = [
        {**{name: getattr(item, name) for name in _SHOWN}, "in_stock": is_in_stock(item.availability)}
        for item in variants.items
    ]
    return {
        "count": variants.count,
        "colours": list(variants.colours),
        "sizes": list(variants.sizes),
        "prices": asdict(variants.prices) if variants.prices else None,
        "items": items,
    }
