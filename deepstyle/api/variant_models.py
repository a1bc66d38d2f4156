"""The schemas of a product's variants, as every answer that lists products has them."""

from typing import Annotated, Any, Final, Self
from urllib.parse import quote

from fastapi import Query
from pydantic import BaseModel, Field

from deepstyle.api.addresses import address
from deepstyle.catalogue.item import Item
from deepstyle.catalogue.stock import is_in_stock
from deepstyle.catalogue.variants import MAX_VARIANTS, GroupBy, Variants

GROUP_BY: Final = (
    "What one entry stands for: `product` (its best variant that matches), `colour` (a product in one colour, whatever "
    "its size) or `none` (an item)."
)
GroupField = Annotated[GroupBy, Field(description=GROUP_BY)]
GroupQuery = Annotated[GroupBy, Query(description=GROUP_BY)]

VARIANTS_EXAMPLE: Final[dict[str, Any]] = {
    "count": 1,
    "colours": ["black"],
    "sizes": ["38"],
    "price_min": 155.95,
    "price_max": 155.95,
    "currency": "EUR",
    "items": [
        {
            "item_id": "19250-11",
            "size": "38",
            "colour": "black",
            "price": 155.95,
            "currency": "EUR",
            "availability": "in stock",
            "in_stock": True,
            "image_url": "/image/19250-11",
        }
    ],
}


class Variant(BaseModel):
    """One variant of a product."""

    item_id: str
    size: str
    colour: str
    price: float | None
    currency: str
    availability: str = Field(description="As the catalogue writes it.")
    in_stock: bool | None = Field(description="What that says; null if it says neither.")
    image_url: str

    @classmethod
    def of(cls, item: Item) -> Self:
        """The variant that ``item`` is."""
        return cls(
            item_id=item.item_id,
            size=item.size,
            colour=item.colour,
            price=item.price,
            currency=item.currency,
            availability=item.availability,
            in_stock=is_in_stock(item.availability),
            image_url=image_address(item.item_id),
        )


class ProductVariants(BaseModel):
    """The variants that an entry stands for; the entry itself is one of them."""

    count: int = Field(ge=1, description="How many there are.")
    colours: list[str] = Field(description="Their colours, each once.")
    sizes: list[str] = Field(description="Their sizes, each once, smallest first.")
    price_min: float | None = Field(description="The lowest price in `currency`; null if no variant has a price.")
    price_max: float | None
    currency: str = Field(description="The currency of most of their prices; those in others are not compared.")
    items: list[Variant] = Field(description=f"By id, at most {MAX_VARIANTS}; the other fields describe those listed.")

    @classmethod
    def of(cls, variants: Variants) -> Self:
        """The API's form of the variants."""
        prices = variants.prices
        return cls(
            count=variants.count,
            colours=list(variants.colours),
            sizes=list(variants.sizes),
            price_min=prices.low if prices else None,
            price_max=prices.high if prices else None,
            currency=prices.currency if prices else "",
            items=[Variant.of(item) for item in variants.items],
        )


def image_address(item_id: str) -> str:
    """Where the client of the current request finds the picture of an item."""
    return address(f"/image/{quote(item_id, safe='')}")
