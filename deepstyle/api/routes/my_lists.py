"""What a shopper collects: wishlist, saved looks, history, hidden items and sizes. Each route acts on her own alone."""

import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from deepstyle.api.account_answers import done, private
from deepstyle.api.dependencies import ItemId
from deepstyle.api.json_body import BODY_PROBLEMS, described, read_body
from deepstyle.api.list_models import (
    LookBody,
    PageFields,
    SavedItem,
    SavedItems,
    SavedLook,
    SavedLooks,
    Sizes,
    moment_of,
)
from deepstyle.api.members import OwnerDep, VisitDep
from deepstyle.api.models import Product
from deepstyle.api.problems import ProblemError, documented
from deepstyle.api.resources import Open, Resources
from deepstyle.api.shoppers import ShopperDep
from deepstyle.errors import DeepstyleError
from deepstyle.people.associations.baskets import saved_look
from deepstyle.people.lists import (
    HIDDEN,
    HISTORY,
    LOOKS,
    WISHLIST,
    ListEntry,
    ListKind,
    page_of,
    put_entry,
    remove_entry,
)
from deepstyle.people.lists import clear as clear_list
from deepstyle.people.shopper import Shopper
from deepstyle.people.sizes import clear_sizes, put_sizes, sizes_of

router = APIRouter(tags=["lists"])
PROBLEMS: Final = ("accounts-off", "signed-out", "not-ready")
log = logging.getLogger("deepstyle.api")
Page = Annotated[PageFields, Query()]
LookId = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="An id that the client chooses.", examples=["summer-1"])
]
Route = Callable[..., Awaitable[Response]]


def _reads(kind: ListKind) -> Route:
    async def read(visit: VisitDep, owner: OwnerDep, resources: Open, fields: Page) -> Response:
        """The newest first; an item that the catalogue no longer has is null."""

        def page() -> SavedItems:
            found = page_of(visit.accounts.people, kind, owner.owner_id, after=fields.cursor, limit=fields.limit)
            items = _items(resources, found.entries)
            return SavedItems(items=items, total=found.total, next_cursor=found.after or None)

        return private(await run_in_threadpool(page))

    return read


def _clears(kind: ListKind) -> Route:
    async def clear(visit: VisitDep, owner: OwnerDep) -> Response:
        """Every entry goes."""
        await run_in_threadpool(clear_list, visit.accounts.people, kind, owner.owner_id)
        return done()

    return clear


def _puts(kind: ListKind) -> Route:
    async def put(item_id: ItemId, visit: VisitDep, owner: OwnerDep) -> Response:
        """An item that is there already stays as it is; in the history it moves to the front."""
        people, lasts_s = visit.accounts.people, owner.lasts_s
        await run_in_threadpool(lambda: put_entry(people, kind, owner.owner_id, item_id, lasts_s=lasts_s))
        return done()

    return put


def _removes(kind: ListKind) -> Route:
    async def remove(item_id: ItemId, visit: VisitDep, owner: OwnerDep) -> Response:
        """An item that is not there is removed already."""
        await run_in_threadpool(remove_entry, visit.accounts.people, kind, owner.owner_id, item_id)
        return done()

    return remove


def _add(method: str, path: str, name: str, summary: str, route: Route, **more: Any) -> None:
    answer: dict[str, Any] = {"status_code": 204, "response_class": Response} if method != "GET" else {}
    problems = documented(*PROBLEMS, *(() if method == "DELETE" and "{" not in path else ("invalid-parameter",)))
    options = {"operation_id": name, "summary": summary, "responses": problems, **answer, **more}
    router.add_api_route(path, route, methods=[method], **options)


def _add_items(kind: ListKind, path: str, name: str, what: str) -> None:
    """The routes of a list of items."""
    _add("GET", path, f"list{name}", f"{what}", _reads(kind), response_model=SavedItems)
    _add("DELETE", path, f"clear{name}", f"Clear: {what.lower()}", _clears(kind))
    _add("PUT", f"{path}/{{item_id}}", f"addTo{name}", f"Add to: {what.lower()}", _puts(kind))


_add_items(WISHLIST, "/v1/me/wishlist", "Wishlist", "The wishlist")
_add("DELETE", "/v1/me/wishlist/{item_id}", "removeFromWishlist", "Remove from: the wishlist", _removes(WISHLIST))
_add_items(HISTORY, "/v1/me/history", "History", "The items viewed")
_add_items(HIDDEN, "/v1/me/hidden", "Hidden", "The items that are not her style")
_add("DELETE", "/v1/me/hidden/{item_id}", "removeFromHidden", "Show an item again", _removes(HIDDEN))
_add("DELETE", "/v1/me/looks", "clearLooks", "Clear: the saved looks", _clears(LOOKS))


