"""Lifts against a naive derivation, and suggestions that follow them."""

import math
from dataclasses import replace

import numpy as np
import pytest

from deepstyle.catalogue.item import Item
from deepstyle.compatibility.association import (
    ARTICLE_STRENGTH,
    GROUP_STRENGTH,
    MOST_LOG_LIFT,
    Association,
    Place,
    article_of,
    at_least,
)
from deepstyle.compatibility.explain import Reason
from deepstyle.compatibility.stylist import Stylist
from deepstyle.store import Entry, ItemFilter
from tests.compatibility.tiny_store import SPACE, everything

TOP, JEANS = Place("t1", "tops/0"), Place("b1", "bottoms/1")
OTHER_JEANS = Place("b2", "bottoms/1")
PEOPLE = {
    ("article:b1", "article:t1"): 12,
    ("article:t1", "category:bottoms"): 20,
    ("article:b1", "category:tops"): 30,
    ("category:bottoms", "category:tops"): 200,
    ("group:bottoms/1", "group:tops/0"): 40,
    ("group:tops/0", "category:bottoms"): 60,
    ("category:tops", "group:bottoms/1"): 70,
    ("category:bottoms", "group:tops/0"): 60,
}


def association(weight: float = 1.0) -> Association:
    return Association(SPACE, weight, {}, {tuple(sorted(pair)): n for pair, n in PEOPLE.items()})  # type: ignore[misc]


def test_a_lift_is_drawn_towards_that_of_the_groups_and_that_towards_1() -> None:
    groups = (40 + GROUP_STRENGTH) / (60 * 70 / 200 + GROUP_STRENGTH)
    articles = (12 + ARTICLE_STRENGTH * groups) / (20 * 30 / 200 + ARTICLE_STRENGTH)
    found = association(0.5).lifts(TOP, [JEANS, OTHER_JEANS, Place("x", "bottoms/9"), Place("y", "")])

    assert found.gains == pytest.approx([0.5 * math.log(articles), 0.5 * math.log(groups), 0, 0])
    assert found.reasons == (
        (Reason("bought_together", {"people": 10}),),
        (Reason("alike_bought_together", {"people": 20}),),
        (),
        (),
    )
    assert found.reasons[0][0].parameters == {"people": 10}
    (other_way,) = association(0.5).lifts(JEANS, [TOP]).gains
    assert other_way == pytest.approx(found.gains[0]), "it goes both ways"


def test_a_photo_has_the_lifts_of_its_group_alone_and_none_is_beyond_the_limit() -> None:
    (photo,) = association().lifts(Place("", "tops/0"), [JEANS]).gains
    assert photo == pytest.approx(math.log((40 + GROUP_STRENGTH) / (21 + GROUP_STRENGTH)))
    people = {**association().people, ("article:b1", "article:t1"): 10**6}
    assert Association(SPACE, 1.0, {}, people).lifts(TOP, [JEANS]).gains == pytest.approx([MOST_LOG_LIFT])


def test_an_item_whose_category_changed_since_has_the_lift_of_its_new_group() -> None:
    (gain,) = association().lifts(TOP, [replace(JEANS, group="shoes/0")]).gains
    assert gain == 0


def test_an_article_is_a_product_in_one_colour() -> None:
    shirts = [Item(f"s{n}", model_id="m", colour=colour) for n, colour in enumerate(("Red", "RED", "blue"))]
    first, second, third = map(article_of, shirts)
    assert first == second != third
    assert article_of(Item("s0")) == "s0"
    assert article_of(Item("")) == ""
    assert [at_least(n) for n in (5, 9, 10, 99, 10_000)] == [5, 5, 10, 50, 1000]


def learned(stylist: Stylist, item_id: str, partner: str, weight: float) -> Association:
    """That ten people bought the two, of which one category has a group each, and few anything else."""
    items = {name: item for name, (item, _) in everything(stylist.store).items()}
    categories = [items[one].semantic_category for one in (item_id, partner)]
    pairs = {
        (f"article:{item_id}", f"article:{partner}"): 50,
        (f"article:{item_id}", f"category:{categories[1]}"): 50,
        (f"article:{partner}", f"category:{categories[0]}"): 50,
        (f"category:{categories[0]}", f"category:{categories[1]}"): 500,
    }
    people = {tuple(sorted(pair)): count for pair, count in pairs.items()}
    centroids = {name: np.eye(1, 6, dtype=np.float32) for name in categories}
    places = {one: Place(one, f"{items[one].semantic_category}/0") for one in (item_id, partner)}
    return Association(stylist.space, weight, centroids, people, places)  # type: ignore[arg-type]


