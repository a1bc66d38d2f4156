"""The catalogue: its items in pages, and one item."""

from fastapi import APIRouter

from deepstyle.api import cursors
from deepstyle.api.dependencies import Browse, ItemId
from deepstyle.api.models import FacetCounts, ItemPage, Product, ProductDetails
from deepstyle.api.problems import documented
from deepstyle.api.resources import Open
from deepstyle.errors import UnknownItemError
from deepstyle.shop.items import count_images

router = APIRouter(tags=["items"])


@router.get(
    "/v1/items",
    operation_id="listItems",
    summary="Browse the catalogue, with facets",
    responses=documented("bad-parameter", "bad-cursor", "invalid-parameter", "not-ready"),
)
def items(resources: Open, fields: Browse) -> ItemPage:
    """One page of the items within the filter; the total and the facets count all matches."""
    where = fields.where()
    bound = cursors.binding(where)
    after = cursors.unpack_browse(fields.cursor, bound) if fields.cursor else ""
    page = resources.store.browse(where, limit=fields.limit, after=after)
    return ItemPage(
        items=[Product.of(item) for item in page.items],
        total=page.total,
        facets=FacetCounts.of(page.facets),
        next_cursor=cursors.pack_browse(page.after, bound) if page.after else None,
    )


@router.get(
    "/v1/items/{item_id}",
    operation_id="getItem",
    summary="One product",
    responses=documented("invalid-parameter", "unknown-item", "not-ready"),
)
def item(item_id: ItemId, resources: Open) -> ProductDetails:
    """The catalogue's description of ``item_id``, with all its pictures."""
    store = resources.store
    found = store.get([item_id]).get(item_id)
    if found is None:
        raise UnknownItemError(f"no item has the id {item_id!r}.")
    return ProductDetails.with_pictures(found, count_images(store, item_id))
