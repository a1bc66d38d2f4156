"""The personal stage over a real store: what moves, what leaves, and what is said of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deepstyle.people.ranking.described import read_centres
from deepstyle.people.ranking.signals import Signals, signals_of
from deepstyle.people.ranking.stage import FIRST, Personal
from deepstyle.search.query import Query
from deepstyle.shop import Shop
from tests.conftest import make_shop

NORD = [f"item-{number:03}" for number in (1, 3, 5)]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Iterator[Shop]:
    made = make_shop(tmp_path_factory.mktemp("personal"), tiny_model)
    with Shop.open(made.store_url, model=str(tiny_model)) as opened:
        yield opened


def personal(shop: Shop, signals: Signals, **options: bool) -> Personal:
    centres = read_centres(shop.store, shop.space)
    return Personal(signals, lambda: centres, **options)


def mixed(shop: Shop, own: Personal) -> list[str]:
    return [item.item_id for item in shop.browse(sort="mixed", limit=60, later=own.stages).items]


def nord_places(shop: Shop, item_ids: list[str]) -> float:
    brands = [shop.item(one).brand for one in item_ids]
    places = [place for place, brand in enumerate(brands) if brand == "Nord"]
    return sum(places) / len(places)


def test_the_first_results_follow_a_taste_and_say_why(shop: Shop) -> None:
    own = personal(shop, signals_of(NORD))
    plain, found = mixed(shop, personal(shop, Signals())), mixed(shop, own)

    assert sorted(found) == sorted(plain)
    assert nord_places(shop, found) < nord_places(shop, plain) - 2
    risen = next(one for one in found if found.index(one) < plain.index(one))
    why = own.why[risen][0]
    assert why.code == "like-your-clicks"
    assert set(why.item_ids) <= set(NORD)
    assert why.item_ids
    unmoved = [one for one in found if found.index(one) == plain.index(one)]
    assert not set(unmoved) & set(own.why)


def test_what_is_hidden_leaves_every_surface_and_what_is_like_it_sinks(shop: Shop) -> None:
    own = personal(shop, signals_of((), ["item-007"]))

    assert "item-007" not in mixed(shop, own)
    assert "item-007" not in [m.item.item_id for m in shop.similar("item-001", k=39, later=own.stages).matches]
    words = shop.search(Query("product", k=60), later=own.stages)
    assert "item-007" not in [match.item.item_id for match in words.matches]
    by_price = shop.browse(sort="price", limit=60, later=own.stages)
    assert "item-007" not in [item.item_id for item in by_price.items]
    assert any(
        one.code == "less-like-hidden" and one.item_ids == ("item-007",) for why in own.why.values() for one in why
    )


def test_an_order_that_was_chosen_stays(shop: Shop) -> None:
    own = personal(shop, signals_of(NORD))

    assert shop.browse(sort="price", limit=60, later=own.stages).items == shop.browse(sort="price", limit=60).items


def test_pages_join(shop: Shop) -> None:
    whole = mixed(shop, personal(shop, signals_of(NORD, ["item-007"])))
    own, found, after = personal(shop, signals_of(NORD, ["item-007"])), list[str](), ""
    while True:
        page = shop.browse(sort="mixed", limit=9, after=after, later=own.stages)
        found += [item.item_id for item in page.items]
        if not (after := page.after):
            break

    assert found == whole


def test_nothing_known_is_no_stage_and_switched_off_hides_only(shop: Shop) -> None:
    assert personal(shop, Signals()).stages == ()
    assert personal(shop, signals_of(["item-001"])).stages == ()
    assert personal(shop, signals_of(NORD), is_ordering=False).stages == ()
    plain = mixed(shop, personal(shop, Signals()))
    only_hidden = mixed(shop, personal(shop, signals_of(NORD, ["item-007"]), is_ordering=False))
    assert only_hidden == [one for one in plain if one != "item-007"]


def test_items_that_are_gone_say_nothing(shop: Shop) -> None:
    assert mixed(shop, personal(shop, signals_of(["gone-1", "gone-2"], ["gone-3"]))) == mixed(
        shop, personal(shop, Signals())
    )


def test_similar_items_keep_their_similarity_and_their_set(shop: Shop) -> None:
    plain = shop.similar("item-002", k=30)
    own = shop.similar("item-002", k=30, later=personal(shop, signals_of(NORD)).stages)

    of = {match.item.item_id: match.similarity for match in plain.matches}
    assert {m.item.item_id for m in own.matches} == set(of) or len(of) < FIRST
    assert all(of.get(m.item.item_id, m.similarity) == pytest.approx(m.similarity) for m in own.matches)
