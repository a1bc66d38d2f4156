"""The catalogue: its items in pages, and one item."""

from typing import Any

from fastapi import APIRouter, Request, Response

from deepstyle.api import cursors
from deepstyle.api.declared import FacetCounts
from deepstyle.api.dependencies import Browse, ItemId
from deepstyle.api.etags import etag_of, is_known
from deepstyle.api.models import ItemPage, Product, ProductDetails
from deepstyle.api.personal import PersonalDep
from deepstyle.api.problems import documented
from deepstyle.api.resources import Open
from deepstyle.errors import UnknownItemError
from deepstyle.search.later import is_among_first
from deepstyle.shop.items import count_images
from deepstyle.store.base import Store
from deepstyle.store.sorting import PageOptions

router = APIRouter(tags=["items"])


@router.get(
    "/v1/items",
    operation_id="listItems",
    summary="Browse the catalogue, with facets",
    responses=documented("bad-parameter", "bad-cursor", "invalid-parameter", "not-ready"),
)
def items(resources: Open, fields: Browse, personal: PersonalDep) -> ItemPage:
    """One page of the products within the filter; the total and the facets count all matches.

    In the order `mixed`, what the shopper liked orders the first ones, if she agreed to that; `why` says how.
    """
    where, by, sort = fields.where(), fields.group_by, fields.sort
    bound = cursors.binding(where, by, sort)
    after = cursors.unpack_browse(fields.cursor, bound) if fields.cursor else ""
    options: PageOptions = {"limit": fields.limit, "after": after, "sort": sort}
    if (later := (*personal.stages, *resources.later)) or is_among_first(after):
        page = resources.shop.browse(where, group_by=by, later=later, **options)
    else:  # needs no model
        page = resources.store.browse(where, group_by=by, **options)
    variants = resources.store.variants(page.items, by) if by != "none" else {}
    return ItemPage(
        items=[Product.of(item, variants.get(item.item_id)) for item in page.items],
        total=page.total,
        facets=FacetCounts.of(page.facets),
        next_cursor=cursors.pack_browse(page.after, bound) if page.after else None,
        why={item.item_id: list(personal.why[item.item_id]) for item in page.items if item.item_id in personal.why},
    )


@router.get(
    "/v1/items/{item_id}",
    operation_id="getItem",
    summary="One product",
    response_model=ProductDetails,
    responses={
        304: {"description": "The item named by If-None-Match is current."},
        **documented("invalid-parameter", "unknown-item", "not-ready"),
    },
)
def item(item_id: ItemId, request: Request, response: Response, resources: Open) -> Any:
    """The catalogue's description of ``item_id``, with its pictures and all variants of its product.

    The ``ETag`` is that of the item's own description and pictures; it is a condition for writes. Where the product has
    other variants, which it does not name, ``If-None-Match`` is ignored.
    """
    store = resources.store
    version = store.versions([item_id]).get(item_id)
    found = store.get([item_id]).get(item_id)
    if found is None or version is None:
        raise unknown(item_id)
    response.headers["ETag"] = etag_of(version)
    variants = store.variants([found])[item_id]
    if variants.count == 1 and is_known(request.headers.get("if-none-match", ""), etag_of(version)):
        return Response(status_code=304, headers={"ETag": etag_of(version)})
    return ProductDetails.with_pictures(found, variants, count_images(store, item_id))


def details(store: Store, item_id: str) -> ProductDetails:
    """What ``getItem`` answers; raises ``UnknownItemError``."""
    found = store.get([item_id]).get(item_id)
    if found is None:
        raise unknown(item_id)
    return ProductDetails.with_pictures(found, store.variants([found])[item_id], count_images(store, item_id))


def unknown(item_id: str) -> UnknownItemError:
    """The store has no such item."""
    return UnknownItemError(f"no item has the id {item_id!r}.")
