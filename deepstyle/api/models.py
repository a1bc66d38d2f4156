"""The schemas of the API's answers; the web client's types are generated from them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from deepstyle.api.basis import BASIS_EXAMPLE, CompatibilityBasis
from deepstyle.api.declared import EXAMPLE, FacetCounts, FilterDescription, ProductFields
from deepstyle.api.rules import Band, OutfitRules, UploadLimits
from deepstyle.api.search_models import RecognisedCondition, RequestedChange, SearchNotice, SearchStage
from deepstyle.api.variant_models import VARIANTS_EXAMPLE, ProductVariants, image_address
from deepstyle.catalogue.colours import COLOURS, DominantColour, NamedColour
from deepstyle.catalogue.item import Item
from deepstyle.catalogue.value_names import VALUE_NAMES, NamedValue
from deepstyle.catalogue.variants import Variants
from deepstyle.people.ranking.reasons import Why
from deepstyle.style.alike import SharedTrait
from deepstyle.style.calibration.decision import SameType

NO_REASONS: Final[Mapping[str, Sequence[Why]]] = {}
ITEM_EXAMPLE: Final[dict[str, Any]] = {
    **EXAMPLE,
    "item_id": "19250-11",
    "title": "Grisette Black Trainers",
    "description": "Grisette Black Trainers. Style: sporty. Season: all-year.",
    "semantic_category": "shoes",
    "category": "Trainers",
    "brand": "Grisette",
    "colour": "black",
    "pattern": "plain",
    "price": 155.95,
    "currency": "EUR",
    "url": "",
    "model_id": "19250",
    "attributes": {"season": "all-year", "style": "sporty"},
    "image_url": "/image/19250-11",
    "regular_price": None,
    "category_source": "",
    "category_confidence": None,
    "dominant_colours": [{"code": "black", "lab": [17.2, 1.1, -2.6], "share": 0.83}],
    "variants": VARIANTS_EXAMPLE,
}
PARTNER_EXAMPLE: Final[dict[str, Any]] = {
    **ITEM_EXAMPLE,
    "item_id": "17215-13",
    "title": "Juniper Quay Grey Windbreaker",
    "description": "Juniper Quay Grey Windbreaker. Style: sporty. Season: all-year.",
    "semantic_category": "outerwear",
    "category": "Windbreaker",
    "brand": "Juniper Quay",
    "colour": "grey",
    "price": 124.0,
    "model_id": "17215",
    "image_url": "/image/17215-13",
    "variants": None,
    "dominant_colours": [{"code": "grey", "lab": [62.4, 0.2, -1.9], "share": 0.91}],
}
_IMAGE_URLS: Final[dict[str, Any]] = {"image_urls": ["/image/19250-11?picture=0", "/image/19250-11?picture=1"]}
_RESULT: Final[dict[str, Any]] = {
    "rank": 1,
    "similarity": 0.7817,
    "same_type_probability": 0.93,
    "band": "very_likely",
    "picture": 0,
    "shared": [{"code": "same_colour", "parameters": {"colour": "black"}}],
    "item": ITEM_EXAMPLE,
}
Upgrade = Annotated[
    str | None, Field(description="What the operator should run where the former default model serves; else null.")
]
_VERDICT: Final[dict[str, Any]] = {"calibrated": True, "is_good_match": True}
_CALIBRATED: Final = (
    "Whether the search was calibrated on this catalogue; false also where the query ignores or replaces the colour. "
    "If false, nothing is said about types."
)
_GOOD: Final = (
    "False if the catalogue does not seem to sell the query's category; null if that is unknown. Calibrated to accept "
    "at most 5 % of the queries of a category that is left out."
)


class Product(ProductFields):  # type: ignore[misc]
    """One item of the catalogue. Unknown text is empty, an unknown price is null."""

    model_config = ConfigDict(json_schema_extra={"example": ITEM_EXAMPLE})

    image_url: str = Field(description="Path of the picture on this server; add `?w=160`, `320` or `640`.")
    dominant_colours: list[DominantColour] = Field(
        description="The colours in the picture, largest share first; empty before the picture is encoded."
    )
    category_source: Literal["", "encoder"] = Field(
        description="What `semantic_category` comes from: the catalogue's words (empty) or the picture (`encoder`)."
    )
    category_confidence: float | None = Field(
        ge=0, le=1, description="How sure the encoder is of `semantic_category`; null where the catalogue gives it."
    )
    variants: ProductVariants | None = Field(
        None, description="The variants that it stands for; null where it stands for one item alone."
    )

    @classmethod
    def of(cls, item: Item, variants: Variants | None = None) -> Self:
        """The product that ``item`` describes, which stands for ``variants``."""
        values = {name: getattr(item, name) for name in cls.model_fields if name not in ("image_url", "variants")}
        listed = ProductVariants.of(variants) if variants else None
        return cls(**values, image_url=image_address(item.item_id), variants=listed)


class ProductDetails(Product):
    """One item of the catalogue with all its pictures."""

    model_config = ConfigDict(json_schema_extra={"example": {**ITEM_EXAMPLE, **_IMAGE_URLS}})

    image_urls: list[str] = Field(
        description="Paths of all its pictures on this server, the first one first; add `&w=160`, `320` or `640`."
    )

    @classmethod
    def with_pictures(cls, item: Item, variants: Variants, count: int) -> Self:
        """The product that ``item`` describes, which stands for ``variants``, with its ``count`` pictures."""
        product = Product.of(item, variants)
        urls = [f"{product.image_url}?picture={position}" for position in range(count)]
        return cls(**dict(product), image_urls=urls)


class SearchResult(BaseModel):
    """One product with its place among the results."""

    rank: int = Field(
        ge=1, description="Its place, from 1. A category vote may rank a product above a closer one, as may `sort`."
    )
    similarity: float = Field(
        ge=-1, le=1, description="Cosine similarity; higher is more alike. 0 where words alone were searched for."
    )
    same_type_probability: float | None = Field(
        ge=0, le=1, description="Calibrated probability that the product has the query's type; null if not calibrated."
    )
    band: SameType | None = Field(description="That probability in words: see `bands` in `GET /v1/info`.")
    picture: int = Field(
        ge=0, description="Which of the product's pictures is the most similar: add `?picture=` to its `image_url`."
    )
    shared: list[SharedTrait] = Field(
        description="What it has in common with the item or photo that is searched with, the most telling first."
    )
    why: list[Why] = Field(
        default_factory=list, description="Why a personal ranking moved it, the most telling first; empty if none did."
    )
    variant: Literal["A", "B"] | None = Field(
        None, description="Whose it is in an experiment: send it with what the shopper does, in `attributes`."
    )
    item: Product


_TOTAL: Final = (
    "How many products have all words and what they name, are near to a photo or an item, of which 1,000 are counted, "
    "or are in another order than the best one; null where that was not counted. The best order of words goes on with "
    "what comes near."
)


class SearchResults(BaseModel):
    """The closest products, best first or in the order `sort`."""

    model_config = ConfigDict(json_schema_extra={"example": {"results": [_RESULT], **_VERDICT, "next_cursor": None}})

    results: list[SearchResult]
    calibrated: bool = Field(description=_CALIBRATED)
    is_good_match: bool | None = Field(description=_GOOD)
    next_cursor: str | None = Field(None, description="Send it to get the next page; null on the last page.")
    total: int | None = Field(None, description=_TOTAL)
    facets: FacetCounts | None = Field(None, description="Of these products, with `facets` and words alone.")
    recognised: list[RecognisedCondition] = Field(default_factory=list, description="Conditions that the words name.")
    changes: list[RequestedChange] = Field(default_factory=list, description="Changes that the words ask for.")
    notices: list[SearchNotice] = Field(default_factory=list, description="What was corrected, dropped or not found.")
    stages: list[SearchStage] | None = Field(None, description="The stages of the search, with `debug`.")
    experiment: str | None = Field(None, description="The experiment that the search is part of, with consent alone.")
    redirect: str | None = Field(
        None, description="The page of the website, from its first slash, that these words lead to instead."
    )


class SimilarItems(BaseModel):
    """An item, and the products closest to it, best first or in the order `sort`; the item itself is not among them."""

    model_config = ConfigDict(json_schema_extra={"example": {"query": ITEM_EXAMPLE, "results": [_RESULT], **_VERDICT}})

    query: Product
    results: list[SearchResult]
    calibrated: bool = Field(description=_CALIBRATED)
    is_good_match: bool | None = Field(description=_GOOD)
    next_cursor: str | None = Field(None, description="Send it to get the next page; null on the last page.")
    total: int | None = Field(
        None, description="How many products all pages have, 1,000 at most; null where that was not counted."
    )


class ItemPage(BaseModel):
    """One page of products; ``total`` and ``facets`` count all matches, not only this page's."""

    items: list[Product]
    total: int
    facets: FacetCounts
    next_cursor: str | None = Field(description="Send it to get the next page; null on the last page.")
    why: dict[str, list[Why]] = Field(
        default_factory=dict, description="Why a personal ranking moved items of this page, by `item_id`."
    )


