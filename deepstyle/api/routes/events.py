"""What shoppers do: events of the website, and the purchases that the shop's own system knows of."""

import time
from collections import Counter
from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from deepstyle.api.authorisation import Row
from deepstyle.api.dependencies import body_fields
from deepstyle.api.event_intake import Counted
from deepstyle.api.event_models import EventBatch, EventFields, Received, body_of
from deepstyle.api.json_text import is_json, parse_json
from deepstyle.api.limits import LIMITS
from deepstyle.api.problems import ProblemError, documented
from deepstyle.api.resources import Open, Resources
from deepstyle.api.sessions import require_own_page
from deepstyle.api.shoppers import ShopperDep
from deepstyle.people.base import PeopleStore
from deepstyle.people.consent import DAY_S, read_consent
from deepstyle.people.events.counts import Search
from deepstyle.people.shopper import Shopper

router = APIRouter(tags=["shoppers"])
AGE_S: Final = LIMITS["event_age_s"].value
AHEAD_S: Final = LIMITS["event_ahead_s"].value
NEEDS_KEY: Final = Row("POST", "/v1/events", "write")


@router.post(
    "/v1/events",
    operation_id="postEvents",
    summary="Say what shoppers did",
    status_code=202,
    response_model=Received,
    responses=documented(
        "events-off", "bad-parameter", "invalid-parameter", "malformed-request", "storage-full", "not-ready"
    ),
    openapi_extra=body_of(EventBatch),
)
async def post_events(request: Request, resources: Open, shopper: ShopperDep) -> Received:
    """From a page of this site, for its shopper; or with an API key of the scope `write`, for the shop.

    What is `accepted` survives a crash. Events of a shopper who did not agree to be measured are only counted, by day.
    Send a batch that was not answered again, with the same ids: no event is stored twice.
    """
    if not resources.settings.events:
        raise ProblemError("events-off", "this server stores no events.")
    has_key = await _has_key(request, resources)
    if not has_key:
        require_own_page(request.headers)
    if not is_json(request):
        raise ProblemError("malformed-request", "the body is not JSON.", remedy="Send JSON.")
    batch = body_fields(EventBatch, parse_json(await request.body()))
    return await _receive(resources, batch, None if has_key else shopper)


async def _receive(resources: Resources, batch: EventBatch, shopper: Shopper | None) -> Received:
    """Store and count a batch of a page's ``shopper``; ``None`` is the shop itself."""
    current = [one for one in batch.events if _is_current(one, resources.settings.events_days, shopper is None)]
    if shopper is None:
        agreed = await run_in_threadpool(lambda: _agreed(resources, {one.client_id for one in current}))
    else:
        agreed = {shopper.client_id} if shopper.may_measure else set()
    stored, counted = list[tuple[EventFields, str]](), list[tuple[EventFields, str]]()
    for one in current:
        client_id = one.client_id if shopper is None else shopper.client_id
        (stored if client_id in agreed else counted).append((one, client_id))
    accepted = await resources.event_intake.store([one.event(client_id) for one, client_id in stored])
    if counted:
        await resources.event_intake.count(_counted([one for one, _ in counted], batch.visit))
    dropped = len(batch.events) - len(current)
    return Received(accepted=accepted, duplicates=len(stored) - accepted, counted=len(counted), dropped=dropped)


def _agreed(resources: Resources, client_ids: set[str]) -> set[str]:
    """Those of the shop's pseudonyms that may be stored; a purchase without one belongs to nobody."""
    store: PeopleStore | None = resources.people if client_ids - {""} else None
    now_s = time.time()
    agreed = {""}
    for client_id in client_ids - {""}:
        assert store is not None
        consent = read_consent(store, client_id)
        if consent and consent.is_valid(now_s) and consent.choice.measure:
            agreed.add(client_id)
    return agreed


def _counted(events: Sequence[EventFields], visit: str) -> Counted:
    searches = [Search(one.words.lower(), visit) for one in events if visit and one.words]
    return Counted(Counter(one.action_name for one in events), searches)


def _is_current(event: EventFields, events_days: int, is_shop: bool) -> bool:
    """Whether an event happened in a time that is stored; a page sends what happened lately."""
    now_s, at_s = time.time(), event.timestamp_us / 1e6
    oldest_s = (events_days - 1) * DAY_S
    return now_s - (oldest_s if is_shop else min(AGE_S, oldest_s or DAY_S)) <= at_s <= now_s + AHEAD_S


async def _has_key(request: Request, resources: Resources) -> bool:
    """Whether the shop itself sends this; raises ``ProblemError`` for a key that is wrong, or may not write.

    What else is in ``Authorization`` is a proxy's.
    """
    if not request.headers.get("authorization", "").lower().startswith("bearer "):
        return False
    await resources.authoriser.check_key(NEEDS_KEY, request.headers, request.state.peer, resources.key_ring)
    return True