def test_suggestions_follow_what_is_bought_together_and_say_so(stylist: Stylist) -> None:
    (query,) = stylist.pieces(["i02"])
    plain = stylist.complements(query, k=6)["shoes"]
    partner = plain[-1].item.item_id
    following = Stylist(
        stylist.store, stylist.space, stylist.head, learned=lambda: learned(stylist, "i02", partner, 1.0)
    )
    found = following.complements(query, k=6)["shoes"]

    assert found[0].item.item_id == partner
    assert found[0].reasons[0].code == "bought_together" and found[0].reasons[0].parameters == {"people": 50}
    assert not any(reason.code == "bought_together" for one in found[1:] for reason in one.reasons)
    assert [one.item.item_id for one in found[1:]] == [one.item.item_id for one in plain[:-1]]
    assert found[0].score > plain[-1].score
    _, stored = following.stored_suggestions("i02")
    assert partner in {one.item.item_id for one in stored}, "the stored ones are computed anew"


def test_a_partner_that_the_head_finds_far_is_suggested_where_the_filter_allows_it(stylist: Stylist) -> None:
    query = stylist.pieces(["i02"])[0]
    far = stylist.complements(query, k=6)["shoes"][-1].item
    stylist.store.put([Entry(replace(far, brand="Z"))])
    following = Stylist(
        stylist.store, stylist.space, stylist.head, learned=lambda: learned(stylist, "i02", far.item_id, 1.0)
    )

    assert following.complements(query, k=1, where=ItemFilter(brands=("Z",)))["shoes"][0].item.item_id == far.item_id
    others = following.complements(query, k=6, where=ItemFilter(brands=("A", "B")))["shoes"]
    assert far.item_id not in {one.item.item_id for one in others}
    hidden = Stylist(
        stylist.store,
        stylist.space,
        stylist.head,
        lambda items: frozenset({far.item_id}),
        lambda: learned(stylist, "i02", far.item_id, 1.0),
    )
    assert far.item_id not in {one.item.item_id for one in hidden.complements(query, k=6)["shoes"]}


def test_what_was_learned_in_another_space_changes_nothing(stylist: Stylist) -> None:
    (query,) = stylist.pieces(["i02"])
    partner = stylist.complements(query, k=6)["shoes"][-1].item.item_id
    other = replace(learned(stylist, "i02", partner, 1.0), space="compat-other")
    following = Stylist(stylist.store, stylist.space, stylist.head, learned=lambda: other)

    assert following.association is None
    assert following.complements(query, k=6) == stylist.complements(query, k=6)


def test_what_is_chosen_often_with_a_category_gains_by_its_weight_and_says_so() -> None:
    popular = replace(association(0.0), popularity=0.5)
    found = popular.lifts(replace(TOP, article="t9", group="tops/9"), [JEANS, OTHER_JEANS])

    assert found.gains == pytest.approx([0.5 * math.log1p(30 / 5), 0])
    assert [[(one.code, dict(one.parameters)) for one in own] for own in found.reasons] == [
        [("often_chosen", {"people": 20})],
        [],
    ]


def test_partners_are_of_the_category_those_of_the_item_itself_first() -> None:
    people = {**association().people, ("article:b2", "category:tops"): 90, ("article:s1", "category:tops"): 99}
    places = {"b1-s": JEANS, "b1-m": JEANS, "b2-s": OTHER_JEANS, "s1-40": Place("s1", "shoes/0")}
    known = Association(SPACE, 1.0, {}, people, places)

    assert known.partners(TOP, "bottoms") == ["b1-s", "b1-m", "b2-s"]
    assert known.partners(Place("", "tops/0"), "bottoms") == ["b2-s", "b1-s", "b1-m"], "of a photo"
    assert known.partners(Place("x", ""), "bottoms") == []
