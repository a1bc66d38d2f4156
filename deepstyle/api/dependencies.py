"""The parameters of routes, as named types."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Final, Self, TypeVar

from fastapi import Path, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from deepstyle.api.cursors import MAX_CURSOR_CHARS
from deepstyle.api.declared import FilterConditions, Text, Values
from deepstyle.api.json_text import is_json, parse_json
from deepstyle.api.uploads import Upload, close_all, read_uploads
from deepstyle.api.variant_models import GroupField
from deepstyle.catalogue.item import ItemFilter
from deepstyle.catalogue.stock import IN_STOCK
from deepstyle.compatibility.completion import DIVERSITY, LookOptions
from deepstyle.search.query import ResultSort
from deepstyle.store.sorting import Sort
from deepstyle.style.search import Crop

MAX_ITEM_ID_CHARS: Final = 200
MAX_K: Final = 100
SearchText = Annotated[str, Field(max_length=1000)]
PAGE_FIELDS: Final = ("cursor", "k", "debug", "facets", "total")
PHOTO_FIELDS: Final = ("crop", "several_crops")
"""What concerns the photo alone, which a further page has as a vector."""
_BOX: Final = re.compile(r"\s*,\s*")

Fields = TypeVar("Fields", bound=BaseModel)
_COLOUR: Final = (
    "`match` weighs style and colour as the model does, `ignore` ranks by style alone, `#rrggbb` looks for this colour "
    "in place of the query's. Refused where the model's vectors have no colour."
)
_COLOURS: Final = (
    f"Only this colour, such as `black`; may be repeated. One of three other values may be among them: {_COLOUR}"
)
Colour = Annotated[str, Query(max_length=7, description=_COLOUR, examples=["ignore", "#27365f"])]
K = Annotated[int, Query(ge=1, le=MAX_K, description="How many products to return.")]
ItemId = Annotated[
    str, Path(min_length=1, max_length=MAX_ITEM_ID_CHARS, description="The item's id.", examples=["19250-11"])
]


class FilterFields(FilterConditions):  # type: ignore[misc]
    """Conditions joined by *and*; a repeated field is joined by *or*; text matches whole values, ignoring case.

    A product matches where one of its variants does.
    """

    text: Text = Field("", description="Every word must be, as a whole, in the title, the brand or the category.")
    in_stock: bool = Field(
        False, description="Whether what the catalogue calls sold out, or not in stock yet, is left out."
    )

    @model_validator(mode="after")
    def stock_once(self) -> Self:
        """``in_stock`` and values of ``availability`` would contradict each other."""
        if self.in_stock and self.availability:
            raise ValueError("in_stock and availability exclude each other")
        return self

    def where(self) -> ItemFilter:
        """The store's filter."""
        found: ItemFilter = replace(super().where(), text=self.text)
        return replace(found, availabilities=IN_STOCK) if self.in_stock else found


class BrowseFields(FilterFields):
    """The parameters of ``GET /v1/items``."""

    limit: int = Field(50, ge=1, le=200, description="Entries per page.")
    group_by: GroupField = "product"
    sort: Sort = Field(
        "id",
        description="`price` and `-price`: lowest or highest price first; `new`: latest `added_at` first; `mixed`: "
        "products in no order, always the same. Entries without a price or date come last.",
    )
    cursor: str = Field("", max_length=1024, description="`next_cursor` of the previous page.")


class RerankingFields(FilterFields):
    """What re-ranks the results; null means as the server is configured."""

    category_vote: bool | None = Field(
        None, description="Whether products of the query's category, by vote of the nearest products, rank higher."
    )
    query_expansion: bool | None = Field(
        None, description="Whether the products nearest to the query are added to it, to rank the results."
    )


class RankedFields(RerankingFields):
    """The order of ranked results."""

    sort: ResultSort = Field(
        "best",
        description="Of words: all matches by `price`, `-price`, or `new`: latest `added_at` first, or `mixed`: in no "
        "order, always the same. Of a photo or an item: so are the 100 nearest, but for those of which another type is "
        "likely; `mixed` spreads categories and products evenly. Entries without a price or date come last.",
    )


class PagedFields(RankedFields):
    """What a search asks for that is answered in pages."""

    colour: Values = Field([], description=_COLOURS)
    k: int = Field(10, ge=1, le=MAX_K, description="How many products per page.")
    group_by: GroupField = "product"
    cursor: str = Field(
        "",
        max_length=MAX_CURSOR_CHARS,
        description="`next_cursor` of the previous page, alone or with its request.",
    )

    def asked(self) -> dict[str, Any]:
        """What is asked for, as far as it is not the default, but for the photo and which page is shown."""
        asked: dict[str, Any] = self.model_dump(
            mode="json", exclude_defaults=True, exclude={*PAGE_FIELDS, *PHOTO_FIELDS}
        )
        return asked

    def continued(self, asked: Mapping[str, Any], k: int) -> Self:
        """The request ``asked`` of an earlier page with ``k`` results, of which this one may repeat parts.

        Raises ``ValueError`` where this one asks for something else, ``ValidationError`` where that was no request.
        """
        page = {name: getattr(self, name) for name in PAGE_FIELDS if name in self.model_fields_set}
        found: Self = type(self).model_validate({**asked, "k": k, **page})
        known = found.asked()
        if any(known.get(name) != value for name, value in self.asked().items()):
            raise ValueError("the request differs from that of the cursor")
        return found


