"""What a client's write says: JSON as a ``Write``, and what became of it as an answer."""

from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import BaseModel, Field

from deepstyle.api.models import Product
from deepstyle.api.problems import ProblemError
from deepstyle.catalogue.item import CATALOGUE_FIELDS
from deepstyle.shop.writes import Written

_READ_ONLY: Final = {
    "image_url": "send the picture itself, in the field `image`.",
    "dominant_colours": "it is read from the picture.",
}
_TYPES: Final[Mapping[str, Any]] = {"text": {"type": ["string", "null"]}, "number": {"type": ["number", "null"]}}
ITEM_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "item_id": {"type": "string", "description": "As in the address, where it is given."},
        **{field.name: _TYPES[field.kind] for field in CATALOGUE_FIELDS},
        "attributes": {"type": ["object", "null"]},
    },
    "additionalProperties": False,
}
"""The fields of an item that can be written."""


class WrittenItem(BaseModel):
    """What a write did, and the item as it is stored now; the header ``ETag`` names this version."""

    change: Literal["added", "changed", "unchanged"]
    searchable: bool = Field(
        description="Whether the picture is encoded: searches that begin now find it. Else `deepstyle encode` does it."
    )
    item: Product

    @classmethod
    def of(cls, written: Written) -> "WrittenItem":
        """The answer about a put or a patch."""
        assert written.item is not None
        return cls.model_validate(
            {"change": written.change, "searchable": written.is_searchable, "item": Product.of(written.item)}
        )


def item_values(fields: Mapping[str, Any], item_id: str) -> dict[str, Any]:
    """The values of ``fields`` without the id; raises ``ProblemError`` for another id, and what is only read."""
    values = dict(fields)
    given = values.pop("item_id", item_id)
    if given != item_id:
        raise ProblemError("invalid-parameter", f"item_id is {str(given)[:100]!r}, the address says {item_id!r}.")
    for name, remedy in _READ_ONLY.items():
        if name in values:
            raise ProblemError("invalid-parameter", f"{name} can only be read: {remedy}", remedy=f"Leave {name} out.")
    return values
