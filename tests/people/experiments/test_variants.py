"""How an experiment changes a search: a real one, over a real store."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from deepstyle.people.experiments.assignment import arm_of
from deepstyle.people.experiments.variants import Trial, Variants, trial_of
from deepstyle.people.shopper import NOBODY, Shopper
from deepstyle.search.context import SearchContext, Stage
from deepstyle.search.query import Query
from deepstyle.search.state import State
from deepstyle.shop import Shop
from tests.conftest import Shop as Place
from tests.people.experiments.designs import AB, INTERLEAVE

JO = Shopper(client_id="client-1", may_measure=True)


def ordered(key: Callable[[str], object]) -> Stage:
    def apply(context: SearchContext, state: State) -> str:
        first = sorted(state.matches[: state.window], key=lambda match: key(match.item.item_id))  # type: ignore[arg-type, return-value]
        state.matches = [*first, *state.matches[state.window :]]
        return ""

    return Stage("ordered", apply)


VARIANTS: Variants = {"personal": (ordered(lambda item_id: item_id[::-1]),)}
QUERY = Query(text="product", k=8)


@pytest.fixture
def opened(shop: Place) -> Iterator[Shop]:
    with Shop.open(shop.store_url, model=str(shop.model), read_only=True) as found:
        yield found


def trial(shopper: Shopper = JO, variants: Variants = VARIANTS) -> Trial | None:
    return trial_of(INTERLEAVE, shopper, variants, query_id="q1")


def ids(shop: Shop, query: Query, *stages: Stage) -> list[str]:
    return [match.item.item_id for match in shop.search(query, later=stages).matches]


def test_pages_of_an_interleaved_search_fit_together_and_each_item_has_its_team(opened: Shop) -> None:
    made = trial()
    assert made
    whole = ids(opened, replace(QUERY, k=24), *made.stages)
    a, b = (ids(opened, replace(QUERY, k=24), *stages) for stages in ((), VARIANTS["personal"]))
    assert whole[0] in (a[0], b[0])
    assert a != b
    pages = [item for page in range(3) for item in ids(opened, replace(QUERY, offset=8 * page), *again().stages)]
    assert pages == whole
    assert len(set(whole)) == len(whole)
    teams = [made.teams[item] for item in whole]
    assert abs(teams.count("A") - teams.count("B")) <= 1


def again() -> Trial:
    made = trial()
    assert made
    return made


def test_a_shopper_of_a_test_sees_her_arm(opened: Shop) -> None:
    expected = {"A": ids(opened, QUERY), "B": ids(opened, QUERY, *VARIANTS["personal"])}
    for number in range(6):
        shopper = Shopper(client_id=f"client-{number}", may_measure=True)
        made = trial_of(AB, shopper, VARIANTS, query_id="q1")
        assert made
        assert made.arm == arm_of(AB, shopper)
        assert ids(opened, QUERY, *made.stages) == expected[made.arm or "A"]


def test_a_chosen_order_stays(opened: Shop) -> None:
    assert ids(opened, replace(QUERY, sort="price"), *again().stages) == ids(opened, replace(QUERY, sort="price"))


def test_who_does_not_take_part_searches_as_ever() -> None:
    assert trial(NOBODY) is None
    assert trial(variants={}) is None