class SimilarFields(PagedFields):
    """The parameters of ``GET /v1/items/{item_id}/similar``."""

    total: bool = Field(False, description="Whether `total` is in the answer where the order is the best one.")


class FindFields(PagedFields):
    """What a search asks for, beside photos."""

    text: SearchText = Field("", description="Words, in English or German; beside a photo or an item, what to change.")
    like: Values = Field([], description="Items that results should be like; may be repeated.")
    unlike: Values = Field([], description="Items that results should not be like; may be repeated.")
    literal: Values = Field([], description="Recognised words to take as words, not as a condition; may be repeated.")
    facets: bool = Field(
        False, description="Whether `total` is in the answer, and of words alone `facets` of all that they match."
    )
    debug: bool = Field(False, description="Whether the stages of the search, and their times, are in the answer.")

    def where(self) -> ItemFilter:
        """The store's filter; the text is not a part of it."""
        return replace(super().where(), text="")

    @property
    def has_words(self) -> bool:
        """Whether it asks for more than what a photo shows."""
        return bool(self.text.strip() or self.like or self.unlike)


class SearchFields(FindFields):
    """The fields of ``POST /v1/search`` beside the images."""

    crop: str = Field(
        "",
        max_length=200,
        description="`x,y,width,height` as fractions of the upright picture, origin at the top left.",
        examples=["0.1,0.2,0.5,0.6"],
    )
    several_crops: bool | None = Field(
        None, description="Whether the photo's foreground is searched for too; takes twice as long."
    )

    @field_validator("crop")
    @classmethod
    def four_numbers(cls, text: str) -> str:
        """Empty, or four finite numbers; ``Crop`` checks that the box lies inside the picture."""
        if text:
            numbers = [float(part) for part in _BOX.split(text.strip())]
            if len(numbers) != 4 or not all(map(math.isfinite, numbers)):
                raise ValueError("crop is not x,y,width,height")
        return text

    def box(self) -> Crop | None:
        """The crop box; raises ``UsageError`` if it is not inside the picture."""
        if not self.crop:
            return None
        x, y, width, height = (float(part) for part in _BOX.split(self.crop.strip()))
        return Crop(x, y, width, height)


class CompatibleFields(FilterFields):
    """The parameters of the routes that find compatible products for an item or a photo."""

    k: int = Field(3, ge=1, le=MAX_K, description="How many products of each semantic category.")


class OutfitFields(BaseModel):
    """The items of an outfit; photos come beside them."""

    model_config = ConfigDict(extra="forbid")

    item_id: Values = Field([], description="An item of the outfit; may be repeated.")
    mixed_genders: bool = Field(False, description="Whether the look may mix what different people wear.")


class LookFields(OutfitFields, FilterFields):
    """The fields of routes that propose items for a look; the filter applies to these."""

    budget: float | None = Field(
        None, ge=0, allow_inf_nan=False, description="What is added may cost this, in the currency of `price_max`."
    )


class CompletionFields(LookFields):
    """The fields of ``POST /v1/outfits:complete``."""

    slot: Values = Field([], description="A semantic category to add; may be repeated. Default: what is missing.")
    k: int = Field(5, ge=1, le=20, description="How many outfits.")
    diversity: float = Field(
        DIVERSITY, ge=0, le=1, description="How much the outfits are to differ; 0 ranks by score alone."
    )

    def options(self) -> LookOptions:
        """What is asked of looks."""
        return LookOptions(self.mixed_genders, self.budget, self.diversity)


class AnalysisFields(LookFields):
    """The fields of ``POST /v1/looks:analyse``."""

    k: int = Field(3, ge=1, le=20, description="How many items to propose for the weakest piece, and for each slot.")

    def options(self) -> LookOptions:
        """What is asked of looks."""
        return LookOptions(self.mixed_genders, self.budget)


class SearchImageFields(BaseModel):
    """The form fields of ``POST /search_image`` beside the image; others are ignored."""

    colour: str = Field("", max_length=7, description=_COLOUR, examples=["ignore", "#27365f"])
    group_by: GroupField = "product"


async def read_fields(
    request: Request, model: type[Fields], *, most: int, others: Sequence[str] = ()
) -> tuple[Fields, Sequence[Upload]]:
    """The fields of a body that is JSON or a form, and a form's photos; raises as ``body_fields``.

    ``most`` photos at most, and one in each of the fields ``others``.
    """
    if is_json(request):
        return body_fields(model, parse_json(await request.body())), ()
    uploads, form = await read_uploads(request, most=most, others=others)
    try:
        return form_fields(model, form), uploads
    except Exception:
        close_all(uploads)
        raise


def form_fields(model: type[Fields], form: Mapping[str, Sequence[str]]) -> Fields:
    """A form's fields as ``model``; raises ``RequestValidationError``."""
    values: dict[str, object] = {}
    for name, texts in form.items():
        field = model.model_fields.get(name)
        repeats = field is not None and isinstance(field.default, list)
        values[name] = list(texts) if repeats else texts[-1]
    return body_fields(model, values)


def body_fields(model: type[Fields], values: object) -> Fields:
    """The values of a request's body as ``model``; raises ``RequestValidationError``."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise RequestValidationError(
            [{**failure, "loc": ("body", *failure["loc"])} for failure in error.errors()]
        ) from None


Filters = Annotated[FilterFields, Query()]
Browse = Annotated[BrowseFields, Query()]
Similar = Annotated[SimilarFields, Query()]
Find = Annotated[FindFields, Query()]
Compatible = Annotated[CompatibleFields, Query()]