class MapPoint(BaseModel):
    """The position of one item on the map."""

    item_id: str
    x: float = Field(ge=-1, le=1)
    y: float = Field(ge=-1, le=1)
    category: str = Field(description="The semantic category; empty where unknown.")
    title: str


class StyleMap(BaseModel):
    """Items in a plane; similar items are close to each other."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "method": "t-SNE",
                "points": [
                    {
                        "item_id": ITEM_EXAMPLE["item_id"],
                        "x": -0.412,
                        "y": 0.087,
                        "category": "shoes",
                        "title": ITEM_EXAMPLE["title"],
                    }
                ],
            }
        }
    )

    method: Literal["t-SNE", "PCA"]
    points: list[MapPoint]


class Info(BaseModel):
    """What is served here."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "version": "0.1.0",
                "items": 1400,
                "vectors": 1400,
                "architecture": "tf_efficientnet_lite2",
                "weights": "packaged:lite2",
                "precision": "fp32",
                "fingerprint": "474e11b72f90ba33",
                "embedding_dim": 512,
                "calibrated": True,
                "bands": [band.model_dump() for band in Band.all()],
                "compatibility": BASIS_EXAMPLE,
                "example_item_ids": [ITEM_EXAMPLE["item_id"], PARTNER_EXAMPLE["item_id"]],
                "filters": [FilterDescription.all()[0].model_dump()],
                "colours": [asdict(COLOURS[0])],
                "values": [asdict(VALUE_NAMES[0])],
                "colour_search": True,
                "max_results": 100,
                "outfit": OutfitRules().model_dump(),
                "uploads": UploadLimits().model_dump(),
            }
        }
    )

    version: str
    items: int
    vectors: int
    architecture: str
    weights: str = Field(description="Where the model's weights come from.")
    precision: str
    fingerprint: str
    embedding_dim: int
    calibrated: bool = Field(description=_CALIBRATED)
    bands: list[Band] = Field(description="The words for the probability of the same type, most probable first.")
    compatibility: CompatibilityBasis | None = Field(
        description="What a score of a whole outfit is worth here; null if there are no suggestions."
    )
    example_item_ids: list[str]
    filters: list[FilterDescription] = Field(description="What the catalogue can be filtered by, in a page's order.")
    colours: list[NamedColour] = Field(description="The colours that pictures are named by; shades are sRGB.")
    values: list[NamedValue] = Field(description="The German names of English values of fields.")
    colour_search: bool = Field(description="Whether searches accept `colour=match`, `ignore` and `#rrggbb`.")
    max_results: int = Field(description="The largest `k` of the routes that find items.")
    outfit: OutfitRules
    uploads: UploadLimits
    upgrade: Upgrade = None


