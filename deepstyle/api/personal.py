"""The personal ranking of a request: ``PersonalDep``, from the lists of a shopper who wants it."""

import logging
from typing import Annotated, Final

from fastapi import Depends, Response
from starlette.concurrency import run_in_threadpool

from deepstyle.api.problems import ProblemError
from deepstyle.api.resources import Open, Resources
from deepstyle.api.shoppers import ShopperDep
from deepstyle.errors import DeepstyleError
from deepstyle.people.lists import HIDDEN, HISTORY, WISHLIST, entries_of, newest_first
from deepstyle.people.ranking.described import Centres
from deepstyle.people.ranking.signals import Signals, signals_of
from deepstyle.people.ranking.stage import Personal
from deepstyle.people.shopper import Shopper

NOT_PERSONAL: Final = Personal(Signals(), lambda: Centres({}), is_ordering=False)
"""For whom nothing is known, or who does not want it: the plain order."""
log = logging.getLogger("deepstyle.api")


async def personal(resources: Open, shopper: ShopperDep, response: Response) -> Personal:
    """The ranking of a request: what she hid leaves the results; her taste orders them where she agreed to that.

    Where her lists cannot be read, the search goes on without. No cache keeps an answer that may be hers alone.
    """
    mode = resources.settings.personal_ranking
    response.headers["Vary"] = "Cookie"
    if shopper.owner:
        response.headers["Cache-Control"] = "private, no-store"
    if mode == "off" or not shopper.owner:
        return NOT_PERSONAL
    try:
        signals = await run_in_threadpool(_signals, resources, shopper)
    except (ProblemError, DeepstyleError) as error:
        log.warning("results are not personal: %s", error)
        return NOT_PERSONAL
    may_order = shopper.may_personalise
    ranking = resources.live_ranking.current() if may_order and mode == "learned" else None
    store, live = resources.store, resources.live_ranking
    return Personal(signals, lambda: live.centres(store, resources.shop.space), ranking, may_order)


PersonalDep = Annotated[Personal, Depends(personal)]
"""What a route asks for to order results for the shopper of the request."""


def _signals(resources: Resources, shopper: Shopper) -> Signals:
    if not resources.members.is_on:  # without accounts there are no lists
        return Signals()
    people, owner = resources.members.accounts().people, shopper.owner
    hidden = [one.entry_id for one in reversed(entries_of(people, HIDDEN, owner))]
    if not shopper.may_personalise:
        return signals_of((), hidden)
    liked = [one for kind in (HISTORY, WISHLIST) for one in entries_of(people, kind, owner)]
    return signals_of([one.entry_id for one in reversed(newest_first(liked))], hidden)
