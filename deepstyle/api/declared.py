"""The parts of the API's models that follow from the declared fields of an item: parameters, products, facets."""

from dataclasses import asdict, fields
from typing import Annotated, Any, Final, Literal, Self, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, create_model, model_validator

from deepstyle.catalogue.fields import Field as Declared
from deepstyle.catalogue.item import CATALOGUE_FIELDS, MEASURED_FIELDS, RANGE_FILTERS, VALUE_FILTERS, Item, ItemFilter
from deepstyle.store.base import Facets

MAX_VALUES: Final = 50
_COUNTED: Final = tuple(field for field in VALUE_FILTERS if field.facet)

_IN_ONE_CURRENCY: Final = " It is in the (first) given `currency`, or in that of most prices; no other matches."

Text = Annotated[str, Field(max_length=200)]
Values = Annotated[list[Text], Field(max_length=MAX_VALUES)]
Number = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]


def _conditions() -> dict[str, Any]:
    """Each filter's parameters: one that may be repeated for values, two for a range."""
    found: dict[str, Any] = {}
    for field in VALUE_FILTERS:
        found[field.name] = (Values, Field([], description=_about(field)))
    for field in RANGE_FILTERS:
        for bound, least in (("min", "lowest"), ("max", "highest")):
            about = f"The {least} {field.labels['en'].lower()}, inclusive; an item without one never matches."
            about += _IN_ONE_CURRENCY if field.money else ""
            found[f"{field.filter}_{bound}"] = (Number | None, Field(None, description=about))
    return found


def _about(field: Declared) -> str:
    return f"Only this {field.labels['en'].lower()}, such as `{field.example}`; may be repeated."


class _Conditions(BaseModel):
    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="after")
    def bounds_in_order(self) -> Self:
        """A lower bound above the upper one matches nothing, and is surely a mistake."""
        for field in RANGE_FILTERS:
            low, high = (getattr(self, f"{field.filter}_{bound}") for bound in ("min", "max"))
            if low is not None and high is not None and low > high:
                raise ValueError(f"{field.filter}_min is above {field.filter}_max")
        return self

    def where(self) -> ItemFilter:
        """The store's filter."""
        conditions: dict[str, Any] = {field.filter: tuple(getattr(self, field.name)) for field in VALUE_FILTERS}
        conditions |= {name: getattr(self, name) for field in RANGE_FILTERS for name in _bounds(field)}
        return ItemFilter(**conditions)


def _bounds(field: Declared) -> tuple[str, str]:
    return f"{field.filter}_min", f"{field.filter}_max"


def _product() -> dict[str, Any]:
    types = {**get_type_hints(Item), "attributes": dict[str, str]}
    measured = {field.name for field in MEASURED_FIELDS}
    return {field.name: (types[field.name], ...) for field in fields(Item) if field.name not in measured}


class FacetBucket(BaseModel):
    """How many products have a value from `least` on and below `below`."""

    least: float
    below: float | None = Field(description="Null for no end.")
    count: int


def _facets() -> dict[str, Any]:
    found: dict[str, Any] = {field.filter: (dict[str, int], ...) for field in _COUNTED}
    found |= {name: (float | None, ...) for field in RANGE_FILTERS for name in _bounds(field)}
    about = "How many in ranges without a gap, from the first to the last that has any; the same bounds in each answer."
    return found | {_histogram(field): (list[FacetBucket], Field(description=about)) for field in RANGE_FILTERS}


def _histogram(field: Declared) -> str:
    return f"{field.filter}_histogram"


def facet_values(facets: Facets) -> dict[str, Any]:
    """``facets`` as the values of ``FacetFields``."""
    none = (None, None)
    ranges = [zip(_bounds(field), facets.ranges.get(field.filter, none), strict=True) for field in RANGE_FILTERS]
    buckets = {
        _histogram(field): [FacetBucket(**asdict(one)) for one in facets.histograms.get(field.filter, ())]
        for field in RANGE_FILTERS
    }
    return {**facets.counts, **{name: value for pairs in ranges for name, value in pairs}, **buckets}


FilterConditions: Final[Any] = create_model("FilterConditions", __base__=_Conditions, **_conditions())
"""A query's or a form's parameters for all declared filters."""

ProductFields: Final[Any] = create_model("ProductFields", **_product())
"""All fields of an item that its catalogue gives."""

FacetFields: Final[Any] = create_model("FacetFields", **_facets())
"""The counts of all declared facets, and the bounds of all numbers."""

EXAMPLE: Final[dict[str, Any]] = {
    field.name: (float(field.example) if field.kind == "number" else field.example) if field.example else field.empty
    for field in CATALOGUE_FIELDS
}
"""An example value of each field that a catalogue gives."""


class FilterLabels(BaseModel):
    """A filter's name for people, by language."""

    en: str
    de: str


class FilterDescription(BaseModel):
    """A field that the catalogue can be filtered by."""

    name: Literal[tuple(field.name for field in (*VALUE_FILTERS, *RANGE_FILTERS))] = Field(  # type: ignore[valid-type]
        description="The parameter of a search for values and, but for `dominant_colour`, the field of a product."
    )
    kind: Literal["text", "number"] = Field(
        description="`text`: by values, the parameter may be repeated; `number`: by `<name>_min` and `<name>_max`."
    )
    facet: Literal[tuple(field.filter for field in _COUNTED)] | None = Field(  # type: ignore[valid-type]
        description="Where the facets count its values; null where they do not."
    )
    labels: FilterLabels

    @classmethod
    def all(cls) -> list[Self]:
        """Every declared filter, in the order in which a page shows them."""
        return [cls._of(field) for field in (*VALUE_FILTERS, *RANGE_FILTERS)]

    @classmethod
    def _of(cls, field: Declared) -> Self:
        facet = field.filter if field in _COUNTED else None
        return cls(name=field.name, kind=field.kind, facet=facet, labels=FilterLabels(**field.labels))


class FacetCounts(FacetFields):  # type: ignore[misc]
    """How many of all matches have each value, most frequent first; lowest and highest price.

    Each facet counts what matches all conditions but those on the facet itself; that of currencies leaves out price
    bounds too. A product has the values of those of its variants that match.
    """

    price_currency: str = Field(
        description="The currency of those prices, and of price bounds: the given one, or that of most prices."
    )

    @classmethod
    def of(cls, facets: Facets) -> Self:
        """The API's form of the counts."""
        return cls(**facet_values(facets), price_currency=facets.currency)