@router.get(
    "/v1/me/looks",
    operation_id="listSavedLooks",
    summary="The saved looks",
    response_model=SavedLooks,
    responses=documented(*PROBLEMS, "invalid-parameter"),
)
async def looks(visit: VisitDep, owner: OwnerDep, fields: Page) -> Response:
    """The newest first."""
    found = await run_in_threadpool(
        lambda: page_of(visit.accounts.people, LOOKS, owner.owner_id, after=fields.cursor, limit=fields.limit)
    )
    saved = [_look(entry) for entry in found.entries]
    return private(SavedLooks(looks=saved, total=found.total, next_cursor=found.after or None))


@router.put(
    "/v1/me/looks/{look_id}",
    operation_id="saveLook",
    summary="Save a look",
    response_model=SavedLook,
    responses=documented(*PROBLEMS, *BODY_PROBLEMS),
    openapi_extra=described(LookBody),
)
async def save_look(
    look_id: LookId, request: Request, visit: VisitDep, owner: OwnerDep, resources: Open, shopper: ShopperDep
) -> Response:
    """A look of this id is replaced. Of a shopper who agreed to be measured, it is also stored as events."""
    given = await read_body(request, LookBody)
    details = {"name": given.name, "item_ids": given.item_ids}
    people, lasts_s = visit.accounts.people, owner.lasts_s
    entry = await run_in_threadpool(lambda: put_entry(people, LOOKS, owner.owner_id, look_id, details, lasts_s=lasts_s))
    if resources.settings.events and shopper.may_measure:
        await _measure(resources, shopper, given.item_ids)
    return private(_look(entry))


@router.delete(
    "/v1/me/looks/{look_id}",
    operation_id="removeSavedLook",
    summary="Remove a saved look",
    status_code=204,
    response_class=Response,
    responses=documented(*PROBLEMS, "invalid-parameter"),
)
async def remove_look(look_id: LookId, visit: VisitDep, owner: OwnerDep) -> Response:
    """A look that is not there is removed already."""
    await run_in_threadpool(remove_entry, visit.accounts.people, LOOKS, owner.owner_id, look_id)
    return done()


@router.get(
    "/v1/me/sizes",
    operation_id="getSizes",
    summary="The sizes that she wears",
    response_model=Sizes,
    responses=documented(*PROBLEMS),
)
async def sizes(visit: VisitDep, owner: OwnerDep) -> Response:
    """By kind of garment."""
    return private(Sizes(await run_in_threadpool(sizes_of, visit.accounts.people, owner.owner_id)))


@router.put(
    "/v1/me/sizes",
    operation_id="putSizes",
    summary="Replace the sizes",
    response_model=Sizes,
    responses=documented(*PROBLEMS, *BODY_PROBLEMS),
    openapi_extra=described(Sizes),
)
async def replace_sizes(request: Request, visit: VisitDep, owner: OwnerDep) -> Response:
    """None removes them."""
    given = await read_body(request, Sizes)
    await run_in_threadpool(
        lambda: put_sizes(visit.accounts.people, owner.owner_id, given.root, expires_s=owner.expires_s())
    )
    return private(given)


@router.delete(
    "/v1/me/sizes",
    operation_id="clearSizes",
    summary="Remove the sizes",
    status_code=204,
    response_class=Response,
    responses=documented(*PROBLEMS),
)
async def remove_sizes(visit: VisitDep, owner: OwnerDep) -> Response:
    """Every size goes."""
    await run_in_threadpool(clear_sizes, visit.accounts.people, owner.owner_id)
    return done()


def _items(resources: Resources, entries: Sequence[ListEntry]) -> list[SavedItem]:
    found = resources.store.get([entry.entry_id for entry in entries])
    return [
        SavedItem(
            item_id=entry.entry_id,
            at=moment_of(entry),
            item=Product.of(found[entry.entry_id]) if entry.entry_id in found else None,
        )
        for entry in entries
    ]


async def _measure(resources: Resources, shopper: Shopper, item_ids: Sequence[str]) -> None:
    """Store what she wants to wear together; the look is saved also where that fails."""
    try:
        await resources.event_intake.store(saved_look(shopper.client_id, item_ids, time.time_ns() // 1000))
    except (ProblemError, DeepstyleError) as error:
        log.warning("a saved look is not measured: %s", error)


def _look(entry: ListEntry) -> SavedLook:
    details = entry.details
    return SavedLook(look_id=entry.entry_id, at=moment_of(entry), name=details["name"], item_ids=details["item_ids"])