class ExamplePhoto(BaseModel):
    """A photo of a garment that is no item of the catalogue."""

    title: str
    image_url: str = Field(description="Path of the photo on this server.")


class ExamplePhotos(BaseModel):
    """Items whose pictures can be used as example photos, and photos as shoppers take them."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "examples": [ITEM_EXAMPLE, PARTNER_EXAMPLE],
                "photos": [{"title": "Green Heels", "image_url": "/v1/examples/sh-7cad8857"}],
            }
        }
    )

    examples: list[Product]
    photos: list[ExamplePhoto] = Field(description="Photos to prefer; none unless the demo catalogue is served.")


class ReportFile(BaseModel):
    """One file of a report."""

    name: str
    media_type: Literal["image/png", "text/html", "application/json"]
    url: str = Field(description="Path on this server. An HTML page is served without the right to run scripts.")


class Report(BaseModel):
    """A report published by `deepstyle evaluate` or `deepstyle report`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "name": "search",
                "title": "How good is the search?",
                "date": "2026-11-23T15:00:00Z",
                "command": "deepstyle evaluate search --limit 0 --publish search",
                "rows": [{"task": "another colour", "queries": 400, "measure": "recall@10", "deepstyle": 0.59}],
                "files": [
                    {"name": "report.json", "media_type": "application/json", "url": "/v1/reports/search/report.json"}
                ],
            }
        }
    )

    name: str
    title: str
    date: str = Field(description="Creation time, ISO 8601 in UTC.")
    command: str = Field(description="The command that created it, without stores and folders.")
    rows: list[dict[str, str | int | float | bool | None]] = Field(description="A table whose rows have the same keys.")
    files: list[ReportFile]


class Reports(BaseModel):
    """The published reports, newest first."""

    reports: list[Report]


class Health(BaseModel):
    """The process answers."""

    status: str = "ok"
    version: str
    upgrade: Upgrade = None


class StoreCheck(BaseModel):
    """The result of the last `deepstyle check`."""

    checked_at: str = Field(description="ISO 8601, in UTC.")
    findings: int = Field(description="Number of damaged entries; 0 if the store is sound.")
    repaired: bool = Field(description="Whether damaged entries were removed.")


class IndexLag(BaseModel):
    """How far the vector index is behind the store; searches compare what it lacks from the store itself."""

    answers: bool = Field(description="Whether the index answers.")
    built: bool
    behind_s: float = Field(description="Seconds between the index's last write and the store's; 0 if it has all.")


class Readiness(BaseModel):
    """The server can answer searches."""

    status: str = "ready"
    items: int
    vectors: int
    architecture: str
    precision: str
    fingerprint: str = Field(description="The model's fingerprint; only vectors of this model are searched.")
    last_check: StoreCheck | None = Field(description="Null if the store was never checked.")
    upgrade: Upgrade = None
    prepared: list[str] = Field(
        default=[], description="Fingerprints of the models that are open: a switch to one of these waits for nothing."
    )
    index: IndexLag | None = Field(default=None, description="Null without a vector index of its own.")
